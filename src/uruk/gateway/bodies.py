"""Bodies: up to a megabyte in memory, larger ones on the disk, encrypted, so that memory stays flat.

A file in the spool has a random key of its own, which is kept in the evidence that names the file and nowhere else:
whoever forgets the evidence has forgotten the body.
"""

import os
import secrets
from collections.abc import AsyncIterator, Iterator
from hashlib import sha256, sha512
from pathlib import Path
from typing import BinaryIO

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from uruk.kernel.api import CodedError

MEMORY_BYTES = 1 << 20
PIECE_BYTES = 64 * 1024
_TAG_BYTES = 16
_KEY_BYTES = 32


class Spooled:
    """A body in a file of the spool, in pieces of 64 KiB, each sealed with AES-256-GCM under its number."""

    __slots__ = ("kept", "key", "path")

    def __init__(self, path: Path, key: bytes) -> None:
        self.path, self.key, self.kept = path, key, False

    @property
    def name(self) -> str:
        """How evidence names it: the file and its key."""
        return f"{self.path.name}:{self.key.hex()}"

    @classmethod
    def named(cls, folder: Path, name: str) -> "Spooled":
        """The body that `name` stood for."""
        file, _, key = name.partition(":")
        found = cls(folder / file, bytes.fromhex(key))
        found.kept = True
        return found

    def pieces(self) -> Iterator[bytes]:
        """Its bytes in order; a piece that was changed raises `exchange.spool_damaged`."""
        sealer, number = AESGCM(self.key), 0
        with self.path.open("rb") as file:
            while sealed := file.read(PIECE_BYTES + _TAG_BYTES):
                yield _opened(sealer, number, sealed)
                number += 1


class Body:
    """The bytes of a request or answer. `data` holds them up to a megabyte; a larger one is `spooled`."""

    __slots__ = ("_sha512", "data", "length", "sha256", "spooled")

    def __init__(
        self, data: bytes | None, length: int, digest: bytes, long_digest: bytes | None, spooled: Spooled | None
    ) -> None:
        self.data, self.length, self.sha256, self.spooled = data, length, digest, spooled
        self._sha512 = long_digest

    @classmethod
    def of(cls, data: bytes) -> "Body":
        """A body of bytes that are at hand."""
        return cls(data, len(data), sha256(data).digest(), None, None)

    @property
    def sha512(self) -> bytes:
        """SHA-512, which X-Road's request hash wants."""
        if self._sha512 is None:
            self._sha512 = sha512(self.data or b"").digest()
        return self._sha512

    async def chunks(self) -> AsyncIterator[bytes]:
        """The bytes in pieces."""
        if self.spooled is None:
            if self.data:
                yield self.data
            return
        for piece in self.spooled.pieces():
            yield piece

    @property
    def name(self) -> str:
        """How evidence names its file; "" for a body in memory."""
        return "" if self.spooled is None else self.spooled.name

    def keep(self) -> None:
        """Leave the file to the evidence that names it."""
        if self.spooled is not None:
            self.spooled.kept = True

    def release(self) -> None:
        """Give up the body: its file goes, unless evidence keeps it."""
        if self.spooled is not None and not self.spooled.kept:
            self.spooled.path.unlink(missing_ok=True)


class Intake:
    """Takes a body in as it comes. `limit` bytes at most: `exchange.request_too_large`."""

    def __init__(self, folder: Path, limit: int) -> None:
        self._folder, self._limit = folder, limit
        self._gathered = bytearray()
        self._length = 0
        self._short, self._long = sha256(), sha512()
        self._spooled: Spooled | None = None
        self._file: BinaryIO | None = None
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
        """The whole body; a spooled one is on the disk when this returns."""
        if self._file is None:
            return Body.of(bytes(self._gathered))
        self._spill(1)
        self._file.flush()
        os.fdatasync(self._file.fileno())
        self._file.close()
        return Body(None, self._length, self._short.digest(), self._long.digest(), self._spooled)

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
                file.write(sealer.encrypt(_nonce(self._number), piece, None))
                self._number += 1
        except OSError as error:
            self.release()
            raise CodedError("exchange.spool_full") from error

    def _open(self) -> tuple[BinaryIO, AESGCM]:
        if self._file is None or self._sealer is None:
            self._spooled = Spooled(self._folder / secrets.token_hex(16), secrets.token_bytes(_KEY_BYTES))
            handle = os.open(self._spooled.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            self._file, self._sealer = os.fdopen(handle, "wb"), AESGCM(self._spooled.key)
        return self._file, self._sealer


class Bodies:
    """The bodies of one gateway, with their spool."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder

    def intake(self, limit: int) -> Intake:
        """Begin to take a body in."""
        return Intake(self.folder, limit)

    def named(self, name: str) -> Spooled:
        """A body that evidence keeps under this name."""
        return Spooled.named(self.folder, name)


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def _opened(sealer: AESGCM, number: int, sealed: bytes) -> bytes:
    try:
        return sealer.decrypt(_nonce(number), sealed, None)
    except Exception as error:  # cryptography raises InvalidTag, and ValueError for a piece cut short
        raise CodedError("exchange.spool_damaged") from error
