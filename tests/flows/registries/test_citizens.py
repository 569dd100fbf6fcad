"""A citizen reads their record, asks for a correction, and sees it made: by whom, with its receipt, and who read it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.flows.browser import LANGUAGES, Reader, follow, reader
from tests.flows.node import PASSWORD, Node
from tests.flows.registries.test_officers import NARROW, verified
from tests.flows.verify.test_holder import sign_in

pytestmark = pytest.mark.browser
NUMBER, OTHER = "999019950001", "999019880002"
TITLES = {"ar": "سجل الأحوال المدنية", "ckb": "تۆماری باری شارستانی", "en": "Civil register"}
QUARTERS = {"ar": "الجادرية", "ckb": "المنصور", "en": "العامرية"}
ACCEPTED = {"ar": "مقبول", "ckb": "پەسەند", "en": "Accepted"}
OFFICER = {"ar": "موظف", "ckb": "فەرمانبەر", "en": "An officer of"}


@pytest.fixture(scope="module")
def record(flow_node: Node) -> str:
    """The record of the citizen in the civil register."""
    return str(json.loads(flow_node.run("tests.flows.registries.register", json.dumps(flow_node.people), "begin")))


@pytest.fixture(params=LANGUAGES)
def citizen(request: pytest.FixtureRequest, browser: Browser, flow_node: Node, record: str) -> Iterator[Reader]:
    """The citizen, signed in at the narrowest phone, in each language."""
    with reader(browser, flow_node.root, request.param, NARROW) as found:
        sign_in(found, NUMBER)
        yield found


def test_a_citizen_has_their_record_corrected_and_sees_who_read_it(
    citizen: Reader, flow_node: Node, record: str, tmp_path: Path
) -> None:
    language = citizen.language
    citizen.open("records/")
    assert TITLES[language] in citizen.text()
    citizen.press(f"main a[href*='{record}']")
    assert "نور" in citizen.text() and "سميرة" not in citizen.text()
    citizen.press("main a[href$='/correct/']")
    assert citizen.page.locator("[name=number], [name=mother]").count() == 0
    citizen.page.locator("details:has([name=quarter]) summary").click()
    citizen.fill(quarter=QUARTERS[language])
    citizen.press("main form.form .row button", status=422)
    assert citizen.page.locator(".errors a[href='#field-change-reason']").count() == 1
    assert citizen.page.locator("[name=quarter]").input_value() == QUARTERS[language]
    citizen.page.locator("[name=change-reason]").fill("البطاقة التموينية")
    citizen.page.locator("[name=change-evidence]").set_input_files(
        {"name": "card.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 a card"}
    )
    citizen.press("main form.form .row button")
    assert "/records/requests/" in citizen.page.url and QUARTERS[language] in citizen.text()
    asked = citizen.page.url.rstrip("/").rpartition("/")[2]
    assert citizen.page.locator("main .tag.wait").count() == 1
    accepted = json.loads(flow_node.run("tests.flows.registries.register", json.dumps(flow_node.people), "accept"))
    assert asked in accepted
    citizen.open("account/")
    assert ACCEPTED[language] in citizen.text()
    citizen.press(f"main a[href*='{asked}']")
    assert citizen.page.locator("main .tag.good").count() == 1
    citizen.open(f"records/interior/persons/{record}/")
    assert QUARTERS[language] in citizen.page.locator("dl.facts").nth(0).inner_text()
    assert citizen.page.locator(f"ol.history a[href*='{asked}']").count() == 1
    with citizen.page.expect_download() as download:
        citizen.page.locator("ol.history a[download]").first.click()
    assert verified(flow_node, download.value.path().read_bytes(), tmp_path) == 0
    citizen.press("main a[href*='readings/?holder=interior']")
    assert OFFICER[language] in citizen.text() and TITLES[language] in citizen.text()


def test_a_request_is_handed_in_and_taken_back_without_javascript(
    browser: Browser, flow_node: Node, record: str
) -> None:
    context = browser.new_context(java_script_enabled=False, locale="ar", viewport=NARROW, service_workers="block")
    page = context.new_page()
    page.goto(f"{flow_node.root}ar/account/sign-in/")
    page.locator("[name=identifier]").fill(NUMBER)
    page.locator("[name=password]").fill(PASSWORD)
    follow(page, "main form button")
    page.goto(f"{flow_node.root}ar/records/interior/persons/{record}/correct/")
    page.locator("details:has([name=district]) summary").click()
    page.locator("[name=district]").fill("الكرخ")
    page.locator("[name=change-reason]").fill("انتقلت")
    follow(page, "main form.form .row button")
    assert "الكرخ" in page.locator("main").inner_text()
    follow(page, "main form[action$='/take-back/'] button")
    assert page.locator("main .tag.bad").count() == 1
    context.close()


def test_somebody_elses_record_is_not_there(browser: Browser, flow_node: Node, record: str) -> None:
    with reader(browser, flow_node.root, "ar", NARROW) as other:
        sign_in(other, OTHER)
        for page in ("", "correct/", "receipts/1.json"):
            answer = other.page.goto(f"{flow_node.root}ar/records/interior/persons/{record}/{page}")
            assert answer is not None
            assert answer.status == 404
            assert "نور" not in other.page.content()
        other.open("records/")
        assert record not in other.page.content()
