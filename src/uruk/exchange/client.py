"""A client for programs: ask other institutions through this node's gateway, with or without asyncio. No Django.

    from uruk.exchange.client import Client, ExchangeError

    with Client("http://127.0.0.1:8080", "iq/GOV/agriculture/season-plan") as exchange:
        answer = exchange.get("iq/GOV/interior/persons/by-number", "/199001011234", purpose="season-plan")
        print(answer.status, answer.json(), answer.request_id)

`AsyncClient` has the same methods to await. The address may be `unix:/path/to/gateway.sock`. What goes wrong inside the
exchange raises `ExchangeError`; a provider's own answer, of whatever status, is an `Answer`. A gateway that cannot be
reached raises OSError.
"""

import http.client
import json
import re
import socket
import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, Self, TypedDict, Unpack
from urllib.parse import quote, urlencode, urlsplit

import aiohttp
from yarl import URL

DEFAULT_TIMEOUT_S = 90.0
KEEP_S = 30.0  # a connection that was idle longer is opened anew; the gateway keeps it 75 seconds
_SAFE = "'()+,-.=_"
_NAME = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

Where = Literal["caller", "own gateway", "far gateway", "unknown"]
Query = Mapping[str, str] | Sequence[tuple[str, str]]


class Given(TypedDict, total=False):
    """What a request may bring. `body` or `json`; `purpose`, `law` and `subject` say why, on which law and about whom
    (an agreement may demand them); `message_id` is X-Road-Id, made by the gateway where it is not given.
    """

    query: Query
    headers: Mapping[str, str]
    body: bytes
    json: Any
    purpose: str
    law: str
    subject: str
    message_id: str


class ExchangeError(Exception):
    """The exchange itself refused or failed, before, after or instead of the provider.

    `type` as the gateway wrote it, `name` the same in either style of X-Road ("access_denied"), `where` the hop at
    fault, `message` a sentence, `detail` what to quote when asking the gateway's people, `retry_after_s` or None.
    """

    def __init__(self, status: int, type_: str, message: str, detail: str, retry_after_s: int | None) -> None:
        super().__init__(f"{type_}: {message} ({detail})")
        self.status, self.type, self.message, self.detail = status, type_, message, detail
        self.retry_after_s = retry_after_s
        self.where, self.name = _place(type_)


