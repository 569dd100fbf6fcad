"""A farmer from the directory of services to the receipt, page by page, in three languages; without JavaScript too."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.flows.browser import LANGUAGES, Reader, reader
from tests.flows.node import PASSWORD
from tests.flows.registries.test_officers import NARROW, verified
from tests.flows.services.conftest import Place, Places
from tests.flows.services.labels import PICTURE
from tests.flows.verify.test_holder import sign_in
from tests.unit.services.domain.samples import FOLDERS

pytestmark = pytest.mark.browser
FARMER, TRADER = "999019720004", "999000000001"
PLAN = "services/agriculture/season-plan/"
TITLES = {"ar": "الخطة الزراعية الموسمية", "ckb": "پلانی کشتوکاڵیی وەرزی", "en": "Season plan"}
SPELT = {"ar": "الزراعيه", "ckb": "كشتوكاڵ", "en": "PLAN"}
FACTS: dict[str, Any] = {
    "parcels": [{"code": "babil-12-5", "plot": "5", "area_m2": 10000, "irrigation": "flood"}],
    "season": {"code": "winter-2026", "apply_until": "2099-12-31", "water_l_per_m2": 400, "yield_g_per_m2": 360,
               "automatic_m2": 100000},
    "card": {"number": "FC-2026-000001", "valid_until": "2099-12-31", "water": "well"},
    "person": {"number": FARMER, "name": {"given": "علي", "father": "حسين", "grandfather": "جاسم"}, "deceased": False,
               "governorate": "babil"},
}  # fmt: skip
LATER_BYTES = 15_000
BUTTON = "main form.form .row button:first-child"


@pytest.fixture
def land(places: Places) -> Place:
    """The node with the ministry of agriculture, a farmer with one parcel."""
    place = places(FOLDERS["season-plan"])
    place.tell(FACTS)
    place.admit(FARMER, "agriculture")
    return place


@pytest.fixture(params=LANGUAGES)
def visitor(request: pytest.FixtureRequest, browser: Browser, land: Place) -> Iterator[Reader]:
    """Somebody at the narrowest phone, not signed in, in each language."""
    with reader(browser, land.node.root, request.param, NARROW) as found:
        yield found


def test_a_farmer_applies_from_the_directory_to_the_receipt(visitor: Reader, land: Place, tmp_path: Path) -> None:
    language, page = visitor.language, visitor.page
    visitor.open(f"services/?q={SPELT[language]}")
    visitor.press(f"main a[href$='{PLAN}']")
    assert TITLES[language] in visitor.text()
    visitor.press("main a[href$='/entitled/']")
    page.locator("[name=season]").select_option("winter-2026")
    page.locator("[name='crops.0.crop']").select_option("wheat")
    page.locator("[name='crops.0.irrigation']").select_option("flood")
    visitor.press("main form.form .row:last-child button")
    assert page.locator("main li.notice.good").count() == 1 and page.locator("main li.notice.bad").count() == 1
    visitor.press("main form.form .row:last-child a")
    visitor.fill(**{"born-year": "1972"})
    visitor.press(BUTTON)
    digits = re.sub(r"\D", "", page.locator("main strong").first.inner_text())
    assert len(digits) == 10
    visitor.press("main a.button")
    page.locator("[name=season]").select_option("winter-2026")
    visitor.press(BUTTON)
    assert page.locator("main .notice.wait").count() == 1, "whose parcels they are nobody knows yet"
    page.context.clear_cookies()
    sign_in(visitor, FARMER)
    visitor.open("resume/")
    visitor.fill(**{"ten-digits": digits, "born-year": "1972"})
    visitor.press(BUTTON)
    visitor.press("main .notice.wait a")
    visitor.press("main button[value=ask]")
    crops(visitor)
    page.locator("[name=pledge]").check()
    visitor.press(BUTTON)
    assert any(area in visitor.text() for area in ("4 dunams", "٤ دونم", "٤ دۆنم"))
    visitor.press("main form.form button")
    assert page.url.endswith("/submitted/")
    with page.expect_download() as download:
        page.locator("main a[download]").click()
    assert verified(land.node, download.value.path().read_bytes(), tmp_path) == 0
    case = page.url.split("/applications/")[1].split("/")[0]
    visitor.press(f"main a.button[href$='/cases/{case}/']")
    page.go_back()
    page.go_back()
    assert f"/cases/{case}/" in page.url, "the back button leads to the case"
    later = {url: weight for url, weight in visitor.weights.items() if "/applications/" in url}
    assert later and max(later.values()) < LATER_BYTES, later


def crops(visitor: Reader) -> None:
    """The page of the parcel: too large, a question that an answer leads to, files of every wrong kind, then right."""
    page = visitor.page
    page.locator("[name=crop]").select_option("wheat")
    page.locator("[name=irrigation]").select_option("drip")
    visitor.fill(area_m2="٤٫٠٠٠٤")
    visitor.press(BUTTON, status=422)
    assert page.locator(".errors a[href='#field-area_m2']").count() == 1
    visitor.fill(area_m2="4")
    for data in (b"MZ a program", b"<svg onload=alert(1)>", b"%PDF-1.7 /JavaScript", PICTURE + b"PK\x03\x04"):
        page.locator("[name=equipment]").set_input_files({"name": "x.png", "mimeType": "image/png", "buffer": data})
        visitor.press(BUTTON, status=422)
        assert page.locator(".errors a[href='#field-equipment']").count() == 1
    assert page.locator("[name=area_m2]").input_value() == "4", "what was typed is kept"
    page.locator("[name=equipment]").set_input_files({"name": "x.png", "mimeType": "image/png", "buffer": PICTURE})
    visitor.press(BUTTON)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_trader_applies_by_keyboard_without_javascript(browser: Browser, places: Places, language: str) -> None:
    place = places(FOLDERS["stall"])
    place.tell({"trader": None, "market": None})
    place.admit(TRADER, "town")
    context = browser.new_context(java_script_enabled=False, locale=language, viewport=NARROW, service_workers="block")
    page = context.new_page()
    try:
        page.goto(f"{place.node.root}{language}/account/sign-in/?next=/{language}/services/town/stall/")
        page.locator("[name=identifier]").fill(TRADER)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("[name=password]").press("Enter")
        page.locator(BUTTON).press("Enter")
        page.locator("[name=day]").fill("1/12/2099")
        page.locator("[name=day]").press("Enter")
        page.locator("[name=goods]").select_option("cloth")
        page.locator("[name=stall]").fill("٧")
        page.locator("[name=area_m2]").fill("4")
        page.locator("[name=area_m2]").press("Enter")
        with page.expect_navigation(wait_until="load"):
            page.locator("main form.form button").press("Enter")
        assert page.url.endswith("/submitted/"), page.locator("main").inner_text()
    finally:
        context.close()
