"""A log as anybody sees it: its checkpoint and tiles (C2SP tlog-tiles), in a folder or at an address."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.error import HTTPError
from urllib.request import urlopen

from uruk.kernel.api import CodedError
from uruk.trust.log.checkpoint import Checkpoint, parse_checkpoint
from uruk.trust.log.filesystem import RealFileSystem
from uruk.trust.log.merkle import Node, consistency_proof, inclusion_proof
from uruk.trust.log.proof import proof_text
from uruk.trust.log.tiles import Tiles
from uruk.trust.receipts import Receipt
from uruk.trust.whole import read_whole

_MAX_FILE_BYTES = 64 * 1024
COSIGNED = "cosigned"
"""Beside the checkpoint: the newest one that witnesses cosigned, with their signatures."""


class PublicFiles(Protocol):
    """Public files by their path below `log/`; FileNotFoundError for one that is not there, else OSError."""

    def read(self, path: Path) -> bytes:
        """The whole file."""


@dataclass(frozen=True)
class FolderFiles:
    """The public files of a node in its own folder `public/log`."""

    folder: Path

    def read(self, path: Path) -> bytes:
        """The whole file."""
        return (self.folder / path).read_bytes()


@dataclass(frozen=True)
class UrlFiles:
    """The public files of another node, at its address `…/log`."""

    url: str
    timeout_s: float = 5.0

    def read(self, path: Path) -> bytes:
        """Fetch the file; OSError for a longer one than any of a log has."""
        address = f"{self.url.rstrip('/')}/{path.as_posix()}"
        if not address.startswith(("http://", "https://")):
            raise OSError(address)
        try:
            with urlopen(address, timeout=self.timeout_s) as answer:  # noqa: S310
                return read_whole(answer, _MAX_FILE_BYTES, 2 * self.timeout_s)
        except HTTPError as error:
            if error.code == 404:
                raise FileNotFoundError(address) from None
            raise


def show_cosigned(public: Path, checkpoint: Checkpoint) -> None:
    """Put a cosigned checkpoint beside its log, in the place of the one before."""
    RealFileSystem().replace(public / checkpoint.origin / COSIGNED, checkpoint.raw)


class PublicLog:
    """One log in such files. What is read is not trusted: its proofs show whether it is true."""

    def __init__(self, files: PublicFiles, origin: str) -> None:
        self._files = files
        self._folder = Path(origin)
        self.origin = origin

    def checkpoint(self, name: str = "checkpoint") -> Checkpoint:
        """The newest checkpoint (or the newest `COSIGNED`); `trust.log_unknown` where there is none, or another's."""
        try:
            found = parse_checkpoint(self._files.read(self._folder / name))
        except FileNotFoundError:
            raise CodedError("trust.log_unknown", origin=self.origin) from None
        if found.origin != self.origin:
            raise CodedError("trust.log_unknown", origin=self.origin)
        return found

    def node(self, size: int) -> Node:
        """The nodes of the tree of `size` leaves; what cannot be read raises `trust.log_damaged`."""
        return Tiles(self._files, self._folder, size).node

    def consistency(self, old: int, new: int) -> list[bytes]:
        """The proof that the tree of `old` leaves is a prefix of that of `new` (empty from nothing)."""
        return consistency_proof(self.node(new), old, new) if old else []

    def receipt_under(self, receipt: Receipt, checkpoint: Checkpoint, token: bytes | None = None) -> Receipt:
        """The same statement proved under another checkpoint of its log that holds its entry; `trust.log_damaged`.

        `token`: a timestamp of that checkpoint. Reads O(log n) tiles.
        """
        path = inclusion_proof(self.node(checkpoint.size), receipt.index, checkpoint.size)
        return Receipt(receipt.statement, receipt.salt, proof_text(receipt.index, path, checkpoint.raw), token)
