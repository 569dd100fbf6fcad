"""The service worker's text: what it keeps, where it stands, when its version changes."""

import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from uruk import portal
from uruk.portal import worker

PROGRAMS = Path(portal.__file__).parent / "static/portal"


@pytest.fixture
def text() -> str:
    answer = Client().get("/sw.js")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Cache-Control"] == "no-cache"
    return answer.content.decode()


def constant(text: str, name: str) -> object:
    """A constant that the server put before the program."""
    found = re.search(rf"^const {name} = (.*);$", text, re.MULTILINE)
    assert found
    return json.loads(found[1])


def test_it_keeps_the_verify_page_of_each_language(text: str) -> None:
    assert constant(text, "PAGES") == {"ar": "/ar/verify/", "ckb": "/ckb/verify/", "en": "/en/verify/"}


def test_everything_it_keeps_is_there(text: str) -> None:
    paths = [*constant(text, "PARTS"), *constant(text, "FONTS").values()]
    assert [path for path in paths if finders.find(path.removeprefix("/static/")) is None] == []


def test_it_keeps_every_program_that_the_verify_page_imports() -> None:
    """A program forgotten here would be missed only when there is no network."""
    reached, waiting = set(), ["verify.js"]
    while waiting:
        name = waiting.pop()
        reached.add(name)
        text = (PROGRAMS / name).read_text(encoding="utf-8")
        for found in re.findall(r'(?:from|import|import\()\s*"\./([^"]+)"', text):
            path = str(Path(name).parent / found)
            if path not in reached:
                waiting.append(path)
    assert reached == set(worker.PROGRAMS)


def test_its_version_follows_what_the_kept_pages_are_made_of(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = worker.version()
    monkeypatch.setattr(worker, "_ROOMS", ("ui",))
    assert worker.version.__wrapped__() != before


def test_the_home_page_of_no_language_leads_to_one_and_reads_the_reader(text: str) -> None:
    assert Client().get("/", headers={"Accept-Language": "ckb"})["Location"] == "/ckb/"
    assert Client().get("/", headers={"Accept-Language": "fr"})["Location"] == "/ar/"


def test_the_language_that_was_read_is_remembered() -> None:
    visitor = Client()
    visitor.get("/ckb/")
    assert visitor.get("/", headers={"Accept-Language": "en"})["Location"] == "/ckb/"
