"""Where the country's folder lies."""

from pathlib import Path

import pytest

from uruk.kernel import country
from uruk.kernel.api import CodedError, bundled_countries, country_folder


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout of its own: src/uruk beside an empty folder of countries."""
    package = tmp_path / "src" / "uruk"
    package.mkdir(parents=True)
    monkeypatch.setattr(country, "files", lambda name: package)
    (tmp_path / "countries").mkdir()
    return tmp_path / "countries"


def add_country(folder: Path, name: str) -> Path:
    (folder / name).mkdir(parents=True)
    (folder / name / "country.yaml").write_text("uruk: country/1\n")
    return folder / name


def code_of(name: str) -> str:
    with pytest.raises(CodedError) as caught:
        country_folder(name)
    return caught.value.code


def test_the_only_country_bundled_is_the_default(bundle: Path) -> None:
    only = add_country(bundle, "sumer")
    assert country_folder("") == only
    assert country_folder("sumer") == only


def test_with_none_or_several_bundled_the_country_must_be_named(bundle: Path) -> None:
    assert code_of("") == "kernel.country_not_given"
    for name in ("sumer", "akkad"):
        add_country(bundle, name)
    assert code_of("") == "kernel.country_not_given"
    assert country_folder("akkad") == bundle / "akkad"


def test_a_folder_elsewhere_may_be_the_country(bundle: Path, tmp_path: Path) -> None:
    elsewhere = add_country(tmp_path / "elsewhere", "elam")
    assert country_folder(str(elsewhere)) == elsewhere


def test_a_folder_that_is_no_country_is_refused(bundle: Path, tmp_path: Path) -> None:
    assert code_of("atlantis") == "kernel.country_not_found"
    assert code_of(str(tmp_path)) == "kernel.country_not_found"


def test_in_a_wheel_the_countries_lie_inside_the_package(bundle: Path) -> None:
    inside = add_country(bundle.parent / "src" / "uruk" / "countries", "sumer")
    add_country(bundle, "akkad")
    assert bundled_countries() == {"sumer": inside}
