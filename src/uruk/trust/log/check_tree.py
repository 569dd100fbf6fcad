"""Checking one log's public files: tiles recomputed from the entries, entries from the contents."""

import re
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

from uruk.trust.log.merkle import leaf_hash
from uruk.trust.log.problems import Problem
from uruk.trust.log.public_log import COSIGNED
from uruk.trust.log.tiles import EMPTY_EDGE, ENTRIES, WIDTH, Edge, tile_levels, tile_path
from uruk.trust.log.tree import EMPTY, Tree

_TILE = re.compile(r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII)
_TOKEN = re.compile(r"timestamp/[1-9][0-9]*\.(tsr|checkpoint)", re.ASCII)
_SHOWN = {"checkpoint", COSIGNED}
_ENTRY = b"\x00\x20"
PART = ".part"

# Whether an entry's content is as it must be: index, entry → yes or no.
Judge = Callable[[int, bytes], bool]


class TreeCheck:
    """Recomputes the tree of `size` leaves under one log's public folder; afterwards `root` is what the files say."""

    def __init__(self, folder: Path, size: int, judge: Judge) -> None:
        self._folder = folder
        self._size = size
        self._judge = judge
        self.root: bytes | None = None

    def problems(self) -> Iterator[Problem]:
        """Everything that is wrong with the tiles, entries and contents; stops at an entry that cannot be read."""
        tree, edge = EMPTY, EMPTY_EDGE
        for number in range(-(-self._size // WIDTH)):
            entries = self._entries(number)
            if entries is None:
                yield Problem(str(self._path(ENTRIES, number)), "trust.check_bits")
                return
            for index, entry in enumerate(entries, number * WIDTH):
                if not self._judge(index, entry):
                    yield Problem(str(self._folder), "trust.check_content", index)
            tree, edge, files = _grow(tree, edge, entries)
            yield from self._compare(files, last=edge.size == self._size)
        self.root = tree.root

    def _path(self, level: int | str, number: int) -> Path:
        """The tile itself, or the partial one that stands for it at the right edge."""
        hashes = self._size if level == ENTRIES else self._size >> 8 * int(level)
        full = self._folder / tile_path(level, number)
        width = min(WIDTH, hashes - number * WIDTH)
        return full if full.exists() else self._folder / tile_path(level, number, width)

    def _entries(self, number: int) -> list[bytes] | None:
        data = _read(self._path(ENTRIES, number))
        width = min(WIDTH, self._size - number * WIDTH)
        step = len(_ENTRY) + 32
        if data is None or len(data) < width * step or len(data) % step:
            return None
        rows = [data[at : at + step] for at in range(0, width * step, step)]
        return [row[len(_ENTRY) :] for row in rows] if all(row[:2] == _ENTRY for row in rows) else None

    def _compare(self, files: dict[str, bytes], last: bool) -> Iterator[Problem]:
        for name, expected in files.items():
            full = name.partition(".p/")[0]
            if full != name and not last:
                continue
            found = _read(self._folder / full)
            found = _read(self._folder / name) if found is None else found[: len(expected)]
            if found != expected:
                yield Problem(str(self._folder / name), "trust.check_bits" if found else "trust.check_missing")

    def strays(self) -> Iterator[Problem]:
        """Files that do not belong to the tree, and partial tiles that are not the beginning of theirs."""
        for path in sorted(self._folder.rglob("*")):
            name = path.relative_to(self._folder).as_posix()
            if path.is_dir() or name in _SHOWN or path.name == PART or _TOKEN.fullmatch(name):
                continue
            match = _TILE.fullmatch(name)
            if match is None or not self._belongs(match):
                yield Problem(str(path), "trust.check_stray")
            elif match[3] and not self._begins(path, match):
                yield Problem(str(path), "trust.check_bits")

    def _belongs(self, match: re.Match[str]) -> bool:
        level, number = match[1], int(match[2].replace("x", "").replace("/", ""))
        width = int(match[3] or WIDTH)
        return tile_path(level, number, width) == match[0] and width <= WIDTH

    def _begins(self, path: Path, match: re.Match[str]) -> bool:
        level, number = match[1], int(match[2].replace("x", "").replace("/", ""))
        data, whole = _read(path), _read(self._path(level, number))
        item = 34 if level == ENTRIES else 32
        if data is None or len(data) != int(match[3]) * item:
            return False
        # Wider than the checkpoint's own: written, not shown yet, and replaced with the next settling.
        return whole is None or data[: len(whole)] == whole[: len(data)]


def _grow(tree: Tree, edge: Edge, entries: list[bytes]) -> tuple[Tree, Edge, dict[str, bytes]]:
    since = tree.size
    tree = tree.grow([leaf_hash(entry) for entry in entries])
    nodes = [tree.new_nodes(8 * level, since) for level in range(tile_levels(tree.size))]
    edge, files = edge.grow(entries, nodes)
    return tree, edge, files


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def folders_of_logs(public: Path) -> set[str]:
    """The origins that have a folder with files in it."""
    found = (path.parent for path in chain(public.rglob("checkpoint"), public.rglob("tile")))
    return {folder.relative_to(public).as_posix() for folder in found if "tile" not in folder.parts}
