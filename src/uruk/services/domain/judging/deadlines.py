"""When a deadline ends: never on a day when offices are closed, and never while the network is cut off."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass, field

from uruk.definitions.api import Calendar, Duration
from uruk.kernel.api import CodedError, is_working_day

_LONGEST_PAUSE_DAYS = 366


@dataclass(frozen=True)
class Days:
    """`holidays`: offices are closed. `frozen`: no deadline may fall there (network shutdowns)."""

    holidays: frozenset[datetime.date] = field(default_factory=frozenset)
    frozen: frozenset[datetime.date] = field(default_factory=frozenset)


def days_of(calendars: Collection[Calendar]) -> Days:
    """The days of a country's calendars. A shutdown of some hours counts for the whole day: who knows which hours?"""
    by_purpose = {
        purpose: frozenset[datetime.date]().union(*(one.days() for one in calendars if one.purpose == purpose))
        for purpose in ("holidays", "freeze")
    }
    return Days(by_purpose["holidays"], by_purpose["freeze"])


def last_day(start: datetime.date, within: Duration, days: Days) -> datetime.date:
    """The last day of a deadline that begins on a day, both days of whoever must act included.

    It falls on the next working day that is not frozen. Errors: services.no_day_left where a year has none.
    """
    end = within.after(start, days.holidays)
    for step in range(_LONGEST_PAUSE_DAYS):
        day = end + datetime.timedelta(days=step)
        if is_working_day(day, days.holidays) and day not in days.frozen:
            return day
    raise CodedError("services.no_day_left", day=end.isoformat())
