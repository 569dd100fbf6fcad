"""The journal: every entry of every log of the node, durable before anybody is told.

Segments `00000001.journal`, `00000002.journal`, … A segment begins with a head (64 bytes: magic, its number, the
number of its first batch, the seal it continues from, a check); batches follow; zeros up to the reserved size end
it. Only the last segment may end in an unfinished batch: a crash in the middle of a write, of which nobody was told.
"""

import contextlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from uruk.kernel.api import CodedError
from uruk.trust.log.filesystem import File, FileSystem
from uruk.trust.log.frames import BATCH_HEAD, BATCH_HEAD_BYTES, MAGIC, read_batch, seal_batch

SEGMENT_BYTES = 64 << 20
RESERVE_BYTES = 8 << 20
_HEAD = struct.Struct("<8sQQ32s")
HEAD_BYTES = _HEAD.size + 8
_MAGIC = b"URUKJRN1"
_FIRST_SEAL = bytes(32)


@dataclass(frozen=True)
class Batch:
    """A batch as read back: its number over all segments, its seal, its frames, and where it ends in its segment."""

    number: int
    seal: bytes
    frames: bytes
    segment: int
    end: int


@dataclass
class Position:
    """Where the journal stands: the next batch's number and the seal that it continues from."""

    number: int = 1
    seal: bytes = _FIRST_SEAL


class SyncFailedError(Exception):
    """The disk could not be made to keep what was written: what it holds is unknown, so the writer must end."""


@contextlib.contextmanager
def _syncing() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SyncFailedError from error


class Journal:
    """The writing end. One caller at a time; `append` returns when the batch is on the disk."""

    def __init__(self, folder: Path, fs: FileSystem, segment_bytes: int = SEGMENT_BYTES) -> None:
        self._folder = folder
        self._fs = fs
        self._segment_bytes = segment_bytes
        self._file: File | None = None
        self._offset = 0
        self._reserved = 0
        self.segment = 0
        self.position = Position()

    def replay(self, since: int, seal: bytes) -> Iterator[Batch]:
        """Yield the batches from number `since` on, cutting off an unfinished one at the very end.

        `seal` is that of batch `since - 1`. Damage anywhere else raises `trust.journal_damaged`.
        """
        found = Scan(self._fs, self._folder, Position(since, seal))
        yield from found
        self.position, self.segment = found.position, found.segment
        if found.segment and found.end == 0:
            self._fs.remove(segment_path(self._folder, found.segment))
            self.segment -= 1
        elif found.end < found.size:
            file = self._fs.open(segment_path(self._folder, found.segment))
            file.resize(found.end)
            file.sync()
            file.close()

    def start_segment(self) -> None:
        """Begin a new segment, on the disk with its name before the first batch goes into it."""
        path = segment_path(self._folder, self.segment + 1)
        file = self._fs.create(path)
        try:
            file.reserve(RESERVE_BYTES)
            head = _head(self.segment + 1, self.position)
            file.write_at(head, 0)
            with _syncing():
                file.sync()
                self._fs.sync([path])
        except BaseException:
            file.close()
            with contextlib.suppress(OSError):
                self._fs.remove(path)
            raise
        self._finish_segment()
        self._file, self._offset, self._reserved = file, len(head), RESERVE_BYTES
        self.segment += 1

    def _finish_segment(self) -> None:
        if self._file is not None:
            self._file.resize(self._offset)
            with _syncing():
                self._file.sync()
            self._file.close()
            self._file = None

    def reserve(self, length: int) -> None:
        """Make sure that frames of this length have their place on the disk; OSError where they have not.

        Called before anything is signed: a full disk then refuses a batch of which nothing exists yet.
        """
        if self._file is None or self._offset > self._segment_bytes:
            self.start_segment()
        needed = self._offset + BATCH_HEAD_BYTES + length
        if needed > self._reserved and self._file is not None:
            size = max(needed, self._reserved + RESERVE_BYTES)
            self._file.reserve(size)
            self._reserved = size

    def has_room(self, length: int) -> bool:
        """Whether frames of this length have their place already: then `reserve` has nothing to do."""
        if self._file is None or self._offset > self._segment_bytes:
            return False
        return self._offset + BATCH_HEAD_BYTES + length <= self._reserved

    def append(self, frames: bytes) -> int:
        """Write one batch, sync it, return its number. After any error the writer must stop: nothing is retried."""
        if self._file is None:
            raise CodedError("trust.log_stopped")
        data, seal = seal_batch(self.position.seal, self.position.number, frames)
        with _syncing():
            self._file.write_through(data, self._offset)
        self._offset += len(data)
        self.position = Position(self.position.number + 1, seal)
        return self.position.number - 1

    def drop_before(self, segment: int) -> None:
        """Remove the segments below this number: all they hold is settled."""
        for number in segment_numbers(self._fs, self._folder):
            if number < segment:
                self._fs.remove(segment_path(self._folder, number))

    def close(self) -> None:
        """Cut the reserved zeros off and close."""
        self._finish_segment()


