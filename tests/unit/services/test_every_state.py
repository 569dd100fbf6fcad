"""Nothing vanishes from a queue: every state of every shipped service is somebody's, with an end, or closed."""

import datetime
from dataclasses import replace

import pytest

from tests.unit.services.domain.samples import FOLDERS, linked
from uruk.services.domain.cases.contents import Effected, Told
from uruk.services.domain.cases.folding import Entry, Unfolded
from uruk.services.domain.cases.stepping import FAILED, Turn, turn_of
from uruk.services.domain.judging.deadlines import last_day
from uruk.services.domain.linked import Service

TODAY = datetime.date(2026, 10, 15)
NOW = datetime.datetime(2026, 10, 15, 9, tzinfo=datetime.UTC)


def standing(service: Service, name: str, *, told: bool, failed: bool) -> Unfolded:
    """A case that has just come into a state: every fact told as "there is none", or none told yet; effects failed."""
    state = service.definition.states[name]
    due = None if state.deadline is None else last_day(TODAY, state.deadline.within, service.definition.days)
    effects = {
        (1, position, 0): Effected(1, position, 0, FAILED)
        for position, linked_effect in enumerate(service.effects.get(name, ()))
        if failed and not linked_effect.each
    }
    facts = {fact: Told(None, "registry", "") for fact in service.definition.facts} if told else {}
    entry = Entry(1, name, NOW, "submitted", due)
    return replace(Unfolded(seq=1, submitted_at=NOW), entries=(entry,), facts=facts, effects=effects)


def is_somebodys(service: Service, case: Unfolded, turn: Turn) -> bool:
    """A task of a role or of the applicant, with a last day; a wait for parties, with one; or closed.

    In a state that rules leave by themselves only holders of facts are waited for; they are asked until they answer.
    """
    state = service.definition.states[case.entry.state]
    if turn.closed is not None:
        return state.kind == "closed"
    if turn.task is not None:
        return case.entry.due is not None and turn.task in {"applicant", *service.definition.roles}
    if state.kind == "next":
        known = {fact.holder or service.definition.institution for fact in service.definition.facts.values()}
        return bool(turn.parties) and set(turn.parties) <= known | {service.definition.institution}
    return bool(turn.parties) and all(turn.parties) and (case.entry.due is not None or state.kind == "closed")


@pytest.mark.parametrize("code", sorted(FOLDERS))
def test_every_state_of_every_shipped_service_is_somebodys_or_closed(code: str) -> None:
    service = linked(code)
    assert service.definition.states
    for name in service.definition.states:
        for told in (False, True):
            for failed in (False, True):
                case = standing(service, name, told=told, failed=failed)
                turn = turn_of(service, case, TODAY)
                assert turn.error == "" and is_somebodys(service, case, turn), (name, told, failed, turn)


@pytest.mark.parametrize("code", sorted(FOLDERS))
def test_a_task_that_is_handed_on_has_a_last_day_again(code: str) -> None:
    service = linked(code)
    for state in service.definition.states.values():
        then = state.deadline.task if state.deadline is not None else None
        if then is not None:
            case = standing(service, state.name, told=True, failed=True)
            handed = replace(case, entries=(replace(case.entry, task=then),))
            assert turn_of(service, handed, TODAY).task == then and handed.entry.due is not None
