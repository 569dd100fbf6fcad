"""Merkle trees with SHA-256: hashes, roots, inclusion and consistency proofs (RFC 6962 §2.1, RFC 9162 §2.1).

A complete subtree of 2**level leaves is a *node*, named by its level and its index from the left. Proofs are made
from any function that answers node(level, index), so that memory, tiles and tests share one algorithm.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256

Node = Callable[[int, int], bytes]

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """Hash an entry into a leaf: SHA-256(0x00 ‖ entry) (RFC 6962 §2.1)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two children into their parent: SHA-256(0x01 ‖ left ‖ right) (RFC 6962 §2.1)."""
    return sha256(b"\x01" + left + right).digest()


def parents(nodes: Sequence[bytes]) -> list[bytes]:
    """Hash neighbours in pairs; an odd one at the end is left out."""
    pairs = iter(nodes)
    return [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=False)]


def range_hash(node: Node, begin: int, end: int) -> bytes:
    """Hash the leaves [begin, end) as RFC 6962 does; begin must be a multiple of the power of two ≥ end - begin."""
    if begin == end:
        return EMPTY_ROOT
    level = (end - begin).bit_length() - 1
    left = node(level, begin >> level)
    middle = begin + (1 << level)
    return left if middle == end else node_hash(left, range_hash(node, middle, end))


def _siblings(node: Node, index: int, size: int, level: int) -> list[bytes]:
    """The hashes beside the path from node (level, index >> level) to the root of a tree of `size` leaves."""
    proof = []
    for height in range(level, (size - 1).bit_length()):
        sibling = (index >> height) ^ 1
        begin, end = sibling << height, (sibling + 1) << height
        if end <= size:
            proof.append(node(height, sibling))
        elif begin < size:
            proof.append(range_hash(node, begin, size))
    return proof


def inclusion_proof(node: Node, index: int, size: int) -> list[bytes]:
    """The audit path of leaf `index` in the tree of `size` leaves, from the leaf up (RFC 6962 §2.1.1)."""
    if not 0 <= index < size:
        raise IndexError(index)
    return _siblings(node, index, size, 0)


def consistency_proof(node: Node, old: int, new: int) -> list[bytes]:
    """The proof that the tree of `old` leaves is a prefix of that of `new` (RFC 6962 §2.1.2); needs 1 ≤ old ≤ new."""
    if not 1 <= old <= new:
        raise IndexError(old)
    if old == new:
        return []
    path = consistency_path(node, old, new)
    return path if old & (old - 1) else path[1:]  # whoever verifies has the root of a complete tree already


def consistency_path(node: Node, old: int, new: int) -> list[bytes]:
    """The whole path of that proof, its first node too: by itself it shows both roots; needs 1 ≤ old < new."""
    if not 1 <= old < new:
        raise IndexError(old)
    level = (old & -old).bit_length() - 1
    return [node(level, (old - 1) >> level), *_siblings(node, old - 1, new, level)]


def root_of_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes | None:
    """The root that an inclusion proof leads to, or None if it has the wrong shape (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size or len(leaf) != HASH_BYTES:
        return None
    number, last, current = index, size - 1, leaf
    for item in proof:
        if last == 0 or len(item) != HASH_BYTES:
            return None
        if number & 1 or number == last:
            current = node_hash(item, current)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            current = node_hash(current, item)
        number, last = number >> 1, last >> 1
    return current if last == 0 else None


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof shows that `leaf` is number `index` of the `size` leaves under `root`."""
    return root_of_inclusion(index, size, leaf, proof) == root


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows the old tree to be a prefix of the new (RFC 9162 §2.1.4.2); an empty one is no proof."""
    if not 1 <= old <= new or any(len(item) != HASH_BYTES for item in proof):
        return False
    if old == new:
        return not proof and old_root == new_root
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    return roots_of_path(old, new, path) == (old_root, new_root)


def roots_of_path(old: int, new: int, path: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """The roots of `old` and of `new` leaves that a `consistency_path` leads to, or None if it has the wrong shape.

    Where the second is a log's root, the first is the root that the same tree had: hashes leave no other.
    """
    if not 1 <= old < new or not path or any(len(item) != HASH_BYTES for item in path):
        return None
    shift = (old & -old).bit_length() - 1
    number, last = (old - 1) >> shift, (new - 1) >> shift
    old_hash = new_hash = path[0]
    for item in path[1:]:
        if last == 0:
            return None
        if number & 1 or number == last:
            old_hash, new_hash = node_hash(item, old_hash), node_hash(item, new_hash)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            new_hash = node_hash(new_hash, item)
        number, last = number >> 1, last >> 1
    return (old_hash, new_hash) if last == 0 else None
