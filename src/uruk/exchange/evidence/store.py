"""The store of evidence: records in encrypted segments, by the month in which they may be forgotten.

    evidence/202711/key            32 random bytes; destroyed, and with it all that the month's records say
    evidence/202711/<number>.seg   frames: number (u64), length (u32), nonce, AES-256-GCM over a batch of records
    evidence/202711/<name>         a large body, linked from the spool; its key stands in the record that names it
    evidence/202711.forgetting     what will be said of a month that is being forgotten
    evidence/index.db              request and role → frame; derived, made again from the segments

A frame is one batch, numbered through all segments. `write` hands it to the operating system, `sync` waits for the
disk; neither a start nor a failed write continues a segment, so a torn frame ends its segment and nothing else.
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
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from uruk.exchange.evidence.index import Index, Place
from uruk.exchange.evidence.record import Record
from uruk.kernel.api import CodedError
from uruk.trust.api import write_new

SEGMENT_BYTES = 64 << 20
_HEAD_BYTES, _NONCE_BYTES = 12, 12
_File = IO[bytes]
_Segment = tuple[_File, int]
_Frame = tuple[int, int, list[Record]]
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Record]).decode


class EvidenceStore:
    """The evidence of a gateway. One thread writes at a time; any may look up.

    `spool` is where the large bodies lie that records name; the evidence holds a name of its own for each.
    """

    def __init__(self, folder: Path, spool: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder, self.spool = folder, spool
        self._lock = threading.Lock()
        self._files: dict[str, _Segment] = {}
        self._unsynced: set[str] = set()
        self._linked: set[Path] = set()
        self._stopped = False
        self._sealers: dict[str, AESGCM] = {}
        self._index = Index(folder / "index.db")
        self._number = self._catch_up()

    # Writing

    def write(self, records: Sequence[Record]) -> int:
        """Write a batch; durable after `sync`. Returns its number, which grows.

        `exchange.evidence_full`: nothing of it counts. `exchange.evidence_stopped` after a failed sync: nothing is
        written any more, because what the disk holds is unknown.
        """
        self.check_running()
        with self._lock:
            self._number += 1
            try:
                for month, group in _by_month(records).items():
                    self._write_frame(month, self._number, group)
            except OSError as error:
                raise CodedError("exchange.evidence_full") from error
            return self._number

    def check_running(self) -> None:
        """Raise `exchange.evidence_stopped` where a sync has failed: the process must end."""
        if self._stopped:
            raise CodedError("exchange.evidence_stopped")

    def sync(self) -> None:
        """Wait until all that was written is on the disk; `exchange.evidence_stopped` where it cannot be."""
        with self._lock:
            waiting, self._unsynced = self._unsynced, set()
            folders, self._linked = self._linked, set()
            files = [self._files[month][0] for month in waiting if month in self._files]
        try:
            for file in files:
                os.fdatasync(file.fileno())
            for folder in folders:
                _sync_folder(folder)
        except OSError as error:
            self._stopped = True
            raise CodedError("exchange.evidence_stopped") from error

    def _write_frame(self, month: str, number: int, records: list[Record]) -> None:
        file, segment = self._segment(month, number)
        self._link_bodies(month, records)
        nonce = secrets.token_bytes(_NONCE_BYTES)
        head = number.to_bytes(8, "big")
        sealed = self._sealer(month).encrypt(nonce, _encode(records), head)
        offset = file.tell()
        try:
            _write_all(file, head + len(sealed).to_bytes(4, "big") + nonce + sealed)
        except OSError:
            self._files.pop(month)[0].close()  # what was half written ends this segment
            raise
        self._unsynced.add(month)
        self._index.add_later(number, month, segment, offset, records)

    def _link_bodies(self, month: str, records: list[Record]) -> None:
        folder = self._folder / month
        for record in records:
            if record.spooled:
                name = record.spooled.partition(":")[0]
                with suppress(FileExistsError):
                    (folder / name).hardlink_to(self.spool / name)
                self._linked.add(folder)

    def _segment(self, month: str, number: int) -> _Segment:
        found = self._files.get(month)
        if found is not None and found[0].tell() < SEGMENT_BYTES:
            return found
        if found is not None:
            os.fdatasync(found[0].fileno())
            found[0].close()
        path = self._folder / month / f"{number:020d}.seg"
        path.parent.mkdir(mode=0o700, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        self._files[month] = os.fdopen(handle, "wb", buffering=0), number
        self._linked.update((path.parent, self._folder))
        return self._files[month]

    # Reading

    def find(self, request: bytes, role: int) -> Record | None:
        """The record of one place of an exchange; None where there is none, or it was forgotten."""
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
        """Every record of a month; none where its key was destroyed."""
        for path in self._segments_after(month, 0):
            for _, _, records in self._frames(month, path):
                yield from records

    def destroy(self, month: str) -> None:
        """Destroy a month's key, segments, bodies and index, for good when it returns."""
        with self._lock:
            found = self._files.pop(month, None)
            if found is not None:
                found[0].close()
            self._sealers.pop(month, None)
        folder = self._folder / month
        if folder.exists():
            _overwrite(folder / "key")
            for path in sorted(folder.iterdir()):
                path.unlink()
            _sync_folder(folder)
            folder.rmdir()
            _sync_folder(self._folder)
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
            for file, _ in self._files.values():
                file.close()
            self._files.clear()

    # Inside

    def _catch_up(self) -> int:
        """Index what a crash left out of the index; the number of the newest batch."""
        newest = self._index.newest()
        for month in self._months():
            for path in self._segments_after(month, newest):
                for number, offset, records in self._frames(month, path):
                    self._index.add_later(number, month, int(path.stem), offset, records)
        self._index.flush()
        return self._index.newest()

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
                records = self._opened(month, head, file.read(length)) if length <= SEGMENT_BYTES * 2 else None
                if records is None:
                    return
                yield int.from_bytes(head[:8], "big"), offset, records
                offset = file.tell()

    def _opened(self, month: str, head: bytes, sealed: bytes) -> list[Record] | None:
        try:
            return _decode(self._sealer(month).decrypt(head[_HEAD_BYTES:], sealed, head[:8]))
        except (InvalidTag, ValueError, msgspec.MsgspecError):
            return None

    def _sealer(self, month: str) -> AESGCM:
        if month not in self._sealers:
            self._sealers[month] = AESGCM(self._key(self._folder / month / "key"))
        return self._sealers[month]

    def _key(self, path: Path) -> bytes:
        """The month's key, made at its first use: it lies in one file only, to be destroyed."""
        if not path.exists():
            part = path.with_name(f".key.{secrets.token_hex(4)}")
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_bytes(32))
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        return path.read_bytes()


def month_of(moment: int) -> str:
    """The month (YYYYMM, UTC) of a Unix time, by which evidence is kept and forgotten."""
    return Place.month_of(moment)


def _by_month(records: Iterable[Record]) -> dict[str, list[Record]]:
    groups: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        groups[month_of(record.keep_until)].append(record)
    return groups


def _number_of(frame: tuple[int, list[Record]]) -> int:
    return frame[0]


def _write_all(file: _File, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[file.write(left) :]


def _overwrite(path: Path) -> None:
    with suppress(FileNotFoundError), path.open("r+b") as file:
        file.write(bytes(32))
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
