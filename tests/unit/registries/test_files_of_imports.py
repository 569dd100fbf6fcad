"""Readers of CSV, JSON lines and spreadsheets: what the writers write comes back; of anything else, coded errors."""

import io
import json
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from tests.unit.registries.conftest import Archive
from tests.unit.registries.importing import HEAD, start
from uruk.definitions.api import Field, Fields, Texts
from uruk.files.bounds import MAX_COLUMNS
from uruk.files.sheet import read_sheet
from uruk.kernel.api import CodedError
from uruk.registries.importing.columns import Heading, read_heading
from uruk.registries.importing.reading import Place, Row, find_delimiter, read_cells, read_lines, read_table
from uruk.registries.tabular import BOM, csv_line, flat_cells, flat_paths
from uruk.registries.workbook import workbook

ROW = Fields((Field("what", "text"), Field("count", "integer", required=False)))
FIELDS = Fields((
    Field("code", "text", required=False), Field("story", "long_text", required=False),
    Field("size", "integer", required=False), Field("price", "money", required=False),
    Field("open", "yes_no", required=False), Field("day", "date", required=False),
    Field("hour", "time", required=False),
    Field("number", "national_number", required=False), Field("street", "link", required=False, to="streets"),
    Field("sort", "choice", required=False, options=("bread", "fruit")),
    Field("place", "location", required=False), Field("stands", "list", required=False, members=ROW),
    Field("owner", "group", required=False, members=Fields((Field("name", "text"), Field("age", "integer")))),
))  # fmt: skip
PATHS = tuple(flat_paths(FIELDS))
NAMES = [".".join(path) for path in PATHS]
LETTERS = st.text(
    st.one_of(st.sampled_from("'=+-@,;\"\t\r\n _x0D%دكە\u200f\u2028\ufeff\uffff\ud800"), st.characters()), max_size=12
)
NUMBERS = st.integers(-(10**15), 10**15)
VALUES = {
    "code": LETTERS, "story": LETTERS, "street": LETTERS, "size": NUMBERS, "price": NUMBERS, "open": st.booleans(),
    "day": st.dates().map(str), "hour": st.times().map(lambda at: f"{at:%H:%M}"),
    "number": st.from_regex(r"[0-9]{12}", fullmatch=True), "sort": st.sampled_from(["bread", "fruit"]),
    "place": st.fixed_dictionaries({
        "latitude_udeg": st.integers(-(9 * 10**7), 9 * 10**7), "longitude_udeg": st.integers(-(18 * 10**7), 18 * 10**7)
    }),
    "stands": st.lists(st.fixed_dictionaries({"what": LETTERS, "count": NUMBERS}), max_size=3),
    "owner": st.fixed_dictionaries({"name": LETTERS, "age": NUMBERS}),
}  # fmt: skip


def known(values: dict[str, Any]) -> dict[str, Any]:
    """The values as a record keeps them: those that the fields take."""
    kept = {}
    for name, value in values.items():
        found = FIELDS.validate({name: value})
        kept |= found.values if found.ok else {}
    return kept


RECORDS = st.lists(st.fixed_dictionaries({}, optional=VALUES).map(known), min_size=1, max_size=4)
TRAPS = [{"code": "'=1"}, {"code": "''=1"}, {"code": "'"}, {"story": "a\n=b"}, {"code": "_x000D_"}, {"street": "-1"}]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


def heading(path: Path, form: Any) -> tuple[Heading, Place, str]:
    delimiter = find_delimiter(path) if form == "csv" else ""
    place, cells = next(read_cells(path, form, Place(), delimiter), (Place(), []))
    plain = ["" if isinstance(cell, dict) else cell or "" for cell in cells]
    return read_heading(plain, FIELDS, Texts(), {}), place, delimiter


def table(path: Path, form: Any) -> list[Row]:
    """The rows of a table, read as an import reads them."""
    found, place, delimiter = heading(path, form)
    return list(read_table(path, form, found, place, delimiter))


