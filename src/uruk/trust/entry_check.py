"""Verifying receipts that arrive in parts, many a second: what a batch shares is verified once.

The claim is that of `verify_receipt`: the entry of this statement is in a log that the directory lists for its author,
under a key that counts at the statement's time. The statement itself is not read: the caller wrote it. Entries of one
batch come under one checkpoint, and their audit paths soon meet: there the rest of a path, which must be the same, need
not be hashed again.
"""

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256

from uruk.kernel.api import CodedError
from uruk.trust.directory import Directory
from uruk.trust.log.checkpoint import Checkpoint, parse_checkpoint
from uruk.trust.log.merkle import HASH_BYTES
from uruk.trust.log.note import NoteKey
from uruk.trust.receipts import LEAF_PREFIX, SALT_BYTES, ReceiptParts

MAX_REMEMBERED = 256
MAX_WITH_PATHS = 32
_MAX_PATH_BYTES = 63 * HASH_BYTES


@dataclass(slots=True)
class SeenCheckpoint:
    """A checkpoint that was read. `signed_by`: the verifier key that was found to have signed it, or None.

    `nodes`: by level and number, nodes whose way to the root was verified, and the rest of the path from there.
    """

    checkpoint: Checkpoint
    signed_by: str | None = None
    nodes: dict[int, tuple[bytes, bytes]] = field(default_factory=dict)

    def verify(self, statement: bytes, salt: bytes, index: int, path: bytes) -> None:
        """Verify that the log holds this statement; `trust.proof_malformed`, `trust.receipt_inclusion`."""
        if len(salt) != SALT_BYTES or len(path) % HASH_BYTES or len(path) > _MAX_PATH_BYTES:
            raise CodedError("trust.proof_malformed")
        entry = sha256(LEAF_PREFIX + salt + statement).digest()
        if not self._includes(index, sha256(b"\x00" + entry).digest(), path):
            raise CodedError("trust.receipt_inclusion")

    def _includes(self, index: int, leaf: bytes, path: bytes) -> bool:
        """Whether the path leads from a leaf hash to the root (RFC 9162 §2.1.3.2)."""
        passed = self._climbed(index, leaf, path)
        for key, node, at in passed or ():
            self.nodes[key] = node, path[at:]
        return passed is not None

    def _climbed(self, index: int, leaf: bytes, path: bytes) -> list[tuple[int, bytes, int]] | None:
        """The nodes on the way to the root, or to one that is known, each with where the path goes on; else None."""
        number, last, level = index, self.checkpoint.size - 1, 0
        current, at = leaf, 0
        passed: list[tuple[int, bytes, int]] = []
        if number > last:
            return None
        while True:
            key = number << 6 | level
            if self.nodes.get(key) == (current, path[at:]):
                return passed
            passed.append((key, current, at))
            if at == len(path):
                return passed if last == 0 and current == self.checkpoint.root else None
            if last == 0:
                return None
            item, at = path[at : at + HASH_BYTES], at + HASH_BYTES
            if number & 1 or number == last:
                current = sha256(b"\x01" + item + current).digest()
                while not number & 1 and number:
                    number, last, level = number >> 1, last >> 1, level + 1
            else:
                current = sha256(b"\x01" + current + item).digest()
            number, last, level = number >> 1, last >> 1, level + 1


class VerifiedCheckpoints:
    """Remembers which checkpoints a key was found to have signed; the oldest are dropped. One thread at a time."""

    def __init__(self, limit: int = MAX_REMEMBERED) -> None:
        self._limit = limit
        self._found: OrderedDict[bytes, SeenCheckpoint] = OrderedDict()
        self._newest: deque[SeenCheckpoint] = deque()

    def read(self, raw: bytes) -> Checkpoint:
        """The checkpoint read apart, not verified; `trust.note_malformed`, `trust.checkpoint_malformed`."""
        return self._seen(raw).checkpoint

    def judged(self, raw: bytes, author: str, time: int, directory: Directory) -> SeenCheckpoint:
        """The checkpoint, signed by the key of a log that is the author's at a time (Unix seconds), and by no other.

        Errors: `trust.log_…`, `trust.receipt_signature`.
        """
        seen = self._seen(raw)
        key = directory.log_key(seen.checkpoint.origin, author, _moment(time)).key
        if seen.signed_by != key:
            # A signature that nobody here can check is refused, so that no byte of a receipt goes unread.
            note = seen.checkpoint.note
            if len(note.signatures) != 1 or not seen.checkpoint.verified_by(NoteKey.parse(key)):
                raise CodedError("trust.receipt_signature")
            seen.signed_by = key
        return seen

    def _seen(self, raw: bytes) -> SeenCheckpoint:
        found = self._found.get(raw)
        if found is None:
            found = self._found[raw] = SeenCheckpoint(parse_checkpoint(raw))
            if len(self._found) > self._limit:
                self._found.popitem(last=False)
            self._newest.append(found)
            if len(self._newest) > MAX_WITH_PATHS:
                self._newest.popleft().nodes = {}
        return found


def verify_entry(
    statement: bytes,
    parts: ReceiptParts,
    *,
    author: str,
    time: int,
    directory: Directory,
    checkpoints: VerifiedCheckpoints,
) -> Checkpoint:
    """Verify that the author's log holds this statement, and return the checkpoint that proves it.

    `time` (Unix seconds) is the statement's own. Errors as of `verify_receipt`: `trust.log_…`,
    `trust.receipt_signature`, `trust.receipt_inclusion`, `trust.proof_malformed`.
    """
    seen = checkpoints.judged(parts.checkpoint, author, time, directory)
    seen.verify(statement, parts.salt, parts.index, parts.path)
    return seen.checkpoint


def _moment(time: int) -> datetime:
    try:
        return datetime.fromtimestamp(time, UTC)
    except (OverflowError, ValueError, OSError):
        raise CodedError("trust.statement_shape", field="time") from None
