"""What witnesses said of our own logs: every cosigned checkpoint, what each witness answered last, who still waits.

One process writes (the jobs' round); any number read: pages for better receipts, the gateway for the policy.
"""

import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from uruk.trust.api import Checkpoint, parse_checkpoint

NAME = "cosigned.db"
ALARM_AFTER = timedelta(minutes=10)
REFUSED_AFTER = timedelta(hours=24)
_SCHEMA = """
CREATE TABLE IF NOT EXISTS cosigned (
  origin TEXT NOT NULL, size INTEGER NOT NULL, raw BLOB NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (origin, size));
CREATE TABLE IF NOT EXISTS asked (
  origin TEXT NOT NULL, witness TEXT NOT NULL, size INTEGER NOT NULL, error TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (origin, witness));
CREATE TABLE IF NOT EXISTS waiting (
  origin TEXT PRIMARY KEY, size INTEGER NOT NULL, since INTEGER, looked_at INTEGER NOT NULL, assigned INTEGER NOT NULL);
"""
_FIRST = "SELECT raw FROM cosigned WHERE origin = ? AND size > ? ORDER BY size LIMIT 1"
_NEWEST = "SELECT raw FROM cosigned WHERE origin = ? ORDER BY size DESC LIMIT 1"
_LATE = """
SELECT waiting.origin, waiting.size, since, assigned, coalesce(max(cosigned.size), 0), max(cosigned.at)
FROM waiting LEFT JOIN cosigned ON cosigned.origin = waiting.origin GROUP BY waiting.origin
"""


@dataclass(frozen=True)
class WitnessDelay:
    """A log of which entries wait for a witness, since when; `last` is when it was last cosigned.

    `assigned`: how many witnesses the directory gives it; without any it waits for nobody, which is to be shown.
    """

    origin: str
    entries: int
    since: datetime
    last: datetime | None
    assigned: int

    def delay(self, now: datetime) -> timedelta:
        """How long the oldest of them has waited."""
        return max(now - self.since, timedelta())

    def is_alarming(self, now: datetime) -> bool:
        """Whether somebody has to be told: ten minutes."""
        return self.assigned > 0 and self.delay(now) >= ALARM_AFTER

    def is_refused(self, now: datetime) -> bool:
        """Whether the log takes no more messages: a day."""
        return self.assigned > 0 and self.delay(now) >= REFUSED_AFTER


@dataclass(frozen=True)
class WitnessAnswer:
    """What a witness said last of one of our logs: the size it cosigned, and why it did not go further, if so.

    `behind`: it has cosigned more than the log here holds, so this one was restored from a copy.
    """

    origin: str
    witness: str
    size: int
    error: str
    at: datetime

    @property
    def is_behind(self) -> bool:
        """Whether the log here has less than the witness saw."""
        return self.error == "behind"


class CosignedStore:
    """The tables of DATA/witness/cosigned.db; each call opens them for itself, and raises OSError where it cannot."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME

    def keep(self, checkpoint: Checkpoint, at: datetime) -> None:
        """Keep a cosigned checkpoint; one of the same size is replaced, so bring its cosignatures along."""
        row = (checkpoint.origin, checkpoint.size, checkpoint.raw, int(at.timestamp()))
        with self._writing() as db:
            db.execute("INSERT OR REPLACE INTO cosigned VALUES (?,?,?,?)", row)

    def first(self, origin: str, index: int) -> Checkpoint | None:
        """The smallest cosigned checkpoint that holds entry `index` of a log."""
        return self._one(_FIRST, (origin, index))

    def newest(self, origin: str) -> Checkpoint | None:
        """The greatest cosigned checkpoint of a log."""
        return self._one(_NEWEST, (origin,))

    def told(self, answer: WitnessAnswer) -> None:
        """Note what a witness answered."""
        row = (answer.origin, answer.witness, answer.size, answer.error, int(answer.at.timestamp()))
        with self._writing() as db:
            db.execute("INSERT OR REPLACE INTO asked VALUES (?,?,?,?,?)", row)

    def answers(self) -> tuple[WitnessAnswer, ...]:
        """The last answers, by log and witness."""
        rows = self._rows("SELECT * FROM asked ORDER BY origin, witness")
        return tuple(
            WitnessAnswer(origin, witness, size, error, _moment(at)) for origin, witness, size, error, at in rows
        )

    def looked(self, origin: str, size: int, assigned: int, at: datetime) -> None:
        """Note the log's size at this round: what no witness has seen of it waits from now on, or waited already."""
        newest = self.newest(origin)
        late = size > (newest.size if newest else 0)
        now = int(at.timestamp())
        with self._writing() as db:
            row = db.execute("SELECT since FROM waiting WHERE origin = ?", (origin,)).fetchone()
            since = ((row[0] if row else None) or now) if late else None
            db.execute("INSERT OR REPLACE INTO waiting VALUES (?,?,?,?,?)", (origin, size, since, now, assigned))

    def delays(self) -> tuple[WitnessDelay, ...]:
        """The logs that wait, each institution's newest generation only, the longest waiting first."""
        rows = {row[0]: row for row in self._rows(_LATE)}
        late = (_delay(*rows[origin]) for origin in _newest_generations(rows))
        return tuple(sorted((delay for delay in late if delay is not None), key=lambda delay: delay.since))

    def _one(self, query: str, values: tuple[Any, ...]) -> Checkpoint | None:
        row = next(iter(self._rows(query, values)), None)
        return parse_checkpoint(bytes(row[0])) if row else None

    def _rows(self, query: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        if not self._path.exists():
            return []
        try:
            with closing(self._open()) as db:
                return db.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise OSError(str(self._path)) from error

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with closing(self._open()) as db, db:
                db.execute("BEGIN IMMEDIATE")
                yield db
        except sqlite3.Error as error:
            raise OSError(str(self._path)) from error

    def _open(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path, isolation_level=None, timeout=10)
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=FULL")
        db.executescript(_SCHEMA)
        return db


def _newest_generations(origins: Collection[str]) -> Iterator[str]:
    """Of each log the origin that is written to now: what closed, perhaps broken, waits for nobody."""
    newest: dict[str, int] = {}
    for log, _, generation in (origin.rpartition("/") for origin in origins):
        newest[log] = max(newest.get(log, 0), int(generation))
    return (f"{log}/{generation}" for log, generation in newest.items())


def _delay(
    origin: str, size: int, since: int | None, assigned: int, seen: int, last: int | None
) -> WitnessDelay | None:
    if since is None:
        return None
    return WitnessDelay(origin, size - seen, _moment(since), None if last is None else _moment(last), assigned)


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
