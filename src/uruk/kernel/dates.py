"""Days: the Sunday-to-Thursday week, dates in words, and the Hijri date beside the Gregorian one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from hijridate import Gregorian

from uruk.kernel.digits import local_digits
from uruk.kernel.errors import CodedError

_FRIDAY, _SATURDAY = 4, 5
_MAX_WORKING_DAYS = 10_000  # forty years; a longer deadline is a mistake

_MONTHS = {
    "ar": "كانون الثاني|شباط|آذار|نيسان|أيار|حزيران|تموز|آب|أيلول|تشرين الأول|تشرين الثاني|كانون الأول",
    "ckb": "کانوونی دووەم|شوبات|ئازار|نیسان|ئایار|حوزەیران|تەممووز|ئاب|ئەیلوول|تشرینی یەکەم|تشرینی دووەم|کانوونی یەکەم",
    "en": "January|February|March|April|May|June|July|August|September|October|November|December",
}
_HIJRI_MONTHS = {
    "ar": "محرم|صفر|ربيع الأول|ربيع الآخر|جمادى الأولى|جمادى الآخرة|رجب|شعبان|رمضان|شوال|ذو القعدة|ذو الحجة",
    "ckb": "موحەڕەم|سەفەر|ڕەبیعی یەکەم|ڕەبیعی دووەم|جومادای یەکەم|جومادای دووەم|ڕەجەب|شەعبان|ڕەمەزان|شەووال|"
    "زولقەعدە|زولحیججە",
    "en": "Muharram|Safar|Rabi al-Awwal|Rabi al-Thani|Jumada al-Ula|Jumada al-Akhira|Rajab|Shaban|Ramadan|Shawwal|"
    "Dhu al-Qada|Dhu al-Hijja",
}


@dataclass(frozen=True, slots=True, order=True)
class HijriDate:
    """A day of the Hijri calendar, for showing only: what is stored is Gregorian."""

    year: int
    month: int
    day: int

    def format(self, lang: str) -> str:
        """Return the day in words of `lang`, marked as Hijri."""
        month = _HIJRI_MONTHS[lang].split("|")[self.month - 1]
        mark = "AH" if lang == "en" else "هـ" if lang == "ar" else "کۆچی"
        return _in_words(self.day, month, self.year, lang) + f" {mark}"


def hijri(day: date, offset_days: int = 0) -> HijriDate:
    """Return the Hijri date of a Gregorian day: Umm al-Qura's, moved by `offset_days` to follow the moon sighted here.

    A positive offset shows the month further on. Errors: kernel.hijri_out_of_range outside 1 August 1924 to
    16 November 2077 (the years the calculated calendar covers).
    """
    try:
        moved = day + timedelta(days=offset_days)
        found = Gregorian.fromdate(moved).to_hijri()
    except OverflowError as error:
        raise CodedError("kernel.hijri_out_of_range", date=day.isoformat()) from error
    return HijriDate(found.year, found.month, found.day)


def is_working_day(day: date, holidays: Collection[date] = ()) -> bool:
    """Return whether offices work that day: Sunday to Thursday, and no holiday."""
    return day.weekday() not in {_FRIDAY, _SATURDAY} and day not in holidays


def add_working_days(start: date, days: int, holidays: Collection[date] = ()) -> date:
    """Return the working day that lies `days` working days after `start`; the start itself does not count.

    With 0 it is the start, or the next working day where that is none. Errors: kernel.days_out_of_range.
    """
    return _walk_working_days(start, days, holidays, timedelta(days=1))


def take_working_days(end: date, days: int, holidays: Collection[date] = ()) -> date:
    """Return the working day that lies `days` working days before `end`; the end itself does not count.

    With 0 it is the end, or the working day before where that is none. Errors: kernel.days_out_of_range.
    """
    return _walk_working_days(end, days, holidays, timedelta(days=-1))


def _walk_working_days(start: date, days: int, holidays: Collection[date], step: timedelta) -> date:
    if not 0 <= days <= _MAX_WORKING_DAYS:
        raise CodedError("kernel.days_out_of_range", days=days, maximum=_MAX_WORKING_DAYS)
    closed, day, left = frozenset(holidays), start, days
    while left or not is_working_day(day, closed):
        day += step
        left -= left > 0 and is_working_day(day, closed)
    return day


def format_date(day: date, lang: str) -> str:
    """Return a Gregorian day in words of `lang`, with the month names used in this country."""
    return _in_words(day.day, _MONTHS[lang].split("|")[day.month - 1], day.year, lang)


def _in_words(day: int, month: str, year: int, lang: str) -> str:
    # Sorani joins day and month with the izafe ی (CLDR ckb, long date).
    words = f"{day}ی {month}ی {year}" if lang == "ckb" else f"{day} {month} {year}"
    return local_digits(words, lang)
