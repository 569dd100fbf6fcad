"""The durable outbox: messages that were accepted for later delivery, until they are answered or given up."""

import sqlite3
import threading
from pathlib import Path
from typing import Any

import msgspec

from uruk.kernel.api import CodedError

MAX_WAITING = 100_000
WAITING, ANSWERED = "waiting", "answered"
_SCHEMA = """
PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
CREATE TABLE IF NOT EXISTS message (id BLOB PRIMARY KEY, client TEXT NOT NULL, due REAL, until INTEGER NOT NULL,
  state TEXT NOT NULL, content BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS message_due ON message (due) WHERE due IS NOT NULL;
"""
_OPTIONS: dict[str, Any] = {"isolation_level": None, "check_same_thread": False, "timeout": 10}


class Message(msgspec.Struct):
    """A message in the outbox. `id` is what the caller was told; `request` the id it is sent under (R).

    `attempts`: how often it was tried. `state`: "waiting", "answered" (the answer is evidence under `request`) or the
    code of the error that ended it; `body` and `spooled` are gone by then. Times in Unix seconds.
    """

    id: bytes
    client: str
    service: str
    method: str
    target: str
    xroad_id: str
    headers: list[tuple[bytes, bytes]]
    purpose: str
    law: str
    subject: str
    body: bytes
    spooled: str
    length: int
    digest: bytes
    until: int
    request: bytes
    attempts: int = 0
    state: str = WAITING
    due: float | None = 0.0


class OutboxStore:
    """The outbox in SQLite, each change durable when its method returns; large bodies lie in `folder` beside it."""

    def __init__(self, path: Path) -> None:
        self.folder = path.with_suffix("")
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, **_OPTIONS)
        path.chmod(0o600)
        self._db.executescript(_SCHEMA)

    def put(self, message: Message) -> None:
        """Write a message, new or changed; `exchange.outbox_full`."""
        content = msgspec.msgpack.encode(message)
        row = (message.id, message.client, message.due, message.until, message.state, content)
        try:
            with self._lock:
                self._db.execute("INSERT OR REPLACE INTO message VALUES (?,?,?,?,?,?)", row)
        except sqlite3.OperationalError as error:
            raise CodedError("exchange.outbox_full") from error

    def find(self, message_id: bytes) -> Message | None:
        """A message by its id, or None."""
        rows = self._rows("SELECT content FROM message WHERE id = ?", message_id)
        return msgspec.msgpack.decode(rows[0][0], type=Message) if rows else None

    def due(self, now: float, limit: int) -> list[bytes]:
        """The ids of the messages to try now, the longest due first."""
        return [row[0] for row in self._rows("SELECT id FROM message WHERE due <= ? ORDER BY due LIMIT ?", now, limit)]

    def waiting(self) -> int:
        """How many are not answered yet."""
        return int(self._rows("SELECT count(*) FROM message WHERE due IS NOT NULL")[0][0])

    def hurry(self) -> None:
        """Try everything at once: something has changed."""
        self._rows("UPDATE message SET due = 0 WHERE due IS NOT NULL")

    def forget_before(self, moment: int) -> None:
        """Delete what ended and whose validity was over before a moment (Unix seconds)."""
        self._rows("DELETE FROM message WHERE due IS NULL AND until < ?", moment)

    def _rows(self, statement: str, *values: object) -> list[Any]:
        with self._lock:
            return list(self._db.execute(statement, values))

    def close(self) -> None:
        """Close the database."""
        self._db.close()
