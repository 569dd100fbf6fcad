"""The proof of a change set: one salted leaf a version, one root for all."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from uruk.trust.api import VersionLeaf, version_leaf, version_tree

SALT_BYTES = 32


@dataclass(frozen=True, slots=True)
class SealedLeaf:
    """A leaf's salt and its hash in the tree."""

    salt: bytes
    leaf: bytes


def content_digest(content: str) -> bytes:
    """SHA-256 of a content's canonical JSON."""
    return sha256(content.encode()).digest()


def sealed_leaves(leaves: Sequence[VersionLeaf], salts: bytes) -> tuple[SealedLeaf, ...]:
    """Each version with a salt of its own; `salts` are theirs end to end, 32 bytes each."""
    pieces = (salts[at : at + SALT_BYTES] for at in range(0, len(salts), SALT_BYTES))
    return tuple(SealedLeaf(salt, version_leaf(salt, one.to_bytes())) for one, salt in zip(leaves, pieces, strict=True))


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root that the statement of the change bears."""
    return version_tree(leaves).root
