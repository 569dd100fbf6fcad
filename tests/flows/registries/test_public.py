"""Everybody reads what was promised and what was done: on a phone, in three languages, without account or script."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.flows.browser import LANGUAGES, PHONE, reader
from tests.flows.node import Node

pytestmark = pytest.mark.browser
TITLES = {"ar": "طوابع بريدية مشتركة", "ckb": "پوولی پۆستەی هاوبەش", "en": "Joint stamps"}
WORDS = {"ar": "طَوابِع مشتركة", "ckb": "پوولي پۆستەي هاوبەش", "en": "STAMPS joint"}


@pytest.fixture(scope="module")
def keeper(flow_node: Node) -> str:
    """The institution that keeps the commitments, with its first records."""
    return str(json.loads(flow_node.run("tests.flows.registries.promised")))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_visitor_finds_a_promise_and_takes_its_receipt_along(
    browser: Browser, flow_node: Node, keeper: str, language: str, tmp_path: Path
) -> None:
    with reader(browser, flow_node.root, language, PHONE) as visitor:
        visitor.open("")
        visitor.press("main a[href$='/registers/']")
        visitor.press(f"main a[href$='/{keeper}/commitments/']")
        assert visitor.page.locator("main article").count() == 20
        visitor.fill(q=WORDS[language])
        visitor.press("main form[role=search] .finder button")
        assert visitor.page.locator("main article").count() == 1
        visitor.page.locator("main form details select").first.select_option(index=1)
        visitor.press("main form details button")
        visitor.press("main article h3 a")
        assert visitor.page.locator("h1").inner_text() == TITLES[language]
        assert "create joint stamps" in visitor.text()
        with visitor.page.expect_download() as taken:
            visitor.page.locator("main a[href$='.json']").click()
        taken.value.save_as(tmp_path / "receipt.json")
        assert "receipt" in json.loads((tmp_path / "receipt.json").read_text())
