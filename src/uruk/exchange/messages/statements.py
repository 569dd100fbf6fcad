"""The four statements of an exchange, written as the bytes that are logged.

They are ordinary statements (`uruk.trust` reads them), but a gateway writes thousands a second, so they are put
together from encoded pieces; a property test holds them equal to what `trust.cbor` writes. The receiver of a message
writes the sender's statement again from the parts it received and compares: nothing is parsed.

    who                what                                  act id
    consumer's log     message.request, role sent            R
    provider's log     message.request, role received        R + 1
    provider's log     message.answer, role sent             R + 2
    consumer's log     message.answer, role received         R + 3   (or role missing: nobody knows the outcome)

R is the request's UUIDv7 (X-Road-Request-Id) with its last two bits zero, so an act id finds any of the four.
"""

from functools import lru_cache
from hashlib import sha256
from struct import Struct
from uuid import UUID

import msgspec

from uruk.kernel.api import new_id_bytes
from uruk.trust.api import Statement, parse_statement

SENT, RECEIVED, ANSWERED, ANSWER_RECEIVED = range(4)
REQUEST, ANSWER = "message.request", "message.answer"


class Reference(msgspec.Struct, frozen=True, gc=False):
    """Where a statement stands: its author, its time (Unix seconds), the country directory its author went by."""

    author: str
    time: int
    directory_version: int
    directory_digest: bytes


class RequestFacts(msgspec.Struct, frozen=True, gc=False):
    """What a request's statement says beside its reference.

    `request` is R (16 bytes); `client` and `service` are addresses; `target` is path and query exactly as they are
    forwarded; `id` is X-Road-Id; `header` and `content` are SHA-256 of header part and body, `length` the body's bytes;
    `agreement` is the digest the sender went by (empty where it knows none); `until` ends the request's validity.
    """

    request: bytes
    client: str
    service: str
    method: str
    target: str
    id: str
    purpose: str
    law: str
    header: bytes
    content: bytes
    length: int
    agreement: bytes
    until: int


class AnswerFacts(msgspec.Struct, frozen=True, gc=False):
    """What an answer's statement says; `statement` is SHA-256 of the request's `sent` statement.

    `outcome` is "answered" (status and body are the provider's own) or the code of the exchange's error that stands
    for an answer; `agreement` is the digest the provider judged by.
    """

    request: bytes
    statement: bytes
    client: str
    service: str
    status: int
    header: bytes
    content: bytes
    length: int
    agreement: bytes
    outcome: str


class ReceivedFacts(msgspec.Struct, frozen=True, gc=False):
    """What a receiver says: which statement it received (SHA-256), and where it stands in the sender's log.

    `agreement` (a request's) is the digest it was judged by; `hidden_until` (Unix seconds, 0: not hidden) is when its
    subjects may see that it happened.
    """

    request: bytes
    statement: bytes
    origin: str
    index: int
    agreement: bytes = b""
    hidden_until: int = 0


def new_request() -> bytes:
    """A fresh request id R: 16 bytes of a UUIDv7 whose last two bits are zero."""
    made = new_id_bytes()
    return made[:15] + bytes([made[15] & 0xFC])


def act_of(request: bytes, role: int) -> UUID:
    """The act id of one of a request's four statements (SENT, RECEIVED, ANSWERED, ANSWER_RECEIVED)."""
    return UUID(bytes=act_bytes(request, role))


def act_bytes(request: bytes, role: int) -> bytes:
    """The act id of one of a request's four statements, as 16 bytes."""
    return request[:15] + _HEADS[request[15] | role]


def is_request_id(request: bytes) -> bool:
    """Whether these bytes may be an R: 16 bytes, version 7, the last two bits zero."""
    return len(request) == 16 and request[6] >> 4 == 7 and request[8] >> 6 == 2 and request[15] & 3 == 0


