"""An officer brings records in from a file, another accepts them: in three languages, by keyboard, without scripts."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page

from tests.flows.browser import DESKTOP, DIRECTIONS, PHONE, TIMEOUT_MS, Reader, follow
from tests.flows.desk.officers import at_desk
from tests.flows.node import Node

pytestmark = pytest.mark.browser
REGISTRAR, HEAD = "desk/interior/registrar/registries/persons/", "desk/interior/registrar-head/registries/persons/"
NARROW = {"width": 360, "height": 780}
NUMBERS = {"ar": "999077100", "ckb": "999077200", "en": "999077300"}
HEADINGS = "no,name.given,name.father,name.grandfather,mother,sex,born,deceased,governorate,district,colour\n"
BOMB = b"PK\x03\x04" + bytes(2_000)


def table(language: str, born: str = "1980-05-06", rows: int = 3) -> bytes:
    """People whose numbers no other journey has; the last of them was born on `born`."""
    lines = [
        f"{NUMBERS[language]}{at:03d},رباب,شاكر,محسن,هدى علي,female,1980-05-0{at + 1},no,baghdad,الكرخ,x\n"
        for at in range(rows)
    ]
    return (HEADINGS + "".join(lines)).replace(f"1980-05-0{rows}", born).encode()


@pytest.mark.parametrize(
    ("language", "size"), [("ar", PHONE), ("ckb", NARROW), ("en", DESKTOP)], ids=["ar", "ckb", "en"]
)
def test_a_file_is_brought_in_by_one_and_accepted_by_another(
    browser: Browser, flow_node: Node, language: str, size: dict[str, int]
) -> None:
    with at_desk(browser, flow_node, "zainab", language, size) as author:
        given_a_hostile_file_is_told_and_stores_nothing(author)
        address = when_a_file_with_foreign_columns_is_handed_in(author, language)
        then_the_columns_are_chosen_and_the_bad_row_is_told(author)
        request = when_the_author_goes_on_by_keyboard_and_signs(author)
    with at_desk(browser, flow_node, "hassan", language, size) as other:
        then_another_who_came_at_once_is_led_to_the_same_request(other, address, request)
    with at_desk(browser, flow_node, "khalid", language, size) as second:
        then_another_accepts_and_finds_the_records(second, request, language)
        then_they_are_exported_and_counted(second)


def given_a_hostile_file_is_told_and_stores_nothing(author: Reader) -> None:
    author.open(f"{REGISTRAR}imports/new/")
    author.press("main form .row button", status=422)
    assert author.page.locator(".errors a[href='#field-import-file']").count() == 1
    hand_in(author, "people.xlsx", BOMB)
    assert author.page.locator(".notice.bad").count() == 1
    assert author.page.locator("form[action$='/run/']").count() == 0


def hand_in(author: Reader, name: str, data: bytes) -> None:
    """Hand a file in, and wait until its rows were looked at."""
    author.open(f"{REGISTRAR}imports/new/")
    fill_form(author.page, name, data)
    author.press("main form .row button")
    checked(author)


def fill_form(page: Page, name: str, data: bytes) -> None:
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    page.locator("[name='import-file']").set_input_files([file])  # type: ignore[list-item]
    page.locator("[name='import-mode'][value='good']").check()
    page.locator("[name='change-reason']").fill("كتاب دائرة الأحوال ٤٤")


def checked(author: Reader) -> None:
    """The page shows by itself when it is done."""
    author.page.locator("[data-progress]").wait_for(state="detached", timeout=4 * TIMEOUT_MS)
    author.look()


def when_a_file_with_foreign_columns_is_handed_in(author: Reader, language: str) -> str:
    hand_in(author, "people.csv", table(language, born="5/31/1980"))
    assert "no" in author.text() and "colour" in author.text()
    return author.page.url.partition(f"/{language}/")[2].partition("registrar/")[2]


def then_the_columns_are_chosen_and_the_bad_row_is_told(author: Reader) -> None:
    author.press("a[href$='/columns/']")
    author.page.locator("[name='column-0']").select_option("number")
    author.press("main form .row button")
    checked(author)
    rows = author.page.locator("tbody tr")
    assert rows.count() == 1
    said = {"ar": "تاريخ الولادة", "ckb": "بەرواری لەدایکبوون", "en": "Date of birth"}
    assert said[author.language].lower() in rows.first.inner_text().lower()
    sheet = author.page.request.get(author.page.locator("a[href$='rows.csv']").evaluate("one => one.href"))
    assert sheet.status == 200 and b"definitions.field_not_date" in sheet.body()


def when_the_author_goes_on_by_keyboard_and_signs(author: Reader) -> str:
    by_keyboard(author, "form[action$='/run/'] button")
    author.look()
    request = author.page.url.rstrip("/").rpartition("/")[2]
    assert "/requests/" in author.page.url
    author.press("form[data-passkey] button")
    return request


def by_keyboard(author: Reader, selector: str) -> None:
    """Reach a button with the tabulator alone, and press it."""
    button = author.page.locator(selector)
    for _ in range(80):
        author.page.keyboard.press("Tab")
        if button.evaluate("one => one === document.activeElement"):
            break
    with author.page.expect_navigation(wait_until="load"):
        author.page.keyboard.press("Enter")


def then_another_who_came_at_once_is_led_to_the_same_request(other: Reader, address: str, request: str) -> None:
    other.open(f"desk/interior/registrar/{address}")
    assert other.page.locator(f"main a[href*='requests/{request}']").count() == 1
    assert other.page.locator("form[action$='/run/']").count() == 0


def then_another_accepts_and_finds_the_records(second: Reader, request: str, language: str) -> None:
    second.open(f"{HEAD}requests/{request}/")
    second.press("form[data-passkey] button")
    assert second.page.locator(".notice.good").count() == 1
    assert second.page.locator(".history > li").count() == 1
    names = {"ar": "خالد", "ckb": "خالید", "en": "Khalid"}
    assert names[language] in second.page.locator(".history > li").inner_text()
    second.open(HEAD)
    second.page.locator("summary").click()
    second.page.locator("[name='f-number']").fill(f"{NUMBERS[language]}001")
    second.press("form[role=search] button")
    assert second.page.locator("tbody tr").count() == 1


def then_they_are_exported_and_counted(second: Reader) -> None:
    second.press("form[action$='/export/'] button")
    assert second.page.locator("[name='f-number']").input_value() == f"{NUMBERS[second.language]}001"
    with second.page.expect_download() as download:
        second.page.locator("main form .row button").last.click()
    lines = download.value.path().read_bytes().decode().splitlines()
    assert len(lines) == 2 and f"{NUMBERS[second.language]}001" in lines[1]
    second.open(f"{HEAD}numbers/")
    second.page.locator("[name='by']").select_option("sex")
    second.press("main form .row button")
    assert second.page.locator("tbody tr").count() >= 1


def test_without_scripts_the_page_loads_itself_until_the_rows_were_looked_at(browser: Browser, flow_node: Node) -> None:
    with at_desk(browser, flow_node, "zainab"):
        pass
    with without_scripts(browser, flow_node, "zainab") as page:
        page.goto(f"{flow_node.root}ar/{REGISTRAR}imports/new/")
        fill_form(page, "people.csv", table("ar").replace(b"no,", b"number,", 1).replace(b"999077100", b"999077199"))
        page.locator("main form .row button").click()
        page.locator("form[action$='/run/'] button").wait_for(timeout=4 * TIMEOUT_MS)
        assert page.locator("html").get_attribute("dir") == DIRECTIONS["ar"]
        follow(page, "form[action$='/cancel/'] button")
        assert page.locator(".notice.good").count() == 1


@contextmanager
def without_scripts(browser: Browser, node: Node, name: str) -> Iterator[Page]:
    """The officer's session in a browser that runs no scripts."""
    context = browser.new_context(storage_state=node.sessions[name], java_script_enabled=False, service_workers="block")
    try:
        yield context.new_page()
    finally:
        context.close()
