"""The files of an import: what was handed in, the rows of a spreadsheet, the keys seen so far; destroyed afterwards."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO
from uuid import UUID

from uruk.acts.api import node_settings
from uruk.files.api import SheetLimits, convert_spreadsheet, require_free_space
from uruk.kernel.api import CodedError
from uruk.registries.importing.reading import Format

MAX_BYTES = 2 << 30
MINIMUM_FREE_PERCENT = 10
_PIECE = 1 << 20


def folder_of(import_id: UUID) -> Path:
    """Where the files of an import lie."""
    return node_settings().data / "imports" / str(import_id)


def keep(import_id: UUID, file: IO[bytes], form: Format) -> tuple[str, int]:
    """Keep what was handed in, on disk before it returns; its SHA-256 (hex) and size in bytes.

    Errors: ``registries.file_empty``, ``registries.file_too_large``, ``files.disk_nearly_full``.
    """
    require_free_space(node_settings().data, MINIMUM_FREE_PERCENT)
    most = SheetLimits().max_bytes if form == "xlsx" else MAX_BYTES
    folder = folder_of(import_id)
    folder.mkdir(mode=0o700, parents=True)
    try:
        return _write(folder / "file", file, most)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _write(path: Path, file: IO[bytes], most: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with path.open("xb") as kept:
        while piece := file.read(_PIECE):
            size += len(piece)
            if size > most:
                raise CodedError("registries.file_too_large", maximum=most >> 20)
            digest.update(piece)
            kept.write(piece)
        kept.flush()
        os.fsync(kept.fileno())
    if not size:
        raise CodedError("registries.file_empty")
    return digest.hexdigest(), size


def rows_file(import_id: UUID, form: Format) -> Path:
    """The file with the rows: what was handed in, or what a spreadsheet was converted to, now where it was not yet.

    Errors: ``registries.import_file_gone``; those of `files.convert_spreadsheet`.
    """
    folder = folder_of(import_id)
    given = folder / "file"
    if not given.is_file():
        raise CodedError("registries.import_file_gone")
    if form != "xlsx":
        return given
    rows = folder / "rows"
    if not rows.is_file():
        convert_spreadsheet(given, rows)
    return rows


@contextmanager
def turn(import_id: UUID) -> Iterator[bool]:
    """Whether it is this process that takes an import further now; the turn of one that was killed ends with it."""
    folder = folder_of(import_id)
    if not folder.is_dir():
        yield True  # nothing is left to be read, which is said by whoever reads
        return
    with (folder / "turn").open("wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def orphans(known: Callable[[UUID], bool], before: datetime) -> Iterator[UUID]:
    """Files older than a moment that no import has: whoever handed them in was killed before that was written down."""
    folder = node_settings().data / "imports"
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.stat().st_mtime < before.timestamp() and not known(UUID(path.name)):
            yield UUID(path.name)


def destroy(import_id: UUID) -> None:
    """Destroy the files of an import; no error where they are gone."""
    shutil.rmtree(folder_of(import_id), ignore_errors=True)
