"""Bodies: up to a megabyte in memory, larger ones on the disk, encrypted, so that memory stays flat.

A file in the spool has a random key of its own, which is kept in the evidence that names the file and nowhere else:
whoever forgets the evidence has forgotten the body. The spool holds what is under way; whoever keeps a body for longer
gives its file another name (a hard link) in a folder of its own, so a start may empty the spool.
"""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from hashlib import sha256, sha512
from pathlib import Path
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from uruk.exchange.api import EvidenceStore, Record
from uruk.kernel.api import CodedError

MEMORY_BYTES = 1 << 20
PIECE_BYTES = 64 * 1024
_TAG_BYTES = 16
_KEY_BYTES = 32


class Spooled:
    """A body in a file, in pieces of 64 KiB, each sealed with AES-256-GCM under its number."""

    __slots__ = ("_synced", "key", "path")

    def __init__(self, path: Path, key: bytes, synced: bool = False) -> None:
        self.path, self.key, self._synced = path, key, synced

    @property
    def name(self) -> str:
        """How evidence names it: the file and its key."""
        return f"{self.path.name}:{self.key.hex()}"

    @classmethod
    def named(cls, folder: Path, name: str) -> "Spooled":
        """The body in a folder that `name` stood for."""
        file, _, key = name.partition(":")
        return cls(folder / file, bytes.fromhex(key), synced=True)

    def pieces(self) -> Iterator[bytes]:
        """Its bytes in order; gone, cut or changed: `exchange.spool_damaged`."""
        sealer, number = AESGCM(self.key), 0
        try:
            with self.path.open("rb") as file:
                while sealed := file.read(PIECE_BYTES + _TAG_BYTES):
                    yield sealer.decrypt(_nonce(number), sealed, None)
                    number += 1
        except (InvalidTag, ValueError, OSError) as error:
            raise CodedError("exchange.spool_damaged") from error

    def sync(self) -> None:
        """Return when its bytes are on the disk; `exchange.spool_full`."""
        if self._synced:
            return
        try:
            handle = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
            try:
                os.fdatasync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            raise CodedError("exchange.spool_full") from error
        self._synced = True


class Body:
    """The bytes of a request or answer. `data` holds them up to a megabyte; a larger one is `spooled`."""

    __slots__ = ("_passing", "_sha512", "data", "length", "sha256", "spooled")

    def __init__(
        self,
        data: bytes | None,
        length: int,
        digest: bytes,
        long_digest: bytes | None,
        spooled: Spooled | None,
        passing: bool = False,
    ) -> None:
        self.data, self.length, self.sha256, self.spooled = data, length, digest, spooled
        self._sha512, self._passing = long_digest, passing

    @classmethod
    def of(cls, data: bytes) -> "Body":
        """A body of bytes that are at hand."""
        if not data:
            return _EMPTY
        return cls(data, len(data), sha256(data).digest(), None, None)

    @property
    def sha512(self) -> bytes:
        """SHA-512, which X-Road's request hash wants."""
        if self._sha512 is None:
            self._sha512 = sha512(self.data or b"").digest()
        return self._sha512

    async def chunks(self) -> AsyncIterator[bytes]:
        """The bytes in pieces; `exchange.spool_damaged` where they are not those that were taken in."""
        if self.spooled is None:
            if self.data:
                yield self.data
            return
        left = self.length
        for piece in self.spooled.pieces():
            left -= len(piece)
            yield piece
        if left:
            raise CodedError("exchange.spool_damaged")

    @property
    def name(self) -> str:
        """How evidence names its file; "" for a body in memory."""
        return "" if self.spooled is None else self.spooled.name

    async def durable(self) -> None:
        """Return when a spooled body is on the disk; the loop goes on meanwhile. `exchange.spool_full`."""
        if self.spooled is not None:
            await asyncio.to_thread(self.spooled.sync)

    def link(self, folder: Path) -> None:
        """Give the file of a spooled body a name in another folder of the same disk, which outlasts `release`."""
        if self.spooled is not None:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with suppress(FileExistsError):
                (folder / self.spooled.path.name).hardlink_to(self.spooled.path)

    def release(self) -> None:
        """Give up the body: what passed through the spool goes from it."""
        if self._passing and self.spooled is not None:
            self.spooled.path.unlink(missing_ok=True)


_EMPTY = Body(b"", 0, sha256(b"").digest(), None, None)  # nothing about it changes: all without a body share it


class Intake:
    """Takes a body in as it comes. `limit` bytes at most: `exchange.request_too_large`."""

    def __init__(self, folder: Path, limit: int) -> None:
        self._folder, self._limit = folder, limit
        self._gathered = bytearray()
        self._length = 0
        self._short, self._long = sha256(), sha512()
        self._spooled: Spooled | None = None
        self._file: IO[bytes] | None = None
        self._sealer: AESGCM | None = None
        self._number = 0

    def feed(self, data: bytes) -> None:
        """Take the next bytes; `exchange.request_too_large`, `exchange.spool_full`."""
        self._length += len(data)
        if self._length > self._limit:
            self.release()
            raise CodedError("exchange.request_too_large", limit=self._limit)
        self._gathered += data
        if self._file is not None or self._length > MEMORY_BYTES:
            self._spill(PIECE_BYTES)

    def finish(self) -> Body:
        """The whole body; a spooled one is with the operating system, on the disk after `durable`."""
        if self._file is None:
            return Body.of(bytes(self._gathered))
        self._spill(1)
        self._file.close()
        return Body(None, self._length, self._short.digest(), self._long.digest(), self._spooled, passing=True)

    def release(self) -> None:
        """Give up half way."""
        if self._file is not None and self._spooled is not None:
            self._file.close()
            self._spooled.path.unlink(missing_ok=True)
        self._gathered.clear()

    def _spill(self, at_least: int) -> None:
        """Write whole pieces to the file; with 1, the last one as well."""
        try:
            file, sealer = self._open()
            while len(self._gathered) >= at_least:
                piece = bytes(self._gathered[:PIECE_BYTES])
                del self._gathered[:PIECE_BYTES]
                self._short.update(piece)
                self._long.update(piece)
                _write_all(file, sealer.encrypt(_nonce(self._number), piece, None))
                self._number += 1
        except OSError as error:
            self.release()
            raise CodedError("exchange.spool_full") from error

    def _open(self) -> tuple[IO[bytes], AESGCM]:
        if self._file is None or self._sealer is None:
            self._spooled = Spooled(self._folder / secrets.token_hex(16), secrets.token_bytes(_KEY_BYTES))
            handle = os.open(self._spooled.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            self._file, self._sealer = os.fdopen(handle, "wb", buffering=0), AESGCM(self._spooled.key)
        return self._file, self._sealer


class Bodies:
    """The bodies of one gateway, with their spool."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder

    def intake(self, limit: int) -> Intake:
        """Begin to take a body in."""
        return Intake(self.folder, limit)

    def empty(self) -> None:
        """Remove what was under way when the gateway ended: nobody has its keys. Only once the log is ours."""
        for path in self.folder.iterdir():
            path.unlink()


def kept_body(evidence: EvidenceStore, record: Record, length: int, digest: bytes) -> Body:
    """The body that a record of the evidence stands for; its length and SHA-256 stand in the statement."""
    if not record.spooled:
        return Body(record.body, length, digest, None, None)
    return Body(None, length, digest, None, Spooled.named(evidence.folder_of(record), record.spooled))


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def _write_all(file: IO[bytes], data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[file.write(left) :]
