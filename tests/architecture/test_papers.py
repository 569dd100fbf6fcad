"""The papers that a public project has are there, and say what they are for."""

import re
import tomllib
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.architecture.source import ROOT, rooms

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
SCREEN = 60
PICTURE = re.compile(r"!\[([^\]]+)\]\(([^)]+)\)")


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def part(page: str, heading: str) -> str:
    """What stands under a heading, up to the next of the same rank."""
    return re.split(r"^## ", page, flags=re.MULTILINE)[
        [*re.findall(r"^## (.*)", page, re.MULTILINE)].index(heading) + 1
    ]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("README.md", "make demo"),
        ("CONTRIBUTING.md", "make check"),
        ("SECURITY.md", "Report a weakness"),
        ("LICENSE", "Apache License"),
        ("docs/threats.md", "| "),
        ("docs/decisions/dependencies.md", "cryptography"),
    ],
)
def test_the_papers_of_a_project_are_there(name: str, says: str) -> None:
    assert says in text(name)


def test_the_licence_is_apache_2() -> None:
    assert re.search(r"Apache License\s+Version 2\.0, January 2004", text("LICENSE"))
    assert "APPENDIX: How to apply" in text("LICENSE")
    assert PROJECT["license"] == "Apache-2.0"


def test_the_house_stands_on_one_screen_and_what_is_always_true_on_another() -> None:
    page = text("ARCHITECTURE.md")
    house, truths = part(page, "On one screen"), part(page, "What is always true")
    assert max(len(house.splitlines()), len(truths.splitlines())) <= SCREEN
    drawn = set(re.findall(r"[a-z]+", house))
    assert [room.name for room in rooms() if room.name not in drawn] == []


def test_the_changes_begin_with_the_version_that_is_here() -> None:
    versions = re.findall(r"^## (\S+)", text("CHANGELOG.md"), re.MULTILINE)
    assert versions[0] == PROJECT["version"]


def test_publiccode_describes_this_version_for_public_bodies() -> None:
    found = YAML(typ="safe", pure=True).load(text("publiccode.yml"))
    assert found["softwareVersion"] == PROJECT["version"]
    assert found["legal"]["license"] == PROJECT["license"]
    assert found["localisation"]["availableLanguages"] == ["ar", "ckb", "en"]
    required = {"publiccodeYmlVersion", "name", "url", "platforms", "developmentStatus", "softwareType", "description"}
    assert required | {"maintenance", "legal", "localisation"} <= set(found)
    assert len(found["description"]["en"]["shortDescription"]) <= 150


def test_every_picture_of_a_page_is_there_and_described() -> None:
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    pictures = [(page, *found) for page in pages for found in PICTURE.findall(page.read_text(encoding="utf-8"))]
    missing = [(page.name, path) for page, _, path in pictures if not (page.parent / path).is_file()]
    assert missing == []


def test_every_link_inside_the_papers_leads_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *sorted((ROOT / "docs").rglob("*.md"))]
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in re.findall(r"(?<!!)\[[^\]]+\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
        if not Path(page.parent / target).exists()
    ]
    assert broken == []


def test_the_readme_shows_a_page_and_a_document() -> None:
    shown = [ROOT / path for _, path in PICTURE.findall(text("README.md"))]
    types = {path.parent.name for path in ROOT.glob("countries/*/institutions/*/documents/*/document.yaml")}
    assert any(path.stem in types for path in shown), "a document"
    assert any(path.stem not in types for path in shown), "a page"
    for path in shown:
        assert path.read_bytes().startswith({".png": b"\x89PNG", ".webp": b"RIFF"}[path.suffix]), path