@dataclass
class Scan:
    """Reads the batches from a position on, in order; afterwards it knows where the journal ends.

    `segment` is the last segment (0: none), `end` the end of its last whole batch, `size` its length, and
    `unfinished` says whether anything but zeros lies between them.
    """

    fs: FileSystem
    folder: Path
    position: Position
    segment: int = 0
    end: int = 0
    size: int = 0
    unfinished: bool = False

    def __iter__(self) -> Iterator[Batch]:
        numbers = segment_numbers(self.fs, self.folder)
        for number in numbers:
            data = self.fs.read(segment_path(self.folder, number))
            self.segment, self.end, self.size = number, 0, len(data)
            for batch, before in _batches(data, number, last=number == numbers[-1]):
                self.end = batch.end
                if batch.number >= self.position.number:
                    if Position(batch.number, before) != self.position:
                        raise CodedError("trust.journal_damaged", segment=number)
                    self.position = Position(batch.number + 1, batch.seal)
                    yield batch
            if not self.end and _read_head(data, number):
                self.end = HEAD_BYTES
            self.unfinished = _has_bytes(data, self.end)


def segment_path(folder: Path, number: int) -> Path:
    """The file of a segment."""
    return folder / f"{number:08d}.journal"


def segment_numbers(fs: FileSystem, folder: Path) -> list[int]:
    """The numbers of the segments that exist, ascending; a gap raises `trust.journal_damaged`."""
    found = [int(name[:8]) for name in fs.names(folder) if name.endswith(".journal") and name[:8].isdigit()]
    if found and found != list(range(found[0], found[0] + len(found))):
        raise CodedError("trust.journal_damaged", segment=found[0])
    return found


def _batches(data: bytes, segment: int, last: bool) -> Iterator[tuple[Batch, bytes]]:
    """The whole batches of a segment, each with the seal it continues from."""
    head = _read_head(data, segment)
    if head is None:
        # The head is on the disk before any batch: bytes behind a broken one are damage, not a crash.
        if last and not _has_bytes(data, HEAD_BYTES):
            return
        raise CodedError("trust.journal_damaged", segment=segment)
    number, seal = head
    offset = HEAD_BYTES
    while (found := read_batch(data, offset, seal, number)) is not None:
        frames, own = found
        offset += BATCH_HEAD_BYTES + len(frames)
        yield Batch(number, own, frames, segment, offset), seal
        number, seal = number + 1, own
    if _has_bytes(data, offset) and (not last or not _is_torn(data, offset, number)):
        raise CodedError("trust.journal_damaged", segment=segment)


def _has_bytes(data: bytes, offset: int) -> bool:
    return data.count(0, offset) != max(0, len(data) - offset)


def _is_torn(data: bytes, offset: int, number: int) -> bool:
    """Whether the bytes from the offset on can be one unfinished batch: the next is written only after a sync."""
    magic, _, length, found = BATCH_HEAD.unpack_from(data.ljust(offset + BATCH_HEAD.size, b"\0"), offset)
    if (magic, found) == (MAGIC, number) and _has_bytes(data, offset + BATCH_HEAD_BYTES + length):
        return False
    # The length itself may be what is damaged: look for the head of the batch after this one.
    later = (number + 1).to_bytes(8, "little")
    place = data.find(later, offset)
    while place >= 0:
        if data[place - 8 : place - 4] == MAGIC + b"\0\0":
            return False
        place = data.find(later, place + 1)
    return True


def _head(segment: int, position: Position) -> bytes:
    head = _HEAD.pack(_MAGIC, segment, position.number, position.seal)
    return head + sha256(head).digest()[:8]


def _read_head(data: bytes, segment: int) -> tuple[int, bytes] | None:
    """The number of the segment's first batch and the seal that it continues from."""
    if len(data) < HEAD_BYTES:
        return None
    _, _, number, seal = _HEAD.unpack_from(data)
    return (number, seal) if data[:HEAD_BYTES] == _head(segment, Position(number, seal)) else None
