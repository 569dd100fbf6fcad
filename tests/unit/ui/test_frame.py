"""Every page stands in the one frame: language switch, skip link, the one stylesheet."""

import re
from pathlib import Path

import pytest

import uruk

ROOMS = Path(uruk.__file__).parent
EXTENDS = re.compile(r'{% extends "([^"]+)" %}')
FAULT = "500.html"  # drawn by Django when something of ours broke: it may rely on nothing, the frame included
LOADED = re.compile(r"{% (?:include|extends) [\"']([^\"']+)[\"']")


def template(name: str) -> str:
    """The source of a template by the name that views know."""
    (path,) = ROOMS.glob(f"*/templates/{name}")
    return path.read_text(encoding="utf-8")


def names() -> list[str]:
    """Every template by the name that views know."""
    return sorted(
        str(path.relative_to(folder)) for folder in ROOMS.glob("*/templates") for path in folder.rglob("*.html")
    )


def frame_of(name: str) -> str:
    """The template at the end of the chain of `extends`."""
    extended = EXTENDS.search(template(name))
    return frame_of(extended[1]) if extended else name


PAGES = [name for name in names() if EXTENDS.search(template(name))]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_stands_in_the_one_frame(page: str) -> None:
    assert frame_of(page) == "ui/base.html"
    own = "".join(re.findall(r"{% block (\w+) %}", template(page)))
    assert "tongues" not in own, "no page takes the language switch away"


def test_what_is_no_page_is_part_of_one() -> None:
    """A template that neither stands in the frame nor is drawn inside another would be a page without a switch."""
    parts = {part for name in names() for part in LOADED.findall(template(name))}
    tags = "\n".join(path.read_text(encoding="utf-8") for path in ROOMS.rglob("templatetags/*.py"))
    assert [name for name in names() if name not in {*PAGES, *parts, FAULT} and name not in tags] == []


def test_the_frame_has_switch_skip_link_and_one_stylesheet() -> None:
    frame = template("ui/base.html")
    switch = frame[frame.index('<ul class="tongues">') : frame.index("</ul></nav>")]
    assert "{% languages as" in switch
    assert 'hreflang="{{' in switch
    assert 'class="skip" href="#content"' in frame
    assert re.findall(r"{% block (\w+) %}", switch) == []
    sheets = sorted(path.name for path in ROOMS.rglob("static/**/*.css"))
    assert sheets == ["inner.css", "uruk.css"]
    assert frame.count('rel="stylesheet"') == 1  # the other comes by the block `style`


def test_there_is_no_build_of_pages() -> None:
    root = ROOMS.parents[1]
    assert [name for name in ("package.json", "node_modules", "webpack.config.js") if (root / name).exists()] == []
    sheet = next(ROOMS.rglob("static/**/uruk.css")).read_text(encoding="utf-8")
    assert len(sheet.encode()) < 20_000
    tokens, rules = re.findall(r":root {.*?}", sheet, re.DOTALL), re.sub(r":root {.*?}", "", sheet, flags=re.DOTALL)
    assert len(re.findall(r"--[\w-]+:", tokens[0])) > 20
    loose = set(re.findall(r"(?<![\w%])#[0-9a-f]{3,8}\b", rules)) - {"#fff", "#fff6", "#000"}
    assert loose == set(), "colours have their names in :root"
