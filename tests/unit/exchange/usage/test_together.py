"""Threads of a process that note readings at once share a connection and a transaction."""

import os
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.unit.exchange.usage.test_index import READS, Reads
from uruk.exchange.api import UsageIndex
from uruk.exchange.usage.store import Store
from uruk.exchange.usage.together import Together, together
from uruk.kernel.api import CodedError, FixedClock

NOW = FixedClock(datetime(2026, 11, 23, 10, tzinfo=UTC))


def at_once(deeds: list[Any]) -> None:
    threads = [threading.Thread(target=one) for one in deeds]
    for one in threads:
        one.start()
    for one in threads:
        one.join()


def test_rows_that_wait_are_written_in_one_transaction(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[int] = []
    add, begun, waiting = Store.add, threading.Event(), threading.Event()

    def watched(store: Store, rows: Any, mark: int | None = None) -> None:
        some = list(rows)
        written.append(len(some))
        begun.set()
        assert waiting.wait(10)
        add(store, some, mark)

    monkeypatch.setattr(Store, "add", watched)
    index, reads = UsageIndex(tmp_path, NOW), Reads()
    first = threading.Thread(target=index.add, args=([reads.row()],))
    first.start()
    assert begun.wait(10)
    others = [threading.Thread(target=index.add, args=([reads.row()],)) for _ in range(5)]
    for one in others:
        one.start()
    while len(together(tmp_path / "usage.db")._waiting) < len(others):
        pass
    waiting.set()
    for one in (first, *others):
        one.join()
    assert written == [1, 5]


def test_an_error_is_told_to_all_whose_rows_were_not_written(tmp_path: Path) -> None:
    (tmp_path / "usage.db").write_bytes(b"no database at all" * 100)
    index, refused = UsageIndex(tmp_path, NOW), []

    def add() -> None:
        try:
            index.add([READS.row()])
        except CodedError as error:
            refused.append(error.code)

    at_once([add] * 4)
    assert refused == ["exchange.usage_unavailable"] * 4


def test_a_table_that_was_put_back_is_the_one_that_is_written(tmp_path: Path) -> None:
    index, reads = UsageIndex(tmp_path, NOW), Reads()
    index.add([reads.row()])
    for name in ("usage.db", "usage.db-wal", "usage.db-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    row = reads.row()
    index.add([row])
    assert index.get(row.holder, row.subject, row.reference) is not None


def test_another_process_has_a_connection_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = together(tmp_path)
    assert together(tmp_path) is mine and isinstance(mine, Together)
    monkeypatch.setattr(os, "getpid", lambda: 1)
    assert together(tmp_path) is not mine
