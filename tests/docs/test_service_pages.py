"""docs/services and docs/gallery show what is there now: each flow as the definition is, every picture a page names."""

import re
import runpy
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PICTURE = re.compile(r"!\[[^\]]*\]\(([^)]+)\)")
GALLERY_BYTES = 15_000_000


@pytest.fixture(scope="module")
def tool() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "packaging" / "service_pages.py"))


@pytest.fixture(scope="module")
def shown() -> Any:
    sys.path.insert(0, str(ROOT / "packaging"))
    try:
        return runpy.run_path(str(ROOT / "packaging" / "gallery_pages.py"))["PAGES"]
    finally:
        sys.path.remove(str(ROOT / "packaging"))


def test_the_flow_of_each_service_is_drawn_as_it_is_defined(tool: dict[str, Any]) -> None:
    stale = [
        path.relative_to(ROOT)
        for path, text in tool["written"]().items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]
    assert stale == [], "packaging/service_pages.py draws them anew"


def test_every_service_that_people_apply_for_has_a_page(tool: dict[str, Any]) -> None:
    assert tool["pageless"]() == []


def test_each_page_of_the_gallery_is_there_in_three_languages_and_the_sizes_it_is_meant_for(shown: Any) -> None:
    gallery = ROOT / "docs" / "gallery"
    there = {path.name for path in gallery.glob("*.webp")}
    pages = [one for one in shown if there & set(one.pictures(("ar", "ckb", "en")))]
    wanted = {name for one in pages for name in one.pictures(("ar", "ckb", "en"))}
    assert len(pages) > 20 and wanted == there
    assert set(PICTURE.findall((gallery / "README.md").read_text(encoding="utf-8"))) == wanted
    assert sum(path.stat().st_size for path in gallery.iterdir()) < GALLERY_BYTES


def test_every_picture_that_a_page_names_is_there() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    missing = [
        f"{page.relative_to(ROOT)}: {name}"
        for page in pages
        for name in PICTURE.findall(page.read_text(encoding="utf-8"))
        if not name.startswith("http") and not (page.parent / name).is_file()
    ]
    assert missing == []
