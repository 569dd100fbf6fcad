"""Cleaning of what people type into fields: one function a type, each answering with a stored value or a coded error.

Stored values are what JSON can hold without fractions: text, whole numbers, true and false, lists and objects.
"""

import datetime
import re
import unicodedata
from typing import TYPE_CHECKING

from uruk.kernel.api import CodedError, ascii_digits, script_of

if TYPE_CHECKING:
    from uruk.definitions.fields import Field

MAX_TEXT, MAX_LONG_TEXT = 200, 4_000
MAX_ITEMS = 100
MAX_INTEGER = 10**15

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffd-\uffff\ud800-\udfff]")
_UNREAD = "\ufffd"
_WHOLE = re.compile(r"[-+]?[0-9]{1,16}")
_GROUPING = str.maketrans("", "", " \u00a0\u202f\u066c,٬")
_TRUE = frozenset({"true", "on", "yes", "1"})
_FALSE = frozenset({"false", "off", "no", "0"})


def clean_text(field: "Field", value: object) -> str:
    """One line of text; spaces at the ends and doubled ones go, the letters stay as typed (NFC)."""
    return _checked(field, " ".join(_typed(value).split()), MAX_TEXT)


def clean_long_text(field: "Field", value: object) -> str:
    """Several lines of text."""
    typed = _typed(value)
    if typed.isprintable():
        return _checked(field, " ".join(typed.split()), MAX_LONG_TEXT)
    lines = typed.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return _checked(field, "\n".join(" ".join(line.split()) for line in lines).strip(), MAX_LONG_TEXT)


def _typed(value: object) -> str:
    if not isinstance(value, str):
        raise CodedError("definitions.field_not_text")
    # What is printable holds none of them but the sign for a letter that could not be read (a file or form in another
    # encoding); most texts are, and to ask that costs a tenth.
    if (not value.isprintable() or _UNREAD in value) and _CONTROL.search(value):
        raise CodedError("definitions.field_hidden_character")
    return value if value.isascii() else unicodedata.normalize("NFC", value)


def _checked(field: "Field", text: str, longest: int) -> str:
    length, most = len(text), field.maximum or longest
    if length > most or length > longest:
        raise CodedError("definitions.field_too_long", max=min(most, longest))
    if field.minimum and length < field.minimum:
        raise CodedError("definitions.field_too_short", min=field.minimum)
    if field.script:
        _check_script(field, text)
    return _in_form(field.pattern, field, text) if field.pattern else text


def _in_form(pattern: str, field: "Field", text: str) -> str:
    """The text in the form that its field has; digits of the other systems are taken for those of the form."""
    typed = text if re.fullmatch(pattern, text) else ascii_digits(text)
    if not re.fullmatch(pattern, typed):
        raise CodedError("definitions.field_pattern", mask=field.mask or pattern)
    return typed


def _check_script(field: "Field", text: str) -> None:
    if field.script and script_of(text) not in {field.script, "none"}:
        raise CodedError(f"definitions.field_not_{field.script}")


def clean_integer(field: "Field", value: object) -> int:
    """A whole number in any of the three digit systems, thousands separators allowed."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise CodedError("definitions.field_not_number")
    if isinstance(value, int):
        return _within(field, value)
    if value.isascii() and value.isdigit() and len(value) <= 16:
        return _within(field, int(value))
    typed = ascii_digits(value.translate(_GROUPING))
    if not _WHOLE.fullmatch(typed):
        raise CodedError("definitions.field_not_number" if field.entry is None else "definitions.field_not_entry")
    return _within(field, int(typed))


def _within(field: "Field", number: int) -> int:
    lowest = -MAX_INTEGER if field.minimum is None else field.minimum
    highest = MAX_INTEGER if field.maximum is None else field.maximum
    if number < lowest:
        raise CodedError("definitions.field_below_min", min=lowest)
    if number > highest:
        raise CodedError("definitions.field_above_max", max=highest)
    return number


def clean_money(field: "Field", value: object) -> int:
    """Whole dinars, not negative unless the field's minimum says so."""
    amount = clean_integer(field, value)
    if amount < 0 and field.minimum is None:
        raise CodedError("definitions.field_below_min", min=0)
    return amount


