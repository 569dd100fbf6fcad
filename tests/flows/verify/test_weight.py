"""What a first visit brings over the wire: every byte, headers and the service worker's own requests included."""

import json
from gzip import decompress
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser

from tests.flows.browser import LANGUAGES, PAGE_BYTES, PHONE, TIMEOUT_MS
from tests.flows.verify.conftest import Office
from tests.flows.verify.wire import Wire, wire

pytestmark = pytest.mark.browser


def fetched(line: Wire, path: str) -> bytes:
    """A file of the node, brought over this wire compressed as for a browser."""
    with urlopen(Request(f"{line.root}{path}", headers={"Accept-Encoding": "gzip"})) as answer:
        return decompress(answer.read())


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
    """What keys and every institution's status lists weigh: they grow with the country and are data, not pages."""
    with wire(root) as line:
        for institution in json.loads(fetched(line, "keys.json"))["institutions"].values():
            for path in institution["status_lists"].values():
                fetched(line, path)
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
