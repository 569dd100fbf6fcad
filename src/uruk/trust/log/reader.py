"""Reading logs: what is settled, from any process, without the writer."""

from pathlib import Path
from uuid import UUID

from uruk.kernel.api import CodedError
from uruk.trust.log.checkpoint import Checkpoint, parse_checkpoint
from uruk.trust.log.contents import Content, Contents, LogRow
from uruk.trust.log.filesystem import FileSystem, RealFileSystem
from uruk.trust.log.merkle import consistency_proof, inclusion_proof, range_hash
from uruk.trust.log.proof import proof_text
from uruk.trust.log.state import Break, LogInfo
from uruk.trust.log.tiles import Tiles
from uruk.trust.receipts import Receipt


class LogReader:
    """Reads contents, tiles and checkpoints of a node's logs. What the writer has not settled yet is not seen."""

    def __init__(self, folder: Path, public: Path, *, fs: FileSystem | None = None) -> None:
        self._public = public
        self._fs = fs or RealFileSystem()
        self._contents = Contents(folder / "contents.db", read_only=True)

    def find(self, act: UUID) -> tuple[str, int] | None:
        """The origin and index of an act's entry, or None."""
        found = self._contents.find([act.bytes]).get(act.bytes)
        return (self._origin(found[0]), found[1]) if found else None

    def receipt(self, act: UUID) -> Receipt:
        """The receipt of an act under the newest public checkpoint; `trust.act_unknown`, `trust.act_forgotten`.

        Unknown is also what is in the store, but under no public checkpoint yet.
        """
        place = self.find(act)
        if place is None:
            raise CodedError("trust.act_unknown")
        salt, statement = self.open(*place)
        origin, index = place
        checkpoint = self._shown(origin)
        if checkpoint is None or index >= checkpoint.size:
            raise CodedError("trust.act_unknown")
        path = self.inclusion(origin, index, checkpoint.size)
        return Receipt(statement, salt, proof_text(index, path, checkpoint.raw))

    def open(self, origin: str, index: int) -> tuple[bytes, bytes]:
        """The salt and statement of an entry; `trust.act_unknown`, `trust.act_forgotten`."""
        content = self.content(origin, index)
        if content is None:
            raise CodedError("trust.act_unknown")
        if content.salt is None or content.statement is None:
            raise CodedError("trust.act_forgotten", forgotten=content.forgotten or 0)
        return content.salt, content.statement

    def content(self, origin: str, index: int) -> Content | None:
        """What the store holds of an entry, forgotten or not."""
        numbers = [row.id for row in self._contents.logs() if row.origin == origin]
        return self._contents.content(numbers[0], index) if numbers else None

    def origins(self) -> tuple[str, ...]:
        """The origins of all logs, oldest first."""
        return tuple(row.origin for row in self._contents.logs())

    def logs(self) -> tuple[LogInfo, ...]:
        """All logs as they were last settled, oldest first; a running writer knows more."""
        return tuple(_info(row, self._contents.size(row.id)) for row in self._contents.logs())

    def checkpoint(self, origin: str) -> Checkpoint:
        """The newest public checkpoint; `trust.log_unknown` where there is none."""
        found = self._shown(origin)
        if found is None:
            raise CodedError("trust.log_unknown", origin=origin)
        return found

    def _shown(self, origin: str) -> Checkpoint | None:
        try:
            return parse_checkpoint(self._fs.read(self._public / origin / "checkpoint"))
        except FileNotFoundError:
            return None

    def tiles(self, origin: str, size: int | None = None) -> Tiles:
        """The tiles of a log's tree; of the newest public checkpoint if no size is given."""
        return Tiles(self._fs, self._public / origin, self.checkpoint(origin).size if size is None else size)

    def inclusion(self, origin: str, index: int, size: int) -> list[bytes]:
        """The inclusion proof of an entry in the tree of `size` leaves; reads O(log n) tiles."""
        return inclusion_proof(self.tiles(origin).node, index, size)

    def consistency(self, origin: str, old: int, new: int) -> list[bytes]:
        """The proof that the tree of `old` leaves is a prefix of that of `new`."""
        return consistency_proof(self.tiles(origin).node, old, new)

    def root(self, origin: str, size: int) -> bytes:
        """The root of the tree of the first `size` leaves."""
        return range_hash(self.tiles(origin).node, 0, size)

    def close(self) -> None:
        """Close the store."""
        self._contents.close()

    def _origin(self, log: int) -> str:
        return next(row.origin for row in self._contents.logs() if row.id == log)


def _info(row: LogRow, size: int) -> LogInfo:
    broken = Break.from_json(row.broken) if row.broken else None
    return LogInfo(row.origin, row.institution, row.generation, row.key, size, row.opened, row.closed, broken)
