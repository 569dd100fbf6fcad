"""`uruk check FOLDER`: all that is wrong in one run, each with file, line, column, code and a sentence."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.broken.test_broken import check_damaged, expected
from uruk.cli.checking import counted

ROOT = Path(__file__).resolve().parents[3]
MANY = ROOT / "tests" / "broken" / "many-at-once.diff"
MINIMAL = ROOT / "tests" / "countries" / "minimal"


def check(*words: object) -> Result:
    from uruk.cli.main import app

    return CliRunner().invoke(app, ["check", *map(str, words)])


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    """A country with many damages at once."""
    check_damaged(MANY, tmp_path)
    (country,) = (path.parent for path in tmp_path.rglob("country.yaml"))
    return country


@pytest.mark.parametrize("given", ["nowhere", "country.yaml"])
def test_a_folder_that_is_none_is_said_once_and_not_searched(given: str) -> None:
    told = check(MINIMAL / given)
    assert (told.exit_code, told.stdout, "cli.folder_missing" in told.stderr) == (1, "", True)


def test_without_a_folder_it_is_the_country_where_one_is(damaged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(damaged / "institutions")
    assert check().stdout == check(damaged).stdout != ""


def test_all_that_is_wrong_is_told_in_one_run(damaged: Path) -> None:
    told = check(damaged, "--language", "en")
    found = [line for line in told.stdout.splitlines() if not line.startswith(" ")]
    places = [f"{line.split(' ')[0].rpartition(':')[0]} {line.split(' ')[1]}" for line in found[:-1]]
    assert places == expected(MANY)
    assert found[-1] == f"{len(expected(MANY))} findings"
    assert told.exit_code == 1


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_each_finding_has_a_sentence_in_the_readers_language(damaged: Path, language: str) -> None:
    told = check(damaged, "--language", language, "--json")
    found = [json.loads(line) for line in told.stdout.splitlines()]
    assert len(found) == len(expected(MANY))
    other = "en" if language != "en" else "ar"
    sentences = [
        json.loads(line)["sentence"] for line in check(damaged, "--language", other, "--json").stdout.splitlines()
    ]
    assert all(each["sentence"] not in sentences for each in found)


def test_nothing_wrong_is_exit_code_0() -> None:
    told = check(MINIMAL)
    assert (told.exit_code, told.stdout) == (0, "0 findings\n")


@pytest.mark.parametrize(
    ("count", "ar", "ckb", "en"),
    [
        (0, "لا ملاحظات", "هیچ تێبینییەک نییە", "0 findings"),
        (1, "ملاحظة واحدة", "یەک تێبینی", "1 finding"),
        (2, "ملاحظتان", "دوو تێبینی", "2 findings"),
        (3, "٣ ملاحظات", "٣ تێبینی", "3 findings"),
        (11, "١١ ملاحظة", "١١ تێبینی", "11 findings"),
        (103, "١٠٣ ملاحظات", "١٠٣ تێبینی", "103 findings"),
    ],
)
def test_findings_are_counted_in_the_readers_language(count: int, ar: str, ckb: str, en: str) -> None:
    assert (counted(count, "ar"), counted(count, "ckb"), counted(count, "en")) == (ar, ckb, en)


def test_what_waits_for_somebody_who_grew_up_with_its_language_is_listed(tmp_path: Path) -> None:
    shutil.copytree(MINIMAL, tmp_path / "country")
    catalogue = tmp_path / "country" / "catalogues" / "wares.yaml"
    catalogue.write_text(
        "uruk: catalogue/1\ntitle: {ar: بضائع, ckb: کاڵا}\ncodes:\n"
        "  cloth: {ar: قماش, ckb: قوماش, native_check: [ckb]}\n",
        encoding="utf-8",
    )
    letter = tmp_path / "country" / "texts.ckb.yaml"
    letter.write_text("uruk: texts/1\nnative_check: needed\ntitle: نامە\n", encoding="utf-8")
    told = check("--unread", tmp_path / "country")
    lines = told.stdout.splitlines()
    assert "catalogues/wares.yaml:4:33 ckb codes.cloth" in lines
    assert "texts.ckb.yaml:2:1 ckb" in lines
    assert told.exit_code == 0
    first = json.loads(check("--unread", "--json", tmp_path / "country").stdout.splitlines()[0])
    assert first == {
        "file": "catalogues/wares.yaml",
        "line": 4,
        "column": 33,
        "path": "codes.cloth",
        "languages": ["ckb"],
    }
