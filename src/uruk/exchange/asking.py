"""What the client for programs does with or without asyncio: write requests, read answers, tell errors apart."""

import json
import re
import ssl
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypedDict
from urllib.parse import quote, urlencode, urlsplit

DEFAULT_TIMEOUT_S = 90.0
_SAFE = "'()+,-.=_"
_NAME = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

Where = Literal["caller", "own gateway", "far gateway", "unknown"]
Query = Mapping[str, str] | Sequence[tuple[str, str]]


_TOLD: tuple[tuple[str, Literal["message_id", "purpose", "law", "subject"]], ...] = (
    ("X-Road-Id", "message_id"),
    ("Uruk-Purpose", "purpose"),
    ("Uruk-Legal-Basis", "law"),
    ("Uruk-Subject", "subject"),
)


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
class Prepared:
    """A request, ready to be sent."""

    method: str
    line: str
    headers: dict[str, bytes]
    body: bytes


class Asking:
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
        self.client, self.timeout_s = client, timeout_s
        self.path = gateway.removeprefix("unix:") if gateway.startswith("unix:") else ""
        parts = urlsplit("http://gateway" if self.path else gateway)
        self.host, self.tls = parts.hostname or "", parts.scheme == "https"
        self.port = parts.port or (443 if self.tls else 80)
        self.context = _context(certificate, ca) if self.tls else None

    def prepared(self, method: str, service: str, path: str, given: "Given", later: bool = False) -> Prepared:
        """A call of a service; with `later` it may be delivered when the provider's gateway is there."""
        line = f"/r1/{_encoded(service)}{path}"
        if query := given.get("query"):
            line += f"?{urlencode(query)}"
        headers = {"X-Road-Client": _encoded(self.client)}
        for name, key in _TOLD:
            if value := given.get(key):
                headers[name] = str(value)
        if later:
            headers["Prefer"] = "respond-async"
        body = given.get("body", b"")
        if "json" in given:
            body, headers["Content-Type"] = _json(given["json"]), "application/json"
        headers |= given.get("headers", {})
        return Prepared(method, line, {name: value.encode("utf-8") for name, value in headers.items()}, body)

    def page(self, line: str) -> Prepared:
        """A question to our own gateway."""
        named = _encoded(self.client).encode()
        return Prepared("GET", line, {"X-Road-Client": named, "Accept": b"application/json"}, b"")


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


def read(status: int, headers: Mapping[str, str], body: bytes) -> Answer:
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


def waiting_of(answer: Answer) -> Waiting:
    """The message that the gateway has accepted."""
    return Waiting(answer.headers.get("location", "").rpartition("/")[2] or answer.request_id)


def picked_up(answer: Answer) -> Answer | None:
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


def small(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Headers by their names in small letters."""
    return {str(name).lower(): str(value) for name, value in pairs}


def _encoded(address: str) -> str:
    return "/".join(quote(part, safe=_SAFE) for part in address.split("/"))


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8")
