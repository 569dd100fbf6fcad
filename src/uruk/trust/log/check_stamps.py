"""Checking a log's timestamped checkpoints: signed by the log, of its tree, and timestamped by a listed authority."""

from collections.abc import Collection, Iterator
from pathlib import Path

from uruk.kernel.api import CodedError
from uruk.trust.directory import Directory
from uruk.trust.log.checkpoint import Checkpoint, parse_checkpoint
from uruk.trust.log.filesystem import RealFileSystem
from uruk.trust.log.merkle import range_hash
from uruk.trust.log.note import NoteKey
from uruk.trust.log.problems import Problem
from uruk.trust.log.public_log import COSIGNED
from uruk.trust.log.stamped import CHECKPOINT_ENDING, FOLDER, TOKEN_ENDING, StampedCheckpoint, checkpoint_digest
from uruk.trust.log.tiles import Tiles
from uruk.trust.receipt_timestamp import verify_bare_token


def check_stamps(folder: Path, key: NoteKey, size: int, certificates: Collection[bytes]) -> Iterator[Problem]:
    """What is wrong in `folder/timestamp` of a log that shows `size` entries.

    Without certificates (DER) of authorities the tokens themselves are not judged.
    """
    for name in RealFileSystem().names(folder / FOLDER):
        path = folder / FOLDER / name
        # A checkpoint whose token never came was put there just before an interruption, and is good for nothing.
        if path.suffix == TOKEN_ENDING:
            yield from _check_one(path, key, size, certificates)


def check_cosigned(folder: Path, key: NoteKey, size: int) -> Iterator[Problem]:
    """Whether the newest cosigned checkpoint, where there is one, is the log's own and of its tree.

    The cosignatures are judged by whoever has the directory of witnesses.
    """
    path = folder / COSIGNED
    try:
        found = parse_checkpoint(path.read_bytes())
    except FileNotFoundError:
        return
    except (OSError, CodedError):
        yield Problem(str(path), "trust.check_bits")
        return
    if not found.verified_by(key) or found.size > size or not _is_of_tree(found, folder, size):
        yield Problem(str(path), "trust.check_checkpoint")


def authorities(public: Path) -> tuple[bytes, ...]:
    """The timestamping authorities of the keys.json beside the logs; none where it cannot be read."""
    try:
        return Directory.parse((public.parent / "keys.json").read_bytes()).timestampers
    except (OSError, CodedError):
        return ()


def _check_one(path: Path, key: NoteKey, size: int, certificates: Collection[bytes]) -> Iterator[Problem]:
    noted = path.with_suffix(CHECKPOINT_ENDING)
    try:
        stamped = StampedCheckpoint.read(noted.read_bytes(), path.read_bytes())
    except (OSError, CodedError):
        yield Problem(str(noted), "trust.check_bits")
        return
    if not _is_of_log(stamped.checkpoint, path, key, size):
        yield Problem(str(noted), "trust.check_checkpoint")
    elif certificates and not _is_timestamped(stamped, certificates):
        yield Problem(str(path), "trust.check_bits")


def _is_of_log(checkpoint: Checkpoint, path: Path, key: NoteKey, size: int) -> bool:
    if not checkpoint.verified_by(key) or path.stem != str(checkpoint.size) or checkpoint.size > size:
        return False
    return _is_of_tree(checkpoint, path.parent.parent, size)


def _is_of_tree(checkpoint: Checkpoint, folder: Path, size: int) -> bool:
    tiles = Tiles(RealFileSystem(), folder, size)
    try:
        return range_hash(tiles.node, 0, checkpoint.size) == checkpoint.root
    except CodedError:
        return True  # tiles that cannot be read are told of elsewhere


def _is_timestamped(stamped: StampedCheckpoint, certificates: Collection[bytes]) -> bool:
    try:
        verify_bare_token(stamped.token, checkpoint_digest(stamped.checkpoint), certificates)
    except CodedError:
        return False
    return True
