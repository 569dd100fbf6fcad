"""An officer writes a record, finds it, changes it; another accepts; its receipt verifies: in three languages."""

import json
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Browser

from tests.flows.browser import DESKTOP, PHONE, Reader
from tests.flows.desk.officers import at_desk
from tests.flows.node import Node
from tests.stem import run as beside

pytestmark = pytest.mark.browser
REGISTRAR, HEAD = "desk/interior/registrar/registries/persons/", "desk/interior/registrar-head/registries/persons/"
NARROW = {"width": 360, "height": 780}


@dataclass(frozen=True)
class Newcomer:
    """Somebody whom the register does not know yet."""

    number: str
    name: tuple[str, str, str]
    born: str


PEOPLE = {
    "ar": Newcomer("999077000001", ("رباب", "شاكر", "محسن"), "٣/٤/١٩٧٧"),
    "ckb": Newcomer("999077000002", ("هێمن", "کاوە", "سۆران"), "9/10/1983"),
    "en": Newcomer("999077000003", ("يونان", "بطرس", "إيليا"), "1991-12-24"),
}


@pytest.mark.parametrize(
    ("language", "size"), [("ar", PHONE), ("ckb", NARROW), ("en", DESKTOP)], ids=["ar", "ckb", "en"]
)
def test_a_record_is_written_found_changed_by_two_and_its_receipt_verifies(
    browser: Browser, flow_node: Node, tmp_path: Path, language: str, size: dict[str, int]
) -> None:
    who = PEOPLE[language]
    with at_desk(browser, flow_node, "zainab", language, size) as author:
        request = given_a_signed_request_for_a_new_record(author, who)
    with at_desk(browser, flow_node, "khalid", language, size) as second:
        when_another_accepts_it(second, request)
    with at_desk(browser, flow_node, "zainab", language, size) as author:
        record = then_it_is_found_by_its_number(author, who)
        request = when_a_change_is_asked_for(author, record)
    with at_desk(browser, flow_node, "khalid", language, size) as second:
        when_another_accepts_it(second, request)
        receipt = then_the_history_shows_it(second, record)
    then_the_receipt_verifies(flow_node, receipt, tmp_path)


def given_a_signed_request_for_a_new_record(author: Reader, who: Newcomer) -> str:
    author.open(REGISTRAR)
    author.press(f"a[href$='{REGISTRAR}new/']")
    author.press("main form .row button", status=422)
    assert author.page.locator(".errors a[href='#field-change-reason']").count() == 1
    fill(author, {"number": who.number, "mother": "سعاد كريم", "born": who.born, "district": "الكرخ"})
    fill(author, dict(zip(("name.given", "name.father", "name.grandfather"), who.name, strict=True)))
    fill(author, {"change-reason": "شهادة ولادة"})
    author.page.locator("[name=sex]").select_option("female")
    author.page.locator("[name=governorate]").select_option("baghdad")
    author.page.locator("[name=deceased][value=no]").check()
    letter = {"name": "letter.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 of " + who.number.encode()}
    author.page.locator("[name=change-evidence]").set_input_files([letter])  # type: ignore[list-item]
    author.press("main form .row button")
    assert who.name[0] in author.text()
    return sign(author)


def sign(author: Reader) -> str:
    request = author.page.url.rstrip("/").rpartition("/")[2]
    author.press("form[data-passkey] button")
    assert author.page.url.endswith("/requests/")
    return request


def when_another_accepts_it(second: Reader, request: str) -> None:
    second.open(f"{HEAD}requests/")
    second.press(f"a[href*='{request}']")
    second.press("form[data-passkey] button")
    assert second.page.locator(".notice.good").count() == 1


def then_it_is_found_by_its_number(author: Reader, who: Newcomer) -> str:
    author.open(REGISTRAR)
    author.page.locator("summary").click()
    fill(author, {"f-number": who.number})
    author.press("form[role=search] button")
    assert who.number not in author.page.url
    author.press("tbody a")
    assert who.name[0] in author.text()
    return str(UUID(author.page.url.rstrip("/").rpartition("/")[2]))


def when_a_change_is_asked_for(author: Reader, record: str) -> str:
    author.press(f"a[href$='{record}/change/']")
    fill(author, {"house": "77", "change-reason": "انتقال"})
    author.press("main form .row button")
    assert "77" in author.text()
    return sign(author)


def then_the_history_shows_it(second: Reader, record: str) -> bytes:
    assert second.page.locator(".history > li").count() == 2
    assert "انتقال" in second.page.locator(".history > li").first.inner_text()
    assert second.page.locator(f"a[href$='{record}/receipts/2.json']").count() == 1
    second.open(f"{HEAD}{record}/then/?on=1/1/2020")
    answer = second.page.request.get(f"{second.root}{second.language}/{HEAD}{record}/receipts/2.json")
    assert answer.status == 200
    return bytes(answer.body())


def then_the_receipt_verifies(node: Node, receipt: bytes, folder: Path) -> None:
    assert verified(node, receipt, folder) == 0
    salt = json.loads(receipt)["salt"]
    assert verified(node, receipt.replace(salt.encode(), salt[::-1].encode()), folder) == 1


def verified(node: Node, receipt: bytes, folder: Path) -> int:
    """How `uruk verify` ends with the file that was downloaded."""
    file = folder / "version.receipt.json"
    file.write_bytes(receipt)
    keys = str(node.data / "public" / "keys.json")
    return beside(node.environment, "uruk.cli.main", "verify", str(file), "--json", "--keys", keys).returncode


def fill(author: Reader, values: dict[str, str]) -> None:
    """Write into boxes whose names hold dots and hyphens."""
    for name, value in values.items():
        author.page.locator(f"[name='{name}']").fill(value)
