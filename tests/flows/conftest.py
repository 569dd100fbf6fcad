"""What the journeys share: one browser, one running node."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.flows.browser import CHROMIUM, launch
from tests.flows.node import Node, start, stop


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. It ends with the journeys: its event loop must not run under the tests of the database."""
    if not CHROMIUM.exists():
        pytest.skip("Debian's chromium-headless-shell is not installed: `apt install chromium-headless-shell`")
    with sync_playwright() as playwright:
        found = launch(playwright)
        yield found
        found.close()


@pytest.fixture(scope="session")
def flow_node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A running node with a country in force, shared by all journeys; each brings officers and papers of its own."""
    node, process = start(tmp_path_factory.mktemp("flows") / "node")
    yield node
    stop(process)
