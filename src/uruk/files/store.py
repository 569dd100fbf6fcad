"""Content-addressed files: the name is the SHA-256 of the bytes, and a file is there whole or not at all."""

import errno
import hashlib
import os
import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from uruk.kernel.api import CodedError
from uruk.trust.api import sync_folder

_NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True, slots=True)
class FileRef:
    """What names stored bytes: their SHA-256 (32 bytes) and how many they are."""

    sha256: bytes
    size: int

    @classmethod
    def of(cls, data: bytes) -> "FileRef":
        """The reference of these bytes, stored or not."""
        return cls(hashlib.sha256(data).digest(), len(data))


class FileStore:
    """A folder of files named by their digest; storing the same bytes twice keeps them once.

    ``write`` stands in for ``os.write`` where a test needs a disk that fills up.
    """

    def __init__(self, folder: Path, write: Callable[[int, bytes], int] = os.write) -> None:
        self._folder = folder
        self._write = write

    def store(self, data: bytes) -> FileRef:
        """Keep the bytes, on disk before it returns; a full disk raises ``files.disk_full`` and keeps nothing."""
        ref = FileRef.of(data)
        path = self._path(ref)
        if not path.exists():
            try:
                self._write_new(path, data)
            except OSError as error:
                if error.errno in _NO_SPACE:
                    raise CodedError("files.disk_full") from error
                raise
        return ref

    def load(self, ref: FileRef) -> bytes:
        """Return the bytes; gone: ``files.missing``, no longer what was stored: ``files.damaged``."""
        data = self.load_named(ref.sha256)
        if len(data) != ref.size:
            raise CodedError("files.damaged", name=ref.sha256.hex()[:16])
        return data

    def load_named(self, sha256: bytes) -> bytes:
        """Return the bytes of this digest (32 bytes), however many they are; errors as `load`."""
        try:
            data = self._path(FileRef(sha256, 0)).read_bytes()
        except FileNotFoundError:
            raise CodedError("files.missing", name=sha256.hex()[:16]) from None
        if hashlib.sha256(data).digest() != sha256:
            raise CodedError("files.damaged", name=sha256.hex()[:16])
        return data

    def holds(self, sha256: bytes) -> bool:
        """Whether bytes of this digest (32 bytes) are stored."""
        return self._path(FileRef(sha256, 0)).exists()

    def forget(self, ref: FileRef) -> None:
        """Delete the bytes; no error if they are gone already."""
        self._path(ref).unlink(missing_ok=True)

    def forget_named(self, sha256: bytes) -> None:
        """Delete the bytes of this digest (32 bytes); no error if they are gone already."""
        self.forget(FileRef(sha256, 0))

    def _path(self, ref: FileRef) -> Path:
        name = ref.sha256.hex()
        return self._folder / name[:2] / name

    def _write_new(self, path: Path, data: bytes) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = path.with_name(f".{secrets.token_hex(8)}")
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            try:
                self._write_all(handle, data)
                os.fsync(handle)
            finally:
                os.close(handle)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        sync_folder(path.parent)

    def _write_all(self, handle: int, data: bytes) -> None:
        left = memoryview(data)
        while left:
            left = left[self._write(handle, bytes(left[: 1 << 20])) :]


def require_free_space(folder: Path, percent: int, usage: Callable[[Path], tuple[int, int, int]] | None = None) -> None:
    """Refuse with ``files.disk_nearly_full`` when less than ``percent`` of the folder's disk is free.

    ``usage`` returns (total, used, free) in bytes; the machine's own by default.
    """
    total, _, free = (usage or shutil.disk_usage)(folder)
    if free * 100 < total * percent:
        raise CodedError("files.disk_nearly_full", percent=percent)
