"""One officer drafts and signs, another releases, its holder sees it, anyone verifies it: in each language."""

import re

import pytest
from playwright.sync_api import Browser

from tests.flows.browser import DESKTOP, PHONE, Reader, reader
from tests.flows.desk.officers import at_desk, draft_certificate, register_citizen, sign
from tests.flows.node import Node

pytestmark = pytest.mark.browser
OFFICE, HEAD = "higher-education/registrar", "higher-education/registrar-head"
DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")


@pytest.mark.parametrize(
    ("language", "size", "number"),
    [
        ("ar", PHONE, "999030000001"),
        ("ckb", PHONE, "999030000002"),
        ("en", PHONE, "999030000003"),
        ("ar", DESKTOP, "999030000004"),
    ],
    ids=["ar", "ckb", "en", "ar at a desk"],
)
def test_a_document_goes_from_one_officer_over_another_to_its_holder_and_to_whoever_verifies_it(
    browser: Browser, flow_node: Node, language: str, size: dict[str, int], number: str
) -> None:
    with at_desk(browser, flow_node, "layla", language, size) as drafting:
        draft = given_a_signed_draft(drafting, number)
    with at_desk(browser, flow_node, "huda", language, size) as releasing:
        document, shown, code = when_another_officer_releases_it(releasing, draft)
    with at_desk(browser, flow_node, "layla", language, size) as drafting:
        key = then_the_holder_is_handed_a_code(drafting, document)
    with reader(browser, flow_node.root, language, size) as holder:
        then_the_holder_sees_it(holder, number, key, shown)
    with reader(browser, flow_node.root, language, size) as anyone:
        then_anyone_verifies_it(anyone, shown, code)


def given_a_signed_draft(drafting: Reader, number: str) -> str:
    drafting.open("desk/")
    assert drafting.page.url.endswith(f"/desk/{OFFICE}/")
    draft = draft_certificate(drafting, number=number).rstrip("/").rpartition("/")[2]
    sign(drafting)
    assert drafting.page.locator(f"a[href*='{draft}']").count() == 1
    return draft


def when_another_officer_releases_it(releasing: Reader, draft: str) -> tuple[str, str, str]:
    """The document's id, its number and its check code as the page shows them."""
    releasing.open(f"desk/{HEAD}/release/")
    releasing.press(f"a[href*='{draft}']")
    assert "نور كاظم جواد" in releasing.text()
    releasing.press("form[data-passkey] button")
    said = releasing.text().translate(DIGITS)
    number, code = re.search(r"\d{4} \d{4} \d{4}", said), re.search(r"[0-9A-Z]{5}-[0-9A-Z]{5}", said)
    assert number
    assert code
    document = releasing.page.url.rstrip("/").rpartition("/")[2]
    releasing.open(f"desk/{HEAD}/documents/")
    releasing.page.fill("input[name=q]", number[0].replace(" ", ""))
    releasing.press("form[role=search] button")
    assert releasing.page.locator(f"a[href*='{document}']").count() == 1
    return document, number[0], code[0]


def then_the_holder_is_handed_a_code(drafting: Reader, document: str) -> str:
    drafting.open(f"desk/{OFFICE}/documents/{document}/")
    drafting.press("form[action$='/code/'] button")
    return drafting.page.locator("strong.lead").inner_text()


def then_the_holder_sees_it(holder: Reader, number: str, code: str, shown: str) -> None:
    register_citizen(holder, number)
    holder.open("documents/", status=403)
    assert "ui.seen_needed" in holder.text()
    holder.open("account/")
    holder.fill(code=code)
    holder.press("form[action$='/code/'] button")
    holder.open("documents/")
    holder.press("main table a")
    assert shown in holder.text().translate(DIGITS)
    assert holder.page.locator("img[src*='qr.svg']").evaluate("image => image.naturalWidth") > 0


def then_anyone_verifies_it(anyone: Reader, number: str, code: str) -> None:
    anyone.open("verify/")
    anyone.fill(number=number, code=code)
    anyone.press("form:has([name=number]) button")
    assert "نور كاظم جواد" in anyone.text()
