"""The General Secretariat, the commitments that were really published, its officers, and who speaks for the post."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

import pytest

from tests.fixtures import PASSWORD, Citizen, Officer, make_institution, make_officer, told_rights
from tests.kinds import KINDS
from tests.unit.services.domain.samples import FOLDERS
from tests.unit.services.samples import QuietKind
from tests.worlds import WORLDS, World
from uruk.acts.api import run_due_jobs
from uruk.cli.demo.archive import in_order
from uruk.definitions.api import Country, load_country
from uruk.kernel.api import Actor, FixedClock
from uruk.people.api import claim, create_account, see
from uruk.publishing.api import publish_country
from uruk.registries.api import Change, change, get_record
from uruk.services.api import (
    Applicant,
    Asked,
    act,
    action_proposal,
    approve_action,
    get_case,
    next_case,
    propose_action,
    proposed_bytes,
    submit,
)
from uruk.services.models import CaseStanding

OWNER = "comsec"
LIAISON, HEAD, STRANGER = "999019880002", "999019720004", "999020010003"
STAMPS = "iran-2023-stamps"
PAPER = "a" * 64
CALLED = "الشركة العامة للبريد والتوفير"


@cache
def shipped() -> Country:
    """The country, with services that are played for real."""
    kinds = [QuietKind() if one.name == "service" else one for one in KINDS]
    return load_country(FOLDERS["report-progress"], kinds)


def record_first(*registries: str) -> None:
    """What the registries begin with, as the demonstration records it."""
    for one in in_order(shipped()):
        if one.institution == OWNER and one.registry in registries:
            changes = [Change("create", values=dict(row)) for row in one.rows]
            change(Actor.system(OWNER), OWNER, one.registry, changes, "first")


def recorded(registry: str, **values: Any) -> None:
    change(Actor.system(OWNER), OWNER, registry, [Change("create", values=values)], "letter 7")


def run() -> None:
    while run_due_jobs():
        pass


def citizen(number: str, officer: Officer) -> Citizen:
    person = create_account(PASSWORD)
    claim(person, "national", number)
    see(officer.actor, person, "national", number)
    return Citizen(person, Actor(channel="portal", person=person, second_factor="passkey"), number)


def make_cooperation() -> tuple[Any, ...]:
    """The General Secretariat with what was promised, its officers, and who speaks for the post."""
    make_institution(OWNER)
    publish_country(Actor.system(), shipped())
    record_first("institutions", "memoranda", "committees", "commitments")
    liaison = {"officer": LIAISON, "head": HEAD, "letter": "٤٥١", "until": "2027-12-31"}
    recorded("liaisons", institution="post", name=CALLED, **liaison)
    roles = ("follow-up-officer", "follow-up-head", "secretary-general")
    officers = tuple(make_officer(role, OWNER, f"officer.{role}") for role in roles)
    with told_rights():
        registrar = make_officer("registrar", OWNER, "officer.registrar")
        people = tuple(citizen(number, registrar) for number in (LIAISON, HEAD, STRANGER))
    run()
    return (*officers, *people)


WORLDS[f"{__name__}.cooperation"] = make_cooperation


@dataclass
class Cooperation:
    """Who takes part, and what they do most, in one line."""

    officer: Officer
    head: Officer
    secretary: Officer
    liaison: Citizen
    above: Citizen
    stranger: Citizen
    clock: FixedClock

    def ask(self, service: str, answers: dict[str, Any], of: str = "post", by: Citizen | None = None) -> UUID:
        asked = Asked(OWNER, service, Applicant(of, kind="institution"), answers)
        case = submit((by or self.liaison).actor, asked).case
        run()
        return case

    def report(self, **changed: Any) -> UUID:
        """That stamps were printed."""
        said = {
            "code": STAMPS, "state": "done", "progress": "صدرت الطوابع.", "evidence_url": "https://example.iq/stamps",
            "paper": PAPER, "pledge": True,
        }  # fmt: skip
        return self.ask("report-progress", {name: one for name, one in {**said, **changed}.items() if one is not None})

    def decide(self, service: str, action: str, by: Officer, second: Officer, **said: Any) -> None:
        """Two officers do with the next case what needs two."""
        case = next_case(by.actor, service)
        assert case is not None
        signed = by.approve(action_proposal(by.actor, case.id, case.seq, action, said))
        propose_action(by.actor, case.id, case.seq, action, signed, said)
        assert next_case(second.actor, service) is not None
        approve_action(second.actor, case.id, second.approve(proposed_bytes(second.actor, case.id)))
        run()

    def say(self, case: UUID, action: str, **said: Any) -> None:
        """Who speaks for the institution does what is theirs."""
        act(self.liaison.actor, case, get_case(self.liaison.actor, case).seq, action, said)
        run()

    def state(self, case: UUID) -> str:
        return str(CaseStanding.objects.get(pk=case).turn)

    def later(self, days: int) -> None:
        self.clock.advance(timedelta(days=days))
        run()


@pytest.fixture
def cooperation(transactional_db: None, log: Any, clock: FixedClock, begun: World) -> Iterator[Cooperation]:
    """The world of these tests."""
    *officers, liaison, above, stranger = begun.officers
    yield Cooperation(*(one.with_passkey_as_now() for one in officers), liaison, above, stranger, clock)


def commitment(code: str = STAMPS) -> dict[str, Any]:
    return dict(get_record(Actor.system(OWNER), OWNER, "commitments", key=code).values)
