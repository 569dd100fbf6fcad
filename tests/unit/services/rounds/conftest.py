"""Rounds that are run: services in force beside those of the other tests, and applicants by the dozen."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.unit.services.conftest import Office, make_office, record
from tests.unit.services.rounds.samples import ENDS, rounds_country
from tests.worlds import WORLDS, World
from uruk.kernel.api import FixedClock, Settings
from uruk.registries.tables import forget_caches

PLACES = 2


def make_rounds() -> tuple[Any, ...]:
    """The office of the other tests, with these services and courses of two places."""
    from uruk.acts.api import run_due_jobs

    officers = make_office(rounds_country)
    for code in ("C1", "C2"):
        record("interior", "wells", code=code, granted_m3=PLACES)
    while run_due_jobs():
        pass
    return officers


WORLDS[f"{__name__}.hall"] = make_rounds


@dataclass
class Hall(Office):
    """The office, and what is done with rounds in one line."""

    def apply(self, points: int, service: str = "course", **more: Any) -> UUID:
        """A case of the citizen that has gone on as far as it goes by itself; each a second after the other."""
        case = self.submit({"course": "C1", "ends": ENDS, "points": points, "village": False} | more, service)
        self.cases.append(case)
        self.clock.advance(timedelta(seconds=1))
        self.run()
        return case

    cases: list[UUID] = None  # type: ignore[assignment]

    def end(self) -> None:
        """The day after the last day to apply; what is due then is done."""
        self.clock.advance(timedelta(days=8))
        self.run()

    def states(self, *cases: UUID) -> list[str]:
        """Where cases are."""
        return [self.standing(case).state for case in cases]

    def key(self, service: str = "course") -> str:
        """The key of the service's call, as those see it who close it."""
        from uruk.services.api import rounds

        return next(one.key for one in rounds(self.registrar.actor) if one.service == service)

    def close_by_two(self, service: str = "course") -> Any:
        """Both officers sign, and everything that follows is done."""
        from uruk.services.api import approve_round, propose_round, proposed_round, round_proposal

        key, first, second = self.key(service), self.registrar, self.head
        propose_round(first.actor, service, key, first.approve(round_proposal(first.actor, service, key)))
        found = approve_round(second.actor, service, key, second.approve(proposed_round(second.actor, service, key)))
        self.run()
        return found


@pytest.fixture
def hall(
    transactional_db: None, node: Settings, institution: str, officer: Any, clock: FixedClock, begun: World
) -> Hall:
    """Services that decide in rounds, in force."""
    forget_caches()
    *officers, person = begun.officers
    return Hall(*(one.with_passkey_as_now() for one in officers), person, clock, node, [])
