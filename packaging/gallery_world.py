"""The world of the gallery: a demonstration that has played and goes on a little, and who is signed in there."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.flows.browser import LANGUAGES, add_authenticator, launch

ROOT = Path(__file__).parents[1]
__all__ = ["LANGUAGES", "launch"]
PHONE = {"width": 360, "height": 740}
SHEET = {"width": 520, "height": 736}  # as high as a sheet of paper is, to stand beside one in the README
TIMEOUT_MS = 60_000
PAUSE_MS = 1_000
NEXT_CASE = "main form[action*='next'] button"
LAST = "played"
FARMER, PLANNER = ("sarhang", "agriculture"), ("karwan", "agriculture")


@dataclass
class Demo:
    """A demonstration that has played: addresses of its nodes, password, names, papers, who played, sessions."""

    urls: dict[str, str]
    password: str
    names: dict[str, str]
    papers: dict[str, Path]
    cases: dict[str, str]  # each case of the journey, with its id
    busy: frozenset[str] = frozenset()  # who played, and has a passkey that only the journey holds
    sessions: dict[tuple[str, str], Any] = field(default_factory=dict)


@contextmanager
def running_demo(folder: Path) -> Iterator[Demo]:
    """Start the demonstration and read what it prints until its journey is over."""
    # Whoever looks at so many pages is signed in for longer than an officer should be.
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "URUK_DESK_SESSION_MINUTES": "600"}
    command = [sys.executable, "-m", "uruk.cli.main", "demo", "--json", "--data", str(folder)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        yield read_demo(process.stdout or ())
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def read_demo(printed: Any) -> Demo:
    """The demonstration, from the lines it prints."""
    steps: list[dict[str, Any]] = []
    for line in printed:
        steps.append(json.loads(line))
        if steps[-1]["step"] == LAST:
            break
    people = [step for step in steps if step["step"] == "people"]
    names = {code: name for step in people for code, name in step["sign_in"].items()}
    urls = {node: place["pages"] for node, place in steps[0]["nodes"].items()}
    papers = {step["document"]: Path(step["path"]) for step in steps if step["step"] == "released"}
    told = [value for step in steps if step["step"] != "people" for value in step.values()]
    busy = {one for value in told for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)}
    cases = {step["case"]: step["id"] for step in steps if step["step"] == "applied"}
    return Demo(urls, people[0]["password"], names, papers, cases, frozenset(busy & set(names)))


def session(demo: Demo, browser: Browser, who: str, node: str) -> Any:
    """The cookies of somebody who is signed in at a node, an officer with a passkey; made at the first time."""
    if (who, node) not in demo.sessions:
        context = browser.new_context(viewport=PHONE, service_workers="block")
        context.set_default_timeout(TIMEOUT_MS)
        _sign_in(demo, context, who, node)
        demo.sessions[who, node] = context.storage_state()
        context.close()
    return demo.sessions[who, node]


def _sign_in(demo: Demo, context: BrowserContext, who: str, node: str) -> None:
    page = context.new_page()
    add_authenticator(context.new_cdp_session(page))
    page.goto(f"{demo.urls[node]}ar/account/sign-in/")
    page.fill("[name=identifier]", demo.names[who])
    page.fill("[name=password]", demo.password)
    press(page, "main form button")
    if not demo.names[who].isdigit():  # an officer
        page.goto(f"{demo.urls[node]}ar/account/passkeys/add/")
        page.click("form[data-passkey] button")
        page.wait_for_url("**/account/")


def press(page: Page, selector: str) -> None:
    """Press what is first of these, and wait for what it leads to."""
    page.locator(selector).first.click()
    page.wait_for_load_state("networkidle")


def _come(page: Page, selector: str) -> None:
    """Load the page again until this is there: what was submitted comes to officers by itself."""
    for _ in range(TIMEOUT_MS // PAUSE_MS):
        if page.locator(selector).count():
            return
        page.wait_for_timeout(PAUSE_MS)
        page.reload()


def prepare(demo: Demo, browser: Browser) -> None:
    """A farmer submits another plan, which an officer takes, and begins a third; so that there is something to see."""
    with _as(demo, browser, *FARMER) as page:
        _begin(demo, page, dunams="56")
        press(page, "main form.form button")  # what was answered is submitted
        _begin(demo, page, dunams="36")
    with _as(demo, browser, *PLANNER) as page:
        page.goto(f"{demo.urls['agriculture']}ar/desk/agriculture/planner/cases/")
        _come(page, NEXT_CASE)
        press(page, NEXT_CASE)


@contextmanager
def _as(demo: Demo, browser: Browser, who: str, node: str) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, storage_state=session(demo, browser, who, node), locale="ar")
    context.set_default_timeout(TIMEOUT_MS)
    yield context.new_page()
    context.close()


def _begin(demo: Demo, page: Page, dunams: str) -> None:
    """Answer what a farmer is asked, up to the page on which the answers are checked."""
    page.goto(f"{demo.urls['agriculture']}ar/services/agriculture/season-plan/begin/")
    answers = {"season": "winter-2026", "crop": "barley", "irrigation": "sprinkler", "area_m2": dunams}
    for _ in range(12):
        for name, value in answers.items():
            found = page.locator(f"main [name={name}]")
            if found.count():
                found.select_option(value) if found.evaluate("e => e.tagName") == "SELECT" else found.fill(value)
        if page.locator("main [name=pledge]").count():
            page.locator("main [name=pledge]").check()
        if page.locator("main a[href*='/discard/']").count() and not page.locator("main [name]:visible").count():
            return
        press(page, "main form.form button:not(.quiet)")


def paper_pictures(demo: Demo, browser: Browser, folder: Path) -> None:
    """The two pictures of the README: a paper, and what the verify page says of it, made by the page's own scanner."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, path in sorted(demo.papers.items()):
        command = ["pdftoppm", "-r", "80", "-png", "-singlefile", str(path), str(folder / name)]
        subprocess.run(command, check=True)
    shutil.copyfile(folder / "official-letter.png", folder / "document.png")
    context = browser.new_context(viewport=SHEET, locale="ar", service_workers="block")
    page = context.new_page()
    page.goto(f"{demo.urls['interior']}ar/verify/")
    page.set_input_files("#photo", folder / "document.png")
    page.wait_for_selector("#result .verdict")
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=folder / "verify-ar.png")
    context.close()
