from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.documents.samples import VALUES, sample_country
from uruk.definitions.api import Duration
from uruk.documents.domain.validity import check_values, last_day

PERMIT = sample_country().find("document", "interior", "permit")
TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("issued", "validity", "last"),
    [
        (date(2026, 11, 23), None, None),
        (date(2026, 11, 23), Duration(90, "day"), date(2027, 2, 21)),
        (date(2026, 11, 23), Duration(2, "week"), date(2026, 12, 7)),
        (date(2026, 11, 23), Duration(1, "year"), date(2027, 11, 23)),
        (date(2024, 2, 29), Duration(1, "year"), date(2025, 2, 28)),
        (date(2024, 2, 29), Duration(4, "year"), date(2028, 2, 29)),
        (date(2026, 1, 31), Duration(1, "month"), date(2026, 2, 28)),
        (date(2026, 12, 31), Duration(2, "month"), date(2027, 2, 28)),
        (date(2026, 11, 19), Duration(1, "working_day"), date(2026, 11, 22)),
    ],
)
def test_the_last_day_follows_the_calendar(issued: date, validity: Duration | None, last: date | None) -> None:
    assert last_day(issued, validity) == last


@given(st.dates(date(1970, 1, 1), date(2100, 1, 1)), st.integers(1, 240))
def test_more_months_never_end_earlier(issued: date, months: int) -> None:
    one, more = last_day(issued, Duration(months, "month")), last_day(issued, Duration(months + 1, "month"))
    assert one is not None and more is not None
    assert issued < one < more <= one + timedelta(days=31)


def test_right_values_are_cleaned_and_have_no_problems() -> None:
    values, problems = check_values(PERMIT.model, PERMIT.texts, VALUES, TODAY)
    assert (problems, values["since"]) == ({}, "2020-03-01")


def test_a_condition_over_an_empty_field_refuses_nobody() -> None:
    without = {name: value for name, value in VALUES.items() if name != "since"}
    _, problems = check_values(PERMIT.model, PERMIT.texts, without, TODAY)
    assert {path: error.code for path, error in problems.items()} == {"since": "definitions.field_required"}


def test_a_condition_that_does_not_hold_speaks_in_its_own_words() -> None:
    _, problems = check_values(PERMIT.model, PERMIT.texts, VALUES | {"since": "2026-11-24"}, TODAY)
    assert problems["since"].code == "documents.condition_unmet"
    assert "التاريخ" in problems["since"].sentence("ar")
