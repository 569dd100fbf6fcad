"""Timestamped checkpoints: beside the tiles lie `timestamp/<size>.checkpoint` and `timestamp/<size>.tsr`.

The second is an RFC 3161 token over SHA-256 of the first, in the form of `receipt_timestamp`. A proof under such a
checkpoint shows when the entry existed, whatever becomes of the log's key later.
"""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from uruk.trust.atomic import write_once
from uruk.trust.log.checkpoint import Checkpoint, parse_checkpoint
from uruk.trust.log.filesystem import RealFileSystem
from uruk.trust.log.public_log import FolderFiles, PublicLog
from uruk.trust.receipts import Receipt

FOLDER = "timestamp"
CHECKPOINT_ENDING, TOKEN_ENDING = ".checkpoint", ".tsr"


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
    """What is timestamped: SHA-256 of the note as its log signed it, whoever cosigned it since."""
    return sha256(checkpoint.own).digest()


def public_checkpoint(public: Path, origin: str) -> Checkpoint | None:
    """The newest checkpoint that the log shows in its public folder, or None where it shows none yet."""
    try:
        return parse_checkpoint((public / origin / "checkpoint").read_bytes())
    except FileNotFoundError:
        return None


def keep_stamp(public: Path, stamped: StampedCheckpoint) -> None:
    """Put a timestamped checkpoint beside its log; the token last, so that whoever sees it finds the checkpoint."""
    checkpoint, token = _paths(public / stamped.checkpoint.origin, stamped.checkpoint.size)
    write_once(checkpoint, stamped.checkpoint.raw)
    write_once(token, stamped.token)


def newest_stamp(public: Path, origin: str) -> StampedCheckpoint | None:
    """The timestamped checkpoint of the greatest size, or None."""
    names = (Path(name) for name in RealFileSystem().names(public / origin / FOLDER))
    sizes = (name.stem for name in names if name.suffix == TOKEN_ENDING)
    size = max((int(size) for size in sizes if size.isdecimal()), default=None)
    if size is None:
        return None
    checkpoint, token = _paths(public / origin, size)
    return StampedCheckpoint.read(checkpoint.read_bytes(), token.read_bytes())


def _paths(folder: Path, size: int) -> tuple[Path, Path]:
    return folder / FOLDER / f"{size}{CHECKPOINT_ENDING}", folder / FOLDER / f"{size}{TOKEN_ENDING}"


def stamped_receipt(receipt: Receipt, stamped: StampedCheckpoint, public: Path) -> Receipt:
    """The same statement proved under a timestamped checkpoint of its log; reads O(log n) tiles.

    The checkpoint must be of the receipt's log and hold its entry. Errors: `trust.log_damaged`.
    """
    log = PublicLog(FolderFiles(public), stamped.checkpoint.origin)
    return log.receipt_under(receipt, stamped.checkpoint, stamped.token)
