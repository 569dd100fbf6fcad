"""What information systems reach: calls by the X-Road protocol for REST (r1), and the gateway's few own pages."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Protocol
from uuid import UUID

from uruk.exchange.api import CountryDirectory, encode_part, headers, is_request_id, new_request, xroad_errors
from uruk.gateway.bodies import Body
from uruk.gateway.calls import Call, Exchange, Reply
from uruk.gateway.credentials import Hosting, admit
from uruk.gateway.heads import PREFIX, CallHead, client_address, read_head, read_said, written
from uruk.gateway.listening import Answer, Incoming
from uruk.gateway.metrics import Metrics
from uruk.kernel.api import CodedError

MESSAGES = "/messages/"
_STATUS = {"exchange.page_unknown": 404, "exchange.request_timeout": 408, "exchange.gateway_busy": 503}
_EMPTY = Body.of(b"")

Page = Callable[[Incoming, str], Answer]
"""A page of the gateway: the request and its query give the answer."""


class Node(Hosting, Protocol):
    """What the server must know of the node (`gateway.state.State`)."""

    @property
    def directory(self) -> CountryDirectory:
        """The country directory in force."""
        ...


class InformationSystems:
    """Answers what information systems ask. `pages` are those of this gateway by path; `closed` ones of them are shown
    only on this machine. `style`: how X-Road errors are written. `limit`: the bytes that any body may have.
    """

    def __init__(
        self,
        exchange: Exchange,
        node: Node,
        metrics: Metrics,
        *,
        pages: Mapping[str, Page],
        closed: frozenset[str] = frozenset(),
        style: xroad_errors.Style = "legacy",
        limit: int,
    ) -> None:
        self._exchange, self._node, self._metrics = exchange, node, metrics
        self._pages, self._closed = pages, closed
        self._style, self._limit = style, limit

    # Before the body

    def open(self, incoming: Incoming) -> int:
        """Judge a head: what is asked, and whether this connection may be who it says."""
        url = incoming.url = _origin_form(incoming.url)
        if url.startswith(PREFIX):
            return self._open_call(incoming)
        path = url.partition("?")[0]
        if incoming.method not in ("GET", "HEAD"):
            raise CodedError("exchange.page_unknown")
        if path.startswith(MESSAGES):
            return self._open_message(incoming, path)
        page = self._pages.get(path)
        if page is None or (path in self._closed and not _is_local(incoming)):
            raise CodedError("exchange.page_unknown")
        incoming.context = page
        return 0

    def _open_call(self, incoming: Incoming) -> int:
        request = new_request()
        incoming.request = request
        instance = self._node.snapshot.instance
        head = incoming.context = read_head(incoming.method, incoming.url, incoming.headers, request, instance)
        incoming.where = "own"
        admit(incoming.credential, head.client, self._node)
        if head.security_server:
            self._check_security_server(head)
        return self._limit

    def _check_security_server(self, head: CallHead) -> None:
        """A caller that names the far gateway means that one, and no other."""
        instance, code = head.security_server.split("/")[::3]
        if code != self._node.directory.node_of(head.service).code or instance != head.service.partition("/")[0]:
            raise CodedError("exchange.security_server_unknown", server=head.security_server[:128])

    def _open_message(self, incoming: Incoming, path: str) -> int:
        client = client_address(read_said(incoming.headers))
        incoming.where = "own"
        admit(incoming.credential, client, self._node)
        incoming.context = (client, _request_of(path.removeprefix(MESSAGES)))
        return 0

    # With the body

    async def handle(self, incoming: Incoming) -> Answer:
        """Answer a whole request."""
        context = incoming.context
        if isinstance(context, CallHead):
            return await self._call(incoming, context)
        if isinstance(context, tuple):
            client, request = context
            return self._answer(incoming, await self._exchange.pick_up(client, request), ())
        page: Page = context
        return page(incoming, incoming.url.partition("?")[2])

    async def _call(self, incoming: Incoming, head: CallHead) -> Answer:
        call = Call(
            head.request, head.client, head.service, head.method, head.target, head.id, head.headers, head.header_part,
            head.purpose, head.law, head.subject, head.respond_async, head.wait_s, incoming.body or _EMPTY,
        )  # fmt: skip
        reply = await self._exchange.ask(call)
        answer = self._answer(incoming, reply, () if reply.error is not None else _own_headers(call))
        self._metrics.asked(call, reply, answer.status, incoming.arrived_at)
        return answer

    def _answer(self, incoming: Incoming, reply: Reply, own: tuple[tuple[bytes, bytes], ...]) -> Answer:
        if reply.error is not None or not 200 <= reply.status <= 599:
            incoming.where = reply.where
            incoming.request = reply.request or incoming.request
            return self._error(incoming, reply.error or CodedError("exchange.frame_malformed"))
        return Answer(reply.status, (*headers.forwarded_answer(reply.headers), *own), reply.body or b"")

    # Refusing

    def refuse(self, incoming: Incoming, error: CodedError) -> Answer:
        """The answer to a call that did not reach the exchange."""
        self._metrics.refused(error.code)
        return self._error(incoming, error)

    def _error(self, incoming: Incoming, error: CodedError) -> Answer:
        accept = headers.find_header(incoming.headers, b"accept") or b""
        detail = written(incoming.request or new_request())
        status, kind, body, shown = xroad_errors.render(
            error, incoming.where, self._style, accept.decode("latin-1"), detail
        )
        pairs = [(b"content-type", kind.encode()), (b"x-road-error", shown.encode())]
        if incoming.request:
            pairs.append((b"x-road-request-id", detail.encode()))
        if "retry_after" in error.values:
            pairs.append((b"retry-after", str(error.values["retry_after"]).encode()))
        return Answer(_STATUS.get(error.code, status), pairs, body)


def _own_headers(call: Call) -> tuple[tuple[bytes, bytes], ...]:
    """What X-Road's gateway adds to an answer."""
    digest = call.body.sha512 if call.body.length else None
    return (
        (b"x-road-id", call.id.encode()),
        (b"x-road-client", _encoded(call.client)),
        (b"x-road-service", _encoded(call.service)),
        (b"x-road-request-id", written(call.request).encode()),
        (b"x-road-request-hash", headers.request_hash(call.header_part, digest).encode()),
    )


@lru_cache(maxsize=4096)
def _encoded(address: str) -> bytes:
    return "/".join(map(encode_part, address.split("/"))).encode()


def _origin_form(url: str) -> str:
    """The target without scheme and authority, which a client may send (RFC 9112, 3.2.2)."""
    if url.startswith("/"):
        return url
    scheme, mark, rest = url.partition("://")
    if not mark or scheme.lower() not in ("http", "https"):
        raise CodedError("exchange.request_malformed")
    return rest[rest.find("/") :] if "/" in rest else "/"


def _is_local(incoming: Incoming) -> bool:
    return incoming.credential.way == "own" or incoming.credential.loopback


def _request_of(text: str) -> bytes:
    try:
        request = UUID(text).bytes
    except ValueError:
        raise CodedError("exchange.page_unknown") from None
    if not is_request_id(request):
        raise CodedError("exchange.page_unknown")
    return request
