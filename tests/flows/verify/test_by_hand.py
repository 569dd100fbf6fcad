"""Verifying without a scanner and without JavaScript: an uploaded file, a typed number."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.flows.browser import DIRECTIONS, LANGUAGES, PHONE, TIMEOUT_MS, barriers, follow
from tests.flows.verify.conftest import Office
from uruk.kernel.api import error_sentence

pytestmark = pytest.mark.browser
LIMIT_BYTES = 14 * 1024 * 1024


@pytest.fixture
def bare(browser: Browser) -> Iterator[Page]:
    """A browser that runs no JavaScript."""
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    context.set_default_timeout(TIMEOUT_MS)
    yield context.new_page()
    context.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A browser as most have it; service workers stay out of the way."""
    context = browser.new_context(viewport=PHONE, service_workers="block")
    context.set_default_timeout(TIMEOUT_MS)
    yield context.new_page()
    context.close()


def plain(text: str) -> str:
    """The text without the marks that keep directions apart."""
    return text.replace("\u2068", "").replace("\u2069", "")


def upload(page: Page, root: str, language: str, data: bytes) -> str:
    """Check a file and return what the page answers."""
    page.goto(f"{root}{language}/verify/")
    page.set_input_files("[name=file]", {"name": "letter.pdf", "mimeType": "application/pdf", "buffer": data})
    follow(page, "form:has([name=file]) button")
    return plain(page.locator("main").inner_text())


def type_number(page: Page, root: str, language: str, number: str, code: str) -> str:
    """Check a number and return what the page answers."""
    page.goto(f"{root}{language}/verify/")
    page.fill("[name=number]", number)
    page.fill("[name=code]", code)
    follow(page, "form:has([name=number]) button")
    return plain(page.locator("main").inner_text())


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_uploaded_file_is_verified_without_javascript(bare: Page, office: Office, language: str) -> None:
    said = upload(bare, office.root, language, office.paper("certificate").path.read_bytes())
    html = bare.locator("html")
    assert (html.get_attribute("lang"), html.get_attribute("dir")) == (language, DIRECTIONS[language])
    assert "نور كاظم جواد" in said
    assert bare.locator("#result .verdict.good").count() == 1
    assert bare.locator("a[download='receipt.json']").get_attribute("href").startswith("data:application/json;base64,")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_typed_number_is_verified_without_javascript(bare: Page, office: Office, language: str) -> None:
    paper = office.paper("certificate")
    digits = paper.number.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    said = type_number(
        bare, office.root, language, f"{digits[:4]} {digits[4:8]} {digits[8:]}", paper.check_code.lower()
    )
    assert "نور كاظم جواد" in said
    assert bare.locator("#result .verdict.good").count() == 1


def test_without_javascript_the_page_says_that_scanning_needs_it(bare: Page, office: Office) -> None:
    bare.goto(f"{office.root}en/verify/")
    assert "Scanning a code needs JavaScript." in bare.locator("main").inner_text()
    assert not bare.locator("#scan").is_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_answers_have_no_barrier(page: Page, office: Office, language: str) -> None:
    upload(page, office.root, language, office.paper("letter").path.read_bytes())
    assert barriers(page) == []
    type_number(page, office.root, language, "123", "")
    assert barriers(page) == []


def test_one_changed_byte_in_a_file_is_found(bare: Page, office: Office) -> None:
    data = bytearray(office.paper("certificate").path.read_bytes())
    data[len(data) // 3] ^= 1
    said = upload(bare, office.root, "en", bytes(data))
    assert bare.locator("#result .verdict.good").count() == 0
    assert "Do not rely" in said or "Cannot" in said or "could not be read" in said


def test_a_revoked_file_is_refused(bare: Page, office: Office) -> None:
    upload(bare, office.root, "en", office.paper("revoked").path.read_bytes())
    assert "revoked this document" in plain(bare.locator("#result .verdict.bad h2").inner_text())


def test_a_wrong_code_and_an_unknown_number_answer_alike(bare: Page, office: Office) -> None:
    number = office.paper("certificate").number
    other = str((int(number) + 1) % 10**12).zfill(12)
    wrong = type_number(bare, office.root, "en", number, "0000000000")
    unknown = type_number(bare, office.root, "en", other, "0000000000")
    assert wrong == unknown
    assert "نور" not in wrong


@pytest.mark.parametrize(
    ("number", "code", "told"), [("", "ABCDE-12345", "number_missing"), ("999900001111", " ", "code_missing")]
)
def test_what_is_left_out_is_asked_for_at_its_field(
    bare: Page, office: Office, number: str, code: str, told: str
) -> None:
    said = type_number(bare, office.root, "en", number, code)
    assert error_sentence(f"portal.{told}", "en", {}) in said
    place = bare.locator(".errors a").get_attribute("href")
    assert place == f"#field-{told.partition('_')[0]}"
    assert bare.locator(place).get_attribute("aria-invalid") == "true"


def test_no_file_is_asked_for(bare: Page, office: Office) -> None:
    bare.goto(f"{office.root}ckb/verify/")
    follow(bare, "form:has([name=file]) button")
    assert error_sentence("portal.file_missing", "ckb", {}) in bare.locator("main").inner_text()


def test_a_file_that_is_too_large_is_refused_unread(bare: Page, office: Office) -> None:
    said = upload(bare, office.root, "en", b"%PDF-1.7\n" + bytes(LIMIT_BYTES + 100_000))
    assert plain(error_sentence("portal.file_too_large", "en", {"limit": 14})) in said


def test_a_file_that_is_no_pdf_is_refused_with_a_sentence(bare: Page, office: Office) -> None:
    said = upload(bare, office.root, "ar", b"not a PDF at all")
    assert bare.locator(".errors, #result .verdict").count() == 1
    assert "Traceback" not in said


def test_the_page_shows_no_more_than_the_paper(bare: Page, office: Office) -> None:
    """The holder's national number is a field of the certificate, but not one that its QR shows."""
    paper = office.paper("certificate")
    said = type_number(bare, office.root, "en", paper.number, paper.check_code)
    assert paper.id not in said
    assert "999019950001" not in said
