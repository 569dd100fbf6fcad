"""The writer of a node's logs: callers append, one of them commits for all who wait, each gets a receipt."""

import errno
import sqlite3
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import UUID

from uruk.kernel.api import Clock, CodedError, SystemClock
from uruk.trust.log.batch import frames_bytes, make_part
from uruk.trust.log.contents import Contents
from uruk.trust.log.filesystem import FileSystem, RealFileSystem
from uruk.trust.log.generations import Generations, opened_frame
from uruk.trust.log.journal import SEGMENT_BYTES, Journal, SyncFailedError
from uruk.trust.log.known import FolderKnown, LatestKnown
from uruk.trust.log.lease import Lease
from uruk.trust.log.names import LogKeys, LogNames
from uruk.trust.log.reader import LogReader
from uruk.trust.log.recovery import recover
from uruk.trust.log.requests import Request, make_request, outcomes, refuse_all
from uruk.trust.log.settle import Settler
from uruk.trust.log.state import Log, LogInfo, Part, Pending
from uruk.trust.log.turns import Turns
from uruk.trust.log.unsettled import Unsettled
from uruk.trust.receipts import Receipt

MAX_BATCH_ENTRIES = 1024
MAX_BATCH_BYTES = 4 << 20
MIN_FREE_PERCENT = 5
CLOSING_BYTES = 256


