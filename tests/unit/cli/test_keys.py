"""Keys at the terminal: carried away, renewed, declared lost; and what every way of verifying then says."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from tests.unit.acts.test_gateway_logs import gateway_writer, said
from tests.unit.documents.conftest import Office
from uruk.acts import renewal
from uruk.acts.api import run_due_jobs, timestamp_checkpoints
from uruk.documents.api import check_number, check_pdf, check_qr, pdf, receipt
from uruk.documents.models import Document
from uruk.documents.reading import qr_code
from uruk.kernel.api import Actor, FixedClock, Settings, error_sentence, rfc3339
from uruk.trust.api import Directory

Run = Callable[..., Result]
pytestmark = pytest.mark.usefixtures("served")


def keys_of(folder: Path) -> Directory:
    return Directory.parse((folder / "keys.json").read_bytes())


@pytest.fixture
def judged(run: Run, tmp_path: Path, clock: FixedClock) -> Callable[[bytes | str], tuple[int, dict[str, Any]]]:
    """What `uruk verify` says of a file or a code, with the keys that the node exports at that moment."""

    def verify(what: bytes | str) -> tuple[int, dict[str, Any]]:
        assert run("keys", "export", "--out", tmp_path / "out").exit_code == 0
        given: object = what
        if isinstance(what, bytes):
            given = tmp_path / "given"
            Path(str(given)).write_bytes(what)
        told = run("verify", given, "--keys", tmp_path / "out" / "keys.json", "--at", rfc3339(clock.now()), "--json")
        return told.exit_code, json.loads(told.stdout)

    return verify


def test_what_is_exported_suffices_to_verify(office: Office, judged: Callable[..., Any]) -> None:
    document = office.issue()
    exit_code, verdict = judged(pdf(office.head.actor, document.id))
    assert (exit_code, verdict["code"]) == (0, "trust.pdf_issued")


def test_an_export_before_anything_was_published_says_so(run: Run, tmp_path: Path) -> None:
    told = run("keys", "export", "--out", tmp_path / "out")
    assert told.exit_code == 1 and "cli.keys_missing" in told.stderr


def test_a_data_folder_that_is_not_there_is_named(run: Run, tmp_path: Path) -> None:
    told = run("keys", "export", "--out", tmp_path / "out", "--data", tmp_path / "nowhere")
    assert told.exit_code == 1 and "cli.data_missing" in told.stderr and "nowhere" in told.stderr


def test_an_export_writes_nothing_but_keys_and_status_lists(office: Office, run: Run, tmp_path: Path) -> None:
    told = run("keys", "export", "--out", tmp_path / "out", "--json")
    facts = json.loads(told.stdout)
    files = sorted(path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.*"))
    assert files == ["keys.json"] and (tmp_path / "out" / "status" / "interior" / "2026").is_file()
    assert (facts["version"], facts["files"]) == (keys_of(tmp_path / "out").version, 2)


def test_a_renewal_says_that_the_node_did_it_and_not_two_persons(office: Office, run: Run) -> None:
    told = run("keys", "renew", "interior", "seal")
    assert told.exit_code == 0
    assert told.stdout.splitlines() == [
        "interior/seal/1 → interior/seal/2",
        error_sentence("cli.by_the_node", "en", {}),
        error_sentence("cli.keys_to_carry", "en", {}),
    ]
    assert "by the node, not by two persons" in told.stdout


def test_a_receipt_says_whether_two_persons_stand_behind_it(office: Office, run: Run, tmp_path: Path) -> None:
    document = office.issue()
    node_alone = json.loads(run("keys", "renew", "interior", "log", "--json").stdout)["receipt"]
    run("keys", "export", "--out", tmp_path / "out")
    said = {}
    for code, text in (
        ("cli.by_two_persons", receipt(office.head.actor, document.id).to_json()),
        ("cli.by_the_node", node_alone),
    ):
        (tmp_path / "receipt").write_text(text)
        keys = tmp_path / "out" / "keys.json"
        said[code] = run("verify", tmp_path / "receipt", "--keys", keys, "--at", "2026-11-24T00:00:00Z").stdout
    assert all(error_sentence(code, "en", {}) in told for code, told in said.items())


def test_the_renewed_key_is_public_at_once_and_the_old_documents_stand(
    office: Office, run: Run, judged: Callable[..., Any], tmp_path: Path, node: Settings
) -> None:
    before = office.issue()
    assert run("keys", "renew", "interior", "seal", "--json").exit_code == 0
    after = office.issue()
    for document in (before, after):
        assert judged(pdf(office.head.actor, document.id))[0] == 0
    first, second = keys_of(node.data / "public").institution("interior").seals
    assert first.retired_at == second.start


def test_a_renewal_of_a_key_of_nobody_is_refused(office: Office, run: Run) -> None:
    told = run("keys", "renew", "elsewhere", "seal")
    assert told.exit_code == 1 and "acts.institution_unknown" in told.stderr


def test_a_lost_key_is_shown_by_every_way_of_verifying(
    office: Office, run: Run, judged: Callable[..., Any], clock: FixedClock
) -> None:
    actor = office.head.actor
    document = office.issue()
    untimed = pdf(actor, document.id)
    run_due_jobs()
    timed = pdf(actor, document.id)
    code = qr_code(Document.objects.get(pk=document.id)).url
    assert timed != untimed
    lost_since = clock.now() + timedelta(hours=2)
    clock.advance(timedelta(days=1))
    lose(run, "seal", lost_since)
    run_due_jobs()
    assert judged(code)[1]["code"] == "trust.seal_compromised"
    assert judged(untimed)[1]["code"] == "trust.seal_compromised"
    exit_code, verdict = judged(timed)
    assert (exit_code, verdict["code"], verdict["grade"]) == (0, "trust.pdf_issued", "timestamped")
    assert check_pdf(untimed, "web").verdict.code == "trust.seal_compromised"
    assert check_qr(code, "web").verdict.code == "trust.seal_compromised"
    assert check_number(document.number, document.check_code, "web").verdict.code == "trust.seal_compromised"


def test_here_a_number_is_proved_by_the_timestamp_of_the_log(
    office: Office, run: Run, clock: FixedClock, log: Any
) -> None:
    document = office.issue()
    code = qr_code(Document.objects.get(pk=document.id)).url
    log.settle()
    timestamp_checkpoints()
    lost_since = clock.now() + timedelta(hours=2)
    clock.advance(timedelta(days=1))
    lose(run, "seal", lost_since)
    for found in (check_number(document.number, document.check_code, "web"), check_qr(code, "web")):
        assert (found.verdict.exit, found.verdict.grade) == (0, "timestamped")
    lose(run, "log", lost_since - timedelta(days=1))
    assert check_number(document.number, document.check_code, "web").verdict.code == "trust.seal_compromised"


def test_a_timestamp_after_the_loss_saves_nothing(
    office: Office, run: Run, judged: Callable[..., Any], clock: FixedClock
) -> None:
    document = office.issue()
    clock.advance(timedelta(hours=3))
    run_due_jobs()
    timed = pdf(office.head.actor, document.id)
    lose(run, "seal", clock.now() - timedelta(hours=1))
    exit_code, verdict = judged(timed)
    assert (exit_code, verdict["code"]) == (1, "trust.seal_compromised")


def test_a_lost_log_key_spoils_receipts_without_an_earlier_timestamp(
    office: Office, run: Run, judged: Callable[..., Any], clock: FixedClock, log: Any
) -> None:
    first = office.issue()
    log.settle()
    timestamp_checkpoints()
    lost_since = clock.now() + timedelta(hours=1)
    clock.advance(timedelta(days=1))
    second = office.issue()
    lose(run, "log", lost_since)
    assert judged(receipt(office.head.actor, first.id).to_json().encode())[1]["grade"] == "timestamped"
    exit_code, verdict = judged(receipt(office.head.actor, second.id).to_json().encode())
    assert (exit_code, verdict["code"]) == (1, "trust.log_compromised")


def test_a_moment_that_is_none_is_refused(office: Office, run: Run) -> None:
    told = run("keys", "compromised", "interior", "seal", "--since", "yesterday")
    assert told.exit_code == 1 and "kernel.time_invalid" in told.stderr


def lose(run: Run, use: str, since: datetime) -> None:
    told = run("keys", "compromised", "interior", use, "--since", rfc3339(since))
    assert told.exit_code == 0, told.stderr


def test_an_identity_key_is_renewed_and_all_that_it_delegated_stands(
    office: Office, run: Run, judged: Callable[..., Any], node: Settings
) -> None:
    document = office.issue()
    before = keys_of(node.data / "public").institution("interior").identity
    told = json.loads(run("keys", "renew", "interior", "identity", "--json").stdout)
    assert (told["retired"], told["key"], told["waits"]) == ("interior/identity/1", "interior/identity/2", None)
    assert keys_of(node.data / "public").institution("interior").identity != before
    assert judged(pdf(office.head.actor, document.id))[0] == 0


def test_a_member_is_told_that_two_persons_of_the_authority_approve_its_identity_key(
    office: Office, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from uruk.acts.api import announce_identity
    from uruk.publishing import api

    change = announce_identity(Actor.system("interior"), "interior")
    monkeypatch.setattr(api, "renew_identity", lambda code: api.IdentityChange(change, waits=True))
    told = run("keys", "renew", "interior", "identity", "--language", "en")
    assert error_sentence("cli.identity_waits", "en", {}) in told.stdout and "two persons" in told.stdout
    assert json.loads(run("keys", "renew", "interior", "identity", "--json").stdout)["waits"] == "approval"


def test_an_identity_key_is_not_declared_lost_but_renewed(office: Office, run: Run) -> None:
    told = run("keys", "compromised", "interior", "identity", "--since", "2026-11-20T08:00:00Z")
    assert told.exit_code == 2 and "identity" in told.stderr


def test_a_gateways_log_gets_its_next_key_by_the_same_command(
    office: Office, run: Run, clock: FixedClock, node: Settings
) -> None:
    with gateway_writer(clock) as writer:
        said(writer, "interior", clock)
        writer.settle()
        told = json.loads(run("keys", "renew", "interior", "gateway", "--json").stdout)
        assert (told["retired"], told["key"]) == ("interior/gateway/1", "interior/gateway/2")
        assert told["takes_over_at"] is None, "a node that is alone has nobody to wait for"
        lost = json.loads(
            run("keys", "compromised", "interior", "gateway", "--since", "2026-11-01T00:00:00Z", "--json").stdout
        )
        assert lost["key"] == "interior/gateway/3"


def test_a_next_key_that_is_announced_says_when_it_signs(
    office: Office, run: Run, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renewal, "has_peers", lambda: True)
    told = run("keys", "renew", "interior", "log").stdout.splitlines()
    at = rfc3339(clock.now() + timedelta(hours=24))
    assert told[:2] == ["interior/log/1 → interior/log/2", error_sentence("cli.key_takes_over", "en", {"at": at})]
