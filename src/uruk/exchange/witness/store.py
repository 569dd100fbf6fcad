"""What a witness has seen of other operators' logs: the newest checkpoint it cosigned, and the newest it holds.

The comparison with what was cosigned last and the new state are one transaction of SQLite, on the disk before anybody
has a cosignature: whichever process does it, and whenever it is killed.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Literal

from uruk.exchange.witness.submission import Submission
from uruk.trust.api import Checkpoint, parse_checkpoint, verify_consistency

Outcome = Literal["taken", "other_size", "other_root", "no_proof"]
NAME = "witness.db"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS cosigned (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, raw BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS held (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, raw BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS suspect (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, raw BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS key (id INTEGER PRIMARY KEY CHECK (id = 1), number INTEGER NOT NULL);
"""
_PUT = "INSERT INTO {table} VALUES (?,?,?) ON CONFLICT (origin) DO UPDATE SET size = excluded.size, raw = excluded.raw"
_PUT_NEWER = _PUT + " WHERE excluded.size > {table}.size"


class WitnessStore:
    """The state of this node's witness; any number of processes and threads, each call opens it for itself."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._made = False

    def advance(self, submission: Submission) -> tuple[Outcome, Checkpoint | None]:
        """Take the checkpoint if it continues the one cosigned last; return what came of it, and the one before.

        Whether its log signed it must be known already.
        """
        new = submission.checkpoint
        with self._transaction() as db:
            before = _find(db, "cosigned", new.origin)
            outcome = _judge(submission, before)
            if outcome == "taken":
                db.execute(_PUT.format(table="cosigned"), (new.origin, new.size, new.own))
        return outcome, before

    def cosigned(self, origin: str) -> Checkpoint | None:
        """The newest checkpoint of a log that was cosigned here."""
        with self._transaction() as db:
            return _find(db, "cosigned", origin)

    def hold(self, checkpoints: Mapping[str, Checkpoint]) -> None:
        """Note checkpoints, by origin, that were verified but are not cosigned here, where they are newer."""
        with self._transaction() as db:
            for origin, found in checkpoints.items():
                db.execute(_PUT_NEWER.format(table="held"), (origin, found.size, found.own))

    def held(self) -> dict[str, Checkpoint]:
        """The newest of these, by origin."""
        return self._all("held")

    def newest(self, origin: str) -> Checkpoint | None:
        """The greatest checkpoint that is known here of a log, cosigned or only held."""
        with self._transaction() as db:
            found = [one for one in (_find(db, table, origin) for table in ("cosigned", "held")) if one is not None]
        return max(found, key=lambda one: one.size, default=None)

    def suspect(self, checkpoint: Checkpoint) -> None:
        """Note a checkpoint that its log signed and that did not follow the one before: it has to be looked at."""
        with self._transaction() as db:
            db.execute(_PUT.format(table="suspect"), (checkpoint.origin, checkpoint.size, checkpoint.own))

    def suspects(self) -> dict[str, Checkpoint]:
        """The last of these, by origin."""
        return self._all("suspect")

    def clear(self, origin: str) -> None:
        """What was suspected of a log turned out to be of one history with the rest, or is proved."""
        with self._transaction() as db:
            db.execute("DELETE FROM suspect WHERE origin = ?", (origin,))

    def all_cosigned(self) -> dict[str, Checkpoint]:
        """The newest cosigned checkpoints, by origin."""
        return self._all("cosigned")

    def key_number(self) -> int | None:
        """Which of the node's witness keys goes with this state; None where there is no state yet."""
        if not self._path.exists():
            return None
        with self._transaction() as db:
            row = db.execute("SELECT number FROM key").fetchone()
        return int(row[0]) if row else None

    def set_key_number(self, number: int) -> None:
        """Begin to cosign with this key."""
        with self._transaction() as db:
            db.execute("INSERT OR REPLACE INTO key VALUES (1, ?)", (number,))

    def _all(self, table: str) -> dict[str, Checkpoint]:
        with self._transaction() as db:
            rows = db.execute(f"SELECT origin, raw FROM {table} ORDER BY origin")  # noqa: S608 - our own word
            return {origin: parse_checkpoint(bytes(raw)) for origin, raw in rows}

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """One transaction, on the disk when it ends; what SQLite cannot do is an OSError."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with closing(sqlite3.connect(self._path, isolation_level=None, timeout=10)) as db:
                self._make(db)
                db.execute("PRAGMA synchronous=FULL")
                db.execute("BEGIN IMMEDIATE")
                yield db
                db.execute("COMMIT")  # else the connection closes, which rolls back
        except sqlite3.Error as error:
            raise OSError(str(self._path)) from error

    def _make(self, db: sqlite3.Connection) -> None:
        if not self._made:
            db.execute("PRAGMA journal_mode=WAL")
            db.executescript(_SCHEMA)
            self._path.chmod(0o600)
            self._made = True


def _judge(submission: Submission, before: Checkpoint | None) -> Outcome:
    new, size = submission.checkpoint, 0 if before is None else before.size
    if submission.old != size:
        return "other_size"
    if before is None:
        return "taken" if new.size and not submission.proof else "no_proof"
    if size == new.size:
        return "taken" if before.root == new.root and not submission.proof else "other_root"
    proved = verify_consistency(size, new.size, before.root, new.root, submission.proof)
    return "taken" if proved else "no_proof"


def _find(db: sqlite3.Connection, table: str, origin: str) -> Checkpoint | None:
    row = db.execute(f"SELECT raw FROM {table} WHERE origin = ?", (origin,)).fetchone()  # noqa: S608 - our own word
    return parse_checkpoint(bytes(row[0])) if row else None
