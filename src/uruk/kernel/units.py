"""The units of numbers, as they stand behind a number."""

from collections.abc import Mapping
from decimal import Decimal

from uruk.kernel.digits import local_digits
from uruk.kernel.text import LANGUAGES

# An Arabic percent sign is followed by the letter mark that keeps it on the left of its number (CLDR, percentSign of
# ar). It stands at its number, every other unit after a space.
_PERCENT = "٪\N{ARABIC LETTER MARK}"
UNITS: Mapping[str, tuple[str, str, str]] = {
    "percent": (_PERCENT, _PERCENT, "%"),
    "mm": ("ملم", "ملم", "mm"),
    "cm": ("سم", "سم", "cm"),
    "m": ("م", "م", "m"),
    "m2": ("م²", "م²", "m²"),
    "m3": ("م³", "م³", "m³"),
    "km": ("كم", "کم", "km"),
    "km2": ("كم²", "کم²", "km²"),
    "mg": ("ملغم", "ملگم", "mg"),
    "kg": ("كغم", "کگم", "kg"),
    "g": ("غم", "گم", "g"),
    "t": ("طن", "تۆن", "t"),
    "ml": ("مل", "مل", "ml"),
    "l": ("لتر", "لیتر", "l"),
    "kw": ("كيلوواط", "کیلۆوات", "kW"),
    "kwh": ("كيلوواط ساعة", "کیلۆوات کاتژمێر", "kWh"),
    "day": ("يوم", "ڕۆژ", "days"),
    "week": ("أسبوع", "هەفتە", "weeks"),
    "month": ("شهر", "مانگ", "months"),
    "year": ("سنة", "ساڵ", "years"),
    "hour": ("ساعة", "کاتژمێر", "hours"),
    "minute": ("دقيقة", "خولەک", "minutes"),
    "dinar": ("دينار", "دینار", "dinars"),
    "fils": ("فلس", "فلس", "fils"),
    "person": ("شخص", "کەس", "persons"),
    "head": ("رأس", "سەر", "head"),
    "bed": ("سرير", "جێگە", "beds"),
    "seat": ("مقعد", "کورسی", "seats"),
    "page": ("صفحة", "لاپەڕە", "pages"),
    "piece": ("قطعة", "دانە", "pieces"),
    "point": ("نقطة", "خاڵ", "points"),
    "dunam": ("دونم", "دۆنم", "dunams"),
    "olk": ("أولك", "ئۆلک", "olks"),
    "l_per_m2": ("لتر/م²", "لیتر/م²", "l/m²"),
    "g_per_m2": ("غم/م²", "گم/م²", "g/m²"),
}
_THOUSANDS, _POINT = "\N{ARABIC THOUSANDS SEPARATOR}", "\N{ARABIC DECIMAL SEPARATOR}"


def unit_name(unit: str, lang: str) -> str:
    """A unit in a language; one that is not known as it is written."""
    known = UNITS.get(unit)
    return known[LANGUAGES.index(lang)] if known else unit


def with_unit(number: str, unit: str | None, lang: str) -> str:
    """A number that is written already with its unit behind it."""
    if not unit:
        return number
    return f"{number}{'' if unit == 'percent' else ' '}{unit_name(unit, lang)}"


def grouped(amount: int | Decimal, lang: str) -> str:
    """An amount in the digits of a language, long ones in groups of three."""
    written = local_digits(f"{amount:,}", lang)
    return written if lang == "en" else written.replace(",", _THOUSANDS).replace(".", _POINT)


def amount_in(amount: int | Decimal, unit: str | None, lang: str) -> str:
    """An amount as readers of a language write it, with its unit."""
    return with_unit(grouped(amount, lang), unit, lang)
