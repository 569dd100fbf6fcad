"""What is refused at the desk is refused in a clear sentence, and nothing is half done."""

import pytest
from playwright.sync_api import Browser

from tests.flows.browser import Reader, reader
from tests.flows.desk.officers import at_desk, draft_certificate, sign, sign_in
from tests.flows.node import Node
from uruk.kernel.api import error_sentence

pytestmark = pytest.mark.browser
OFFICE, HEAD = "higher-education/registrar", "higher-education/registrar-head"


def said(found: Reader, code: str, **values: object) -> bool:
    """Whether the page says the sentence of this error in the reader's language."""
    return error_sentence(code, found.language, values) in found.text()


def submitted(browser: Browser, node: Node, name: str = "dilshad", office: str = OFFICE) -> str:
    """A signed draft that waits for release; its id."""
    with at_desk(browser, node, name) as drafting:
        draft = draft_certificate(drafting, office).rstrip("/").rpartition("/")[2]
        sign(drafting)
    return draft


def test_the_same_release_sent_twice_leads_to_the_one_document(browser: Browser, flow_node: Node) -> None:
    draft = submitted(browser, flow_node)
    with at_desk(browser, flow_node, "mustafa") as releasing:
        releasing.open(f"desk/{HEAD}/release/{draft}/")
        releasing.press("form[data-passkey] button")
        document = releasing.page.url
        releasing.open(f"desk/{HEAD}/release/{draft}/")
        assert releasing.page.url == document
        assert said(releasing, "desk.draft_released")


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_of_two_officers_at_once_the_second_is_told_that_it_is_released(
    browser: Browser, flow_node: Node, language: str
) -> None:
    draft = submitted(browser, flow_node)
    with (
        at_desk(browser, flow_node, "mustafa") as first,
        at_desk(browser, flow_node, "huda", language) as second,
    ):
        first.open(f"desk/{HEAD}/release/{draft}/")
        second.open(f"desk/{HEAD}/release/{draft}/")
        first.press("form[data-passkey] button")
        second.press("form[data-passkey] button")
        assert said(second, "desk.draft_released")
        assert second.page.url.rpartition("/documents/")[2] == first.page.url.rpartition("/documents/")[2]


def test_one_person_in_two_offices_cannot_release_what_they_prepared(browser: Browser, flow_node: Node) -> None:
    with at_desk(browser, flow_node, "hassan", "en") as both:
        both.open("desk/")
        assert both.page.locator("main a.tablet").count() == 2
        both.open("desk/interior/registrar/new/residence-confirmation/")
        both.fill(name="سارة علي حسن", number="999030000099", district="الكرخ", quarter="المنصور", since="1/2/2020")
        both.page.locator("[name=governorate]").select_option("baghdad")
        both.press("main form button:not([name])")
        draft = both.page.url.rstrip("/").rpartition("/")[2]
        sign(both)
        both.open("desk/interior/registrar-head/release/")
        assert both.page.locator(f"a[href*='{draft}']").count() == 0
        both.open(f"desk/interior/registrar-head/release/{draft}/")
        assert said(both, "desk.draft_own")
        assert both.page.locator("form[data-passkey]").count() == 0


def test_a_draft_that_changed_under_the_signing_officer_is_not_signed(browser: Browser, flow_node: Node) -> None:
    with at_desk(browser, flow_node, "dilshad") as drafting:
        address = draft_certificate(drafting)
        path = address.removeprefix(flow_node.root).removeprefix("ar/")
        other = drafting.page.context.new_page()
        other.goto(f"{address}edit/")
        other.locator("[name=college]").fill("كلية العلوم")
        other.locator("main form button:not([name])").click()
        other.wait_for_url(address)
        other.close()
        drafting.press("form[data-passkey] button")
        assert said(drafting, "desk.draft_changed")
        drafting.open(path)
        assert "كلية العلوم" in drafting.text()
        sign(drafting)


