"""Files brought in at the desk: chosen, checked, looked over, recorded by one or by two; exports and numbers."""

import hashlib
import io
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.unit.desk.registries.conftest import Archive, Desk
from tests.unit.documents.samples import write_country
from tests.unit.registries.importing import HEAD, cards, rows, shops, small_sets
from tests.unit.registries.samples import CARD, country_files
from tests.unit.registries.test_choosing import FOREIGN
from tests.unit.registries.test_duplicates import BIRTHS, STRANGER, ZIAD
from uruk.acts.api import receipt_of, run_due_jobs
from uruk.acts.models import Read
from uruk.definitions.api import load_country
from uruk.registries.api import REGISTRY_KIND, get_import, get_request, list_imports

__all__ = ["small_sets"]
pytestmark = pytest.mark.database
AtDesk = Callable[..., Desk]
LANGUAGES = ("ar", "ckb", "en")


def bring(found: Desk, text: str | bytes, name: str = "shops.csv", *, look: bool = True, **given: Any) -> UUID | None:
    """Hand a file in at the page and have it checked; the import's id, where there is one. `look`: at its page."""
    data = text.encode() if isinstance(text, str) else text
    typed = {"import-kind": "create", "import-mode": "all", "change-reason": "كتاب ٧", **given}
    found.post("imports/new/", **typed, **{"import-file": SimpleUploadedFile(name, data)})
    work()
    if not found.path.startswith("imports/"):
        return None
    if look:
        found.get(found.path)
    return UUID(found.path.split("/")[1]) if found.path else latest(found)


def latest(found: Desk) -> UUID:
    return list_imports(found.officer.actor, "interior", found.registry)[0].id


def work() -> None:
    while run_due_jobs():
        pass


def test_a_file_is_checked_looked_over_and_recorded_with_its_receipt(archive: Archive, desk: AtDesk) -> None:
    found = desk(archive.registrar)
    bring(found, HEAD + rows(3))
    address = f"imports/{latest(found)}/"
    found.get(address)
    assert "Checked: not recorded yet" in found.text and "Record 3 rows" in found.text
    assert shops(archive) == []
    found.post(f"{address}run/")
    assert "data-progress" in found.text and 'http-equiv="refresh"' in found.text
    assert shops(archive) == []
    work()
    found.get(address)
    assert "data-progress" not in found.text and "Receipt 1" in found.text
    assert shops(archive) == ["S0", "S1", "S2"]
    receipt = found.text.partition(f"{address}receipts/")[2].partition(".json")[0]
    said = found.get(f"{address}receipts/{receipt}.json").content.decode()
    assert said == receipt_of(UUID(receipt)).to_json()
    assert found.get(f"{address}receipts/{UUID(int=7)}.json").status_code == 404
    found.get("imports/")
    assert address in found.text and "Recorded" in found.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_bad_row_is_shown_with_its_field_and_why_in_the_readers_language(
    archive: Archive, desk: AtDesk, language: str
) -> None:
    found = desk(archive.registrar, language=language)
    bring(found, HEAD + 'A,Shop,forty,\nB,,1,\n"C",Shop,2,1/1/2099\n')
    address = f"imports/{latest(found)}/"
    found.get(address)
    assert found.says("definitions.field_not_number") and found.says("definitions.field_required")
    assert found.says("registries.import_rows_bad", count=3)
    label = {"ar": "المساحة", "ckb": "ڕووبەر", "en": "المساحة"}[language]
    assert label in found.text and f"{address}run/" not in found.text
    sheet = b"".join(found.get(f"{address}rows.csv")).decode()
    assert sheet.count("\r\n") == 4 and "definitions.field_not_number" in sheet
    found.post(f"{address}run/")
    assert found.says("registries.import_rows_bad", count=3)
    assert shops(archive) == []


def test_the_right_rows_alone_are_recorded_where_that_was_chosen(archive: Archive, desk: AtDesk) -> None:
    found = desk(archive.registrar)
    bring(found, HEAD + "A,Shop,forty,\nB,Shop,1,\n", **{"import-mode": "good"})
    address = f"imports/{latest(found)}/"
    found.get(address)
    assert "Record 1 row" in found.text
    found.post(f"{address}run/")
    work()
    assert shops(archive) == ["B"]


