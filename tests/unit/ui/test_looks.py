"""The stylesheet and the fonts: one sheet, logical directions, no outside, every letter that we write."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from uruk import ui

ROOM = Path(ui.__file__).parent
SHEET = "".join((ROOM / f"static/ui/{name}.css").read_text(encoding="utf-8") for name in ("uruk", "inner"))
PHYSICAL = re.compile(
    r"(?<![\w-])((margin|padding|border)-(left|right|top|bottom)|left|right|top|bottom|width|height|float"
    r"|min-width|max-width|min-height|max-height)\s*:"
)
ROOMS = ROOM.parent


def without_conditions(sheet: str) -> str:
    """The sheet without its data URLs and media queries, whose features have physical names."""
    return re.sub(r"url\(\"data:[^\"]*\"\)|@media[^{]*", "", sheet)


def test_the_sheet_has_only_logical_directions() -> None:
    assert PHYSICAL.findall(without_conditions(SHEET)) == []
    assert re.findall(r"text-align:\s*(left|right)", SHEET) == []


def test_the_sheet_and_the_pages_load_nothing_from_elsewhere() -> None:
    for path in [*(ROOM / "static/ui").glob("*.css"), *ROOMS.glob("*/templates/**/*.html")]:
        text = path.read_text(encoding="utf-8")
        assert re.findall(r"(?:src|href|action|url)[=(]\s*['\"]?(?:https?:)?//", text) == [], path


class Inline(HTMLParser):
    """Collects what a content security policy without `unsafe-inline` would refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._in_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        if tag == "style" or any(name == "style" or name.startswith("on") for name in names):
            self.found.append(tag)
        if tag == "script" and "src" not in names and names.get("type") != "application/json":
            self.found.append("script")


@pytest.mark.parametrize("path", sorted(ROOMS.glob("*/templates/**/*.html")), ids=lambda path: path.name)
def test_no_page_has_an_inline_script_or_style(path: Path) -> None:
    parser = Inline()
    parser.feed(path.read_text(encoding="utf-8"))
    assert parser.found == []


def letters(name: str) -> set[str]:
    """The letters that a font of ours draws."""
    return {chr(code) for code in TTFont(ROOM / f"static/ui/{name}.woff2").getBestCmap()}


def sentences(language: str) -> str:
    """All that our pages and errors say in a language."""
    from ruamel.yaml import YAML

    texts = [path.read_text(encoding="utf-8") for path in ROOMS.glob(f"*/locale/{language}/**/*.po")]
    said = "".join(re.findall(r'^msgstr "(.*)"|^"(.*)"$', "\n".join(texts), re.MULTILINE).__str__())
    for path in ROOMS.glob("*/errors.yaml"):
        loaded = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")) or {}
        said += "".join(each[language] for each in loaded.values())
    return said


@pytest.mark.parametrize("language", ["ar", "ckb"])
def test_the_font_draws_every_arabic_letter_that_we_write(language: str) -> None:
    used = {letter for letter in sentences(language) if "\u0600" <= letter <= "\u06ff"}
    assert len(used) > 30
    assert used - letters("vazirmatn") == set()


@pytest.mark.parametrize("letter", list("ەێۆڕڵڤپچژگکیھئ٠١٢٣٤٥٦٧٨٩0123456789،؛؟لاآأإى"))
def test_the_font_has_every_letter_of_arabic_and_sorani(letter: str) -> None:
    assert letter in letters("vazirmatn")


@pytest.mark.parametrize("letter", list("êîûçşÊÎÛÇŞabcxyzABCXYZ0123456789…·“”"))
def test_the_latin_font_has_every_letter_of_kurmanji_and_english(letter: str) -> None:
    assert letter in letters("vazirmatn-latin")


def test_the_fonts_are_small_and_their_licence_lies_beside_them() -> None:
    assert (ROOM / "static/ui/vazirmatn.woff2").stat().st_size < 16_000
    assert (ROOM / "static/ui/vazirmatn-latin.woff2").stat().st_size < 14_000
    assert "SIL OPEN FONT LICENSE" in (ROOM / "static/ui/OFL.txt").read_text(encoding="utf-8").upper()


def hexes(sheet: str) -> dict[str, str]:
    """The colour tokens of the sheet."""
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", sheet))


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours (WCAG 2.2)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("ink", "clay"), ("ink", "tablet"), ("ink", "clay-deep"), ("ink", "gold"), ("ink-soft", "clay"),
        ("ink-soft", "tablet"), ("lapis", "clay"), ("lapis", "tablet"), ("lapis", "clay-deep"),
        ("lapis", "lapis-pale"), ("good", "good-pale"),
        ("bad", "bad-pale"), ("wait", "wait-pale"), ("bad", "tablet"), ("gold", "lapis"),
    ],
)  # fmt: skip
def test_each_pair_of_text_and_ground_has_contrast(text: str, ground: str) -> None:
    tokens = hexes(SHEET)
    assert contrast(tokens[text], tokens[ground]) >= 4.5


@pytest.mark.parametrize("ground", ["lapis", "good", "bad", "wait"])
def test_white_on_coloured_grounds_has_contrast(ground: str) -> None:
    assert contrast("#ffffff", hexes(SHEET)[ground]) >= 4.5


@pytest.mark.parametrize("name", ["vazirmatn", "vazirmatn-latin"])
def test_a_sign_that_a_font_lacks_does_not_load_it(name: str) -> None:
    """An arrow on an English page would bring the Arabic letters along, which have none."""
    told = re.search(rf"url\({name}\.woff2\)[^}}]*unicode-range: ([^;]*);", SHEET)
    assert told is not None
    ends = [part.strip().removeprefix("U+").split("-") for part in told[1].split(",")]
    loads = {chr(code) for one in ends for code in range(int(one[0], 16), int(one[-1], 16) + 1)}
    elsewhere = set("،؛؟") if name == "vazirmatn-latin" else set()
    assert letters(name) - loads == elsewhere
    assert not loads & set("→←²✓")
