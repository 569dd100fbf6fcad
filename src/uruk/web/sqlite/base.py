"""SQLite with a queue: the threads of a process that write wait for one another in turn.

SQLite itself has whoever finds it busy look again after ever longer naps, up to a tenth of a second each, while those
who come later look sooner: some waited for seconds. Between processes that is still how it is; they are few.
"""

import threading
from collections import defaultdict
from typing import Any

from django.db.backends.sqlite3 import base

_TURNS: dict[str, Any] = defaultdict(threading.Lock)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose transactions begin when it is its thread's turn."""

    _turn: Any = None

    def _start_transaction_under_autocommit(self) -> None:
        turn = _TURNS[str(self.settings_dict["NAME"])]
        # Whoever does not get it in time is told by SQLite that it is locked.
        self._turn = turn if turn.acquire(timeout=self.settings_dict["OPTIONS"].get("timeout", 5)) else None
        try:
            super()._start_transaction_under_autocommit()
        except BaseException:
            self._end_turn()
            raise

    def _commit(self) -> Any:
        found = super()._commit()
        self._end_turn()
        return found

    def _rollback(self) -> Any:
        try:
            return super()._rollback()
        finally:
            self._end_turn()

    def _close(self) -> Any:
        try:
            return super()._close()
        finally:
            self._end_turn()

    def _end_turn(self) -> None:
        turn, self._turn = self._turn, None
        if turn is not None:
            turn.release()
