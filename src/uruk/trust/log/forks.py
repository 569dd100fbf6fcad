"""Two histories of one log, as evidence that anybody checks with the log's own key.

Either two roots for one size; or two sizes, and a path in the newer tree that shows another root at the older size
than the log once signed.
"""

from dataclasses import dataclass
from typing import Any

from uruk.kernel.api import CodedError
from uruk.trust.log.checkpoint import Checkpoint, parse_checkpoint
from uruk.trust.log.merkle import HASH_BYTES, Node, consistency_path, roots_of_path
from uruk.trust.log.note import NoteKey
from uruk.trust.log.strict import b64, unb64

_MEMBERS = {"older", "newer", "path"}
_MAX_PATH = 64


@dataclass(frozen=True)
class Fork:
    """Two checkpoints of one log, the smaller first; `path` is a `consistency_path` of the newer tree, or empty."""

    older: Checkpoint
    newer: Checkpoint
    path: tuple[bytes, ...] = ()

    @property
    def origin(self) -> str:
        """The log that showed two histories."""
        return self.older.origin

    def proved_by(self, key: NoteKey) -> bool:
        """Whether the log's key signed both, and no tree has both roots."""
        if not (self.older.verified_by(key) and self.newer.verified_by(key)):
            return False
        if self.older.size == self.newer.size:
            return not self.path and self.older.root != self.newer.root
        roots = roots_of_path(self.older.size, self.newer.size, self.path)
        return roots is not None and roots[1] == self.newer.root and roots[0] != self.older.root

    def to_map(self) -> dict[str, Any]:
        """JSON values: the checkpoints as text, the path in base64."""
        older, newer = (checkpoint.own.decode() for checkpoint in (self.older, self.newer))
        return {"older": older, "newer": newer, "path": [b64(item) for item in self.path]}

    @classmethod
    def from_map(cls, value: Any) -> "Fork":
        """Read what `to_map` wrote; anything else: `trust.fork_malformed`, `trust.note_malformed`, …"""
        if not isinstance(value, dict) or set(value) != _MEMBERS or not isinstance(value["path"], list):
            raise CodedError("trust.fork_malformed")
        older, newer, path = value["older"], value["newer"], value["path"]
        if not all(isinstance(item, str) for item in (older, newer, *path)) or len(path) > _MAX_PATH:
            raise CodedError("trust.fork_malformed")
        hashes = tuple(unb64(item) or b"" for item in path)
        if any(len(item) != HASH_BYTES for item in hashes):
            raise CodedError("trust.fork_malformed")
        return cls(parse_checkpoint(_bytes(older)), parse_checkpoint(_bytes(newer)), hashes)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")  # which no note is, so that it is refused as one


def find_fork(one: Checkpoint, other: Checkpoint, node: Node | None = None) -> Fork | None:
    """The evidence that two checkpoints of a log exclude each other, or None where they do not, or it cannot be seen.

    `node` reads the tree of the greater one (needed where the sizes differ). Signatures are not checked here.
    """
    older, newer = sorted((one, other), key=lambda checkpoint: checkpoint.size)
    if older.size == newer.size:
        return Fork(older, newer) if older.root != newer.root else None
    if node is None or older.size == 0:
        return None
    path = tuple(consistency_path(node, older.size, newer.size))
    return fork_of_path(older, newer, path)


def fork_of_path(older: Checkpoint, newer: Checkpoint, path: tuple[bytes, ...]) -> Fork | None:
    """The evidence in a path that somebody gave, or None where it is of neither tree or shows none."""
    roots = roots_of_path(older.size, newer.size, path)
    if roots is None or roots[1] != newer.root or roots[0] == older.root:
        return None
    return Fork(older, newer, path)
