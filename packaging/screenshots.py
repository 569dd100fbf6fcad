"""Pictures of the pages and of the papers, from a running demonstration, into docs/pictures/.

    .venv/bin/python packaging/screenshots.py [FOLDER]

Starts `uruk demo` in a temporary folder, plays its journey, and looks at each page as a reader does: Arabic first, on a
phone and at a desk. The scanned pages are made by the page's own scanner from a picture of the printed sheet.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).parents[1]
CHROMIUM = "/usr/bin/chromium-headless-shell"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1200, "height": 850}
SHEET = {"width": 520, "height": 736}  # as high as a sheet of paper is, to stand beside one in the README
TIMEOUT_MS = 60_000
PASSKEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


NODE, DESK_NODE = "interior", "agriculture"  # whose pages are pictured


@dataclass
class Demo:
    """A demonstration that has played: addresses of two nodes, password, names; papers by name, and whose are its."""

    url: str
    desk: str
    password: str
    names: dict[str, str]
    papers: dict[str, Path]
    own: frozenset[str]


@contextmanager
def running_demo(folder: Path) -> Iterator[Demo]:
    """Start the demonstration and read what it prints until its journey is over."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "uruk.cli.main", "demo", "--json", "--data", str(folder)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        yield _read(process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _read(process: "subprocess.Popen[str]") -> Demo:
    steps: list[dict[str, Any]] = []
    for line in process.stdout or ():
        steps.append(json.loads(line))
        if steps[-1]["step"] == "played":
            break  # the last step: a message was delivered later
    people = [step for step in steps if step["step"] == "people"]
    names = {code: name for step in people for code, name in step["sign_in"].items()}
    url, desk = (steps[0]["nodes"][node]["pages"] for node in (NODE, DESK_NODE))
    own = frozenset(step["document"] for step in steps if step["step"] == "released" and step["node"] == NODE)
    return Demo(url, desk, people[0]["password"], names, _papers(steps), own)


def _papers(steps: list[dict[str, Any]]) -> dict[str, Path]:
    return {step["document"]: Path(step["path"]) for step in steps if step["step"] == "released"}


@dataclass
class Album:
    """Where the pictures go, and the browser they are taken with."""

    demo: Demo
    browser: Browser
    folder: Path

    def context(self, language: str, size: dict[str, int]) -> BrowserContext:
        """A fresh browser of this size."""
        found = self.browser.new_context(viewport=size, locale=language)
        found.set_default_timeout(TIMEOUT_MS)
        return found

    def take(self, page: Page, name: str, whole: bool = True) -> None:
        """Take the whole page, or what fits the window."""
        page.wait_for_load_state("networkidle")
        page.evaluate("document.fonts.ready.then(() => document.activeElement?.blur())")
        page.screenshot(path=self.folder / f"{name}.png", full_page=whole)


def sheets(demo: Demo, folder: Path) -> dict[str, Path]:
    """The first page of each paper as a picture (poppler's pdftoppm)."""
    for name, path in demo.papers.items():
        command = ["pdftoppm", "-r", "80", "-png", "-singlefile", str(path), str(folder / name)]
        subprocess.run(command, check=True)
    return {name: folder / f"{name}.png" for name in demo.papers}


def public_pages(album: Album) -> None:
    """Home, verify and how it works: Arabic first."""
    for language, size, name, paths in (
        ("ar", PHONE, "phone", ("", "verify/", "about/")),
        ("ar", DESK, "desk", ("", "verify/")),
        ("ckb", PHONE, "phone", ("", "verify/")),
        ("en", DESK, "desk", ("",)),
    ):
        context = album.context(language, size)
        page = context.new_page()
        for path in paths:
            page.goto(f"{album.demo.url}{language}/{path}")
            album.take(page, f"{path.rstrip('/') or 'home'}-{language}-{name}")
        context.close()


def scanned(album: Album, pictures: dict[str, Path]) -> None:
    """What the scanner says of each printed sheet."""
    for language, size in (("ar", PHONE), ("ckb", PHONE), ("en", DESK)):
        context = album.context(language, size)
        page = context.new_page()
        # All of them in Arabic, the first in the other languages: pictures are heavy.
        own = [(name, picture) for name, picture in pictures.items() if name in album.demo.own]
        for name, picture in own[: None if language == "ar" else 1]:
            page.goto(f"{album.demo.url}{language}/verify/")
            page.set_input_files("#photo", picture)
            page.wait_for_selector("#result .verdict")
            album.take(page, f"scanned-{name}-{language}")
        context.close()


def front(album: Album, picture: Path) -> None:
    """The two pictures of the README: a paper, and what the verify page says of it."""
    shutil.copyfile(picture, album.folder / "document.png")
    context = album.context("ar", SHEET)
    page = context.new_page()
    page.goto(f"{album.demo.url}ar/verify/")
    page.set_input_files("#photo", picture)
    page.wait_for_selector("#result .verdict")
    page.evaluate("scrollTo(0, 0)")
    album.take(page, "verify-ar", whole=False)
    context.close()


def sign_in(page: Page, album: Album, language: str, name: str, url: str = "") -> None:
    """Sign a person in with the demonstration's password."""
    page.goto(f"{url or album.demo.url}{language}/account/sign-in/")
    page.fill("[name=identifier]", album.demo.names[name])
    page.fill("[name=password]", album.demo.password)
    page.click("main form button")
    page.wait_for_load_state("networkidle")


def holder_pages(album: Album, name: str) -> None:
    """My documents, one of them, and my account."""
    for language, size, title in (("ar", PHONE, "phone"), ("ckb", DESK, "desk")):
        context = album.context(language, size)
        page = context.new_page()
        page.goto(f"{album.demo.url}{language}/account/sign-in/")
        album.take(page, f"sign-in-{language}-{title}")
        sign_in(page, album, language, name)
        album.take(page, f"account-{language}-{title}")
        page.goto(f"{album.demo.url}{language}/documents/")
        album.take(page, f"documents-{language}-{title}")
        page.click("main table a")
        album.take(page, f"document-{language}-{title}")
        page.goto(f"{album.demo.url}{language}/readings/")
        album.take(page, f"readings-{language}-{title}")
        context.close()


def desk_pages(album: Album, name: str) -> None:
    """An officer's desk: what is to be done, a form, what was released."""
    context = album.context("ar", DESK)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": PASSKEY})
    sign_in(page, album, "ar", name, album.demo.desk)
    page.goto(f"{album.demo.desk}ar/account/passkeys/add/")
    page.click("form[data-passkey] button")
    page.wait_for_url("**/account/")
    page.goto(f"{album.demo.desk}ar/desk/")
    album.take(page, "desk-ar")
    office = page.url
    for path, title in (("new/graduation-certificate/", "desk-form-ar"), ("documents/", "desk-released-ar")):
        page.goto(office + path)
        album.take(page, title)
    page.click("main table a")
    album.take(page, "desk-document-ar")
    context.close()


def main(folder: Path) -> None:
    """Take all pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="uruk-pictures-") as temporary,
        running_demo(Path(temporary)) as demo,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        album = Album(demo, browser, folder)
        public_pages(album)
        pictures = sheets(demo, folder)
        front(album, pictures[sorted(demo.own)[0]])
        scanned(album, pictures)
        holder_pages(album, "noor")
        desk_pages(album, "dilshad")
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "pictures")
