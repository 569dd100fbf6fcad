"""Tasks: the next case is given and nobody picks; actions, reviews, reassigning."""

from datetime import timedelta
from typing import Any

import pytest

from tests.unit.services.conftest import ANSWERS, Office, refused
from tests.unit.services.samples import STALL
from tests.unit.services.tasks import supervise, taken, waiting
from tests.unit.services.test_pins import publish_newer
from uruk.kernel.api import Actor
from uruk.people.api import end_office, offices
from uruk.services.api import (
    act,
    case_acts,
    give_back,
    next_case,
    queues,
    reassign,
    review,
    take_given,
)
from uruk.services.models import Case, CaseStanding, Hold
from uruk.services.working import looking

pytestmark = pytest.mark.database


def test_the_next_case_is_the_oldest_and_two_officers_never_have_the_same(office: Office, officer: Any) -> None:
    first, second = waiting(office, 2)
    other = officer("registrar")
    assert taken(office.registrar).id == first and taken(other).id == second
    assert taken(office.registrar).id == first, "it stays theirs until they have done it"
    assert next_case(officer("registrar").actor, "stall") is None


def test_queues_tell_numbers_by_service(office: Office) -> None:
    waiting(office, 2)
    (queue,) = queues(office.registrar.actor)
    assert (queue.service, queue.cases) == ("stall", 2) and queues(office.clerk.actor) == ()


def test_a_case_goes_back_when_its_officer_gives_it_back_or_their_hour_is_over(office: Office, officer: Any) -> None:
    (case,) = waiting(office)
    other = officer("registrar")
    taken(office.registrar)
    assert next_case(other.actor, "stall") is None
    give_back(office.registrar.actor, case)
    assert taken(other).id == case
    office.clock.advance(timedelta(hours=1, seconds=1))
    assert taken(office.registrar).id == case


def test_a_role_that_ends_gives_its_cases_back(office: Office, officer: Any) -> None:
    (case,) = waiting(office)
    leaver = officer("registrar")
    taken(leaver)
    (held,) = offices(leaver.person)
    end_office(Actor.system("interior"), held.act_id, office.clock.now())
    assert taken(office.registrar).id == case
    with refused("people.role_not_held"):
        act(leaver.actor, case, taken(office.registrar).seq, "accept")


def test_an_officer_decides_only_what_was_given_to_them(office: Office, officer: Any) -> None:
    (case,) = waiting(office)
    found = taken(office.registrar)
    with refused("services.not_given_to_you"):
        act(officer("registrar").actor, case, found.seq, "accept")
    with refused("services.not_given_to_you"):
        act(office.head.actor, case, found.seq, "accept")
    with refused("services.action_unknown"):
        act(office.registrar.actor, case, found.seq, "grant")
    with refused("services.second_needed"):
        act(office.registrar.actor, case, found.seq, "refuse", {"ground": "space"})


def test_accepting_takes_the_case_to_its_end_and_doing_it_twice_is_doing_it_once(office: Office) -> None:
    (case,) = waiting(office)
    found = taken(office.registrar)
    act(office.registrar.actor, case, found.seq, "accept")
    again = act(office.registrar.actor, case, found.seq, "accept")
    assert again.state == "reserving"
    office.run()
    assert office.standing(case).turn == "closed:granted" and not Hold.objects.exists()
    with refused("services.case_moved"):
        act(office.registrar.actor, case, found.seq, "send_back")


