"""What is read of a foreign spreadsheet (XLSX): the rows of its first sheet as text. Runs in the child process.

Openpyxl reads the cells, with defusedxml; the sheet is gone through once before by expat alone, because openpyxl holds
a whole row at a time and a row may be made to be larger than any memory.
"""

import datetime
import zipfile
from collections.abc import Iterator
from typing import IO, Any
from xml.parsers import expat

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

from uruk.files.bounds import MAX_COLUMNS, MAX_ROWS, MAX_TEXT
from uruk.kernel.api import CodedError

Row = tuple[int, list[str | dict[str, str] | None]]
"""The row's number in the sheet, and its cells: text, None, or what is wrong: {"error": "formula"}."""
MAX_CELLS_OF_A_ROW = 20_000  # most programs write 16,384 columns, empty ones too
MAX_UNPACKED = 600 << 20
MAX_PARTS = 10_000
_PIECE = 1 << 16


def read_sheet(source: IO[bytes]) -> Iterator[Row]:
    """The rows of the first sheet, those before its last that are empty too; a row at a time in memory.

    Errors: ``files.sheet_not_xlsx``, ``…_broken``, ``…_macros``, ``…_too_large``, ``…_too_many_rows``,
    ``…_too_many_columns`` (both name the row, the second the column).
    """
    try:
        _look_over(source)
        yield from _rows(source)
    except (CodedError, MemoryError):
        raise
    except Exception as error:
        # Whatever openpyxl, lxml and zlib stumble over; this is a child process that does nothing else.
        raise CodedError("files.sheet_broken") from error


def _look_over(source: IO[bytes]) -> None:
    """Refuse what is no spreadsheet, would run something, or unpacks to far more than it is."""
    if source.read(2) != b"PK":
        raise CodedError("files.sheet_not_xlsx")
    source.seek(0)
    with zipfile.ZipFile(source) as archive:
        parts = archive.infolist()
        names = {one.filename.casefold() for one in parts}
        if any(name.endswith(("vbaproject.bin", ".bas")) or "macrosheets/" in name for name in names):
            raise CodedError("files.sheet_macros")
        if len(parts) > MAX_PARTS or sum(one.file_size for one in parts) > MAX_UNPACKED:
            raise CodedError("files.sheet_too_large")
        if "xl/workbook.xml" not in names:
            raise CodedError("files.sheet_not_xlsx")


def _rows(source: IO[bytes]) -> Iterator[Row]:
    workbook = openpyxl.load_workbook(source, read_only=True, keep_links=False)
    sheets = workbook.worksheets
    if not sheets:
        raise CodedError("files.sheet_broken")
    sheet = sheets[0]
    with sheet._get_source() as part:  # the stream of its XML: openpyxl has no other name for it
        wanted = _Scan().whole(part)
    if wanted == (0, 0):
        return
    sheet.reset_dimensions()
    last, widest = wanted
    for number, cells in enumerate(sheet.iter_rows(max_row=last, max_col=widest), 1):
        yield number, [_text(cell) for cell in cells]


class _Scan:
    """Goes through the XML of a sheet, keeping nothing of it: how far it reaches, and whether that is too far."""

    def __init__(self) -> None:
        self._row = self._column = self._cells = 0
        self._last = self._widest = 0
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._begin
        self._parser.StartDoctypeDeclHandler = self._doctype

    def whole(self, part: Any) -> tuple[int, int]:
        """The last row and the last column that hold something."""
        try:
            while piece := part.read(_PIECE):
                self._parser.Parse(piece, False)
            self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise CodedError("files.sheet_broken") from error
        return self._last, self._widest

    def _doctype(self, *_: object) -> None:
        raise CodedError("files.sheet_broken")

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "row":
            self._begin_row(int(attributes.get("r") or self._row + 1))
        elif local == "c":
            self._cell(attributes.get("r"))
        elif local in {"v", "f", "is"} and self._column:
            self._filled()

    def _begin_row(self, number: int) -> None:
        # What does not come in order would be read as if it were not there.
        if number <= self._row:
            raise CodedError("files.sheet_broken")
        self._row, self._column, self._cells = number, 0, 0

    def _cell(self, place: str | None) -> None:
        before, self._column = self._column, self._column + 1
        if place is not None:
            letters, row = coordinate_from_string(place)
            self._column = column_index_from_string(letters)
            if row != self._row or self._column <= before:
                raise CodedError("files.sheet_broken")
        self._cells += 1
        if self._cells > MAX_CELLS_OF_A_ROW:
            self._refuse_columns()

    def _filled(self) -> None:
        if self._row > MAX_ROWS:
            raise CodedError("files.sheet_too_many_rows", row=self._row, maximum=MAX_ROWS - 1)
        if self._column > MAX_COLUMNS:
            self._refuse_columns()
        self._last, self._widest = max(self._last, self._row), max(self._widest, self._column)

    def _refuse_columns(self) -> None:
        column = get_column_letter(min(self._column, 18_278))
        raise CodedError("files.sheet_too_many_columns", row=self._row, column=column, maximum=MAX_COLUMNS)


def _text(cell: Any) -> str | dict[str, str] | None:
    """A cell as text: whole numbers, days as YYYY-MM-DD, yes and no as true and false."""
    value = cell.value
    if value is None or cell.data_type in {"f", "e"}:
        return None if value is None else {"error": "formula" if cell.data_type == "f" else "value"}
    if isinstance(value, str):
        return value if len(value) <= MAX_TEXT else {"error": "value"}
    if isinstance(value, bool):
        return "true" if value else "false"
    return _number(value) if isinstance(value, int | float) else _moment(value)


def _number(value: float) -> str | dict[str, str]:
    if isinstance(value, int):
        return str(value) if abs(value) < 10**300 else {"error": "value"}
    if value.is_integer():
        return str(int(value))
    return {"error": "fraction"}


def _moment(value: object) -> str | dict[str, str]:
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return value.date().isoformat() if midnight else value.isoformat(" ", "minutes")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, datetime.time):
        return value.isoformat("minutes")
    return {"error": "value"}
