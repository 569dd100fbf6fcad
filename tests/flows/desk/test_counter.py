"""Somebody without a phone applies at a counter; an auditor then replays the case: in three languages, on paper too."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.flows.browser import DESKTOP, PHONE, Reader
from tests.flows.desk.officers import at_desk
from tests.flows.desk.town import AUDITOR, NUMBERS
from tests.flows.node import PASSWORD, ROOT, Node, start, stop

pytestmark = pytest.mark.browser
COUNTER, AUDIT = "desk/town/writer/apply/", "desk/town/auditor/audit/"
NARROW = {"width": 360, "height": 780}
SIZES = {"ar": PHONE, "ckb": NARROW, "en": DESKTOP}
LATER_BYTES = 15_000


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node of the little country, with a market day that traders apply for."""
    data = tmp_path_factory.mktemp("town") / "node"
    node, process = start(data, URUK_COUNTRY=str(ROOT / "tests" / "countries" / "minimal"))
    node.people["day"] = node.run("tests.flows.desk.town", "begin", PASSWORD)
    yield node
    stop(process)


@pytest.mark.parametrize("language", list(SIZES))
def test_a_clerk_applies_for_somebody_records_the_fee_and_an_auditor_replays_it(
    browser: Browser, town: Node, tmp_path: Path, language: str
) -> None:
    size = SIZES[language]
    with at_desk(browser, town, "writer", language, size) as clerk:
        given_a_consent(clerk, language)
        case = when_the_answers_are_typed_and_submitted(clerk, town)
        then_the_paper_is_whole_when_it_is_printed(clerk, tmp_path)
        town.run("tests.flows.desk.town", "wait", case, "wait:fee")
        when_the_fee_is_recorded(clerk)
    with at_desk(browser, town, AUDITOR, language, size) as auditor:
        then_an_auditor_finds_every_act_proved(auditor, clerk_number(case))
        then_the_rules_are_those_of_the_case(auditor, case)


def given_a_consent(clerk: Reader, language: str) -> None:
    clerk.open(COUNTER)
    clerk.press("a[href$='apply/services/stall/']")
    clerk.press("main form .row button", status=422)
    assert clerk.page.locator(".errors a").count() >= 4
    clerk.fill(number=NUMBERS[language], name="كوديا بن لكش", born="1/1/1980", witness="أور نمو")
    clerk.page.locator("[name=compared]").check()
    clerk.page.locator("[name=way][value=spoken]").check()
    clerk.press("main form .row button")
    digits = clerk.page.locator("#digits ~ .lead bdi").inner_text()
    assert len(digits.replace(" ", "")) == 10 and NUMBERS[language] in ascii_of(clerk.text())


def when_the_answers_are_typed_and_submitted(clerk: Reader, town: Node) -> str:
    clerk.press("main a.button")
    clerk.fill(day=town.people["day"])
    clerk.press("main form .row button:not([name])")
    clerk.page.locator("[name=goods]").select_option("cloth")
    clerk.fill(stall="7", area_m2="5")
    clerk.press("main form .row button:not([name])")
    assert clerk.page.url.rstrip("/").count("/drafts/") == 1 and "/steps/" not in clerk.page.url
    clerk.press("main form:not([action]) button")
    assert "/apply/cases/" in clerk.page.url
    assert clerk.weights[clerk.page.url] < LATER_BYTES
    return clerk.page.url.rstrip("/").rpartition("/")[2]


def then_the_paper_is_whole_when_it_is_printed(clerk: Reader, folder: Path) -> None:
    clerk.page.emulate_media(media="print")
    assert clerk.page.locator(".qr img").is_visible() and not clerk.page.locator(".nav").first.is_visible()
    assert not clerk.page.locator("main a.button").first.is_visible()
    clerk.page.screenshot(path=folder / "paper.png", full_page=True)
    clerk.page.emulate_media(media="screen")


def when_the_fee_is_recorded(clerk: Reader) -> None:
    case = clerk.page.url.rstrip("/").rpartition("/")[2]
    clerk.open(f"{COUNTER}payment/")
    clerk.fill(number="0000-0000")
    clerk.press("main form button", status=422)
    clerk.fill(number=clerk_number(case))
    clerk.press("main form button")
    clerk.fill(receipt="و-٢٠٢٦-٧")
    clerk.press("main form:has([name=receipt]) button")
    assert clerk.page.locator(".notice.good").count() == 1


def then_an_auditor_finds_every_act_proved(auditor: Reader, number: str) -> None:
    auditor.open(AUDIT)
    auditor.fill(number=number, purpose="شكوى ٧")
    auditor.press("main form button")
    assert auditor.page.locator(".history > li").count() >= 4
    assert auditor.page.locator(".tag.bad").count() == 0 and auditor.page.locator(".tag.good").count() >= 5
    assert auditor.page.locator("#consent").count() == 1
    with auditor.page.expect_download() as download:
        auditor.page.locator("#act-1 details").last.evaluate("each => each.open = true")
        auditor.page.locator("#act-1 a[download]").click()
    assert b'"receipt/1"' in Path(download.value.path()).read_bytes()


def then_the_rules_are_those_of_the_case(auditor: Reader, case: str) -> None:
    auditor.press("a[href$='/rules/']")
    assert auditor.page.locator(".tag.good").count() == 1 and "markets" not in auditor.text()[:200]
    assert auditor.page.locator("table").count() >= 2
    auditor.open(f"{AUDIT}cases/?service=stall")
    assert clerk_number(case) in auditor.text() and "كوديا" not in auditor.text()


def clerk_number(case: str) -> str:
    """What a case is called when somebody reads it out."""
    told = case.replace("-", "")[-8:].upper()
    return f"{told[:4]}-{told[4:]}"


def ascii_of(text: str) -> str:
    """Digits as they are kept."""
    from uruk.kernel.api import ascii_digits

    return ascii_digits(text)
