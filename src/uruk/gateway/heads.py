"""The head of a request as an information system sends it: what it asks, as whom, and what of it is signed.

Whatever an X-Road client may leave out is left out here too; what is malformed is refused before a byte of the body.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from uruk.exchange.api import Target, encode_part, headers, parse_encoded, read_target
from uruk.kernel.api import CodedError

PREFIX = "/r1/"
METHODS = frozenset(("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"))
MAX_VALUE_BYTES = 1024
DEFAULT_WAIT_S = 60.0
MAX_WAIT_S = 300.0

Pairs = list[tuple[bytes, bytes]]

_ID = re.compile(rb"[\x20-\x7e]{1,256}")
_WAIT = re.compile(r"wait\s*=\s*\"?([0-9]{1,6})\"?", re.IGNORECASE)


@dataclass(slots=True)  # not frozen: thousands are made each second
class CallHead:
    """All of a call but its body: see `calls.Call`. `security_server`: the node it must go to, "" for any."""

    request: bytes
    client: str
    service: str
    method: str
    target: Target
    id: str
    headers: Pairs
    header_part: bytes
    purpose: str
    law: str
    subject: str
    respond_async: bool
    wait_s: float
    security_server: str


@dataclass(slots=True)
class Said:
    """What the headers for the gateway say, each once; "" where absent."""

    client: str = ""
    id: str = ""
    security_server: str = ""
    represented_party: str = ""
    purpose: str = ""
    law: str = ""
    subject: str = ""
    accept: str = ""
    prefer: str = ""


def read_head(method: str, url: str, pairs: Pairs, request: bytes, instance: str) -> CallHead:
    """Read the head of a call: request line (`url` begins with `/r1/`) and headers.

    `request` is the fresh R; `instance` goes into an X-Road-Id that must be made. Errors, all of the caller's making:
    `exchange.request_malformed`, `exchange.method_unknown`, `exchange.client_missing`, `exchange.address_malformed`,
    `exchange.path_refused`, `exchange.headers_differ`, `exchange.header_malformed`.
    """
    if method not in METHODS:
        raise CodedError("exchange.method_unknown", method=method[:16])
    encoded, service, raw = _split(url)
    target = read_target(raw)
    said = read_said(pairs)
    client = client_address(said)
    _represented(said.represented_party)
    id_ = said.id or f"{instance}-{written(request)}"
    later, wait_s = _preferred(said.prefer)
    travelling = _travelling(pairs, request, "" if said.id else id_, later)
    part = headers.header_part(method, f"{PREFIX}{encoded}{target.raw}", travelling)
    if len(part) > headers.MAX_PART_BYTES or len(travelling) > headers.MAX_HEADERS:
        raise CodedError("exchange.request_malformed")
    return CallHead(
        request, client, service, method, target, id_, travelling, part,
        said.purpose, said.law, said.subject, later, wait_s, _server(said.security_server),
    )  # fmt: skip


def read_said(pairs: Pairs) -> Said:
    """What a request's headers say to the gateway; `exchange.headers_differ`, `exchange.header_malformed`."""
    found: dict[bytes, bytes] = {}
    for name, value in pairs:
        small = _ours(name)
        if not small:
            continue
        before = found.setdefault(small, value)
        if before is not value and before != value:
            if small in _ONCE:
                raise CodedError("exchange.headers_differ", name=small.decode())
            found[small] = before + b", " + value
    said = Said()
    for small, value in found.items():
        setattr(said, _NAMES[small], _text(small, value))
    return said


@lru_cache(maxsize=4096)
def _ours(name: bytes) -> bytes:
    """A header's name in small letters, if it says something to the gateway; else nothing."""
    small = name.lower()
    return small if small in _NAMES else b""


# The headers that say something to the gateway, as `Said` has them. What repeats must be the same each time.
_NAMES = {
    b"x-road-client": "client",
    b"x-road-id": "id",
    b"x-road-security-server": "security_server",
    b"x-road-represented-party": "represented_party",
    b"uruk-purpose": "purpose",
    b"uruk-legal-basis": "law",
    b"uruk-subject": "subject",
    b"accept": "accept",
    b"prefer": "prefer",
}
_ONCE = _NAMES.keys() - {b"accept", b"prefer"}


def client_address(said: Said) -> str:
    """Who the caller says it is; `exchange.client_missing`, `exchange.address_malformed`."""
    if not said.client:
        raise CodedError("exchange.client_missing")
    return _client(said.client)


def _text(name: bytes, value: bytes) -> str:
    """A header's value as text (UTF-8): short, without controls."""
    if not value:
        return ""
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        raise CodedError("exchange.header_malformed", name=name.decode()) from None
    wrong = len(value) > MAX_VALUE_BYTES or (not text.isascii() and not text.isprintable())
    if wrong or (name == b"x-road-id" and not _ID.fullmatch(value)):
        raise CodedError("exchange.header_malformed", name=name.decode())
    return text


def _split(url: str) -> tuple[str, str, str]:
    """The service as it is encoded canonically, its address, and what follows it."""
    path, mark, query = url.partition("?")
    parts = path.split("/", 7)
    if len(parts) < 7:
        raise CodedError("exchange.request_malformed")
    encoded, address = _service("/".join(parts[2:7]))
    rest = f"/{parts[7]}" if len(parts) == 8 else ""
    return encoded, address, f"{rest}{mark}{query}"


@lru_cache(maxsize=4096)
def _service(text: str) -> tuple[str, str]:
    parts = parse_encoded(text, 5)
    return "/".join(map(encode_part, parts)), "/".join(parts)


@lru_cache(maxsize=4096)
def _client(text: str) -> str:
    """A client may be a member without a subsystem, as X-Road writes it; none of ours is, and it is then unknown."""
    return "/".join(parse_encoded(text, 3 if text.count("/") == 2 else 4))


def _server(text: str) -> str:
    """The node that X-Road-Security-Server names (`instance/class/member/server`), with its member: as it stands."""
    return "/".join(parse_encoded(text, 4)) if text else ""


def _represented(text: str) -> None:
    """X-Road-Represented-Party is `[class/]code`; it is signed and passed on, nothing is decided by it."""
    if text and (text.count("/") > 1 or not all(_is_utf8(part) for part in text.split("/"))):
        raise CodedError("exchange.header_malformed", name="x-road-represented-party")


def written(request: bytes) -> str:
    """R as UUIDs are written; four times for each request, so without making a UUID."""
    text = request.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _is_utf8(part: str) -> bool:
    try:
        return unquote_to_bytes(part).decode("utf-8") != ""
    except UnicodeDecodeError:
        return False


def _preferred(prefer: str) -> tuple[bool, float]:
    """Whether the answer may come later, and how long the caller waits (RFC 7240)."""
    if not prefer:
        return False, DEFAULT_WAIT_S
    later = any(one.strip().lower() == "respond-async" for one in prefer.replace(";", ",").split(","))
    wait = _WAIT.search(prefer)
    return later, min(float(wait[1]), MAX_WAIT_S) if wait else DEFAULT_WAIT_S


def _travelling(pairs: Pairs, request: bytes, made_id: str, later: bool) -> Pairs:
    """The headers that go on to the provider, with the gateway's own at the end as X-Road puts them."""
    found = headers.forwarded(pairs)
    if later:  # this preference has been heard here; the provider answers at once
        found = [pair for pair in found if pair[0].lower() != b"prefer"]
    found.append((b"x-road-request-id", written(request).encode()))
    if made_id:
        found = [pair for pair in found if pair[0].lower() != b"x-road-id"]
        found.append((b"x-road-id", made_id.encode()))
    return found
