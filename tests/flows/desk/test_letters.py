"""A letter that exists already is sealed; what was released is replaced or revoked; without JavaScript too."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.flows.browser import Reader
from tests.flows.desk.officers import at_desk, draft_certificate, sign
from tests.flows.node import Node
from uruk.kernel.api import error_sentence

pytestmark = pytest.mark.browser
OFFICE, HEAD = "higher-education/registrar", "higher-education/registrar-head"
LETTER = {
    "letter_number": "م/١٢٣٤",
    "letter_date": "١/١١/٢٠٢٦",
    "subject": "تأييد تخرج",
    "addressee": "جامعة بغداد",
    "number": "999030000077",
}


@pytest.fixture
def letter(tmp_path: Path) -> Iterator[Path]:
    """A small PDF as an office program makes it."""
    path = tmp_path / "letter.pdf"
    path.write_bytes(small_pdf())
    yield path


def small_pdf() -> bytes:
    """One empty page, with a cross-reference table that is right."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> >>",
    ]
    data, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(data)
    return data + (
        b"xref\n0 4\n0000000000 65535 f \n"
        + table
        + b"trailer << /Size 4 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start
    )


def released(browser: Browser, node: Node, draft: str) -> str:
    """Have the other officer release it; the document's id."""
    with at_desk(browser, node, "huda") as releasing:
        releasing.open(f"desk/{HEAD}/release/{draft}/")
        releasing.press("form[data-passkey] button")
        return releasing.page.url.rstrip("/").rpartition("/")[2]


def fetched(found: Reader, path: str) -> bytes:
    """What an address of the desk answers, in the officer's session."""
    answer = found.page.request.get(f"{found.root}{found.language}/{path}")
    assert answer.status == 200
    return answer.body()


def test_a_letter_is_sealed_and_its_own_bytes_stay(browser: Browser, flow_node: Node, letter: Path) -> None:
    with at_desk(browser, flow_node, "layla", "ckb") as drafting:
        drafting.open(f"desk/{OFFICE}/new/official-letter/")
        drafting.fill(**LETTER)
        drafting.press("main form button:not([name])", status=422)
        assert error_sentence("desk.original_missing", "ckb", {}) in drafting.text()
        drafting.page.locator("[name=original]").set_input_files(letter)
        drafting.press("main form button:not([name])")
        draft = drafting.page.url.rstrip("/").rpartition("/")[2]
        assert fetched(drafting, f"desk/{OFFICE}/drafts/{draft}/original.pdf") == small_pdf()
        sign(drafting)
    document = released(browser, flow_node, draft)
    with at_desk(browser, flow_node, "layla") as drafting:
        sealed = fetched(drafting, f"desk/{OFFICE}/documents/{document}/document.pdf")
        assert sealed.startswith(small_pdf())
        assert b'"uruk":"receipt/1"' in fetched(drafting, f"desk/{OFFICE}/documents/{document}/receipt.json")
        assert b"<svg" in fetched(drafting, f"desk/{OFFICE}/documents/{document}/qr.svg")


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_a_file_that_is_no_letter_is_refused_at_its_question(
    browser: Browser, flow_node: Node, tmp_path: Path, language: str
) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7\nthis is not one")
    with at_desk(browser, flow_node, "layla", language) as drafting:
        drafting.open(f"desk/{OFFICE}/new/official-letter/")
        drafting.fill(**LETTER)
        drafting.page.locator("[name=original]").set_input_files(broken)
        drafting.press("main form button:not([name])", status=422)
        assert drafting.page.locator("#field-original-error").count() == 1
        assert drafting.page.locator("[name=subject]").input_value() == LETTER["subject"]


def test_a_document_is_replaced_by_a_corrected_one(browser: Browser, flow_node: Node) -> None:
    with at_desk(browser, flow_node, "layla") as drafting:
        draft = draft_certificate(drafting, number="999030000055").rstrip("/").rpartition("/")[2]
        sign(drafting)
    first = released(browser, flow_node, draft)
    with at_desk(browser, flow_node, "layla") as drafting:
        drafting.open(f"desk/{OFFICE}/documents/{first}/replace/")
        assert drafting.page.locator("[name=name]").input_value() == "نور كاظم جواد"
        drafting.fill(average_percent="85")
        drafting.press("main form button:not([name])")
        draft = drafting.page.url.rstrip("/").rpartition("/")[2]
        sign(drafting)
    second = released(browser, flow_node, draft)
    with at_desk(browser, flow_node, "layla", "en") as drafting:
        wait_for(drafting, f"desk/{OFFICE}/documents/{first}/", "Replaced")
        assert drafting.page.locator(f"main a[href*='{second}']").count() == 1


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_a_document_is_revoked_with_a_reason(browser: Browser, flow_node: Node, language: str) -> None:
    with at_desk(browser, flow_node, "layla") as drafting:
        draft = draft_certificate(drafting, number="999030000056").rstrip("/").rpartition("/")[2]
        sign(drafting)
    document = released(browser, flow_node, draft)
    with at_desk(browser, flow_node, "huda", language) as releasing:
        releasing.open(f"desk/{HEAD}/documents/{document}/revoke/")
        releasing.press("button.danger", status=422)
        assert error_sentence("desk.reason_missing", language, {}) in releasing.text()
        releasing.page.locator("[name=reason][value=fraud]").check()
        releasing.fill(note="كتاب الجامعة م/٩")
        releasing.press("button.danger")
        assert "كتاب الجامعة م/٩" in releasing.text()
        assert releasing.page.locator(".tag.bad").count() == 1
        assert releasing.page.locator("a[href$='/revoke/']").count() == 0
        releasing.open(f"desk/{HEAD}/documents/{document}/revoke/")
        releasing.page.locator("[name=reason][value=error]").check()
        releasing.press("button.danger", status=422)
        assert error_sentence("documents.already_revoked", language, {}) in releasing.text()


def wait_for(found: Reader, path: str, text: str) -> None:
    """Open a page until the work that follows a release is done; at most half a minute."""
    for _ in range(60):
        found.open(path)
        if re.search(text, found.text()):
            return
        found.page.wait_for_timeout(500)
    raise AssertionError(f"{path} never said {text}")
