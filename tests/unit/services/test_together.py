"""Many cases that go on at once come where each would have come alone."""

from typing import Any
from uuid import UUID

import pytest

from tests.unit.services.conftest import NUMBER, Office, Town, refused
from uruk.kernel.api import Actor, new_id


def several(office: Office, *areas: int) -> list[UUID]:
    return [office.submit(changed={"area": area}, case=new_id()) for area in areas]


def batches(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What is recorded in batches from here on: the kinds of acts of each."""
    from uruk.services.running import together

    found: list[list[str]] = []
    recorded = together.record_together

    def noted(actor: Actor, nexts: Any) -> None:
        found.append([type(content).__name__ for _, _, content in nexts])
        recorded(actor, nexts)

    monkeypatch.setattr(together, "record_together", noted)
    return found


@pytest.mark.database
def test_facts_and_rules_of_many_cases_are_recorded_in_one_batch_each(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = batches(monkeypatch)
    cases = several(office, 5, 10, 20, 30)
    office.run()
    assert found[:2] == [["FactTold"] * 4, ["Moved"] * 4]
    states = [office.standing(one).state for one in cases]
    assert states == ["granted", "granted", "review", "review"]


@pytest.mark.database
def test_a_case_that_went_on_among_many_says_the_same_as_one_that_went_alone(office: Office) -> None:
    alone = office.submitted(area=20)
    among = several(office, 20, 20)[0]
    office.run()
    assert office.kinds(among) == office.kinds(alone)
    said = [one.content for one in office.opened(alone).acts][1:]
    assert [one.content for one in office.opened(among).acts][1:] == said


def test_who_is_asked_elsewhere_is_asked_by_each_case_alone(office: Office, town: Town) -> None:
    answers = {"canal": "C1", "amount": 5}
    cases = [office.submit(answers, service="canal", case=new_id()) for _ in range(2)]
    office.run()
    assert [office.standing(one).state for one in cases] == ["granted", "granted"]
    assert len([one for one in town.asked if one.service.endswith("by-number")]) == 2


def test_a_case_that_somebody_moved_meanwhile_stops_none_of_the_others(office: Office) -> None:
    from uruk.services.running.advancing import advance
    from uruk.services.running.together import advance_together

    cases = several(office, 20, 20, 20)
    jobs = [{"case": str(one), "seq": 1} for one in cases]
    advance(jobs[1])
    advance_together(jobs)
    assert [office.standing(one).seq for one in cases] == [2, 2, 2]
    advance_together(jobs)
    assert [office.standing(one).seq for one in cases] == [2, 2, 2]


def test_an_act_that_came_first_refuses_the_batch_and_each_finds_out_alone(office: Office) -> None:
    from uruk.services.domain.cases.contents import FactTold, Told
    from uruk.services.models import Case
    from uruk.services.running.recording import record_together

    cases = several(office, 20, 20)
    rows = [Case.objects.get(pk=one) for one in cases]
    told = FactTold("card", Told({"number": NUMBER}, "registry", ""))
    record_together(Actor.system("interior"), [(rows[0], 2, told)])
    with refused("services.case_moved"):
        record_together(
            Actor.system("interior"), [(rows[1], 2, told), (rows[0], 2, FactTold("card", Told(None, "registry", "")))]
        )
    assert [len(office.opened(one).acts) for one in cases] == [2, 1]
