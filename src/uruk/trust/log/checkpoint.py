"""Checkpoints: a log's origin, size and root in a signed note (C2SP tlog-checkpoint)."""

from dataclasses import dataclass

from uruk.kernel.api import CodedError
from uruk.trust.log.merkle import HASH_BYTES
from uruk.trust.log.note import Note, NoteKey, note_bytes, parse_note
from uruk.trust.log.strict import b64, unb64, undecimal


@dataclass(frozen=True)
class Checkpoint:
    """What a log says of itself: `size` leaves under `root`. `raw` is the whole signed note, byte for byte.

    The first signature is the log's; witnesses' cosignatures follow it.
    """

    origin: str
    size: int
    root: bytes
    note: Note
    raw: bytes

    @property
    def own(self) -> bytes:
        """The note as its log signed it, without cosignatures: what is timestamped."""
        return note_bytes(self.note.text, *self.note.signatures[0])

    def verified_by(self, key: NoteKey) -> bool:
        """Whether the key, named like the origin, signed this checkpoint."""
        return key.name == self.origin and self.note.verified_by(key)


def checkpoint_text(origin: str, size: int, root: bytes) -> str:
    """The text a log signs: three lines, no extensions."""
    return f"{origin}\n{size}\n{b64(root)}\n"


def parse_checkpoint(raw: bytes) -> Checkpoint:
    """Read a checkpoint without trusting it; `trust.note_malformed` or `trust.checkpoint_malformed`."""
    note = parse_note(raw)
    lines = note.text[:-1].split("\n")
    if len(lines) != 3 or not lines[0]:
        raise CodedError("trust.checkpoint_malformed")
    size, root = undecimal(lines[1]), unb64(lines[2])
    if size is None or root is None or len(root) != HASH_BYTES:
        raise CodedError("trust.checkpoint_malformed")
    return Checkpoint(lines[0], size, root, note, raw)
