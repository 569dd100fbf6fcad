"""A case is played from its submission to where it stands."""

import datetime
from dataclasses import replace

from tests.unit.services.domain.samples import examples_of, linked, season_plan, stall
from uruk.services.domain.ground import AWAY
from uruk.services.domain.linked import Service
from uruk.services.domain.trying.playing import NOWHERE, Course, Standing, play


def played(service: Service, *outcomes: tuple[str, tuple[str, ...]], **facts: object) -> Standing:
    """The first example of a service, with other facts and with these outcomes only."""
    course = next(iter(examples_of(service).values())).course
    ground = replace(course.ground, facts={**course.ground.facts, **facts})
    return play(service, replace(course, ground=ground, outcomes=dict(outcomes)))


def test_a_case_goes_by_rules_until_somebody_is_waited_for() -> None:
    found = played(season_plan())
    assert (found.state, found.waits, found.task) == ("capping", ("agriculture",), None)
    assert found.due == datetime.date(2026, 10, 22)
    assert found.ways == {("received", "next.2"), ("accepted", "next.0")}


def test_what_happens_in_a_state_takes_it_on_and_effects_are_done_on_the_way() -> None:
    found = played(season_plan(), ("capping", ("done",)), ("reserving", ("done",)))
    assert (found.state, found.closed) == ("granted", "granted")
    assert (found.issued, found.recorded) == (["plan-certificate"], ["season-plans"])
    assert found.asked == {"interior", "water-resources"}


def test_a_fact_that_is_away_stops_a_case_and_names_its_holder() -> None:
    found = played(season_plan(), person=AWAY)
    assert (found.state, found.waits, found.failed) == ("received", ("interior",), None)
    # The institution waits for itself where its own registry does not answer; nobody is named twice.
    found = played(season_plan(), card=AWAY, season=AWAY)
    assert found.waits == ("agriculture",)


def test_a_case_whose_pages_wait_for_a_fact_is_not_submitted() -> None:
    found = played(season_plan(), parcels=AWAY)
    assert (found.state, found.waits) == (None, ("agriculture",))


def test_a_deadline_that_passes_moves_the_day_and_the_case() -> None:
    found = played(stall(), ("paying", ("late",)))
    assert (found.closed, found.today) == ("lapsed", datetime.date(2026, 11, 9))
    found = played(season_plan(), ("capping", ("done",)), ("reserving", ("late", "done")))
    assert found.closed == "granted"


def test_an_appeal_is_the_task_of_another_role_and_only_that_time() -> None:
    too_young = examples_of(stall())["too-young"].course
    appealed = play(stall(), replace(too_young, outcomes={"refused": ("appeal",)}))
    assert (appealed.state, appealed.task) == ("review", "mayor")
    again = replace(too_young, outcomes={"refused": ("appeal",), "review": ("refuse",)})
    assert play(stall(), again).closed == "refused"


def test_a_way_that_is_cut_leads_nowhere() -> None:
    course = examples_of(stall())["bread"].course
    found = play(stall(), course, cut=("paying", "paid"))
    assert (found.state, found.closed) == (NOWHERE, None)


def test_what_cannot_happen_in_a_state_is_noted() -> None:
    assert played(stall(), ("paying", ("refuse",))).unknown == [("paying", "refuse")]


def test_an_effect_without_a_value_is_noted() -> None:
    service = linked("stall", ("stall: row.stall", "stall: facts.market.places_m2"))
    course = examples_of(stall())["bread"].course
    facts = {**course.ground.facts, "market": {"day": "2026-12-01"}}
    found = play(service, replace(course, ground=replace(course.ground, facts=facts)))
    assert found.lacking == [("granted", 0)]


def test_what_an_officer_sees_is_asked_for() -> None:
    course = examples_of(season_plan())["large"].course
    assert play(season_plan(), course).asked == {"interior", "water-resources"}


def test_a_fact_that_does_not_decide_is_not_asked_for() -> None:
    person, company = (examples_of(season_plan())[one].course for one in ("water-from-a-well", "company"))
    assert play(season_plan(), person).asked == {"interior"}, "no register of companies hears of a person"
    assert play(season_plan(), company).asked == {"trade", "water-resources"}


def test_a_value_says_what_it_is_where_nobody_has_said_it() -> None:
    course = examples_of(season_plan())["full-and-planted-outside"].course
    assert play(season_plan(), course).values["planned_m2"] == 0
    unsaid = replace(course, ground=replace(course.ground, decided={}))
    assert play(season_plan(), unsaid).values["planned_m2"] == 25000


def test_answers_that_are_wrong_are_not_submitted() -> None:
    course = examples_of(stall())["bread"].course
    found = play(stall(), Course(course.ground, {"day": "soon"}))
    assert found.errors == [("day", "not_date"), ("places", "too_few")]
    assert (found.state, found.issued) == (None, [])
