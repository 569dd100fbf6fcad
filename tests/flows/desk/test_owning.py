"""Two owners of a service put its next version in force: they read it, sign it, find it, in three languages."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.flows.browser import DESKTOP, PHONE, Reader
from tests.flows.desk.officers import at_desk
from tests.flows.node import Node

pytestmark = pytest.mark.browser
SERVICES = "desk/agriculture/planner-head/services/"
PLAN = f"{SERVICES}season-plan/"
LATER_BYTES = 15_000
SIZES = {"ar": "4001", "ckb": "4002", "en": "4003"}


@pytest.mark.parametrize(
    ("language", "size"), [("ar", PHONE), ("ckb", PHONE), ("en", DESKTOP)], ids=["ar", "ckb", "en"]
)
def test_two_owners_put_the_next_version_of_a_service_in_force(
    browser: Browser, flow_node: Node, language: str, size: dict[str, int]
) -> None:
    flow_node.run("tests.flows.desk.revise", SIZES[language])
    with at_desk(browser, flow_node, "rawand", language, size) as first:
        when_an_owner_reads_and_proposes_the_draft(first)
    with at_desk(browser, flow_node, "suad", language, size) as second:
        when_another_reads_the_same_and_signs(second)
        then_it_is_in_force_and_says_what_it_changed(second)


@pytest.mark.parametrize(
    ("language", "size"), [("ar", PHONE), ("ckb", PHONE), ("en", DESKTOP)], ids=["ar", "ckb", "en"]
)
def test_every_page_of_a_service_is_light_and_without_barriers(
    browser: Browser, flow_node: Node, language: str, size: dict[str, int]
) -> None:
    with at_desk(browser, flow_node, "rawand", language, size) as owner:
        # The first page brings style and letters along; what is measured are those that follow.
        owner.open(f"{PLAN}now/steps/")
        owner.page.wait_for_load_state("networkidle")
        for page in ("", "now/steps/", "now/rules/", "now/flow/", "now/examples/", "numbers/"):
            owner.open(PLAN + page)
            keep(owner, page)
            assert owner.weights[owner.page.url] < LATER_BYTES, owner.page.url
        owner.open(f"{PLAN}now/steps/")
        assert owner.page.locator("fieldset[disabled] select[name=crop]").is_disabled()
        assert owner.page.locator("main form").count() == 0
        owner.open(f"{PLAN}now/flow/")
        assert owner.page.locator("main svg rect").count() > 5
        owner.open(f"{PLAN}now/examples/")
        assert owner.page.locator(".tag.bad").count() == 0 and owner.page.locator(".tag.good").count() > 10


def when_an_owner_reads_and_proposes_the_draft(first: Reader) -> None:
    first.open(SERVICES)
    first.press("tbody a[href*='season-plan']")
    first.press(f"a.button[href$='{PLAN}publish/']")
    keep(first, "publish")
    assert local(SIZES[first.language], first.language) in first.text()
    first.press("main form button")
    assert "/proposals/" in first.page.url
    first.press("form[data-passkey] button")
    assert first.page.locator(".notice.good").count() == 1


def when_another_reads_the_same_and_signs(second: Reader) -> None:
    second.open(PLAN)
    second.press("a[href*='/proposals/']")
    keep(second, "proposal")
    assert local(SIZES[second.language], second.language) in second.text()
    second.press("form[data-passkey] button")
    assert second.page.locator(".notice.good").count() == 1


def then_it_is_in_force_and_says_what_it_changed(second: Reader) -> None:
    second.open(PLAN)
    assert second.page.locator(".tag.good").count() == 1
    second.press("ol.history > li:first-child a[href*='/changes/']")
    keep(second, "changes")
    assert local(SIZES[second.language], second.language) in second.text()


def local(number: str, language: str) -> str:
    return number if language == "en" else number.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))


def keep(found: Reader, name: str) -> None:
    """A picture of the page, where somebody wants to look at it."""
    folder = os.environ.get("URUK_PICTURES")
    if folder:
        called = f"{found.language}-{name.strip('/').replace('/', '-') or 'service'}.png"
        found.page.screenshot(path=Path(folder) / called, full_page=True)
