"""Headers: which ones travel, the header part that X-Road hashes, and the hash that ties an answer to its request.

Names and values are bytes as they stand on the wire, in their order. What travels is read back from the header part,
which is hashed and signed, so that no header goes beside what was signed.
"""

import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from hashlib import sha512

from uruk.kernel.api import CodedError

Pair = tuple[bytes, bytes]

MAX_PART_BYTES = 64 * 1024
MAX_HEADERS = 200

# X-Road REST r1, "Filtered headers" and "Specially handled headers" (4.3).
HOP_BY_HOP = frozenset(
    (
        b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"proxy-connection", b"te",
        b"trailer", b"transfer-encoding", b"upgrade", b"host", b"user-agent", b"server", b"content-length", b"expect",
    )
)  # fmt: skip
# Only gateways say these: whoever else does is not heard.
GATEWAY_REQUEST = frozenset((b"x-road-request-id", b"x-road-request-hash", b"x-road-service", b"x-road-error"))
GATEWAY_ANSWER = GATEWAY_REQUEST | {b"x-road-id", b"x-road-client"}
_NOT_ON, _NOT_BACK = HOP_BY_HOP | GATEWAY_REQUEST, HOP_BY_HOP | GATEWAY_ANSWER
# A caller must not have what it signs removed on the way by naming it in Connection.
_KEPT = (b"x-road-", b"uruk-", b"content-", b"authorization", b"cookie")
_VERB, _STATUS = re.compile(rb"[A-Z]{1,16}"), re.compile(r"[1-9][0-9]{2}")
_PART = re.compile(rb"[^\r\n]+\r\n(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[^\r\n\x00]*\r\n)*")


def forwarded(pairs: Iterable[Pair]) -> list[Pair]:
    """The headers of a request that go on to the provider: all but those of this connection and of gateways."""
    return _travelling(pairs, _NOT_ON)


def forwarded_answer(pairs: Iterable[Pair]) -> list[Pair]:
    """The headers of an answer that go back to the caller; the gateway itself sets X-Road-Id and its like."""
    return _travelling(pairs, _NOT_BACK)


def header_part(method: str, target_line: str, pairs: Iterable[Pair]) -> bytes:
    """What is hashed of a request's head: `VERB CRLF target CRLF`, then `Name:Value CRLF` for each header."""
    return b"%b\r\n%b\r\n%b" % (method.encode("ascii"), target_line.encode("ascii"), _lines(pairs))


def answer_part(status: int, pairs: Iterable[Pair]) -> bytes:
    """What is hashed of an answer's head: `STATUS CRLF`, then `Name:Value CRLF` for each header."""
    return b"%d\r\n%b" % (status, _lines(pairs))


def read_header_part(part: bytes) -> tuple[str, str, list[Pair]]:
    """Verb, target line and headers of a request's head; `exchange.header_part_malformed` unless it writes back so."""
    method, _, rest = part.partition(b"\r\n")
    if not _VERB.fullmatch(method):
        raise CodedError("exchange.header_part_malformed")
    line, pairs = _read(rest)
    return method.decode(), line, pairs


def read_answer_part(part: bytes) -> tuple[int, list[Pair]]:
    """Status and headers of an answer's head; `exchange.header_part_malformed` unless it writes back so."""
    line, pairs = _read(part)
    if not _STATUS.fullmatch(line):
        raise CodedError("exchange.header_part_malformed")
    return int(line), pairs


def request_hash(part: bytes, body_sha512: bytes | None = None) -> str:
    """X-Road-Request-Hash: base64 SHA-512(SHA-512(header part) ‖ SHA-512(body)); without body, of the header part."""
    if body_sha512 is None:
        return b64encode(sha512(part).digest()).decode()
    return b64encode(sha512(sha512(part).digest() + body_sha512).digest()).decode()


def find_header(pairs: Iterable[Pair], name: bytes) -> bytes | None:
    """The value of the last header of a name (in small letters), as X-Road says of repetitions, or None."""
    found, length = None, len(name)
    for given, value in pairs:
        if len(given) == length and given.lower() == name:
            found = value
    return found


def _travelling(pairs: Iterable[Pair], own: frozenset[bytes]) -> list[Pair]:
    kept, named = [], []
    for pair in pairs:
        small = pair[0].lower()
        if small not in own:
            kept.append(pair)
        elif small == b"connection":
            named.append(pair[1])
    if named and named not in ([b"keep-alive"], [b"close"]):
        left_out = _named(named)
        return [pair for pair in kept if pair[0].lower() not in left_out]
    return kept


def _named(connection: Sequence[bytes]) -> frozenset[bytes]:
    """The headers that Connection declares to be of this hop (RFC 9110 §7.6.1)."""
    names = {name.strip().lower() for value in connection for name in value.split(b",")}
    return frozenset(name for name in names if not name.startswith(_KEPT))


def _lines(pairs: Iterable[Pair]) -> bytes:
    return b"".join([b"%b:%b\r\n" % pair for pair in pairs])


def _read(part: bytes) -> tuple[str, list[Pair]]:
    """The first line and the headers. Nothing is trimmed: what is read writes back the same bytes."""
    found = _PART.fullmatch(part) if len(part) <= MAX_PART_BYTES else None
    if found is None:
        raise CodedError("exchange.header_part_malformed")
    line, *lines = part.split(b"\r\n")
    pairs = [(name, value) for name, _, value in [each.partition(b":") for each in lines[:-1]]]
    if len(pairs) > MAX_HEADERS or not line.isascii():
        raise CodedError("exchange.header_part_malformed")
    return line.decode("ascii"), pairs
