"""What a first visit brings over the wire: every byte, headers and the service worker's own requests included."""

from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser

from tests.flows.browser import LANGUAGES, PAGE_BYTES, PHONE, TIMEOUT_MS
from tests.flows.verify.conftest import Office
from tests.flows.verify.wire import Wire, wire

pytestmark = pytest.mark.browser
# Keys and revocations grow with the country: they are data, not pages, and weighed by themselves.
DATA = ("keys.json", "status/interior/2026", "status/higher-education/2026")


def visit(browser: Browser, line: Wire, path: str) -> int:
    """Open a page with nothing kept from before, wait until the service worker has kept all it wants; the bytes."""
    context = browser.new_context(viewport=PHONE)
    context.set_default_timeout(TIMEOUT_MS)
    try:
        page = context.new_page()
        page.goto(f"{line.root}{path}", wait_until="networkidle")
        page.wait_for_function("navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null)")
        return line.received
    finally:
        context.close()


def data_bytes(root: str) -> int:
    """What keys and status lists weigh over the wire, compressed as for a browser."""
    with wire(root) as line:
        for path in DATA:
            with urlopen(Request(f"{line.root}{path}", headers={"Accept-Encoding": "gzip"})) as answer:
                assert answer.read()
        return line.received


@pytest.mark.parametrize("path", ["", "verify/"], ids=["home", "verify"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_first_visit_weighs_under_60_kilobytes_with_all_that_is_kept_for_offline(
    browser: Browser, office: Office, language: str, path: str
) -> None:
    with wire(office.root) as line:
        received = visit(browser, line, f"{language}/{path}")
    pages = received - data_bytes(office.root)
    assert 20_000 < pages < PAGE_BYTES


def test_a_second_visit_weighs_little(browser: Browser, office: Office) -> None:
    with wire(office.root) as line:
        context = browser.new_context(viewport=PHONE)
        page = context.new_page()
        page.goto(f"{line.root}ar/verify/", wait_until="networkidle")
        page.wait_for_function("navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null)")
        first = line.received
        page.goto(f"{line.root}ar/verify/", wait_until="networkidle")
        second = line.received - first
        context.close()
    assert second < first / 4
