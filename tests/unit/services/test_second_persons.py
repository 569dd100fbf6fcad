"""Two persons: one proposes and signs, another signs the same bytes, or says why not."""

from datetime import timedelta
from typing import Any

import pytest

from tests.unit.services.conftest import Office, refused
from tests.unit.services.tasks import propose, refuse, taken, waiting
from uruk.acts.api import find_statement
from uruk.kernel.api import Actor
from uruk.services.api import (
    act,
    action_proposal,
    decline_action,
    my_cases,
    next_case,
    propose_action,
    proposed_bytes,
)
from uruk.services.models import Hold
from uruk.services.running.recording import act_id

pytestmark = pytest.mark.database


def test_a_refusal_is_an_act_of_two_persons_and_says_why_in_the_case(office: Office) -> None:
    case = refuse(office)
    standing = office.opened(case).standing
    assert (standing.entry.state, standing.decided) == ("refused", {"ground": "space"})
    statement = find_statement(act_id(case, standing.entry.seq))
    assert statement is not None and len(statement.approvals) == 2 and statement.proposal is not None
    (mine,) = my_cases(office.citizen.actor)
    assert mine.decision is not None and mine.decision.said == {"ground": "space"}


def test_whoever_proposed_is_not_the_second_person(office: Office, passkey: Any) -> None:
    from uruk.people.api import appoint

    waiting(office)
    case = propose(office, taken(office.registrar))
    appoint(Actor.system("interior"), office.registrar.person, "interior", "head", since=office.clock.now())
    both = Actor(channel="desk", person=office.registrar.person, institution="interior", role="head")
    assert next_case(both, "stall") is None, "it is not even shown to them"
    with refused("services.not_given_to_you"):
        proposed_bytes(both, case.id)
    Hold.objects.create(
        case_id=case.id,
        person=both.person,
        role="head",
        institution="interior",
        since=office.clock.now(),
        until=office.clock.now() + timedelta(hours=1),
    )
    with refused("services.same_person"):
        proposed_bytes(both, case.id)


def test_what_was_signed_must_be_what_there_is_and_by_ones_own_passkey(office: Office, officer: Any) -> None:
    waiting(office)
    found, registrar = taken(office.registrar), office.registrar
    proposal = action_proposal(registrar.actor, found.id, found.seq, "refuse", {"ground": "space"})
    with refused("services.proposal_moved"):
        propose_action(
            registrar.actor, found.id, found.seq, "refuse", registrar.approve(proposal), {"ground": "papers"}
        )
    with refused("services.not_your_approval"):
        propose_action(
            registrar.actor, found.id, found.seq, "refuse", office.head.approve(proposal), {"ground": "space"}
        )
    with refused("services.no_second_needed"):
        action_proposal(registrar.actor, found.id, found.seq, "accept")
    with refused("services.nothing_proposed"):
        proposed_bytes(registrar.actor, found.id)
    with refused("services.case_moved"):
        action_proposal(registrar.actor, found.id, found.seq - 1, "refuse", {"ground": "space"})


def test_a_second_person_who_declines_gives_the_case_back_with_a_reason(office: Office) -> None:
    waiting(office)
    case = propose(office, taken(office.registrar))
    assert office.standing(case.id).turn == "task:head"
    taken(office.head)
    with refused("services.reason_missing"):
        decline_action(office.head.actor, case.id, " ")
    decline_action(office.head.actor, case.id, "المساحة تكفي")
    assert office.standing(case.id).turn == "task:registrar"
    assert act(office.registrar.actor, case.id, taken(office.registrar).seq, "accept").state == "reserving"
