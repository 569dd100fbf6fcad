"""Verifying receipts that arrive in parts, many a second: each checkpoint's signature is verified once.

The claim is that of `verify_receipt`: the entry of this statement is in a log that the directory lists for its author,
under a key that counts at the statement's time. The statement itself is not read: the caller wrote it.
"""

from collections import OrderedDict
from datetime import UTC, datetime

from uruk.kernel.api import CodedError
from uruk.trust.directory import Directory
from uruk.trust.log.checkpoint import Checkpoint, parse_checkpoint
from uruk.trust.log.merkle import HASH_BYTES, leaf_hash, verify_inclusion
from uruk.trust.log.note import NoteKey
from uruk.trust.receipts import SALT_BYTES, ReceiptParts, entry_of

MAX_REMEMBERED = 4096
_MAX_PATH_BYTES = 63 * HASH_BYTES


class VerifiedCheckpoints:
    """Remembers which checkpoints a key was found to have signed; the oldest are dropped. One thread at a time."""

    def __init__(self, limit: int = MAX_REMEMBERED) -> None:
        self._limit = limit
        self._found: OrderedDict[bytes, tuple[Checkpoint, str | None]] = OrderedDict()

    def read(self, raw: bytes) -> Checkpoint:
        """The checkpoint read apart, not verified; `trust.note_malformed`, `trust.checkpoint_malformed`."""
        return self._entry(raw)[0]

    def verified(self, raw: bytes, key: str) -> Checkpoint:
        """The checkpoint, whose only signature is that of this verifier key; else `trust.receipt_signature`."""
        checkpoint, signed_by = self._entry(raw)
        if signed_by != key:
            # A signature that nobody here can check is refused, so that no byte of a receipt goes unread.
            if len(checkpoint.note.signatures) != 1 or not checkpoint.verified_by(NoteKey.parse(key)):
                raise CodedError("trust.receipt_signature")
            self._found[raw] = checkpoint, key
        return checkpoint

    def _entry(self, raw: bytes) -> tuple[Checkpoint, str | None]:
        found = self._found.get(raw)
        if found is None:
            found = self._found[raw] = parse_checkpoint(raw), None
            if len(self._found) > self._limit:
                self._found.popitem(last=False)
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
    path = parts.path
    if len(parts.salt) != SALT_BYTES or len(path) % HASH_BYTES or len(path) > _MAX_PATH_BYTES:
        raise CodedError("trust.proof_malformed")
    origin = checkpoints.read(parts.checkpoint).origin
    key = directory.log_key(origin, author, _moment(time))
    checkpoint = checkpoints.verified(parts.checkpoint, key.key)
    hashes = [path[at : at + HASH_BYTES] for at in range(0, len(path), HASH_BYTES)]
    leaf = leaf_hash(entry_of(statement, parts.salt))
    if not verify_inclusion(parts.index, checkpoint.size, leaf, hashes, checkpoint.root):
        raise CodedError("trust.receipt_inclusion")
    return checkpoint


def _moment(time: int) -> datetime:
    try:
        return datetime.fromtimestamp(time, UTC)
    except (OverflowError, ValueError, OSError):
        raise CodedError("trust.statement_shape", field="time") from None
