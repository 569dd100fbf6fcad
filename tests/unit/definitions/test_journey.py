"""demo/journey.yaml: the cases of the demonstration; and the days that synthetic data count from today."""

from datetime import date

import pytest

from uruk.definitions.api import Findings, JourneyAct, JourneyCase, dated
from uruk.definitions.folder import open_document
from uruk.definitions.journey import Journey, read_journey

GOOD = """uruk: journey/1
documents: {}
messages:
  who-is-it: {from: town/stall, to: market/persons/by-number, path: /7}
cases:
  stall-of-nadia:
    institution: town
    service: stall
    applicant: nadia
    away: market
    answers: {day: today+7, places: [{goods: bread, area_m2: 6}], pledge: true}
    acts:
      - {by: karim, action: send_back, marks: {places.0.area_m2: صغير}}
      - {by: nadia, action: resubmit, answers: {day: today}}
      - {by: karim, action: refuse, second: salwa, said: {ground: papers}}
      - {by: karim, paid: "7"}
      - {by: karim, signs: permit, second: salwa}
    ends: granted
"""
PEOPLE, INSTITUTIONS = frozenset({"nadia", "karim", "salwa"}), frozenset({"town", "market"})


def read(text: str) -> tuple[tuple[JourneyCase, ...], list[str]]:
    findings = Findings()
    cursor = open_document("demo/journey.yaml", text.encode(), "journey", 1, findings)
    assert cursor is not None
    return read_journey(cursor, PEOPLE, INSTITUTIONS).cases, [one.code for one in findings.sorted()]


def test_a_case_is_read_with_all_that_is_done_with_it() -> None:
    (case,), found = read(GOOD)
    assert found == []
    assert (case.name, case.institution, case.service, case.applicant) == ("stall-of-nadia", "town", "stall", "nadia")
    assert (case.away, case.ends) == ("market", "granted")
    assert case.answers == {"day": "today+7", "places": [{"goods": "bread", "area_m2": 6}], "pledge": True}
    assert case.acts == (
        JourneyAct("karim", "send_back", marks={"places.0.area_m2": "صغير"}),
        JourneyAct("nadia", "resubmit", answers={"day": "today"}),
        JourneyAct("karim", "refuse", second="salwa", said={"ground": "papers"}),
        JourneyAct("karim", paid="7"),
        JourneyAct("karim", signs="permit", second="salwa"),
    )


def test_a_journey_without_cases_has_none() -> None:
    assert read("uruk: journey/1\ndocuments: {}\n") == ((), [])


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("applicant: nadia", "applicant: somebody", "definitions.unknown_word"),
        ("institution: town", "institution: nowhere", "definitions.unknown_word"),
        ("away: market", "away: town", "definitions.unknown_word"),
        ("service: stall", "service: A stall", "definitions.bad_code"),
        ("    ends: granted\n", "", "definitions.key_missing"),
        ("    ends: granted\n", "    ends: granted\n    end: granted\n", "definitions.unknown_key"),
        ('paid: "7"', 'paid: "7", action: accept', "definitions.exactly_one"),
        ('{by: karim, paid: "7"}', "{by: karim}", "definitions.exactly_one"),
        ("signs: permit, second: salwa", "signs: permit", "definitions.key_missing"),
        ("second: salwa, said", "second: nobody, said", "definitions.unknown_word"),
        ("answers: {day: today}", "answers: today", "definitions.not_a_mapping"),
    ],
)
def test_what_is_wrong_with_a_case_is_said(old: str, new: str, code: str) -> None:
    assert read(GOOD.replace(old, new, 1))[1] == [code]


ROUND = (
    GOOD.partition("cases:")[0]
    + """rounds:
  places:
    institution: town
    service: lesson
    call: baking
    opened: 9
    closes: karim
    second: salwa
    closed: 4
    cases:
      place-of-nadia:
        applicant: nadia
        answers: {lesson: baking}
        files: {paper: paper.typ}
        acts: [{by: karim, action: accept}]
        then: [{by: nadia, action: take}]
        later: [{by: karim, signs: permit, second: salwa}]
        ends: granted
"""
)


def read_rounds(text: str) -> tuple[Journey, list[str]]:
    findings = Findings()
    cursor = open_document("demo/journey.yaml", text.encode(), "journey", 1, findings)
    assert cursor is not None
    return read_journey(cursor, PEOPLE, INSTITUTIONS), [one.code for one in findings.sorted()]


def test_a_round_is_read_with_its_cases_and_what_is_done_on_which_of_its_days() -> None:
    journey, found = read_rounds(ROUND)
    (plan,) = journey.rounds
    assert found == []
    assert (plan.name, plan.institution, plan.service, plan.call) == ("places", "town", "lesson", "baking")
    assert (plan.opened, plan.closed, plan.closes, plan.second) == (9, 4, "karim", "salwa")
    (case,) = plan.cases
    assert (case.institution, case.service, case.ends) == ("town", "lesson", "granted")
    assert case.acts == (JourneyAct("karim", "accept"),)
    assert case.then == (JourneyAct("nadia", "take"),)
    assert case.later == (JourneyAct("karim", signs="permit", second="salwa"),)
    assert (case.files, journey.files) == ({"paper": "paper.typ"}, {"paper.typ"})


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("closed: 4", "closed: 9", "definitions.number_outside"),
        ("closed: 4", "closed: 0", "definitions.number_outside"),
        ("opened: 9", "opened: 61", "definitions.number_outside"),
        ("closes: karim", "closes: nobody", "definitions.unknown_word"),
        ("    second: salwa\n    closed", "    closed", "definitions.key_missing"),
        ("    call: baking\n", "", "definitions.key_missing"),
        ("        applicant: nadia", "        institution: town\n        applicant: nadia", "definitions.unknown_key"),
        ("then: [{by: nadia, action: take}]", "then: nothing", "definitions.not_a_list"),
        ("files: {paper: paper.typ}", "files: paper.typ", "definitions.not_a_mapping"),
    ],
)
def test_what_is_wrong_with_a_round_is_said(old: str, new: str, code: str) -> None:
    assert read_rounds(ROUND.replace(old, new, 1))[1] == [code]


def test_acts_are_a_list() -> None:
    text = GOOD.partition("    acts:")[0] + "    acts: {by: karim}\n    ends: granted\n"
    assert read(text)[1] == ["definitions.not_a_list"]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("today", "2026-03-01"),
        ("today+31", "2026-04-01"),
        ("today-1", "2026-02-28"),
        ({"a": ["today", 7, None, "today is a word"]}, {"a": ["2026-03-01", 7, None, "today is a word"]}),
        ("today+", "today+"),
        ("today+123456", "today+123456"),
        (True, True),
    ],
)
def test_days_of_synthetic_data_are_counted_from_today(written: object, found: object) -> None:
    assert dated(written, date(2026, 3, 1)) == found