@dataclass(frozen=True)
class Answer:
    """What the provider answered, its own errors included. `headers` in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)

    @property
    def request_id(self) -> str:
        """X-Road-Request-Id: by it `uruk evidence` finds the message."""
        return self.headers.get("x-road-request-id", "")

    @property
    def request_hash(self) -> str:
        """X-Road-Request-Hash: what ties this answer to its request."""
        return self.headers.get("x-road-request-hash", "")


@dataclass(frozen=True)
class Waiting:
    """A message that is accepted and not answered yet: see `pick_up`."""

    id: str


@dataclass(frozen=True)
class _Prepared:
    """A request, ready to be sent."""

    method: str
    line: str
    headers: dict[str, bytes]
    body: bytes


class _Asking:
    """What both clients share: how requests are written and answers read."""

    def __init__(
        self,
        gateway: str,
        client: str,
        *,
        timeout_s: float = DEFAULT_TIMEOUT_S,
        certificate: tuple[str, str] | None = None,
        ca: str | None = None,
    ) -> None:
        """`gateway`: http(s)://host:port or unix:/path; `client`: the subsystem that asks.

        `certificate`: files of our certificate and key, where the gateway wants them; `ca`: the file of the
        certificate that the gateway shows (default: the machine's authorities).
        """
        self._client, self._timeout_s = client, timeout_s
        self._path = gateway.removeprefix("unix:") if gateway.startswith("unix:") else ""
        parts = urlsplit("http://gateway" if self._path else gateway)
        self._host, self._tls = parts.hostname or "", parts.scheme == "https"
        self._port = parts.port or (443 if self._tls else 80)
        self._context = _context(certificate, ca) if self._tls else None

    def _prepared(self, method: str, service: str, path: str, given: "Given", later: bool = False) -> _Prepared:
        line = f"/r1/{_encoded(service)}{path}"
        if query := given.get("query"):
            line += f"?{urlencode(query)}"
        headers = {"X-Road-Client": _encoded(self._client)}
        for name, key in _TOLD:
            if value := given.get(key):
                headers[name] = str(value)
        if later:
            headers["Prefer"] = "respond-async"
        body = given.get("body", b"")
        if "json" in given:
            body, headers["Content-Type"] = _json(given["json"]), "application/json"
        headers |= given.get("headers", {})
        return _Prepared(method, line, {name: value.encode("utf-8") for name, value in headers.items()}, body)

    def _page(self, line: str) -> _Prepared:
        named = _encoded(self._client).encode()
        return _Prepared("GET", line, {"X-Road-Client": named, "Accept": b"application/json"}, b"")


class Client(_Asking):
    """Asks and waits. One client is for one thread; it keeps its connection."""

    _connection: http.client.HTTPConnection | None = None
    _used_at = 0.0

    def request(self, method: str, service: str, path: str = "", **given: Unpack[Given]) -> Answer:
        """Ask a service (`instance/class/member/subsystem/service`).

        `path` follows the service code, percent-encoded where need be; what else may be given by name: see `Given`.
        Raises ExchangeError, OSError.
        """
        return _read(*self._send(self._prepared(method, service, path, given)))

    def get(self, service: str, path: str = "", **given: Unpack[Given]) -> Answer:
        """`request` with GET."""
        return self.request("GET", service, path, **given)

    def post(self, service: str, path: str = "", **given: Unpack[Given]) -> Answer:
        """`request` with POST."""
        return self.request("POST", service, path, **given)

    def send_later(self, method: str, service: str, path: str = "", **given: Unpack[Given]) -> Waiting:
        """Hand a message over to be delivered when its provider's gateway is there."""
        return _waiting(_read(*self._send(self._prepared(method, service, path, given, later=True))))

    def pick_up(self, waiting: Waiting) -> Answer | None:
        """The answer to a message that was handed over, or None while there is none."""
        return _picked_up(_read(*self._send(self._page(f"/messages/{waiting.id}"))))

    def members(self) -> list[dict[str, Any]]:
        """Every member and subsystem in the country's directory, as X-Road's listClients has them."""
        found: list[dict[str, Any]] = _read(*self._send(self._page("/listClients"))).json()["member"]
        return found

    def methods(self, subsystem: str, *, allowed: bool = False) -> list[dict[str, Any]]:
        """What a subsystem offers, or only what we may call there."""
        found: list[dict[str, Any]] = self.get(f"{subsystem}/{_LISTS[allowed]}").json()["service"]
        return found

    def description(self, service: str) -> Any:
        """The OpenAPI document of a service."""
        subsystem, _, code = service.rpartition("/")
        return self.get(f"{subsystem}/getOpenAPI", query={"serviceCode": code}).json()

    def close(self) -> None:
        """Give up the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _send(self, asked: _Prepared) -> tuple[int, Mapping[str, str], bytes]:
        connection = self._connected()
        try:
            connection.putrequest(asked.method, asked.line, skip_accept_encoding=True)
            for name, value in asked.headers.items():
                connection.putheader(name, value)
            if asked.body or asked.method in ("POST", "PUT", "PATCH"):
                connection.putheader("Content-Length", str(len(asked.body)))
            connection.endheaders(asked.body or None)
            found = connection.getresponse()
            answer = found.status, _small(found.getheaders()), found.read()
        except BaseException:
            self.close()
            raise
        self._used_at = time.monotonic()
        return answer

    def _connected(self) -> http.client.HTTPConnection:
        if self._connection is not None and time.monotonic() - self._used_at > KEEP_S:
            self.close()
        if self._connection is None:
            self._connection = self._open()
        return self._connection

    def _open(self) -> http.client.HTTPConnection:
        if self._path:
            return _UnixConnection(self._path, self._timeout_s)
        if self._context is not None:
            return http.client.HTTPSConnection(self._host, self._port, timeout=self._timeout_s, context=self._context)
        return http.client.HTTPConnection(self._host, self._port, timeout=self._timeout_s)


class AsyncClient(_Asking):
    """The same, to await: `async with AsyncClient(…) as exchange`. Many requests may be under way at a time."""

    _session: aiohttp.ClientSession | None = None

    async def request(self, method: str, service: str, path: str = "", **given: Unpack[Given]) -> Answer:
        """See `Client.request`."""
        return _read(*await self._send(self._prepared(method, service, path, given)))

    async def get(self, service: str, path: str = "", **given: Unpack[Given]) -> Answer:
        """`request` with GET."""
        return await self.request("GET", service, path, **given)

    async def post(self, service: str, path: str = "", **given: Unpack[Given]) -> Answer:
        """`request` with POST."""
        return await self.request("POST", service, path, **given)

    async def send_later(self, method: str, service: str, path: str = "", **given: Unpack[Given]) -> Waiting:
        """See `Client.send_later`."""
        return _waiting(_read(*await self._send(self._prepared(method, service, path, given, later=True))))

    async def pick_up(self, waiting: Waiting) -> Answer | None:
        """See `Client.pick_up`."""
        return _picked_up(_read(*await self._send(self._page(f"/messages/{waiting.id}"))))

    async def members(self) -> list[dict[str, Any]]:
        """See `Client.members`."""
        found: list[dict[str, Any]] = _read(*await self._send(self._page("/listClients"))).json()["member"]
        return found

    async def methods(self, subsystem: str, *, allowed: bool = False) -> list[dict[str, Any]]:
        """See `Client.methods`."""
        found: list[dict[str, Any]] = (await self.get(f"{subsystem}/{_LISTS[allowed]}")).json()["service"]
        return found

    async def description(self, service: str) -> Any:
        """See `Client.description`."""
        subsystem, _, code = service.rpartition("/")
        return (await self.get(f"{subsystem}/getOpenAPI", query={"serviceCode": code})).json()

    async def close(self) -> None:
        """Give up the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _send(self, asked: _Prepared) -> tuple[int, Mapping[str, str], bytes]:
        if self._session is None:
            self._session = self._open()
        host = f"[{self._host}]" if ":" in self._host else self._host
        url = f"{'https' if self._tls else 'http'}://{host}:{self._port}{asked.line}"
        headers = {name: value.decode("utf-8") for name, value in asked.headers.items()}
        sending = self._session.request(
            asked.method, _exactly(url), headers=headers, data=asked.body or None, allow_redirects=False
        )
        async with sending as found:
            return found.status, _small(found.headers.items()), await found.read()

    def _open(self) -> aiohttp.ClientSession:
        connector: aiohttp.BaseConnector = (
            aiohttp.UnixConnector(self._path)
            if self._path
            else aiohttp.TCPConnector(ssl=self._context or True, keepalive_timeout=KEEP_S)
        )
        timeout = aiohttp.ClientTimeout(total=self._timeout_s)
        leave = ("Accept", "Accept-Encoding", "Content-Type")
        return aiohttp.ClientSession(
            connector=connector, timeout=timeout, auto_decompress=False, skip_auto_headers=leave
        )


_TOLD: tuple[tuple[str, Literal["message_id", "purpose", "law", "subject"]], ...] = (
    ("X-Road-Id", "message_id"),
    ("Uruk-Purpose", "purpose"),
    ("Uruk-Legal-Basis", "law"),
    ("Uruk-Subject", "subject"),
)
_LISTS = {False: "listMethods", True: "allowedMethods"}


class _UnixConnection(http.client.HTTPConnection):
    """HTTP over the gateway's own socket."""

    def __init__(self, path: str, timeout_s: float) -> None:
        super().__init__("gateway", timeout=timeout_s)
        self._path = path

    def connect(self) -> None:
        """Connect to the socket instead of to a host."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def _context(certificate: tuple[str, str] | None, ca: str | None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=ca)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca is not None:
        # The gateway shows the very certificate we were given; its name is the node's, not the host's.
        context.check_hostname = False
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    if certificate is not None:
        context.load_cert_chain(*certificate)
    return context


def _read(status: int, headers: Mapping[str, str], body: bytes) -> Answer:
    """An answer, unless it is the exchange's own error."""
    if "x-road-error" not in headers:
        return Answer(status, headers, body)
    told: dict[str, Any] = {}
    try:
        told = json.loads(body)
    except ValueError:
        told = {}
    wait = headers.get("retry-after", "")
    raise ExchangeError(
        status,
        headers["x-road-error"],
        str(told.get("message", "")),
        str(told.get("detail", headers.get("x-road-request-id", ""))),
        int(wait) if wait.isdecimal() else None,
    )


def _waiting(answer: Answer) -> Waiting:
    return Waiting(answer.headers.get("location", "").rpartition("/")[2] or answer.request_id)


def _picked_up(answer: Answer) -> Answer | None:
    """None where the exchange still waits. A provider's own 202 comes without a Location of ours."""
    still = answer.status == 202 and answer.headers.get("location", "").startswith("/messages/")
    return None if still else answer


def _place(type_: str) -> tuple[Where, str]:
    parts = [_NAME.sub("_", part).lower() for part in type_.split(".")]
    prefix, rest = parts[:2], parts[2:]
    if parts[0] == "client":
        return "caller", ".".join(parts[1:])
    if prefix in (["server", "client_proxy"], ["server", "clientproxy"]):
        return "own gateway", ".".join(rest)
    if prefix in (["server", "server_proxy"], ["server", "serverproxy"]):
        return "far gateway", ".".join(rest)
    return "unknown", ".".join(parts)


def _small(pairs: Any) -> dict[str, str]:
    return {str(name).lower(): str(value) for name, value in pairs}


def _encoded(address: str) -> str:
    return "/".join(quote(part, safe=_SAFE) for part in address.split("/"))


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8")


def _exactly(url: str) -> URL:
    """A URL that aiohttp sends as it is written: what is signed is what we wrote."""
    return URL(url, encoded=True)
