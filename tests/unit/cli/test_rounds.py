"""`uruk round verify`: a round is computed again, or an applicant's place in it, and what was changed is refused."""

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from tests.unit.services.conftest import _nothing_remembered
from tests.unit.services.rounds.conftest import Hall, hall
from tests.unit.services.rounds.test_publishing import POINTS, decided, published
from uruk.acts.api import publish_directory
from uruk.kernel.api import rfc3339
from uruk.services.api import act, round_place
from uruk.services.models import Round

__all__ = ["_nothing_remembered", "decided", "hall"]
pytestmark = [pytest.mark.database, pytest.mark.usefixtures("served")]
DOCS = Path(__file__).resolve().parents[3] / "docs"


@pytest.fixture
def files(decided: Hall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What anybody has fetched: the keys, the round, the places that were passed on."""
    publish_directory()
    monkeypatch.chdir(tmp_path)
    public, row = Path(decided.settings.data, "public"), Round.objects.get()
    (tmp_path / "keys.json").write_bytes((public / "keys.json").read_bytes())
    for end in (".jsonl", ".passed.jsonl"):
        data = (public / "rounds" / "interior" / "course" / f"{row.pk}{end}").read_bytes()
        (tmp_path / f"round{end}").write_bytes(data)
    return tmp_path


def verify(run: Callable[..., Result], decided: Hall, what: str, *words: str) -> Result:
    return run("round", "verify", what, "--keys", "keys.json", "--at", rfc3339(decided.clock.now()), *words)


def test_a_round_comes_out_as_published(files: Path, decided: Hall, run: Callable[..., Result]) -> None:
    told = verify(run, decided, "round.jsonl", "--language", "en")
    assert told.exit_code == 0, told.output
    assert "The round C1 of interior/course was computed again and comes out as published." in told.stdout
    assert "6 applications, 2 places: 2 have one, 2 wait, 2 have none." in told.stdout
    assert "Two persons closed it." in told.stdout
    facts = json.loads(verify(run, decided, "round.jsonl", "--json").stdout)
    assert (facts["exit"], facts["entries"], facts["placed"], facts["two_persons"]) == (0, 6, 2, True)


def test_what_was_changed_is_refused_with_the_reason(files: Path, decided: Hall, run: Callable[..., Result]) -> None:
    lines = published(decided)
    (files / "changed.jsonl").write_bytes(b"\n".join([lines[0], lines[2], lines[1], *lines[3:]]) + b"\n")
    told = verify(run, decided, "changed.jsonl", "--language", "en")
    assert told.exit_code == 1
    assert "(services.round_rows)" in told.stdout
    assert json.loads(verify(run, decided, "changed.jsonl", "--json").stdout)["code"] == "services.round_rows"
    (files / "nothing.jsonl").write_bytes(b"")
    assert verify(run, decided, "nothing.jsonl").exit_code == 1


def test_what_cannot_be_read_is_said(files: Path, decided: Hall, run: Callable[..., Result]) -> None:
    for what in ("missing.jsonl", "http://127.0.0.1:9/round.jsonl"):
        told = verify(run, decided, what, "--language", "en")
        assert (told.exit_code, "(cli.round_unreadable)" in told.output) == (2, True)


def test_an_applicant_checks_their_own_place(files: Path, decided: Hall, run: Callable[..., Result]) -> None:
    (best,) = (case for case, points in zip(decided.cases, POINTS, strict=True) if points == 90)
    (files / "place.json").write_bytes(round_place(decided.citizen.actor, best))
    told = verify(run, decided, "place.json", "--language", "en")
    assert told.exit_code == 0, told.output
    assert "Rank 1 of 6 in the round C1 of interior/course: has a place." in told.stdout
    assert json.loads(verify(run, decided, "place.json", "--json").stdout)["rank"] == 1


def test_places_that_went_on_are_told(files: Path, decided: Hall, run: Callable[..., Result]) -> None:
    (best,) = (case for case, points in zip(decided.cases, POINTS, strict=True) if points == 90)
    act(decided.citizen.actor, best, decided.standing(best).seq, "withdraw")
    decided.run()
    (files / "round.passed.jsonl").write_bytes(b"\n".join(published(decided, passed=True)) + b"\n")
    told = verify(run, decided, "round.jsonl", "--language", "ar")
    assert "انتقل مقعد المرتبة" in told.stdout
    assert json.loads(verify(run, decided, "round.jsonl", "--json").stdout)["passed"] == [[1, 2]]


def test_the_commands_of_the_page_do_what_it_says(files: Path, decided: Hall, run: Callable[..., Result]) -> None:
    (best,) = (case for case, points in zip(decided.cases, POINTS, strict=True) if points == 90)
    (files / "place.json").write_bytes(round_place(decided.citizen.actor, best))
    typed = re.findall(
        r"^    uruk (round verify .*)$", (DOCS / "verifying.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert len(typed) == 2
    for words in typed:
        told = run(*shlex.split(words), "--at", rfc3339(decided.clock.now()))
        assert told.exit_code == 0, f"{words}: {told.output}"
