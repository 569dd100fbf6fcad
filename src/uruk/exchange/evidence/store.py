"""The store of evidence: records in encrypted segments, by the month in which they may be forgotten.

    evidence/202711/key            the month's key, wrapped; destroyed, and with it all that the month's records say
    evidence/202711/<number>.seg   frames: number (u64), length (u32), nonce, AES-256-GCM over a batch, compressed
    evidence/202711/<name>         a large body, linked from the spool; its key stands in the record that names it
    evidence/202711.forgetting     what will be said of a month that is being forgotten
    evidence/index.db              request and role → frame; derived, made again from the segments

A frame is one batch, numbered through all segments. `seal` makes it for the log's journal, where it is durable with the
entries that it belongs to; when these are settled, `keep` copies it into its segment, and `sync` waits for the disk
before the journal lets go of it. Until then records are found in memory. Neither a start nor a failed write continues a
segment, so a torn frame ends its segment and nothing else, and what it held is still in the journal.

In the journal each frame has its month (u32) before it.
"""

import heapq
import os
import secrets
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

import msgspec
import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from uruk.exchange.evidence.index import Index, index_key, month_of
from uruk.exchange.evidence.months import MonthKeys
from uruk.exchange.evidence.record import Record
from uruk.trust.api import sync_folder, write_new

SEGMENT_BYTES = 64 << 20
_HEAD_BYTES, _NONCE_BYTES = 12, 12
_MONTH_BYTES = 4
_MAX_FRAME_BYTES = 2 * SEGMENT_BYTES
_File = IO[bytes]
_Segment = tuple[_File, int]
_Frame = tuple[int, int, list[Record]]
_Batch = tuple[str, int]
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Record]).decode
# Records of a batch repeat each other: addresses, headers, audit paths, checkpoints.
_LEVEL = -1


