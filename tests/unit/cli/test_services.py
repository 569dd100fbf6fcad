"""`uruk service flow`: the drawing of a service, in a file or in the terminal."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

ROOT = Path(__file__).resolve().parents[3]
MINIMAL = ROOT / "tests" / "countries" / "minimal"


def flow(*words: object) -> Result:
    from uruk.cli.main import app

    return CliRunner().invoke(app, ["service", "flow", *map(str, words)])


@pytest.mark.parametrize(("language", "title"), [("ar", "بسطة في يوم السوق"), ("ckb", "دوکانێک لە ڕۆژی بازاڕدا")])
def test_a_flow_is_drawn_in_the_readers_language(language: str, title: str) -> None:
    told = flow("town/stall", "--folder", MINIMAL, "--language", language)
    assert told.exit_code == 0
    assert told.stdout.startswith("<svg")
    assert title in told.stdout


def test_a_flow_is_written_where_it_is_wanted(tmp_path: Path) -> None:
    out = tmp_path / "flow.svg"
    told = flow("town/stall", "--folder", MINIMAL, "--out", out, "--language", "en")
    assert (told.exit_code, told.stdout) == (0, f"{out}\n")
    assert out.read_text(encoding="utf-8").endswith("</svg>\n")


@pytest.mark.parametrize("service", ["town/stalls", "village/stall", "stall"])
def test_a_service_that_there_is_not_is_said(service: str) -> None:
    told = flow(service, "--folder", MINIMAL, "--language", "en")
    assert told.exit_code == 1
    assert "cli.service_unknown" in told.output
