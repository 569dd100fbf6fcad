"""Points on a map: stored in millionths of a degree, typed and read in degrees."""

import re
from collections.abc import Mapping
from typing import Any

from uruk.kernel.api import ascii_digits, local_digits
from uruk.ui.language import reader_language

COORDINATES = ("latitude", "longitude")
_DEGREES = re.compile(r"([-+]?)([0-9]{1,3})(?:[.]([0-9]{1,15}))?")
# The decimal mark of Arabic digits, and what is typed in its place.
_MARKS = str.maketrans({"\N{ARABIC DECIMAL SEPARATOR}": ".", ",": ".", "\N{ARABIC COMMA}": ".", "\N{MINUS SIGN}": "-"})


def degrees(millionths: int) -> str:
    """Millionths of a degree as they are typed: 33315200 is 33.3152."""
    whole, rest = divmod(abs(millionths), 1_000_000)
    return f"{'-' if millionths < 0 else ''}{whole}.{rest:06}".rstrip("0").rstrip(".")


def millionths(typed: str) -> int | str:
    """What was typed in degrees as millionths; what is no such number as it was typed."""
    found = _DEGREES.fullmatch(ascii_digits(typed.strip()).translate(_MARKS))
    if found is None:
        return typed
    number = int(found[2]) * 1_000_000 + int((found[3] or "")[:6].ljust(6, "0"))
    return -number if found[1] == "-" else number


def typed_place(typed: Mapping[str, str], name: str) -> dict[str, int | str]:
    """The point that was typed in the two boxes of a field; nothing where both are blank."""
    parts = {part: typed.get(f"{name}.{part}", "").strip() for part in COORDINATES}
    return {f"{part}_udeg": millionths(text) for part, text in parts.items()} if any(parts.values()) else {}


def shown_place(value: Any) -> str:
    """A stored point as the reader writes it."""
    if not isinstance(value, Mapping):
        return str(value)
    language = reader_language()
    mark = "." if language == "en" else "\N{ARABIC DECIMAL SEPARATOR}"
    parts = (degrees(int(value[f"{part}_udeg"])).replace(".", mark) for part in COORDINATES)
    # A pair of numbers has no direction of its own: without the mark it would be read from left to right.
    start = "" if language == "en" else "\N{RIGHT-TO-LEFT MARK}"
    return start + (", " if language == "en" else "\N{ARABIC COMMA} ").join(
        f"{local_digits(one, language)}°" for one in parts
    )
