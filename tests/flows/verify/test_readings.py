"""Who read my data: the holder sees what officers read and what others checked, and takes the receipt along."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.flows.browser import LANGUAGES, Reader, follow, reader
from tests.flows.node import PASSWORD
from tests.flows.verify.conftest import Office
from tests.flows.verify.test_holder import NAMES, NUMBER, sign_in

pytestmark = pytest.mark.browser
TITLES = {"ar": "من اطّلع على بياناتي", "ckb": "کێ داتاکانمی بینیوە", "en": "Who read my data"}


@pytest.fixture(params=LANGUAGES)
def holder(request: pytest.FixtureRequest, browser: Browser, office: Office) -> Iterator[Reader]:
    """The holder of the certificate, signed in, in each language."""
    with reader(browser, office.root, request.param) as found:
        sign_in(found, NUMBER)
        yield found


def test_the_holder_sees_who_read_what_and_takes_the_receipt_along(holder: Reader) -> None:
    holder.open("readings/")
    assert TITLES[holder.language] in holder.text() and NAMES[holder.language] in holder.text()
    cards = holder.page.locator("ol > li")
    assert cards.count() >= 1
    holder.press("ol > li >> nth=0 >> a")
    with holder.page.expect_download() as download:
        holder.page.locator("a[href$='receipt.json']").click()
    assert json.loads(download.value.path().read_text())["uruk"] == "receipt/1"


def test_the_page_needs_no_script(browser: Browser, office: Office) -> None:
    context = browser.new_context(locale="ar", java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto(f"{office.root}ar/account/sign-in/")
        page.fill("[name=identifier]", NUMBER)
        page.fill("[name=password]", PASSWORD)
        follow(page, "main form button")
        page.goto(f"{office.root}ar/readings/")
        assert TITLES["ar"] in page.locator("h1").inner_text()
        assert page.locator("ol > li").count() >= 1
    finally:
        context.close()


def test_somebody_elses_readings_are_not_shown(browser: Browser, office: Office) -> None:
    with reader(browser, office.root, "en") as other:
        sign_in(other, "999019880002")
        other.open("readings/")
        assert NAMES["en"] not in other.text()


def test_nobody_sees_readings_without_signing_in(browser: Browser, office: Office) -> None:
    with reader(browser, office.root, "ar") as anyone:
        anyone.open("readings/")
        assert "/account/sign-in/" in anyone.page.url
