"""The gateway's way into its log: what arrives while a batch is on its way to the disk is the next batch.

A batch is evidence (one write, one sync) and log entries (one write, one sync, one signature a log), the two syncs at
the same time; nobody is told before both are on the disk. An act that is in the log already brings no new evidence.
"""

import asyncio
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

import structlog

from uruk.exchange.api import EvidenceStore, Record
from uruk.kernel.api import CodedError
from uruk.trust.api import LogWriter, Receipt, Request, make_request

_LOG = structlog.get_logger("uruk.gateway")
SETTLE_INTERVAL_S = 0.5
MAX_WAITING = 20_000
MIN_FREE_PERCENT, NO_NEW_BODIES_PERCENT = 5, 10


@dataclass(slots=True)
class Logged:
    """An entry that is durable: its receipt, and the number of the batch of evidence it came with (0: none).

    `repeated`: the act was in the log before, with this very statement.
    """

    receipt: Receipt
    number: int
    repeated: bool = False


@dataclass(slots=True)
class _Waiting:
    request: Request
    record: Record | None
    future: "asyncio.Future[Logged]"


class Journal:
    """Appends for the loop's tasks. `start` it in the loop; `close` it after the last append."""

    def __init__(self, writer: LogWriter, evidence: EvidenceStore) -> None:
        self.writer, self.evidence = writer, evidence
        self._waiting: list[_Waiting] = []
        self._busy = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._committer = ThreadPoolExecutor(1, "journal")
        self._syncer = ThreadPoolExecutor(1, "evidence")
        self._stop = threading.Event()
        self._settler = threading.Thread(target=self._settle, name="settle", daemon=True)
        self._space: CodedError | None = None
        self._space_for_bodies: CodedError | None = None

    def start(self) -> None:
        """Take the running loop, and begin to settle in the background."""
        self._loop = asyncio.get_running_loop()
        self._settler.start()

    async def append(self, institution: str, act: UUID, statement: bytes, record: Record | None = None) -> Logged:
        """Log a statement, with its evidence; return when both are durable.

        Errors: those of `LogWriter.append` (`trust.act_conflict` where the act is there with other content),
        `exchange.evidence_full`, `exchange.evidence_stopped`, `exchange.gateway_busy` where too many wait.
        """
        if len(self._waiting) >= MAX_WAITING:
            raise CodedError("exchange.gateway_busy")
        assert self._loop is not None
        future: asyncio.Future[Logged] = self._loop.create_future()
        self._waiting.append(_Waiting(make_request(institution, act, statement, None), record, future))
        if not self._busy:
            self._next()
        return await future

    def check_space(self, body_bytes: int = 0) -> None:
        """Refuse to begin something new where the disk is nearly full, or the log has stopped.

        Below 5 % free nothing new is begun (`trust.disk_low`), below 10 % nothing with a body.
        """
        problem = self._space_for_bodies if body_bytes else self._space
        if problem is not None:
            raise problem

    def _next(self) -> None:
        batch, self._waiting = self._waiting, []
        self._busy = bool(batch)
        if batch:
            self._committer.submit(self._commit, batch)

    def _commit(self, batch: list[_Waiting]) -> None:
        """In the committer's thread: make a batch durable, then tell the loop."""
        number, problem = 0, None
        try:
            number = self._durable(batch)
        except CodedError as error:
            problem = error
        except Exception as error:
            _LOG.exception("batch not durable")
            problem = CodedError("exchange.gateway_failed")
            problem.__cause__ = error
        assert self._loop is not None
        with suppress(RuntimeError):  # the loop is closed: whoever asked is gone
            self._loop.call_soon_threadsafe(self._tell, batch, number, problem)

    def _durable(self, batch: list[_Waiting]) -> int:
        known = self.writer.known([one.request.act for one in batch if one.record is not None])
        records = [one.record for one in batch if one.record is not None and one.request.act not in known]
        requests = [one.request for one in batch]
        if not records:
            self.writer.commit(requests)
            return 0
        number = self.evidence.write(records)
        syncing = self._syncer.submit(self.evidence.sync)
        try:
            self.writer.commit(requests)
        finally:
            syncing.result()
        return number

    def _tell(self, batch: list[_Waiting], number: int, problem: CodedError | None) -> None:
        for one in batch:
            if one.future.done():
                continue  # whoever asked gave up
            error = problem or one.request.error
            if error is not None or one.request.receipt is None:
                one.future.set_exception(error or CodedError("exchange.gateway_failed"))
            else:
                one.future.set_result(Logged(one.request.receipt, number, one.request.repeated))
        self._next()

    def _settle(self) -> None:
        while not self._stop.wait(SETTLE_INTERVAL_S):
            # What cannot be settled now (a full disk) stays in the journal; the writer takes nothing new before
            # memory runs out, and says so to each caller.
            with suppress(OSError, CodedError, sqlite3.Error):
                self.writer.settle()
                self.evidence.flush()
            self._space = self._look_at_space(MIN_FREE_PERCENT)
            self._space_for_bodies = self._look_at_space(NO_NEW_BODIES_PERCENT)

    def _look_at_space(self, least_percent: int) -> CodedError | None:
        try:
            self.writer.check_space(least_percent)
            self.evidence.check_running()
        except CodedError as error:
            return error
        return None

    def close(self) -> None:
        """Finish what was begun, settle, and let go of the log."""
        self._committer.shutdown()
        self._syncer.shutdown()
        self._stop.set()
        if self._settler.is_alive():
            self._settler.join()
        self.evidence.close()
        self.writer.close()
