"""Committing: callers queue up, one of them makes a batch of all that wait, each gets a receipt or an error."""

import errno
import threading
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any
from uuid import UUID

from uruk.kernel.api import CodedError
from uruk.trust.log.batch import frames_bytes, make_part
from uruk.trust.log.begun import Begun, Signed
from uruk.trust.log.contents import Contents
from uruk.trust.log.frames import ASIDE, frame
from uruk.trust.log.generations import Generations, opened_frame
from uruk.trust.log.journal import Journal
from uruk.trust.log.lease import Lease
from uruk.trust.log.names import institution_of
from uruk.trust.log.requests import Request, refuse_all
from uruk.trust.log.settle import Asides
from uruk.trust.log.state import Log, Part, Pending
from uruk.trust.log.turns import Turns
from uruk.trust.log.unsettled import Unsettled
from uruk.trust.receipts import Receipt

MAX_BATCH_ENTRIES = 1024
MAX_BATCH_BYTES = 4 << 20


class Committer(ABC):
    """What `LogWriter` appends with: everything between a request and its receipt."""

    _lease: Lease
    _turns: Turns
    _journal: Journal
    _logs: Generations
    _lookup: Contents
    _asides: Asides

    def __init__(self) -> None:
        self._queue: deque[Request] = deque()
        self._queue_lock = threading.Lock()
        self._commit_lock = threading.Lock()
        self._unsettled = Unsettled()
        self._stopped: CodedError | None = None

    @abstractmethod
    def settle(self) -> None:
        """Bring what is durable where it is read from."""

    @abstractmethod
    def receipt(self, act: UUID) -> Receipt:
        """The receipt of an act."""

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

    def begin(self, requests: Sequence[Request]) -> Begun | None:
        """Sign a batch at once, without waiting for disk or for anybody, so that a thread need only write it.

        None where that cannot be: somebody else appends, a copy is being made, settling or room must come first. Then
        `commit` in a thread does it all. For one caller that has its own batches: at most one is begun at a time.
        """
        if not self._commit_lock.acquire(blocking=False):
            return None
        if self._queue or self._unsettled.is_full or not self._turns.enter_at_once():
            self._commit_lock.release()
            return None
        signed, fits = Signed(), True
        with self._refusing(requests):
            self.check_running()
            fits = self._sign(requests, signed, self._journal.has_room)
        begun = Begun(requests, partial(self._write, requests, signed), partial(self._end_begun, requests, signed))
        if fits:
            return begun
        self._let_others_in()
        return None

    def _end_begun(self, requests: Sequence[Request], signed: Signed) -> None:
        try:
            with self._refusing(requests):
                self._finish(signed)
        finally:
            self._let_others_in()

    def _let_others_in(self) -> None:
        self._turns.leave()
        self._commit_lock.release()

    def _commit_next(self) -> None:
        batch, signed = self._take(), Signed()
        with self._refusing(batch):
            self.check_running()
            self._make_room()
            self._sign(batch, signed, self._reserve)
        self._write(batch, signed)
        with self._refusing(batch):
            self._finish(signed)

    @contextmanager
    def _refusing(self, batch: Sequence[Request]) -> Iterator[None]:
        """Whatever goes wrong inside is the batch's outcome; what nobody foresaw ends the writer."""
        try:
            yield
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

    def _sort_out(self, batch: Sequence[Request]) -> tuple[list[Request], list[Request]]:
        """Part the acts that are new from those that are in a log already or twice in this batch."""
        seen = self.known([request.act for request in batch])
        fresh, repeats = [], []
        for request in batch:
            if request.act in seen:
                repeats.append(request)
            else:
                fresh.append(request)
                seen.add(request.act)
        return fresh, repeats

    def known(self, acts: Sequence[bytes]) -> set[bytes]:
        """Those of the acts (16 bytes each) that are in a log already.

        First in memory, then in the store: settling moves them that way while we look.
        """
        is_known = self._unsettled.is_known
        found = {act: is_known(act) for act in acts}
        known = {act for act, there in found.items() if there}
        unsure = [act for act, there in found.items() if there is None]
        return known | self._lookup.find(unsure).keys() if unsure else known

    def _repeat(self, request: Request) -> None:
        """Answer for an act that is in a log already."""
        try:
            receipt = self.receipt(UUID(bytes=request.act))
        except CodedError as error:
            return request.refuse(error)
        same = receipt.statement == request.statement and request.salt in (None, receipt.salt)
        if not same or institution_of(receipt.origin) != request.institution:
            return request.refuse(CodedError("trust.act_conflict"))
        request.repeated = True
        return request.grant(receipt)

    def _sign(self, batch: Sequence[Request], signed: Signed, room: Callable[[int], bool]) -> bool:
        """Sign the new acts of a batch; nothing is signed before the disk has `room` for so many bytes."""
        fresh, signed.repeats = self._sort_out(batch)
        groups = signed.groups = self._group(fresh)
        requests = [request for _, group in groups for request in group]
        signed.aside = self._sealed([request.aside for request in requests if request.aside is not None])
        if groups and not room(frames_bytes(requests, len(groups)) + len(signed.aside)):
            return False
        signed.opened = [log for log, _ in groups if self._logs.is_new(log)]
        signed.frames = [opened_frame(log) for log in signed.opened]
        if signed.aside:
            signed.frames.append(frame(ASIDE, 0, signed.aside))
        try:
            signed.parts = [make_part(log, group, signed.frames, self._lease.check) for log, group in groups]
        except BaseException as error:
            signed.frames = []  # what was begun of the batch is refused, and must not come to the disk
            if isinstance(error, CodedError):  # fenced: another writer has taken over
                self._stop(error)
            raise
        return True

    def _sealed(self, items: list[Any]) -> bytes:
        try:
            return self._asides.seal(items) if items else b""
        except OSError as error:
            raise CodedError("trust.disk_full") from error

    def _write(self, batch: Sequence[Request], signed: Signed) -> None:
        """Make a signed batch durable."""
        if signed.frames:
            with self._refusing(batch):
                signed.written = self._written(signed.frames, signed.parts, signed.opened, signed.aside)

    def _finish(self, signed: Signed) -> None:
        """Take over what is durable, and give everybody a receipt."""
        if signed.written is not None:
            for log in signed.opened:
                self._logs.add(log)
            self._unsettled.add(signed.written)
            signed.grant()
        for request in signed.repeats:
            if not request.done:
                self._repeat(request)

    def _reserve(self, length: int) -> bool:
        try:
            self._journal.reserve(length)
            return True
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            raise CodedError("trust.disk_full") from error

    def _written(
        self,
        frames: list[bytes],
        parts: Sequence[Part] = (),
        opened: Sequence[Log] = (),
        aside: bytes = b"",
        closed: Sequence[Log] = (),
    ) -> Pending:
        """The batch of these frames, durable."""
        number = self._journal.append(b"".join(frames))
        seal, segment = self._journal.position.seal, self._journal.segment
        return Pending(number, seal, segment, list(parts), list(opened), aside, list(closed))

    def _group(self, requests: Sequence[Request]) -> list[tuple[Log, list[Request]]]:
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
