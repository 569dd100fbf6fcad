"""What no file of ours says: the country's name in Python, and notes of work left undone."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import ROOT

COUNTRIES = ROOT / "countries"
FOLDERS = ("src", "tests", "packaging", "benchmarks", "countries")
TEXT_FILES = {".py", ".html", ".txt", ".yaml", ".typ", ".css", ".js", ".po", ".sh", ".toml", ".diff", ".xml"}
LEFTOVERS = re.compile(
    r"\b(?:TODO|FIXME|XXX|NotImplementedError|breakpoint\(\))"
    r"|(?i:\b(?:for now|not (?:yet )?implemented|lorem ipsum|coming soon|temporary hack|placeholder text)\b)"
)


def texts_in(folder: Path, suffixes: set[str]) -> Iterator[tuple[Path, int, str]]:
    """(file, line number, line) of the text files below a folder."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in suffixes and path.is_file() and "node_modules" not in path.parts:
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                yield path, number, line


def found_in(folders: tuple[str, ...], suffixes: set[str], pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for folder in folders
        for path, number, line in texts_in(ROOT / folder, suffixes)
        if pattern.search(line) and path != Path(__file__)
    ]


def test_no_python_file_names_a_country_it_could_run() -> None:
    names = sorted(path.name for path in COUNTRIES.iterdir() if (path / "country.yaml").is_file())
    assert names, "the country's folder is there"
    assert found_in(FOLDERS, {".py"}, re.compile("|".join(names), re.IGNORECASE)) == []


def test_the_country_is_data_and_holds_no_python() -> None:
    assert [str(path) for path in COUNTRIES.rglob("*.py")] == []


def test_nothing_is_left_to_be_done_later() -> None:
    assert found_in(FOLDERS, TEXT_FILES, LEFTOVERS) == []


def test_no_test_is_expected_to_fail() -> None:
    assert found_in(("tests",), {".py"}, re.compile(r"\bxfail\b|mark\.skip\b")) == []
