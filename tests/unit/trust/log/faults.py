"""File systems that go wrong on purpose: one that calls a hook at each operation, one that loses power."""

import errno
import random
from collections.abc import Callable, Iterable
from pathlib import Path

from uruk.trust.log.filesystem import File, FileSystem, RealFileSystem

# The hook is told the operation and the path, and does it: `whole` all of it, `half` some of it.
Hook = Callable[[str, Path, Callable[[], object], Callable[[], object]], object]


class TappedFile:
    def __init__(self, file: File, path: Path, hook: Hook) -> None:
        self._file, self._path, self._hook = file, path, hook

    def write_at(self, data: bytes, offset: int) -> None:
        half = data[: len(data) // 2]
        self._hook(
            "write",
            self._path,
            lambda: self._file.write_at(data, offset),
            lambda: self._file.write_at(half, offset),
        )

    def sync(self) -> None:
        self._hook("sync", self._path, self._file.sync, nothing)

    def write_through(self, data: bytes, offset: int) -> None:
        self.write_at(data, offset)
        self.sync()

    def resize(self, size: int) -> None:
        self._hook("resize", self._path, lambda: self._file.resize(size), nothing)

    def reserve(self, size: int) -> None:
        self._hook("reserve", self._path, lambda: self._file.reserve(size), lambda: self._file.reserve(size // 2))

    def close(self) -> None:
        self._file.close()


class Tapped:
    """Another file system with a hook at every operation that changes something."""

    def __init__(self, hook: Hook, fs: FileSystem | None = None) -> None:
        self._fs, self._hook = fs or RealFileSystem(), hook
        self.free = 50

    def create(self, path: Path) -> TappedFile:
        file = self._hook("create", path, lambda: self._fs.create(path), nothing)
        return TappedFile(file, path, self._hook)

    def open(self, path: Path) -> TappedFile:
        return TappedFile(self._fs.open(path), path, self._hook)

    def read(self, path: Path) -> bytes:
        return self._fs.read(path)

    def replace(self, path: Path, data: bytes, mode: int = 0o644) -> None:
        part = path.with_name(".part")
        self._hook("replace", path, lambda: self._fs.replace(path, data, mode), lambda: leave(part, data))

    def sync(self, paths: Iterable[Path]) -> None:
        found = list(paths)
        if found:
            self._hook("sync files", found[0], lambda: self._fs.sync(found), nothing)

    def remove(self, path: Path) -> None:
        self._hook("remove", path, lambda: self._fs.remove(path), nothing)

    def remove_folder(self, folder: Path) -> None:
        if self._fs.names(folder):
            self._hook("remove folder", folder, lambda: self._fs.remove_folder(folder), nothing)

    def names(self, folder: Path) -> list[str]:
        return self._fs.names(folder)

    def space(self, folder: Path) -> tuple[int, int]:
        return self.free, 100


def nothing() -> None:
    pass


def leave(part: Path, data: bytes) -> None:
    """What a crash in the middle of `replace` leaves behind."""
    part.parent.mkdir(parents=True, exist_ok=True)
    part.write_bytes(data[: len(data) // 2])


class PowerCut(BaseException):
    """The power is gone: nothing more happens on this machine."""


SECTOR = 512


class Inode:
    """A file: what the disk holds for sure, and the changes since, of which a cut keeps any."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.sure = b""
        self.changes: list[tuple[int, bytes] | int] = []

    def apply(self, change: tuple[int, bytes] | int) -> None:
        self.data = applied(self.data, change)
        self.changes.append(change)

    def settle(self) -> None:
        self.sure, self.changes = bytes(self.data), []

    def after_cut(self, chance: random.Random) -> bytes:
        data = bytearray(self.sure)
        for change in self.changes:
            for piece in sectors(change) if isinstance(change, tuple) else [change]:
                if chance.random() < 0.5:
                    data = applied(data, piece)
        return bytes(data)


def sectors(write: tuple[int, bytes]) -> list[tuple[int, bytes]]:
    """A write in the pieces that a disk writes whole or not at all."""
    offset, data = write
    pieces = []
    while data:
        length = SECTOR - offset % SECTOR
        pieces.append((offset, data[:length]))
        offset, data = offset + length, data[length:]
    return pieces


def applied(data: bytearray, change: tuple[int, bytes] | int) -> bytearray:
    if isinstance(change, int):
        return bytearray(data[:change].ljust(change, b"\0"))
    offset, new = change
    data = bytearray(data.ljust(offset, b"\0"))
    data[offset : offset + len(new)] = new
    return data


class SimulatedFile:
    def __init__(self, disk: "Disk", inode: Inode) -> None:
        self._disk, self._inode = disk, inode

    def write_at(self, data: bytes, offset: int) -> None:
        self._inode.apply((offset, bytes(data)))
        self._disk.tick()

    def write_through(self, data: bytes, offset: int) -> None:
        self.write_at(data, offset)
        self.sync()

    def sync(self) -> None:
        self._disk.tick()
        self._inode.settle()

    def resize(self, size: int) -> None:
        self._inode.apply(size)
        self._disk.tick()

    def reserve(self, size: int) -> None:
        if size > self._disk.room:
            raise OSError(errno.ENOSPC, "no room")
        if size > len(self._inode.data):
            self.resize(size)

    def close(self) -> None:
        pass


class Disk:
    """A simulated disk: after `cut` it holds what was synced and any part of what was not, names in their order.

    `ticks` operations after which the power goes, or None.
    """

    def __init__(self, ticks: int | None = None) -> None:
        self.ticks = ticks
        self.room = 1 << 40
        self.files: dict[Path, Inode] = {}
        self.sure: dict[Path, Inode] = {}
        self.renames: list[tuple[Path, Inode | None]] = []

    def tick(self) -> None:
        if self.ticks is not None:
            self.ticks -= 1
            if self.ticks < 0:
                raise PowerCut

    def cut(self, chance: random.Random) -> "Disk":
        """The disk as the next start finds it."""
        names = dict(self.sure)
        for path, inode in self.renames[: chance.randint(0, len(self.renames))]:
            change_name(names, path, inode)
        after = Disk()
        for path, inode in names.items():
            found = Inode()
            found.data = bytearray(inode.after_cut(chance))
            found.settle()
            after.files[path] = after.sure[path] = found
        return after

    def _name(self, path: Path, inode: Inode | None) -> None:
        change_name(self.files, path, inode)
        self.renames.append((path, inode))
        self.tick()

    def create(self, path: Path) -> SimulatedFile:
        if path in self.files:
            raise FileExistsError(path)
        inode = Inode()
        self._name(path, inode)
        return SimulatedFile(self, inode)

    def open(self, path: Path) -> SimulatedFile:
        return SimulatedFile(self, self._find(path))

    def _find(self, path: Path) -> Inode:
        try:
            return self.files[path]
        except KeyError:
            raise FileNotFoundError(path) from None

    def read(self, path: Path) -> bytes:
        return bytes(self._find(path).data)

    def replace(self, path: Path, data: bytes, mode: int = 0o644) -> None:
        assert mode
        inode = Inode()
        inode.apply((0, bytes(data)))
        self.tick()
        self._name(path, inode)

    def sync(self, paths: Iterable[Path]) -> None:
        self.tick()
        folders: set[Path] = set()
        for path in paths:
            if path in self.files:
                self.files[path].settle()
            folders.update(path.parents)
        for path, inode in self.renames:
            if path.parent in folders:
                change_name(self.sure, path, inode)
        self.renames = [(path, inode) for path, inode in self.renames if path.parent not in folders]

    def remove(self, path: Path) -> None:
        if path in self.files:
            self._name(path, None)

    def remove_folder(self, folder: Path) -> None:
        for path in [path for path in self.files if path.parent == folder]:
            self.remove(path)

    def names(self, folder: Path) -> list[str]:
        return sorted(path.name for path in self.files if path.parent == folder)

    def space(self, folder: Path) -> tuple[int, int]:
        assert folder
        return 50, 100


def change_name(names: dict[Path, Inode], path: Path, inode: Inode | None) -> None:
    if inode is None:
        names.pop(path, None)
    else:
        names[path] = inode
