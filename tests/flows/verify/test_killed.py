"""The server dies; whoever visited once still verifies."""

import pytest
from playwright.sync_api import Browser

from tests.flows.browser import PHONE, TIMEOUT_MS
from tests.flows.verify.conftest import open_office
from tests.flows.verify.test_scanning import scan, tone, visit

pytestmark = pytest.mark.browser


def test_a_scan_works_after_the_server_was_killed(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> None:
    office = open_office(tmp_path_factory.mktemp("mortal"))
    context = browser.new_context(viewport=PHONE, locale="ckb")
    context.set_default_timeout(TIMEOUT_MS)
    try:
        visit(context, office.root)
        office.kill()
        page = context.new_page()
        scan(page, office.root, office.paper("certificate").code)
        assert page.locator("html").get_attribute("lang") == "ckb"
        assert tone(page) == {"good"}
        scan(page, office.root, office.paper("letter").code)
        assert tone(page) == {"wait"}
    finally:
        context.close()
        if office.process.poll() is None:
            office.kill()
