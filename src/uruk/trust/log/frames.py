"""The journal's frames and batches, as bytes (all integers little-endian).

batch       b"UB" · 2 zero bytes · length u32 · number u64 · seal[32] · frames
seal        SHA-256(previous seal ‖ the batch's first 16 bytes ‖ frames): a chain over the whole journal
frame       kind u8 · log u32 · length u32 · body
entry       index u64 · act[16] · salt[32] · entry[32] · statement
checkpoint  the signed note
aside       what the writer keeps beside the entries, as whoever gave it sealed it
opened      JSON {origin, institution, generation, key, opened}
closed      JSON {at, broken}
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

BATCH_HEAD = struct.Struct("<2sHIQ")
SEAL_BYTES = 32
BATCH_HEAD_BYTES = BATCH_HEAD.size + SEAL_BYTES
FRAME_HEAD = struct.Struct("<BII")
ENTRY_HEAD = struct.Struct("<BIIQ16s32s32s")
_ENTRY_BODY = struct.Struct("<Q16s32s32s")
ENTRY, CHECKPOINT, OPENED, CLOSED, ASIDE = 1, 2, 3, 4, 5
ENTRY_BODY_BYTES = _ENTRY_BODY.size
MAGIC = b"UB"


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame: what kind, of which log (its number in the journal), its body."""

    kind: int
    log: int
    body: bytes

    def entry(self) -> tuple[int, bytes, bytes, bytes, bytes]:
        """An entry frame's index, act (16 bytes), salt, entry and statement."""
        index, act, salt, entry = _ENTRY_BODY.unpack_from(self.body)
        return index, act, salt, entry, self.body[ENTRY_BODY_BYTES:]


def frame(kind: int, log: int, body: bytes) -> bytes:
    """The bytes of any other frame."""
    return FRAME_HEAD.pack(kind, log, len(body)) + body


def seal_batch(previous: bytes, number: int, frames: bytes) -> tuple[bytes, bytes]:
    """Return the batch's bytes and its seal, which the next batch continues from."""
    head = BATCH_HEAD.pack(MAGIC, 0, len(frames), number)
    state = sha256(previous + head)
    state.update(frames)
    seal = state.digest()
    return b"".join((head, seal, frames)), seal


def read_batch(data: bytes, offset: int, previous: bytes, number: int) -> tuple[bytes, bytes] | None:
    """Return (frames, seal) of the batch at the offset, or None if there is no whole batch with this number."""
    if len(data) - offset < BATCH_HEAD_BYTES:
        return None
    magic, zero, length, found = BATCH_HEAD.unpack_from(data, offset)
    body = offset + BATCH_HEAD_BYTES
    if (magic, zero, found) != (MAGIC, 0, number) or length > len(data) - body:
        return None
    frames = data[body : body + length]
    seal = data[offset + BATCH_HEAD.size : body]
    expected = seal_batch(previous, number, frames)[1]
    return (frames, seal) if seal == expected else None


def split_frames(frames: bytes) -> Iterator[Frame]:
    """The frames of a batch, in order; ValueError where they do not fill it exactly."""
    offset = 0
    while offset < len(frames):
        if len(frames) - offset < FRAME_HEAD.size:
            raise ValueError("half a frame")
        kind, log, length = FRAME_HEAD.unpack_from(frames, offset)
        offset += FRAME_HEAD.size
        if length > len(frames) - offset or (kind == ENTRY and length < ENTRY_BODY_BYTES):
            raise ValueError("half a frame")
        yield Frame(kind, log, frames[offset : offset + length])
        offset += length
