"""What the tests of the log share: a node in a temporary folder, its keys, acts, statements."""

import random
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from uruk.kernel.api import Clock, FixedClock
from uruk.trust.keys.signatures import MemorySigner
from uruk.trust.log.filesystem import FileSystem
from uruk.trust.log.known import FolderKnown, LatestKnown
from uruk.trust.log.merkle import verify_consistency
from uruk.trust.log.names import LogNames
from uruk.trust.log.note import NoteKey
from uruk.trust.log.reader import LogReader
from uruk.trust.log.writer import LogWriter
from uruk.trust.receipts import Receipt

NAMES = LogNames("iq", "demo")
INTERIOR = "iq/interior/demo/0/1"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def signer_of(origin: str) -> MemorySigner:
    """The key of an origin, the same in every process and at every start."""
    return MemorySigner(Ed25519PrivateKey.from_private_bytes(random.Random(origin).randbytes(32)))


def key_of(origin: str) -> NoteKey:
    return NoteKey(origin, signer_of(origin).public_key)


def act(number: int) -> uuid.UUID:
    """Ids in the order of time, as the kernel makes them."""
    return uuid.UUID(bytes=number.to_bytes(6, "big") + b"\x70" + b"\x00" * 9)


def statement(number: int) -> bytes:
    return b"statement %d " % number + b"." * (number * 37 % 200)


@dataclass
class Node:
    """A node's folders; `open` starts a writer on them."""

    base: Path
    fs: FileSystem | None = None
    clock: Clock = field(default_factory=lambda: FixedClock(NOW))
    keys: Callable[[str], MemorySigner] = signer_of

    @property
    def folder(self) -> Path:
        return self.base / "trust"

    @property
    def public(self) -> Path:
        return self.base / "public" / "log"

    def open(self, latest: LatestKnown | None = None, **more) -> LogWriter:
        latest = latest or FolderKnown(self.base / "known")
        return LogWriter(
            self.folder, self.public, NAMES, self.keys, clock=self.clock, fs=self.fs, latest=latest, **more
        )

    def read(self) -> LogReader:
        return LogReader(self.folder, self.public)


def proves(receipt: Receipt, number: int) -> bool:
    """Whether a receipt is whole and is for this statement: what "open every acknowledged entry" means."""
    proof = Receipt.parse(receipt.to_json()).parsed_proof
    signed = proof.checkpoint.verified_by(key_of(proof.checkpoint.origin))
    return signed and proof.includes(receipt.leaf) and receipt.statement == statement(number)


def extends(reader: LogReader, receipt: Receipt) -> bool:
    """Whether the public tree is an extension of the one that the receipt's checkpoint showed."""
    shown = receipt.parsed_proof.checkpoint
    now = reader.checkpoint(shown.origin)
    if shown.size > now.size:
        return False
    proof = reader.consistency(shown.origin, shown.size, now.size)
    return verify_consistency(shown.size, now.size, shown.root, now.root, proof)


def files_of(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())
