"""The table behind the index: SQLite, one row for each person and act, several processes at a time.

Words that recur (addresses, sentences, laws) are kept once. Rows are looked for by the first eight bytes of the keyed
hash, so that the index stays small, and then compared whole.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import msgspec

from uruk.exchange.snapshot import Names
from uruk.exchange.usage.row import Found, Source, Usage
from uruk.kernel.api import CodedError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS word (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS usage (
  id INTEGER PRIMARY KEY, place INTEGER NOT NULL, subject BLOB NOT NULL, month INTEGER NOT NULL, time INTEGER NOT NULL,
  holder INTEGER NOT NULL, consumer INTEGER NOT NULL, service INTEGER NOT NULL, action INTEGER NOT NULL,
  purpose TEXT NOT NULL, law INTEGER NOT NULL, reference BLOB NOT NULL, source INTEGER NOT NULL,
  hidden_until INTEGER NOT NULL, hidden_law INTEGER NOT NULL, opening BLOB NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS usage_once ON usage (reference, place);
CREATE INDEX IF NOT EXISTS usage_place ON usage (place);
CREATE TABLE IF NOT EXISTS receipt (reference BLOB PRIMARY KEY, month INTEGER NOT NULL, receipt TEXT NOT NULL)
  WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS mark (id INTEGER PRIMARY KEY CHECK (id = 1), value INTEGER NOT NULL);
"""
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "cache_size=-4096")
_OPTIONS: dict[str, Any] = {"isolation_level": None, "check_same_thread": False, "timeout": 10}
_ADD = f"INSERT INTO usage VALUES (NULL{',?' * 15}) ON CONFLICT (reference, place) DO NOTHING"  # noqa: S608
_FROM = """FROM usage
  JOIN word AS holder ON holder.id = usage.holder WHERE holder.text = ? AND time >= ? AND time < ? AND hidden_until <= ?
  AND place IN ({places}) AND subject IN ({places})"""
_WORD = "(SELECT text FROM word WHERE id = usage.{})"
_WORDS = ", ".join(_WORD.format(name) for name in ("consumer", "service", "action", "law", "hidden_law"))
_RECEIPT = "(SELECT receipt FROM receipt WHERE reference = usage.reference)"
_ROW = f"time, purpose, reference, source, hidden_until, opening, {_WORDS}, {_RECEIPT}"
_SOURCES: tuple[Source, ...] = ("exchange", "officer", "claimed", "check", "program")
_LATEST = 1 << 62
_MAX_WORDS = 10_000
Keyed = tuple[Usage, int, bytes]
"""A row with its month and the keyed hash of its subject."""
_RETIRED_AT_ONCE = 5_000


