"""Reading JSON that others wrote: no repeated keys, no floats, limits on size and depth, and typed access by path."""

import base64
import binascii
from datetime import datetime
from typing import Any, NoReturn

from uruk.kernel.api import CodedError, Text, load_whole_json, parse_rfc3339

MAX_BYTES = 4 << 20


def load(data: str | bytes, max_bytes: int = MAX_BYTES) -> Any:
    """Read JSON text; repeated keys, floats, NaN, wrong UTF-8 or more than ``max_bytes`` raise ``trust.json_…``."""
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    if len(raw) > max_bytes:
        raise CodedError("trust.json_too_long", limit=max_bytes)
    try:
        return load_whole_json(raw.decode("utf-8"))
    except (ValueError, RecursionError):
        raise CodedError("trust.json_malformed") from None


class Node:
    """A place in a JSON document; each getter checks the type and names the path when it is wrong.

    Every wrong or missing value raises ``trust.keys_shape`` with the path, like ``institutions.interior.seals.0.key``.
    """

    def __init__(self, value: Any, path: str = "") -> None:
        self.value = value
        self.path = path

    def fail(self, name: str = "") -> NoReturn:
        """Raise ``trust.keys_shape`` for this place or for the named member of it."""
        raise CodedError("trust.keys_shape", path=".".join(part for part in (self.path, name) if part) or "/")

    def get(self, name: str, kind: type | tuple[type, ...]) -> Any:
        """The member's value, of the given type; a missing member is null."""
        if not isinstance(self.value, dict):
            self.fail()
        value = self.value.get(name)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is int):
            self.fail(name)
        return value

    def text(self, name: str) -> str:
        """A string that is not empty."""
        return str(self.get(name, str) or self.fail(name))

    def number(self, name: str) -> int:
        """An integer that is not negative."""
        value: int = self.get(name, int)
        return value if 0 <= value < 1 << 53 else self.fail(name)

    def time(self, name: str) -> datetime:
        """An RFC 3339 time."""
        try:
            return parse_rfc3339(self.text(name))
        except CodedError:
            self.fail(name)

    def time_or_none(self, name: str) -> datetime | None:
        """An RFC 3339 time, or None where the member is null or missing."""
        return None if self.get(name, (str, type(None))) is None else self.time(name)

    def bytes64(self, name: str, length: int | None = None) -> bytes:
        """Bytes in padded standard base64."""
        return self._base64(name, self.get(name, str), length)

    def list64(self, name: str) -> tuple[bytes, ...]:
        """A list of byte strings in padded standard base64."""
        return tuple(self._base64(name, item, None) for item in self.get(name, list))

    def names(self, name: str) -> Text:
        """A text in the three languages."""
        try:
            return Text.parse(self.get(name, dict))
        except CodedError:
            self.fail(name)

    def items(self, name: str) -> list["Node"]:
        """The members of a list."""
        place = f"{self.path}.{name}".lstrip(".")
        return [Node(item, f"{place}.{position}") for position, item in enumerate(self.get(name, list))]

    def members(self, name: str) -> dict[str, "Node"]:
        """The members of an object, by key; a missing object is empty."""
        place = f"{self.path}.{name}".lstrip(".")
        found = self.get(name, (dict, type(None))) or {}
        return {key: Node(item, f"{place}.{key}") for key, item in found.items()}

    def child(self, name: str) -> "Node":
        """An object that is a member."""
        return Node(self.get(name, dict), f"{self.path}.{name}".lstrip("."))

    def _base64(self, name: str, text: Any, length: int | None) -> bytes:
        try:
            data = base64.b64decode(text.encode("ascii"), validate=True)
        except (binascii.Error, UnicodeEncodeError, AttributeError):
            self.fail(name)
        if base64.b64encode(data).decode() != text or (length is not None and len(data) != length):
            self.fail(name)
        return data
