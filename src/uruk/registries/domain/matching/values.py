"""How two days of birth, numbers or texts agree."""

import re
from collections import Counter
from datetime import date
from typing import Literal

from uruk.kernel.api import ascii_digits, search_key
from uruk.registries.domain.matching.names import edits, is_slip

DateLevel = Literal["same", "swapped", "slip", "month", "year", "years", "different"]
NumberLevel = Literal["same", "exchanged", "slip", "next", "different"]
TextLevel = Literal["same", "most", "slip", "different"]

MAX_TEXT = 120
# Where nobody knew the day, papers have the first of January or of July.
_UNKNOWN_DAYS = {(1, 1), (7, 1)}
_FEW_YEARS = 2


def read_day(value: object) -> date | None:
    """Return the day of a stored date (YYYY-MM-DD), or None where there is none."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def stands_for_unknown(day: date) -> bool:
    """Return whether the day is one that papers have where only the year was known."""
    return (day.month, day.day) in _UNKNOWN_DAYS


def compare_days(left: date, right: date) -> DateLevel:
    """Return how two days of birth agree: day and month swapped, one digit, only the year known, a few years apart."""
    if left == right:
        return "same"
    if left.year == right.year:
        if (left.month, left.day) == (right.day, right.month):
            return "swapped"
        if stands_for_unknown(left) or stands_for_unknown(right):
            return "year"
    if is_slip(left.isoformat().replace("-", ""), right.isoformat().replace("-", "")):
        return "slip"
    if (left.year, left.month) == (right.year, right.month):
        return "month"
    alike = (left.month, left.day) == (right.month, right.day)
    return "years" if alike and abs(left.year - right.year) <= _FEW_YEARS else "different"


def digits_of(value: object) -> str:
    """Return the digits of a number or a text, in 0-9; empty where it is neither."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return re.sub(r"[^0-9]", "", ascii_digits(str(value)))[:MAX_TEXT]


def phone_of(value: object) -> str:
    """Return the last nine digits of a telephone number, which are the same with and without the country's code."""
    return digits_of(value)[-9:]


def compare_numbers(left: str, right: str) -> NumberLevel:
    """Return how two rows of digits agree: one wrong, two neighbours exchanged, or not at all.

    "next" is one wrong at the very end: so are the numbers of brothers and sisters registered together.
    """
    if left == right:
        return "same"
    if min(len(left), len(right)) < 6 or not is_slip(left, right):
        return "different"
    if left[:-2] == right[:-2]:
        return "next"
    return "exchanged" if sorted(left) == sorted(right) else "slip"


def text_of(value: object) -> str:
    """Return a text in the form that compares; empty where the value is none."""
    return search_key(value[:MAX_TEXT]) if isinstance(value, str) else ""


def compare_texts(left: str, right: str) -> TextLevel:
    """Return how two names of things agree (a company, a place): all words, most of them, a slip."""
    if left == right:
        return "same"
    mine, yours = frozenset(re.findall(r"\w+", left)), frozenset(re.findall(r"\w+", right))
    if mine == yours and mine:
        return "same"
    shared = len(mine & yours)
    if shared >= 2 and 2 * shared > max(len(mine), len(yours)):
        return "most"
    most = min(len(left), len(right)) // 8
    return "slip" if _letters_apart(left, right) <= most and edits(left, right) <= most else "different"


def _letters_apart(left: str, right: str) -> int:
    """At least so many edits, wherever the letters stand: it spares counting them for most pairs, which takes long."""
    mine, yours = Counter(left), Counter(right)
    return max((mine - yours).total(), (yours - mine).total())
