"""Each damage is done to a copy of its country, and `uruk check` says exactly what the diff's first lines say."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.kinds import KINDS
from uruk.definitions.api import Finding, check_country

ROOT = Path(__file__).resolve().parents[2]
DAMAGES = sorted(Path(__file__).parent.glob("*.diff"))
ENOUGH = 25
COUNTRY = re.compile(r"^diff --git a/(countries/[a-z]+|tests/countries/[a-z]+)/", re.MULTILINE)


def expected(damage: Path) -> list[str]:
    """The first lines of a damage: `# file:line code`, one for each finding, sorted by file and line."""
    lines = damage.read_text(encoding="utf-8").splitlines()
    return [line[2:] for line in lines if line.startswith("# ")]


def check_damaged(damage: Path, folder: Path) -> list[Finding]:
    """What is found in a copy of the damaged country."""
    (country,) = set(COUNTRY.findall(damage.read_text(encoding="utf-8")))
    shutil.copytree(ROOT / country, folder / country)
    command = ["git", "-c", "core.autocrlf=false", "apply", "--whitespace=nowarn", str(damage)]
    subprocess.run(
        command, cwd=folder, check=True, env={"GIT_CEILING_DIRECTORIES": str(folder.parent), "PATH": "/usr/bin:/bin"}
    )
    return check_country(folder / country, KINDS)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda path: path.stem)
def test_a_damage_is_found_at_its_line_and_nothing_else_is(damage: Path, tmp_path: Path) -> None:
    findings = check_damaged(damage, tmp_path)
    assert [f"{one.file}:{one.line} {one.code}" for one in findings] == expected(damage)
    for finding in findings:
        sentences = [finding.sentence(lang) for lang in ("ar", "ckb", "en")]
        assert len(set(sentences)) == len(sentences)


def test_there_are_many_kinds_of_damage() -> None:
    codes = {line.rpartition(" ")[2] for damage in DAMAGES for line in expected(damage)}
    assert len(DAMAGES) >= ENOUGH
    assert len(codes) >= ENOUGH


def test_ten_damages_and_more_are_found_in_one_run(tmp_path: Path) -> None:
    together = Path(__file__).parent / "many-at-once.diff"
    assert len(expected(together)) >= 10
    assert len(check_damaged(together, tmp_path)) == len(expected(together))


def test_fifty_slips_of_services_are_found_and_twenty_of_them_in_one_run(tmp_path: Path) -> None:
    of_services = [damage for damage in DAMAGES if damage.stem.startswith("service-")]
    together = Path(__file__).parent / "service-many-at-once.diff"
    assert len(of_services) >= 50
    assert len(expected(together)) >= 20
    assert len(check_damaged(together, tmp_path)) == len(expected(together))


@pytest.mark.parametrize(
    "country", [*sorted((ROOT / "countries").iterdir()), ROOT / "tests/countries/minimal"], ids=lambda path: path.name
)
def test_nothing_is_wrong_with_a_country_of_ours(country: Path) -> None:
    assert [str(one) for one in check_country(country, KINDS)] == []
