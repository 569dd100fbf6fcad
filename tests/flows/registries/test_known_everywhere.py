"""What the state knows about me, in a country of three nodes: one list from all of them; who is away is named."""

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.demonstration import Demonstration, going_on
from tests.flows.browser import LANGUAGES, Reader, reader
from tests.flows.registries.test_officers import NARROW
from tests.processes import processes

pytestmark = pytest.mark.browser
NUMBER = "999019950001"
HERE = {"ar": "وزارة الداخلية", "ckb": "وەزارەتی ناوخۆ", "en": "Ministry of Interior"}
CARD = "FC-2026-000002"
SECTION = "شعبة زراعة الهاشمية"
TRIES = 10
SILENT = {"ar": "لم تُجب", "ckb": "وەڵامیان نەدایەوە", "en": "did not answer just now"}
GIVEN = {"ar": "ما تعرفه الدولة عني", "ckb": "دەوڵەت چی لەبارەی منەوە دەزانێت", "en": "What the state knows about me"}


@dataclass(frozen=True)
class Standing:
    """The country of the demonstration, its nodes up."""

    data: Path
    pages: dict[str, str]
    password: str

    def enter(self, citizen: Reader, number: str = NUMBER) -> None:
        """Sign in where identity cards are kept."""
        citizen.open("account/sign-in/")
        citizen.fill(identifier=number, password=self.password)
        citizen.press("main form button")

    def end(self, node: str) -> None:
        """A node is gone at once, as when its machine loses power: its first process and all that it started."""
        for one in processes(self.data)[node]:
            os.kill(one.id, signal.SIGKILL)


def look_until_all_answered(citizen: Reader) -> None:
    """Open the page; on a machine that is busy with other things somebody may need more than two seconds for it."""
    for _ in range(TRIES):
        citizen.open("records/")
        if citizen.page.locator("main .notice").count() == 0:
            return
    raise AssertionError(citizen.text())


@pytest.fixture(scope="module")
def standing(demonstration: Demonstration, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    """The demonstration goes on, its nodes up while these tests look at them."""
    data = tmp_path_factory.mktemp("standing") / "demo"
    pages = {name: one["pages"] for name, one in demonstration.steps[0]["nodes"].items()}
    password = next(step["password"] for step in demonstration.steps if "password" in step)
    with going_on(demonstration, data):
        yield Standing(data, pages, password)


@pytest.fixture(params=LANGUAGES)
def citizen(request: pytest.FixtureRequest, browser: Browser, standing: Standing) -> Iterator[Reader]:
    """A citizen, signed in where their identity card is kept, at the narrowest phone."""
    with reader(browser, standing.pages["interior"], request.param, NARROW) as found:
        standing.enter(found)
        yield found


def test_one_page_has_what_every_institution_knows_and_says_later_that_it_was_given(citizen: Reader) -> None:
    look_until_all_answered(citizen)
    assert CARD in citizen.text() and HERE[citizen.language] in citizen.text()
    assert citizen.page.locator("main section h2").count() >= 2, "the civil register here, the farmer's card elsewhere"
    citizen.page.locator("main details summary").first.click()
    citizen.look()
    facts = citizen.page.locator("main details[open] dl.facts")
    assert SECTION in facts.first.inner_text()
    citizen.open("readings/")
    assert GIVEN[citizen.language] in citizen.text()
    given = citizen.page.locator(f"main ol > li:has-text('{GIVEN[citizen.language]}') a")
    links = [one.get_attribute("href") or "" for one in given.all()]
    assert {link.split("/")[3] for link in links} >= {"agriculture", "communications", "trade"}
    for link in links:
        citizen.open(link.removeprefix(f"/{citizen.language}/"))
        assert citizen.page.locator("main dl.facts").count() >= 1, link


def test_another_citizen_sees_nothing_of_it(browser: Browser, standing: Standing) -> None:
    with reader(browser, standing.pages["interior"], "ar") as other:
        standing.enter(other, "999019880002")
        look_until_all_answered(other)
        assert CARD not in other.text() and "FC-2026-000003" in other.text()


def test_a_node_that_is_down_is_named_and_the_rest_is_shown(browser: Browser, standing: Standing) -> None:
    """The last of these tests: from here on the node is gone."""
    standing.end("agriculture")
    for language in LANGUAGES:
        with reader(browser, standing.pages["interior"], language) as citizen:
            standing.enter(citizen)
            citizen.open("records/")
            assert CARD not in citizen.text() and SILENT[language] in citizen.text()
            away = citizen.page.locator(f"main .notice a[href='{standing.pages['agriculture']}{language}/records/']")
            assert away.count() >= 1
            assert citizen.page.locator("main a[href*='/records/interior/persons/']").count() == 1
