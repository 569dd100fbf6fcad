"""Exports and counts: what the role sees, safe for spreadsheets, each person noted; few are not told apart."""

import io
from typing import Any

import openpyxl
import pytest

from tests.unit.registries.conftest import Archive
from uruk.kernel.api import CodedError
from uruk.registries.api import Filter, export, public_statistics, statistics
from uruk.registries.statistics import Counted, without_few
from uruk.registries.store import Group

pytestmark = pytest.mark.database


def exported(archive: Archive, file_format: Any = "csv", registry: str = "shops", **asked: Any) -> bytes:
    by = archive.head if registry == "cards" else archive.registrar
    return b"".join(export(by.actor, "interior", registry, file_format, **asked))


def test_cells_that_would_run_are_made_texts_and_numbers_stay_numbers(archive: Archive) -> None:
    archive.create(code="A", name="=1+1", area=7, pin="secret")
    lines = exported(archive).decode("utf-8-sig").splitlines()
    assert lines[1].startswith("A,'=1+1,7,") and "secret" not in lines[1] and "pin" not in lines[0]
    page = openpyxl.load_workbook(io.BytesIO(exported(archive, "xlsx"))).active
    assert [cell.value for cell in page[2]][:3] == ["A", "'=1+1", 7] and page["B2"].data_type == "s"
    assert exported(archive, "jsonl").count(b"\n") == 1


def test_an_export_is_filtered_and_refused_to_others(archive: Archive) -> None:
    archive.create(code="A", name="one")
    archive.create(code="B", name="two")
    assert exported(archive, filters=[Filter("code", "eq", "B")]).count(b"\n") == 2
    with pytest.raises(CodedError, match=r"people\.role_not_held"):
        export(archive.auditor.actor, "interior", "shops", "csv")
    with pytest.raises(CodedError, match=r"registries\.export_format"):
        exported(archive, "ods")


def test_a_spreadsheet_takes_only_so_many(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uruk.registries.exporting.MAX_SHEET_ROWS", 0)
    archive.create(code="A")
    with pytest.raises(CodedError, match=r"registries\.export_too_many"):
        exported(archive, "xlsx")


def test_records_are_counted_and_only_public_fields_for_everybody(archive: Archive) -> None:
    archive.create(code="A", area=1)
    assert statistics(archive.registrar.actor, "interior", "shops", "area").total == 1
    with pytest.raises(CodedError, match=r"registries\.not_public"):
        public_statistics("interior", "shops", "name")


def test_few_persons_are_not_told_apart() -> None:
    found = without_few(Counted((Group("a", 90), Group("b", 6), Group("c", 2)), 0, 98))
    assert found == Counted((Group("a", 90),), 8, 98)
    assert without_few(Counted((Group("a", 3),), 0, 3)) == Counted((), None, None)
