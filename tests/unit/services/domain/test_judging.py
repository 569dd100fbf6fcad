"""What follows from answers and facts: known, nothing, or waiting for the one who knows."""

import datetime
from dataclasses import replace

import pytest

from tests.unit.services.domain.samples import TODAY, examples_of, ground, linked, season_plan, stall
from uruk.definitions.api import Bundle, Expression
from uruk.services.domain.cases.contents import Told
from uruk.services.domain.cases.folding import Entry, Unfolded
from uruk.services.domain.cases.reasoning import reasons_for
from uruk.services.domain.cases.stepping import Go, next_step, turn_of
from uruk.services.domain.ground import AWAY, NOTHING, Waiting
from uruk.services.domain.judging.judging import account, next_move
from uruk.services.domain.judging.reckoning import Reckoning


def test_an_account_has_values_rows_conditions_articles_and_the_facts_behind_them() -> None:
    found = account(season_plan(), ground())
    assert found.values == {
        "asked_m2": 25000, "fit_m2": 25000, "over": False, "planned_m2": 25000, "outside_m2": 0, "water_m3": 10000,
        "ceiling_kg": 9000,
    }  # fmt: skip
    assert [one.row for one in found.matched["verdict"]] == [0]
    assert (found.failed, found.waiting) == ((), frozenset())
    reasons = {one.name: (one.kind, one.holds, one.law, one.facts) for one in found.reasons}
    assert reasons["card_valid"] == ("condition", True, "season-plan/1", ("card",))
    assert reasons["alive"] == ("condition", True, "season-plan/1", ("person",))
    assert reasons["verdict"] == ("table", True, "season-plan/2", ())


def test_every_condition_that_fails_is_told_with_its_article() -> None:
    card = {"valid_until": "2026-10-14", "water": "canal", "canal": "gharraf"}
    found = account(season_plan(), ground(card=card, person={"deceased": True}))
    assert found.failed == ("alive", "card_valid")


def test_a_fact_that_is_away_makes_what_rests_on_it_wait_and_nothing_else() -> None:
    found = account(season_plan(), ground(season=AWAY))
    areas = {"asked_m2": 25000, "fit_m2": 25000, "planned_m2": 25000, "outside_m2": 0}
    assert found.values == areas | {"over": False}
    assert (found.failed, found.waiting) == (None, {"season"})
    holds = {one.name: one.holds for one in found.reasons}
    assert (holds["alive"], holds["in_time"]) == (True, None)


def test_a_condition_over_a_fact_that_there_is_not_fails_and_does_not_wait() -> None:
    found = account(season_plan(), ground(person=NOTHING))
    assert (found.failed, found.waiting) == (("alive",), frozenset())


def test_what_the_others_decide_does_not_wait() -> None:
    service = linked("season-plan", ("|| !facts.person.deceased", "&& today < today && !facts.person.deceased"))
    assert Reckoning(service, ground(person=AWAY)).condition("alive") is False


def test_whether_there_is_a_record_can_be_asked() -> None:
    service = linked("season-plan", ("!facts.person.deceased", "!facts.person.found"))
    assert Reckoning(service, ground(person=NOTHING)).condition("alive") is True
    assert Reckoning(service, ground()).condition("alive") is False
    assert Reckoning(service, ground(person=AWAY)).condition("alive") == Waiting(frozenset({"person"}))


def test_rules_are_tried_in_order_and_one_that_is_not_known_is_waited_for() -> None:
    def move(**facts: object) -> tuple[str | None, frozenset[str]]:
        found = next_move(season_plan(), "received", Reckoning(season_plan(), ground(**facts)))
        return found.to, found.waiting

    assert move() == ("accepted", frozenset())
    assert move(person={"deceased": True}) == ("refused", frozenset())
    assert move(person=AWAY) == (None, {"person"})


def test_only_facts_that_are_needed_are_touched() -> None:
    reckoning = Reckoning(season_plan(), ground())
    assert (reckoning.value("planned_m2"), reckoning.touched) == (25000, set())
    reckoning.value("water_m3")
    assert reckoning.touched == {"season"}


