"""Cosignatures: a witness says that a checkpoint is the newest of its log that it saw, and continues all before it.

C2SP tlog-cosignature, `cosignature/v1` with Ed25519: a signature line under the checkpoint, whose signature holds the
time (u64, Unix seconds) and signs time, origin, size and root.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from uruk.trust.keys.protocols import Signer
from uruk.trust.keys.signatures import verify_ed25519
from uruk.trust.log.checkpoint import Checkpoint, parse_checkpoint
from uruk.trust.log.note import Note, VerifierKey, signature_line

_TIME_BYTES, _SIGNATURE_BYTES = 8, 64
_LATEST = (1 << 63) - 1


class WitnessKey(VerifierKey):
    """The public half of a witness's key."""

    kind = b"\x04"


@dataclass(frozen=True)
class Witness:
    """A witness whose cosignatures count, and who operates it: one operator's witnesses are one voice."""

    key: WitnessKey
    operator: str


def cosign(checkpoint: Checkpoint, name: str, signer: Signer, at: int) -> str:
    """The witness's signature line under a checkpoint; `at` in Unix seconds."""
    signature = at.to_bytes(_TIME_BYTES, "big") + signer.sign(_signed(checkpoint.note, at))
    return signature_line(name, WitnessKey(name, signer.public_key).key_id, signature)


def cosigned_at(note: Note, key: WitnessKey) -> int | None:
    """When the witness cosigned the note (Unix seconds); None where it did not, or one of its lines is wrong."""
    blobs = [blob for name, key_id, blob in note.signatures if (name, key_id) == (key.name, key.key_id)]
    times = {_time(note, blob, key) for blob in blobs}
    return times.pop() if len(times) == 1 else None


def with_cosignatures(checkpoint: Checkpoint, lines: Iterable[str]) -> Checkpoint:
    """The checkpoint under which these signature lines stand as well, one for each name, in the order of names.

    Lines that are none: `trust.note_malformed`. Whether they are true is not asked here.
    """
    own = checkpoint.own.decode()
    found = {_name(line): line for line in (*_lines(checkpoint)[1:], *lines)}
    return parse_checkpoint((own + "".join(found[name] for name in sorted(found))).encode())


def cosigned_only_by(checkpoint: Checkpoint, names: Collection[tuple[str, bytes]]) -> Checkpoint:
    """The checkpoint with the cosignatures of these keys alone (name and key id)."""
    kept = [signature_line(*one) for one in checkpoint.note.signatures[1:] if one[:2] in names]
    return parse_checkpoint((checkpoint.own.decode() + "".join(kept)).encode())


def _lines(checkpoint: Checkpoint) -> list[str]:
    return [signature_line(*signature) for signature in checkpoint.note.signatures]


def _name(line: str) -> str:
    return line.removeprefix("— ").partition(" ")[0]


def _time(note: Note, blob: bytes, key: WitnessKey) -> int | None:
    if len(blob) != _TIME_BYTES + _SIGNATURE_BYTES:
        return None
    at, signature = int.from_bytes(blob[:_TIME_BYTES], "big"), blob[_TIME_BYTES:]
    if at > _LATEST or not verify_ed25519(key.public_key, signature, _signed(note, at)):
        return None
    return at


def _signed(note: Note, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{note.text}".encode()
