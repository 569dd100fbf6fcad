"""Numbers with fractions: exact on the way in and out, kept as whole numbers of their last digit (`decimals:`)."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from uruk.definitions.api import Field, Fields
from uruk.kernel.api import CodedError

# Longer than any number that is kept; an exponent would write a small text as a number of any length.
MAX_WRITTEN = 40
Turn = Callable[[Field, Any], Any]


def exact(written: str) -> Decimal:
    """A fraction of JSON text, as it is written; ValueError for one that nobody keeps."""
    if len(written) > MAX_WRITTEN or "e" in written.lower():
        raise ValueError(f"no plain number: {written[:MAX_WRITTEN]}")
    return Decimal(written)


def kept(fields: Fields, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as they are kept; a number that has more digits than its field stays what nobody keeps."""
    return _turned(fields, values, _kept)


def told(fields: Fields, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as callers have them."""
    return _turned(fields, values, _told)


def kept_number(item: Field, value: Any) -> int:
    """One number as it is kept. Errors: ``rest.query_value``."""
    found = _kept(item, value)
    if not isinstance(found, int):
        raise CodedError("rest.query_value", name=item.name)
    return found


def plain(value: Any) -> Any:
    """What was sent, with fractions as JSON has them: for what is only handed back."""
    if isinstance(value, Mapping):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    # Up to fifteen digits, which is all that is kept, the nearest float is written as the number was.
    return float(value) if isinstance(value, Decimal) else value


def _turned(fields: Fields, values: Mapping[str, Any], turn: Turn) -> dict[str, Any]:
    return {name: _inside(fields.find(name), value, turn) for name, value in values.items()}


def _inside(item: Field | None, value: Any, turn: Turn) -> Any:
    if item is None or value is None:
        return value
    if item.type == "list" and isinstance(value, list):
        return [_turned(item.members, row, turn) if isinstance(row, Mapping) else row for row in value]
    if item.is_parts and isinstance(value, Mapping):
        return _turned(item.members, value, turn)
    return turn(item, value) if item.scale > 1 else value


def _kept(item: Field, value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal) or item.entry is None:
        return value
    found = item.entry.kept(f"{value:f}" if isinstance(value, Decimal) else str(value))
    # A whole number as text would be taken for so many of the last digit.
    return [value] if found is None else found


def _told(item: Field, value: Any) -> Any:
    if item.entry is None or not isinstance(value, int):
        return value
    written = item.entry.written(value)
    return int(written) if written == written.to_integral() else plain(written)
