"""The writer of a node's logs: callers append, one of them commits for all who wait, each gets a receipt."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import UUID

import structlog

from uruk.kernel.api import Clock, CodedError, SystemClock
from uruk.trust.log.committing import Committer
from uruk.trust.log.contents import Contents
from uruk.trust.log.filesystem import FileSystem, RealFileSystem
from uruk.trust.log.generations import Generations, opened_frame
from uruk.trust.log.journal import SEGMENT_BYTES, Journal, SyncFailedError
from uruk.trust.log.known import FolderKnown, LatestKnown
from uruk.trust.log.lease import Lease
from uruk.trust.log.names import LogKeys, LogNames
from uruk.trust.log.reader import LogReader
from uruk.trust.log.recovery import recover
from uruk.trust.log.requests import make_request, outcomes
from uruk.trust.log.settle import Asides, NoAsides, Settler
from uruk.trust.log.state import Log, LogInfo
from uruk.trust.log.turns import Turns
from uruk.trust.receipts import Receipt

_LOG = structlog.get_logger("uruk.trust")
MIN_FREE_PERCENT = 5
CLOSING_BYTES = 256


class LogWriter(Committer):
    """Appends to the logs of a node's institutions. Threads may share it; no second one may open the folder.

    `folder` holds the journal, the contents and the lease; `public` the files anybody may read. `keys` gives the
    Ed25519 signer of an origin. `latest` is asked before the first signature whether somebody has seen more of a
    log than is here (by default the folder `known` in `folder`: keep it out of backups, or better on another disk).
    `restored`: the folder was put back from a backup, so that no log of it goes on, whatever is known. `announced`:
    others are told of the next key of a log before it signs, so that a number that a restored folder does not know of
    may be taken. `asides` keeps what requests bring along.
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
        announced: bool = False,
        segment_bytes: int = SEGMENT_BYTES,
        asides: Asides | None = None,
    ) -> None:
        super().__init__()
        self._folder = folder
        self._clock = clock or SystemClock()
        self._fs = fs or RealFileSystem()
        self._asides = asides or NoAsides()
        self._settle_lock = threading.Lock()
        self._retired_segment = 0
        self._late: CodedError | None = None
        self._told: set[str] = set()
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
            self._logs = Generations(names, keys, self._clock, announced)
            with self._turns.taken():
                self._start(latest or FolderKnown(folder / "known"), public, restored)
            self._opened = opened.pop_all()

    def _start(self, latest: LatestKnown, public: Path, restored: bool) -> None:
        """Recover, then compare with what is known elsewhere, before anything is signed or shown."""
        self._settler = Settler(public, self._fs, self._contents, latest, self._asides)
        recover(self._logs, self._contents, self._journal, self._settler)
        breaks, closed = self._logs.compare(latest, self._fs, public, restored)
        if breaks:
            self._journal.reserve(sum(map(len, breaks)))
            self._unsettled.add(self._written(breaks, closed=closed))
        latest.remember({})
        self._unsettled.begin(self._lookup.newest())
        self._settler.publish()
        self._settler.tell(self._logs.open_logs())

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

    # Settling

    def settle(self) -> None:
        """Write contents, tiles and public checkpoints of all that is durable; remove journal segments behind it."""
        try:
            self._settle()
        except OSError as error:
            self._late = CodedError("trust.log_unsettled", reason=error.strerror or str(error))
            raise
        self._late = None

    def _settle(self) -> None:
        try:
            self._settle_all()
        except SyncFailedError:
            self._stop(CodedError("trust.log_stopped"))
            raise CodedError("trust.log_stopped") from None
        except CodedError as error:  # what is here and what is in the journal do not fit: a person must look
            self._stop(error)
            raise
        except sqlite3.IntegrityError as error:
            self._stop(CodedError("trust.log_damaged", path=str(self._contents.path)))
            raise CodedError("trust.log_damaged", path=str(self._contents.path)) from error
        except sqlite3.Error as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_IOERR:
                self._stop(CodedError("trust.log_stopped"))
            raise OSError(f"contents.db: {error}") from error

    def _settle_all(self) -> None:
        with self._turns.taken(), self._settle_lock:
            # Asked first: a batch that comes from here on is in this segment or in a later one, whenever it is noted.
            newest = self._journal.segment
            batches = self._unsettled.batches()
            self._settler.settle(batches)
            self._settler.publish()
            self._unsettled.drop(batches)
            oldest = self._unsettled.oldest_segment() or newest
            if oldest > self._retired_segment:
                self._settler.retire(self._logs.all(), self._journal, oldest)
                self._retired_segment = oldest

    def settle_again(self) -> None:
        """Settle, for a thread that does so over and over: what is in the way is said once, and tried again.

        What cannot be settled now stays in the journal; the writer takes nothing new before memory runs out.
        """
        try:
            self.settle()
        except (OSError, CodedError):
            pass  # among the problems, or the writer has stopped and says so to each caller
        except Exception:
            self._late = CodedError("trust.log_unsettled", reason="?")
            _LOG.exception("log not settled")
        found = {str(problem) for problem in self.problems()}
        for problem in sorted(found - self._told):
            _LOG.error("log not settled", problem=problem)
        self._told = found

    def problems(self) -> list[CodedError]:
        """What keeps this log from being as it should although it takes entries; each passes by itself in the end.

        `trust.log_unsettled`: what is durable cannot be read elsewhere yet. `trust.log_untold`: the newest checkpoints
        could not be kept where a restored log would be known by them.
        """
        found = self._late, self._settler.untold
        return [problem for problem in found if problem is not None]

    def forget(self, act: UUID) -> None:
        """Delete an act's salt and statement for good; its entry stays in the tree. `trust.act_unknown`."""
        if not self.forget_many([act]):
            raise CodedError("trust.act_unknown")

    def forget_many(self, acts: Sequence[UUID]) -> int:
        """Delete salts and statements of many acts for good; return how many of them were in a log.

        The journal must not hold them any longer either, so everything is settled and its segments removed first;
        where that cannot be (a full disk, a long reader) nothing is deleted: `trust.log_unsettled`.
        """
        with self._commit_lock, self._turns.taken(), self._stopping_where_syncs_fail():
            self.check_running()
            self._journal.start_segment()
            self.settle()
            with self._settle_lock:
                return self._contents.forget([act.bytes for act in acts], int(self._clock.now().timestamp()))

    @contextmanager
    def _stopping_where_syncs_fail(self) -> Iterator[None]:
        """Give what goes wrong inside its code, for whoever asked."""
        try:
            yield
        except SyncFailedError as error:
            self._stop(CodedError("trust.log_stopped"))
            raise CodedError("trust.log_stopped") from error
        except (OSError, sqlite3.Error) as error:
            raise CodedError("trust.log_unsettled", reason=str(error)) from error

    def renew(self, institution: str, generation: int = 0) -> None:
        """Close the institution's log: its next entry opens the next generation, with a key of its own.

        `generation`: the least that the next one may be; those between are passed over for good. Where the open log is
        of that generation already, and where there never was a log, nothing is done. A full disk (`trust.disk_full`)
        leaves nothing half done.
        """
        with self._commit_lock, self._turns.taken(), self._stopping_where_syncs_fail():
            self.check_running()
            log, last = self._logs.find_open(institution), self._logs.last_generation(institution)
            if log is not None and not 0 < generation <= last:
                self._close_logs([log], institution, generation)
            elif log is None and 0 < last < generation - 1:
                self._close_logs([], institution, generation)

    def _close_logs(self, logs: list[Log], institution: str, generation: int) -> None:
        between = max(0, generation - 1 - self._logs.last_generation(institution))
        self._reserve(CLOSING_BYTES * (1 + 3 * between))
        try:
            self._lease.check()
            passed = self._logs.passed_over(institution, generation)
            frames = [self._logs.close_frame(log, None) for log in logs]
            for one in passed:
                frames += [opened_frame(one), self._logs.close_frame(one, None)]
            # Settled like any other batch, so that no later one is cut off from the journal.
            self._unsettled.add(self._written(frames, opened=passed, closed=[*logs, *passed]))
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
        """Settle everything, empty the journal and let others in. A writer that stopped leaves all to recovery.

        So does one that cannot settle now (OSError): others are let in all the same.
        """
        with self._commit_lock:
            try:
                if self._stopped is None:
                    self._end()
            finally:
                self._stop(self._stopped or CodedError("trust.log_stopped"))
                self._opened.close()

    def _end(self) -> None:
        with self._turns.taken():
            self.settle()
            self._journal.close()
            self._settler.retire(self._logs.all(), self._journal, self._journal.segment + 1)


@contextmanager
def _damage_named(path: Path) -> Iterator[None]:
    """Give an error of SQLite at the start its code."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_FULL:
            raise CodedError("trust.disk_full") from error
        raise CodedError("trust.log_damaged", path=str(path)) from error
