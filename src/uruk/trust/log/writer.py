"""The writer of a node's logs: callers append, one of them commits for all who wait, each gets a receipt."""

import errno
import sqlite3
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import repeat
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
from uruk.trust.log.settle import Settler
from uruk.trust.log.state import Log, LogInfo, Part, Pending, Request
from uruk.trust.receipts import SALT_BYTES, Receipt

MAX_STATEMENT_BYTES = 1 << 20
MAX_BATCH_ENTRIES = 1024
MAX_BATCH_BYTES = 4 << 20
SETTLE_ENTRIES = 16 * 1024
SETTLE_BYTES = 16 << 20
MIN_FREE_PERCENT = 5
CLOSING_BYTES = 256


class LogWriter:
    """Appends to the logs of a node's institutions. Threads may share it; no second one may open the folder.

    `folder` holds the journal, the contents and the lease; `public` the files anybody may read. `keys` gives the
    Ed25519 signer of an origin. `latest` is asked before the first signature whether somebody has seen more of a
    log than is here (by default the folder `known` in `folder`: keep it out of backups, or better on another disk).
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
        segment_bytes: int = SEGMENT_BYTES,
    ) -> None:
        self._folder = folder
        self._clock = clock or SystemClock()
        self._fs = fs or RealFileSystem()
        self._queue: deque[Request] = deque()
        self._queue_lock = threading.Lock()
        self._commit_lock = threading.Lock()
        self._settle_lock = threading.Lock()
        self._state_lock = threading.Lock()
        self._pending: list[Pending] = []
        self._recent: dict[bytes, tuple[Part, int]] = {}
        self._unsettled_entries = self._unsettled_bytes = 0
        self._retired_segment = 0
        self._stopped: CodedError | None = None
        with ExitStack() as opened, _damage_named(folder / "contents.db"):
            self._lease = Lease(folder / "lease")
            opened.callback(self._lease.release)
            self._contents = Contents(folder / "contents.db")
            opened.callback(self._contents.close)
            self._lookup = Contents(folder / "contents.db", read_only=True)
            opened.callback(self._lookup.close)
            self._reader = LogReader(folder, public, fs=self._fs)
            opened.callback(self._reader.close)
            self._journal = Journal(folder / "journal", self._fs, segment_bytes)
            self._logs = Generations(names, keys, self._clock)
            self._start(latest or FolderKnown(folder / "known"), public)
            self._opened = opened.pop_all()

    def _start(self, latest: LatestKnown, public: Path) -> None:
        """Recover, then compare with what is known elsewhere, before anything is signed or shown."""
        self._settler = Settler(public, self._fs, self._contents, latest)
        recover(self._logs, self._contents, self._journal, self._settler)
        breaks = self._logs.compare(latest, self._fs, public)
        if breaks:
            self._journal.reserve(sum(map(len, breaks)))
            self._journal.append(b"".join(breaks))
        latest.remember({})
        self._newest = self._lookup.newest()
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
        receipts = []
        for request in requests:
            if request.error is not None:
                raise request.error
            if request.receipt is not None:
                receipts.append(request.receipt)
        return receipts

    def commit(self, requests: Sequence[Request]) -> None:
        """Bring every request to its receipt or error, together with those of other threads that wait."""
        if not requests:
            return
        with self._queue_lock:
            self._queue.extend(requests)
        last = requests[-1]  # the queue keeps its order: when the last one is done, all are
        while not last.done:
            with self._commit_lock:
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
            _refuse_all(batch, error)
        except BaseException as error:
            stopped = CodedError("trust.log_stopped")
            stopped.__cause__ = error
            self._stop(stopped)
            _refuse_all(batch, stopped)
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
        recent, newest = self._recent, self._newest
        # Ids of acts are ordered by time: only one that is no newer than all others can be in the store already.
        asked = [request.act for request in batch if request.act <= newest and request.act not in recent]
        settled = self._lookup.find(asked) if asked else {}
        fresh: dict[bytes, Request] = {}
        repeats = []
        for request in batch:
            act = request.act
            if act in fresh or act in recent or act in settled:
                repeats.append(request)
            else:
                fresh[act] = request
        return fresh, repeats

    def _repeat(self, request: Request) -> None:
        """Answer for an act that is in a log already."""
        try:
            receipt = self.receipt(UUID(bytes=request.act))
        except CodedError as error:
            return request.refuse(error)
        same = receipt.statement == request.statement and request.salt in (None, receipt.salt)
        if not same:
            return request.refuse(CodedError("trust.act_conflict"))
        request.receipt, request.done = receipt, True
        return None

    def _write(self, requests: list[Request]) -> None:
        """Make a batch of new acts durable. Nothing is signed before the disk has room for it."""
        groups = self._group(requests)
        kept = [request for _, group in groups for request in group]
        if not kept:
            return
        try:
            self._journal.reserve(frames_bytes(kept, len(groups)))
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            raise CodedError("trust.disk_full") from error
        opened = [log for log, _ in groups if self._logs.is_new(log)]
        frames = [opened_frame(log) for log in opened]
        try:
            parts = [make_part(log, group, frames, self._lease.check) for log, group in groups]
            number = self._journal.append(b"".join(frames))
        except CodedError as error:  # fenced: another writer has taken over
            self._stop(error)
            raise
        self._install(number, parts, opened)
        for part, (_, group) in zip(parts, groups, strict=True):
            for place, request in enumerate(group):
                request.receipt, request.done = part.receipt(place), True

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
                _refuse_all(group, error)
        return found

    def _install(self, number: int, parts: list[Part], opened: list[Log]) -> None:
        """The batch is durable: from here on it is the truth."""
        batch = Pending(number, self._journal.position.seal, self._journal.segment, parts, opened)
        for log in opened:
            self._logs.add(log)
        with self._state_lock:
            for part in parts:
                part.log.tree, part.log.checkpoint = part.tree, part.checkpoint
                acts = [content[0] for content in part.contents]
                self._recent.update(zip(acts, zip(repeat(part), range(len(acts)), strict=False), strict=True))
                self._newest = max(self._newest, *acts)
            self._unsettled_entries += batch.entries
            self._unsettled_bytes += batch.bytes
            self._pending.append(batch)

    def _make_room(self) -> None:
        """Settle before memory fills up; where that fails (a full disk) nothing new is taken."""
        if self._unsettled_entries > SETTLE_ENTRIES or self._unsettled_bytes > SETTLE_BYTES:
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
        with self._settle_lock:
            batches = list(self._pending)
            self._settler.settle(batches)
            self._settler.publish()
            self._forget_pending(batches)
            oldest = self._pending[0].segment if self._pending else self._journal.segment
            if oldest > self._retired_segment:
                self._settler.retire(self._logs.all(), self._journal, oldest)
                self._retired_segment = oldest

    def _forget_pending(self, batches: list[Pending]) -> None:
        with self._state_lock:
            for batch in batches:
                for part in batch.parts:
                    for content in part.contents:
                        del self._recent[content[0]]
                self._unsettled_entries -= batch.entries
                self._unsettled_bytes -= batch.bytes
            del self._pending[: len(batches)]

    def forget(self, act: UUID) -> None:
        """Delete an act's salt and statement for good; its entry stays in the tree. `trust.act_unknown`.

        The journal must not hold them any longer either, so everything is settled and its segments removed first.
        """
        with self._commit_lock:
            self.check_running()
            self._journal.start_segment()
            self.settle()
            with self._settle_lock:
                if not self._contents.forget(act.bytes, int(self._clock.now().timestamp())):
                    raise CodedError("trust.act_unknown")

    def renew(self, institution: str) -> None:
        """Close the institution's log: its next entry opens the next generation, with a key of its own.

        A log without an entry stays as it is. A full disk (`trust.disk_full`) leaves nothing half done.
        """
        with self._commit_lock:
            self.check_running()
            log = self._logs.find_open(institution)
            if log is not None:
                self._close_log(log)

    def _close_log(self, log: Log) -> None:
        try:
            self._journal.reserve(CLOSING_BYTES)
        except OSError as error:
            raise CodedError("trust.disk_full") from error
        try:
            self._lease.check()
            number = self._journal.append(self._logs.close_frame(log, None))
        except BaseException:
            self._stop(CodedError("trust.log_stopped"))
            raise
        with self._state_lock:
            self._pending.append(self._closing(number))

    def _closing(self, number: int) -> Pending:
        """A batch that only closes logs: settled like any other, so that no later one is cut off from the journal."""
        return Pending(number, self._journal.position.seal, self._journal.segment, [])

    # Reading

    def receipt(self, act: UUID) -> Receipt:
        """The receipt of an act; `trust.act_unknown`, or `trust.act_forgotten` where its content was deleted."""
        recent = self._recent.get(act.bytes)
        return recent[0].receipt(recent[1]) if recent else self._reader.receipt(act)

    def logs(self) -> tuple[LogInfo, ...]:
        """All logs, open and closed, oldest first: what a directory has to list."""
        return tuple(log.info() for log in self._logs.all())

    # Running

    def check_space(self) -> None:
        """Refuse to begin a new act (`trust.disk_low`) below 5 % free disk; what has begun may always be appended."""
        self.check_running()
        free, total = self._fs.space(self._folder)
        if free * 100 < total * MIN_FREE_PERCENT:
            raise CodedError("trust.disk_low", percent=free * 100 // total)

    @property
    def stopped(self) -> bool:
        """Whether the writer has given up, or was closed: its process must end."""
        return self._stopped is not None

    def close(self) -> None:
        """Settle everything, empty the journal and let others in. A writer that stopped leaves all to recovery."""
        with self._commit_lock:
            if self._stopped is None:
                self.settle()
                self._journal.close()
                self._settler.retire(self._logs.all(), self._journal, self._journal.segment + 1)
                self._stop(CodedError("trust.log_stopped"))
            self._opened.close()


def make_request(institution: str, act: UUID, statement: bytes, salt: bytes | None) -> Request:
    """A checked request: `trust.statement_too_long`, `trust.salt_length`."""
    if not 0 < len(statement) <= MAX_STATEMENT_BYTES:
        raise CodedError("trust.statement_too_long", limit=MAX_STATEMENT_BYTES)
    if salt is not None and len(salt) != SALT_BYTES:
        raise CodedError("trust.salt_length")
    return Request(institution, act.bytes, statement, salt)


def _refuse_all(requests: Sequence[Request], error: CodedError) -> None:
    for request in requests:
        if not request.done:
            request.refuse(error)


@contextmanager
def _damage_named(path: Path) -> Iterator[None]:
    """Give an error of SQLite at the start its code."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_FULL:
            raise CodedError("trust.disk_full") from error
        raise CodedError("trust.log_damaged", path=str(path)) from error
