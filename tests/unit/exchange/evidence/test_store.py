"""The store of evidence: what was sealed is found, what the journal gives again is kept once, each month by itself."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from uruk.exchange.api import EvidenceStore, Record, month_of, statements
from uruk.exchange.evidence import store as module
from uruk.exchange.evidence.months import MonthKeys
from uruk.kernel.api import CodedError

UNTIL = 1_830_000_000


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EvidenceStore]:
    found = opened(tmp_path)
    yield found
    found.close()


def opened(folder: Path) -> EvidenceStore:
    return EvidenceStore(folder / "evidence", folder / "spool")


def record(body: bytes = b"body", until: int = UNTIL) -> Record:
    return Record(statements.new_request(), statements.SENT, until, b"GET\r\n/r1\r\n", body, institution="interior")


def test_a_record_is_found_once_sealed_once_kept_and_after_a_start(tmp_path: Path) -> None:
    kept, store = record(), opened(tmp_path)
    sealed = store.seal([record(), kept])
    assert store.find(kept.request, statements.SENT) == kept
    store.keep([sealed])
    assert store.find(kept.request, statements.SENT) == kept
    store.flush()
    assert store.find(kept.request, statements.SENT) == kept
    store.close()
    again = opened(tmp_path)
    assert again.find(kept.request, statements.SENT) == kept
    assert again.find(kept.request, statements.ANSWERED) is None
    again.close()


def test_what_the_journal_holds_is_kept_once_however_often_it_is_given(tmp_path: Path) -> None:
    first, second, store = record(), record(), opened(tmp_path)
    sealed = [store.seal([first]), store.seal([second])]
    store.close()  # before anything was kept: a crash, after which the journal gives all of it again
    again = opened(tmp_path)
    again.keep(sealed)
    again.keep(sealed)
    assert [one for _, one in again.after(0)] == [first, second]
    assert again.number == 2
    again.close()


def test_of_two_months_each_is_made_good_by_itself(tmp_path: Path) -> None:
    early, late, store = record(), record(until=UNTIL + 90 * 86_400), opened(tmp_path)
    sealed = store.seal([early, late])
    store.keep([sealed])
    store.close()
    lost = next((tmp_path / "evidence" / month_of(late.keep_until)).glob("*.seg"))
    lost.write_bytes(lost.read_bytes()[:-1])  # never synced: a power cut tore it
    again = opened(tmp_path)
    again.keep([sealed])
    assert sorted(one.keep_until for _, one in again.after(0)) == [early.keep_until, late.keep_until]
    assert again.find(late.request, statements.SENT) == late
    again.close()


def test_nothing_of_a_month_that_was_forgotten_comes_back(tmp_path: Path) -> None:
    gone, store = record(), opened(tmp_path)
    sealed = store.seal([gone])
    store.keep([sealed])
    store.destroy(month_of(UNTIL))
    store.keep([sealed])
    assert store.find(gone.request, statements.SENT) is None
    assert not (tmp_path / "evidence" / month_of(UNTIL)).exists()
    store.close()


def test_nothing_of_a_record_is_readable_on_the_disk(store: EvidenceStore, tmp_path: Path) -> None:
    sealed = store.seal([record(b"199001011234 is a number")])
    store.keep([sealed])
    store.sync()
    files = [path for path in (tmp_path / "evidence").rglob("*") if path.is_file()]
    assert files
    assert b"199001011234" not in sealed
    assert [path for path in files if b"199001011234" in path.read_bytes()] == []


def test_a_disk_that_refuses_a_batch_gets_it_again(store: EvidenceStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(file: IO[bytes], data: bytes) -> None:
        file.write(data[:20])
        raise OSError(28, "No space left on device")

    kept = record()
    sealed = store.seal([kept])
    with monkeypatch.context() as disk:
        disk.setattr(module, "_write_all", full)
        with pytest.raises(OSError, match="No space"):
            store.keep([sealed])
    assert store.find(kept.request, statements.SENT) == kept
    store.keep([sealed])
    store.flush()
    assert [one for _, one in store.after(0)] == [kept]


def test_what_stands_before_a_batch_that_the_disk_refused_is_synced_with_what_comes_after(
    store: EvidenceStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(file: IO[bytes], data: bytes) -> None:
        file.write(data[:20])
        raise OSError(28, "No space left on device")

    synced: set[int] = set()
    monkeypatch.setattr(module.os, "fdatasync", lambda descriptor: synced.add(os.fstat(descriptor).st_ino))
    store.keep([store.seal([record()])])
    later = store.seal([record()])
    with monkeypatch.context() as disk:
        disk.setattr(module, "_write_all", full)
        with pytest.raises(OSError, match="No space"):
            store.keep([later])
    store.keep([later])
    store.sync()
    segments = list(store._folder.rglob("*.seg"))
    assert {path.stat().st_ino for path in segments} == synced
    assert len(segments) == 2


def test_what_the_index_lacks_of_its_newest_batch_is_made_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    early, late, store = record(), record(until=UNTIL + 90 * 86_400), opened(tmp_path)
    sealed = store.seal([early, late])
    write = module._write_all

    def full_for_the_second(file: IO[bytes], data: bytes) -> None:
        if "/" + month_of(late.keep_until) + "/" in str(Path(f"/proc/self/fd/{file.fileno()}").readlink()):
            raise OSError(28, "No space left on device")
        write(file, data)

    with monkeypatch.context() as disk:
        disk.setattr(module, "_write_all", full_for_the_second)
        with pytest.raises(OSError, match="No space"):
            store.keep([sealed])
    store.close()
    again = opened(tmp_path)
    again.keep([sealed])
    again._index._db.close()  # a kill: what waits for the index is lost
    for file, _ in again._files.values():
        file.close()
    last = opened(tmp_path)
    last.keep([sealed])
    assert [last.find(one.request, statements.SENT) for one in (early, late)] == [early, late]
    last.close()


def test_a_record_that_was_sealed_again_is_found_while_its_first_batch_goes(store: EvidenceStore) -> None:
    kept, other = record(), record()
    store.seal([kept])  # came to no disk: the batch was refused
    between = store.seal([other])
    store.seal([kept])
    store.keep([between])
    assert store.find(kept.request, statements.SENT) == kept


def test_a_months_key_lies_wrapped_under_the_gateways_evidence_key(tmp_path: Path) -> None:
    kept, store = record(), opened(tmp_path)
    store.keep([store.seal([kept])])
    store.close()
    (path,) = (tmp_path / "evidence").glob("*/key")
    assert len(path.read_bytes()) == 12 + 32 + 16
    month = MonthKeys(tmp_path / "evidence").key(path.parent.name)
    assert month not in path.read_bytes() and len(month) == 32
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(tmp_path / "evidence", elsewhere / "evidence")
    with pytest.raises(CodedError) as refused:  # the evidence alone, and other keys beside it
        EvidenceStore(elsewhere / "evidence", elsewhere / "spool")
    assert refused.value.code == "exchange.evidence_locked"
    shutil.copytree(tmp_path / "keys", elsewhere / "keys", dirs_exist_ok=True)
    shutil.copy(tmp_path / "passphrase", elsewhere / "passphrase")
    found = EvidenceStore(elsewhere / "evidence", elsewhere / "spool")
    assert found.find(kept.request, statements.SENT) == kept
    found.close()


def test_a_month_whose_key_was_destroyed_says_nothing_though_its_files_are_still_there(tmp_path: Path) -> None:
    kept, store = record(), opened(tmp_path)
    store.keep([store.seal([kept])])
    store.close()
    month = month_of(UNTIL)
    MonthKeys(tmp_path / "evidence").overwrite(month)  # and then the power fails
    MonthKeys(tmp_path / "evidence").overwrite("190001")
    again = opened(tmp_path)
    assert list(again.records_of(month)) == []
    again.destroy(month)
    assert not (tmp_path / "evidence" / month).exists()
    again.close()


def test_a_months_key_is_bound_to_its_month(tmp_path: Path) -> None:
    keys = MonthKeys(tmp_path / "evidence")
    (tmp_path / "evidence").mkdir()
    keys.key("202711")
    (tmp_path / "evidence" / "202712").mkdir()
    shutil.copy(tmp_path / "evidence" / "202711" / "key", tmp_path / "evidence" / "202712" / "key")
    with pytest.raises(CodedError, match=r"exchange.evidence_locked"):
        keys.key("202712")
