"""RFC 6962 §2.1 written down as it stands there: slow, recursive, the oracle of the tests."""

from collections.abc import Sequence
from hashlib import sha256


def leaf(entry: bytes) -> bytes:
    return sha256(b"\x00" + entry).digest()


def split(count: int) -> int:
    """The largest power of two smaller than the count."""
    power = 1
    while power * 2 < count:
        power *= 2
    return power


def root(entries: Sequence[bytes]) -> bytes:
    """MTH(D[n]) of §2.1."""
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return leaf(entries[0])
    k = split(len(entries))
    return sha256(b"\x01" + root(entries[:k]) + root(entries[k:])).digest()


def path(index: int, entries: Sequence[bytes]) -> list[bytes]:
    """PATH(m, D[n]) of §2.1.1."""
    if len(entries) == 1:
        return []
    k = split(len(entries))
    if index < k:
        return [*path(index, entries[:k]), root(entries[k:])]
    return [*path(index - k, entries[k:]), root(entries[:k])]


def proof(old: int, entries: Sequence[bytes]) -> list[bytes]:
    """PROOF(m, D[n]) of §2.1.2."""
    return subproof(old, entries, whole=True)


def subproof(old: int, entries: Sequence[bytes], whole: bool) -> list[bytes]:
    """SUBPROOF(m, D[n], b) of §2.1.2."""
    if old == len(entries):
        return [] if whole else [root(entries)]
    k = split(len(entries))
    if old <= k:
        return [*subproof(old, entries[:k], whole), root(entries[k:])]
    return [*subproof(old - k, entries[k:], whole=False), root(entries[:k])]


def node(entries: Sequence[bytes]):
    """The function that the real proofs are made from."""

    def complete(level: int, index: int) -> bytes:
        stop = (index + 1) << level
        assert stop <= len(entries), "only complete subtrees may be asked for"
        return root(entries[index << level : stop])

    return complete