def cleaned(rows: Sequence[Row]) -> list[dict[str, object]]:
    found = [FIELDS.validate(row.values) for row in rows]
    assert not any(one.errors for one in found) and not any(row.wrong for row in rows)
    return [one.values for one in found]


def sheet_lines(data: bytes) -> bytes:
    """What the child process makes of a spreadsheet, made here."""
    return b"".join(json.dumps(row).encode() + b"\n" for row in read_sheet(io.BytesIO(data)))


# -- round trips -------------------------------------------------------------------------------------------------------


@given(RECORDS)
@example(TRAPS)
def test_what_is_written_as_csv_is_read_as_it_was(folder: Path, records: list[dict[str, Any]]) -> None:
    path = folder / "csv"
    lines = [BOM.encode() + csv_line(NAMES), *(csv_line(flat_cells(PATHS, one)) for one in records)]
    path.write_bytes(b"".join(lines))
    assert cleaned(table(path, "csv")) == [one for one in records if one]


@given(RECORDS)
@example(TRAPS)
def test_what_is_written_as_lines_of_json_is_read_as_it_was(folder: Path, records: list[dict[str, Any]]) -> None:
    path = folder / "jsonl"
    path.write_bytes(b"".join(msgspec.json.encode(one) + b"\n" for one in records))
    assert cleaned(list(read_lines(path, Place()))) == records


@settings(max_examples=40)
@given(RECORDS)
@example(TRAPS)
def test_what_is_written_as_a_spreadsheet_is_read_as_it_was(folder: Path, records: list[dict[str, Any]]) -> None:
    path = folder / "xlsx"
    data = b"".join(workbook("sheet", NAMES, [flat_cells(PATHS, one) for one in records]))
    path.write_bytes(sheet_lines(data))
    assert cleaned(table(path, "xlsx")) == [one for one in records if one]


def test_a_value_that_no_cell_of_a_spreadsheet_holds_is_refused_and_not_cut() -> None:
    before = set(Path(tempfile.gettempdir()).glob("openpyxl.*"))
    with pytest.raises(CodedError, match=r"registries\.export_cell_too_long"):
        b"".join(workbook("sheet", ["story"], [["x"], ["x" * 32_768]]))
    assert set(Path(tempfile.gettempdir()).glob("openpyxl.*")) <= before, "what was written so far is destroyed"


# -- anything at all ---------------------------------------------------------------------------------------------------

PIECES = st.lists(
    st.sampled_from([
        b"code,story\n", b'"', b"\n", b"\r", b",", b";", b"\t", b"A", b'{"code": "A"}', b'{"code": "A", "code": "B"}',
        b"[", b"{", b"}", b"]", b":", b'"code"', b"1.5", b"NaN", b"1" * 5_000, b"\\ud800", b'"\\u0000"', b"\x00",
        b"\xff\xfe", b"\xef\xbb\xbf", b"null", b"[" * 3_000, "ە".encode(), "\u202e".encode(), b"=1+1", b"'",
    ]),
    max_size=20,
).map(b"".join)  # fmt: skip
ANYTHING = st.one_of(PIECES, st.binary(max_size=60))


def places(error: CodedError) -> set[str]:
    return set(error.values) & {"line", "row", "column", "columns", "maximum"}


def refused(read: Iterator[Row] | Any) -> None:
    """Reading gives rows, each with values or what is wrong with them, or ends with an error that says where."""
    try:
        for row in read():
            assert row.number > 0 and (isinstance(row.values, dict) or row.wrong)
            assert row.after.row == row.number
            found = FIELDS.validate(row.values)
            assert all(error.sentence("ar") for _, error in (*row.wrong, *found.errors))
    except CodedError as error:
        assert places(error), error


@given(ANYTHING)
@example(b'code\n"' + b"x" * 200_000)
@example(b"code\n" + b"\n".join(b'"' + b"y" * 1_000 for _ in range(300)))
@example(b"," * 1_000_000 + b"\n")
def test_any_bytes_as_csv_are_rows_or_an_error_that_says_where(folder: Path, data: bytes) -> None:
    path = folder / "any.csv"
    path.write_bytes(data)
    refused(lambda: table(path, "csv"))


