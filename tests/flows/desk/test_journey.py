"""One officer drafts and signs, another releases, anyone verifies: in each language, on a phone and at a desk."""

import re

import pytest
from playwright.sync_api import Browser

from tests.flows.browser import DESKTOP, LANGUAGES, PHONE, reader
from tests.flows.desk.officers import at_desk, draft_certificate, sign
from tests.flows.node import Node

pytestmark = pytest.mark.browser
HEAD = "higher-education/registrar-head"
DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_document_goes_from_one_officer_over_another_to_whoever_verifies_it(
    browser: Browser, flow_node: Node, language: str, size: dict[str, int]
) -> None:
    with at_desk(browser, flow_node, "layla", language, size) as drafting:
        drafting.open("desk/")
        assert drafting.page.url.endswith("/desk/higher-education/registrar/")
        draft = draft_certificate(drafting).rstrip("/").rpartition("/")[2]
        sign(drafting)
        assert drafting.page.locator(f"a[href*='{draft}']").count() == 1
    with at_desk(browser, flow_node, "huda", language, size) as releasing:
        releasing.open(f"desk/{HEAD}/release/")
        releasing.press(f"a[href*='{draft}']")
        assert "نور كاظم جواد" in releasing.text()
        releasing.press("form[data-passkey] button")
        assert f"/{HEAD}/documents/" in releasing.page.url
        number = re.search(r"\d{4} \d{4} \d{4}", releasing.text().translate(DIGITS))
        assert number
        releasing.open(f"desk/{HEAD}/documents/?q=نور+كاظم")
        assert number[0] in releasing.text().translate(DIGITS)
    with reader(browser, flow_node.root, language, size) as anyone:
        anyone.open("verify/")
        assert anyone.page.locator("form").count() >= 2
