"""Rows as a spreadsheet (XLSX). Openpyxl is slow to import: this module waits for its first use."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any

import openpyxl
from openpyxl.cell import WriteOnlyCell

from uruk.registries.tabular import Cell, safe

_PIECE = 1 << 16
_MAX_TITLE = 31


def workbook(title: str, heading: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """A spreadsheet of one sheet, written beside memory first: its end stands in its beginning."""
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet(title[:_MAX_TITLE])
    page.append(heading)
    for row in rows:
        page.append([_written(page, cell) for cell in row])
    with tempfile.TemporaryFile() as file:
        book.save(file)
        yield from _pieces(file)


def _written(page: Any, cell: Cell) -> Any:
    if not isinstance(cell, str):
        return cell
    made = WriteOnlyCell(page, safe(cell))
    made.data_type = "s"  # whatever it looks like, it is a text
    return made


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(_PIECE):
        yield piece
