"""Services in force with officers, a citizen whose card was seen, and an exchange that a test answers for."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest

from tests.fixtures import Citizen, Officer, make_institution
from tests.unit.registries.samples import CARD
from tests.unit.services.samples import NUMBER, sample_country
from uruk.kernel.api import Actor, CodedError, FixedClock, Settings
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
        from uruk.services.asking import UnansweredError

        self.asked.append(question)
        if self.away:
            raise UnansweredError("services.holder_away", "ConnectionRefusedError")
        return self.answers[f"{question.method} {question.service.rpartition('/')[2]}"]


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
        from uruk.services.recording import open_case

        return open_case(case)

    def kinds(self, case: UUID) -> list[str]:
        """What its acts are, in order."""
        return [type(one.content).__name__ for one in self.opened(case).acts]


def record(institution: str, registry: str, **values: Any) -> UUID:
    """A record that the institution's own node writes."""
    from uruk.registries.api import Change, change

    done = change(Actor.system(institution), institution, registry, [Change("create", values=values)], "letter 7")
    return done.records[0]


def records(registry: str) -> list[dict[str, Any]]:
    """What the records of a registry say."""
    from uruk.registries.api import list_records

    return [dict(one.values) for one in list_records(Actor.system("interior"), "interior", registry).records]


@pytest.fixture
def office(
    transactional_db: None,
    node: Settings,
    institution: str,
    officer: Callable[..., Officer],
    citizen: Callable[..., Citizen],
    clock: FixedClock,
) -> Office:
    """Services in force, a card of the citizen's, and a well with 100 m3."""
    from uruk.people.api import see
    from uruk.publishing.api import publish_country

    make_institution("town")
    publish_country(Actor.system(), sample_country())
    registrar, person = officer("registrar"), citizen(NUMBER)
    see(registrar.actor, person.person, "national", NUMBER)
    record(institution, "cards", **CARD)
    record(institution, "wells", code="W1", granted_m3=100)
    return Office(registrar, officer("head"), officer("clerk"), person, clock, node)


@pytest.fixture
def town() -> Iterator[Town]:
    """The other institution, who knows the citizen and has water."""
    from uruk.services.asking import use_exchange

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
