"""`uruk verify` of a message's evidence, offline; and `uruk evidence` where there is none."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tests.unit.exchange.evidence.exchanged import Exchanged
from uruk.cli.main import app
from uruk.exchange.api import gather, write_bundle
from uruk.exchange.messages import statements as said
from uruk.kernel.api import Settings, error_sentence, rfc3339


@pytest.fixture(scope="module")
def exchanged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exchanged]:
    found = Exchanged(tmp_path_factory.mktemp("exchanged"))
    found.witness()
    yield found
    found.close()


@pytest.fixture
def bundle(exchanged: Exchanged, tmp_path: Path) -> Path:
    path = tmp_path / "message.uruk"
    sources = exchanged.sources("south", exchanged.improve("south"), ask=True)
    write_bundle(path, gather(exchanged.request, sources, bodies=True))
    return path


@pytest.fixture
def verify(exchanged: Exchanged) -> Callable[..., Result]:
    at = rfc3339(exchanged.country.now + timedelta(minutes=5))

    def verified(path: Path, *words: object) -> Result:
        given = ["verify", str(path), "--at", at, "--language", "en", *map(str, words)]
        return CliRunner().invoke(app, given)

    return verified


def test_the_evidence_is_proved_under_the_root_that_is_named(
    exchanged: Exchanged, bundle: Path, verify: Callable[..., Result]
) -> None:
    told = verify(bundle, "--root", exchanged.fingerprint)
    assert told.exit_code == 0, told.output
    receipt = exchanged.receipts["answer-sent"]
    values = {"origin": receipt.origin, "number": receipt.index, "witnesses": "2"}
    assert "answerer: answer sent: interior" in told.stdout
    assert error_sentence("cli.receipt_place", "en", values) in told.stdout
    assert error_sentence("cli.bundle_approved", "en", {"institutions": "agriculture, interior"}) in told.stdout


def test_the_root_may_be_a_file_or_that_of_a_directory(
    exchanged: Exchanged, bundle: Path, verify: Callable[..., Result]
) -> None:
    folder = exchanged.country.nodes["north"].folder / "directory"
    assert verify(bundle, "--root", folder / "root" / "1.json").exit_code == 0
    assert verify(bundle, "--directory", folder).exit_code == 0


def test_programs_read_one_object(exchanged: Exchanged, bundle: Path, verify: Callable[..., Result]) -> None:
    told: dict[str, Any] = json.loads(verify(bundle, "--root", exchanged.fingerprint, "--json").stdout)
    assert (told["exit"], told["consumer"], told["provider"]) == (0, "xx/GOV/agriculture", "xx/GOV/interior")
    assert told["receipts"]["answer-sent"]["grade"] == "witnessed"
    assert told["agreement_approved_by"] == ["agriculture", "interior"] and told["directory_versions"] == [1]


def test_without_a_root_the_fingerprint_is_told_to_compare(
    exchanged: Exchanged, bundle: Path, verify: Callable[..., Result]
) -> None:
    told = verify(bundle)
    assert told.exit_code == 2 and exchanged.fingerprint in told.stdout


def test_a_changed_file_is_refused(exchanged: Exchanged, bundle: Path, verify: Callable[..., Result]) -> None:
    bundle.write_bytes(bundle.read_bytes()[:-30])
    told = verify(bundle, "--root", exchanged.fingerprint)
    assert told.exit_code == 1 and "exchange.bundle_malformed" in told.stdout


def test_what_is_no_fingerprint_is_told(bundle: Path, verify: Callable[..., Result]) -> None:
    told = verify(bundle, "--root", "12")
    assert told.exit_code == 2 and "cli.fingerprint_malformed" in told.stderr


def test_forgotten_content_and_remarks_are_told(tmp_path: Path, verify: Callable[..., Result]) -> None:
    exchanged = Exchanged(tmp_path)
    exchanged.writers["south"].forget_many([said.act_of(exchanged.request, said.SENT)])
    exchanged.approvals = {}
    path = tmp_path / "message.uruk"
    write_bundle(path, gather(exchanged.request, exchanged.sources("south"), bodies=True))
    told = verify(path, "--root", exchanged.fingerprint)
    exchanged.close()
    assert told.exit_code == 0, told.output
    values = {"place": "asker: request sent", "time": rfc3339(exchanged.country.now)}
    assert error_sentence("cli.bundle_forgotten", "en", values) in told.stdout
    assert error_sentence("exchange.bundle_one_sided", "en", {}) in told.stdout


def test_for_anything_else_keys_json_must_be_named(tmp_path: Path) -> None:
    told = CliRunner().invoke(app, ["verify", "ABCDEF", "--language", "en"])
    assert told.exit_code == 2 and "cli.keys_unnamed" in told.stderr


def test_a_message_that_nobody_here_knows_has_no_evidence(
    institution: str, node: Settings, run: Callable[..., Result]
) -> None:
    for message in ("01936b5e-7d3c-7000-8000-000000000000", "nothing"):
        told = run("evidence", message, "--language", "en")
        assert told.exit_code == 1 and "exchange.evidence_missing" in told.stderr
