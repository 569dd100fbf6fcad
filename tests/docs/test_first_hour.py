"""docs/first-hour.md is followed: what it says is typed, changed and pressed, in its order, on a node of one's own."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.demonstration import environment
from tests.docs.test_docs_run import matches
from tests.flows.browser import CHROMIUM, DESKTOP, Reader, launch, reader
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "first-hour.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(sh|diff)\n(.*?)^```", re.MULTILINE | re.DOTALL)
BOLD = re.compile(r"\*\*(.+?)\*\*")
USUAL, UP, PASSWORD, LIMIT_S = "localhost:8000", "The node is up.", "some words in a row", 400
FIRST = re.compile(r"shown once: (\S+)")
pytestmark = pytest.mark.browser


@dataclass
class Newcomer:
    """Somebody with the page before them: their folder, their node, what was printed and pressed so far."""

    folder: Path
    port: int
    place: Path  # where their terminal is
    passwords: list[str] = field(default_factory=list)
    pressed: list[str] = field(default_factory=list)
    node: "subprocess.Popen[str] | None" = None

    @property
    def root(self) -> str:
        return f"http://localhost:{self.port}/"

    def environment(self) -> dict[str, str]:
        """As at a new user's terminal, but for the ports: many tests share this machine."""
        listens = {"URUK_LISTEN": self.port, "URUK_GATEWAY_LISTEN": free_port(), "URUK_PEER_LISTEN": free_port()}
        return environment(LANG="en_US.UTF-8", **{name: f"127.0.0.1:{port}" for name, port in listens.items()})

    def section(self, title: str) -> None:
        """Do what stands in the blocks of a section."""
        for kind, block in BLOCK.findall(text_of(title)):
            if kind == "diff":
                self.change(block)
            else:
                self.type(block)

    def change(self, block: str) -> None:
        head, *lines = block.splitlines()
        path = self.folder / "my-country" / head.removeprefix("# ")
        text, old = path.read_text(encoding="utf-8"), joined(lines, "-")
        assert text.count(old) == 1, f"{head}: {old}"
        path.write_text(text.replace(old, joined(lines, "+")), encoding="utf-8")

    def type(self, block: str) -> None:
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, expected = part.partition("\n")
            command = command.replace(USUAL, f"localhost:{self.port}")
            printed = self.start(command) if command.endswith(" up") else self.run(command)
            assert not expected or matches(expected, printed), f"$ {command}\n{printed}"
            self.passwords += FIRST.findall(printed)

    def run(self, command: str) -> str:
        if command.startswith("cd "):
            self.place = (self.place / command.removeprefix("cd ")).resolve(strict=True)
            return ""
        done = subprocess.run(
            ["bash", "-c", command],
            check=False,
            cwd=self.place,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done.stdout + done.stderr

    def start(self, command: str) -> str:
        """What a command prints that goes on until Ctrl-C, up to where the node is there."""
        self.node = subprocess.Popen(
            command.split(), cwd=self.place, env=self.environment(), stdout=subprocess.PIPE, text=True
        )
        printed = ""
        for line in self.node.stdout or ():
            printed += line
            if UP in line:
                return printed
        raise AssertionError(printed)

    def press(self, person: Reader, *labels: str) -> None:
        """Press what the page names, by the words that stand on it."""
        for label in labels:
            # A button of the page before its links, and those before the head's.
            places = ("main >> role=button", "main >> role=link", "role=link")
            named = [f"{place}[name=/^{label}/]" for place in places]
            person.press(next(f"{one} >> nth=0" for one in named if person.page.locator(one).count()))
            self.pressed.append(label)


def joined(lines: list[str], mark: str) -> str:
    return "\n".join(line[1:] for line in lines if line.startswith(mark))


def text_of(title: str) -> str:
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


@pytest.fixture
def newcomer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newcomer]:
    if not CHROMIUM.exists():
        pytest.skip("Debian's chromium-headless-shell is not installed: `apt install chromium-headless-shell`")
    folder = tmp_path_factory.mktemp("hour")  # not named by its test: the system bears no long path of a socket
    (folder / "uruk").symlink_to(ROOT)
    found = Newcomer(folder, free_port(), folder)
    yield found
    if found.node is not None:
        found.node.terminate()
        found.node.communicate(timeout=LIMIT_S)


def test_whoever_follows_the_page_publishes_a_service_uses_it_and_changes_it(newcomer: Newcomer) -> None:
    for title in ("A country and a service", "Make it yours", "Publish it"):
        newcomer.section(title)
    with people(newcomer) as (citizen, salwa, karim):
        when_a_citizen_applies(newcomer, citizen)
        when_an_officer_decides(newcomer, salwa)
        citizen.page.reload()
        assert citizen.page.locator(".tag.good").count() == 1, citizen.text()
        newcomer.section("Verify")
        newcomer.section("Change what people use")
        enter(newcomer, karim, "karim", newcomer.passwords[1])
        for officer in (salwa, karim):
            approve(newcomer, officer)
    assert "draft" not in newcomer.run("uruk --settings my-node/uruk.env load my-country")
    assert set(newcomer.pressed) == set(BOLD.findall(PAGE))


@contextmanager
def people(newcomer: Newcomer) -> Iterator[tuple[Reader, Reader, Reader]]:
    """Three browsers: the citizen's and two officers'."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        with (
            reader(browser, newcomer.root, "en", DESKTOP) as citizen,
            reader(browser, newcomer.root, "en", DESKTOP) as salwa,
            reader(browser, newcomer.root, "en", DESKTOP) as karim,
        ):
            yield citizen, salwa, karim
        browser.close()


def when_a_citizen_applies(newcomer: Newcomer, citizen: Reader) -> None:
    citizen.open("")
    newcomer.press(citizen, "Sign in", "Make an account")
    citizen.fill(name="Nadia Salim", number="999000000009", password=PASSWORD)
    newcomer.press(citizen, "Make an account", "Services", "Use of the hall", "Apply")
    for answer in ({"subject": "A wedding"}, {"day": "1/12/2030"}, {"guests": "120"}):
        citizen.fill(**answer)
        newcomer.press(citizen, "Save and go on")
    newcomer.press(citizen, "Submit the application")
    with citizen.page.expect_download() as download:
        citizen.page.get_by_role("link", name="Download the receipt").click()
    newcomer.pressed.append("Download the receipt")
    download.value.save_as(newcomer.folder / "receipt.json")
    newcomer.press(citizen, "Follow the application")


def enter(newcomer: Newcomer, officer: Reader, name: str, password: str) -> None:
    """Sign in for the first time: a password of one's own, then a passkey."""
    officer.open("account/sign-in/")
    officer.fill(identifier=name, password=password)
    newcomer.press(officer, "Sign in", "Add a passkey")
    officer.fill(old=password)
    officer.page.locator("input[name=password]").fill(PASSWORD)
    newcomer.press(officer, "Change the password", "Add a passkey", "Make the passkey", "Go to the desk")


def when_an_officer_decides(newcomer: Newcomer, salwa: Reader) -> None:
    enter(newcomer, salwa, "salwa", newcomer.passwords[0])
    newcomer.press(salwa, "Cases", "Next case")
    assert "A wedding" in salwa.text()
    newcomer.press(salwa, "Accept")


def approve(newcomer: Newcomer, officer: Reader) -> None:
    officer.open("desk/")
    newcomer.press(officer, "To decide", "To change a definition")
    assert "200" in officer.text()
    newcomer.press(officer, "Approve with my passkey")