def test_two_actions_at_once_are_one_action(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from uruk.services.working import acting

    (case,) = waiting(office)
    found, record = taken(office.registrar), acting.record
    done: list[str] = []

    def late(actor: Any, row: Any, seq: int, content: Any, **more: Any) -> Any:
        monkeypatch.setattr(acting, "record", record)
        act(office.registrar.actor, case, found.seq, "accept")
        done.append("accept")
        return record(actor, row, seq, content, **more)

    monkeypatch.setattr(acting, "record", late)
    with refused("services.case_moved"):
        act(office.registrar.actor, case, found.seq, "send_back", marks={"area": "!"})
    assert done == ["accept"] and office.opened(case).standing.entry.state == "reserving"


def test_reviews_are_asked_of_all_at_once_and_joined_as_defined(office: Office) -> None:
    (case,) = waiting(office)
    act(office.registrar.actor, case, taken(office.registrar).seq, "reviews")
    office.run()
    assert office.standing(case).turn == "wait:clerk head"
    with refused("services.not_asked"):
        review(office.registrar.actor, case, True)
    with refused("services.not_given_to_you"):
        review(office.clerk.actor, case, True)
    assert taken(office.clerk).id == case
    review(office.clerk.actor, case, True)
    assert office.standing(case).turn == "wait:head" and next_case(office.clerk.actor, "stall") is None
    assert taken(office.head).id == case
    with refused("services.reason_missing"):
        review(office.head.actor, case, False)
    review(office.head.actor, case, False, "لا حاجة")
    office.run()
    assert office.standing(case).turn == "closed:refused"


def test_only_a_supervisor_reassigns_to_an_officer_of_the_role_with_a_reason(
    office: Office, officer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = waiting(office, 2)
    other = officer("registrar")
    with refused("people.right_missing"):
        reassign(office.registrar.actor, second, other.person, "سبب")
    supervise(monkeypatch)
    with refused("services.officer_unknown"):
        reassign(office.head.actor, second, office.clerk.person, "سبب")
    with refused("services.reason_missing"):
        reassign(office.head.actor, second, other.person, "")
    reassign(office.head.actor, second, other.person, "زميله في إجازة")
    office.run()
    assert taken(office.registrar).id == first
    give_back(office.registrar.actor, first)
    act(other.actor, first, taken(other).seq, "accept")
    assert taken(other).id == second and next_case(office.registrar.actor, "stall") is None
    closed = office.submitted()
    with refused("services.not_a_task"):
        reassign(office.head.actor, closed, other.person, "سبب")
    shown = case_acts(office.head.actor, second)
    assert [one.content["reason"] for one in shown if one.type == "case.reassigned"] == ["زميله في إجازة"]


def test_an_officer_takes_up_what_a_supervisor_gave_them_before_what_waits_longer(
    office: Office, officer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = waiting(office, 2)
    other = officer("registrar")
    supervise(monkeypatch)
    with refused("services.not_given_to_you"):
        take_given(other.actor, second)
    reassign(office.head.actor, second, other.person, "سبب")
    for _ in range(2):
        assert take_given(other.actor, second).id == second
    with refused("services.not_given_to_you"):
        take_given(office.registrar.actor, second)
    assert act(other.actor, second, take_given(other.actor, second).seq, "accept").state != "review"
    assert taken(office.registrar).id == first


def test_where_the_definition_says_so_the_lot_decides_who_is_next(office: Office) -> None:
    from tests.unit.services.samples import STALL
    from tests.unit.services.test_pins import publish_newer

    publish_newer(office, stall=STALL.replace("keep: 10 years", "keep: 10 years\nqueue: lot"))
    cases = waiting(office, 4)
    lots = dict(Case.objects.values_list("pk", "lot"))
    order = sorted(cases, key=lambda one: lots[one])
    for case in order:
        found = taken(office.registrar)
        assert found.id == case
        act(office.registrar.actor, case, found.seq, "accept")


def test_an_effect_of_the_state_keeps_no_applicant_from_acting_and_a_move_does(office: Office) -> None:
    told = "  correcting:\n    task: applicant\n    do: [{notify: granted}]\n"
    assert "  correcting:\n    task: applicant\n" in STALL
    publish_newer(office, stall=STALL.replace("  correcting:\n    task: applicant\n", told))
    (case,) = waiting(office)
    given = taken(office.registrar)
    act(office.registrar.actor, case, given.seq, "send_back", marks={"area": "x"})
    seen = office.standing(case).seq
    office.run()
    assert office.kinds(case)[-1] == "Effected" and office.standing(case).seq == seen + 1
    mine, answers = office.citizen.actor, ANSWERS | {"name": "N0", "area": 49}
    with refused("services.case_moved"):
        act(mine, case, given.seq, "resubmit", answers=answers)
    for _ in range(2):
        act(mine, case, seen, "resubmit", answers=answers)
    assert office.kinds(case)[seen:] == ["Effected", "Moved"], "the same press twice is one deed"
    office.run()
    with refused("services.case_moved"):
        act(mine, case, seen, "withdraw")


def test_a_queue_too_long_to_be_counted_says_that_there_are_more(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _, _ = waiting(office, 3)
    monkeypatch.setattr(looking, "COUNTED_TO", 2)
    (queue,) = queues(office.registrar.actor)
    assert (queue.cases, queue.more) == (2, True)
    assert queue.oldest == CaseStanding.objects.get(case=first).arrived
    monkeypatch.setattr(looking, "COUNTED_TO", 3)
    (queue,) = queues(office.registrar.actor)
    assert (queue.cases, queue.more) == (3, False)
