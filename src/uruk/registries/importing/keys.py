"""The keys that a file has shown so far, in a scratch file: two rows with one key are found in flat memory."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from hashlib import blake2b
from pathlib import Path

from uruk.registries.layout import Values, key_values

_DIGEST_BYTES = 16


class SeenKeys:
    """Which row was the first to show a key. `upto`: the last row that is in it; it is made anew where it is broken."""

    def __init__(self, link: sqlite3.Connection) -> None:
        self._link = link
        link.execute("CREATE TABLE IF NOT EXISTS seen (key BLOB PRIMARY KEY, row INTEGER NOT NULL) WITHOUT ROWID")
        link.execute("CREATE TABLE IF NOT EXISTS upto (row INTEGER NOT NULL)")

    @property
    def upto(self) -> int:
        """The number of the last row that was added, 0 at the beginning."""
        found = self._link.execute("SELECT max(row) FROM upto").fetchone()
        return found[0] or 0

    def first_rows(self, keys: Sequence[bytes]) -> dict[bytes, int]:
        """Those of the keys that an earlier row has, with that row's number."""
        found: dict[bytes, int] = {}
        for key in keys:
            row = self._link.execute("SELECT row FROM seen WHERE key = ?", (key,)).fetchone()
            if row is not None:
                found[key] = row[0]
        return found

    def go_back(self, upto: int) -> None:
        """Forget the keys of all rows after one: whoever added them was killed before that was remembered."""
        with self._link:
            self._link.execute("DELETE FROM seen WHERE row > ?", (upto,))
            self._link.execute("DELETE FROM upto WHERE row > ?", (upto,))

    def add(self, keys: Sequence[tuple[bytes, int]], upto: int) -> None:
        """Remember keys with their rows; the first row of a key stays."""
        with self._link:
            self._link.executemany("INSERT OR IGNORE INTO seen VALUES (?, ?)", sorted(keys))
            self._link.execute("INSERT INTO upto VALUES (?)", (upto,))


@contextmanager
def seen_keys(folder: Path, upto: int) -> Iterator[SeenKeys | None]:
    """The keys of the rows up to one; None where what is kept does not reach there: then all is looked at anew.

    Nothing else depends on this file, so it is not synced.
    """
    path = folder / "keys"
    if upto == 0:
        path.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(path)) as link:
            link.execute("PRAGMA synchronous = OFF")
            found = SeenKeys(link)
            if found.upto > upto:
                found.go_back(upto)
            yield found if found.upto == upto else None
    except sqlite3.DatabaseError:
        path.unlink(missing_ok=True)
        raise


@contextmanager
def seen_in_memory() -> Iterator[SeenKeys]:
    """The same for a file of no more rows than one change set takes."""
    with closing(sqlite3.connect(":memory:")) as link:
        yield SeenKeys(link)


def key_digests(keys: Sequence[Sequence[str]], values: Values) -> list[bytes]:
    """Each key of a record that has all its fields, as a digest."""
    return [key_digest(place, text) for place, text in key_values(keys, values)]


def key_digest(place: int, text: str) -> bytes:
    """A key as a digest: its place in the definition, and its value as text."""
    return blake2b(f"{place}:{text}".encode(), digest_size=_DIGEST_BYTES).digest()
