"""Checking a node's logs from the outside: every file recomputed from the entries, every signature verified.

What is found is told, nothing is changed. With the writer stopped every bit of the folder and of the public log
files is covered; beside a running one the check looks twice, for files may change between two looks.
"""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from uruk.kernel.api import CodedError, SystemClock
from uruk.trust.keys.protocols import Signer
from uruk.trust.log.check_stamps import authorities, check_cosigned, check_stamps
from uruk.trust.log.check_tree import Judge, TreeCheck, folders_of_logs
from uruk.trust.log.checkpoint import Checkpoint, parse_checkpoint
from uruk.trust.log.contents import Contents
from uruk.trust.log.filesystem import RealFileSystem
from uruk.trust.log.generations import Generations
from uruk.trust.log.journal import Position, Scan, segment_path
from uruk.trust.log.known import is_in_place, known_checkpoints
from uruk.trust.log.lease import read_epoch
from uruk.trust.log.merkle import range_hash
from uruk.trust.log.names import LogNames
from uruk.trust.log.problems import Problem
from uruk.trust.log.recovery import load_logs, replay_batch, verify_tree
from uruk.trust.log.state import Log
from uruk.trust.log.sums import newest_pages, wal_is_whole, wal_path, wrong_pages
from uruk.trust.log.tiles import Tiles
from uruk.trust.receipts import entry_of


def check_log(folder: Path, public: Path, shard: int = 0) -> list[Problem]:
    """All that is wrong with the logs in `folder` and their public files; an empty list if nothing is.

    Several writers of a node share the public folder, each with its shard: files of another are left to its check.
    """
    running = _is_locked(folder / "lease")
    problems = list(_check(folder, public, running, shard))
    return list(_check(folder, public, running, shard)) if problems and running else problems


