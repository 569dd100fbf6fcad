"""A node for each country whose services are applied for; its holders say of facts what a file says."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.flows.node import PASSWORD, ROOT, Node, start, stop
from tests.kinds import KINDS
from uruk.definitions.api import Country, Definition, load_country

TOLD = Path(__file__).parent / "told"


@dataclass
class Place:
    """A node with the country of a service in force, and the file by which its holders say what an example says."""

    node: Node
    country: Country
    facts: Path
    admitted: set[str] = field(default_factory=set)

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
    found: dict[Path, tuple[Place, Any]] = {}

    def place(folder: Path) -> Place:
        if folder not in found:
            data = tmp_path_factory.mktemp("applying")
            facts = data / "facts.json"
            paths = os.pathsep.join((str(TOLD), str(ROOT / "src"), str(ROOT)))
            node, process = start(data / "node", URUK_COUNTRY=str(folder), TOLD_FACTS=str(facts), PYTHONPATH=paths)
            found[folder] = Place(node, load_country(folder, KINDS), facts), process
        return found[folder][0]

    yield place
    for _, process in found.values():
        stop(process)
