"""Proofs that travel: a leaf's index, its inclusion proof and a checkpoint in one text (C2SP tlog-proof)."""

from collections.abc import Sequence
from dataclasses import dataclass

from uruk.kernel.api import CodedError
from uruk.trust.log.checkpoint import Checkpoint, parse_checkpoint
from uruk.trust.log.merkle import HASH_BYTES, verify_inclusion
from uruk.trust.log.strict import b64, unb64, undecimal

_HEADER = "c2sp.org/tlog-proof@v1"
_MAX_PATH = 63


@dataclass(frozen=True)
class Proof:
    """A parsed tlog-proof: the leaf's index, its audit path, the checkpoint (not yet verified)."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: Checkpoint

    def includes(self, leaf: bytes) -> bool:
        """Whether the path leads from the leaf hash to the checkpoint's root."""
        return verify_inclusion(self.index, self.checkpoint.size, leaf, self.path, self.checkpoint.root)


def proof_text(index: int, path: Sequence[bytes], checkpoint: bytes) -> str:
    """Write a tlog-proof; no `extra` line, for nothing there would be authenticated."""
    lines = [_HEADER, f"index {index}", *map(b64, path), "", checkpoint.decode("utf-8")]
    return "\n".join(lines)


def parse_proof(text: str) -> Proof:
    """Read a tlog-proof of ours; `trust.proof_malformed` for anything `proof_text` would not write."""
    head, found, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if not found or len(lines) < 2 or lines[0] != _HEADER or not lines[1].startswith("index "):
        raise CodedError("trust.proof_malformed")
    index = undecimal(lines[1].removeprefix("index "))
    path = tuple(unb64(line) or b"" for line in lines[2:])
    if index is None or len(path) > _MAX_PATH or any(len(item) != HASH_BYTES for item in path):
        raise CodedError("trust.proof_malformed")
    return Proof(index, path, parse_checkpoint(_encode(checkpoint)))


def _encode(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise CodedError("trust.proof_malformed") from None
