"""Deterministic CBOR: one value has one encoding, and nothing else is read (RFC 8949 §4.2.1).

Only what our formats use: integers of 64 bits, byte strings, UTF-8 text, arrays, maps with integer or text keys,
true, false and null. Floats, tags, indefinite lengths, longer encodings than needed, unsorted or repeated keys and
trailing bytes are refused, so bytes that decode also re-encode to themselves.
"""

from typing import Any

from uruk.kernel.api import CodedError

MAX_BYTES = 1 << 20
MAX_DEPTH = 16
_WIDTHS = {24: 1, 25: 2, 26: 4, 27: 8}
_SIMPLE: dict[int, bool | None] = {20: False, 21: True, 22: None}


def encode(value: Any) -> bytes:
    """Encode a value deterministically; a type outside the module's list raises ``trust.cbor_type``."""
    out = bytearray()
    _write(out, value, 0)
    return bytes(out)


def decode(data: bytes, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> Any:
    """Decode deterministic CBOR; anything else raises a coded error ``trust.cbor_…``.

    ``max_bytes`` limits the input, ``max_depth`` how deep arrays and maps may nest. Bytes that end too early raise
    ``trust.cbor_cut_short``, so that callers can tell a torn code from a changed one.
    """
    if len(data) > max_bytes:
        raise CodedError("trust.cbor_too_long", limit=max_bytes)
    reader = _Reader(data, max_depth)
    value = reader.read(0)
    if reader.position != len(data):
        raise CodedError("trust.cbor_trailing", position=reader.position)
    return value


def _head(major: int, number: int) -> bytes:
    if number < 24:
        return bytes([major << 5 | number])
    for info, width in _WIDTHS.items():
        if number < 1 << 8 * width:
            return bytes([major << 5 | info]) + number.to_bytes(width, "big")
    raise CodedError("trust.cbor_type", type="int")


def _write(out: bytearray, value: Any, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise CodedError("trust.cbor_too_deep", limit=MAX_DEPTH)
    if value is None or isinstance(value, bool):
        out.append(0xE0 | {False: 20, True: 21, None: 22}[value])
    elif isinstance(value, int):
        out += _head(0, value) if value >= 0 else _head(1, -1 - value)
    elif isinstance(value, bytes):
        out += _head(2, len(value)) + value
    elif isinstance(value, str):
        out += _text(value)
    elif isinstance(value, list | tuple):
        _write_array(out, value, depth)
    elif isinstance(value, dict):
        _write_map(out, value, depth)
    else:
        raise CodedError("trust.cbor_type", type=type(value).__name__)


def _text(value: str) -> bytes:
    try:
        encoded = value.encode("utf-8")
    except UnicodeEncodeError:
        raise CodedError("trust.cbor_text") from None
    return _head(3, len(encoded)) + encoded


def _write_array(out: bytearray, value: list[Any] | tuple[Any, ...], depth: int) -> None:
    out += _head(4, len(value))
    for item in value:
        _write(out, item, depth + 1)


def _write_map(out: bytearray, value: dict[Any, Any], depth: int) -> None:
    keys: dict[bytes, Any] = {}
    for key, item in value.items():
        if isinstance(key, bool) or not isinstance(key, int | str):
            raise CodedError("trust.cbor_type", type=type(key).__name__)
        keys[encode(key)] = item
    out += _head(5, len(keys))
    for encoded in sorted(keys):
        out += encoded
        _write(out, keys[encoded], depth + 1)


class _Reader:
    """A cursor over the bytes; each method reads one thing and moves on."""

    def __init__(self, data: bytes, max_depth: int) -> None:
        self.data = data
        self.max_depth = max_depth
        self.position = 0

    def take(self, count: int) -> bytes:
        if count > len(self.data) - self.position:
            raise CodedError("trust.cbor_cut_short", position=len(self.data))
        start, self.position = self.position, self.position + count
        return self.data[start : self.position]

    def head(self) -> tuple[int, int]:
        initial = self.take(1)[0]
        major, info = initial >> 5, initial & 31
        if info < 24:
            return major, info
        width = _WIDTHS.get(info)
        if width is None or major == 7:
            raise CodedError("trust.cbor_not_deterministic", position=self.position - 1)
        number = int.from_bytes(self.take(width), "big")
        if number < (24 if width == 1 else 1 << 4 * width):
            raise CodedError("trust.cbor_not_deterministic", position=self.position)
        return major, number

    def read(self, depth: int) -> Any:
        if depth > self.max_depth:
            raise CodedError("trust.cbor_too_deep", limit=self.max_depth)
        at = self.position
        major, number = self.head()
        if major <= 1:
            return number if major == 0 else -1 - number
        if major == 2:
            return self.take(number)
        if major == 3:
            return self.text(number)
        if major == 4:
            return self.array(number, depth)
        if major == 5:
            return self.map(number, depth)
        if major == 7 and number in _SIMPLE:
            return _SIMPLE[number]
        raise CodedError("trust.cbor_not_deterministic", position=at)

    def text(self, length: int) -> str:
        try:
            return self.take(length).decode("utf-8")
        except UnicodeDecodeError:
            raise CodedError("trust.cbor_text") from None

    def array(self, length: int, depth: int) -> list[Any]:
        self.room_for(length)
        return [self.read(depth + 1) for _ in range(length)]

    def map(self, length: int, depth: int) -> dict[int | str, Any]:
        self.room_for(2 * length)
        result: dict[int | str, Any] = {}
        previous = b""
        for _ in range(length):
            start = self.position
            key = self.read(depth + 1)
            encoded = self.data[start : self.position]
            if isinstance(key, bool) or not isinstance(key, int | str) or encoded <= previous:
                raise CodedError("trust.cbor_not_deterministic", position=start)
            previous = encoded
            result[key] = self.read(depth + 1)
        return result

    def room_for(self, items: int) -> None:
        # An item takes at least one byte: a length that cannot fit must not make us loop or reserve memory.
        if items > len(self.data) - self.position:
            raise CodedError("trust.cbor_cut_short", position=len(self.data))