class EvidenceStore:
    """The evidence of a gateway, kept beside its log's entries (`uruk.trust`'s `Asides`).

    One thread seals at a time, one keeps; any may look up. `spool` is where the large bodies lie that records name; the
    evidence holds a name of its own for each.
    """

    def __init__(self, folder: Path, spool: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder, self.spool = folder, spool
        self._keys = MonthKeys(folder)
        self._lock = threading.Lock()
        self._files: dict[str, _Segment] = {}
        self._unsynced: set[_File] = set()
        self._ended: set[_File] = set()  # segments that nothing more is written to, until they are synced
        self._named: set[Path] = set()
        self._sealers: dict[str, AESGCM] = {}
        self._compressor = zstandard.ZstdCompressor(level=_LEVEL)
        # What is sealed and not kept yet, as small as it is on the disk: frames, and in which of them a place stands.
        self._sealed: dict[_Batch, tuple[bytes, list[bytes]]] = {}
        self._fresh: dict[bytes, tuple[_Batch, int]] = {}
        self._index = Index(folder / "index.db")
        self._newest: dict[str, int] = {}
        self.number = self._catch_up()

    # Writing

    def seal(self, items: Sequence[Record]) -> bytes:
        """A batch of records as it stands in the journal. Its number, `number` from now on, grows. OSError."""
        self.number += 1
        pieces = []
        for month, records in _by_month(items).items():
            self._link_bodies(month, records)
            nonce, head = secrets.token_bytes(_NONCE_BYTES), self.number.to_bytes(8, "big")
            sealed = self._sealer(month).encrypt(nonce, self._compressor.compress(_encode(records)), head)
            frame = b"".join((head, len(sealed).to_bytes(4, "big"), nonce, sealed))
            batch, keys = (month, self.number), _keys_of(records)
            self._sealed[batch] = frame, keys
            self._fresh |= {key: (batch, at) for at, key in enumerate(keys)}
            pieces += [int(month).to_bytes(_MONTH_BYTES, "big"), frame]
        return b"".join(pieces)

    def keep(self, sealed: Sequence[bytes]) -> None:
        """Copy batches from the journal into their segments; one that is there already, or of a month that was
        forgotten, is passed over. OSError: what was not copied stays in the journal.
        """
        last = 0
        for month, last, frame in (piece for one in sealed for piece in _pieces(one)):
            if last > self._newest.get(month, 0) and (self._folder / month / "key").exists():
                with self._lock:
                    self._write_frame(month, last, frame)
        self.number = max(self.number, last)
        # What was sealed up to here is found in its segment, or never came into the journal.
        self._drop_fresh([key for key in list(self._sealed) if key[1] <= last])

    def _drop_fresh(self, batches: list[_Batch]) -> None:
        for batch in batches:
            for at, key in enumerate(self._sealed.pop(batch)[1]):
                if self._fresh.get(key) == (batch, at):  # else it was sealed again since
                    del self._fresh[key]

    def sync(self) -> None:
        """Wait until all that was kept is on the disk; OSError where it cannot be: the journal must keep it."""
        with self._lock:
            for file in self._unsynced:
                os.fdatasync(file.fileno())
            for folder in self._named:
                sync_folder(folder)
            for file in self._ended:
                file.close()
            self._unsynced, self._named, self._ended = set(), set(), set()

    def _write_frame(self, month: str, number: int, frame: bytes) -> None:
        known = self._sealed.get((month, number))
        keys = known[1] if known else _keys_of(self._opened(month, frame) or [])
        file, segment = self._segment(month, number)
        offset = file.tell()
        try:
            _write_all(file, frame)
        except OSError:
            self._ended.add(self._files.pop(month)[0])  # by what was half written; what stands before it counts
            raise
        self._unsynced.add(file)
        self._newest[month] = number
        self._index.add_later(number, month, segment, offset, keys)

    def _link_bodies(self, month: str, records: list[Record]) -> None:
        """Give large bodies a name here, on the disk before the record that names them."""
        names = [record.spooled.partition(":")[0] for record in records if record.spooled]
        if not names:
            return
        folder = self._folder / month
        for name in names:
            folder.mkdir(mode=0o700, exist_ok=True)
            with suppress(FileExistsError):
                (folder / name).hardlink_to(self.spool / name)
        sync_folder(folder)
        sync_folder(self._folder)

    def _segment(self, month: str, number: int) -> _Segment:
        found = self._files.get(month)
        if found is not None and found[0].tell() < SEGMENT_BYTES:
            return found
        if found is not None:
            self._ended.add(found[0])
        path = self._folder / month / f"{number:020d}.seg"
        # Where there is one of this number already, its first frame was torn, and it holds nothing.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        self._files[month] = os.fdopen(handle, "wb", buffering=0), number
        self._named.update((path.parent, self._folder))
        return self._files[month]

    # Reading

    def find(self, request: bytes, role: int) -> Record | None:
        """The record of one place of an exchange; None where there is none, or it was forgotten."""
        fresh = self._fresh.get(index_key(request, role))
        if fresh is not None and (known := self._sealed.get(fresh[0])) is not None:
            records = self._opened(fresh[0][0], known[0])
            return records[fresh[1]] if records else None
        place = self._index.find(request, role)
        if place is None:
            return None
        for _, _, records in self._frames(place.month, self._path(place.month, place.segment), place.offset):
            return records[place.at] if place.at < len(records) else None
        return None

    def after(self, number: int) -> Iterator[tuple[int, Record]]:
        """Every record of the batches after this number, with its batch's number, in their order."""
        months = [self._month_after(month, number) for month in self._months()]
        for found, records in heapq.merge(*months, key=_number_of):
            yield from ((found, record) for record in records)

    def _month_after(self, month: str, number: int) -> Iterator[tuple[int, list[Record]]]:
        for path in self._segments_after(month, number):
            for found, _, records in self._frames(month, path):
                if found > number:
                    yield found, records

    def folder_of(self, record: Record) -> Path:
        """Where the large body that a record names lies."""
        return self._folder / month_of(record.keep_until)

    def flush(self) -> None:
        """Bring the index up to date; call it now and then from a thread of its own."""
        self._index.flush()

    # Forgetting

    def months_before(self, month: str) -> list[str]:
        """The months (YYYYMM) whose evidence may be forgotten in `month`."""
        return [each for each in self._months() if each < month]

    def records_of(self, month: str) -> Iterator[Record]:
        """Every record of a month that was kept; none where its key was destroyed."""
        for path in self._segments_after(month, 0):
            for _, _, records in self._frames(month, path):
                yield from records

    def destroy(self, month: str) -> None:
        """Destroy a month's key, segments, bodies and index, for good when it returns."""
        with self._lock:
            found = self._files.pop(month, None)
            if found is not None:
                found[0].close()
                self._unsynced.discard(found[0])
            self._sealers.pop(month, None)
            self._newest.pop(month, None)
            self._named.discard(self._folder / month)
        self._drop_fresh([key for key in list(self._sealed) if key[0] == month])
        folder = self._folder / month
        if folder.exists():
            self._keys.overwrite(month)
            for path in sorted(folder.iterdir()):
                path.unlink()
            sync_folder(folder)
            folder.rmdir()
            sync_folder(self._folder)
        self._index.forget(month)

    def note(self, month: str, raw: bytes) -> None:
        """Keep what will be said of a month that is being forgotten, on the disk before anything of it goes."""
        write_new(self._note_path(month), raw)

    def note_of(self, month: str) -> bytes | None:
        """What was noted of a month, or None."""
        path = self._note_path(month)
        return path.read_bytes() if path.exists() else None

    def noted(self) -> list[str]:
        """The months of which something is noted."""
        return sorted(path.stem for path in self._folder.glob("*.forgetting"))

    def drop_note(self, month: str) -> None:
        """It has been said."""
        self._note_path(month).unlink(missing_ok=True)

    def _note_path(self, month: str) -> Path:
        return self._folder / f"{month}.forgetting"

    def close(self) -> None:
        """Sync everything and close."""
        try:
            self.sync()
        finally:
            self._index.close()
            for file in (*self._ended, *(file for file, _ in self._files.values())):
                file.close()
            self._files.clear()

    # Inside

    def _catch_up(self) -> int:
        """Index what a crash left out of the index; the number of the newest batch.

        What was never synced may be gone, of one month and not of another: each knows how far it has come. So the
        newest batch of the index may lack what it holds of another month.
        """
        newest = self._index.newest()
        for month in self._months():
            last = self._segments_after(month, 0)[-1:]
            for path in sorted({*last, *self._segments_after(month, newest - 1)}):
                for number, offset, records in self._frames(month, path):
                    self._newest[month] = number
                    if number >= newest:
                        self._index.add_later(number, month, int(path.stem), offset, _keys_of(records))
        self._index.flush()
        return max((self._index.newest(), *self._newest.values()))

    def _months(self) -> list[str]:
        return sorted(path.name for path in self._folder.iterdir() if path.name.isdecimal() and path.is_dir())

    def _path(self, month: str, segment: int) -> Path:
        return self._folder / month / f"{segment:020d}.seg"

    def _segments_after(self, month: str, number: int) -> list[Path]:
        """The segments of a month that hold batches after a number: a segment's name is its first batch."""
        paths = sorted((self._folder / month).glob("*.seg"))
        later = [int(path.stem) for path in paths[1:]] + [1 << 63]
        return [path for path, following in zip(paths, later, strict=False) if following > number + 1]

    def _frames(self, month: str, path: Path, offset: int = 0) -> Iterator[_Frame]:
        """The whole frames of a segment from an offset on; a torn one ends it."""
        with suppress(FileNotFoundError), path.open("rb") as file:
            file.seek(offset)
            while len(head := file.read(_HEAD_BYTES + _NONCE_BYTES)) == _HEAD_BYTES + _NONCE_BYTES:
                length = int.from_bytes(head[8:12], "big")
                records = self._opened(month, head + file.read(length)) if length <= _MAX_FRAME_BYTES else None
                if records is None:
                    return
                yield int.from_bytes(head[:8], "big"), offset, records
                offset = file.tell()

    def _opened(self, month: str, frame: bytes) -> list[Record] | None:
        begin = _HEAD_BYTES + _NONCE_BYTES
        try:
            packed = self._sealer(month).decrypt(frame[_HEAD_BYTES:begin], frame[begin:], frame[:8])
            return _decode(zstandard.ZstdDecompressor().decompress(packed))
        except (InvalidTag, ValueError, zstandard.ZstdError, msgspec.MsgspecError):
            return None

    def _sealer(self, month: str) -> AESGCM:
        if month not in self._sealers:
            self._sealers[month] = AESGCM(self._keys.key(month))
        return self._sealers[month]


def _by_month(records: Iterable[Record]) -> dict[str, list[Record]]:
    groups: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        groups[month_of(record.keep_until)].append(record)
    return groups


def _keys_of(records: Iterable[Record]) -> list[bytes]:
    return [index_key(record.request, record.role) for record in records]


def _pieces(sealed: bytes) -> Iterator[tuple[str, int, bytes]]:
    """Month, number and frame of each piece of a sealed batch."""
    at = 0
    while at < len(sealed):
        begin = at + _MONTH_BYTES
        length = int.from_bytes(sealed[begin + 8 : begin + _HEAD_BYTES], "big")
        month, number = int.from_bytes(sealed[at:begin], "big"), int.from_bytes(sealed[begin : begin + 8], "big")
        at = begin + _HEAD_BYTES + _NONCE_BYTES + length
        yield f"{month:06d}", number, sealed[begin:at]


def _number_of(frame: tuple[int, list[Record]]) -> int:
    return frame[0]


def _write_all(file: _File, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[file.write(left) :]
