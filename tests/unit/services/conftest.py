"""Services in force with officers, a citizen whose card was seen, and an exchange that a test answers for."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from tests.fixtures import PASSWORD, Citizen, Officer, make_institution, make_officer, told_rights
from tests.unit.registries.samples import CARD
from tests.unit.services.samples import NUMBER, sample_country
from tests.worlds import WORLDS, World
from uruk.kernel.api import Actor, CodedError, FixedClock, Settings, new_id
from uruk.registries.tables import forget_caches

ANSWERS = {"name": "A1", "area": 10, "well": "W1"}


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    forget_caches()
    yield
    forget_caches()


@dataclass
class Town:
    """What the other institution answers: each question is kept; away, nobody answers."""

    asked: list[Any] = field(default_factory=list)
    answers: dict[str, tuple[int, Any]] = field(default_factory=dict)
    away: bool = False

    def __call__(self, question: Any) -> tuple[int, Any]:
        from uruk.services.running.asking import UnansweredError

        self.asked.append(question)
        if self.away:
            raise UnansweredError("services.holder_away", "ConnectionRefusedError")
        named = f"{question.method} {question.service.rpartition('/')[2]}"
        return self.answers.get(named + question.path) or self.answers[named]


@dataclass
class Office:
    """The institution with its officers, and what they do most, in one line."""

    registrar: Officer
    head: Officer
    clerk: Officer
    citizen: Citizen
    clock: FixedClock
    settings: Settings

    def submit(self, answers: Any = ANSWERS, service: str = "stall", by: Any = None, **more: Any) -> UUID:
        """A case that the citizen submits; it has not gone on yet."""
        from uruk.services.api import Applicant, Asked, submit

        asked = Asked("interior", service, Applicant(NUMBER), {**answers, **more.pop("changed", {})}, **more)
        return submit((by or self.citizen).actor, asked).case

    def consent(self, service: str = "stall", by: Officer | None = None, **changed: Any) -> UUID:
        """The citizen's consent, spoken before a witness, that an officer noted."""
        from uruk.services.api import note_consent

        return note_consent((by or self.clerk).actor, new_id(), consent_given(service, **changed)).id

    def run(self) -> None:
        """Do all that is due, and what follows from it."""
        from uruk.acts.api import run_due_jobs

        while run_due_jobs():
            pass

    def submitted(self, **changed: Any) -> UUID:
        """A case that has gone on as far as it goes by itself."""
        case = self.submit(ANSWERS | changed)
        self.run()
        return case

    def standing(self, case: UUID) -> Any:
        """The row by which a case is found."""
        from uruk.services.models import CaseStanding

        return CaseStanding.objects.get(pk=case)

    def opened(self, case: UUID) -> Any:
        """The case as its acts say."""
        from uruk.services.running.recording import open_case

        return open_case(case)

    def kinds(self, case: UUID) -> list[str]:
        """What its acts are, in order."""
        return [type(one.content).__name__ for one in self.opened(case).acts]


def consent_given(service: str = "stall", **changed: Any) -> Any:
    """What an officer types of somebody who agreed."""
    from uruk.services.api import ConsentGiven

    said = {
        "institution": "interior", "service": service, "number": NUMBER, "name": "سارة علي حسن",
        "born": date(1980, 3, 1), "way": "spoken", "compared": True, "witness": "أحمد كريم",
    }  # fmt: skip
    return ConsentGiven(**{**said, **changed})


def record(institution: str, registry: str, **values: Any) -> UUID:
    """A record that the institution's own node writes."""
    from uruk.registries.api import Change, change

    done = change(Actor.system(institution), institution, registry, [Change("create", values=values)], "letter 7")
    return done.records[0]


def records(registry: str) -> list[dict[str, Any]]:
    """What the records of a registry say."""
    from uruk.registries.api import list_records

    return [dict(one.values) for one in list_records(Actor.system("interior"), "interior", registry).records]


def make_office(country: Any = sample_country) -> tuple[Any, ...]:
    """Two institutions with their services in force, three officers, a citizen with a card, and a well with 100 m3."""
    from uruk.acts.api import run_due_jobs
    from uruk.people.api import claim, create_account, see
    from uruk.publishing.api import publish_country

    for code in ("interior", "town"):
        make_institution(code)
    publish_country(Actor.system(), country())
    with told_rights():
        roles = ("registrar", "head", "clerk")
        officers = tuple(make_officer(role, "interior", f"officer.{number}") for number, role in enumerate(roles, 1))
        person = create_account(PASSWORD)
        claim(person, "national", NUMBER)
        see(officers[0].actor, person, "national", NUMBER)
    record("interior", "cards", **CARD)
    record("interior", "wells", code="W1", granted_m3=100)
    while run_due_jobs():
        pass
    return (*officers, Citizen(person, Actor(channel="portal", person=person), NUMBER))


WORLDS[f"{__name__}.office"] = make_office


@pytest.fixture
def office(
    transactional_db: None, node: Settings, institution: str, officer: Any, clock: FixedClock, begun: World
) -> Office:
    """Services in force, with officers and a citizen."""
    forget_caches()
    *officers, person = begun.officers
    return Office(*(one.with_passkey_as_now() for one in officers), person, clock, node)


@pytest.fixture
def town() -> Iterator[Town]:
    """The other institution, who knows the citizen and has water."""
    from uruk.services.running.asking import use_exchange

    found = Town(answers={
        "GET by-number": (200, {"number": NUMBER, "quarter": "الكرخ"}),
        "POST water": (201, {"state": "reserved"}),
        "PUT water": (200, {"state": "confirmed"}),
        "DELETE water": (200, {"state": "released"}),
    })  # fmt: skip
    before = use_exchange(found)
    yield found
    use_exchange(before)


def refused(code: str) -> Any:
    """That what is done inside is refused with this code."""
    return pytest.raises(CodedError, match=code.replace(".", r"\."))
