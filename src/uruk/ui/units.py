"""Numbers with their units, in the reader's language."""

from uruk.definitions.api import Field
from uruk.kernel.api import amount_in, ascii_digits, unit_name
from uruk.kernel.api import with_unit as written_with
from uruk.ui.language import reader_language


def unit_label(unit: str) -> str:
    """A unit in the reader's language; one that is not known as it is written."""
    return unit_name(unit, reader_language())


def with_unit(number: str, unit: str | None) -> str:
    """A number with its unit."""
    return written_with(number, unit, reader_language()) if unit else number


def amount_told(amount: int, unit: str | None) -> str:
    """An amount as the reader writes it, with its unit; long ones in groups of three digits."""
    return amount_in(amount, unit, reader_language())


def kept_amount(value: object) -> int | None:
    """What a field of a draft holds, where it is a number; what was typed and is none stays as it was typed."""
    if isinstance(value, str) and (digits := ascii_digits(value)).isascii() and digits.isdigit():
        return int(digits)
    return value if isinstance(value, int) else None


def field_amount(field: Field, amount: int) -> str:
    """What a field holds as the reader writes it: in the unit in which people write it, where it has one."""
    if field.entry is None:
        return amount_told(amount, field.unit)
    return amount_in(field.entry.written(amount), field.entry.unit, reader_language())
