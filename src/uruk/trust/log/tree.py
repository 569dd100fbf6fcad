"""A growing Merkle tree that keeps only what its newest batch needs: memory does not grow with the log."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from uruk.trust.log.merkle import EMPTY_ROOT, node_hash, parents


@dataclass(frozen=True, slots=True)
class Tree:
    """The tree of `size` leaves just after a batch.

    `levels[k]` is the index of the first known node of level k and the hashes known from there on: those that the
    batch completed, and left of them the one that stood alone before. `tails[k]` is the hash of the leaves right of
    the last complete node of level k (None where there are none). `tops` are the upper parts of the batch's proofs,
    which most of them share, once one was asked for.
    """

    size: int
    levels: tuple[tuple[int, list[bytes]], ...]
    tails: tuple[bytes | None, ...]
    root: bytes
    tops: dict[tuple[int, int], list[bytes]] = field(default_factory=dict, compare=False, repr=False)

    def grow(self, leaves: list[bytes]) -> "Tree":
        """The tree with these leaf hashes (at least one) appended; costs one hash a leaf and one a level."""
        size = self.size + len(leaves)
        start, nodes = self.size, leaves
        levels: list[tuple[int, list[bytes]]] = []
        while nodes:
            level = len(levels)
            if start & 1:
                nodes = [self.peak(level), *nodes]
                start -= 1
            levels.append((start, nodes))
            nodes = parents(nodes) if len(nodes) > 1 else []
            start >>= 1
        # Above, nothing was completed: what was known there is what is known now.
        return _finish(size, levels + list(self.levels[len(levels) :]))

    def peak(self, level: int) -> bytes:
        """The complete node of this level that has no sibling yet; `size` must have that bit set."""
        first, nodes = self.levels[level]
        return nodes[(self.size >> level) - 1 - first]

    def new_nodes(self, level: int, since: int) -> list[bytes]:
        """The nodes of this level that were completed after the tree had `since` leaves (the batch's start)."""
        if level >= len(self.levels) or since >> level == self.size >> level:
            return []
        first, nodes = self.levels[level]
        return nodes[(since >> level) - first :]

    def proof(self, index: int) -> list[bytes]:
        """The inclusion proof of a leaf of the newest batch, from the leaf up (RFC 6962 §2.1.1)."""
        height = (self.size - 1).bit_length()
        middle = min(height, len(self.levels[0][1]).bit_length())  # above, the paths of a batch are two at most
        top = self.tops.get((middle, index >> middle))
        if top is None:
            top = self.tops[middle, index >> middle] = self._siblings(index, middle, height)
        return self._siblings(index, 0, middle) + top

    def _siblings(self, index: int, low: int, high: int) -> list[bytes]:
        """The hashes beside the way from level `low` of a leaf to level `high`."""
        size, path = self.size, []
        for level in range(low, high):
            sibling, complete = (index >> level) ^ 1, size >> level
            if sibling < complete:
                first, nodes = self.levels[level]
                path.append(nodes[sibling - first])
            elif sibling == complete:
                tail = self.tails[level]
                if tail is not None:
                    path.append(tail)
        return path


EMPTY = Tree(0, (), (), EMPTY_ROOT)


def tree_of(leaves: Sequence[bytes]) -> Tree:
    """The tree over these leaf hashes, of which there may be none."""
    return EMPTY.grow(list(leaves)) if leaves else EMPTY


def from_peaks(size: int, peaks: Sequence[bytes | None]) -> Tree:
    """The tree of `size` leaves from its lone complete nodes, `peaks[level]` (None where the size has no such bit)."""
    levels = []
    for level in range(size.bit_length()):
        peak = peaks[level]
        count = size >> level
        levels.append((count, []) if peak is None else (count - 1, [peak]))
    return _finish(size, levels)


def _finish(size: int, levels: list[tuple[int, list[bytes]]]) -> Tree:
    tails: list[bytes | None] = []
    tail: bytes | None = None
    complete = size
    for first, nodes in levels:
        tails.append(tail)
        if complete & 1:
            peak = nodes[complete - 1 - first]
            tail = peak if tail is None else node_hash(peak, tail)
        complete >>= 1
    return Tree(size, tuple(levels), tuple(tails), EMPTY_ROOT if tail is None else tail)
