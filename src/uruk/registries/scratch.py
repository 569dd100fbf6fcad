"""Which values come a second time, of more values than memory should hold."""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

_CACHE_KIB = 8_000


class Seen:
    """Values that were met, in a file that nobody else sees and that goes with this object."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        database.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        database.execute("CREATE TABLE seen (value BLOB PRIMARY KEY) WITHOUT ROWID")

    def again(self, place: int, value: str) -> bool:
        """Whether this value of a key was met before."""
        digest = hashlib.sha256(f"{place}\n{value}".encode()).digest()[:16]
        return self._database.execute("INSERT OR IGNORE INTO seen VALUES (?)", (digest,)).rowcount == 0


@contextmanager
def seen_values() -> Iterator[Seen]:
    """A place for values that is gone afterwards."""
    with closing(sqlite3.connect("", isolation_level=None)) as database:
        database.execute("BEGIN")
        yield Seen(database)
