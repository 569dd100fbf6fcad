"""`uruk new service`: what it makes passes the check as it is, in every country; nothing is ever overwritten."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.architecture.source import ROOT
from tests.kinds import KINDS
from uruk.definitions.api import check_country, load_country, survey_country
from uruk.kernel.api import country_folder, error_sentence

MINIMAL = ROOT / "tests" / "countries" / "minimal"
COUNTRIES = {"minimal": MINIMAL, "bundled": country_folder("")}
FILES = {"service.yaml", "examples.yaml", "texts.ar.yaml", "texts.ckb.yaml", "texts.en.yaml"}
New = Callable[..., Result]


@pytest.fixture
def country(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the small country, in which one works."""
    folder = tmp_path / "country"
    shutil.copytree(MINIMAL, folder)
    monkeypatch.chdir(folder)
    return folder


def new(*words: str, language: str = "en") -> Result:
    from uruk.cli.main import app

    return CliRunner().invoke(app, ["new", "service", *words, "--language", language])


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", COUNTRIES)
def test_a_new_service_passes_the_check_in_every_institution_that_can_have_one(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / name
    shutil.copytree(COUNTRIES[name], folder)
    before = len(check_country(folder, KINDS))
    monkeypatch.chdir(folder)
    able = [one.code for one in survey_country(folder).institutions.values() if len(one.roles) > 1]
    assert able
    for institution in able:
        assert new(institution, "well-permit").exit_code == 0
        assert {path.name for path in (folder / f"institutions/{institution}/services/well-permit").iterdir()} == FILES
    assert before == 0 and check_country(folder, KINDS) == []
    assert len(load_country(folder, KINDS).of_kind("service")) >= len(able)
    assert (folder / "laws.yaml").read_text(encoding="utf-8").count("well-permit: {source: unknown") == 1


def test_it_is_made_from_anywhere_in_the_country_and_says_what_was_made(
    country: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(country)
    monkeypatch.chdir(country / "institutions" / "town")
    said = new("town", "hall")
    assert said.output.splitlines()[-1] == error_sentence("cli.service_made", "en", {})
    after = contents(country)
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed == set(said.output.splitlines()[:-1]) and len(changed) == len(FILES) + 1
    assert {name for name in changed if name in before} == {"laws.yaml"}
    assert all(line in after["laws.yaml"].splitlines() for line in before["laws.yaml"].splitlines())


def test_a_law_that_the_country_has_under_the_name_is_cited_and_no_law_is_added(country: Path) -> None:
    assert new("town", "markets").exit_code == 0
    service = (country / "institutions/town/services/markets/service.yaml").read_text(encoding="utf-8")
    assert "law: markets/1" in service and contents(country)["laws.yaml"] == contents(MINIMAL)["laws.yaml"]


def test_a_country_without_laws_gets_its_first(country: Path) -> None:
    (country / "laws.yaml").unlink()
    shutil.rmtree(country / "institutions/town/services")
    shutil.rmtree(country / "demo")
    assert new("town", "hall").exit_code == 0
    assert not [one for one in check_country(country, KINDS) if one.file == "laws.yaml" or "/hall/" in one.file]


def without_roles(country: Path) -> None:
    path = country / "institutions/town/institution.yaml"
    path.write_text("uruk: institution/1\nroles: {writer: {}}\ntexts:\n  name: {ar: ب, ckb: ش}\n", encoding="utf-8")


def with_broken_laws(country: Path) -> None:
    (country / "laws.yaml").write_text("uruk: laws/1\nlaws: {\n", encoding="utf-8")


def outside(country: Path) -> None:
    (country / "country.yaml").unlink()


def as_it_is(country: Path) -> None:
    """Nothing is changed."""


@pytest.mark.parametrize(
    ("change", "typed", "code"),
    [
        (outside, ("town", "hall"), "cli.not_in_a_country"),
        (as_it_is, ("village", "hall"), "cli.institution_unknown"),
        (as_it_is, ("town", "Town Hall"), "cli.code_unfit"),
        (as_it_is, ("town", "../hall"), "cli.code_unfit"),
        (as_it_is, ("town", "stall"), "cli.service_there"),
        (without_roles, ("town", "hall"), "cli.roles_too_few"),
        (with_broken_laws, ("town", "hall"), "cli.laws_not_extended"),
    ],
)
def test_what_cannot_be_made_is_said_in_three_languages_and_nothing_is_written(
    country: Path, change: Callable[[Path], None], typed: tuple[str, str], code: str
) -> None:
    change(country)
    before = contents(country)
    for language in ("ar", "ckb", "en"):
        said = new(*typed, language=language)
        assert said.exit_code == 1 and f"({code})" in said.output
        assert error_sentence(code, language, {}).partition("\u2068")[0] in said.output
    assert contents(country) == before
