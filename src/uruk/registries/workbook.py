"""Rows as a spreadsheet (XLSX). Openpyxl is slow to import: this module waits for its first use."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any

import openpyxl
from openpyxl.cell import WriteOnlyCell

from uruk.kernel.api import CodedError
from uruk.registries.tabular import Cell, safe

_PIECE = 1 << 16
_MAX_TITLE = 31
_MAX_CELL = 32_767  # openpyxl cuts what is longer without a word


def workbook(title: str, heading: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """A spreadsheet of one sheet, written beside memory first: its end stands in its beginning.

    Errors, before the first byte: ``registries.export_cell_too_long``.
    """
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet(title[:_MAX_TITLE])
    try:
        page.append(heading)
        for row in rows:
            page.append([_written(page, cell) for cell in row])
    except BaseException:
        # What was written so far lies in a file of openpyxl's: it goes now, and not when the process ends.
        page.close()
        page._writer.cleanup()
        raise
    with tempfile.TemporaryFile() as file:
        book.save(file)
        yield from _pieces(file)


def _written(page: Any, cell: Cell) -> Any:
    if not isinstance(cell, str):
        return cell
    text = str(safe(cell))
    if len(text) > _MAX_CELL:
        raise CodedError("registries.export_cell_too_long", maximum=_MAX_CELL)
    made = WriteOnlyCell(page, text)
    made.data_type = "s"  # whatever it looks like, it is a text
    return made


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(_PIECE):
        yield piece
