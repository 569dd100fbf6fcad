"""With the second node stopped a case says for whom it waits; when it is back, the case goes on to its end by itself.

These are the nodes of the demonstration: each has its own processes, and asks the other over the exchange.
"""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.demonstration import ROOT, Demonstration, going_on
from tests.flows.browser import LANGUAGES, Reader, reader
from tests.flows.registries.test_officers import NARROW
from tests.flows.services.labels import Applying
from tests.kinds import KINDS
from tests.processes import processes
from uruk.cli.child import PARENT_PIPE
from uruk.definitions.api import Country, Definition, load_country

pytestmark = pytest.mark.browser
OWNER, HOLDER, FARMER = "agriculture", "interior", "999019720004"
# The first time it is asked again after a minute.
PATIENCE_S = 240
ANSWERS = {
    "season": "winter-2026",
    "crops": [
        {"crop": "wheat", "irrigation": "sprinkler", "area_m2": 9000},
        {"crop": "maize", "irrigation": "flood", "area_m2": 8000},
    ],
    "pledge": True,
}


@dataclass
class Standing:
    """The country of the demonstration, its nodes up; `steps` is what it said."""

    data: Path
    steps: Sequence[dict[str, Any]]
    country: Country
    restarted: "subprocess.Popen[bytes] | None" = None
    environment: dict[bytes, bytes] | None = None

    @property
    def pages(self) -> str:
        """The pages of the node where the service lives."""
        return str(self.steps[0]["nodes"][OWNER]["pages"])

    def definition(self) -> Definition:
        """The service that is asked for."""
        found = self.country.find("service", OWNER, "season-plan")
        assert found is not None
        return found

    def enter(self, citizen: Reader) -> None:
        """Sign in as the farmer."""
        password = next(step["password"] for step in self.steps if "password" in step)
        citizen.open("account/sign-in/")
        citizen.fill(identifier=FARMER, password=password)
        citizen.press("main form button")

    def end(self, node: str) -> None:
        """A node is gone at once, as when its machine loses power."""
        there = processes(self.data)[node]
        (server,) = (one.id for one in there if one.part == "server")
        words = Path(f"/proc/{server}/environ").read_bytes().split(b"\0")
        self.environment = dict(word.split(b"=", 1) for word in words if b"=" in word)
        del self.environment[PARENT_PIPE.encode()]  # who starts it again is another
        for one in there:
            os.kill(one.id, signal.SIGKILL)

    def begin_again(self) -> None:
        """The node that was ended starts again on its data."""
        assert self.environment is not None
        with (self.data / HOLDER / "server.log").open("ab") as log:
            self.restarted = subprocess.Popen(
                [sys.executable, "-m", "uruk.web.server"], env=self.environment, stdout=log, stderr=log
            )

    def acts(self, case: str) -> list[tuple[str, dict[str, Any]]]:
        """What the acts of a case say, as they are kept: tag and content."""
        with closing(sqlite3.connect(f"file:{self.data / OWNER / 'db.sqlite3'}?mode=ro", uri=True)) as link:
            found = link.execute(
                "SELECT content FROM services_caseact WHERE case_id = ? ORDER BY seq", [case.replace("-", "")]
            )
            contents = [json.loads(text) for (text,) in found]
        return [(one["type"], one) for one in contents]


@pytest.fixture(scope="module")
def standing(demonstration: Demonstration, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    """The demonstration goes on, its nodes up while these tests look at them."""
    data = tmp_path_factory.mktemp("two") / "demo"
    (home,) = [path for path in (ROOT / "countries").iterdir() if (path / "country.yaml").is_file()]
    with going_on(demonstration, data):
        found = Standing(data, demonstration.steps, load_country(home, KINDS))
        yield found
        if found.restarted is not None:
            found.restarted.terminate()
            found.restarted.wait(60)


def test_a_case_that_was_asked_for_while_the_second_node_was_stopped_went_on_by_itself(standing: Standing) -> None:
    """The demonstration asked for it, was told for whom it waits, and started the node again."""
    (waiting,) = (one for one in standing.steps if one["step"] == "waiting")
    assert waiting["waits_for"] == [HOLDER]
    until(lambda: is_prepared(standing, waiting["id"]))
    assert_done_once(standing, waiting["id"], rows=1)


def test_with_the_second_node_stopped_its_applicants_page_says_for_whom_a_case_waits_and_it_goes_on_when_it_is_back(
    browser: Browser, standing: Standing
) -> None:
    standing.end(HOLDER)
    with reader(browser, standing.pages, "ar", NARROW) as citizen:
        standing.enter(citizen)
        applying = Applying(citizen, standing.definition(), standing.country.shared.catalogues, ANSWERS)
        applying.begin()
        assert applying.run() == []
        applying.submit()
        case = citizen.page.url.rstrip("/").split("/")[-2]
        until(lambda: said_in_all_languages(citizen, standing, case))
        standing.begin_again()
        until(lambda: is_prepared(standing, case))
        citizen.language = "ar"
        citizen.open(f"cases/{case}/")
        assert standing.country.institutions[HOLDER].names.ar not in where_it_stands(citizen)
    assert_done_once(standing, case, rows=2)


def said_in_all_languages(citizen: Reader, standing: Standing, case: str) -> bool:
    """Whether the case's page names the institution that is waited for, in each language."""
    names = standing.country.institutions[HOLDER].names
    found = True
    for language in LANGUAGES:
        citizen.language = language
        citizen.open(f"cases/{case}/")
        found = found and names.get(language) in where_it_stands(citizen)
    return found


def where_it_stands(citizen: Reader) -> str:
    """What the page says of where the case stands, and who has not answered."""
    return citizen.page.locator("section[aria-labelledby=state]").inner_text()


def is_prepared(standing: Standing, case: str) -> bool:
    """Whether the certificate waits for the officers who sign it: all that a case does by itself is done then."""
    return any(tag == "effect" and said["outcome"] == "waiting" for tag, said in standing.acts(case))


def assert_done_once(standing: Standing, case: str, rows: int) -> None:
    """Each fact was told once, cap and water were reserved once, and each parcel recorded once."""
    acts = standing.acts(case)
    facts = Counter(said["fact"] for tag, said in acts if tag == "fact")
    assert set(facts.values()) == {1} and {"person", "card", "season", "cap"} <= set(facts)
    effects = [(said["entry"], said["position"], said["row"]) for tag, said in acts if tag == "effect"]
    assert len(effects) == len(set(effects)) == 2 + rows + 1
    states = ["accepted", "capping", "watering", "reserving", "granted"]
    assert [said["to"] for tag, said in acts if tag == "moved"] == states


def until(true: Any) -> None:
    """Wait for something that comes by itself."""
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline, true
        time.sleep(1)
