"""`uruk system` and `uruk agreement`: what an operator types to connect a system, and to have an agreement decided."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from tests.fixtures import make_institution
from tests.kinds import KINDS
from tests.unit.exchange.kinds.test_kinds import FILES
from uruk.definitions.api import load_country
from uruk.exchange.api import read_snapshot
from uruk.kernel.api import Actor, Settings
from uruk.publishing.api import publish_country, write_snapshot

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def country(transactional_db: None, served: None, tmp_path: Path) -> None:
    """A holder on this node."""
    make_institution("holder")
    for name, text in FILES.items():
        path = tmp_path / "country" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    publish_country(Actor.system(None), load_country(tmp_path / "country", KINDS))
    write_snapshot()


def lines(result: Result) -> list[dict[str, Any]]:
    """What was printed as JSON."""
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.output.splitlines()]


def test_a_system_is_connected_admitted_listed_and_dismissed(run: Run, node: Settings, tmp_path: Path) -> None:
    assert run("system", "connect", "holder/people", "--url", "http://127.0.0.1:9000").exit_code == 0
    [admitted] = lines(run("system", "admit", "holder/people", "--new", tmp_path / "people", "--json"))
    assert (tmp_path / "people" / "key.pem").stat().st_mode & 0o077 == 0
    [listed] = lines(run("system", "list", "--json"))
    assert (listed["url"], listed["certificates"]) == ("http://127.0.0.1:9000", [admitted["what"]])
    assert admitted["what"] in run("system", "list").output
    assert run("system", "dismiss", "holder/people", admitted["what"]).exit_code == 0
    assert read_snapshot(node.data / "gateway").members[0].systems[0].certificates == ()


def test_a_certificate_that_lies_there_is_admitted_too(run: Run, tmp_path: Path) -> None:
    run("system", "admit", "holder/people", "--new", tmp_path / "people")
    again = run("system", "admit", "holder/people", "--certificate", tmp_path / "people" / "cert.pem")
    assert again.exit_code == 1 and "publishing.certificate_taken" in again.output
    lost = run("system", "admit", "holder/people", "--certificate", tmp_path / "nowhere.pem")
    assert "exchange.certificate_malformed" in lost.output


@pytest.mark.parametrize(
    "words",
    [
        ("system", "connect", "holder"),
        ("system", "connect", "holder/nothing"),
        ("agreement", "propose", "holder", "--institution", "holder"),
        ("agreement", "end", "not-a-digest", "--institution", "holder"),
    ],
)
def test_what_is_not_there_has_its_sentence_and_exit_code(run: Run, words: tuple[str, ...]) -> None:
    found = run(*words)
    assert found.exit_code == 1 and "publishing." in found.output


def test_words_that_cannot_be_are_refused_as_typed(run: Run) -> None:
    assert run("system", "connect", "holder/people", "--protection", "hope").exit_code == 2
    assert run("system", "admit", "holder/people").exit_code == 2


def test_an_agreement_is_proposed_once_and_listed_when_it_is_approved(run: Run) -> None:
    propose = ("agreement", "propose", "holder/asker", "--institution", "holder", "--json")
    first, second = lines(run(*propose)), lines(run(*propose))
    assert first == second and first[0]["title"] == "A purpose"
    assert run("agreement", "list").output == ""
