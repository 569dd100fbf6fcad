"""The gateway's way into its log: who writes a batch, what is one batch, and what is kept beside it."""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from tests.unit.trust.log.support import Node, signer_of
from uruk.exchange.api import EvidenceStore, Record, statements
from uruk.gateway import journal as module
from uruk.gateway.journal import Journal
from uruk.trust.log.filesystem import RealFile
from uruk.trust.log.known import FolderKnown
from uruk.trust.log.names import LogNames
from uruk.trust.log.writer import LogWriter

UNTIL = 1_830_000_000
Play = Callable[[Journal], Coroutine[Any, Any, None]]


def run(folder: Path, play: Play) -> None:
    """Open a journal in a loop, play, close it."""
    node = Node(folder)
    evidence = EvidenceStore(folder / "evidence", folder / "spool")
    names, known = LogNames("iq", "demo"), FolderKnown(folder / "known")
    writer = LogWriter(
        node.folder, node.public, names, signer_of, clock=node.clock, latest=known, asides=evidence
    )  # fmt: skip

    async def whole() -> None:
        found = Journal(writer, evidence)
        found.start()
        await found.append("interior", statements.new_request(), b"the first one opens the log")
        await play(found)
        await asyncio.to_thread(found.close)

    asyncio.run(whole())


@pytest.fixture
def writers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the threads that wrote to the disk, in their order."""
    seen: list[str] = []
    original = RealFile.write_through

    def noted(file: RealFile, data: bytes, offset: int) -> None:
        seen.append(threading.current_thread().name)
        original(file, data, offset)

    monkeypatch.setattr(RealFile, "write_through", noted)
    return seen


def test_one_alone_is_written_in_the_loop_and_several_by_the_thread_as_one_batch(
    tmp_path: Path, writers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "QUICK_S", 60.0)

    async def play(journal: Journal) -> None:
        journal._slow_until = 0.0
        writers.clear()
        await journal.append("interior", statements.new_request(), b"one")
        assert writers == ["MainThread"]
        await asyncio.gather(*(journal.append("interior", statements.new_request(), b"many") for _ in range(5)))
        assert writers == ["MainThread", "journal"]

    run(tmp_path, play)


def test_after_a_slow_write_the_loop_waits_for_no_disk(
    tmp_path: Path, writers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "QUICK_S", -1.0)  # whatever it takes is too long

    async def play(journal: Journal) -> None:
        writers.clear()
        await journal.append("interior", statements.new_request(), b"one")
        assert writers == ["journal"]
        assert journal._slow_until > time.monotonic()

    run(tmp_path, play)


def test_many_bytes_are_sealed_by_the_thread_and_kept_like_any_other(tmp_path: Path, writers: list[str]) -> None:
    async def play(journal: Journal) -> None:
        writers.clear()
        request, body = statements.new_request(), b"x" * (module.SLOWLY_BYTES + 1)
        record = Record(request, statements.SENT, UNTIL, b"GET\r\n/\r\n", body, institution="interior")
        logged = await journal.append("interior", request, b"large", record)
        assert writers == ["journal"]
        assert journal.evidence.find(request, statements.SENT) == record
        again = await journal.append("interior", request, b"large", record)
        assert (again.repeated, again.receipt.statement) == (True, logged.receipt.statement)
        journal.writer.settle()
        assert [one for _, one in journal.evidence.after(0)] == [record]

    run(tmp_path, play)


def test_what_cannot_be_settled_or_indexed_is_a_problem_until_it_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SETTLE_INTERVAL_S", 0.01)

    async def play(journal: Journal) -> None:
        async def until(codes: list[str]) -> None:
            async with asyncio.timeout(30):
                while [problem.code for problem in journal.problems()] != codes:
                    await asyncio.sleep(0.01)

        def full() -> None:
            raise OSError(28, "No space left on device")

        def damaged() -> None:
            raise ValueError("nobody foresaw this")

        await until([])
        monkeypatch.setattr(journal.writer, "_settle", full)
        await until(["trust.log_unsettled"])
        monkeypatch.setattr(journal.evidence, "flush", damaged)
        await until(["trust.log_unsettled", "exchange.evidence_unindexed"])
        assert (await journal.append("interior", statements.new_request(), b"taken")).receipt.index == 1
        monkeypatch.undo()
        await until([])
        assert journal.evidence._index is not None

    run(tmp_path, play)