def clean_yes_no(field: "Field", value: object) -> bool:
    """Yes or no."""
    if isinstance(value, int) and value in (0, 1):
        return bool(value)
    word = value.strip().lower() if isinstance(value, str) else ""
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise CodedError("definitions.field_not_yes_or_no")


def clean_declaration(field: "Field", value: object) -> bool:
    """A pledge: only yes is accepted."""
    if not clean_yes_no(field, value):
        raise CodedError("definitions.field_declaration")
    return True


def clean_date(field: "Field", value: object) -> str:
    """A Gregorian day, YYYY-MM-DD or day/month/year in any digits; stored as YYYY-MM-DD."""
    day = value if isinstance(value, datetime.date) else _iso_day(value) or _read_day(_typed(value))
    if not 1800 <= day.year <= 2200:
        raise CodedError("definitions.field_not_date")
    return day.isoformat()[:10]


def _iso_day(value: object) -> datetime.date | None:
    """A day that is written as it is stored, which most are; None for any other."""
    if not isinstance(value, str) or len(value) != 10 or value[4] != "-" or not value.isascii():
        return None
    try:
        return datetime.date.fromisoformat(value)
    except ValueError:
        return None


def _read_day(typed: str) -> datetime.date:
    parts = re.split(r"[-/.]", ascii_digits(typed.strip()))
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
        raise CodedError("definitions.field_not_date")
    first, month, last = (int(part) for part in parts)
    year, day = (first, last) if len(parts[0]) == 4 else (last, first)
    try:
        return datetime.date(year, month, day)
    except ValueError:
        raise CodedError("definitions.field_not_date") from None


def clean_time(field: "Field", value: object) -> str:
    """A time of day HH:MM, 24 hours."""
    typed = ascii_digits(_typed(value).strip())
    if not re.fullmatch(r"([01]?[0-9]|2[0-3]):[0-5][0-9]", typed):
        raise CodedError("definitions.field_not_time")
    return typed.zfill(5)


def clean_national_number(field: "Field", value: object) -> str:
    """Twelve digits, in any digit system; no checksum is known for the number, so none is checked."""
    if isinstance(value, str) and len(value) == 12 and value.isascii() and value.isdigit():
        return value
    digits = ascii_digits(_typed(value).translate(_GROUPING)).replace("-", "")
    if not re.fullmatch(r"[0-9]{12}", digits):
        raise CodedError("definitions.field_not_national_number")
    return digits


def clean_choice(field: "Field", value: object) -> str:
    """A code of the field's catalogue or of its own options."""
    if not isinstance(value, str) or value not in field.options:
        raise CodedError("definitions.field_not_a_choice")
    return value


def clean_link(field: "Field", value: object) -> str:
    """The main key of a record of another registry, as text; that there is such a record is the registry's to say."""
    whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MAX_INTEGER
    typed = str(value) if whole else value
    return _checked(field, " ".join(_typed(typed).split()), MAX_TEXT)


def clean_file(field: "Field", value: object) -> str:
    """A stored file, named by its SHA-256 in hexadecimal (64 characters)."""
    if not isinstance(value, str) or not re.fullmatch(r"[0-9a-f]{64}", value):
        raise CodedError("definitions.field_not_a_file")
    return value


def clean_location(field: "Field", value: object) -> dict[str, int]:
    """A point: latitude and longitude (WGS 84) in millionths of a degree, because fractions do not exist here."""
    if not isinstance(value, dict) or set(value) != {"latitude_udeg", "longitude_udeg"}:
        raise CodedError("definitions.field_not_a_location")
    latitude, longitude = value["latitude_udeg"], value["longitude_udeg"]
    whole = all(isinstance(part, int) and not isinstance(part, bool) for part in (latitude, longitude))
    if not whole or abs(latitude) > 90_000_000 or abs(longitude) > 180_000_000:
        raise CodedError("definitions.field_not_a_location")
    return {"latitude_udeg": latitude, "longitude_udeg": longitude}
