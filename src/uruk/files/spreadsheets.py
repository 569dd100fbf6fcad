"""Foreign spreadsheets (XLSX) are read in a child process with limits; what it says is kept as lines of our own."""

import os
import subprocess  # the child is our own module, its input is a file opened here
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import msgspec

from uruk.files.intake import SOURCE
from uruk.kernel.api import CodedError

_CHILDREN = threading.BoundedSemaphore(2)
_PIECE = 1 << 16
_LAST = 4096


@dataclass(frozen=True, slots=True)
class SheetLimits:
    """What one foreign spreadsheet may cost: bytes in and out, the child's memory, processor time, and the wait."""

    max_bytes: int = 50 << 20
    max_out: int = 400 << 20
    memory_bytes: int = 1 << 30
    cpu_s: int = 240
    wait_s: float = 900


DEFAULT_SHEET_LIMITS = SheetLimits()


def convert_spreadsheet(source: Path, target: Path, limits: SheetLimits = DEFAULT_SHEET_LIMITS) -> None:
    """Write the rows of a spreadsheet's first sheet to ``target`` (replaced whole), one line of JSON each.

    A line is ``[number, [cell, …]]``; a cell is a text, null, or ``{"error": "formula" | "fraction" | "value"}``.
    Errors: ``files.sheet_not_xlsx``, ``…_broken``, ``…_macros``, ``…_too_large``, ``…_too_many_rows``,
    ``…_too_many_columns``, ``files.busy``.
    """
    if source.stat().st_size > limits.max_bytes:
        raise CodedError("files.sheet_too_large")
    if not _CHILDREN.acquire(timeout=limits.wait_s):
        raise CodedError("files.busy")
    part = target.with_name(f".{target.name}.part")
    try:
        with source.open("rb") as given, part.open("wb") as kept:
            _check_end(_run(given, kept, limits))
        part.replace(target)
    finally:
        _CHILDREN.release()
        part.unlink(missing_ok=True)


def _run(given: IO[bytes], kept: IO[bytes], limits: SheetLimits) -> bytes:
    """Have the child read the one and write to the other; return the end of what it said."""
    numbers = [str(limits.memory_bytes), str(limits.cpu_s)]
    child = subprocess.Popen(
        [sys.executable, "-B", "-m", "uruk.files.sheet_child", *numbers],
        stdin=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PYTHONPATH": str(SOURCE), "PATH": os.defpath},
    )
    timer = threading.Timer(limits.wait_s, child.kill)
    timer.start()
    try:
        return _copy(child, kept, limits.max_out)
    finally:
        timer.cancel()
        child.kill()
        child.wait()


def _copy(child: "subprocess.Popen[bytes]", kept: IO[bytes], most: int) -> bytes:
    written, last = 0, b""
    assert child.stdout is not None
    with child.stdout as said:
        while piece := said.read(_PIECE):
            written += len(piece)
            if written > most:
                raise CodedError("files.sheet_too_large")
            kept.write(piece)
            last = (last + piece)[-_LAST:]
    return last


class _End(msgspec.Struct):
    error: str
    values: Mapping[str, int | str] = {}


def _check_end(last: bytes) -> None:
    """The last line says how it went; where there is none, a limit ended the child."""
    try:
        end = msgspec.json.decode(last.rstrip(b"\n").rpartition(b"\n")[2], type=_End)
    except msgspec.DecodeError:
        raise CodedError("files.sheet_too_large") from None
    if end.error:
        raise CodedError(end.error, **end.values)