def test_which_column_is_which_field_is_chosen_on_a_page(archive: Archive, desk: AtDesk) -> None:
    found = desk(archive.registrar)
    bring(found, FOREIGN)
    address = f"imports/{latest(found)}/"
    found.get(address)
    assert "Could not be read" in found.text and f"{address}columns/" in found.text
    found.get(f"{address}columns/")
    assert "Bakery" in found.text and "Mill" in found.text and "Owner" in found.text and 'value="area"' in found.text
    twice = {"column-0": "code", "column-1": "code"}
    assert found.post(f"{address}columns/", **twice).status_code == 422
    assert found.says("registries.import_column_twice", column="code")
    assert found.post(f"{address}columns/", **{"column-0": "nonsense"}).status_code == 422
    assert found.says("registries.import_choice")
    found.post(f"{address}columns/", **{"column-0": "code", "column-1": "name", "column-2": "area", "column-3": ""})
    work()
    found.get(address)
    assert "Record 2 rows" in found.text and "Owner" in found.text
    found.post(f"{address}run/")
    found.post(f"{address}columns/", **twice)
    assert found.says("registries.import_not_ready")


def test_a_row_that_may_be_somebody_there_is_left_out_by_a_persons_choice(
    births: Any, institution: str, desk: AtDesk
) -> None:
    from uruk.kernel.api import Actor
    from uruk.publishing.api import publish_country

    files = country_files()
    for name, text in BIRTHS.items():
        own = text.replace("merge, forget]", "merge, import]")
        files[f"institutions/interior/registries/births/{name}"] = text
        files[f"institutions/interior/registries/arrivals/{name}"] = own
    publish_country(Actor.system(institution), load_country(write_country(files), [REGISTRY_KIND]))
    known = births.create(ZIAD, registry="arrivals")
    found = desk(births.registrar, "arrivals", "ar")
    lines = [
        json.dumps({**one, "number": f"19991234567{at}"}, ensure_ascii=False) for at, one in enumerate((ZIAD, STRANGER))
    ]
    bring(found, "\n".join(lines), "births.jsonl", look=False)
    address = f"imports/{latest(found)}/"
    for page in ("rows.csv", f"files/{'0' * 64}/", f"receipts/{known}.json", "columns/"):
        found.get(address + page)
    assert not Read.objects.exists(), "what shows nobody is no reading"
    found.get(address)
    assert Read.objects.count() == 1
    assert f"{known}/" in found.text and 'name="left-out" value="1"' in found.text
    assert "زياد كاظم شلال الجبوري" in found.text
    assert 'name="left-out" value="2"' not in found.text
    found.post(f"{address}again/", **{"left-out": ["1"]})
    work()
    view = get_import(births.registrar.actor, latest(found))
    assert (view.left_out, view.good, view.likenesses) == ((1,), 1, ())
    found.post(f"{address}again/", **{"left-out": ["2"]})
    work()
    found.get(address)
    assert found.says("registries.import_empty") and 'name="take-in"' in found.text
    found.post(f"{address}again/", **{"take-in": ""})
    work()
    assert get_import(births.registrar.actor, latest(found)).good == 2


def test_what_was_left_out_is_taken_in_again(archive: Archive, desk: AtDesk) -> None:
    found = desk(archive.registrar)
    bring(found, HEAD + rows(2))
    address = f"imports/{latest(found)}/"
    found.post(f"{address}again/", **{"left-out": ["3", "x"]})
    work()
    found.get(address)
    assert "Rows that are left out:" in found.text and "Record 1 row" in found.text
    found.post(f"{address}again/", **{"take-in": ""})
    work()
    found.get(address)
    assert "Record 2 rows" in found.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_wrong_with_the_form_is_told_at_its_question(archive: Archive, desk: AtDesk, language: str) -> None:
    found = desk(archive.registrar, language=language)
    assert found.post("imports/new/", **{"change-reason": "x"}).status_code == 422
    assert found.says("desk.import_file_missing") and 'href="#field-import-file"' in found.text
    bring(found, HEAD, "shops.ods")
    assert found.says("desk.import_format_missing") and 'href="#field-import-format"' in found.text
    bring(found, HEAD, **{"change-reason": ""})
    assert found.says("registries.reason_missing", maximum=1000) and 'href="#field-change-reason"' in found.text
    bring(found, "", "shops.csv")
    assert found.says("registries.file_empty") and 'href="#field-import-file"' in found.text
    bring(found, HEAD, **{"import-kind": "delete"})
    assert found.says("registries.import_choice") and 'href="#field-import-kind"' in found.text
    assert list_imports(archive.registrar.actor, "interior", "shops") == ()