def request_sent(facts: RequestFacts, at: Reference) -> bytes:
    """The statement of the consumer's institution that it sent a request."""
    law, client, method, purpose, service = _of_pair(
        facts.law, facts.client, facts.method, facts.purpose, facts.service, facts.agreement
    )
    request = facts.request
    return b"".join(
        (
            _BEGIN, act_bytes(request, SENT), _REQUEST_SENT, _text(facts.id), law, _head(0, facts.until),
            client, _BYTES[len(facts.header)], facts.header, _LENGTH, _NUMBERS[facts.length],
            method, _text(facts.target), _CONTENT, _BYTES[len(facts.content)], facts.content,
            purpose, _BYTES[len(request)], request, service,
            _tail(REQUEST, "sent", at.author, at.time, at.directory_version, at.directory_digest),
        )
    )  # fmt: skip


@lru_cache(maxsize=4096)
def _of_pair(law: str, client: str, method: str, purpose: str, service: str, agreement: bytes) -> tuple[bytes, ...]:
    """What the requests of a consumer to a service have in common, with the keys of what follows each piece."""
    return (
        _LAW + _text(law) + _UNTIL,
        _CLIENT + _text(client) + _HEADER,
        _METHOD + _text(method) + _TARGET,
        _PURPOSE + _text(purpose) + _REQUEST,
        _SERVICE + _text(service) + _AGREEMENT + _bytes(agreement),
    )


def request_received(facts: ReceivedFacts, at: Reference) -> bytes:
    """The statement of the provider's institution that it received a request."""
    request = facts.request
    return b"".join(
        (
            _BEGIN, act_bytes(request, RECEIVED), _REQUEST_RECEIVED, _head(0, facts.index), _of_log(facts.origin),
            _BYTES[len(request)], request, _AGREEMENT, _BYTES[len(facts.agreement)], facts.agreement,
            _STATEMENT, _BYTES[len(facts.statement)], facts.statement, _HIDDEN_UNTIL, _NUMBERS[facts.hidden_until],
            _tail(REQUEST, "received", at.author, at.time, at.directory_version, at.directory_digest),
        )
    )  # fmt: skip


def answer_sent(facts: AnswerFacts, at: Reference) -> bytes:
    """The statement of the provider's institution that it answered."""
    request = facts.request
    return b"".join(
        (
            _BEGIN, act_bytes(request, ANSWERED), _ANSWER_SENT, _short(facts.client),
            _HEADER, _BYTES[len(facts.header)], facts.header, _LENGTH, _NUMBERS[facts.length],
            _STATUS, _NUMBERS[facts.status], _CONTENT, _BYTES[len(facts.content)], facts.content,
            _of_outcome(facts.outcome), _BYTES[len(request)], request, _SERVICE, _short(facts.service),
            _AGREEMENT, _BYTES[len(facts.agreement)], facts.agreement,
            _STATEMENT, _BYTES[len(facts.statement)], facts.statement,
            _tail(ANSWER, "sent", at.author, at.time, at.directory_version, at.directory_digest),
        )
    )  # fmt: skip


def answer_received(facts: ReceivedFacts, at: Reference) -> bytes:
    """The statement of the consumer's institution that it received the answer."""
    request = facts.request
    return b"".join(
        (
            _BEGIN, act_bytes(request, ANSWER_RECEIVED), _ANSWER_TAKEN, _head(0, facts.index), _of_log(facts.origin),
            _BYTES[len(request)], request, _STATEMENT, _BYTES[len(facts.statement)], facts.statement,
            _tail(ANSWER, "received", at.author, at.time, at.directory_version, at.directory_digest),
        )
    )  # fmt: skip


@lru_cache(maxsize=1024)
def _of_log(origin: str) -> bytes:
    return _ORIGIN + _text(origin) + _REQUEST


@lru_cache(maxsize=1024)
def _of_outcome(outcome: str) -> bytes:
    return _OUTCOME + _text(outcome) + _REQUEST


def read_request(statement: bytes) -> tuple[RequestFacts, Reference]:
    """The facts of a `sent` statement of a request, read again; errors as those of `parse_statement`."""
    said = parse_statement(statement)
    return RequestFacts(**said.body), _reference(said)


def read_answer(statement: bytes) -> AnswerFacts:
    """The facts of a provider's answer, read again; errors as those of `parse_statement`."""
    return AnswerFacts(**parse_statement(statement).body)


def read_reference(statement: bytes) -> Reference:
    """Where a statement stands, read again."""
    return _reference(parse_statement(statement))


def _reference(said: Statement) -> Reference:
    return Reference(said.author, said.time, said.directory_version, said.directory_digest)


