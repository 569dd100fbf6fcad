"""What travels over the log's Unix socket: a length (u32, big-endian) and deterministic CBOR of that length."""

from typing import Any

from uruk.kernel.api import CodedError
from uruk.trust import cbor

MAX_QUESTION_BYTES = 8 << 20
MAX_ANSWER_BYTES = 32 << 20  # a receipt is longer than its statement: base64 and the proof
LENGTH_BYTES = 4


def pack(message: dict[str, Any]) -> bytes:
    """The bytes of a message."""
    data = cbor.encode(message)
    return len(data).to_bytes(LENGTH_BYTES, "big") + data


def take(buffer: bytearray, limit: int = MAX_QUESTION_BYTES) -> dict[str, Any] | None:
    """Take one whole message off the front of the buffer, or return None; `trust.wire_malformed` for any other.

    `limit` in bytes: a longer message is refused by its first four bytes, before it is waited for.
    """
    if len(buffer) < LENGTH_BYTES:
        return None
    length = int.from_bytes(buffer[:LENGTH_BYTES], "big")
    if length > limit:
        raise CodedError("trust.wire_malformed")
    if len(buffer) < LENGTH_BYTES + length:
        return None
    data = bytes(buffer[LENGTH_BYTES : LENGTH_BYTES + length])
    del buffer[: LENGTH_BYTES + length]
    message = cbor.decode(data, limit)
    if not isinstance(message, dict):
        raise CodedError("trust.wire_malformed")
    return message


def error_message(error: CodedError) -> dict[str, Any]:
    """A coded error as a message."""
    values = {name: value if isinstance(value, int) else str(value) for name, value in error.values.items()}
    return {"error": error.code, "values": values}
