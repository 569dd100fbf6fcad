"""Between a log's writer and a copy of it: while the copy is made nothing is written, so that it is of one moment.

Two lock files (flock) beside the journal, which the system lets go of when a process ends. Who writes passes the
first to hold the second; who copies keeps the first, so that nobody new comes in, and waits for the second.
"""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from uruk.kernel.api import CodedError

ENTRANCE, ROOM = "turn", "turn.taken"
HELD_MAX_S = 20.0
_WAIT_MAX_S = 30.0  # longer than any copy may hold: whoever writes after that spoils no copy that counts
_TRY_S = 0.002


class Turns:
    """The writer's side; several threads of it may be inside at once."""

    def __init__(self, folder: Path) -> None:
        self._entrance, self._room = (_opened(folder / name) for name in (ENTRANCE, ROOM))
        self._lock = threading.Lock()
        self._inside = 0
        self._closed = False  # a writer that was closed is told so by itself, not by its files

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Write inside; waits while a copy is being made, for half a minute at most."""
        with self._lock:
            if self._inside == 0 and not self._closed:
                self._enter()
            self._inside += 1
        try:
            yield
        finally:
            self.leave()

    def enter_at_once(self) -> bool:
        """Write inside until `leave`; False where that would mean to wait for anybody."""
        if not self._lock.acquire(blocking=False):
            return False
        try:
            if self._inside == 0 and not self._closed and not self._entered_at_once():
                return False
            self._inside += 1
            return True
        finally:
            self._lock.release()

    def leave(self) -> None:
        """Write no more."""
        with self._lock:
            self._inside -= 1
            if self._inside == 0 and not self._closed:
                fcntl.flock(self._room, fcntl.LOCK_UN)

    def close(self) -> None:
        """Let go of the files."""
        with self._lock:
            self._closed = True
            os.close(self._entrance)
            os.close(self._room)

    def _entered_at_once(self) -> bool:
        try:
            fcntl.flock(self._entrance, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        try:
            fcntl.flock(self._room, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        finally:
            fcntl.flock(self._entrance, fcntl.LOCK_UN)
        return True

    def _enter(self) -> None:
        if _lock(self._entrance, fcntl.LOCK_SH, _WAIT_MAX_S):
            fcntl.flock(self._room, fcntl.LOCK_SH)
            fcntl.flock(self._entrance, fcntl.LOCK_UN)


@contextmanager
def held_still(folder: Path) -> Iterator[None]:
    """Keep the writer of a folder, if one runs, from writing; for ``HELD_MAX_S`` at most, then ``trust.log_busy``.

    What was copied inside counts only if this ends without an error.
    """
    with ExitStack() as files:
        opened = [_opened(folder / name) for name in (ENTRANCE, ROOM)]
        for file in opened:
            files.callback(os.close, file)
        start = time.monotonic()
        for file in opened:
            if not _lock(file, fcntl.LOCK_EX, HELD_MAX_S / 2):
                raise CodedError("trust.log_busy")
        yield
        if time.monotonic() - start > HELD_MAX_S:
            raise CodedError("trust.log_busy")


def _opened(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _lock(file: int, how: int, limit_s: float) -> bool:
    """Take a lock within a limit; False where somebody holds it for longer."""
    deadline = time.monotonic() + limit_s
    while True:
        try:
            fcntl.flock(file, how | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() > deadline:
                return False
            time.sleep(_TRY_S)
