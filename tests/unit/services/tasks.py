"""What tests of cases do most with officers: cases that wait, one that is taken, proposed, refused."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.fixtures import Officer
from tests.unit.services.conftest import Office
from uruk.services.api import (
    action_proposal,
    approve_action,
    next_case,
    propose_action,
    proposed_bytes,
)


def waiting(office: Office, count: int = 1) -> list[UUID]:
    """Cases that an officer must look at, in the order they came."""
    found = []
    for place in range(count):
        found.append(office.submitted(name=f"N{place}", area=50))
        office.clock.advance(timedelta(seconds=1))
    return found


def taken(officer: Officer, service: str = "stall") -> Any:
    """The case that the officer is given."""
    found = next_case(officer.actor, service)
    assert found is not None
    return found


def propose(office: Office, case: Any, said: Any = None) -> Any:
    """The registrar proposes a refusal, signed."""
    given = said or {"ground": "space"}
    registrar = office.registrar
    signed = registrar.approve(action_proposal(registrar.actor, case.id, case.seq, "refuse", given))
    return propose_action(registrar.actor, case.id, case.seq, "refuse", signed, given)


def refuse(office: Office) -> UUID:
    """A case that two persons refused."""
    waiting(office)
    case = propose(office, taken(office.registrar))
    taken(office.head)
    signed = office.head.approve(proposed_bytes(office.head.actor, case.id))
    approve_action(office.head.actor, case.id, signed)
    office.run()
    return case.id


def supervise(monkeypatch: pytest.MonkeyPatch) -> None:
    """Heads may reassign and read whole cases."""
    from uruk.people import offices as rights

    told = [lambda _, role: {"reassign-cases", "read-cases"} if role == "head" else {"see-person"}]
    monkeypatch.setattr(rights, "_RIGHTS", told)