def answer_missing(request: bytes, code: str, at: Reference) -> bytes:
    """The statement of the consumer's institution that its caller was told `code`, for no answer came."""
    return b"".join(
        (
            _BEGIN, act_bytes(request, ANSWER_RECEIVED), _ANSWER_MISSING, _short(code),
            _REQUEST, _BYTES[len(request)], request,
            _tail(ANSWER, "missing", at.author, at.time, at.directory_version, at.directory_digest),
        )
    )  # fmt: skip


def statement_digest(statement: bytes) -> bytes:
    """SHA-256 of a statement, by which the other three name it (never published: it is unsalted)."""
    return sha256(statement).digest()


@lru_cache(maxsize=1024)
def _tail(kind: str, role: str, author: str, time: int, version: int, digest: bytes) -> bytes:
    """What follows the body: the same for all statements that an author makes in a role within one second."""
    return b"".join(
        (
            _ROLE, _short(role), _TIME, _head(0, time), _TYPE, _short(kind), _URUK, _VERSION, _AUTHOR, _short(author),
            _DIRECTORY, b"\xa2", _DIGEST, _bytes(digest), _DIRECTORY_VERSION, _head(0, version),
        )
    )  # fmt: skip


def _head(major: int, number: int) -> bytes:
    """The head of an item (RFC 8949 §3), shortest form."""
    kind = major << 5
    if number < 24:
        return _HEADS[kind | number]
    if number < 1 << 8:
        return bytes((kind | 24, number))
    if number < 1 << 16:
        return _U16(kind | 25, number)
    if number < 1 << 32:
        return _U32(kind | 26, number)
    return _U64(kind | 27, number)


def _text(text: str) -> bytes:
    data = text.encode()
    return _head(3, len(data)) + data


_short = lru_cache(maxsize=4096)(_text)  # addresses, roles and purposes recur


def _bytes(data: bytes) -> bytes:
    return b"\x58\x20" + data if len(data) == 32 else _head(2, len(data)) + data


_HEADS = tuple(bytes((number,)) for number in range(256))
_U16, _U32, _U64 = (Struct(f">B{size}").pack for size in "HIQ")


class _Heads(dict[int, bytes]):
    """The heads of one major type by their number: those that recur are looked up, which costs no call."""

    def __init__(self, major: int) -> None:
        super().__init__((number, _head(major, number)) for number in range(1024))
        self._major = major

    def __missing__(self, number: int) -> bytes:
        return _head(self._major, number)


_NUMBERS, _BYTES = _Heads(0), _Heads(2)


# Keys, encoded. In each map they stand in bytewise order (RFC 8949 §4.2.1): shorter ones first, then by letters.
_ACT, _BODY, _ROLE, _TIME, _TYPE, _URUK = map(_text, ("act", "body", "role", "time", "type", "uruk"))
_AUTHOR, _DIRECTORY, _DIGEST, _DIRECTORY_VERSION = map(_text, ("author", "directory", "digest", "version"))
_ID, _LAW, _UNTIL, _CLIENT, _HEADER, _LENGTH = map(_text, ("id", "law", "until", "client", "header", "length"))
_METHOD, _TARGET, _CONTENT, _PURPOSE, _REQUEST = map(_text, ("method", "target", "content", "purpose", "request"))
_SERVICE, _AGREEMENT, _INDEX, _ORIGIN, _STATEMENT = map(_text, ("service", "agreement", "index", "origin", "statement"))
_STATUS, _OUTCOME, _HIDDEN_UNTIL, _CODE = map(_text, ("status", "outcome", "hidden_until", "code"))
_VERSION = _text("statement/1")
_BEGIN = b"\xa8" + _ACT + b"\x50"  # eight members; the act id, 16 bytes
# Between the act and the body's first value: how many members the body has, and the first one's key.
_REQUEST_SENT, _REQUEST_RECEIVED = _BODY + b"\xad" + _ID, _BODY + b"\xa6" + _INDEX
_ANSWER_SENT, _ANSWER_TAKEN, _ANSWER_MISSING = (
    _BODY + b"\xaa" + _CLIENT,
    _BODY + b"\xa4" + _INDEX,
    _BODY + b"\xa2" + _CODE,
)