def test_a_draft_comes_back_with_the_reason_and_is_signed_anew(browser: Browser, flow_node: Node) -> None:
    draft = submitted(browser, flow_node)
    with at_desk(browser, flow_node, "huda", "ckb") as releasing:
        releasing.open(f"desk/{HEAD}/release/{draft}/")
        releasing.press("form[action$='/return/'] button", status=422)
        assert said(releasing, "desk.reason_missing")
        releasing.fill(reason="ناوەکە لەگەڵ کارتەکە یەک ناگرێتەوە")
        releasing.press("form[action$='/return/'] button")
        assert releasing.page.locator(f"a[href*='{draft}']").count() == 0
        releasing.open(f"desk/{HEAD}/release/{draft}/")
        assert said(releasing, "desk.draft_returned")
    with at_desk(browser, flow_node, "dilshad") as drafting:
        drafting.open(f"desk/{OFFICE}/drafts/{draft}/")
        assert "ناوەکە لەگەڵ کارتەکە یەک ناگرێتەوە" in drafting.text()
        sign(drafting)


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_each_wrong_answer_is_named_at_its_question_and_in_the_summary(
    browser: Browser, flow_node: Node, language: str
) -> None:
    with at_desk(browser, flow_node, "layla", language) as drafting:
        drafting.open(f"desk/{OFFICE}/new/graduation-certificate/")
        drafting.fill(
            name="Noor Kadhim", number="12345", college="ك" * 61, graduated="٣١/٢/٢٠٢٠", average_percent="١٢٠"
        )
        drafting.press("main form button:not([name])", status=422)
        for code, values in (
            ("definitions.field_not_arabic", {}),
            ("definitions.field_not_national_number", {}),
            ("definitions.field_too_long", {"max": 60}),
            ("definitions.field_not_date", {}),
            ("definitions.field_above_max", {"max": 100}),
            ("definitions.field_required", {}),
        ):
            assert said(drafting, code, **values), code
        assert drafting.page.locator(".errors a").count() == drafting.page.locator(".field .error").count() == 8
        assert drafting.page.locator("[name=name]").input_value() == "Noor Kadhim"


def test_a_date_that_lies_ahead_is_refused_at_its_field(browser: Browser, flow_node: Node) -> None:
    with at_desk(browser, flow_node, "layla") as drafting:
        draft_certificate(drafting, graduated="1/1/2199")
        assert drafting.page.url.endswith("/edit/")
        assert drafting.page.locator("#field-graduated-error").count() == 1


def test_whoever_works_in_an_ended_session_is_told_that_nothing_was_saved(browser: Browser, flow_node: Node) -> None:
    with (
        at_desk(browser, flow_node, "zainab", anew=True) as drafting,
        at_desk(browser, flow_node, "zainab", anew=True) as elsewhere,
    ):
        drafting.open("desk/interior/registrar/new/residence-confirmation/")
        drafting.fill(name="نور كاظم جواد")
        elsewhere.open("account/")
        while elsewhere.page.locator("form[action*='/sessions/']").count():
            elsewhere.press("form[action*='/sessions/'] button >> nth=0")
        drafting.press("main form button:not([name])")
        assert "/account/sign-in/" in drafting.page.url
        assert said(drafting, "ui.session_ended")
        drafting.fill(identifier="zainab", password="not this one")
        drafting.press("main form button", status=422)
        assert said(drafting, "people.sign_in_refused")


def test_an_office_that_is_not_held_is_refused(browser: Browser, flow_node: Node) -> None:
    with at_desk(browser, flow_node, "layla") as drafting:
        drafting.open("desk/interior/registrar/", status=403)
        assert said(drafting, "ui.office_not_held")
        drafting.open(f"desk/{OFFICE}/drafts/00000000-0000-0000-0000-000000000000/", status=404)
        assert said(drafting, "documents.draft_unknown")


def test_a_password_alone_opens_no_page_of_the_desk(browser: Browser, flow_node: Node) -> None:
    with reader(browser, flow_node.root, "ar") as found:
        sign_in(found, "yusuf")
        found.open("desk/", status=403)
        assert said(found, "ui.strong_needed")
