"""Reminders as they are written: their day exists, their text is there, and an example shows when they come."""

import datetime

import pytest

from tests.unit.services.domain.samples import changed, findings_of
from uruk.definitions.api import Duration
from uruk.services.domain.judging.deadlines import Days
from uruk.services.domain.judging.reminders import reminder_day

LINE = "{remind: ending, before: 30 days, of: farmer-card, apply: farmer-card}"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("{remind: ending, before: 30 days}", "services.remind_when"),
        ("{remind: ending, before: 30 days, of: farmer-card, day: today}", "services.remind_when"),
        ("{remind: ending, before: 30 days, of: plan-certificate}", "services.remind_day"),
        ("{remind: ending, before: 1 year, of: farmer-card}", "services.remind_day"),
        ("{remind: ending, before: soon, of: farmer-card}", "definitions.not_a_duration"),
        ("{remind: ending, of: farmer-card}", "definitions.key_missing"),
        ("{remind: nothing, before: 30 days, of: farmer-card}", "definitions.text_missing"),
        ("{remind: ending, before: 30 days, of: farmer-card, apply: nowhere}", "services.service_unknown"),
        ("{remind: ending, before: 30 days, of: farmer-card, to: nobody}", "services.role_unknown"),
        ("{remind: ending, before: 30 days, day: area_m2}", "definitions.expression_result"),
        ("{notify: ending, before: 30 days}", "services.effect_word"),
        ("{notify: ending}", "services.text_hole"),
    ],
)
def test_a_reminder_without_a_day_or_a_text_is_found(written: str, code: str) -> None:
    found = findings_of(changed("farmer-card", (LINE, written)), "farmer-card")
    assert code in {one.split()[1] for one in found}


def test_a_day_of_the_case_is_a_day_as_well() -> None:
    edits = ((LINE, "{remind: ending, before: 3 working days, day: today + duration('2400h')}"),)
    (found,) = findings_of(changed("farmer-card", *edits), "farmer-card")
    assert found.endswith("services.example_differs"), "the example says which day it was before"


def test_an_example_says_when_the_reminder_comes() -> None:
    wrong = ("reminded: [2027-10-03]", "reminded: [2027-10-02]")
    found = findings_of(changed("farmer-card", wrong, file="examples.yaml"), "farmer-card")
    assert [one.split()[1] for one in found] == ["services.example_differs"]


def test_it_comes_on_a_day_when_offices_are_open_and_never_after_the_day_itself() -> None:
    monday, days = datetime.date(2026, 11, 30), Days(frozen=frozenset({datetime.date(2026, 11, 15)}))
    early = datetime.date(2026, 11, 1)
    assert reminder_day(monday, Duration(10, "day"), early, Days()) == datetime.date(2026, 11, 22), "from a Friday on"
    assert reminder_day(monday, Duration(15, "day"), early, days) == datetime.date(2026, 11, 16)
    assert reminder_day(monday, Duration(3, "working_day"), early, Days()) == datetime.date(2026, 11, 25)
    assert reminder_day(monday, Duration(1, "month"), early, Days()) == early, "at once where that day is over"
    closed = Days(frozen=frozenset({datetime.date(2026, 11, 29), monday}))
    assert reminder_day(monday, Duration(1, "day"), early, closed) == monday
