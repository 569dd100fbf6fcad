"""A node for each country whose services are applied for; its holders say of facts what a file says."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from tests.flows.node import PASSWORD, ROOT, Node, start, stop
from tests.kinds import KINDS
from uruk.definitions.api import Country, Definition, load_country
from uruk.kernel.clock import set_behind

TOLD = Path(__file__).parent / "told"
# Before the day of any example, and before an office opens on it.
BEGINNING, NOON = datetime(2026, 9, 1, tzinfo=UTC), time(9)


@dataclass
class Place:
    """A node with the country of a service in force, and the file by which its holders say what an example says."""

    node: Node
    country: Country
    facts: Path
    admitted: set[str] = field(default_factory=set)
    behind: Path | None = None
    day: date | None = None

    def go_to(self, day: date) -> None:
        """Let it be this day there: never an earlier one than before, and whoever was signed in is so no more."""
        assert self.behind is not None, "only what began long ago"
        if day != self.day:
            assert self.day is None or day > self.day, f"{day} is over"
            set_behind(self.behind, datetime.now(UTC) - datetime.combine(day, NOON, UTC))
            self.day = day
            self.node.sessions.clear()

    def tell(self, facts: Mapping[str, object]) -> None:
        """Let holders say this from now on: null for nothing; what is not there is not answered."""
        self.facts.write_text(json.dumps(facts), encoding="utf-8")

    def admit(self, number: str, institution: str) -> None:
        """Let the applicant of an example in."""
        if number not in self.admitted:
            self.node.run("tests.flows.services.admit", number, institution, PASSWORD)
            self.admitted.add(number)

    def service(self, code: str) -> Definition:
        """The definition of a service."""
        return next(one for one in self.country.of_kind("service") if one.code == code)


Places = Callable[[Path], Place]


@pytest.fixture(scope="package")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    """A node for each country, started when the first of its services is applied for."""
    yield from _nodes(tmp_path_factory.mktemp("applying"))


@pytest.fixture(scope="module")
def places_then(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    """The same, on the day on which an example happens: each place begins long ago, and is brought to it."""
    yield from _nodes(tmp_path_factory.mktemp("then"), long_ago=True)


def _nodes(folder: Path, *, long_ago: bool = False) -> Iterator[Places]:
    found: dict[Path, tuple[Place, Any]] = {}

    def place(country: Path) -> Place:
        if country not in found:
            data = folder / str(len(found))
            data.mkdir(exist_ok=True)
            found[country] = _start(data, country, data / "behind" if long_ago else None)
        return found[country][0]

    yield place
    for _, process in found.values():
        stop(process)


def _start(data: Path, country: Path, behind: Path | None) -> tuple[Place, Any]:
    facts, more = data / "facts.json", {}
    if behind is not None:
        set_behind(behind, datetime.now(UTC) - BEGINNING)
        more = {"TOLD_BEHIND": str(behind)}
    paths = os.pathsep.join((str(TOLD), str(ROOT / "src"), str(ROOT)))
    node, process = start(data / "node", URUK_COUNTRY=str(country), TOLD_FACTS=str(facts), PYTHONPATH=paths, **more)
    return Place(node, load_country(country, KINDS), facts, behind=behind), process
