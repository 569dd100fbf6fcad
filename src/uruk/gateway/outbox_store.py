"""The durable outbox: messages that were accepted for later delivery, until they are answered or given up."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from uruk.kernel.api import CodedError

MAX_WAITING = 100_000
_SCHEMA = """
PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
CREATE TABLE IF NOT EXISTS message (id BLOB PRIMARY KEY, client TEXT NOT NULL, due REAL, until INTEGER NOT NULL,
  state TEXT NOT NULL, content BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS message_due ON message (due) WHERE due IS NOT NULL;
"""
_OPTIONS: dict[str, Any] = {"isolation_level": None, "check_same_thread": False, "timeout": 10}


class Message(msgspec.Struct):
    """A message in the outbox. `id` is what the caller was told; `request` the id it is sent under (R).

    `attempts`: how often it was tried. `sent`: whether a statement under `request` is logged. `state`: "waiting",
    "answered" (the answer is evidence under `request`) or the code of the error that ended it. Times in Unix seconds.
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
    sent: bool = False
    state: str = "waiting"
    due: float | None = 0.0


class OutboxStore:
    """The outbox in SQLite, each change durable when its method returns. One thread."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, **_OPTIONS)
        path.chmod(0o600)
        self._db.executescript(_SCHEMA)

    def put(self, message: Message) -> None:
        """Write a message, new or changed; `exchange.outbox_full`."""
        try:
            self._db.execute(
                "INSERT OR REPLACE INTO message VALUES (?,?,?,?,?,?)",
                (
                    message.id,
                    message.client,
                    message.due,
                    message.until,
                    message.state,
                    msgspec.msgpack.encode(message),
                ),
            )
        except sqlite3.OperationalError as error:
            raise CodedError("exchange.outbox_full") from error

    def find(self, message_id: bytes) -> Message | None:
        """A message by its id, or None."""
        with closing(self._db.execute("SELECT content FROM message WHERE id = ?", (message_id,))) as found:
            row = found.fetchone()
        return None if row is None else msgspec.msgpack.decode(row[0], type=Message)

    def due(self, now: float, limit: int) -> list[Message]:
        """The messages to try now, the longest due first."""
        query = "SELECT content FROM message WHERE due <= ? ORDER BY due LIMIT ?"
        with closing(self._db.execute(query, (now, limit))) as found:
            return [msgspec.msgpack.decode(row[0], type=Message) for row in found]

    def waiting(self) -> int:
        """How many are not answered yet."""
        with closing(self._db.execute("SELECT count(*) FROM message WHERE due IS NOT NULL")) as found:
            return int(found.fetchone()[0])

    def hurry(self) -> None:
        """Try everything at once: something has changed."""
        self._db.execute("UPDATE message SET due = 0 WHERE due IS NOT NULL")

    def forget_before(self, moment: int) -> None:
        """Delete what ended and whose validity was over before a moment."""
        self._db.execute("DELETE FROM message WHERE due IS NULL AND until < ?", (moment,))

    def close(self) -> None:
        """Close the database."""
        self._db.close()
