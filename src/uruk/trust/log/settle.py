"""Settling: what is durable in the journal becomes contents, tiles and public checkpoints; then segments go.

Everything here is derived and can be done again from the journal, so files are written without waiting for the
disk. `retire` waits once for all of them, notes the state, and only then removes the segments behind it.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

from uruk.kernel.api import CodedError
from uruk.trust.log.contents import Contents
from uruk.trust.log.filesystem import FileSystem
from uruk.trust.log.journal import Journal, SyncFailedError
from uruk.trust.log.known import LatestKnown
from uruk.trust.log.state import Log, Part, Pending
from uruk.trust.log.tiles import tile_levels


class Asides(Protocol):
    """What is kept beside entries, in a store of its own: durable with them, for it stands in the same batches."""

    def seal(self, items: Sequence[Any]) -> bytes:
        """The bytes that stand in the journal for what the new entries of a batch bring along; OSError."""

    def keep(self, sealed: Sequence[bytes]) -> None:
        """Take over what batches brought, in their order, without waiting for the disk; again is harmless. OSError."""

    def sync(self) -> None:
        """Return only when all that was kept is on the disk; else OSError."""


class NoAsides:
    """Nothing is kept beside entries."""

    def seal(self, items: Sequence[Any]) -> bytes:
        """Nothing."""
        return b""

    def keep(self, sealed: Sequence[bytes]) -> None:
        """Nothing."""

    def sync(self) -> None:
        """Nothing."""


class Settler:
    """Settles batches in the order of the journal. One thread at a time."""

    def __init__(
        self, public: Path, fs: FileSystem, contents: Contents, latest: LatestKnown, asides: Asides | None = None
    ) -> None:
        self._asides = asides or NoAsides()
        self._public = public
        self._fs = fs
        self._contents = contents
        self._latest = latest
        # Each name once, however often it was written: it may be long until a segment goes.
        self._unsynced: dict[Path, set[Path]] = {}
        self._unpublished: dict[str, Log] = {}
        self._unsent: dict[str, bytes] = {}
        self._last: tuple[int, bytes] | None = None
        self.untold: CodedError | None = None  # why nobody outside could be given the newest checkpoints

    def settle(self, batches: list[Pending]) -> None:
        """Take over the batches' contents and tiles. After an OSError again, with the same and maybe more batches."""
        self._asides.keep([batch.aside for batch in batches if batch.aside])
        parts = [part for batch in batches for part in batch.parts]
        opened = {log.row.id: log for batch in batches for log in batch.logs}
        rows = [row for part in parts for row in part.rows()]
        closed = {log.row.id: log.row for batch in batches for log in batch.closed}
        self._contents.settle(rows, [log.row for log in opened.values()], closed.values())
        # Where the disk was full for one log, another had grown already: what its edge holds is not added again.
        parts = [part for part in parts if part.since >= part.log.edge.size]
        for log in {part.log.row.id: part.log for part in parts}.values():
            self._grow(log, [part for part in parts if part.log is log])
        if batches:
            self._last = batches[-1].number, batches[-1].seal

    def _grow(self, log: Log, parts: list[Part]) -> None:
        """Write the tiles that these parts, which follow each other, add."""
        entries = [entry for part in parts for entry in part.entries]
        levels = range(tile_levels(log.edge.size + len(entries)))
        nodes = [[node for part in parts for node in part.tree.new_nodes(8 * level, part.since)] for level in levels]
        edge, files = log.edge.grow(entries, nodes)
        for name, data in files.items():
            self._write(self._public / log.origin / name, data)
            if ".p/" not in name:
                self._drop_partial(self._public / log.origin / f"{name}.p")
        log.edge, log.settled_checkpoint = edge, parts[-1].checkpoint
        self._unpublished[log.origin] = log

    def _write(self, path: Path, data: bytes) -> None:
        self._fs.replace(path, data)
        self._unsynced.setdefault(path.parent, set()).add(path)

    def _drop_partial(self, folder: Path) -> None:
        """The full tile is there: the partial ones that became it may go."""
        self._fs.remove_folder(folder)
        self._unsynced.pop(folder, None)

    def publish(self) -> None:
        """Show the newest settled checkpoints: their entries and tiles are in place, their journal is on the disk."""
        for origin, log in list(self._unpublished.items()):
            self._write(self._public / origin / "checkpoint", log.settled_checkpoint)
            self._unsent[origin] = log.settled_checkpoint
            del self._unpublished[origin]
        if self._unsent:
            self._tell()

    def tell(self, logs: Iterable[Log]) -> None:
        """Give those outside the newest checkpoints of these logs: a writer before us may have failed to."""
        self._unsent |= {log.origin: log.checkpoint for log in logs if log.tree.size}
        self._tell()

    def _tell(self) -> None:
        try:
            self._latest.remember(self._unsent)
        except OSError as error:  # they stay in the dictionary and go with the next ones
            self.untold = CodedError("trust.log_untold", reason=error.strerror or str(error))
            return
        self._unsent, self.untold = {}, None

    def retire(self, logs: Iterable[Log], journal: Journal, keep: int) -> None:
        """Make all that is settled durable, note it, and remove the segments below `keep`.

        `SyncFailedError`: the writer must stop. Any other error leaves the segments for the next time.
        """
        try:
            self._asides.sync()
            self._fs.sync(path for paths in self._unsynced.values() for path in paths)
        except OSError as error:
            raise SyncFailedError from error
        self._unsynced = {}
        if self._last is None:  # nothing since the start: the state noted last is the newest
            self._contents.make_durable()
        else:
            self._contents.retire([log.settled_row() for log in logs], *self._last)
        journal.drop_before(keep)