@pytest.mark.parametrize(
    ("text", "name", "code"),
    [
        (b"PK\x03\x04 no spreadsheet", "shops.xlsx", "files.sheet_broken"),
        (b"code,name\nA,\xc7\xe1\n", "shops.csv", "registries.import_not_utf8"),
        (b'{"code": "A", "code": "B"}\n', "shops.jsonl", "registries.import_line"),
        (b'{"code": ' + b"[" * 5_000 + b"]" * 5_000 + b"}\n", "shops.jsonl", "registries.import_line"),
        (b'code,name\n"A,Shop\n', "shops.csv", "registries.import_csv_broken"),
    ],
)
def test_a_hostile_file_is_a_sentence_and_nothing_is_recorded(
    archive: Archive, desk: AtDesk, text: bytes, name: str, code: str
) -> None:
    found = desk(archive.registrar, language="ar")
    bring(found, text, name)
    assert found.get(f"imports/{latest(found)}/").status_code == 200
    view = get_import(archive.registrar.actor, latest(found))
    said = [one.error for one in view.problems] + ([view.hindrance] if view.hindrance else [])
    assert code in {one.code for one in said}, said
    assert all(one.sentence("ar") in found.text for one in said)
    assert shops(archive) == []


def test_an_import_that_stopped_goes_on_and_another_is_cancelled(archive: Archive, desk: AtDesk) -> None:
    found = desk(archive.registrar)
    bring(found, HEAD + rows(2))
    address = f"imports/{latest(found)}/"
    archive.create(code="S1", name="taken meanwhile")
    found.post(f"{address}run/")
    work()
    found.get(address)
    assert "Stopped at a row" in found.text and "Row 3" in found.text and "Go on with the import" in found.text
    found.post(f"{address}cancel/")
    assert "Cancelled" in found.text and f"{address}run/" not in found.text
    found.post(f"{address}run/")
    assert found.says("registries.import_not_ready")


def test_where_two_decide_an_import_is_a_request(archive: Archive, desk: AtDesk) -> None:
    found = desk(archive.registrar, "cards")
    bring(found, cards(2), "cards.csv")
    found.post(f"imports/{latest(found)}/run/")
    assert found.path.startswith("requests/")
    assert get_request(archive.registrar.actor, UUID(found.path.split("/")[1])).count == 2


def test_a_large_import_is_signed_by_two_on_its_page(archive: Archive, desk: AtDesk, small_sets: None) -> None:
    author, head = desk(archive.registrar, "cards"), desk(archive.head, "cards")
    bring(author, cards(3), "cards.csv")
    address = f"imports/{latest(author)}/"
    head.get(address)
    assert "Whoever brought it in has not signed it yet." in head.text and "data-passkey" not in head.text
    author.sign(address)
    assert "Signed. Another person can now accept it." in author.text
    head.page.get("desk/interior/head/registries/")
    assert "1 import waits" in head.text
    head.get("imports/")
    assert "Waits for a second person" in head.text
    head.sign(address)
    work()
    assert get_import(archive.head.actor, latest(author)).written == 3
    head.get(address)
    assert "The receipt of the approval by two persons" in head.text and "Receipt 1" in head.text
    assert head.get("imports/new/").status_code == 409


def test_the_paper_that_an_import_rests_on_is_opened_from_its_page_by_who_may(archive: Archive, desk: AtDesk) -> None:
    found = desk(archive.registrar)
    letter = SimpleUploadedFile("letter.pdf", b"%PDF-1.4 a letter")
    bring(found, HEAD + rows(1), **{"change-evidence": letter})
    address = f"imports/{latest(found)}/"
    found.get(address)
    name = found.text.partition(f"{address}files/")[2].partition("/")[0]
    assert name == hashlib.sha256(b"%PDF-1.4 a letter").hexdigest()
    assert b"".join(found.get(f"{address}files/{name}/")) == b"%PDF-1.4 a letter"
    assert found.get(f"{address}files/{'0' * 64}/").status_code == 404
    assert desk(archive.auditor).get(f"{address}files/{name}/").status_code == 409
    assert desk(archive.registrar, "cards").get(f"{address}files/{name}/").status_code == 404


