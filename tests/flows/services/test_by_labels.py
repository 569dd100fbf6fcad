"""Every shipped service is applied for in a browser by the labels of its fields alone, as its own examples say.

Nothing here knows a service: one that is put beside the others is driven like them.
"""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.flows.browser import reader
from tests.flows.node import PASSWORD, ROOT, Node, start, stop
from tests.flows.services.labels import Applying
from tests.flows.verify.test_holder import sign_in
from tests.kinds import KINDS
from tests.unit.services.domain.samples import FOLDERS, examples_of, linked
from uruk.definitions.api import Country, load_country
from uruk.kernel.api import error_sentence
from uruk.services.domain.ground import AWAY, NOTHING
from uruk.services.domain.judging.answering import check_answers
from uruk.services.domain.trying.examples import Example

pytestmark = pytest.mark.browser
TOLD = Path(__file__).parent / "told"
MOST = 8


@dataclass
class Place:
    """A node with the country of a service in force, and the file by which its holders say what an example says."""

    node: Node
    country: Country
    facts: Path
    admitted: set[str]

    def admit(self, number: str, institution: str) -> None:
        """Let the applicant of an example in."""
        if number not in self.admitted:
            self.node.run("tests.flows.services.admit", number, institution, PASSWORD)
            self.admitted.add(number)


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Path], Place]]:
    """A node for each country, started when the first of its services is applied for."""
    found: dict[Path, tuple[Place, Any]] = {}

    def place(folder: Path) -> Place:
        if folder not in found:
            data = tmp_path_factory.mktemp("labels")
            facts = data / "facts.json"
            paths = os.pathsep.join((str(TOLD), str(ROOT / "src"), str(ROOT)))
            node, process = start(data / "node", URUK_COUNTRY=str(folder), TOLD_FACTS=str(facts), PYTHONPATH=paths)
            found[folder] = Place(node, load_country(folder, KINDS), facts, set()), process
        return found[folder][0]

    yield place
    for _, process in found.values():
        stop(process)


def chosen(code: str) -> list[Example]:
    """Examples that differ in what is typed or known; what happens to a case afterwards no applicant types."""
    kept: dict[str, Example] = {}
    for one in examples_of(linked(code)).values():
        key = json.dumps(
            [one.course.answers, sorted(map(str, one.course.ground.facts.items()))], sort_keys=True, default=str
        )
        kept.setdefault(key, one)
    wrong = [one for one in kept.values() if any(each.what == "error" for each in one.expected)]
    right = [one for one in kept.values() if one not in wrong]
    return [*right[: max(1, MOST - len(wrong))], *wrong[:MOST]]


CASES = [(code, one.name) for code in sorted(FOLDERS) for one in chosen(code)]


@pytest.mark.parametrize("language", ["ar", "ckb"])
@pytest.mark.parametrize(("code", "name"), CASES)
def test_an_example_of_a_service_is_typed_by_labels_alone(
    browser: Browser, places: Callable[[Path], Place], code: str, name: str, language: str
) -> None:
    example = examples_of(linked(code))[name]
    place = places(FOLDERS[code])
    (definition,) = (one for one in place.country.of_kind("service") if one.code == code)
    place.facts.write_text(json.dumps(dict(told(example))), encoding="utf-8")
    number = str(example.course.ground.applicant["number"])
    place.admit(number, definition.institution)
    with reader(browser, place.node.root, language) as found:
        sign_in(found, number)
        applying = Applying(found, definition, place.country.shared.catalogues, example.course.answers)
        applying.begin()
        wrong = applying.run()
        expected = faults(code, example, language)
        if expected is None:
            assert wrong == []
            applying.submit()
            assert found.page.url.endswith("/submitted/"), found.text()
            assert found.page.get_by_role("link", name=applying.say("Download the receipt"), exact=True).count() == 1
        else:
            assert any(sentence in said for said in wrong for sentence in expected), (wrong, expected)


def told(example: Example) -> Iterator[tuple[str, object]]:
    """The facts of an example as the file has them; what is away is not there."""
    for name, value in example.course.ground.facts.items():
        if value is not AWAY:
            yield name, None if value is NOTHING else value


def faults(code: str, example: Example, language: str) -> list[str] | None:
    """What an example's mistake is called on the page; None where it makes none."""
    found = check_answers(linked(code), example.course.answers, example.course.ground)
    return [error_sentence(error.code, language, error.values) for _, error in found.errors] or None
