"""What the doctor says of witnesses, and what is carried away to verify a witnessed receipt elsewhere."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from tests.flows.exchange.country import Country
from tests.unit.acts.test_witnessing import Joined, act, joined
from tests.unit.exchange.witness.test_cosigner import submit
from uruk.acts.api import witness_checkpoints, witness_key
from uruk.cli import examination_of_tables as tables
from uruk.cli.examination import Patient
from uruk.exchange.api import DirectoryStore
from uruk.kernel.api import FixedClock, Settings, error_sentence

__all__ = ["joined"]  # the fixture


@pytest.fixture
def examine(node: Settings, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> Callable[[], dict[str, str]]:
    def examined() -> dict[str, str]:
        found = tables.examine_witnesses(Patient(node, {}, clock.now()))
        return {finding.code: finding.state for finding in found}

    return examined


@pytest.fixture(autouse=True)
def _same_directory(joined: Joined, node: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "country_directory", joined.current)
    nodes = joined.current().nodes
    own = replace(nodes[node.node], witness_key=witness_key())
    joined.others.directory = replace(joined.others.directory, nodes={**nodes, node.node: own})


def test_a_witness_that_began_anew_needs_two_persons(
    joined: Joined, node: Settings, examine: Callable[[], dict[str, str]]
) -> None:
    nodes = joined.current().nodes
    before = replace(nodes[node.node], witness_key=nodes["water-node"].witness_key)
    joined.others.directory = replace(joined.others.directory, nodes={**nodes, node.node: before})
    assert examine()["cli.witness_key_changed"] == "person"


def test_all_is_well_when_others_saw_everything(
    institution: str, log: Any, joined: Joined, examine: Callable[[], dict[str, str]]
) -> None:
    act(institution)
    log.settle()
    joined.follow()
    witness_checkpoints()
    assert examine() == {"cli.witness_well": "well"}


def test_ten_minutes_without_a_witness_need_a_person_and_a_day_says_what_is_refused(
    institution: str, log: Any, joined: Joined, clock: FixedClock, examine: Callable[[], dict[str, str]]
) -> None:
    joined.away = True
    act(institution)
    log.settle()
    joined.follow()
    witness_checkpoints()
    assert examine() == {"cli.witness_well": "well"}
    clock.advance(timedelta(minutes=10))
    assert examine() == {"cli.witness_late": "person"}
    clock.advance(timedelta(days=1))
    assert examine() == {"cli.witness_refused": "person"}


def test_a_node_without_witnesses_is_told(joined: Joined, examine: Callable[[], dict[str, str]]) -> None:
    joined.others.change("water", witness_key="")
    joined.others.change("centre", witness_key="")
    assert examine()["cli.witnesses_none"] == "note"


def test_a_log_that_came_back_from_a_copy_needs_a_person(
    institution: str, log: Any, joined: Joined, monkeypatch: pytest.MonkeyPatch, examine: Callable[[], dict[str, str]]
) -> None:
    act(institution)
    log.settle()
    joined.follow()
    monkeypatch.setattr(joined, "post", lambda url, body: (409, b"7\n"))
    witness_checkpoints()
    assert examine()["cli.witness_behind"] == "person"


def test_a_log_of_two_histories_is_told(joined: Joined, node: Settings, examine: Callable[[], dict[str, str]]) -> None:
    water = joined.others.nodes["water"]
    joined.others.directory = replace(joined.others.directory, instance="iq")
    water.write(3)
    submit(joined.others, "water")
    shutil.rmtree(water.data)
    water.write(3, first=100)
    submit(joined.others, "water", old=3, proof=[])
    shutil.copytree(joined.others.nodes["centre"].witness / "forks", node.data / "witness" / "forks")
    assert examine()["cli.two_histories"] == "note"


def test_the_directory_is_carried_away_with_the_keys(
    office: Any, run: Callable[..., Result], tmp_path: Path, node: Settings
) -> None:
    country = Country(tmp_path / "country", {"north": ("interior",), "hub": ("authority",)})
    country.publish()
    shutil.copytree(country.nodes["north"].folder / "directory", node.data / "directory")
    assert run("keys", "export", "--out", tmp_path / "out").exit_code == 0
    carried, held = DirectoryStore(tmp_path / "out" / "directory"), DirectoryStore(node.data / "directory")
    assert carried.current().digest == held.current().digest


def test_evidence_is_written_to_a_new_file_only(
    institution: str, node: Settings, run: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from contextlib import nullcontext

    from uruk.exchange import api as exchange
    from uruk.publishing import api as publishing

    monkeypatch.setattr(publishing, "message_sources", lambda ask_others: nullcontext(None))
    monkeypatch.setattr(exchange, "gather", lambda *_, bodies: exchange.Bundle(bytes(16), "xx", 1))
    told = [
        run("evidence", "01936b5e-7d3c-7000-8000-000000000000", "--out", tmp_path / "a.uruk", "--language", "en", *more)
        for more in (("--json",), ())
    ]
    assert told[0].exit_code == 0 and "a.uruk" in told[0].stdout
    assert told[1].exit_code == 1 and "cli.file_exists" in told[1].stderr
    path = tmp_path / "b.uruk"
    last = run("evidence", "01936b5e-7d3c-7000-8000-000000000000", "--out", path, "--language", "en")
    assert error_sentence("cli.evidence_written", "en", {"path": str(path), "count": 0}) in last.stdout
