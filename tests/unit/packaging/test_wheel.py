"""The wheel: whatever the package reads at run time is in it, and the country too."""

import re
import shutil
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).resolve().parents[3]
LEFT_BEHIND = re.compile(r"/__pycache__/|\.py[co]$|\.mo$|~$")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names inside a wheel built from a copy of what is here."""
    copy = tmp_path_factory.mktemp("wheel") / "uruk"
    for name in ("src", "countries", "packaging", "requirements"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    built = next(iter(WheelBuilder(str(copy)).build(directory=str(copy / "dist"))))
    return set(zipfile.ZipFile(built).namelist())


def files(folder: Path) -> set[str]:
    """Relative paths of the files below a folder, without what Python and tools leave behind."""
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    return {name for name in found if not LEFT_BEHIND.search(f"/{name}")}


def test_the_wheel_holds_templates_fonts_and_the_country(wheel: set[str]) -> None:
    ours, countries = files(ROOT / "src"), {f"uruk/countries/{name}" for name in files(ROOT / "countries")}
    assert (ours | countries) - wheel == set()
    for ending in (".html", ".woff2", ".ttf", ".typ", ".css", ".js", "/errors.yaml"):
        assert any(name.endswith(ending) for name in ours), ending
    assert any(name.endswith("/country.yaml") for name in countries)


def test_the_wheel_holds_each_translation_compiled(wheel: set[str]) -> None:
    sources = {name for name in wheel if name.endswith(".po")}
    assert sources
    assert {f"{name[:-3]}.mo" for name in sources} <= wheel


def test_the_wheel_holds_no_tests_and_no_python_of_a_country(wheel: set[str]) -> None:
    assert [name for name in wheel if name.startswith("tests/") or re.match(r"uruk/countries/.*\.py", name)] == []
