"""The holder: my documents, one of them, its file, its code, and the checks that were made of it."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.flows.browser import LANGUAGES, Reader, reader
from tests.flows.node import PASSWORD
from tests.flows.verify.conftest import Office

pytestmark = pytest.mark.browser
NUMBER = "999019950001"
NAMES = {"ar": "شهادة تخرج", "ckb": "بڕوانامەی دەرچوون", "en": "Graduation certificate"}


def sign_in(found: Reader, number: str) -> None:
    """Sign in by national number, typed in the reader's digits."""
    found.open("account/sign-in/")
    digits = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩") if found.language != "en" else {}
    found.fill(identifier=number.translate(digits), password=PASSWORD)
    found.press("main form button")


@pytest.fixture(params=LANGUAGES)
def holder(request: pytest.FixtureRequest, browser: Browser, office: Office) -> Iterator[Reader]:
    """The holder of the certificate, signed in, in each language."""
    with reader(browser, office.root, request.param) as found:
        sign_in(found, NUMBER)
        yield found


def test_the_holder_views_downloads_and_shows_a_document(holder: Reader, office: Office) -> None:
    paper = office.paper("certificate")
    holder.open("documents/")
    assert NAMES[holder.language] in holder.text()
    holder.press(f"a[href*='{paper.id}']")
    assert "نور كاظم جواد" in holder.text()
    assert holder.page.locator(".qr img").evaluate("image => image.complete && image.naturalWidth > 0")
    with holder.page.expect_download() as download:
        holder.page.locator("a[href$='document.pdf']").click()
    assert download.value.suggested_filename == f"{paper.number}.pdf"
    assert download.value.path().read_bytes() == paper.path.read_bytes() or download.value.path().stat().st_size > 1000
    with holder.page.expect_download() as download:
        holder.page.locator("a[href$='receipt.json']").click()
    assert json.loads(download.value.path().read_text())["uruk"] == "receipt/1"


def test_the_holder_sees_when_and_how_it_was_checked_and_never_by_whom(
    browser: Browser, holder: Reader, office: Office
) -> None:
    paper = office.paper("certificate")
    with reader(browser, office.root, holder.language) as anyone:
        anyone.open("verify/")
        anyone.fill(number=paper.number, code=paper.check_code)
        anyone.press("form:has([name=number]) button")
        assert anyone.page.locator("#result .verdict.good").count() == 1
    holder.open(f"documents/{paper.id}/")
    rows = holder.page.locator("#checks tbody tr")
    assert rows.count() >= 1
    assert rows.first.locator("th, td").count() == 2


def test_a_document_of_somebody_else_is_not_shown(holder: Reader, office: Office) -> None:
    other = office.paper("revoked").id
    for part in ("", "document.pdf", "receipt.json", "qr.svg"):
        answer = holder.page.goto(f"{office.root}{holder.language}/documents/{other}/{part}")
        assert answer is not None
        assert answer.status == 404
        assert "سرهنك" not in holder.page.content()


def test_nobody_sees_documents_without_signing_in(browser: Browser, office: Office) -> None:
    with reader(browser, office.root, "ar") as anyone:
        anyone.open("documents/")
        assert "/account/sign-in/" in anyone.page.url


def test_a_revoked_document_tells_its_holder_why(browser: Browser, office: Office) -> None:
    with reader(browser, office.root, "en") as found:
        sign_in(found, "999019880002")
        found.open(f"documents/{office.paper('revoked').id}/")
        assert "Revoked" in found.text()
        assert "Error in the details" in found.text()
