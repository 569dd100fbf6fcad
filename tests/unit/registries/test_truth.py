"""What was true on a day, as known at a moment: the store against the rule itself, over random histories."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.unit.registries.storage import DEFINITION, NOW, TODAY, following, person, shelf
from uruk.registries.domain.truth import Span, days_ahead, is_ordered, truth

START = date(2026, 1, 1)
DAYS = some.integers(0, 120)
SPANS = some.lists(some.tuples(DAYS, some.none() | some.integers(1, 60)), min_size=1, max_size=8)


def day(number: int) -> date:
    return START + timedelta(days=number)


def spans_of(parts: list[tuple[int, int | None]]) -> list[Span]:
    return [
        Span(place, day(begins), None if length is None else day(begins + length))
        for place, (begins, length) in enumerate(parts, start=1)
    ]


@given(SPANS, DAYS)
def test_the_days_ahead_are_all_days_on_which_the_truth_changes(parts: list[tuple[int, int | None]], now: int) -> None:
    spans = spans_of(parts)
    turns = dict(days_ahead(spans, day(now)))
    for number in range(now + 1, 200):
        changed = truth(spans, day(number)) != truth(spans, day(number - 1))
        assert changed == (day(number) in turns)
        assert not changed or turns[day(number)] == truth(spans, day(number))


@given(SPANS, DAYS)
def test_in_an_ordered_history_the_last_to_begin_is_true(parts: list[tuple[int, int | None]], on: int) -> None:
    spans = spans_of(parts)
    if is_ordered(spans):
        begun = [(span.begins, span.number) for span in spans if span.begins <= day(on)]
        assert truth(spans, day(on)) == max(begun, default=(START, 0))[1]


@pytest.mark.django_db
@settings(max_examples=40)
@given(parts=SPANS, data=some.data())
def test_the_store_answers_as_the_rule_says(parts: list[tuple[int, int | None]], data: Any) -> None:
    people = shelf(replace(DEFINITION, keys=()), "histories")
    spans, moments = spans_of(parts), []
    version: Any = None
    for span in spans:
        period = {"valid_from": span.begins, "valid_until": span.ends}
        version = following(version, **period) if version else people.first(person("1", town="t"), **period)
        version = replace(version, content=json.dumps({"town": str(span.number)}))
        people.write(version)
        moments.append(people.clock)
    row = people.store.find(version.record)
    assert row is not None and row.latest == len(spans) and row.number == truth(spans, TODAY)
    for on in data.draw(some.lists(DAYS, min_size=1, max_size=6)):
        known = data.draw(some.integers(0, len(spans)))
        moment = moments[known - 1] if known else NOW
        found = people.store.as_of(version.record, day(on), moment)
        assert (found.number if found else 0) == truth(spans[:known], day(on))
    people.store.refresh(version.rid, day(60))
    row = people.store.find(version.record)
    assert row is not None and row.number == truth(spans, day(60))
