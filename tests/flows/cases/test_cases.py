"""What becomes of an application, in a browser: waiting, refused and appealed, sent back, withdrawn, granted."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.flows.browser import LANGUAGES, PHONE, Reader, follow, reader
from tests.flows.cases.farming import NUMBERS
from tests.flows.node import PASSWORD, Node
from tests.flows.registries.test_officers import verified
from tests.flows.verify.test_holder import sign_in

pytestmark = pytest.mark.browser
LATER_BYTES = 15_000
HOLDERS = {"ar": "وزارة الداخلية", "ckb": "وەزارەتی ناوخۆ", "en": "Ministry of Interior"}
FAILED = {"ar": "صاحب الخطة حي", "ckb": "خاوەنی پلان بەپێی باری شارستانی لە ژیاندایە", "en": "is alive"}
SAID = {"ar": "المساحة أكبر من سندك", "ckb": "ڕووبەرەکە لە سەنەدەکەت گەورەترە", "en": "more than your deed"}
GROUND = {"ar": "المياه", "ckb": "ئاو", "en": "Water"}
OFFICE = {"ar": "لدى: ", "ckb": "لای: ", "en": "With: "}
WITHDRAWN = {"ar": "سحبت طلبك", "ckb": "کشاندەوە", "en": "You withdrew your application"}
TOLD = {"ar": "أُقرَّت خطتك الزراعية", "ckb": "پلانی کشتوکاڵیت پەسەند کرا", "en": "Your season plan is approved"}


@pytest.fixture(scope="module")
def deed(flow_node: Node) -> Callable[..., Any]:
    """What happens beside the pages: ``deed("submit", number, "30000", "/", "tell", "-")``; case and outcome."""

    def do(*words: str) -> Any:
        return json.loads(flow_node.run("tests.flows.cases.farming", *words))

    assert do("begin", PASSWORD)[1] == NUMBERS
    return do


@pytest.fixture(params=LANGUAGES)
def farmer(
    request: pytest.FixtureRequest, browser: Browser, flow_node: Node, deed: Callable[..., Any]
) -> Iterator[Reader]:
    """A farmer with a telephone, signed in, one for each language."""
    with reader(browser, flow_node.root, request.param, PHONE) as found:
        sign_in(found, NUMBERS[request.param])
        yield found


def until(farmer: Reader, path: str, selector: str) -> None:
    """Open the page again until it shows what the node does by itself, or a minute has passed."""
    for _ in range(60):
        if farmer.page.locator(selector).count():
            return
        farmer.page.wait_for_timeout(1_000)
        farmer.open(path)


def light(farmer: Reader) -> None:
    """No page after the first is heavier than an old network bears."""
    pages = [size for url, size in farmer.weights.items() if "/cases/" in url or "/notices/" in url]
    assert pages and max(pages) < LATER_BYTES


def test_a_case_that_waits_says_for_whom_and_what_was_used_is_disputed(
    farmer: Reader, deed: Callable[..., Any]
) -> None:
    case, turn = deed("submit", NUMBERS[farmer.language], "30000", "/", "turn", "-")
    assert turn == "wait:interior"
    farmer.open("cases/")
    farmer.press(f"main a[href$='{case}/']")
    assert HOLDERS[farmer.language] in farmer.text()
    farmer.page.locator("details:has(a[href*='facts/card/']) summary").click()
    farmer.press("main a[href*='facts/card/dispute/']")
    farmer.press("main form.form .row button", status=422)
    assert farmer.page.locator(".errors a[href='#field-reason']").count() == 1
    farmer.fill(reason=SAID[farmer.language])
    farmer.press("main form.form .row button")
    assert SAID[farmer.language] in farmer.text()
    light(farmer)


def test_a_refusal_explains_itself_in_the_readers_language(
    farmer: Reader, deed: Callable[..., Any], flow_node: Node, tmp_path: Path
) -> None:
    case, turn = deed("submit", NUMBERS[farmer.language], "20000", "/", "tell", "-", "deceased")
    assert turn == "closed:refused"
    farmer.open(f"cases/{case}/")
    assert FAILED[farmer.language] in farmer.text() and HOLDERS[farmer.language] in farmer.text()
    assert farmer.page.locator("main .tag.bad").count() >= 1
    farmer.press("main ol.history li:last-child a[href*='/acts/1/']")
    assert farmer.page.locator("main .notice.good").count() == 1
    with farmer.page.expect_download() as download:
        farmer.page.locator("main a[download]").first.click()
    assert verified(flow_node, download.value.path().read_bytes(), tmp_path) == 0
    light(farmer)


def test_a_refusal_by_officers_is_appealed(farmer: Reader, deed: Callable[..., Any]) -> None:
    case, turn = deed("submit", NUMBERS[farmer.language], "200000", "/", "tell", "-", "/", "refuse", "-")
    assert turn == "closed:refused"
    farmer.open(f"cases/{case}/")
    assert GROUND[farmer.language] in farmer.text()
    farmer.press("main a[href$='/appeal/']")
    farmer.fill(reason=SAID[farmer.language])
    farmer.press("main form.form .row button")
    assert farmer.page.locator("main .notice.good").count() == 1
    assert OFFICE[farmer.language] in farmer.text()
    light(farmer)


def test_a_question_is_answered_and_what_was_sent_back_is_mended(farmer: Reader, deed: Callable[..., Any]) -> None:
    said = SAID[farmer.language]
    case, turn = deed("submit", NUMBERS[farmer.language], "300000", "/", "tell", "-", "/", "question", "-", said)
    assert turn == "wait:applicant"
    farmer.open("cases/")
    farmer.press(f"main a[href$='{case}/']")
    farmer.press("main a[href$='/answer/']")
    assert said in farmer.text()
    farmer.fill(reason="2020")
    farmer.press("main form.form .row button")
    assert deed("send_back", case, said)[1] == "task:applicant"
    farmer.open(f"cases/{case}/")
    farmer.press("main a[href*='/again/resubmit/']")
    assert said in farmer.page.locator("details[open]").first.inner_text()
    area = farmer.page.locator("[name='crops.0.area_m2']")
    area.fill("9999999")
    farmer.press("main form.form > .row button", status=422)
    assert farmer.page.locator(".errors a[href='#field-crops.0.area_m2']").count() == 1
    farmer.page.locator("[name='crops.0.area_m2']").fill("60")
    farmer.press("main form.form > .row button")
    assert farmer.page.locator("main .notice.good").count() == 1
    light(farmer)


def test_a_case_that_was_sent_back_is_withdrawn(farmer: Reader, deed: Callable[..., Any]) -> None:
    said = SAID[farmer.language]
    case, _ = deed("submit", NUMBERS[farmer.language], "350000", "/", "tell", "-", "/", "send_back", "-", said)
    farmer.open(f"cases/{case}/")
    farmer.press("main a[href$='/do/withdraw/']")
    farmer.press("main form button.danger")
    assert WITHDRAWN[farmer.language] in farmer.text()
    assert farmer.page.locator("main a[href*='/do/'], main a[href*='/again/']").count() == 0
    light(farmer)


def test_what_was_granted_leads_to_its_document_and_was_told_by_the_channel_that_was_chosen(
    farmer: Reader, deed: Callable[..., Any]
) -> None:
    language = farmer.language
    farmer.open("notices/reach/")
    farmer.page.locator("[name='address-sms']").fill("+9647700000001")
    farmer.press("form[action$='/sms/'] button")
    until(farmer, "notices/reach/", "main .notice:not(.good)")
    code = re.search(r"(?<!\d)(\d{6})(?!\d)", farmer.page.locator("main .notice:not(.good)").first.inner_text())
    assert code is not None, "a demonstration shows what it would have sent"
    farmer.page.locator("[name='code-sms']").fill("000000" if code[1] != "000000" else "111111")
    farmer.press("form[action$='/sms/code/'] button", status=422)
    farmer.page.locator("[name='code-sms']").fill(code[1])
    farmer.press("form[action$='/sms/code/'] button")
    farmer.page.locator(f"[name=language][value={language}]").check()
    farmer.press("form[action$='/reach/language/'] button")
    case, document = deed("submit", NUMBERS[language], "25000", "/", "tell", "-", "/", "issue", "-")
    # The node's own worker may be the one that goes on from the release.
    until(farmer, f"cases/{case}/", f"main a[href*='{document}']")
    farmer.press(f"main a[href*='{document}']")
    farmer.open("cases/")
    assert farmer.page.locator(f"main a[href*='{document}']").count() == 1
    farmer.press("main a[href$='/notices/']")
    assert TOLD[language] in farmer.text()
    until(farmer, "notices/", "main li summary")
    card = farmer.page.locator("main li", has=farmer.page.locator(f"a[href$='{case}/']"))
    card.locator("summary").click()
    assert f"/{language}/cases/{case}/" in card.inner_text()
    light(farmer)


def test_everything_is_done_without_javascript(browser: Browser, flow_node: Node, deed: Callable[..., Any]) -> None:
    case, _ = deed("submit", NUMBERS["ar"], "320000", "/", "tell", "-", "/", "send_back", "-", SAID["ar"])
    context = browser.new_context(java_script_enabled=False, locale="ar", viewport=PHONE, service_workers="block")
    page = context.new_page()
    page.goto(f"{flow_node.root}ar/account/sign-in/")
    page.locator("[name=identifier]").fill(NUMBERS["ar"])
    page.locator("[name=password]").fill(PASSWORD)
    follow(page, "main form button")
    page.goto(f"{flow_node.root}ar/cases/{case}/")
    follow(page, "main a[href*='/again/resubmit/']")
    page.locator("[name='crops.0.area_m2']").fill("56")
    follow(page, "main form.form > .row button")
    assert page.locator("main .notice.good").count() == 1
    context.close()
