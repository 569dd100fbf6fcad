"""Timestamped checkpoints: beside the tiles lie `timestamp/<size>`, a checkpoint, and `timestamp/<size>.tsr`.

The token there is RFC 3161 over SHA-256 of the checkpoint.

A proof taken under one of them shows when the entry existed, whatever becomes of the log's key later.
"""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from uruk.trust.atomic import write_once
from uruk.trust.log.checkpoint import Checkpoint, parse_checkpoint
from uruk.trust.log.filesystem import RealFileSystem
from uruk.trust.log.merkle import inclusion_proof
from uruk.trust.log.proof import proof_text
from uruk.trust.log.tiles import Tiles
from uruk.trust.receipts import Receipt

FOLDER = "timestamp"
_ENDING = ".tsr"


@dataclass(frozen=True)
class StampedCheckpoint:
    """A checkpoint, and a token (DER) of a timestamping authority over `digest`."""

    checkpoint: Checkpoint
    token: bytes

    @classmethod
    def read(cls, checkpoint: bytes, token: bytes) -> "StampedCheckpoint":
        """Both from their bytes; `trust.note_malformed` or `trust.checkpoint_malformed`."""
        return cls(parse_checkpoint(checkpoint), token)


def checkpoint_digest(checkpoint: Checkpoint) -> bytes:
    """What is timestamped: SHA-256 of the whole signed note, byte for byte."""
    return sha256(checkpoint.raw).digest()


def public_checkpoint(public: Path, origin: str) -> Checkpoint | None:
    """The newest checkpoint that the log shows in its public folder, or None where it shows none yet."""
    try:
        return parse_checkpoint((public / origin / "checkpoint").read_bytes())
    except FileNotFoundError:
        return None


def keep_stamp(public: Path, stamped: StampedCheckpoint) -> None:
    """Put a timestamped checkpoint beside its log; the token last, so that whoever sees it finds the checkpoint."""
    folder = public / stamped.checkpoint.origin / FOLDER
    write_once(folder / str(stamped.checkpoint.size), stamped.checkpoint.raw)
    write_once(folder / f"{stamped.checkpoint.size}{_ENDING}", stamped.token)


def newest_stamp(public: Path, origin: str) -> StampedCheckpoint | None:
    """The timestamped checkpoint of the greatest size, or None."""
    folder = public / origin / FOLDER
    names = (name.removesuffix(_ENDING) for name in RealFileSystem().names(folder) if name.endswith(_ENDING))
    size = max((int(name) for name in names if name.isdecimal()), default=None)
    if size is None:
        return None
    return StampedCheckpoint.read((folder / str(size)).read_bytes(), (folder / f"{size}{_ENDING}").read_bytes())


def stamped_receipt(receipt: Receipt, stamped: StampedCheckpoint, public: Path) -> Receipt:
    """The same statement proved under a timestamped checkpoint of its log; reads O(log n) tiles.

    The checkpoint must be of the receipt's log and hold its entry. Errors: `trust.log_damaged`.
    """
    checkpoint = stamped.checkpoint
    tiles = Tiles(RealFileSystem(), public / checkpoint.origin, checkpoint.size)
    path = inclusion_proof(tiles.node, receipt.index, checkpoint.size)
    return Receipt(receipt.statement, receipt.salt, proof_text(receipt.index, path, checkpoint.raw), stamped.token)
