"""The round of the demonstration fits its days on whatever day it is played: weekends, feasts, new years."""

import datetime
from functools import cache

from tests.unit.cli.test_first_records import bundled
from uruk.definitions.api import Duration
from uruk.kernel.api import SystemClock, today
from uruk.services.domain.judging.deadlines import Days, days_of, last_day

ONE_DAY, AT_ONCE = Duration(1, "day"), Duration(0, "day")


@cache
def calendar() -> Days:
    return days_of(tuple(bundled().shared.calendars.values()))


def days_of_two_years() -> list[datetime.date]:
    first = datetime.date(2026, 11, 26)
    return [first + datetime.timedelta(days=count) for count in range(2 * 365)]


def test_the_call_is_over_when_it_is_closed_and_the_course_when_it_is_marked() -> None:
    (call,) = bundled().rounds
    (courses,) = [one.rows for one in bundled().records if one.registry == "courses"]
    (course,) = [one for one in courses if one["code"] == call.call]
    assert call.opened > call.closed > 0
    for played in days_of_two_years():
        opened = played - datetime.timedelta(days=call.opened)
        ends = last_day(_day(course["apply_until"], opened), AT_ONCE, calendar())
        assert ends < played - datetime.timedelta(days=call.closed), f"on {played} nobody could close it"
        marked = last_day(_day(course["ends"], opened), ONE_DAY, calendar())
        assert marked < played, f"on {played} it would not be over"


def _day(read: str, opened: datetime.date) -> datetime.date:
    """What was `today+13` when the folder was read, had it been read on that day."""
    return opened + (datetime.date.fromisoformat(read) - today(SystemClock()))