def test_a_table_without_each_is_a_value_and_takes_facts() -> None:
    table = (
        "values:\n",
        "  share:\n    law: season-plan/2\n    in: [facts.card.water, asked_m2]\n    out: {type: integer}\n    rows:\n"
        "      - [canal, 0..30000, 1]\n      - [canal, 30001.., 2]\n      - [[well, rain, mixed], any, 3]\n"
        "      - [canal, ..-1, 4]\nvalues:\n",
    )
    service = linked("season-plan", table)
    assert Reckoning(service, ground()).value("share") == 1
    many = replace(ground(), answers={**ground().answers, "crops": [{"area_m2": 30001}]})
    assert Reckoning(service, many).value("share") == 2
    assert Reckoning(service, ground(card={"water": "rain"})).value("share") == 3
    assert Reckoning(service, ground(card=NOTHING)).value("share") is NOTHING
    assert Reckoning(service, ground(card=AWAY)).value("share") == Waiting(frozenset({"card"}))
    assert service.tables_of_case == ("share",), "an example may expect what it says"


def test_a_row_that_may_match_before_another_is_waited_for() -> None:
    table = (
        "values:\n",
        "  share:\n    hit: first\n    law: season-plan/2\n    in: [facts.card.water, answers.season]\n"
        "    out: {type: integer}\n    rows:\n"
        "      - [canal, any, 1]\n      - [any, winter-2026, 2]\n      - [any, any, 3]\nvalues:\n",
    )
    service = linked("season-plan", table)
    assert Reckoning(service, ground(card=AWAY)).value("share") == Waiting(frozenset({"card"}))
    assert Reckoning(service, ground(card={"water": "well"})).value("share") == 2


@pytest.mark.parametrize("crop", ["wheat", "rice"])
def test_rows_know_what_tables_say_of_them(crop: str) -> None:
    row = {"crop": crop, "irrigation": "drip", "area_m2": 1}
    found = Reckoning(season_plan(), replace(ground(), answers={"crops": [row]}, today=TODAY))
    (full,) = found.full_rows(("answers", "crops"))
    assert full["verdict"] == ("in_plan" if crop == "wheat" else "out_of_plan")


def test_conditions_that_are_asked_together_are_what_each_is_by_itself() -> None:
    found = 0
    for service in (season_plan(), stall()):
        for example in examples_of(service).values():
            course = example.course
            for facts in (course.ground.facts, {}, dict.fromkeys(course.ground.facts, NOTHING)):
                on = replace(course.ground, facts=facts, answers=course.answers)
                alone = {name: Reckoning(service, on).condition(name) for name in service.conditions}
                waits = [one for one in alone.values() if isinstance(one, Waiting)]
                failed = Reckoning(service, on).failed()
                if waits:
                    assert isinstance(failed, Waiting)
                else:
                    assert failed == tuple(name for name, holds in alone.items() if not holds)
                found += 1
    assert found > 30


def test_what_follows_from_a_case_is_reckoned_once_for_all_who_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    service, on = season_plan(), ground()
    facts = {name: Told(None if one is NOTHING else one, "registry", "") for name, one in on.facts.items()}
    moment = datetime.datetime(2026, 10, 15, 9, tzinfo=datetime.UTC)
    case = Unfolded(
        answers=on.answers,
        facts=facts,
        applicant=on.applicant,
        entries=(Entry(1, next(iter(service.definition.states)), moment, "submitted", None),),
    )
    asked: list[str] = []
    alone, together = Expression.evaluate, Bundle.evaluate
    monkeypatch.setattr(Expression, "evaluate", lambda one, *given: asked.append(one.source) or alone(one, *given))
    monkeypatch.setattr(Bundle, "evaluate", lambda one, *given: asked.append("conditions") or together(one, *given))
    go = next_step(service, case, TODAY)
    assert isinstance(go, Go) and len(asked) == len(set(asked)), "nothing is asked twice"
    first = len(asked)
    reasons_for(service, case, go.rule, TODAY)
    turn_of(service, case, TODAY)
    assert len(asked) == len(set(asked)) and asked.count("conditions") == 1 < first


@pytest.mark.parametrize(("state", "failed"), [("received", ("card_valid", "in_time")), ("accepted", ())])
def test_what_is_over_by_now_is_a_reason_only_where_rules_ask_what_failed(state: str, failed: tuple[str, ...]) -> None:
    """An officer may take long: that the last day is over meanwhile has refused nobody."""
    service, on = season_plan(), ground()
    facts = {name: Told(None if one is NOTHING else one, "registry", "") for name, one in on.facts.items()}
    moment = datetime.datetime(2026, 10, 15, 9, tzinfo=datetime.UTC)
    entries = (Entry(1, state, moment, "submitted", None),)
    case = Unfolded(answers=on.answers, facts=facts, applicant=on.applicant, entries=entries)
    later = TODAY + datetime.timedelta(days=90)
    assert Reckoning(service, case.ground(later)).failed() == ("card_valid", "in_time")
    assert reasons_for(service, case, 0, later).failed == failed
    assert reasons_for(service, case, None, later).failed == ()