def _is_locked(lease: Path) -> bool:
    try:
        descriptor = os.open(lease, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def _check(folder: Path, public: Path, running: bool, shard: int) -> Iterator[Problem]:
    database = folder / "contents.db"
    if not database.exists():
        if _of_shard(public, shard) or (folder / "journal").exists():
            yield Problem(str(database), "trust.check_missing")
        return
    lease = folder / "lease"
    if not lease.exists() or read_epoch(lease.read_bytes()) is None:
        yield Problem(str(lease), "trust.check_bits")
    yield from _check_pages(database)
    try:
        with _Logs(folder, public, running, shard) as logs:
            yield from logs.problems()
    except (sqlite3.Error, CodedError, ValueError, OSError, TypeError):
        # Reading got no further: the contents are damaged in a place that everything else depends on.
        yield Problem(str(database), "trust.check_unreadable")


def _check_pages(database: Path) -> Iterator[Problem]:
    try:
        damaged = bool(wrong_pages(database))
    except OSError:
        damaged = True
    if damaged:
        yield Problem(str(database), "trust.check_bits")
    if not wal_is_whole(wal_path(database)):
        yield Problem(str(wal_path(database)), "trust.check_bits")


class _Logs:
    """One look at the contents, the journal and the public files of every log."""

    def __init__(self, folder: Path, public: Path, running: bool, shard: int) -> None:
        self._folder = folder
        self._public = public
        self._shard = shard
        self._running = running
        self._authorities = authorities(public)
        database = folder / "contents.db"
        whole = not running and not newest_pages(wal_path(database))[0]
        self._contents = Contents(database, read_only=True, nobody_writes=whole)
        self._logs = Generations(LogNames("check", "check"), _no_keys, SystemClock())
        self._in_journal: dict[tuple[int, int], bytes] = {}

    def __enter__(self) -> "_Logs":
        return self

    def __exit__(self, *_: object) -> None:
        self._contents.close()

    def problems(self) -> Iterator[Problem]:
        load_logs(self._contents, self._logs)
        retired = {log.row.id: log.tree.size for log in self._logs.all()}
        yield from self._check_journal()
        for log in self._logs.all():
            yield from self._check_one(log, retired.get(log.row.id, 0))
        known = {log.origin for log in self._logs.all()}
        for origin in sorted(_of_shard(self._public, self._shard) - known):
            yield Problem(str(self._public / origin), "trust.check_stray")
        yield from self._check_known()

    def _check_journal(self) -> Iterator[Problem]:
        number, seal = self._contents.retired()
        folder = self._folder / "journal"
        scan = Scan(RealFileSystem(), folder, Position(number + 1, seal))
        try:
            for batch in scan:
                for part in replay_batch(batch, self._logs).parts:
                    for index, entry in enumerate(part.entries, part.since):
                        self._in_journal[part.log.row.id, index] = entry
            for log in self._logs.all():
                verify_tree(log)
        except (CodedError, ValueError, TypeError):
            yield Problem(str(segment_path(folder, scan.segment)), "trust.check_bits")
        if scan.unfinished and not self._running:
            yield Problem(str(segment_path(folder, scan.segment)), "trust.check_unfinished")

    def _check_one(self, log: Log, retired: int) -> Iterator[Problem]:
        folder = self._public / log.origin
        shown = _read_checkpoint(folder / "checkpoint")
        if shown is None:
            if retired or folder.exists():
                yield Problem(str(folder / "checkpoint"), "trust.check_bits")
            return
        if not shown.verified_by(log.key) or not retired <= shown.size <= log.tree.size:
            yield Problem(str(folder / "checkpoint"), "trust.check_checkpoint")
            return
        tree = TreeCheck(folder, shown.size, self._judge(log, shown.size))
        yield from tree.problems()
        if tree.root not in (None, shown.root):
            yield Problem(str(folder / "checkpoint"), "trust.check_checkpoint")
        yield from tree.strays()
        yield from check_stamps(folder, log.key, shown.size, self._authorities)
        yield from check_cosigned(folder, log.key, shown.size)

    def _judge(self, log: Log, size: int) -> Judge:
        """Whether the store, or the journal for what is not in it yet, has the content of each entry in turn."""
        rows = iter(self._contents.contents(log.row.id, 0, size))
        row = next(rows, None)

        def judge(index: int, entry: bytes) -> bool:
            nonlocal row
            if row is None or row.index != index:
                return self._in_journal.get((log.row.id, index)) == entry
            found, row = row, next(rows, None)
            if found.salt is None or found.statement is None:
                return found.forgotten is not None
            return entry_of(found.statement, found.salt) == entry

        return judge

    def _check_known(self) -> Iterator[Problem]:
        folder = self._folder / "known"
        if folder.exists() and not is_in_place(folder):
            yield Problem(str(folder), "trust.check_copy")
        logs = {log.origin: log for log in self._logs.all()}
        for path, origin in known_checkpoints(folder):
            known = _read_checkpoint(path)
            if known is None or origin not in logs or not self._agrees(logs[origin], known):
                yield Problem(str(path), "trust.check_checkpoint")

    def _agrees(self, log: Log, known: Checkpoint) -> bool:
        if not known.verified_by(log.key) or known.size == 0:
            return False
        if log.row.broken:
            return True  # more or something else was known: that is why this log is closed, and it is published
        if known.size > log.tree.size:
            return False
        shown = _read_checkpoint(self._public / log.origin / "checkpoint")
        if shown is None or known.size > shown.size:
            return True
        tiles = Tiles(RealFileSystem(), self._public / log.origin, shown.size)
        try:
            return range_hash(tiles.node, 0, known.size) == known.root
        except CodedError:
            return False


def _of_shard(public: Path, shard: int) -> set[str]:
    """The logs there of this shard; what is named like no log belongs to the first."""
    found = {origin: origin.split("/") for origin in folders_of_logs(public)}
    return {origin for origin, parts in found.items() if (parts[3] if len(parts) == 5 else "0") == str(shard)}


def _read_checkpoint(path: Path) -> Checkpoint | None:
    try:
        return parse_checkpoint(path.read_bytes())
    except (OSError, CodedError):
        return None


def _no_keys(origin: str) -> Signer:
    raise CodedError("trust.log_unknown", origin=origin)