@given(ANYTHING)
@example(b'{"code": ' + b"[" * 500_000)
@example(b'{"code": "' + b"x" * (10 << 20) + b'"}')
def test_any_bytes_as_lines_of_json_are_rows_or_an_error_that_says_where(folder: Path, data: bytes) -> None:
    path = folder / "any.jsonl"
    path.write_bytes(data)
    refused(lambda: read_lines(path, Place()))


def parts() -> dict[str, bytes]:
    """What a spreadsheet is made of."""
    data = b"".join(workbook("sheet", ["code", "size"], [["A", 1], ["=1+1", True]]))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {one: archive.read(one) for one in archive.namelist()}


PARTS = parts()
SHEET = "xl/worksheets/sheet1.xml"
XML = st.sampled_from([
    b"<row>", b"</row>", b'<c r="A1">', b"</c>", b"<v>", b"</v>", b"1", b"1e999", b"-1", b'<c r="ZZZ9" t="n">',
    b"<f>x</f>",
    b'<c t="s"><v>99999</v></c>', b'<c t="d"><v>soon</v></c>', b'<c t="e"><v>#REF!</v></c>', b'<c t="b"><v>2</v></c>',
    b'<c s="99"><v>1</v></c>', b'<row r="-1">', b'<row r="x">', b'<c r="1A">', b"<!-- -->", b"<![CDATA[x]]>", b"&lt;",
    b"<is><t>x</t></is>", b"&bomb;", b"\x00", "ە".encode(), b'<mergeCell ref="A1:B2"/>', b'<dimension ref="A1:XFD9"/>',
])  # fmt: skip


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(PARTS)), st.integers(0, 3_000), st.lists(XML, max_size=4), st.integers(0, 40))
def test_any_spreadsheet_is_rows_or_an_error(part: str, at: int, pieces: list[bytes], cut: int) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in PARTS.items():
            changed = data[: at % len(data)] + b"".join(pieces) + data[at % len(data) + cut :]
            archive.writestr(name, changed if name == part else data)
    try:
        for number, cells in read_sheet(io.BytesIO(out.getvalue())):
            assert number > 0 and all(cell is None or isinstance(cell, str) or "error" in cell for cell in cells)
            assert len(cells) <= MAX_COLUMNS
    except CodedError as error:
        assert error.code.startswith("files.sheet_")


@settings(max_examples=100)
@given(st.binary(max_size=40), st.integers(0, 6_000))
def test_a_spreadsheet_with_any_piece_changed_is_rows_or_an_error(piece: bytes, at: int) -> None:
    data = b"".join(workbook("sheet", ["code", "size"], [["A", 1]]))
    assume(at < len(data))
    try:
        list(read_sheet(io.BytesIO(data[:at] + piece + data[at + len(piece) :])))
    except CodedError as error:
        assert error.code.startswith("files.sheet_")


# -- through the door --------------------------------------------------------------------------------------------------

