"""The store of contents: for each entry its act, salt and statement, in SQLite, derived from the journal.

Statements end with who says it, of what type and by which directory, which is the same for all that one author says of
a kind; that ending is stored once. It names nobody: forgetting deletes what stands before it, with the salt.

Forgetting deletes there (`secure_delete` overwrites). Commits are not waited for one by one: the journal holds
everything until `make_durable` has returned, and only then are its segments removed.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from uruk.kernel.api import CodedError
from uruk.trust.log.sums import sums_path, update_sums

_SCHEMA = """
CREATE TABLE IF NOT EXISTS log (
  id INTEGER PRIMARY KEY, origin TEXT NOT NULL UNIQUE, institution TEXT NOT NULL, generation INTEGER NOT NULL,
  key TEXT NOT NULL, opened INTEGER NOT NULL, closed INTEGER, broken TEXT,
  size INTEGER NOT NULL, checkpoint BLOB NOT NULL, edge BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS entry (
  id INTEGER PRIMARY KEY, act BLOB NOT NULL, salt BLOB, statement BLOB, ending INTEGER, forgotten INTEGER);
CREATE TABLE IF NOT EXISTS ending (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL UNIQUE);
CREATE UNIQUE INDEX IF NOT EXISTS entry_act ON entry (act);
CREATE TABLE IF NOT EXISTS retired (id INTEGER PRIMARY KEY CHECK (id = 1), batch INTEGER NOT NULL, seal BLOB NOT NULL);
"""
_LOG_BITS = 40
_ROWS_AT_ONCE = 64
_PLACES = "(?,?,?,?,?,NULL)"
_ADD_ENTRY = "INSERT INTO entry VALUES (?,?,?,?,?,NULL) ON CONFLICT (id) DO NOTHING"
_ADD_ENTRIES = _ADD_ENTRY.replace(_PLACES, ",".join([_PLACES] * _ROWS_AT_ONCE))
# Both tell by the number of rows whether the number is another log's.
_ADD_LOG = """INSERT INTO log VALUES (?,?,?,?,?,?,?,?,?,?,?)
  ON CONFLICT (id) DO UPDATE SET origin = excluded.origin WHERE origin = excluded.origin"""
_PUT_LOG = """INSERT INTO log VALUES (?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (id) DO UPDATE SET closed = excluded.closed,
  broken = excluded.broken, size = excluded.size, checkpoint = excluded.checkpoint, edge = excluded.edge
  WHERE origin = excluded.origin"""
_CLOSE_LOG = "UPDATE log SET closed = ?, broken = ? WHERE id = ?"
_FIND = "SELECT act, id FROM entry WHERE act IN (*)"
_FORGET = """UPDATE entry SET salt = NULL, statement = NULL, ending = NULL, forgotten = coalesce(forgotten, ?)
  WHERE act IN (*)"""
_CHUNK = 500
# In a statement's map the keys stand in the order of their encoding, "type" before author and directory.
_ENDING = b"\x64type"
_MAX_ENDING_BYTES = 1024
_PRAGMAS = (
    "page_size=16384",
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "secure_delete=ON",
    "wal_autocheckpoint=0",
)
_OPTIONS: dict[str, Any] = {"isolation_level": None, "check_same_thread": False, "timeout": 10}


@dataclass(frozen=True)
class LogRow:
    """A log as the store knows it; `size`, `checkpoint` and `edge` are those of the retired state.

    Times are Unix seconds UTC; `broken` says why a generation ended early and what was lost, as JSON.
    """

    id: int
    origin: str
    institution: str
    generation: int
    key: str
    opened: int
    closed: int | None
    broken: str | None
    size: int
    checkpoint: bytes
    edge: bytes


@dataclass(frozen=True)
class Content:
    """What an entry stands for. `forgotten` is when salt and statement were deleted (Unix seconds), or None."""

    log: int
    index: int
    act: bytes
    salt: bytes | None
    statement: bytes | None
    forgotten: int | None


Row = tuple[int, int, bytes, bytes, bytes]


class Contents:
    """The store; one writer, any number of readers in other processes."""

    def __init__(self, path: Path, read_only: bool = False, nobody_writes: bool = False) -> None:
        """Open the store. `nobody_writes` leaves no file behind, but must be true while this reader lives."""
        self.path = path
        self._endings: dict[int, bytes] = {}
        self._ending_ids: dict[bytes, int] = {}
        if read_only:
            mode = "ro&immutable=1" if nobody_writes else "ro"
            self._db = sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, **_OPTIONS)
        else:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, **_OPTIONS)
            path.chmod(0o600)
            for pragma in _PRAGMAS:
                self._db.execute(f"PRAGMA {pragma}")
            self._db.executescript(_SCHEMA)
            if not sums_path(path).exists():
                self.make_durable()

    def logs(self) -> list[LogRow]:
        """All logs, open and closed, in the order they were opened."""
        return [LogRow(*row) for row in self._db.execute("SELECT * FROM log ORDER BY id")]

    def retired(self) -> tuple[int, bytes]:
        """The number and seal of the last batch that the journal need not hold any more."""
        row = self._db.execute("SELECT batch, seal FROM retired").fetchone()
        return (row[0], row[1]) if row else (0, bytes(32))

    def settle(self, rows: Sequence[Row], opened: Iterable[LogRow], closed: Iterable[LogRow] = ()) -> None:
        """Take over contents (log, index, act, salt, statement) of batches, and the logs opened and closed in them."""
        self._ending_ids = {}  # of this transaction only: one that fails takes its endings with it
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._insert(rows)
            for log in opened:
                self._put_log(_ADD_LOG, log)
            for log in closed:  # at once: who lists a log's key retires it by this
                self._db.execute(_CLOSE_LOG, (log.closed, log.broken, log.id))

    def retire(self, logs: Iterable[LogRow], batch: int, seal: bytes) -> None:
        """Note the state after a batch, from which a start replays the journal; durable when it returns."""
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            for log in logs:
                self._put_log(_PUT_LOG, log)
            self._db.execute("INSERT OR REPLACE INTO retired VALUES (1, ?, ?)", (batch, seal))
        self.make_durable()

    def _insert(self, rows: Sequence[Row]) -> None:
        # One statement for many rows: SQLite works on them without coming back to Python for each. Always of as many,
        # for SQLite's driver keeps every statement that it has seen, and these are large. A row that is already there
        # came from the same journal before a crash; it may have been forgotten since, so it stays.
        values = [
            (log << _LOG_BITS | index, act, salt, *self._parted(statement)) for log, index, act, salt, statement in rows
        ]
        whole, added = len(values) - len(values) % _ROWS_AT_ONCE, 0
        for start in range(0, whole, _ROWS_AT_ONCE):
            rows_at_once = list(chain.from_iterable(values[start : start + _ROWS_AT_ONCE]))
            added += self._db.execute(_ADD_ENTRIES, rows_at_once).rowcount
        if values[whole:]:
            added += self._db.executemany(_ADD_ENTRY, values[whole:]).rowcount
        if added < len(values):
            self._check_there([(value[0], value[1]) for value in values])

    def _check_there(self, rows: Iterable[tuple[int, bytes]]) -> None:
        """What was there already must be the same acts: else entries would be lost here without a word."""
        for place, act in rows:
            if self._db.execute("SELECT act FROM entry WHERE id = ?", (place,)).fetchone()[0] != act:
                raise CodedError("trust.log_damaged", path=f"{self.path} {place >> _LOG_BITS}")

    def _put_log(self, statement: str, log: LogRow) -> None:
        """Add or change a log's row; `trust.log_damaged` where another log has its number."""
        if self._db.execute(statement, _values(log)).rowcount != 1:
            raise CodedError("trust.log_damaged", path=log.origin)

    def _parted(self, statement: bytes) -> tuple[bytes, int | None]:
        """A statement up to its ending, and the number of that; None where it has none of that kind."""
        at = statement.rfind(_ENDING)
        if at < 0 or len(statement) - at > _MAX_ENDING_BYTES:
            return statement, None
        ending = statement[at:]
        return statement[:at], self._ending_ids.get(ending) or self._ending_id(ending)

    def _ending_id(self, ending: bytes) -> int:
        """The number of an ending, made within the transaction at hand if it is new."""
        self._db.execute("INSERT INTO ending (bytes) VALUES (?) ON CONFLICT (bytes) DO NOTHING", (ending,))
        found = int(self._db.execute("SELECT id FROM ending WHERE bytes = ?", (ending,)).fetchone()[0])
        self._ending_ids[ending] = found
        return found

    def _joined(self, statement: bytes | None, ending: int | None) -> bytes | None:
        if statement is None or ending is None:
            return statement
        if ending not in self._endings:
            row = self._db.execute("SELECT bytes FROM ending WHERE id = ?", (ending,)).fetchone()
            if row is None:
                raise CodedError("trust.log_damaged", path=str(self.path))
            self._endings[ending] = bytes(row[0])
        return statement + self._endings[ending]

    def find(self, acts: Sequence[bytes]) -> dict[bytes, tuple[int, int]]:
        """Where acts are: act → (log, index); those that are not here are left out."""
        found: dict[bytes, tuple[int, int]] = {}
        for start in range(0, len(acts), _CHUNK):
            chunk = acts[start : start + _CHUNK]
            places = ",".join("?" * len(chunk))
            for act, row in self._db.execute(_FIND.replace("*", places), chunk):
                found[act] = row >> _LOG_BITS, row & (1 << _LOG_BITS) - 1
        return found

    def newest(self) -> bytes:
        """The greatest act here; ids are ordered by time, so an act above it is not here."""
        row = self._db.execute("SELECT max(act) FROM entry").fetchone()
        return bytes(row[0] or b"")

    def size(self, log: int) -> int:
        """How many entries of a log are here."""
        base = log << _LOG_BITS
        query = "SELECT max(id) FROM entry WHERE id >= ? AND id < ?"
        last = self._db.execute(query, (base, base + (1 << _LOG_BITS))).fetchone()[0]
        return 0 if last is None else int(last) - base + 1

    def content(self, log: int, index: int) -> Content | None:
        """The content of one entry."""
        row = self._db.execute(
            "SELECT act, salt, statement, ending, forgotten FROM entry WHERE id = ?", (log << _LOG_BITS | index,)
        ).fetchone()
        return self._content(log, index, row) if row else None

    def contents(self, log: int, start: int, stop: int) -> Iterable[Content]:
        """The contents of entries [start, stop) of a log, in order."""
        base = log << _LOG_BITS
        query = "SELECT id, act, salt, statement, ending, forgotten FROM entry WHERE id >= ? AND id < ? ORDER BY id"
        for row in self._db.execute(query, (base | start, base | stop)):
            yield self._content(log, row[0] - base, row[1:])

    def _content(self, log: int, index: int, row: tuple[Any, ...]) -> Content:
        act, salt, statement, ending, forgotten = row
        return Content(log, index, act, salt, self._joined(statement, ending), forgotten)

    def forget(self, acts: Sequence[bytes], at: int) -> int:
        """Delete salts and statements of these acts for good; how many of them were here.

        Whose content is forgotten already keeps the time at which it was.
        """
        found = 0
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            for start in range(0, len(acts), _CHUNK):
                chunk = acts[start : start + _CHUNK]
                found += self._db.execute(_FORGET.replace("*", ",".join("?" * len(chunk))), (at, *chunk)).rowcount
        self.make_durable()
        return found

    def make_durable(self) -> None:
        """Return only when all is in the database file, on the disk, and the write-ahead log is empty; else OSError."""
        update_sums(self.path)
        busy, _, _ = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise OSError(f"{self.path} is held by a long reader")

    def close(self) -> None:
        """Close the database."""
        self._db.close()


def _values(log: LogRow) -> tuple[object, ...]:
    return tuple(getattr(log, name) for name in LogRow.__dataclass_fields__)