class LogWriter:
    """Appends to the logs of a node's institutions. Threads may share it; no second one may open the folder.

    `folder` holds the journal, the contents and the lease; `public` the files anybody may read. `keys` gives the
    Ed25519 signer of an origin. `latest` is asked before the first signature whether somebody has seen more of a
    log than is here (by default the folder `known` in `folder`: keep it out of backups, or better on another disk).
    `restored`: the folder was put back from a backup, so that no log of it goes on, whatever is known.
    """

    def __init__(
        self,
        folder: Path,
        public: Path,
        names: LogNames,
        keys: LogKeys,
        *,
        clock: Clock | None = None,
        fs: FileSystem | None = None,
        latest: LatestKnown | None = None,
        restored: bool = False,
        segment_bytes: int = SEGMENT_BYTES,
    ) -> None:
        self._folder = folder
        self._clock = clock or SystemClock()
        self._fs = fs or RealFileSystem()
        self._queue: deque[Request] = deque()
        self._queue_lock = threading.Lock()
        self._commit_lock = threading.Lock()
        self._settle_lock = threading.Lock()
        self._unsettled = Unsettled()
        self._retired_segment = 0
        self._stopped: CodedError | None = None
        with ExitStack() as opened, _damage_named(folder / "contents.db"):
            self._lease = Lease(folder / "lease")
            opened.callback(self._lease.release)
            self._turns = Turns(folder)
            opened.callback(self._turns.close)
            self._contents = Contents(folder / "contents.db")
            self._lookup = Contents(folder / "contents.db", read_only=True)
            opened.callback(self._lookup.close)
            self._reader = LogReader(folder, public, fs=self._fs)
            opened.callback(self._reader.close)
            # Closed first: the last to close a database moves the write-ahead log into it, past the sums.
            opened.callback(self._contents.close)
            self._journal = Journal(folder / "journal", self._fs, segment_bytes)
            self._logs = Generations(names, keys, self._clock)
            with self._turns.taken():
                self._start(latest or FolderKnown(folder / "known"), public, restored)
            self._opened = opened.pop_all()

    def _start(self, latest: LatestKnown, public: Path, restored: bool) -> None:
        """Recover, then compare with what is known elsewhere, before anything is signed or shown."""
        self._settler = Settler(public, self._fs, self._contents, latest)
        recover(self._logs, self._contents, self._journal, self._settler)
        breaks = self._logs.compare(latest, self._fs, public, restored)
        if breaks:
            self._journal.reserve(sum(map(len, breaks)))
            self._unsettled.add(self._written(breaks, [], []))
        latest.remember({})
        self._unsettled.newest = self._lookup.newest()
        self._settler.publish()

    # Appending

    def append(self, institution: str, act: UUID, statement: bytes, salt: bytes | None = None) -> Receipt:
        """Append a statement to the institution's log; return when it is durable, with its receipt.

        An act that is already there gives its receipt again; with another statement or salt `trust.act_conflict`.
        A full disk (`trust.disk_full`) leaves nothing half done: append again later. `salt` is 32 random bytes.
        """
        return self.append_many([(institution, act, statement, salt)])[0]

    def append_many(self, entries: Sequence[tuple[str, UUID, bytes, bytes | None]]) -> list[Receipt]:
        """Append (institution, act, statement, salt) in order; the first error is raised after all were tried."""
        requests = [make_request(*entry) for entry in entries]
        self.commit(requests)
        return outcomes(requests)

    def commit(self, requests: Sequence[Request]) -> None:
        """Bring every request to its receipt or error, together with those of other threads that wait."""
        if not requests:
            return
        with self._queue_lock:
            self._queue.extend(requests)
        last = requests[-1]  # the queue keeps its order: when the last one is done, all are
        while not last.done:
            with self._commit_lock, self._turns.taken():
                if not last.done:  # whoever held the lock before may have done ours
                    self._commit_next()

    def _commit_next(self) -> None:
        batch = self._take()
        try:
            self.check_running()
            self._make_room()
            fresh, repeats = self._sort_out(batch)
            if fresh:
                self._write(list(fresh.values()))
            for request in repeats:
                self._repeat(request)
        except CodedError as error:
            refuse_all(batch, error)
        except BaseException as error:
            stopped = CodedError("trust.log_stopped")
            stopped.__cause__ = error
            self._stop(stopped)
            refuse_all(batch, stopped)
            if not isinstance(error, Exception):
                raise

    def _take(self) -> list[Request]:
        batch: list[Request] = []
        size = 0
        with self._queue_lock:
            while self._queue and len(batch) < MAX_BATCH_ENTRIES:
                size += len(self._queue[0].statement)
                if batch and size > MAX_BATCH_BYTES:
                    break
                batch.append(self._queue.popleft())
        return batch

    def _sort_out(self, batch: list[Request]) -> tuple[dict[bytes, Request], list[Request]]:
        """Part the acts that are new from those that are in a log already or twice in this batch."""
        known = self.known([request.act for request in batch])
        fresh: dict[bytes, Request] = {}
        repeats = []
        for request in batch:
            act = request.act
            if act in fresh or act in known:
                repeats.append(request)
            else:
                fresh[act] = request
        return fresh, repeats

    def known(self, acts: Sequence[bytes]) -> set[bytes]:
        """Those of the acts (16 bytes each) that are in a log already.

        First in memory, then in the store: settling moves them that way while we look.
        """
        newest = self._unsettled.newest
        older = [act for act in acts if act <= newest]
        known = {act for act in older if self._unsettled.find(act)}
        missing = [act for act in older if act not in known]
        return known | self._lookup.find(missing).keys() if missing else known

    def _repeat(self, request: Request) -> None:
        """Answer for an act that is in a log already."""
        try:
            receipt = self.receipt(UUID(bytes=request.act))
        except CodedError as error:
            return request.refuse(error)
        same = receipt.statement == request.statement and request.salt in (None, receipt.salt)
        if not same:
            return request.refuse(CodedError("trust.act_conflict"))
        request.repeated = True
        return request.grant(receipt)

    def _write(self, requests: list[Request]) -> None:
        """Make a batch of new acts durable. Nothing is signed before the disk has room for it."""
        groups = self._group(requests)
        if not groups:
            return
        self._reserve(frames_bytes((request for _, group in groups for request in group), len(groups)))
        opened = [log for log, _ in groups if self._logs.is_new(log)]
        frames = [opened_frame(log) for log in opened]
        try:
            parts = [make_part(log, group, frames, self._lease.check) for log, group in groups]
        except CodedError as error:  # fenced: another writer has taken over
            self._stop(error)
            raise
        batch = self._written(frames, parts, opened)
        for log in opened:
            self._logs.add(log)
        self._unsettled.add(batch)
        for part, (_, group) in zip(parts, groups, strict=True):
            for request, receipt in zip(group, part.receipts(), strict=True):
                request.receipt, request.done = receipt, True

    def _reserve(self, length: int) -> None:
        try:
            self._journal.reserve(length)
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            raise CodedError("trust.disk_full") from error

    def _written(self, frames: list[bytes], parts: list[Part], opened: list[Log]) -> Pending:
        """The batch of these frames, durable."""
        number = self._journal.append(b"".join(frames))
        return Pending(number, self._journal.position.seal, self._journal.segment, parts, opened)

    def _group(self, requests: list[Request]) -> list[tuple[Log, list[Request]]]:
        """The requests by log; those whose log cannot be opened are refused."""
        groups: dict[str, list[Request]] = {}
        for request in requests:
            groups.setdefault(request.institution, []).append(request)
        found = []
        for institution, group in groups.items():
            try:
                found.append((self._logs.writable(institution), group))
            except CodedError as error:
                refuse_all(group, error)
        return found

    def _make_room(self) -> None:
        """Settle before memory fills up; where that fails (a full disk) nothing new is taken."""
        if self._unsettled.is_full:
            try:
                self.settle()
            except OSError as error:
                raise CodedError("trust.disk_full") from error

    def check_running(self) -> None:
        """Raise the error that made the writer give up, if it has: a failed sync, a lost lease."""
        if self._stopped is not None:
            raise self._stopped

    def _stop(self, why: CodedError) -> None:
        self._stopped = why

    # Settling

    def settle(self) -> None:
        """Write contents, tiles and public checkpoints of all that is durable; remove journal segments behind it."""
        try:
            self._settle()
        except SyncFailedError:
            self._stop(CodedError("trust.log_stopped"))
            raise CodedError("trust.log_stopped") from None
        except sqlite3.Error as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_IOERR:
                self._stop(CodedError("trust.log_stopped"))
            raise OSError("contents.db") from error

    def _settle(self) -> None:
        with self._turns.taken(), self._settle_lock:
            batches = self._unsettled.batches()
            self._settler.settle(batches)
            self._settler.publish()
            self._unsettled.drop(batches)
            oldest = self._unsettled.oldest_segment() or self._journal.segment
            if oldest > self._retired_segment:
                self._settler.retire(self._logs.all(), self._journal, oldest)
                self._retired_segment = oldest

    def forget(self, act: UUID) -> None:
        """Delete an act's salt and statement for good; its entry stays in the tree. `trust.act_unknown`."""
        if not self.forget_many([act]):
            raise CodedError("trust.act_unknown")

    def forget_many(self, acts: Sequence[UUID]) -> int:
        """Delete salts and statements of many acts for good; return how many of them were in a log.

        The journal must not hold them any longer either, so everything is settled and its segments removed first.
        """
        with self._commit_lock, self._turns.taken():
            self.check_running()
            self._journal.start_segment()
            self.settle()
            with self._settle_lock:
                return self._contents.forget([act.bytes for act in acts], int(self._clock.now().timestamp()))

    def renew(self, institution: str) -> None:
        """Close the institution's log: its next entry opens the next generation, with a key of its own.

        A log without an entry stays as it is. A full disk (`trust.disk_full`) leaves nothing half done.
        """
        with self._commit_lock, self._turns.taken():
            self.check_running()
            log = self._logs.find_open(institution)
            if log is not None:
                self._close_log(log)

    def _close_log(self, log: Log) -> None:
        self._reserve(CLOSING_BYTES)
        try:
            self._lease.check()
            # Settled like any other batch, so that no later one is cut off from the journal.
            self._unsettled.add(self._written([self._logs.close_frame(log, None)], [], []))
        except BaseException:
            self._stop(CodedError("trust.log_stopped"))
            raise

    # Reading

    def receipt(self, act: UUID) -> Receipt:
        """The receipt of an act; `trust.act_unknown`, or `trust.act_forgotten` where its content was deleted."""
        part = self._unsettled.find(act.bytes)
        return part.receipt_of(act.bytes) if part else self._reader.receipt(act)

    def logs(self) -> tuple[LogInfo, ...]:
        """All logs, open and closed, oldest first: what a directory has to list."""
        return tuple(log.info() for log in self._logs.all())

    # Running

    def check_space(self, least_percent: int = MIN_FREE_PERCENT) -> None:
        """Refuse to begin a new act (`trust.disk_low`) below 5 % free disk; what has begun may always be appended."""
        self.check_running()
        free, total = self._fs.space(self._folder)
        if free * 100 < total * least_percent:
            raise CodedError("trust.disk_low", percent=free * 100 // total)

    @property
    def stopped(self) -> bool:
        """Whether the writer has given up, or was closed: its process must end."""
        return self._stopped is not None

    def close(self) -> None:
        """Settle everything, empty the journal and let others in. A writer that stopped leaves all to recovery."""
        with self._commit_lock:
            if self._stopped is None:
                self._end()
            self._opened.close()

    def _end(self) -> None:
        with self._turns.taken():
            self.settle()
            self._journal.close()
            self._settler.retire(self._logs.all(), self._journal, self._journal.segment + 1)
            self._stop(CodedError("trust.log_stopped"))


@contextmanager
def _damage_named(path: Path) -> Iterator[None]:
    """Give an error of SQLite at the start its code."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_FULL:
            raise CodedError("trust.disk_full") from error
        raise CodedError("trust.log_damaged", path=str(path)) from error
