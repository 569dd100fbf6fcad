"""What is sent to a witness: the size it saw last, the proof from there, the checkpoint (C2SP tlog-witness)."""

import re
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Sequence
from dataclasses import dataclass

from uruk.kernel.api import CodedError
from uruk.trust.api import Checkpoint, parse_checkpoint

MAX_SUBMISSION_BYTES = 64 * 1024
_MAX_PROOF = 63
_OLD = re.compile(r"old (0|[1-9][0-9]{0,17})", re.ASCII)


@dataclass(frozen=True)
class Submission:
    """`old` is the size of the checkpoint that the witness cosigned last; `proof` leads from it to the new one."""

    old: int
    proof: tuple[bytes, ...]
    checkpoint: Checkpoint


def write_submission(old: int, proof: Sequence[bytes], checkpoint: bytes) -> bytes:
    """The body of `add-checkpoint`."""
    lines = [f"old {old}", *(b64encode(item).decode("ascii") for item in proof), "", ""]
    return "\n".join(lines).encode() + checkpoint


def parse_submission(body: bytes) -> Submission:
    """Read a body; `exchange.submission_malformed` for anything else, a greater old size included."""
    try:
        head, checkpoint = _split(body)
        old, proof = _old(head[0]), tuple(_hash(line) for line in head[1:])
        found = Submission(old, proof, parse_checkpoint(checkpoint))
    except CodedError as error:
        raise CodedError("exchange.submission_malformed") from error
    if len(proof) > _MAX_PROOF or old > found.checkpoint.size:
        raise CodedError("exchange.submission_malformed")
    return found


def _split(body: bytes) -> tuple[list[str], bytes]:
    head, found, checkpoint = body.partition(b"\n\n")
    if not found or len(body) > MAX_SUBMISSION_BYTES or not head.isascii():
        raise CodedError("exchange.submission_malformed")
    return head.decode("ascii").split("\n"), checkpoint


def _old(line: str) -> int:
    match = _OLD.fullmatch(line)
    if match is None:
        raise CodedError("exchange.submission_malformed")
    return int(match[1])


def _hash(line: str) -> bytes:
    try:
        found = b64decode(line, validate=True)
    except (Error, ValueError):
        found = b""
    if len(found) != 32 or b64encode(found).decode("ascii") != line:
        raise CodedError("exchange.submission_malformed")
    return found
