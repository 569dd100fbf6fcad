"""Foreign spreadsheets: their first sheet as text, and what is refused with its place."""

import datetime
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from uruk.files.api import SheetLimits, convert_spreadsheet
from uruk.kernel.api import CodedError

SHEET = "xl/worksheets/sheet1.xml"
NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def book(*rows: Any) -> bytes:
    """A spreadsheet of these rows."""
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def with_sheet(xml: str) -> bytes:
    """A spreadsheet whose first sheet is this XML."""
    return with_part(SHEET, xml.encode())


def with_part(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book(["x"]))) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.namelist():
            if one != name:
                new.writestr(one, old.read(one))
        new.writestr(name, data)
    return out.getvalue()


def converted(folder: Path, data: bytes, limits: SheetLimits | None = None) -> list[Any]:
    source, target = folder / "given", folder / "rows"
    source.write_bytes(data)
    convert_spreadsheet(source, target, limits or SheetLimits())
    return [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()[:-1]]


def test_cells_come_as_text_and_what_is_no_value_is_said(tmp_path: Path) -> None:
    day, time = datetime.date(1980, 5, 6), datetime.time(9, 30)
    found = converted(tmp_path, book(["number", "زينب"], [198012345678, True, day, time, 2.0, None, 1.5, "=1+1"]))
    wrong = [{"error": "fraction"}, {"error": "formula"}]
    assert found[0][1][:2] == ["number", "زينب"]
    assert found[1] == [2, ["198012345678", "true", "1980-05-06", "09:30", "2", None, *wrong]]


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (lambda: b"not a spreadsheet", "files.sheet_not_xlsx"),
        (lambda: b"PK but no archive", "files.sheet_broken"),
        (lambda: with_part("xl/vbaProject.bin", b"x"), "files.sheet_macros"),
        (lambda: with_sheet("<!DOCTYPE x [<!ENTITY a 'b'>]><worksheet/>"), "files.sheet_broken"),
        (lambda: with_part("xl/media/bomb", bytes(601 << 20)), "files.sheet_too_large"),
    ],
    ids=["text", "torn", "macros", "entities", "bomb"],
)
def test_what_is_no_plain_spreadsheet_is_refused(tmp_path: Path, made: Callable[[], bytes], code: str) -> None:
    with pytest.raises(CodedError) as error:
        converted(tmp_path, made())
    assert error.value.code == code
    assert not (tmp_path / "rows").exists()


def test_a_million_empty_columns_are_refused_with_row_and_column(tmp_path: Path) -> None:
    cells = "<c/>" * 1_000_000
    with pytest.raises(CodedError) as error:
        converted(
            tmp_path, with_sheet(f'<worksheet {NAMESPACE}><sheetData><row r="3">{cells}</row></sheetData></worksheet>')
        )
    assert error.value.code == "files.sheet_too_many_columns" and error.value.values["row"] == 3
    assert error.value.values["column"]


def test_a_row_beyond_the_last_is_refused_with_its_number(tmp_path: Path) -> None:
    row = '<row r="200000"><c r="A200000"><v>1</v></c></row>'
    with pytest.raises(CodedError) as error:
        converted(tmp_path, with_sheet(f"<worksheet {NAMESPACE}><sheetData>{row}</sheetData></worksheet>"))
    assert (error.value.code, error.value.values["row"]) == ("files.sheet_too_many_rows", 200000)
