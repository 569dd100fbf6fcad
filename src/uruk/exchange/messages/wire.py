"""What two gateways say to each other over one TLS connection: frames, many requests at a time.

A frame is its length (u32, big-endian, of what follows), one byte of kind, and MessagePack. `stream` numbers a request
on its connection. A body up to INLINE_BYTES travels inside its head; a larger one follows in BODY frames and ends with
an END frame. Receipts travel as `Proof`: with the statement that the receiver writes again by itself they are complete.
"""

from typing import Any

import msgspec

from uruk.kernel.api import CodedError

PROTOCOL = "uruk-exchange/1"  # the ALPN name
INLINE_BYTES = 64 * 1024
CHUNK_BYTES = 64 * 1024
MAX_FRAME_BYTES = 512 * 1024
HELLO, DIRECTORY, REQUEST, BODY, END, ANSWER, REFUSED, CANCEL, PING, PONG = range(1, 11)


class Proof(msgspec.Struct, frozen=True, array_like=True):
    """That a statement's entry is in its author's log: `path` is the audit path, 32 bytes a hash, end to end."""

    salt: bytes
    index: int
    path: bytes
    checkpoint: bytes


class Hello(msgspec.Struct, frozen=True, array_like=True):
    """The first frame of each side: what it is and which directory it goes by. `now` in Unix seconds."""

    node: str
    instance: str
    now: float
    directory_version: int
    entries: dict[str, int]


class DirectoryParts(msgspec.Struct, frozen=True, array_like=True):
    """Newer parts of the country directory, each as the bytes of its signed file; the receiver verifies each."""

    parts: list[bytes]


class RequestHead(msgspec.Struct, frozen=True, array_like=True):
    """A request: the facts and reference of its statement, the header part that was hashed, the body or its promise.

    `header_part` is what X-Road hashes: request line and headers. `forwarded` are the headers to hand to the provider,
    as name-value pairs. `body` is None where it follows in BODY frames; `proof` then comes with END.
    """

    stream: int
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
    author: str
    time: int
    directory_version: int
    directory_digest: bytes
    header_part: bytes
    forwarded: list[tuple[bytes, bytes]]
    body: bytes | None
    proof: Proof | None


class Body(msgspec.Struct, frozen=True, array_like=True):
    """A piece of a body."""

    stream: int
    data: bytes


class End(msgspec.Struct, frozen=True, array_like=True):
    """The end of a body, with the receipt."""

    stream: int
    proof: Proof


class AnswerHead(msgspec.Struct, frozen=True, array_like=True):
    """An answer, as `RequestHead` is a request; `statement` is SHA-256 of the request's `sent` statement."""

    stream: int
    request: bytes
    statement: bytes
    status: int
    header: bytes
    content: bytes
    length: int
    agreement: bytes
    outcome: str
    author: str
    time: int
    directory_version: int
    directory_digest: bytes
    header_part: bytes
    forwarded: list[tuple[bytes, bytes]]
    body: bytes | None
    proof: Proof | None


class Refused(msgspec.Struct, frozen=True, array_like=True):
    """The far gateway's own refusal of a request, before anything was logged: a code of `exchange` and its values."""

    stream: int
    code: str
    values: dict[str, str | int]


class Cancel(msgspec.Struct, frozen=True, array_like=True):
    """The asker does not wait any more (or will send no more of this body)."""

    stream: int


class Ping(msgspec.Struct, frozen=True, array_like=True):
    """Are you there? Answered by PONG with the same number."""

    number: int


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
    if len(buffer) < 5:
        return None
    length = int.from_bytes(buffer[:4], "big")
    if not 1 <= length <= MAX_FRAME_BYTES:
        raise CodedError("exchange.frame_malformed")
    if len(buffer) < 4 + length:
        return None
    kind, data = buffer[4], bytes(memoryview(buffer)[5 : 4 + length])
    del buffer[: 4 + length]
    decoder = _DECODERS.get(kind)
    if decoder is None:
        raise CodedError("exchange.frame_malformed")
    try:
        return kind, decoder.decode(data)
    except msgspec.MsgspecError:
        raise CodedError("exchange.frame_malformed") from None
