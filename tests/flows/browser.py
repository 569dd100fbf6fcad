"""A reader's browser: Debian's Chromium, its virtual passkey authenticator, and what every page must keep."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, Playwright

# Chromium without windows: the whole one draws its own tabs and menus beside each page, for three times the work.
CHROMIUM = Path("/usr/bin/chromium-headless-shell")
# Besides running without a sandbox and a screen: no talking to the maker's servers, no network outside loopback.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1",
)
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
LANGUAGES = ("ar", "ckb", "en")
DIRECTIONS = {"ar": "rtl", "ckb": "rtl", "en": "ltr"}
TIMEOUT_MS = 30_000
PAGE_BYTES = 60_000
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")

# What holds for every page, in one question; `kind` is what the page is made of, without its words.
LOOK = """() => {
  const root = document.documentElement;
  const part = (e) =>
    [e.parentElement?.tagName, e.tagName, e.className, e.getAttribute("role"), ...e.getAttributeNames()];
  return {
    lang: root.lang, dir: root.dir, headings: document.querySelectorAll("h1").length,
    overflow: root.scrollWidth - root.clientWidth,
    kind: [...new Set([...document.querySelectorAll("body *")].map((e) => part(e).join(" ")))].sort().join("\\n"),
  };
}"""
_WITHOUT_BARRIERS: set[int] = set()


def launch(playwright: Playwright) -> Browser:
    """Start Chromium."""
    return playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))


@dataclass
class Reader:
    """One person at one browser: the page, its authenticator, and the bytes each page brought over the wire."""

    page: Page
    language: str
    root: str
    session: CDPSession
    authenticator: str = ""
    weights: dict[str, int] = field(default_factory=dict)
    _bytes: int = 0

    def open(self, path: str, status: int = 200) -> None:
        """Open an address of the node in the reader's language, which answers so, and look at it."""
        self._bytes = 0
        answer = self.page.goto(f"{self.root}{self.language}/{path}", wait_until="load")
        assert answer is not None
        assert answer.status == status, answer.url
        self.look()

    def look(self) -> None:
        """Assert what holds for every page: language, direction, one heading, no barrier, its weight."""
        self.page.wait_for_load_state("load")
        seen = self.page.evaluate(LOOK)
        assert (seen["lang"], seen["dir"]) == (self.language, DIRECTIONS[self.language]), self.page.url
        assert seen["headings"] == 1, self.page.url
        assert seen["overflow"] <= 0, f"{self.page.url} scrolls sideways"
        self._look_for_barriers(seen["kind"])
        self.weights[self.page.url] = self._bytes
        assert self._bytes < PAGE_BYTES, f"{self.page.url} weighs {self._bytes} bytes"

    def _look_for_barriers(self, kind: str) -> None:
        """Run axe, once for each kind of page in each language and width: pages of one kind differ in words alone."""
        key = hash((kind, self.language, str(self.page.viewport_size)))
        if key not in _WITHOUT_BARRIERS:
            assert barriers(self.page) == []
            _WITHOUT_BARRIERS.add(key)

    def press(self, selector: str, status: int = 200) -> None:
        """Press a button or link, wait for the next page, which answers so, and look at it."""
        self._bytes = 0
        with self.page.expect_navigation(wait_until="load") as navigation:
            self.page.locator(selector).click()
        answer = navigation.value
        assert answer.status == status, f"{answer.url} answered {answer.status}: {self.text()[:500]}"
        self.look()

    def fill(self, **values: str) -> None:
        """Write into the fields with these names."""
        for name, value in values.items():
            self.page.locator(f"[name={name}]").fill(value)

    def take_passkey(self) -> dict[str, Any]:
        """The newest passkey of this browser's authenticator, to be brought to another."""
        answer = self.session.send("WebAuthn.getCredentials", {"authenticatorId": self.authenticator})
        return dict(answer["credentials"][-1])

    def bring_passkey(self, credential: dict[str, Any]) -> None:
        """Put a passkey into this browser's authenticator, as a security key that is carried along."""
        facts = {"authenticatorId": self.authenticator, "credential": credential}
        self.session.send("WebAuthn.addCredential", facts)

    def text(self) -> str:
        """What the page says, without the frame."""
        return self.page.locator("main").inner_text()

    def count(self, event: dict[str, int]) -> None:
        """Add what one answer brought over the wire."""
        self._bytes += event["encodedDataLength"]


def follow(page: Page, selector: str) -> None:
    """Press what leads to another page, and wait until that is there."""
    with page.expect_navigation(wait_until="load"):
        page.locator(selector).click()


@contextmanager
def reader(
    browser: Browser, root: str, language: str, size: dict[str, int] = PHONE, cookies: Any = None
) -> Iterator[Reader]:
    """A fresh browser profile, or one with these cookies, with a platform authenticator that says yes at once."""
    context = browser.new_context(viewport=size, locale=language, service_workers="block", storage_state=cookies)
    context.set_default_timeout(TIMEOUT_MS)
    try:
        yield _reader(context, root, language)
    finally:
        context.close()


def _reader(context: BrowserContext, root: str, language: str) -> Reader:
    page = context.new_page()
    session = context.new_cdp_session(page)
    found = Reader(page, language, root, session, add_authenticator(session))
    session.send("Network.enable")
    session.on("Network.loadingFinished", found.count)
    return found


def add_authenticator(session: CDPSession) -> str:
    """Give the page a virtual passkey authenticator (WebAuthn domain of the DevTools protocol); returns its id."""
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    return str(session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"])


def barriers(page: Page) -> list[str]:
    """What axe finds wrong on the page under WCAG 2.2 AA and its best practices, one line each."""
    options = {"runOnly": list(RULES), "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{page.url} {each['id']}: {node['html'][:200]}" for each in found for node in each["nodes"]]