class Store:
    """One connection to the table; not for two threads at a time."""

    def __init__(self, path: Path) -> None:
        self._words: dict[str, int] = {}
        with _coded():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, **_OPTIONS)
            for pragma in _PRAGMAS:
                self._db.execute(f"PRAGMA {pragma}").close()
            self._db.executescript(_SCHEMA).close()

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def add(self, rows: Iterable[Keyed], mark: int | None = None) -> None:
        """Add rows, each with its month and keyed hash, and the mark, in one synced transaction; known ones stay."""
        with _coded():
            self._db.execute("BEGIN IMMEDIATE").close()
            try:
                for usage, month, subject in rows:
                    self._add(usage, month, subject)
                if mark is not None:
                    self._db.execute("INSERT OR REPLACE INTO mark VALUES (1, ?)", (mark,)).close()
                self._db.execute("COMMIT").close()
            except BaseException:
                self._words.clear()  # words of a transaction that did not happen have no number
                self._db.execute("ROLLBACK").close()
                raise

    def mark(self) -> int | None:
        """The mark that was kept with the last rows, or None before the first."""
        with _coded(), closing(self._db.execute("SELECT value FROM mark")) as found:
            row = found.fetchone()
        return None if row is None else int(row[0])

    def find(self, holder: str, hashes: Sequence[bytes], period: tuple[int, int], now: int, part: slice) -> Found:
        """A person's rows at a holder in a period (end excluded), without those still hidden, newest first."""
        given = (holder, *period, now, *map(_place, hashes), *hashes)
        rows = _FROM.format(places=",".join("?" * len(hashes)))
        wanted = f"SELECT {_ROW} {rows} ORDER BY time DESC, usage.id DESC LIMIT ? OFFSET ?"
        count = f"SELECT count(*) {rows}"
        with _coded(), closing(self._db.execute(count, given)) as counted:
            total = int(counted.fetchone()[0])
            with closing(self._db.execute(wanted, (*given, part.stop - part.start, part.start))) as found:
                return Found(total, tuple(_usage(holder, row) for row in found))

    def get(self, holder: str, hashes: Sequence[bytes], reference: bytes, now: int) -> Usage | None:
        """The row of a person at a holder that this act proves, or None; also where it is still hidden."""
        given = (holder, 0, _LATEST, now, *map(_place, hashes), *hashes, reference)
        rows = _FROM.format(places=",".join("?" * len(hashes)))
        with _coded(), closing(self._db.execute(f"SELECT {_ROW} {rows} AND reference = ?", given)) as found:
            row = found.fetchone()
        return None if row is None else _usage(holder, row)

    def retire(self, before: int) -> None:
        """Delete the rows and receipts of all months before one, a part at a time so that others get their turn."""
        for table, key in (("usage", "id"), ("receipt", "reference")):
            old = f"SELECT {key} FROM {table} WHERE month < ? LIMIT {_RETIRED_AT_ONCE}"  # noqa: S608
            deletion = f"DELETE FROM {table} WHERE {key} IN ({old})"  # noqa: S608
            with _coded():
                while self._db.execute(deletion, (before,)).rowcount:
                    continue

    def _add(self, usage: Usage, month: int, subject: bytes) -> None:
        named = (usage.holder, usage.consumer, usage.service, _sentence(usage.action))
        holder, consumer, service, action = map(self._word, named)
        row = (
            _place(subject), subject, month, usage.time, holder, consumer, service, action, usage.purpose,
            self._word(usage.law), usage.reference, _SOURCES.index(usage.source), usage.hidden_until,
            self._word(usage.hidden_law), usage.opening,
        )  # fmt: skip
        self._db.execute(_ADD, row).close()
        if usage.receipt:
            kept = (usage.reference, month, usage.receipt)
            self._db.execute("INSERT INTO receipt VALUES (?, ?, ?) ON CONFLICT (reference) DO NOTHING", kept).close()

    def _word(self, text: str) -> int:
        known = self._words.get(text)
        if known is None:
            self._db.execute("INSERT INTO word (text) VALUES (?) ON CONFLICT (text) DO NOTHING", (text,)).close()
            with closing(self._db.execute("SELECT id FROM word WHERE text = ?", (text,))) as found:
                known = int(found.fetchone()[0])
            if len(self._words) >= _MAX_WORDS:
                self._words.clear()
            self._words[text] = known
        return known


def _usage(holder: str, row: Sequence[Any]) -> Usage:
    time, purpose, reference, source, hidden_until, opening, consumer, service, action, law, hidden_law, receipt = row
    return Usage(
        subject="", time=time, holder=holder, consumer=consumer, service=service,
        action=msgspec.json.decode(action, type=Names), purpose=purpose, law=law, reference=reference,
        source=_SOURCES[source], hidden_until=hidden_until, hidden_law=hidden_law,
        receipt=receipt or "", opening=opening,
    )  # fmt: skip


def _sentence(action: Names) -> str:
    return msgspec.json.encode(action).decode()


def _place(subject: bytes) -> int:
    return int.from_bytes(subject[:8], "big", signed=True)


@contextmanager
def _coded() -> Iterator[None]:
    """Give an error of SQLite its code: whoever wanted to note a read must not go on as if it were noted."""
    try:
        yield
    except sqlite3.Error as error:
        raise CodedError("exchange.usage_unavailable", reason=type(error).__name__) from error