def test_who_may_not_import_has_no_pages_of_it(archive: Archive, desk: AtDesk) -> None:
    registrar, auditor = desk(archive.registrar), desk(archive.auditor)
    bring(registrar, HEAD + rows(1))
    address = f"imports/{latest(registrar)}/"
    auditor.get()
    assert "imports/" not in auditor.text and "export/" not in auditor.text and "numbers/" in auditor.text
    for path in ("imports/", "imports/new/", address, f"{address}columns/", f"{address}rows.csv", "export/"):
        assert auditor.get(path).status_code == 409, path
    elsewhere = desk(archive.registrar, "cards")
    for path in (address, f"{address}columns/", f"{address}rows.csv"):
        assert elsewhere.get(path).status_code == 404, path
    elsewhere.post(f"{address}cancel/")
    assert get_import(archive.registrar.actor, latest(registrar)).state == "checked"


# -- out -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["csv", "jsonl", "xlsx"])
def test_what_matches_is_exported_in_each_format_without_secrets(archive: Archive, desk: AtDesk, form: str) -> None:
    import openpyxl

    archive.create(code="A", name="=1+1", area=7)
    archive.create(code="B", name="Mill", area=90)
    found = desk(archive.registrar)
    found.post(**{"f-area-from": "50"})
    assert 'name="f-area-from" value="50"' in found.text and "export/" in found.text
    found.post("export/", **{"f-area-from": "50"})
    assert 'value="50"' in found.text
    answer = found.post("export/", **{"f-area-to": "50", "export-format": form})
    data = b"".join(answer)
    assert (
        "attachment" in answer.headers["Content-Disposition"]
        and f"shops.{form}" in answer.headers["Content-Disposition"]
    )
    if form == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(data)).active
        table = [[cell.value for cell in row] for row in sheet.iter_rows()]
        assert len(table) == 2 and table[1][1] == "'=1+1" and "pin" not in table[0]
    else:
        assert data.decode().count("\n") == (2 if form == "csv" else 1) and b"pin" not in data and b"Mill" not in data


def test_an_export_that_cannot_be_is_told_on_the_form(archive: Archive, desk: AtDesk) -> None:
    found = desk(archive.registrar, language="ckb")
    assert found.post("export/", **{"export-format": "ods"}).status_code == 422
    assert found.says("registries.export_format")
    assert found.post("export/", **{"export-format": "csv", "f-area-from": "many"}).status_code == 422
    assert found.says("definitions.field_not_number")


def test_records_are_counted_by_field_and_by_month_where_they_match(archive: Archive, desk: AtDesk) -> None:
    for at in range(4):
        archive.create(code=f"S{at}", name="Mill" if at else "Bakery", area=at + 1, opened=f"2025-0{1 + at % 2}-10")
    found = desk(archive.registrar)
    found.get("numbers/")
    assert 'value="name"' in found.text and 'value="months-opened"' in found.text and 'value="pin"' not in found.text
    found.post("numbers/", by="name")
    assert "Mill" in found.text and "75.0%" in found.text and "Records in force that match: 4" in found.text
    found.post("numbers/", by="months-opened", **{"f-area-to": "3"})
    assert "1/2025" in found.text and "66.6%" in found.text
    found.post("numbers/", by="months-changed_at")
    assert "11/2026" in found.text
    found.post("numbers/", by="pin")
    assert "<table" not in found.text
    found.post("numbers/", by="name", **{"f-area-to": "many"})
    assert found.says("definitions.field_not_number")


def test_numbers_that_would_tell_who_is_meant_are_kept_from_the_office(archive: Archive, desk: AtDesk) -> None:
    archive.card()
    found = desk(archive.registrar, "cards")
    found.get("numbers/")
    assert 'value="number"' not in found.text
    found.post("numbers/", by="months-changed_at")
    assert "They are not shown to your office." in found.text
    assert CARD["number"] not in found.text
    head = desk(archive.head, "cards")
    head.post("numbers/", by="months-changed_at")
    assert "Records in force that match: 1" in head.text
