"""`uruk verify`: a file, a code or a receipt, with keys.json and nothing else; no connection is ever opened."""

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tests.unit.documents.conftest import Office
from uruk.documents.api import pdf, publish_public_files, receipt, revoke
from uruk.documents.models import Document
from uruk.documents.reading import qr_code
from uruk.kernel.api import FixedClock, error_sentence, rfc3339

Verify = Callable[..., Result]
pytestmark = pytest.mark.usefixtures("served")
LATER = "2027-06-01T00:00:00Z"


@pytest.fixture
def verify(
    office: Office, run: Callable[..., Result], tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> Verify:
    """Verify in a place without a network, with the keys that the node published; bytes are given as a file."""

    def refuse(*_: Any) -> None:
        raise AssertionError("verifying asked the network")

    def verified(what: bytes | str, *words: str, at: str = "") -> Result:
        given: object = what
        if isinstance(what, bytes):
            given = tmp_path / "given"
            Path(str(given)).write_bytes(what)
        keys = office.settings.data / "public" / "keys.json"
        with monkeypatch.context() as offline:
            for name in ("connect", "connect_ex", "sendto"):
                offline.setattr(socket.socket, name, refuse)
            offline.setattr(socket, "getaddrinfo", refuse)
            return run("verify", given, "--keys", keys, "--at", at or rfc3339(clock.now()), *words)

    return verified


def code_of(document: Any) -> str:
    return qr_code(Document.objects.get(pk=document.id)).url


def test_a_genuine_file_and_code_are_exit_code_0(office: Office, verify: Verify) -> None:
    document = office.issue()
    for given in (pdf(office.head.actor, document.id), code_of(document), code_of(document).partition("#")[2]):
        told = verify(given)
        assert told.exit_code == 0, told.stdout
        assert "زينب" in told.stdout


def test_a_receipt_is_verified_too(office: Office, verify: Verify) -> None:
    document = office.issue()
    assert verify(receipt(office.head.actor, document.id).to_json().encode()).exit_code == 0


def test_altered_revoked_expired_and_untrusted_are_exit_code_1(office: Office, verify: Verify) -> None:
    document = office.issue()
    whole = pdf(office.head.actor, document.id)
    place = whole.index(b"stream", len(whole) // 3) + 20
    altered = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
    assert verify(altered).exit_code == 1
    code = code_of(document)
    assert verify(code[:-20] + ("B" if code[-20] == "A" else "A") + code[-19:]).exit_code == 1
    revoke(office.head.actor, document.id, "error", "")
    publish_public_files()
    for given in (whole, code_of(document)):
        told = verify(given)
        assert (told.exit_code, "trust.document_revoked" in told.stdout) == (1, True)


def test_what_cannot_be_told_is_exit_code_2(office: Office, verify: Verify, tmp_path: Path) -> None:
    """Lists that are too old, lists that are missing, a file of somebody else, no file at all."""
    document = office.issue()
    stale = verify(code_of(document), at=LATER)
    assert (stale.exit_code, "trust.status_stale" in stale.stdout) == (2, True)
    (tmp_path / "empty").mkdir()
    missing = verify(code_of(document), "--status", str(tmp_path / "empty"))
    assert (missing.exit_code, "trust.status_missing" in missing.stdout) == (2, True)
    assert verify(b"%PDF-1.7 nothing").exit_code == 2
    nowhere = verify("no such file.pdf")
    assert (nowhere.exit_code, "cli.neither_file_nor_code" in nowhere.stderr) == (2, True)


@pytest.mark.parametrize("content", [b"{}", b"hello", b"\xff\xfe"])
def test_a_file_that_is_no_keys_is_named(content: bytes, tmp_path: Path) -> None:
    from uruk.cli.main import app

    keys = tmp_path / "mine.json"
    keys.write_bytes(content)
    told = CliRunner().invoke(app, ["verify", "ABC", "--keys", str(keys), "--language", "en"])
    assert (told.exit_code, "mine.json is not a keys.json" in told.stderr) == (2, True)
    assert "cli.keys_unread" in told.stderr


def test_a_file_that_no_document_can_be_is_not_read(verify: Verify, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uruk.cli.verifying.MAX_INPUT_BYTES", 1 << 20)
    told = verify(b"%PDF-1.7" + bytes(1 << 20))
    assert (told.exit_code, "cli.file_too_large" in told.stderr) == (2, True)


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_the_verdict_is_told_in_the_readers_language(office: Office, verify: Verify, language: str) -> None:
    told = verify("https://documents.example/#MFRA", "--language", language)
    assert error_sentence("trust.qr_cut_short", language, {}) in told.stdout
    assert told.exit_code == 2
