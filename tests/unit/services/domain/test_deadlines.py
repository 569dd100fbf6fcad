"""A deadline ends on a day when offices work and the network is there."""

import datetime

import pytest

from uruk.definitions.api import Calendar, Duration, Span
from uruk.kernel.api import CodedError, Text
from uruk.services.domain.judging.deadlines import Days, days_of, last_day

THURSDAY = datetime.date(2026, 10, 15)
NAME = Text("يوم", "ڕۆژ")


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def span(first: str, last: str, hours: tuple[str, str] | None = None) -> Span:
    return Span("days", day(first), day(last), hours, by_moon=False, name=NAME)


@pytest.mark.parametrize(
    ("within", "end"),
    [
        (Duration(1, "working_day"), "2026-10-18"),
        (Duration(10, "working_day"), "2026-10-29"),
        (Duration(3, "day"), "2026-10-18"),
        (Duration(1, "day"), "2026-10-18"),  # Friday: the Sunday after it
        (Duration(1, "week"), "2026-10-22"),
        (Duration(1, "month"), "2026-11-15"),
        (Duration(1, "year"), "2027-10-17"),  # a Friday again
    ],
)
def test_a_deadline_ends_on_a_working_day(within: Duration, end: str) -> None:
    assert last_day(THURSDAY, within, Days()) == day(end)


def test_a_deadline_goes_past_a_holiday_and_a_shutdown_that_lie_one_after_the_other() -> None:
    calendars = (
        Calendar("feast", "holidays", NAME, (span("2026-10-18", "2026-10-19"),)),
        Calendar("exams", "freeze", NAME, (span("2026-10-20", "2026-10-22", ("06:00", "08:00")),)),
    )
    days = days_of(calendars)
    assert last_day(THURSDAY, Duration(3, "day"), days) == day("2026-10-25")
    # Holidays are no working days; a shutdown only moves the end.
    assert last_day(THURSDAY, Duration(1, "working_day"), days) == day("2026-10-25")
    assert last_day(THURSDAY, Duration(5, "working_day"), days) == day("2026-10-26")


def test_a_year_without_a_day_is_said() -> None:
    frozen = frozenset(THURSDAY + datetime.timedelta(days=step) for step in range(400))
    with pytest.raises(CodedError) as caught:
        last_day(THURSDAY, Duration(1, "day"), Days(frozen=frozen))
    assert caught.value.code == "services.no_day_left"
