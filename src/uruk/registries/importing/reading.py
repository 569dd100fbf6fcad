"""The rows of a file that is imported: CSV, JSON lines, or what a spreadsheet was converted to; from any place on."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import msgspec

from uruk.kernel.api import CodedError
from uruk.registries.importing.columns import Heading
from uruk.registries.importing.lines import Lines, json_object

Format = Literal["csv", "jsonl", "xlsx"]
FORMATS: tuple[Format, ...] = ("csv", "jsonl", "xlsx")
_DELIMITERS = ",;\t"
_WRONG_CELLS = {
    "formula": "registries.import_formula",
    "fraction": "registries.import_fraction",
    "value": "registries.import_value",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row begins: bytes from the file's beginning, and how many rows come before it, headings included."""

    at: int = 0
    row: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its number as people count (the headings are row 1), its values, what cannot be read, the place after it.

    `wrong`: path of the field ("" for the whole) and error; then the values are not to be used.
    """

    number: int
    values: Mapping[str, Any]
    wrong: tuple[tuple[str, CodedError], ...]
    after: Place

    @property
    def readable(self) -> bool:
        """Whether its values can be used."""
        return not self.wrong


def read_cells(path: Path, form: Format, start: Place, delimiter: str) -> Iterator[tuple[Place, list[Any]]]:
    """The rows of a table as cells, empty ones left out, each with the place after it.

    Errors: ``registries.import_not_utf8``, ``registries.import_line_too_long``, ``registries.import_csv_broken``,
    ``registries.import_cell_too_long``.
    """
    with path.open("rb") as file:
        lines = Lines(file, start.at)
        number = start.row
        for cells in _sheet(lines) if form == "xlsx" else _csv(lines, delimiter, number):
            number += 1
            if any(cells):
                yield Place(lines.at, number), cells


def _csv(lines: Lines, delimiter: str, before: int) -> Iterator[list[str]]:
    found = csv.reader(lines, delimiter=delimiter, strict=True)
    number = before
    while True:
        number += 1
        try:
            cells = next(found, None)
        except csv.Error as error:
            # The limit on a cell is the only other thing that this reader refuses.
            code = "import_cell_too_long" if "larger than field limit" in str(error) else "import_csv_broken"
            raise CodedError(f"registries.{code}", row=number) from None
        except CodedError as error:
            # Where lines were counted from a place in the middle, the row is what people can find.
            raise CodedError(error.code, **{**error.values, "line": number}) from None
        if cells is None:
            return
        yield cells


def _sheet(lines: Lines) -> Iterator[list[Any]]:
    """The rows of a converted spreadsheet; its last line only says that it is whole."""
    for line in lines:
        if line.startswith("["):
            yield msgspec.json.decode(line)[1]


def find_delimiter(path: Path) -> str:
    """What stands between the cells of a CSV file: comma, semicolon or tab, whichever its first line has most of."""
    with path.open("rb") as file:
        first = next(Lines(file), "")
    outside = "".join(first.split('"')[::2])
    return max(_DELIMITERS, key=outside.count)


def read_table(path: Path, form: Format, heading: Heading, start: Place, delimiter: str) -> Iterator[Row]:
    """The rows of a table below its headings, with what their cells say."""
    row_of = _sheet_row if form == "xlsx" else _row
    for after, cells in read_cells(path, form, start, delimiter):
        yield row_of(heading, cells, after)


def _row(heading: Heading, cells: Sequence[str], after: Place) -> Row:
    for at in range(heading.width, len(cells)):
        if cells[at].strip():
            return Row(after.row, {}, (("", CodedError("registries.import_cell_beyond", column=letters(at))),), after)
    return Row(after.row, heading.values(cells), (), after)


def _sheet_row(heading: Heading, cells: Sequence[Any], after: Place) -> Row:
    texts = ["" if cell is None or isinstance(cell, dict) else cell for cell in cells]
    wrong = tuple(_wrong_cells(heading, cells))
    return Row(after.row, {}, wrong, after) if wrong else _row(heading, texts, after)


def _wrong_cells(heading: Heading, cells: Sequence[Any]) -> Iterator[tuple[str, CodedError]]:
    """Cells of a spreadsheet that hold no value: formulas, fractions, errors; in columns that are read."""
    for one in heading.columns:
        cell = cells[one.position] if one.position < len(cells) else None
        if isinstance(cell, dict):
            yield ".".join(one.path), CodedError(_WRONG_CELLS[cell["error"]], column=letters(one.position))


def letters(position: int) -> str:
    """How spreadsheets call a column (from 0): A, B, … Z, AA."""
    name, left = "", position + 1
    while left:
        left, place = divmod(left - 1, 26)
        name = chr(65 + place) + name
    return name


def read_lines(path: Path, start: Place) -> Iterator[Row]:
    """The rows of a file of JSON lines: an object each; empty lines are counted and left out."""
    with path.open("rb") as file:
        lines, number = Lines(file, start.at), start.row
        while True:
            try:
                line = next(lines, None)
            except CodedError as error:
                raise CodedError(error.code, **{**error.values, "line": number + 1}) from None
            if line is None:
                return
            number += 1
            if line.strip():
                values = json_object(line)
                wrong = () if values is not None else (("", CodedError("registries.import_line")),)
                yield Row(number, values or {}, wrong, Place(lines.at, number))
