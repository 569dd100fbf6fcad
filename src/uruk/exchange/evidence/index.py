"""Where the record of a request and role lies: derived from the segments, written in the background."""

import sqlite3
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS place (id BLOB PRIMARY KEY, month INTEGER NOT NULL, segment INTEGER NOT NULL,
  offset INTEGER NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS newest (id INTEGER PRIMARY KEY CHECK (id = 1), number INTEGER NOT NULL);
"""
_OPTIONS: dict[str, Any] = {"isolation_level": None, "check_same_thread": False, "timeout": 10}


@dataclass(frozen=True, slots=True)
class Place:
    """A frame, and the record's place in its batch."""

    month: str
    segment: int
    offset: int
    at: int


class Index:
    """Rows wait in memory, where they are found as well, until `flush` brings them to the database."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, **_OPTIONS)
        path.chmod(0o600)
        # Derived: what a power cut takes is made again from the segments.
        self._db.executescript(f"PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; {_SCHEMA}")
        self._lock = threading.Lock()
        self._database = threading.Lock()
        self._waiting: dict[bytes, Place] = {}
        self._number = self._stored_number()

    def add_later(self, number: int, month: str, segment: int, offset: int, keys: list[bytes]) -> None:
        """Note a frame's records, by their keys in the frame's order."""
        with self._lock:
            for at, key in enumerate(keys):
                self._waiting[key] = Place(month, segment, offset, at)
            self._number = max(self._number, number)

    def newest(self) -> int:
        """The number of the newest batch noted."""
        return self._number

    def find(self, request: bytes, role: int) -> Place | None:
        """Where a record lies, or None."""
        key = index_key(request, role)
        with self._lock:
            found = self._waiting.get(key)
        if found is not None:
            return found
        with self._database:
            row = self._db.execute("SELECT month, segment, offset, at FROM place WHERE id = ?", (key,)).fetchone()
        return None if row is None else Place(str(row[0]), *row[1:])

    def flush(self) -> None:
        """Bring what waits to the database; it is found in memory until it is found there."""
        with self._lock:
            rows, number = dict(self._waiting), self._number
        if not rows and number == self._stored_number():
            return
        with self._database, self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany(
                "INSERT OR REPLACE INTO place VALUES (?,?,?,?,?)",
                [(key, int(each.month), each.segment, each.offset, each.at) for key, each in sorted(rows.items())],
            )
            self._db.execute("INSERT OR REPLACE INTO newest VALUES (1, ?)", (number,))
        with self._lock:
            for key, place in rows.items():
                if self._waiting.get(key) is place:
                    del self._waiting[key]

    def forget(self, month: str) -> None:
        """Delete a month's rows."""
        self.flush()
        with self._database, self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute("DELETE FROM place WHERE month = ?", (int(month),))

    def close(self) -> None:
        """Write what waits, and close."""
        self.flush()
        self._db.close()

    def _stored_number(self) -> int:
        with self._database:
            row = self._db.execute("SELECT number FROM newest").fetchone()
        return int(row[0]) if row else 0


def month_of(moment: int) -> str:
    """The month (YYYYMM, UTC) of a Unix time, by which evidence is kept and forgotten."""
    return _month_of_day(moment // 86_400)


@lru_cache(maxsize=64)
def _month_of_day(day: int) -> str:
    return datetime.fromtimestamp(day * 86_400, UTC).strftime("%Y%m")


def index_key(request: bytes, role: int) -> bytes:
    """The key of one place of an exchange: the id of its act."""
    return request[:15] + bytes([request[15] | role])