HOSTILE = {
    "a key twice": ("jsonl", b'{"code": "A", "code": "B"}\n', [(1, "", "registries.import_line")]),
    "a nested bomb": (
        "jsonl", b'{"code": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n", [(1, "", "registries.import_line")],
    ),
    "ten megabytes": ("jsonl", b'{"code": "' + b"x" * (10 << 20) + b'"}\n', "registries.import_line_too_long"),
    "control characters": (
        "jsonl", b'{"code": "A\\u0000", "name": "x"}\n', [(1, "code", "definitions.field_hidden_character")],
    ),
    "a name of control characters": (
        "jsonl", b'{"code": "A", "name": "x", "\\u0000\\ud800\\u202e": 1}\n',
        [(1, "\ufffd\ufffd\u202e", "definitions.field_unknown")],
    ),
    "half a letter": (
        "jsonl", b'{"code": "\\ud800", "name": "x"}\n', [(1, "code", "definitions.field_hidden_character")],
    ),
    "an override": (
        "csv", "code,name\nA,x\u202ey\n".encode(), [(2, "name", "definitions.field_hidden_character")],
    ),
    "nothing in a heading": ("csv", b"code,name,\x00\x01\nA,x,y\n", []),
    "only nothing in a heading": ("csv", b"\x00,\x01\nA,x\n", "registries.import_no_columns"),
    "a million empty columns": ("csv", b"code,name" + b"," * 1_000_000 + b"\nA,x\n", []),
    "a million columns": ("csv", b"a," * 400_000 + b"\nA\n", "registries.import_too_many_columns"),
    "a cell without an end": ("csv", b'code,name\nA,"' + b"x\n" * 200_000, "registries.import_cell_too_long"),
    "letters of another encoding": (
        "csv", "code,name\nA,x\ufffdy\n".encode(), [(2, "name", "definitions.field_hidden_character")],
    ),
    "formulas": ("csv", b"code,name\nA,=1+1\nB,'=1+1\n", []),
    "no spreadsheet": ("xlsx", b"PK\x03\x04 and nothing else", "files.sheet_broken"),
}  # fmt: skip


@pytest.mark.database
@pytest.mark.parametrize("name", list(HOSTILE))
def test_a_hostile_file_is_told_with_row_and_field_and_stores_nothing(archive: Archive, name: str) -> None:
    form, data, wanted = HOSTILE[name]
    found = start(archive, data, form)
    if isinstance(wanted, str):
        assert found.state == "failed" and found.hindrance is not None and found.hindrance.code == wanted
        assert all(found.hindrance.sentence(language) for language in ("ar", "ckb", "en"))
        return
    assert found.state == "checked"
    assert [(one.row, one.field, one.error.code) for one in found.problems] == wanted
    assert found.bad == len(wanted)


@pytest.mark.database
@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(["csv", "jsonl"]), st.binary(max_size=30) | PIECES)
def test_whatever_a_file_holds_the_import_is_checked_or_says_why_not(archive: Archive, form: str, data: bytes) -> None:
    from uruk.registries.api import cancel_import

    head = HEAD.encode() if form == "csv" else b""
    found = start(archive, head + data if head + data else b"\n", form)
    assert found.state in ("checked", "failed")
    assert all(one.row > 0 and one.error.sentence("ckb") for one in found.problems)
    assert found.state == "checked" or (found.hindrance is not None and found.hindrance.sentence("ar"))
    cancel_import(archive.registrar.actor, found.id)


@pytest.mark.parametrize(
    "rows",
    [
        b'<row r="3"><c><v>1</v></c></row><row r="2"><c><v>2</v></c></row>',
        b'<row r="2"><c><v>1</v></c></row><row r="2"><c><v>2</v></c></row>',
        b'<row r="0"><c><v>1</v></c></row>',
        b'<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
        b'<row r="1"><c r="B1"><v>1</v></c><c r="B1"><v>2</v></c></row>',
        b'<row r="1"><c r="A2"><v>1</v></c></row>',
    ],
)
def test_rows_and_cells_that_do_not_come_in_order_are_refused_and_not_lost(rows: bytes) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in PARTS.items():
            sheet = b"<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheetData>"
            archive.writestr(name, sheet + rows + b"</sheetData></worksheet>" if name == SHEET else data)
    with pytest.raises(CodedError, match=r"files\.sheet_broken"):
        list(read_sheet(io.BytesIO(out.getvalue())))


def test_a_bomb_in_a_spreadsheet_is_refused_before_it_is_unpacked() -> None:
    with tempfile.TemporaryFile() as out:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in PARTS.items():
                archive.writestr(name, data)
            with archive.open("xl/worksheets/sheet2.xml", "w", force_zip64=True) as part:
                for _ in range(601):
                    part.write(bytes(1 << 20))
        out.seek(0)
        with pytest.raises(CodedError, match=r"files\.sheet_too_large"):
            list(read_sheet(out))
