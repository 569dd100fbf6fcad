"""The gateway's way into its log: what arrives while a batch is on its way to the disk is the next batch.

A batch is entries and the evidence beside them: one write, one sync, one signature a log; nobody is told before it is
on the disk. It is signed in the loop and written by a thread that does nothing else, so that the two hand the
interpreter to each other twice a batch and not at every system call. One entry alone is written in the loop itself,
which costs less than waking the thread, unless the disk has been slow just now. An act that is in the log already
brings no new evidence.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue

import structlog

from uruk.exchange.api import EvidenceStore, Record
from uruk.kernel.api import CodedError
from uruk.trust.api import Begun, LogWriter, Receipt, Request

_LOG = structlog.get_logger("uruk.gateway")
SETTLE_INTERVAL_S = 0.5
MAX_WAITING = 20_000
QUICK_S, SLOW_FOR_S = 0.002, 1.0  # a write that takes longer sends all others to the thread for a second
SLOWLY_BYTES = 1 << 20  # bodies of a batch that are sealed in the thread, not in the loop
MIN_FREE_PERCENT, NO_NEW_BODIES_PERCENT = 5, 10


@dataclass(slots=True)
class Logged:
    """An entry that is durable: its receipt, and the number of the batch of evidence it came with (0: none).

    `repeated`: the act was in the log before, with this very statement.
    """

    receipt: Receipt
    number: int
    repeated: bool = False


_Waiting = tuple[Request, "asyncio.Future[Logged]"]


class Journal:
    """Appends for the loop's tasks. `start` it in the loop; `close` it after the last append."""

    def __init__(self, writer: LogWriter, evidence: EvidenceStore) -> None:
        self.writer, self.evidence = writer, evidence
        self._waiting: list[_Waiting] = []
        self._busy = False
        self._bytes = 0
        self._slow_until = 0.0  # in the time of `time.monotonic`
        self._begun: Begun | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._work: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._disk = threading.Thread(target=self._run, name="journal", daemon=True)
        self._stop = threading.Event()
        self._settler = threading.Thread(target=self._settle, name="settle", daemon=True)
        self._unindexed: CodedError | None = None
        self._space: CodedError | None = None
        self._space_for_bodies: CodedError | None = None

    def start(self) -> None:
        """Take the running loop, and begin to settle in the background."""
        self._loop = asyncio.get_running_loop()
        self._disk.start()
        self._settler.start()

    def append(
        self, institution: str, act: bytes, statement: bytes, record: Record | None = None
    ) -> "asyncio.Future[Logged]":
        """Log a statement under an act's id (16 bytes), with its evidence; to be awaited: both are durable then.

        Errors: those of `LogWriter.append` (`trust.act_conflict` where the act is there with other content,
        `trust.disk_full`), `exchange.gateway_busy` where too many wait.
        """
        if len(self._waiting) >= MAX_WAITING:
            raise CodedError("exchange.gateway_busy")
        assert self._loop is not None
        request = Request(institution, act, statement, None, aside=record)
        if record is not None:
            self._bytes += len(record.body)
        future: asyncio.Future[Logged] = self._loop.create_future()
        self._waiting.append((request, future))
        if not self._busy:
            self._busy = True
            self._loop.call_soon(self._next)  # with whatever else this turn of the loop brings
        return future

    def check_space(self, body_bytes: int = 0) -> None:
        """Refuse to begin something new where the disk is nearly full, or the log has stopped.

        Below 5 % free nothing new is begun (`trust.disk_low`), below 10 % nothing with a body.
        """
        problem = self._space_for_bodies if body_bytes else self._space
        if problem is not None:
            raise problem

    def _next(self) -> None:
        """Begin the next batch, if anybody waits for one."""
        batch, self._waiting = self._waiting, []
        size, self._bytes = self._bytes, 0
        self._busy = bool(batch)
        if not batch:
            return
        requests = [request for request, _ in batch]
        begun = self._begun = self.writer.begin(requests) if size <= SLOWLY_BYTES else None
        if begun is not None and len(batch) == 1 and time.monotonic() >= self._slow_until:
            self._write(begun.write)
            self._tell(batch)
            return
        write = begun.write if begun is not None else partial(self.writer.commit, requests)
        self._work.put(partial(self._commit, batch, write))

    def _run(self) -> None:
        """In a thread of its own: write one batch after the other."""
        while (work := self._work.get()) is not None:
            work()

    def _commit(self, batch: list[_Waiting], write: Callable[[], None]) -> None:
        self._write(write)
        assert self._loop is not None
        with suppress(RuntimeError):  # the loop is closed: whoever asked is gone
            self._loop.call_soon_threadsafe(self._tell, batch)

    def _write(self, write: Callable[[], None]) -> None:
        began = time.monotonic()
        try:
            write()
        except Exception:
            _LOG.exception("batch not durable")  # those who wait have no receipt, and are told
        now = time.monotonic()
        if now - began > QUICK_S:
            self._slow_until = now + SLOW_FOR_S

    def _tell(self, batch: list[_Waiting]) -> None:
        self._end()
        number = self.evidence.number
        for request, future in batch:
            if future.done():
                continue  # whoever asked gave up
            if request.receipt is None:
                future.set_exception(request.error or CodedError("exchange.gateway_failed"))
            else:
                future.set_result(Logged(request.receipt, number, request.repeated))
        assert self._loop is not None
        self._loop.call_soon(self._next)  # with what those who were told, and the sockets, bring at once

    def _end(self) -> None:
        begun, self._begun = self._begun, None
        if begun is not None:
            begun.end()

    def _settle(self) -> None:
        while not self._stop.wait(SETTLE_INTERVAL_S):
            self.writer.settle_again()
            self._flush()
            self._space = self._look_at_space(MIN_FREE_PERCENT)
            self._space_for_bodies = self._look_at_space(NO_NEW_BODIES_PERCENT)

    def _flush(self) -> None:
        """Bring the index of evidence up to date; until that can be it is found in memory."""
        found: CodedError | None = None
        try:
            self.evidence.flush()
        except Exception as error:
            found = CodedError("exchange.evidence_unindexed", reason=str(error))
            if self._unindexed is None:
                _LOG.exception("evidence not indexed")
        self._unindexed = found

    def problems(self) -> list[CodedError]:
        """What keeps log and evidence from being as they should although entries are taken (see `LogWriter`)."""
        return [*self.writer.problems(), *([self._unindexed] if self._unindexed else [])]

    def _look_at_space(self, least_percent: int) -> CodedError | None:
        try:
            self.writer.check_space(least_percent)
        except CodedError as error:
            return error
        return None

    def close(self) -> None:
        """Finish what was begun, settle, and let go of the log."""
        self._stop_writing()
        self._stop.set()
        if self._settler.is_alive():
            self._settler.join()
        self.writer.close()
        self.evidence.close()

    def _stop_writing(self) -> None:
        """Let the thread finish, and those who append by themselves go on."""
        self._work.put(None)
        if self._disk.is_alive():
            self._disk.join()
        self._end()
