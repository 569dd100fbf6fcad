"""The logs of a node and their generations: opening, closing, and the comparison before the first signature."""

import json
from dataclasses import replace
from pathlib import Path

from uruk.kernel.api import Clock, CodedError
from uruk.trust.log.checkpoint import Checkpoint
from uruk.trust.log.contents import LogRow
from uruk.trust.log.filesystem import FileSystem
from uruk.trust.log.frames import CLOSED, OPENED, frame
from uruk.trust.log.known import CannotTellError, LatestKnown
from uruk.trust.log.merkle import EMPTY_ROOT, range_hash
from uruk.trust.log.names import LogKeys, LogNames
from uruk.trust.log.note import NoteKey
from uruk.trust.log.state import Break, Log
from uruk.trust.log.tiles import EMPTY_EDGE, Tiles


class Generations:
    """All logs by number; at most one of each institution is open."""

    def __init__(self, names: LogNames, keys: LogKeys, clock: Clock, announced: bool = False) -> None:
        """`announced`: others are told of a log's key before it signs."""
        self._names = names
        self._keys = keys
        self._clock = clock
        self._announced = announced
        self._logs: dict[int, Log] = {}
        self._open: dict[str, Log] = {}
        self._last_number = 0  # the greatest that was given out: to a log that may not be in the journal yet, too
        self._latest: LatestKnown | None = None

    def all(self) -> list[Log]:
        """Every log, oldest first."""
        return list(self._logs.values())

    def open_logs(self) -> list[Log]:
        """Those that take entries."""
        return list(self._open.values())

    def log(self, number: int) -> Log:
        """A log by its number in journal and store; `trust.log_damaged` for an unknown one."""
        try:
            return self._logs[number]
        except KeyError:
            raise CodedError("trust.log_damaged", path=f"log {number}") from None

    def add(self, log: Log) -> None:
        """Take over a log that is in the journal or in the store; `trust.log_damaged` where another has its number."""
        if self._logs.get(log.row.id, log).origin != log.origin:
            raise CodedError("trust.log_damaged", path=log.origin)
        self._logs[log.row.id] = log
        self._last_number = max(self._last_number, log.row.id)
        if log.row.closed is None:
            self._open[log.row.institution] = log

    def find_open(self, institution: str) -> Log | None:
        """The log that takes the institution's entries now, or None before its first and after its last."""
        return self._open.get(institution)

    def is_new(self, log: Log) -> bool:
        """Whether the log is not in the journal yet."""
        return log.row.id not in self._logs

    def writable(self, institution: str) -> Log:
        """The institution's open log with its signer; a new generation where none is open."""
        log = self._open.get(institution)
        if log is None:
            return self._begin(institution)
        if log.signer is None:
            signer = self._keys(log.origin)
            if signer.public_key != log.key.public_key:
                raise CodedError("trust.log_key_changed", origin=log.origin)
            log.signer = signer
        return log

    def _begin(self, institution: str) -> Log:
        last = max((log.row for log in self._logs.values() if log.row.institution == institution),
                   key=lambda row: row.generation, default=None)  # fmt: skip
        generation = last.generation + 1 if last else 1
        while self._is_taken(institution, generation, last):
            generation += 1
        return self._made(institution, generation)

    def _is_taken(self, institution: str, generation: int, last: LogRow | None) -> bool:
        """Whether others may know another log, or another key, by this name.

        The same copy restored twice must not bring forth two logs of one name. And what was restored does not know
        which key had been announced as the next: the number behind the last one that was used is passed over.
        """
        if self._is_known_elsewhere(self._names.origin(institution, generation)):
            return True
        if last is None or last.broken is None or not self._announced:
            return False
        before = generation - 1
        return before <= last.generation or self._is_known_elsewhere(self._names.origin(institution, before))

    def last_generation(self, institution: str) -> int:
        """The number of the institution's newest log, open or closed; 0: it never had one."""
        found = (log.row.generation for log in self._logs.values() if log.row.institution == institution)
        return max(found, default=0)

    def passed_over(self, institution: str, generation: int) -> list[Log]:
        """The generations before this one that never were, to be opened and closed without an entry."""
        passed = []
        for number in range(self.last_generation(institution) + 1, generation):
            passed.append(self._made(institution, number))
            self.add(passed[-1])
        return passed

    def _made(self, institution: str, generation: int) -> Log:
        origin = self._names.origin(institution, generation)
        signer = self._keys(origin)
        key = NoteKey(origin, signer.public_key)
        # One batch may open the logs of many institutions: each has a number before any of them is in the journal.
        self._last_number += 1
        now = int(self._clock.now().timestamp())
        row = LogRow(
            self._last_number, origin, institution, generation, str(key), now, None, None, 0, b"", EMPTY_EDGE.to_bytes()
        )  # fmt: skip
        return Log(row, key, signer)

    def _is_known_elsewhere(self, origin: str) -> bool:
        try:
            return self._latest is not None and self._latest.newest(origin) is not None
        except CannotTellError:
            return False

    def close(self, log: Log, at: int, broken: str | None) -> None:
        """Mark a generation as closed: it is never signed again."""
        log.row = replace(log.row, closed=at, broken=broken)
        if self._open.get(log.row.institution) is log:
            del self._open[log.row.institution]

    def compare(
        self, latest: LatestKnown, fs: FileSystem, public: Path, restored: bool = False
    ) -> tuple[list[bytes], list[Log]]:
        """Close every open generation of which more, or something else, is known; the frames that say so, and which.

        A log that was `restored` from a backup is closed also where nobody knows more: nobody can tell.
        The next generation opens with the next entry: a new key and origin, for the institution to delegate.
        """
        frames, closed = [], []
        self._latest = latest
        for log in list(self._open.values()):
            if log.tree.size == 0:
                continue
            found = _judge(log, latest, fs, public)
            if found is None and restored:
                found = Break(log.origin, "cannot_tell", log.tree.size, log.tree.root, None, None)
            if found is not None:
                frames.append(self.close_frame(log, found.to_json()))
                closed.append(log)
        return frames, closed

    def close_frame(self, log: Log, broken: str | None) -> bytes:
        """Close a log and return the frame that makes it so for good."""
        at = int(self._clock.now().timestamp())
        self.close(log, at, broken)
        return frame(CLOSED, log.row.id, json.dumps({"at": at, "broken": broken}).encode())


def opened_frame(log: Log) -> bytes:
    """The frame that opens a log."""
    row = log.row
    fields = ("origin", "institution", "generation", "key", "opened")
    return frame(OPENED, row.id, json.dumps({name: getattr(row, name) for name in fields}).encode())


def _judge(log: Log, latest: LatestKnown, fs: FileSystem, public: Path) -> Break | None:
    """Compare what we hold of a log with what is known elsewhere; None where we may go on."""
    size, root = log.tree.size, log.tree.root
    try:
        known = latest.newest(log.origin)
    except CannotTellError:
        return Break(log.origin, "cannot_tell", size, root, None, None)
    if known is None:
        return None
    if not known.verified_by(log.key):
        return Break(log.origin, "cannot_tell", size, root, None, None)
    if known.size > size:
        return Break(log.origin, "behind", size, root, known.size, known.root)
    if _root_at(known, Tiles(fs, public / log.origin, size)) != known.root:
        return Break(log.origin, "forked", size, root, known.size, known.root)
    return None


def _root_at(known: Checkpoint, tiles: Tiles) -> bytes:
    return range_hash(tiles.node, 0, known.size) if known.size else EMPTY_ROOT
