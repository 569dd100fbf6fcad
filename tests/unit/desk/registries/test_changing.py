"""Writing at the desk: new records, changes, corrections, endings; what is wrong, and what others wrote first."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.unit.desk.registries.conftest import Archive, Desk
from tests.unit.registries.samples import SHOP
from tests.unit.registries.test_duplicates import AGAIN, STRANGER, ZIAD
from uruk.registries.api import count_records, list_records, timeline

pytestmark = pytest.mark.database
AtDesk = Callable[..., Desk]
WHY = {"change-reason": "كتاب ٧"}


def hidden(found: Desk, name: str) -> str:
    """What a hidden box of the page holds."""
    return found.text.partition(f'name="{name}" value="')[2].partition('"')[0]


def typed(values: dict[str, Any], path: str = "") -> dict[str, str]:
    """Values as the boxes of a form have them."""
    boxes: dict[str, str] = {}
    for name, value in values.items():
        boxes |= typed(value, f"{path}{name}.") if isinstance(value, dict) else {f"{path}{name}": str(value)}
    return boxes


def test_a_new_record_is_typed_with_a_list_and_its_evidence(archive: Archive, desk: AtDesk) -> None:
    found = desk(archive.registrar)
    found.post("new/", **SHOP, **{"row-add": "stands"})
    assert 'name="stands.0.what"' in found.text and "There is a problem" not in found.text
    rows = {"stands.0.what": "خبز", "stands.0.count": "٣", "stands.1.what": "كعك", "stands.1.count": "5"}
    found.post("new/", **SHOP, **rows, **{"row-remove": "stands.1"})
    assert 'name="stands.0.what"' in found.text and 'name="stands.1.what"' not in found.text
    plan = SimpleUploadedFile("مخطط.pdf", b"%PDF-1.7 plan", "application/pdf")
    letter = SimpleUploadedFile("letter.txt", b"a letter", "text/plain")
    found.post("new/", **SHOP, **rows, **WHY, plan=plan, **{"change-evidence": letter})
    assert "Recorded. The receipt stands in the history." in found.text
    assert "خبز" in found.text and "Evidence 1" in found.text
    (record,) = list_records(archive.registrar.actor, "interior", "shops").records
    assert record.values["stands"] == [{"what": "خبز", "count": 3}, {"what": "كعك", "count": 5}]
    found.get(f"{record.record}/files/{record.values['plan']}/")
    assert found.page.answer.content == b"%PDF-1.7 plan"


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_what_is_wrong_is_told_at_its_question_and_nothing_is_written(
    archive: Archive, desk: AtDesk, language: str
) -> None:
    found = desk(archive.registrar, language=language)
    wrong = {"code": "A" * 30, "name": "محل", "area": "many", "street": "nowhere", "valid-from": "soon"}
    assert found.post("new/", **wrong).status_code == 422
    assert found.says("definitions.field_not_date")
    wrong |= {"valid-from": "", "stands.0.what": "خبز", "stands.0.count": "0"}
    assert found.post("new/", **wrong, **WHY).status_code == 422
    for path, code in (("code", "too_long"), ("area", "not_number"), ("stands.0.count", "below_min")):
        assert f'href="#field-{path}"' in found.text
        assert found.says(f"definitions.field_{code}", **({"max": 20} if path == "code" else {"min": 1}))
    found.post("new/", **SHOP)
    assert found.says("registries.reason_missing", maximum=1000)
    assert 'href="#field-change-reason"' in found.text and 'value="A1"' in found.text
    assert count_records(archive.registrar.actor, "interior", "shops") == 0


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"street": "nowhere"}, "street"),
        ({"code": "TAKEN"}, "code"),
        ({"opened": "1/1/2099"}, "opened"),
        ({"valid-from": "1/1/2026", "valid-until": "1/1/2025"}, "valid-from"),
        ({"change-reason": "x" * 1001}, "change-reason"),
    ],
)
def test_what_the_door_refuses_is_told_at_its_question(
    archive: Archive, desk: AtDesk, given: dict[str, str], place: str
) -> None:
    archive.create(code="TAKEN")
    found = desk(archive.registrar)
    assert found.post("new/", **{**SHOP, **WHY, **given}).status_code == 422
    assert f'href="#field-{place}"' in found.text


def test_a_file_is_kept_while_the_form_comes_back_and_only_for_its_officer(archive: Archive, desk: AtDesk) -> None:
    found, other = desk(archive.registrar), desk(archive.head)
    letter = SimpleUploadedFile("letter.txt", b"a letter", "text/plain")
    assert found.post("new/", code="A1", **{"change-evidence": letter}).status_code == 422
    token = (
        hidden(found, "carried-change-evidence") or found.text.partition('name="carried-change-evidence" value="')[2]
    )
    token = token.partition('"')[0]
    assert token and "letter.txt" in found.text
    other.post("new/", **SHOP, **WHY, **{"carried-change-evidence": token})
    assert "Evidence 1" not in other.text
    found.post("new/", **{**SHOP, "code": "A2"}, **WHY, **{"carried-change-evidence": token})
    assert "Evidence 1" in found.text
    empty = SimpleUploadedFile("empty.txt", b"", "text/plain")
    found.post("new/", **{**SHOP, "code": "A3"}, **WHY, **{"change-evidence": empty})
    assert found.says("registries.file_empty")


def test_a_file_over_the_limit_is_refused_at_its_question(archive: Archive, desk: AtDesk, settings: Any) -> None:
    found = desk(archive.registrar)
    large = SimpleUploadedFile("large.bin", b"x" * (settings.URUK.max_upload_bytes + 1), "application/x")
    found.post("new/", **SHOP, **WHY, **{"change-evidence": large})
    assert found.says("registries.file_too_large", maximum=settings.URUK.max_upload_bytes >> 20)
    assert 'href="#field-change-evidence"' in found.text


def test_only_the_fields_of_the_role_are_asked_for_and_what_is_not_seen_stays(archive: Archive, desk: AtDesk) -> None:
    record = archive.create(pin="1234")
    found = desk(archive.registrar)
    found.get(f"{record}/change/")
    assert 'name="remark"' not in found.text and "1234" not in found.text and "•••" not in found.text
    found.post(f"{record}/change/", **{**SHOP, "area": "55"}, **WHY, **{"base-version": "1"})
    assert archive.get(record).values["area"] == 55
    assert archive.get(record, by=archive.head).values["pin"] == "1234"
    found.post(f"{record}/change/", **{**SHOP, "area": "55"}, **WHY, **{"base-version": "2", "pin": "9999"})
    assert archive.get(record, by=archive.head).values["pin"] == "9999"


def test_a_change_records_what_differs_and_what_was_taken_away(archive: Archive, desk: AtDesk) -> None:
    record = archive.create()
    found = desk(archive.registrar)
    base = {"base-version": "1"}
    assert found.post(f"{record}/change/", **SHOP, **WHY, **base).status_code == 422
    assert found.says("registries.nothing_changed")
    found.post(f"{record}/change/", **{**SHOP, "area": ""}, **WHY, **base)
    version = timeline(archive.registrar.actor, "interior", "shops", record)[-1]
    assert [(one.field, one.after) for one in version.changes] == [("area", None)]
    found.post(f"{record}/correct/1/", **{**SHOP, "name": "مخبز الأمل"}, **WHY, **{"base-version": "2"})
    assert timeline(archive.registrar.actor, "interior", "shops", record)[-1].kind == "correct"


def test_the_same_form_sent_twice_is_one_change(archive: Archive, desk: AtDesk) -> None:
    found = desk(archive.registrar)
    found.get("new/")
    act = hidden(found, "act-id")
    for _ in range(2):
        found.post("new/", **SHOP, **WHY, **{"act-id": act})
    assert count_records(archive.registrar.actor, "interior", "shops") == 1


def test_what_somebody_else_wrote_first_is_shown_beside_what_was_typed(archive: Archive, desk: AtDesk) -> None:
    record = archive.create()
    found = desk(archive.registrar)
    found.get(f"{record}/change/")
    base = hidden(found, "base-version")
    archive.amend(record, {"name": "مخبز آخر"})
    answer = found.post(f"{record}/change/", **{**SHOP, "area": "77"}, **WHY, **{"base-version": base})
    assert answer.status_code == 409
    assert "It changed while you were writing" in found.text
    assert "مخبز السلام" in found.text and 'value="مخبز آخر"' in found.text and 'value="77"' in found.text
    assert hidden(found, "base-version") == "2"
    assert archive.get(record).values["area"] == 40
    again = {**SHOP, "name": "مخبز آخر", "area": "77"}
    found.post(f"{record}/change/", **again, **WHY, **{"base-version": "2"})
    assert (archive.get(record).values["name"], archive.get(record).values["area"]) == ("مخبز آخر", 77)


def test_what_may_be_a_duplicate_is_shown_before_anything_is_written(births: Any, desk: AtDesk) -> None:
    record = births.create(ZIAD, registry="births")
    found = desk(births.head, "births")
    found.post("new/", **typed(AGAIN), **WHY)
    assert "Is it one of these?" in found.text and str(record) in found.text
    assert "day and month are swapped" in found.text and "% alike" in found.text
    assert count_records(births.head.actor, "interior", "births") == 1
    found.post("new/", **typed(AGAIN), **WHY, **{"none-of-them": "something else"})
    assert count_records(births.head.actor, "interior", "births") == 1
    found.post("new/", **typed(AGAIN), **WHY, **{"none-of-them": str(record)})
    assert count_records(births.head.actor, "interior", "births") == 2
    found.post("new/", **typed(STRANGER), **WHY)
    assert count_records(births.head.actor, "interior", "births") == 3


def test_a_record_is_withdrawn_restored_and_forgotten(archive: Archive, desk: AtDesk) -> None:
    record = archive.create()
    found = desk(archive.registrar)
    assert found.post(f"{record}/end/withdraw/").status_code == 422
    assert found.says("registries.reason_missing", maximum=1000)
    found.post(f"{record}/end/forget/", **{"forget-law": "e-signature/13"})
    assert found.says("registries.forgetting_live")
    found.post(f"{record}/end/withdraw/", **WHY)
    assert archive.get(record).status == "withdrawn"
    found.get(f"{record}/change/")
    assert found.post(f"{record}/change/", **{**SHOP, "area": "5"}, **WHY).status_code == 422
    found.post(f"{record}/end/restore/", **WHY)
    assert archive.get(record).status == "live"
    found.post(f"{record}/end/withdraw/", **WHY)
    assert found.post(f"{record}/end/forget/").status_code == 422
    assert found.says("ui.answer_missing")
    found.post(f"{record}/end/forget/", **{"forget-law": "e-signature/13"})
    assert "Only the proof that there was a record is left." in found.text
    assert found.get(f"{record}/").status_code == 404


def test_who_may_only_read_writes_nothing(archive: Archive, desk: AtDesk) -> None:
    record = archive.create()
    found = desk(archive.auditor)
    for path in ("new/", f"{record}/change/", f"{record}/end/withdraw/", f"{record}/end/forget/"):
        assert found.get(path).status_code == 409
        assert found.post(path, **SHOP, **WHY, **{"forget-law": "x/1"}).status_code == 409
        assert "You do not hold the role" in found.text
    assert archive.get(record).latest == 1
