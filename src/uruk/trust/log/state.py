"""What a running writer keeps in memory: its logs, and the batches that are durable but not yet settled."""

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from uruk.kernel.api import CodedError
from uruk.trust.keys.protocols import Signer
from uruk.trust.log.checkpoint import checkpoint_text
from uruk.trust.log.contents import LogRow, Row
from uruk.trust.log.note import NoteKey, note_bytes
from uruk.trust.log.strict import b64, unb64
from uruk.trust.log.tiles import EMPTY_EDGE, Edge
from uruk.trust.log.tree import EMPTY, Tree
from uruk.trust.receipts import Receipt


@dataclass(frozen=True)
class LogInfo:
    """A log for those outside: what a directory lists. Times in Unix seconds UTC; `closed` None while it is open."""

    origin: str
    institution: str
    generation: int
    key: str
    size: int
    opened: int
    closed: int | None
    broken: "Break | None"

    @property
    def ends(self) -> datetime:
        """When the calendar year (UTC) in which it was opened is over: then the next one follows it."""
        return datetime(datetime.fromtimestamp(self.opened, UTC).year + 1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Break:
    """Why a generation ended early: `behind`, `forked` or `cannot_tell`, what we hold of it and what is known of it.

    Entries [size, known_size) are lost here; who has a receipt for one can send it back.
    """

    origin: str
    reason: str
    size: int
    root: bytes
    known_size: int | None
    known_root: bytes | None

    def body(self) -> dict[str, str | int | bytes | None]:
        """The body of the `break` statement that two persons approve."""
        return {
            "origin": self.origin,
            "reason": self.reason,
            "size": self.size,
            "root": self.root,
            "known_size": self.known_size,
            "known_root": self.known_root,
        }

    def to_json(self) -> str:
        """The break as JSON, as the store of contents keeps it."""
        value = self.body() | {"root": b64(self.root), "known_root": self.known_root and b64(self.known_root)}
        return json.dumps(value, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Break":
        """Read what `to_json` wrote."""
        value = json.loads(text)
        value["root"] = unb64(value["root"])
        value["known_root"] = value["known_root"] and unb64(value["known_root"])
        return cls(**value)


@dataclass
class Log:
    """One log: what never changes of it (`row`), its newest tree, and the edge of its settled tiles."""

    row: LogRow
    key: NoteKey
    signer: Signer | None = None
    tree: Tree = EMPTY
    edge: Edge = EMPTY_EDGE
    checkpoint: bytes = b""
    settled_checkpoint: bytes = b""

    @property
    def origin(self) -> str:
        """The log's name."""
        return self.row.origin

    def sign(self, tree: Tree) -> bytes:
        """Sign the checkpoint of a tree."""
        if self.signer is None:
            raise CodedError("trust.log_stopped")
        text = checkpoint_text(self.origin, tree.size, tree.root)
        return note_bytes(text, self.origin, self.key.key_id, self.signer.sign(text.encode()))

    def info(self) -> LogInfo:
        """What those outside may know of it."""
        row = self.row
        broken = Break.from_json(row.broken) if row.broken else None
        return LogInfo(
            row.origin, row.institution, row.generation, row.key, self.tree.size, row.opened, row.closed, broken
        )

    def settled_row(self) -> LogRow:
        """The log's row with its settled state."""
        return replace(self.row, size=self.edge.size, checkpoint=self.settled_checkpoint, edge=self.edge.to_bytes())


@dataclass(slots=True)
class Part:
    """The entries of one log in a batch, the tree after them and its signed checkpoint."""

    log: Log
    since: int
    tree: Tree
    entries: list[bytes]
    contents: list[tuple[bytes, bytes, bytes]]
    checkpoint: bytes

    def receipts(self) -> list[Receipt]:
        """The receipts of all entries of the part, in order."""
        tree, checkpoint = self.tree, self.checkpoint
        return [
            Receipt(statement, salt, (tree, index, checkpoint))
            for index, (_, salt, statement) in enumerate(self.contents, self.since)
        ]

    def receipt_of(self, act: bytes) -> Receipt:
        """The receipt of one act of the part."""
        place = next(place for place, content in enumerate(self.contents) if content[0] == act)
        return self.receipts()[place]

    def rows(self) -> list[Row]:
        """The rows for the store of contents."""
        log = self.log.row.id
        return [(log, index, *content) for index, content in enumerate(self.contents, self.since)]


@dataclass(slots=True)
class Pending:
    """A batch that is durable in the journal but not settled yet."""

    number: int
    seal: bytes
    segment: int
    parts: list[Part]
    logs: list[Log] = field(default_factory=list)
    aside: bytes = b""
    closed: list[Log] = field(default_factory=list)

    @property
    def entries(self) -> int:
        """How many entries it holds."""
        return sum(len(part.contents) for part in self.parts)

    @property
    def bytes(self) -> int:
        """How many bytes its statements take."""
        return len(self.aside) + sum(len(content[2]) for part in self.parts for content in part.contents)
