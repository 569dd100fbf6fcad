"""The store of evidence: what was written is found, what a disk refuses counts for nothing, a failed sync ends it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from uruk.exchange.api import EvidenceStore, Record, statements
from uruk.kernel.api import CodedError

UNTIL = 1_830_000_000


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EvidenceStore]:
    found = opened(tmp_path)
    yield found
    found.close()


def opened(folder: Path) -> EvidenceStore:
    return EvidenceStore(folder / "evidence", folder / "spool")


def record(body: bytes = b"body") -> Record:
    return Record(statements.new_request(), statements.SENT, UNTIL, b"GET\r\n/r1\r\n", body, institution="interior")


def test_a_record_is_found_at_once_after_a_flush_and_after_a_start(tmp_path: Path) -> None:
    kept, store = record(), opened(tmp_path)
    store.write([record(), kept])
    assert store.find(kept.request, statements.SENT) == kept
    store.flush()
    assert store.find(kept.request, statements.SENT) == kept
    store.close()
    again = opened(tmp_path)
    assert again.find(kept.request, statements.SENT) == kept
    assert again.find(kept.request, statements.ANSWERED) is None
    again.close()


def test_nothing_of_a_record_is_readable_on_the_disk(store: EvidenceStore, tmp_path: Path) -> None:
    store.write([record(b"199001011234 is a number")])
    store.sync()
    files = [path for path in (tmp_path / "evidence").rglob("*") if path.is_file()]
    assert files
    assert [path for path in files if b"199001011234" in path.read_bytes()] == []


def test_a_disk_that_refuses_a_batch_is_told(store: EvidenceStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store, "_write_frame", full)
    with pytest.raises(CodedError) as refused:
        store.write([record()])
    assert refused.value.code == "exchange.evidence_full"


def test_after_a_failed_sync_nothing_more_is_taken(store: EvidenceStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def failed(_: int) -> None:
        raise OSError(5, "Input/output error")

    store.write([record()])
    with monkeypatch.context() as broken:
        broken.setattr(os, "fdatasync", failed)
        with pytest.raises(CodedError) as refused:
            store.sync()
    assert refused.value.code == "exchange.evidence_stopped"
    with pytest.raises(CodedError) as stopped:
        store.write([record()])
    assert stopped.value.code == "exchange.evidence_stopped"
