"""Copying a data folder: plain files, again where they changed; SQLite's by a snapshot pinned at one moment."""

import os
import shutil
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from hashlib import sha256
from pathlib import Path

from uruk.trust.api import renew_sums

_SQLITE = b"SQLite format 3\0"
# What is made anew, belongs to running processes, or is the node's memory of how far it had come, and what it forgot.
_LEFT_OUT_FOLDERS = frozenset({"trust/known", "gateway/trust/known", "forgotten", "gateway/spool", "static"})
_LEFT_OUT_FILES = frozenset({"turn", "turn.taken", "server.log", "witness.db", "place", "place.is"})
_LEFT_OUT_ENDINGS = (".sock", "-wal", "-shm", "-journal")
_PIECE = 1 << 20
# A file's time tells two writings apart only when a tick of its clock is between them; no file system's is longer.
_TICK_NS = 2_000_000_000


def files_of(data: Path) -> Iterator[Path]:
    """What a backup of a data folder holds: paths relative to it. Files that come and go meanwhile do not matter."""
    for parent, folders, names in os.walk(data):
        inside = Path(parent).relative_to(data)
        folders[:] = sorted(name for name in folders if (inside / name).as_posix() not in _LEFT_OUT_FOLDERS)
        for name in sorted(names):
            if _is_kept(Path(parent) / name):
                yield inside / name


def _is_kept(path: Path) -> bool:
    name = path.name
    return name[0] != "." and name not in _LEFT_OUT_FILES and not name.endswith(_LEFT_OUT_ENDINGS) and path.is_file()


def is_sqlite(path: Path) -> bool:
    """Whether a file is a database of SQLite: such a one is copied by its own means."""
    try:
        with path.open("rb") as file:
            return file.read(len(_SQLITE)) == _SQLITE
    except FileNotFoundError:
        return False


class Mirror:
    """A copy of a folder's plain files that is brought up to date while somebody goes on writing them."""

    def __init__(self, data: Path, target: Path) -> None:
        """`target` is an empty folder."""
        self._data, self._target = data, target
        self._copied: dict[Path, tuple[int, int]] = {}

    def bring_up_to_date(self) -> list[Path]:
        """Copy what changed since the last time; return the databases, which it leaves alone."""
        databases, there = [], set()
        for path in files_of(self._data):
            if is_sqlite(self._data / path):
                databases.append(path)
            elif self._copy(path):
                there.add(path)
        for path in [path.relative_to(self._target) for path in self._target.rglob("*") if path.is_file()]:
            if path not in there:
                (self._target / path).unlink()
        return databases

    def _copy(self, path: Path) -> bool:
        """Copy a file unless the copy is the same already; False where it has gone meanwhile."""
        source, target = self._data / path, self._target / path
        try:
            # Taken before the copy: what is written during it makes another time, which is then seen.
            began, found = time.time_ns(), source.stat()
            stamp = (found.st_size, found.st_mtime_ns)
            if self._copied.pop(path, None) != stamp:
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                shutil.copy2(source, target)
        except FileNotFoundError:
            target.unlink(missing_ok=True)
            return False
        if began - found.st_mtime_ns > _TICK_NS:
            self._copied[path] = stamp
        return True


class Pinned:
    """Databases of SQLite as they were at one moment, however long it takes to write them out."""

    def __init__(self, links: Mapping[Path, sqlite3.Connection]) -> None:
        self._links = links

    def write(self, target: Path) -> None:
        """Write each database as it was pinned."""
        for path, link in self._links.items():
            (target / path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with closing(sqlite3.connect(target / path)) as copy:
                link.backup(copy)
            (target / path).chmod(0o600)
            renew_sums(target / path)


@contextmanager
def pinned(data: Path, paths: Iterable[Path]) -> Iterator[Pinned]:
    """Pin databases as they are now; they are let go of at the end."""
    with ExitStack() as links:
        yield Pinned({path: links.enter_context(_pin(data / path)) for path in paths})


@contextmanager
def _pin(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=20, isolation_level=None)) as link:
        link.execute("BEGIN")
        link.execute("SELECT count(*) FROM sqlite_master").fetchone()  # the snapshot is taken with the first reading
        yield link


def digest(path: Path) -> str:
    """SHA-256 of a file, hex; the file is on the disk when it returns."""
    found = sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            found.update(piece)
        os.fsync(file.fileno())
    return found.hexdigest()
