"""Officers work on cases: the next one, sent back and given anew, refused by two, two at once; a supervisor sees to it.

The season plan as it is shipped, on a node that knows what its holders would say.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.flows.browser import DESKTOP, PHONE, Reader
from tests.flows.desk.ministry import FARMER, SECOND
from tests.flows.desk.officers import at_desk
from tests.flows.node import PASSWORD, ROOT, Node, start, stop
from uruk.kernel.api import error_sentence

pytestmark = pytest.mark.browser
PLANNER, HEAD = "desk/agriculture/planner", "desk/agriculture/planner-head"
LATER_BYTES = 15_000
FACTS = {
    "person": {
        "number": FARMER, "name": {"given": "علي", "father": "حسين", "grandfather": "جاسم"},
        "deceased": False, "governorate": "babil",
    },
    "card": {"number": "FC-2026-000001", "governorate": "babil", "valid_until": "2027-12-31", "water": "well"},
    "cap": {"governorate": "babil", "season": "winter-2026", "cap_m2": 500_000_000, "left_m2": 400_000_000},
    "parcels": [{"code": "babil-12-4", "plot": "4", "area_m2": 250000, "irrigation": "sprinkler"}],
    "season": {
        "code": "winter-2026", "apply_until": "2027-12-31", "water_l_per_m2": 400, "yield_g_per_m2": 360,
        "automatic_m2": 100,
    },
}  # fmt: skip


def answers(area: int = 2000) -> str:
    """What the farmer asks for: more than is granted without an officer."""
    crops = [{"crop": "wheat", "irrigation": "sprinkler", "area_m2": area}]
    return json.dumps({"season": "winter-2026", "crops": crops, "pledge": True})


@dataclass
class Ministry:
    """The running node, and what happens beside its desks."""

    node: Node
    facts: dict[str, object]
    path: Path
    beside: "subprocess.Popen[str]"

    def do(self, what: str, *words: str) -> str:
        """See `tests.flows.desk.ministry`."""
        assert self.beside.stdin is not None
        assert self.beside.stdout is not None
        self.beside.stdin.write(json.dumps([what, *words]) + "\n")
        self.beside.stdin.flush()
        said = self.beside.stdout.readline()
        assert said, (self.node.data / "beside.log").read_text(encoding="utf-8")[-4000:]
        return str(json.loads(said))

    def told(self, **changed: object) -> None:
        """What holders say from now on."""
        self.path.write_text(json.dumps(self.facts | changed), encoding="utf-8")

    def waiting(self, area: int = 2000) -> str:
        """A case that waits for an officer of the plan."""
        return self.do("submit", answers(area))


@pytest.fixture(scope="module")
def ministry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ministry]:
    """A node with the shipped country in force, a farmer, and officers of the plan."""
    data = tmp_path_factory.mktemp("cases")
    path = data / "facts.json"
    path.write_text(json.dumps(FACTS), encoding="utf-8")
    paths = os.pathsep.join((str(ROOT / "tests/flows/services/told"), str(ROOT / "src"), str(ROOT)))
    node, process = start(data / "node", TOLD_FACTS=str(path), PYTHONPATH=paths)
    command = [sys.executable, "-m", "tests.flows.desk.ministry"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with (node.data / "beside.log").open("wb") as log:
        beside = subprocess.Popen(command, env=node.environment, cwd=ROOT, stderr=log, text=True, **pipes)
    try:
        found = Ministry(node, FACTS, path, beside)
        found.do("prepare", PASSWORD)
        yield found
    finally:
        beside.terminate()
        beside.communicate(timeout=20)
        stop(process)


def take(found: Reader, case: str, office: str = PLANNER) -> None:
    """Press "next case" and stand before this one."""
    found.open(f"{office}/cases/")
    found.press("form[action$='/cases/next/'] button")
    assert found.page.url.endswith(f"/cases/{case}/"), found.text()


def light(found: Reader) -> None:
    """What every page after the first weighs."""
    later = list(found.weights.items())[1:]
    assert later
    assert [url for url, weight in later if weight > LATER_BYTES] == []


@pytest.mark.parametrize(("language", "size"), [("ar", PHONE), ("ckb", PHONE), ("en", DESKTOP)])
def test_a_case_is_given_sent_back_given_anew_and_granted_by_keyboard(
    browser: Browser, ministry: Ministry, language: str, size: dict[str, int]
) -> None:
    case = ministry.waiting()
    with at_desk(browser, ministry.node, "nasreen", language, size) as planner:
        given_the_next_case(planner, case)
        when_it_is_sent_back_with_its_fault_marked(planner, language)
        ministry.do("resubmit", case, answers(1900))
        then_what_changed_stands_out(planner, case)
        when_it_is_accepted_by_keyboard(planner)
        if language != "en":
            # An English page that shows an Arabic name brings the other font, once.
            light(planner)
        assert ministry.do("turn", case) == "closed:granted"
        then_who_signs_its_paper_reads_what_it_rests_on(planner, case)


def given_the_next_case(planner: Reader, case: str) -> None:
    planner.open(f"{PLANNER}/")
    planner.press(f"main a[href$='{PLANNER}/cases/']")
    take(planner, case)
    assert "FC-2026-000001" in planner.text()


def when_it_is_sent_back_with_its_fault_marked(planner: Reader, language: str) -> None:
    planner.press("a[href$='/do/send_back/']")
    planner.press("main form button", status=422)
    assert error_sentence("services.marks_missing", language, {}) in planner.text()
    planner.page.locator("[name='mark-crops.0.area_m2']").fill("أكبر من القطعة")
    planner.press("main form button")


def then_what_changed_stands_out(planner: Reader, case: str) -> None:
    take(planner, case)
    assert planner.page.locator("dt .tag").count() == 1, "one answer was given anew"
    assert "أكبر من القطعة" in planner.text()


def when_it_is_accepted_by_keyboard(planner: Reader) -> None:
    planner.page.locator("form[action$='/do/accept/'] button").focus()
    with planner.page.expect_navigation(wait_until="load"):
        planner.page.keyboard.press("Enter")
    assert planner.page.url.endswith("/cases/")


def then_who_signs_its_paper_reads_what_it_rests_on(planner: Reader, case: str) -> None:
    planner.open(f"{PLANNER}/drafts/")
    planner.press("main tbody tr:first-child a")
    planner.press(f"a[href$='/cases/{case}/']")
    assert planner.page.locator("form[action*='/do/']").count() == 0


@pytest.mark.parametrize(("language", "size"), [("ar", PHONE), ("ckb", PHONE), ("en", DESKTOP)])
def test_a_refusal_is_an_act_of_two_officers_with_their_passkeys(
    browser: Browser, ministry: Ministry, language: str, size: dict[str, int]
) -> None:
    case = ministry.waiting()
    with at_desk(browser, ministry.node, "nasreen", language, size) as planner:
        take(planner, case)
        planner.press("a[href$='/do/refuse/']")
        planner.page.locator("[name=ground]").select_option("water")
        planner.press("main form button")
        planner.press("form[data-passkey] button")
        assert planner.page.url.endswith("/cases/")
    assert ministry.do("turn", case) == "task:planner-head"
    with at_desk(browser, ministry.node, "rawand", language, size) as head:
        take(head, case, HEAD)
        head.press("form[data-passkey] button")
        assert head.page.url.endswith("/cases/")
    assert ministry.do("turn", case) == "closed:refused"


def test_of_two_officers_at_once_the_second_is_told_who_was_first(browser: Browser, ministry: Ministry) -> None:
    first, second = ministry.waiting(), ministry.waiting()
    with (
        at_desk(browser, ministry.node, "nasreen", "ar") as one,
        at_desk(browser, ministry.node, SECOND, "ar") as other,
    ):
        take(one, first)
        take(other, second)
        other.open(f"{PLANNER}/cases/{first}/")
        assert other.page.locator("form[action*='/do/']").count() == 0, "it was given to the other"
        tab = one.page.context.new_page()
        tab.goto(one.page.url)
        one.press("form[action$='/do/accept/'] button")
        ministry.do("turn", first)
        tab.locator("a[href$='/ask/']").click()
        tab.wait_for_load_state("load")
        # Its officers sign its paper now, so they may read it; nothing else.
        assert error_sentence("desk.case_not_given", "ar", {}) in tab.locator("main").inner_text()
        assert "نسرين" in tab.locator("main").inner_text()
        other.open(f"{PLANNER}/cases/{second}/")
        other.press("form[action$='/do/accept/'] button")


def test_a_question_is_asked_and_the_case_waits_for_the_applicant(browser: Browser, ministry: Ministry) -> None:
    case = ministry.waiting()
    with at_desk(browser, ministry.node, "nasreen", "ar") as planner:
        take(planner, case)
        planner.press("a[href$='/ask/']")
        planner.fill(question="أي قطعة تقصد؟")
        planner.press("main form button")
    assert ministry.do("turn", case) == "wait:applicant"


def test_a_supervisor_gives_a_case_to_another_officer(browser: Browser, ministry: Ministry) -> None:
    case = ministry.waiting()
    with at_desk(browser, ministry.node, "nasreen", "ckb") as planner:
        take(planner, case)
    with at_desk(browser, ministry.node, "rawand", "ckb") as head:
        head.open(f"{HEAD}/")
        head.press(f"main a[href$='{HEAD}/supervision/']")
        head.press("main a[href$='/lists/held/']")
        head.press(f"main a[href$='/supervision/cases/{case}/']")
        head.press("form[action$='/reassign/'] button", status=422)
        head.page.locator("main .choice").filter(has_text="سەلما").locator("input").check()
        head.fill(reason="هاوکارەکەی لە مۆڵەتدایە")
        head.press("form[action$='/reassign/'] button")
        light(head)
    with at_desk(browser, ministry.node, SECOND, "ckb") as other:
        take(other, case)
        other.press("form[action$='/do/accept/'] button")


def test_what_failed_is_seen_to_and_tried_again(browser: Browser, ministry: Ministry) -> None:
    ministry.told(parcels=[{"code": "babil-12-9", "plot": "9", "area_m2": 250000, "irrigation": "sprinkler"}])
    case = ministry.do("submit", answers(50))
    ministry.told()
    with at_desk(browser, ministry.node, "rawand", "ar") as head:
        head.open(f"{HEAD}/supervision/")
        head.press("main a[href$='/troubles/']")
        head.press(f"main a[href$='/supervision/cases/{case}/']")
        ministry.do("parcel", "babil-12-9")
        head.press("form[action$='/retry/'] button", status=422)
        head.fill(why="سُجلت القطعة")
        head.press("form[action$='/retry/'] button")
        ministry.do("turn", case)
        head.open(f"{HEAD}/supervision/troubles/")
        assert case not in head.page.content()


def test_whoever_is_no_officer_of_it_is_refused_by_code_and_their_case_goes_to_the_next(
    browser: Browser, ministry: Ministry
) -> None:
    case = ministry.waiting()
    with at_desk(browser, ministry.node, SECOND, "en") as leaver:
        take(leaver, case)
        ministry.do("dismiss", SECOND)
        leaver.open(f"{PLANNER}/cases/{case}/", status=403)
        assert error_sentence("ui.officer_needed", "en", {}) in leaver.text()
    with at_desk(browser, ministry.node, "rawand", "en") as head:
        head.open(f"{PLANNER}/cases/", status=403)
        assert error_sentence("ui.office_not_held", "en", {}) in head.text()
    with at_desk(browser, ministry.node, "nasreen", "en") as planner:
        take(planner, case)
        planner.press("form[action$='/give-back/'] button")
        planner.open(f"{PLANNER}/supervision/", status=409)
        assert error_sentence("people.right_missing", "en", {"role": "planner", "institution": "agriculture"}) in (
            planner.text()
        )
