"""What the journeys share: one browser, one running node."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.flows.browser import CHROMIUM, launch


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. It ends with the journeys: its event loop must not run under the tests of the database."""
    if not CHROMIUM.exists():
        pytest.skip("Debian's chromium is not installed: `apt install chromium`")
    with sync_playwright() as playwright:
        found = launch(playwright)
        yield found
        found.close()
