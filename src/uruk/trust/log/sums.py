"""Sums of the pages of contents.db, so that a flipped bit anywhere in it is found, used or not.

SQLite checks what it reads, not what it leaves unread. `contents.sums` holds 8 bytes for each page: the beginning of
SHA-256(page number ‖ page). Pages change only by way of the write-ahead log, whose frames carry checksums of their
own (https://sqlite.org/fileformat2.html#the_write_ahead_log); before the frames go into the file their sums go here.
"""

import os
import struct
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

_SUM_BYTES = 8
_WAL_HEAD = struct.Struct(">8I")
_FRAME_HEAD = struct.Struct(">6I")
_WAL_MAGIC = (0x377F0682, 0x377F0683)
_WAL_VERSION = 3007000
_MASK = 0xFFFFFFFF


def sums_path(database: Path) -> Path:
    """Where the sums of a database stand."""
    return database.with_suffix(".sums")


def update_sums(database: Path) -> None:
    """Take the pages in the write-ahead log into the sums, on the disk when this returns.

    Without sums yet, those of the file's own pages are made first.
    """
    path = sums_path(database)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if os.fstat(descriptor).st_size == 0:
            for number, page in _pages(database):
                os.pwrite(descriptor, _sum(number, page), (number - 1) * _SUM_BYTES)
        pages, size = newest_pages(wal_path(database))
        for number, page in pages.items():
            os.pwrite(descriptor, _sum(number, page), (number - 1) * _SUM_BYTES)
        if size:
            os.ftruncate(descriptor, size * _SUM_BYTES)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def renew_sums(database: Path) -> None:
    """Make the sums of a copy anew: a copy holds in its pages what the original had waiting in its write-ahead log."""
    if sums_path(database).exists():
        sums_path(database).unlink()
        update_sums(database)


def wrong_pages(database: Path) -> list[int]:
    """The numbers of pages that are not what was written; 0 where there are more or fewer of them than sums.

    A page that waits in the write-ahead log is judged there (`wal_is_whole`); what it replaces is judged here as
    long as its sum still stands.
    """
    sums = sums_path(database).read_bytes()
    waiting, _ = newest_pages(wal_path(database))
    wrong = [] if waiting or len(sums) == _page_count(database) * _SUM_BYTES else [0]
    for number, page in _pages(database):
        known = sums[(number - 1) * _SUM_BYTES : number * _SUM_BYTES]
        taken_over = number in waiting and _sum(number, waiting[number]) == known
        if not taken_over and _sum(number, page) != known:
            wrong.append(number)
    return wrong


def wal_path(database: Path) -> Path:
    """The write-ahead log of a database."""
    return database.with_name(database.name + "-wal")


def newest_pages(wal: Path) -> tuple[dict[int, bytes], int]:
    """The newest committed image of each page in a write-ahead log, and the size of the database in pages (or 0)."""
    committed: dict[int, bytes] = {}
    open_pages: dict[int, bytes] = {}
    size = 0
    for number, after, page in _frames(wal):
        open_pages[number] = page
        if after:
            committed |= open_pages
            open_pages, size = {}, after
    return committed, size


def wal_is_whole(wal: Path) -> bool:
    """Whether every byte of a write-ahead log is accounted for by its checksums; an empty one is whole."""
    data = wal.read_bytes() if wal.exists() else b""
    if len(data) < _WAL_HEAD.size:
        return not data
    magic, version, page_size, _, *_, first, second = _WAL_HEAD.unpack_from(data)
    if magic not in _WAL_MAGIC or version != _WAL_VERSION:
        return False
    state = _checksum(data[:24], magic == _WAL_MAGIC[0], (0, 0))
    return state == (first, second) and _frames_are_whole(data, page_size, state)


def _frames_are_whole(data: bytes, page_size: int, state: tuple[int, int]) -> bool:
    magic, _, _, _, salt1, salt2, _, _ = _WAL_HEAD.unpack_from(data)
    step = _FRAME_HEAD.size + page_size
    for at in range(_WAL_HEAD.size, len(data), step):
        frame = data[at : at + step]
        if len(frame) < step:
            return False
        _, _, found1, found2, first, second = _FRAME_HEAD.unpack_from(frame)
        if found1 == (salt1 - 1) & _MASK:
            return True  # left over from before the log was begun anew
        state = _checksum(frame[:8] + frame[_FRAME_HEAD.size :], magic == _WAL_MAGIC[0], state)
        if (found1, found2) != (salt1, salt2) or state != (first, second):
            return False
    return True


def _checksum(data: bytes, little: bool, state: tuple[int, int]) -> tuple[int, int]:
    first, second = state
    words = iter(struct.unpack(f"{'<' if little else '>'}{len(data) // 4}I", data))
    for even, odd in zip(words, words, strict=True):
        first = (first + even + second) & _MASK
        second = (second + odd + first) & _MASK
    return first, second


def _frames(wal: Path) -> Iterator[tuple[int, int, bytes]]:
    """Page number, size of the database after a commit (0 in the middle of one), page."""
    if not wal.exists() or wal.stat().st_size < _WAL_HEAD.size:
        return
    with wal.open("rb") as file:
        _, _, page_size, _, *salts, _, _ = _WAL_HEAD.unpack(file.read(_WAL_HEAD.size))
        while len(head := file.read(_FRAME_HEAD.size)) == _FRAME_HEAD.size:
            number, after, *rest = _FRAME_HEAD.unpack(head)
            page = file.read(page_size)
            if rest[:2] != salts or len(page) < page_size:
                return
            yield number, after, page


def _pages(database: Path) -> Iterator[tuple[int, bytes]]:
    page_size = _page_size(database)
    with database.open("rb") as file:
        number = 1
        while page := file.read(page_size):
            yield number, page
            number += 1


def _page_count(database: Path) -> int:
    return -(-database.stat().st_size // _page_size(database))


def _page_size(database: Path) -> int:
    with database.open("rb") as file:
        size = int.from_bytes(file.read(18)[16:18], "big")
    # A damaged header must not keep us from reading: the sums will not fit then.
    return size if size >= 512 and size & (size - 1) == 0 else 65536 if size == 1 else 4096


def _sum(number: int, page: bytes) -> bytes:
    return sha256(number.to_bytes(4, "big") + page).digest()[:_SUM_BYTES]
