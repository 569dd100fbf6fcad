"""Rows that are written in the background, many in one transaction, so that no message waits for the index."""

import threading
from collections.abc import Callable, Iterable

from uruk.exchange.usage.row import Usage
from uruk.kernel.api import CodedError

MAX_WAITING = 50_000
GATHER_S = 0.2
AGAIN_S = 1.0
CLOSE_S = 30.0

Write = Callable[[list[Usage], int | None], None]


class Later:
    """A queue and the thread that empties it. `write` takes rows and a mark; where it fails it is tried again."""

    def __init__(self, write: Write, gather_s: float = GATHER_S, maximum: int = MAX_WAITING) -> None:
        self._write = write
        self._gather_s = gather_s
        self._maximum = maximum
        self._changed = threading.Condition()
        self._rows: list[Usage] = []
        self._mark: int | None = None
        self._given = self._written = 0
        self._hurry = self._closing = False
        self._problem: CodedError | None = None
        self._thread: threading.Thread | None = None

    def put(self, usages: Iterable[Usage], mark: int | None) -> None:
        """Have rows written soon; a queue that is full refuses them (`exchange.usage_unavailable`)."""
        with self._changed:
            if len(self._rows) >= self._maximum:
                raise self._problem or CodedError("exchange.usage_unavailable", reason="queue")
            self._rows.extend(usages)
            self._mark = self._mark if mark is None else mark
            self._given += 1
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="usage", daemon=True)
                self._thread.start()
            if self._given == self._written + 1:  # else it is gathering already, and need not wake for each
                self._changed.notify_all()

    def check(self) -> None:
        """Refuse (`exchange.usage_unavailable`) while half of the queue is full: a read that could not be noted."""
        with self._changed:
            if len(self._rows) * 2 >= self._maximum:
                raise self._problem or CodedError("exchange.usage_unavailable", reason="queue")

    def flush(self, timeout_s: float) -> None:
        """Wait until all that was put so far is written; not in time: `exchange.usage_unavailable`."""
        with self._changed:
            wanted = self._given
            self._hurry = True
            self._changed.notify_all()
            if not self._changed.wait_for(lambda: self._written >= wanted, timeout_s):
                raise self._problem or CodedError("exchange.usage_unavailable", reason="timeout")

    def close(self) -> None:
        """Write what waits and end the thread; what could not be written is found again from evidence."""
        with self._changed:
            self._closing = self._hurry = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(CLOSE_S)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._given > self._written or self._closing)
                if self._given == self._written:
                    return
                self._changed.wait_for(lambda: self._hurry, self._gather_s)
                rows, mark, given = self._rows, self._mark, self._given
                self._rows = []
            if not self._wrote(rows, mark, given) and self._closing:
                return

    def _wrote(self, rows: list[Usage], mark: int | None, given: int) -> bool:
        """Write a batch; where it fails put it back in front of the others and wait a moment."""
        try:
            self._write(rows, mark)
        except CodedError as error:
            with self._changed:
                self._rows[:0] = rows
                self._problem = error
                self._changed.wait_for(lambda: self._closing, AGAIN_S)
            return False
        with self._changed:
            self._written, self._problem = given, None
            self._hurry = self._closing
            self._changed.notify_all()
        return True
