"""What a file has shown so far, in a scratch file: its keys, so that two rows with one are found in flat memory, and
what its right rows say, so that they need be read and checked once only.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from uruk.registries.ground import batches
from uruk.registries.importing.reading import Place
from uruk.registries.layout import Values, key_values

_DIGEST_BYTES = 16
_NAME = "seen"
_TABLES = (
    "seen (key BLOB PRIMARY KEY, row INTEGER NOT NULL) WITHOUT ROWID",
    "upto (row INTEGER NOT NULL)",
    "said (row INTEGER PRIMARY KEY, at INTEGER NOT NULL, content TEXT)",
    "ground (told TEXT PRIMARY KEY) WITHOUT ROWID",
)


class SaidRow(NamedTuple):
    """A row by what was found of it: its number, the byte after it, its values as canonical JSON.

    `content` is None where it is not to be written.
    """

    number: int
    at: int
    content: str | None

    @property
    def after(self) -> Place:
        """The place after it."""
        return Place(self.at, self.number)

    @property
    def readable(self) -> bool:
        """Whether it is to be written."""
        return self.content is not None


class SeenRows:
    """Which row was the first to show a key, and what each said. `upto`: the last row that is in it."""

    def __init__(self, link: sqlite3.Connection) -> None:
        self._link = link
        for table in _TABLES:
            link.execute(f"CREATE TABLE IF NOT EXISTS {table}")

    @property
    def upto(self) -> int:
        """The number of the last row that was added, 0 at the beginning."""
        found = self._link.execute("SELECT max(row) FROM upto").fetchone()
        return found[0] or 0

    def first_rows(self, keys: Sequence[bytes]) -> dict[bytes, int]:
        """Those of the keys that an earlier row has, with that row's number."""
        found: dict[bytes, int] = {}
        for some in batches(keys):
            marks = ", ".join("?" for _ in some)
            found.update(self._link.execute(f"SELECT key, row FROM seen WHERE key IN ({marks})", some))  # noqa: S608
        return found

    def go_back(self, upto: int) -> None:
        """Forget all rows after one: whoever added them was killed before that was remembered."""
        with self._link:
            for table in ("seen", "upto", "said"):
                self._link.execute(f"DELETE FROM {table} WHERE row > ?", (upto,))  # noqa: S608

    def add(self, keys: Sequence[tuple[bytes, int]], upto: int, said: Sequence[SaidRow] = (), ground: str = "") -> None:
        """Remember keys with their rows, the first row of a key stays; what rows said, and on which ground."""
        with self._link:
            self._link.executemany("INSERT OR IGNORE INTO seen VALUES (?, ?)", sorted(keys))
            self._link.executemany("INSERT INTO said VALUES (?, ?, ?)", said)
            self._link.execute("INSERT OR IGNORE INTO ground VALUES (?)", (ground,))
            self._link.execute("INSERT INTO upto VALUES (?)", (upto,))

    def stands_on(self, ground: str) -> bool:
        """Whether all rows were found right on this very ground."""
        return self._link.execute("SELECT told FROM ground").fetchall() == [(ground,)]

    def said(self, after: int) -> Iterator[SaidRow]:
        """What the rows after one said."""
        found = self._link.execute("SELECT row, at, content FROM said WHERE row > ? ORDER BY row", (after,))
        return map(SaidRow._make, found)


@contextmanager
def seen_rows(folder: Path, upto: int) -> Iterator[SeenRows | None]:
    """What the rows up to one have shown; None where what is kept does not reach there: then all is looked at anew.

    A power cut may take the newest rows of it, and leaves the others as they were.
    """
    if upto == 0:
        _forget(folder)
    try:
        with closing(sqlite3.connect(folder / _NAME)) as link:
            link.execute("PRAGMA journal_mode = WAL")
            link.execute("PRAGMA synchronous = NORMAL")
            found = SeenRows(link)
            if found.upto > upto:
                found.go_back(upto)
            yield found if found.upto == upto else None
    except sqlite3.DatabaseError:
        _forget(folder)
        raise


def _forget(folder: Path) -> None:
    for beside in ("", "-wal", "-shm"):
        (folder / f"{_NAME}{beside}").unlink(missing_ok=True)


@contextmanager
def seen_in_memory() -> Iterator[SeenRows]:
    """The same for a file of no more rows than one change set takes."""
    with closing(sqlite3.connect(":memory:")) as link:
        yield SeenRows(link)


def key_digests(keys: Sequence[Sequence[str]], values: Values) -> list[bytes]:
    """Each key of a record that has all its fields, as a digest."""
    return [key_digest(place, text) for place, text in key_values(keys, values)]


def key_digest(place: int, text: str) -> bytes:
    """A key as a digest: its place in the definition, and its value as text."""
    return blake2b(f"{place}:{text}".encode(), digest_size=_DIGEST_BYTES).digest()
