"""Tiles: the tree as static files of 256 hashes (C2SP tlog-tiles), written at the right edge, read for proofs."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from uruk.kernel.api import CodedError
from uruk.trust.log.merkle import HASH_BYTES, parents
from uruk.trust.log.tree import Tree, from_peaks

WIDTH = 256
_TILE_BYTES = WIDTH * HASH_BYTES
_ENTRY_LENGTH = struct.pack(">H", HASH_BYTES)
_BUNDLED = len(_ENTRY_LENGTH) + HASH_BYTES
ENTRIES = "entries"


def tile_path(level: int | str, number: int, width: int = WIDTH) -> str:
    """The path of a tile, `tile/<L>/<N>[.p/<W>]`; level "entries" for a bundle of entries."""
    parts = [f"{number % 1000:03d}"]
    while number >= 1000:
        number //= 1000
        parts.insert(0, f"x{number % 1000:03d}")
    tail = "" if width == WIDTH else f".p/{width}"
    return f"tile/{level}/{'/'.join(parts)}{tail}"


@dataclass(frozen=True)
class Edge:
    """The right edge of a log's tiles: what the unfinished tile of each level holds, and that of the entries."""

    size: int
    entries: bytes
    levels: tuple[bytes, ...]

    def grow(self, entries: Sequence[bytes], nodes: Sequence[Sequence[bytes]]) -> tuple["Edge", dict[str, bytes]]:
        """Append entries and, for each tile level, its new hashes; return the new edge and the files to write."""
        files: dict[str, bytes] = {}
        bundled = b"".join(_ENTRY_LENGTH + entry for entry in entries)
        rest = _cut_tiles(files, ENTRIES, self.size >> 8, self.entries + bundled, _BUNDLED)
        levels = []
        for level, hashes in enumerate(nodes):
            known = self.levels[level] if level < len(self.levels) else b""
            number = self.size >> 8 * (level + 1)
            levels.append(_cut_tiles(files, level, number, known + b"".join(hashes), HASH_BYTES))
        return Edge(self.size + len(entries), rest, tuple(levels)), files

    def tree(self) -> Tree:
        """The Merkle tree that this edge is the edge of."""
        peaks: list[bytes | None] = []
        for level in self.levels:
            hashes = [level[at : at + HASH_BYTES] for at in range(0, len(level), HASH_BYTES)]
            for _ in range(8):
                # An odd one out has no sibling yet: a peak. The pairs before it are complete subtrees above.
                peaks.append(hashes[-1] if len(hashes) % 2 else None)
                hashes = parents(hashes)
        return from_peaks(self.size, peaks)

    def to_bytes(self) -> bytes:
        """The edge as bytes: the size and the parts, whose lengths follow from it."""
        return b"".join((self.size.to_bytes(8, "big"), self.entries, *self.levels))

    @classmethod
    def from_bytes(cls, data: bytes) -> "Edge":
        """Read what `to_bytes` wrote; `trust.log_damaged` where the lengths do not fit the size."""
        size = int.from_bytes(data[:8], "big")
        at = 8 + (size % WIDTH) * _BUNDLED
        entries, levels = data[8:at], []
        for level in range(tile_levels(size)):
            stop = at + (size >> 8 * level) % WIDTH * HASH_BYTES
            levels.append(data[at:stop])
            at = stop
        if at != len(data):
            raise CodedError("trust.log_damaged", path="edge")
        return cls(size, entries, tuple(levels))


EMPTY_EDGE = Edge(0, b"", ())


def tile_levels(size: int) -> int:
    """How many levels of tiles a tree of this size has."""
    return (size.bit_length() + 7) // 8


def _cut_tiles(files: dict[str, bytes], level: int | str, number: int, data: bytes, item: int) -> bytes:
    """Put the full tiles and the rest into files; return the rest."""
    whole = len(data) // (WIDTH * item)
    for turn in range(whole):
        files[tile_path(level, number + turn)] = data[turn * WIDTH * item : (turn + 1) * WIDTH * item]
    rest = data[whole * WIDTH * item :]
    if rest:
        files[tile_path(level, number + whole, len(rest) // item)] = rest
    return rest


class Files(Protocol):
    """What tiles are read from."""

    def read(self, path: Path) -> bytes:
        """The whole file; FileNotFoundError where there is none."""


class Tiles:
    """Reads the nodes of one log's tree of `size` leaves from its tiles; each tile is read once."""

    def __init__(self, fs: Files, folder: Path, size: int) -> None:
        self._fs = fs
        self._folder = folder
        self._size = size
        self._read: dict[tuple[int | str, int], bytes] = {}
        self.reads = 0

    def node(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree (the function that `merkle` makes proofs from)."""
        tile_level, height = divmod(level, 8)
        number, place = divmod(index << height, WIDTH)
        data = self._tile(tile_level, number, HASH_BYTES)
        stop = place + (1 << height)
        hashes = [data[at * HASH_BYTES : (at + 1) * HASH_BYTES] for at in range(place, stop)]
        for _ in range(height):
            hashes = parents(hashes)
        return hashes[0]

    def entry(self, index: int) -> bytes:
        """The entry (32 bytes) at an index."""
        number, place = divmod(index, WIDTH)
        data = self._tile(ENTRIES, number, _BUNDLED)
        return data[place * _BUNDLED + len(_ENTRY_LENGTH) : (place + 1) * _BUNDLED]

    def _tile(self, level: int | str, number: int, item: int) -> bytes:
        key = level, number
        if key not in self._read:
            self._read[key] = self._load(level, number, item)
            self.reads += 1
        return self._read[key]

    def _load(self, level: int | str, number: int, item: int) -> bytes:
        hashes = self._size if level == ENTRIES else self._size >> 8 * int(level)
        width = min(WIDTH, hashes - number * WIDTH)
        # A partial tile may be gone once its full one is there, which begins with the same hashes.
        for wanted in {width: None, WIDTH: None}:
            try:
                data = self._fs.read(self._folder / tile_path(level, number, wanted))
            except FileNotFoundError:
                continue
            if len(data) == wanted * item:
                return data
        raise CodedError("trust.log_damaged", path=tile_path(level, number, width))
