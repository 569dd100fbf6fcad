"""What two gateways say to each other over one TLS connection: frames, many requests at a time.

A frame is its length (u32, big-endian, of what follows), one byte of kind, and MessagePack. `stream` numbers a request
on its connection. A body up to INLINE_BYTES travels inside its head; a larger one follows in BODY frames and ends with
an END frame. Receipts travel as `Proof`: with the statement that the receiver writes again by itself they are complete.
"""

from typing import Annotated, Any

import msgspec

from uruk.kernel.api import CodedError

PROTOCOL = "uruk-exchange/1"  # the ALPN name
INLINE_BYTES = 64 * 1024
CHUNK_BYTES = 64 * 1024
MAX_FRAME_BYTES = 512 * 1024
# Numbers and digests as statements can hold them: what is anything else is no frame.
Number = Annotated[int, msgspec.Meta(ge=0, lt=1 << 53)]
Status = Annotated[int, msgspec.Meta(ge=100, le=999)]
Id = Annotated[bytes, msgspec.Meta(min_length=16, max_length=16)]
Digest = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
AgreementDigest = Annotated[bytes, msgspec.Meta(max_length=32)]
Moment = Annotated[float, msgspec.Meta(ge=0, lt=1 << 53)]

HELLO, DIRECTORY, REQUEST, BODY, END, ANSWER, REFUSED, CANCEL, PING, PONG = range(1, 11)


class Proof(msgspec.Struct, frozen=True, array_like=True):
    """That a statement's entry is in its author's log: `path` is the audit path, 32 bytes a hash, end to end."""

    salt: Digest
    index: Number
    path: bytes
    checkpoint: bytes


class Hello(msgspec.Struct, frozen=True, array_like=True):
    """The first frame of each side: what it is and which directory it goes by. `now` in Unix seconds."""

    node: str
    instance: str
    now: Moment
    directory_version: Number
    entries: dict[str, Number]


class DirectoryParts(msgspec.Struct, frozen=True, array_like=True):
    """Newer parts of the country directory, each as the bytes of its signed file; the receiver verifies each."""

    parts: list[bytes]


class RequestHead(msgspec.Struct, frozen=True, array_like=True):
    """A request: the facts and reference of its statement, the header part that was hashed, the body or its promise.

    `header_part` is what X-Road hashes, request line and headers: the provider forwards exactly these, so nothing
    travels beside what was signed. `body` is None where it follows in BODY frames; `proof` then comes with END.
    `again`: this request may have arrived before; who knows it gives the answer that is logged, whatever the time.
    """

    stream: Number
    request: Id
    client: str
    service: str
    method: str
    target: str
    id: str
    purpose: str
    law: str
    header: Digest
    content: Digest
    length: Number
    agreement: AgreementDigest
    until: Number
    author: str
    time: Number
    directory_version: Number
    directory_digest: Digest
    header_part: bytes
    body: bytes | None
    proof: Proof | None
    again: bool = False


class Body(msgspec.Struct, frozen=True, array_like=True):
    """A piece of a body."""

    stream: Number
    data: bytes


class End(msgspec.Struct, frozen=True, array_like=True):
    """The end of a body, with the receipt."""

    stream: Number
    proof: Proof


class AnswerHead(msgspec.Struct, frozen=True, array_like=True):
    """An answer, as `RequestHead` is a request; `statement` is SHA-256 of the request's `sent` statement.

    Its `header_part` is the status and the headers, written as those of a request.
    """

    stream: Number
    request: Id
    statement: Digest
    status: Status
    header: Digest
    content: Digest
    length: Number
    agreement: AgreementDigest
    outcome: str
    author: str
    time: Number
    directory_version: Number
    directory_digest: Digest
    header_part: bytes
    body: bytes | None
    proof: Proof | None


class Refused(msgspec.Struct, frozen=True, array_like=True):
    """The far gateway's own refusal of a request, before anything was logged: a code of `exchange` and its values."""

    stream: Number
    code: str
    values: dict[str, str | int]


class Cancel(msgspec.Struct, frozen=True, array_like=True):
    """The asker does not wait any more (or will send no more of this body)."""

    stream: Number


class Ping(msgspec.Struct, frozen=True, array_like=True):
    """Are you there? Answered by PONG with the same number."""

    number: Number


TYPES: dict[int, Any] = {
    HELLO: Hello,
    DIRECTORY: DirectoryParts,
    REQUEST: RequestHead,
    BODY: Body,
    END: End,
    ANSWER: AnswerHead,
    REFUSED: Refused,
    CANCEL: Cancel,
    PING: Ping,
    PONG: Ping,
}
_DECODERS = {kind: msgspec.msgpack.Decoder(found) for kind, found in TYPES.items()}
_encode = msgspec.msgpack.Encoder().encode


def pack(kind: int, message: msgspec.Struct) -> bytes:
    """The bytes of a frame."""
    data = _encode(message)
    return (len(data) + 1).to_bytes(4, "big") + bytes((kind,)) + data


def take(buffer: bytearray) -> tuple[int, Any] | None:
    """Take one whole frame off the front of the buffer: its kind and message; None where it is not there yet.

    `exchange.frame_malformed` for anything that is no frame: the connection must then be closed.
    """
    end = _end_of_frame(buffer, 0)
    if end is None:
        return None
    kind, data = buffer[4], bytes(memoryview(buffer)[5:end])
    del buffer[:end]
    return kind, _decoded(kind, data)


def take_all(buffer: bytearray) -> list[tuple[int, Any]]:
    """Take every whole frame off the front of the buffer, as `take` does one."""
    found, start = [], 0
    with memoryview(buffer) as view:
        while (end := _end_of_frame(buffer, start)) is not None:
            with view[start + 5 : end] as data:
                found.append((buffer[start + 4], _decoded(buffer[start + 4], data)))
            start = end
    del buffer[:start]
    return found


def _end_of_frame(buffer: bytearray, start: int) -> int | None:
    if len(buffer) < start + 5:
        return None
    length = int.from_bytes(buffer[start : start + 4], "big")
    if not 1 <= length <= MAX_FRAME_BYTES:
        raise CodedError("exchange.frame_malformed")
    end = start + 4 + length
    return end if end <= len(buffer) else None


def _decoded(kind: int, data: bytes | memoryview) -> Any:
    decoder = _DECODERS.get(kind)
    if decoder is None:
        raise CodedError("exchange.frame_malformed")
    try:
        return decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise CodedError("exchange.frame_malformed") from None
