"""The few things the log asks of a file system, behind one protocol: tests put disks in its place that fail."""

import contextlib
import ctypes
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

_LIBC = ctypes.CDLL(None, use_errno=True)
_FEW_FILES = 16


class File(Protocol):
    """An open file that is written at given places."""

    def write_at(self, data: bytes, offset: int) -> None:
        """Write all the bytes at the offset."""

    def sync(self) -> None:
        """Return only when everything written is on the disk (fdatasync)."""

    def write_through(self, data: bytes, offset: int) -> None:
        """Write all the bytes at the offset; return only when they are on the disk, like `write_at` and `sync`."""

    def resize(self, size: int) -> None:
        """Cut the file, or let it grow with zeros."""

    def reserve(self, size: int) -> None:
        """Make sure that the first `size` bytes have their place on the disk; OSError where they have not."""

    def close(self) -> None:
        """Close the file."""


class FileSystem(Protocol):
    """Files and folders of the log. All errors are OSError."""

    def create(self, path: Path) -> File:
        """Create a file that must not exist, and its folder if missing."""

    def open(self, path: Path) -> File:
        """Open an existing file for writing."""

    def read(self, path: Path) -> bytes:
        """The whole file."""

    def replace(self, path: Path, data: bytes, mode: int = 0o644) -> None:
        """Write a file so that readers see the old one or the new one, never half; not yet on the disk."""

    def sync(self, paths: Iterable[Path]) -> None:
        """Return only when these files and the names in their folders are on the disk."""

    def remove(self, path: Path) -> None:
        """Remove a file; a missing one is no error."""

    def remove_folder(self, folder: Path) -> None:
        """Remove a folder of files; a missing one is no error."""

    def names(self, folder: Path) -> list[str]:
        """The sorted names in a folder; empty for a missing one."""

    def space(self, folder: Path) -> tuple[int, int]:
        """Bytes free for us and bytes in all, on the folder's disk."""


class RealFile:
    """A file of the operating system."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def write_at(self, data: bytes, offset: int) -> None:
        """Write all the bytes at the offset."""
        written = os.pwrite(self._descriptor, data, offset)
        while written < len(data):
            written += os.pwrite(self._descriptor, data[written:], offset + written)

    def sync(self) -> None:
        """fdatasync."""
        os.fdatasync(self._descriptor)

    def write_through(self, data: bytes, offset: int) -> None:
        """One system call for both: a thread that waits for the disk asks for the interpreter once."""
        if os.pwritev(self._descriptor, [data], offset, os.RWF_DSYNC) < len(data):
            self.write_at(data, offset)
            self.sync()

    def resize(self, size: int) -> None:
        """ftruncate."""
        os.ftruncate(self._descriptor, size)

    def reserve(self, size: int) -> None:
        """posix_fallocate: later writes need no new blocks, so they cannot find the disk full."""
        os.posix_fallocate(self._descriptor, 0, size)

    def close(self) -> None:
        """Close the descriptor."""
        os.close(self._descriptor)


class RealFileSystem:
    """The operating system's files."""

    def create(self, path: Path) -> RealFile:
        """Create a new file, readable by its owner only."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return RealFile(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))

    def open(self, path: Path) -> RealFile:
        """Open an existing file for writing."""
        return RealFile(os.open(path, os.O_RDWR | os.O_CLOEXEC))

    def read(self, path: Path) -> bytes:
        """The whole file."""
        return path.read_bytes()

    def replace(self, path: Path, data: bytes, mode: int = 0o644) -> None:
        """Write beside, then rename over."""
        part = path.with_name(".part")  # the next file here takes one left by a crash
        try:
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, mode)
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, mode)
        with os.fdopen(descriptor, "wb", buffering=0) as file:
            file.write(data)
        part.replace(path)

    def sync(self, paths: Iterable[Path]) -> None:
        """fsync of each file and folder; for many, one syncfs of their disk instead (it waits and tells of errors)."""
        files = set(paths)
        if len(files) > _FEW_FILES and hasattr(_LIBC, "syncfs"):
            return _syncfs(next(folder for folder in next(iter(files)).parents if folder.exists()))
        folders: set[Path] = set()
        for path in files:
            with contextlib.suppress(FileNotFoundError):  # a partial tile whose full one is already there
                _fsync(path)
            folders.update(path.parents)
        for folder in sorted(folders, reverse=True):
            with contextlib.suppress(FileNotFoundError, PermissionError):
                _fsync(folder)
        return None

    def remove(self, path: Path) -> None:
        """Remove a file; a missing one is no error."""
        path.unlink(missing_ok=True)

    def remove_folder(self, folder: Path) -> None:
        """Remove a folder of files; a missing one is no error."""
        if folder.exists():
            for path in folder.iterdir():
                path.unlink()
            folder.rmdir()

    def names(self, folder: Path) -> list[str]:
        """The sorted names in a folder."""
        try:
            return sorted(path.name for path in folder.iterdir())
        except FileNotFoundError:
            return []

    def space(self, folder: Path) -> tuple[int, int]:
        """statvfs, counting only what an ordinary user may take."""
        found = os.statvfs(folder)
        return found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize


def _syncfs(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if _LIBC.syncfs(descriptor) != 0:
            raise OSError(ctypes.get_errno(), "syncfs")
    finally:
        os.close(descriptor)


def _fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
