"""Which questions are asked, within which bounds, for which rows; all that is wrong is said at once."""

from dataclasses import replace
from typing import Any

import pytest

from tests.unit.services.domain.samples import examples_of, ground, linked, season_plan, stall
from uruk.services.domain.ground import AWAY
from uruk.services.domain.judging.answering import Answered, check_answers
from uruk.services.domain.trying.playing import short_code

ROW = {"crop": "wheat", "irrigation": "drip", "area_m2": "٢٥٬٠٠٠"}
GIVEN: dict[str, Any] = {"season": "winter-2026", "crops": [ROW], "pledge": "yes"}


def answer(**facts: object) -> Answered:
    return check_answers(season_plan(), GIVEN, ground(**facts))


def wrong(given: dict[str, Any]) -> list[tuple[str, str]]:
    found = check_answers(season_plan(), given, ground())
    return [(path, short_code(error.code)) for path, error in found.errors]


def test_answers_are_cleaned_and_each_row_knows_its_parcel() -> None:
    found = answer()
    assert found.ok
    row = {"parcel": "babil-12-4", "crop": "wheat", "irrigation": "drip", "area_m2": 25000}
    assert found.values == {"season": "winter-2026", "crops": [row], "pledge": True}
    assert found.asked == ["season", "crops", "pledge"]


@pytest.mark.parametrize(
    ("given", "problems"),
    [
        ({"crops": [ROW], "pledge": True}, [("season", "required")]),
        ({**GIVEN, "crops": [{**ROW, "area_m2": 25001}]}, [("crops.0.area_m2", "above_max")]),
        ({**GIVEN, "crops": [{**ROW, "area_m2": 25000}]}, []),
        ({**GIVEN, "crops": [{**ROW, "area_m2": 0}]}, [("crops.0.area_m2", "below_min")]),
        ({**GIVEN, "crops": []}, [("crops", "too_few")]),
        ({**GIVEN, "crops": [ROW, ROW]}, [("crops", "too_many")]),
        ({**GIVEN, "crops": "wheat"}, [("crops", "too_few")]),
        ({**GIVEN, "crops": [{**ROW, "verdict": "in_plan"}]}, [("crops.0.verdict", "unknown")]),
        ({**GIVEN, "seasons": "x"}, [("seasons", "unknown")]),
        ({**GIVEN, "pledge": "no", "season": "spring"}, [("season", "not_a_choice"), ("pledge", "declaration")]),
    ],
)
def test_what_is_wrong_is_said_at_its_path(given: dict[str, Any], problems: list[tuple[str, str]]) -> None:
    assert wrong(given) == problems


def test_a_question_is_asked_only_where_its_condition_holds() -> None:
    parcel = {"code": "babil-12-4", "area_m2": 25000, "irrigation": "flood"}
    found = answer(parcels=[parcel])
    assert [(path, short_code(error.code)) for path, error in found.errors] == [("crops.0.equipment", "required")]
    given = {**GIVEN, "crops": [{**ROW, "equipment": "a" * 64}]}
    assert check_answers(season_plan(), given, ground(parcels=[parcel])).ok
    # Where it is not asked it is not kept, whatever was sent.
    (row,) = check_answers(season_plan(), given, ground()).values["crops"]  # type: ignore[misc]
    assert "equipment" not in row


def test_a_page_is_asked_only_where_its_condition_holds() -> None:
    service = linked("stall", ("  places:\n    repeat", "  places:\n    when: answers.day > today\n    repeat"))
    course = examples_of(stall())["bread"].course
    later = check_answers(service, course.answers, course.ground)
    assert later.asked == ["day", "places"]
    today = check_answers(service, {**course.answers, "day": "2026-11-01"}, course.ground)
    assert (today.asked, "places" in today.values) == (["day"], False)


def test_pages_over_a_fact_that_is_away_wait_for_it() -> None:
    found = answer(parcels=AWAY)
    assert (found.ok, found.waiting) == (False, {"parcels"})


def test_a_bound_that_is_not_known_yet_is_waited_for() -> None:
    service = linked("stall", ("min: 1, max: 99}", "min: 1, max: facts.market.places_m2}"))
    course = examples_of(stall())["bread"].course
    away = {**course.ground.facts, "market": AWAY}
    assert check_answers(service, course.answers, replace(course.ground, facts=away)).waiting == {"market"}
    small = {**course.ground.facts, "market": {"places_m2": 6}}
    (problem,) = check_answers(service, course.answers, replace(course.ground, facts=small)).errors
    assert (problem[0], problem[1].values) == ("places.0.stall", {"max": 6})


def test_rows_that_are_too_many_too_few_or_unknown_have_codes_of_their_own() -> None:
    def codes(given: dict[str, Any]) -> list[str]:
        return [error.code for _, error in check_answers(season_plan(), given, ground()).errors]

    assert codes({**GIVEN, "crops": []}) == ["services.field_too_few"]
    assert codes({**GIVEN, "crops": [ROW, ROW]}) == ["services.field_too_many"]
    assert codes({**GIVEN, "seasons": "x"}) == ["services.field_unknown"]


def test_each_row_meets_the_parcel_that_it_names_whatever_came_or_went_before_it() -> None:
    old, new = ({"code": f"babil-12-{one}", "area_m2": 25000, "irrigation": "drip"} for one in (4, 3))
    first = answer(parcels=[old])
    typed = first.typed["crops"]
    assert typed == [{**ROW, "parcel": "babil-12-4"}]

    def again(rows: Any, *parcels: Any, whole: bool = True) -> Answered:
        return check_answers(season_plan(), {**GIVEN, "crops": rows}, ground(parcels=list(parcels)), whole=whole)

    # A parcel that came before it is asked about; the answer stays with its own.
    moved = again(typed, new, old)
    assert {path for path, _ in moved.errors} == {"crops.0.crop", "crops.0.irrigation", "crops.0.area_m2"}
    assert [one.get("crop") for one in moved.values["crops"]] == [None, "wheat"]  # type: ignore[attr-defined]
    two = again([{**ROW, "crop": "barley", "parcel": "babil-12-3"}, *typed], old, new)
    assert two.ok and [one["crop"] for one in two.values["crops"]] == ["wheat", "barley"]  # type: ignore[attr-defined]
    # One that went takes its answer along, and no other's.
    gone = again([{**ROW, "crop": "barley", "parcel": "babil-12-3"}, *typed], old)
    assert gone.ok and [one["crop"] for one in gone.values["crops"]] == ["wheat"]  # type: ignore[attr-defined]
    half = again([{}, *typed], new, old, whole=False)
    assert half.typed["crops"] == [{}, typed[0]], "a row that nobody answered names nothing"


def test_a_row_that_a_page_has_just_sent_meets_the_parcel_of_its_page_beside_rows_that_name_theirs() -> None:
    parcels = [{"code": f"babil-12-{one}", "area_m2": 25000, "irrigation": "drip"} for one in (4, 5)]
    sent = {**ROW, "crop": "barley"}
    rows = [{**ROW, "parcel": "babil-12-4"}, sent]
    found = check_answers(season_plan(), {**GIVEN, "crops": rows}, ground(parcels=parcels))
    assert found.ok and [one["crop"] for one in found.values["crops"]] == ["wheat", "barley"]  # type: ignore[attr-defined]
    assert found.typed["crops"][1] == {**sent, "parcel": "babil-12-5"}
