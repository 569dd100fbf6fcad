"""The units of numbers, as they stand behind a number."""

from collections.abc import Mapping

from uruk.kernel.api import local_digits
from uruk.ui.language import reader_language

# An Arabic percent sign is followed by the letter mark that keeps it on the left of its number (CLDR, percentSign of
# ar). It stands at its number, every other unit after a space.
_PERCENT = "٪\N{ARABIC LETTER MARK}"
_UNITS: Mapping[str, tuple[str, str, str]] = {
    "percent": (_PERCENT, _PERCENT, "%"),
    "m": ("م", "م", "m"),
    "m2": ("م²", "م²", "m²"),
    "m3": ("م³", "م³", "m³"),
    "km": ("كم", "کم", "km"),
    "kg": ("كغم", "کگم", "kg"),
    "g": ("غم", "گم", "g"),
    "t": ("طن", "تۆن", "t"),
    "l": ("لتر", "لیتر", "l"),
    "day": ("يوم", "ڕۆژ", "days"),
    "month": ("شهر", "مانگ", "months"),
    "year": ("سنة", "ساڵ", "years"),
    "hour": ("ساعة", "کاتژمێر", "hours"),
    "minute": ("دقيقة", "خولەک", "minutes"),
    "person": ("شخص", "کەس", "persons"),
    "piece": ("قطعة", "دانە", "pieces"),
    "point": ("نقطة", "خاڵ", "points"),
    "l_per_m2": ("لتر/م²", "لیتر/م²", "l/m²"),
    "g_per_m2": ("غم/م²", "گم/م²", "g/m²"),
}
_THOUSANDS = "\N{ARABIC THOUSANDS SEPARATOR}"
_LANGUAGES = ("ar", "ckb", "en")


def unit_label(unit: str) -> str:
    """A unit in the reader's language; one that is not known as it is written."""
    known = _UNITS.get(unit)
    return known[_LANGUAGES.index(reader_language())] if known else unit


def with_unit(number: str, unit: str | None) -> str:
    """A number with its unit."""
    if not unit:
        return number
    return f"{number}{'' if unit == 'percent' else ' '}{unit_label(unit)}"


def amount_told(amount: int, unit: str | None) -> str:
    """An amount as the reader writes it, with its unit; long ones in groups of three digits."""
    language = reader_language()
    grouped = local_digits(f"{amount:,}", language)
    return with_unit(grouped if language == "en" else grouped.replace(",", _THOUSANDS), unit)
