"""The gallery's pictures are taken anew where a page changed, and not where two demonstrations differ by chance."""

import runpy
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def tool() -> dict[str, Any]:
    sys.path.insert(0, str(ROOT / "packaging"))
    try:
        return runpy.run_path(str(ROOT / "packaging" / "gallery_essence.py"))
    finally:
        sys.path.remove(str(ROOT / "packaging"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Number 16E2-53D8, 26 November 2026 at 22:38", "Number BB54-044B, 1 December 2026 at 9:05"),
        ("٢٦ تشرين الثاني ٢٠٢٦، ٢٢:٣٨", "١ كانون الأول ٢٠٢٦، ٠٩:٠٥"),
        ("٢٦ی تشرینی دووەمی ٢٠٢٦", "١ی کانوونی یەکەمی ٢٠٢٦"),
        ("9512 2699 2843 NY0RR-MNPPE", "9115 1580 8356 QWERT-ABCDE"),
        ("21bccd900e7e25adacdb9e45de339e92", "d457df5060f8e9130c70695b34b087ab"),
    ],
)
def test_what_differs_by_chance_is_the_same_once_masked(tool: dict[str, Any], one: str, other: str) -> None:
    assert tool["masked"](one) == tool["masked"](other)


@pytest.mark.parametrize(("one", "other"), [("2 plots", "٢ plots"), ("You applied", "You appealed"), ("5 m²", "5 kg")])
def test_words_units_and_kinds_of_digits_stay(tool: dict[str, Any], one: str, other: str) -> None:
    assert tool["masked"](one) != tool["masked"](other)


def test_a_picture_is_new_where_it_is_missing_or_its_page_changed(tool: dict[str, Any], tmp_path: Path) -> None:
    picture = tmp_path / "home.ar.phone.webp"
    seen = tool["Seen"](tmp_path)
    assert seen.is_new(picture, "a")
    picture.write_bytes(b"taken")
    seen.keep()
    again = tool["Seen"](tmp_path)
    assert not again.is_new(picture, "a") and again.is_new(picture, "b")
    picture.unlink()
    again.keep()
    assert tool["Seen"](tmp_path).is_new(picture, "b")
