"""Rows that threads of a process bring at once: one connection for all of them, one transaction for all that wait.

To open the table for each cost more than to write into it, and threads that each had a connection waited for one
another as SQLite does: by looking again after ever longer naps, so that some came last again and again.
"""

import os
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from uruk.exchange.usage.store import Keyed, Store
from uruk.kernel.api import CodedError


@dataclass(eq=False, slots=True)
class _Given:
    """What one thread brought, and what became of it."""

    rows: list[Keyed]
    is_done: bool = False
    error: CodedError | None = None


class Together:
    """Writes rows for the threads of one process; whoever has the turn writes for all that wait."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._guard, self._turn = threading.Lock(), threading.Lock()
        self._waiting: list[_Given] = []
        self._store: Store | None = None
        self._file = (0, 0)

    def add(self, rows: Iterable[Keyed]) -> None:
        """Add rows; return when they are on disk. `exchange.usage_unavailable`."""
        mine = _Given(list(rows))
        with self._guard:
            self._waiting.append(mine)
        with self._turn:
            if not mine.is_done:
                self._write()
        if mine.error is not None:
            raise CodedError(mine.error.code, **mine.error.values)

    def _write(self) -> None:
        with self._guard:
            given, self._waiting = self._waiting, []
        error: CodedError | None = CodedError("exchange.usage_unavailable", reason="stopped")
        try:
            self._opened().add(row for one in given for row in one.rows)
            error = None
        except CodedError as problem:
            self._close()
            error = problem
        finally:
            for one in given:
                one.is_done, one.error = True, error

    def _opened(self) -> Store:
        """The table; opened again where its file is another one since, as after a backup was put back."""
        if self._store is not None and self._file != _file_of(self._path):
            self._close()
        if self._store is None:
            self._store = Store(self._path)
            self._file = _file_of(self._path)
        return self._store

    def _close(self) -> None:
        if self._store is not None:
            self._store.close()
        self._store = None


def _file_of(path: Path) -> tuple[int, int]:
    with suppress(OSError):
        found = path.stat()
        return found.st_dev, found.st_ino
    return 0, 0


def together(path: Path) -> Together:
    """Who writes into this table for the process at hand; a connection is not carried over a fork."""
    return _of_process(path, os.getpid())


@lru_cache(maxsize=8)
def _of_process(path: Path, _: int) -> Together:
    return Together(path)
