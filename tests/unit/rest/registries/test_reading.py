"""Programs read: pages, single records now and then, timelines, receipts; nothing personal stands in an address."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.unit.registries.samples import CARD, NUMBER
from tests.unit.rest.registries.conftest import Program
from uruk.kernel.api import FixedClock
from uruk.registries.api import Change

pytestmark = pytest.mark.django_db(transaction=True)
UNKNOWN = "0b54c1d2-0000-4000-8000-000000000001"
WRONG = (
    ("records?nothing=1", 400, "rest.query_unknown"),
    ("records?area.like=1", 400, "rest.query_unknown"),
    ("records?area.eq=٤٠", 400, "rest.query_value"),
    ("records?area.eq=1&area.eq=2", 400, "rest.query_value"),
    ("records?opened.from=1/2/2020", 400, "rest.query_value"),
    ("records?limit=0", 400, "rest.query_value"),
    ("records?limit=201", 400, "rest.query_value"),
    ("records?status=gone", 400, "rest.query_value"),
    ("records?total=yes", 400, "rest.query_value"),
    ("records?name.prefix=%00", 400, "rest.query_value"),
    ("records?words=%E2%80%AE", 400, "rest.query_value"),
    ("records?remark.eq=x", 400, "registries.not_indexed"),
    ("records?pin.eq=x", 400, "rest.personal_in_address"),
    ("records?order=stands", 400, "registries.not_indexed"),
    ("records?after=xx", 400, "registries.page_token"),
    (f"records/{UNKNOWN}", 404, "registries.record_unknown"),
    (f"records/{UNKNOWN}?on=2026", 400, "rest.query_value"),
    (f"records/{UNKNOWN}?on=0001-01-01", 400, "rest.query_value"),
    (f"records/{UNKNOWN}?known=9999-12-31T23:59:59Z", 400, "rest.query_value"),
    (f"records/{UNKNOWN}/versions/1/receipt", 404, "registries.record_unknown"),
    (f"requests/{UNKNOWN}", 404, "registries.request_unknown"),
    ("records/1", 404, "rest.not_found"),
    ("nothing", 404, "rest.not_found"),
    ("search", 405, "rest.method_not_allowed"),
)


def codes(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_a_page_is_filtered_sorted_and_gone_on_with(program: Program, archive: Any) -> None:
    for place, area in enumerate((40, 10, 30, 20)):
        archive.create(code=f"B{place}", area=area)
    first = program.get("shops", "records?order=-area&limit=3&total=true&area.from=20").json()
    assert [one["values"]["area"] for one in first["records"]] == [40, 30, 20]
    assert (first["total"], first["next"]) == (3, None)
    half = program.get("shops", "records?order=area&limit=2").json()
    rest = program.get("shops", f"records?order=area&limit=2&after={half['next']}").json()
    assert [one["values"]["area"] for one in (*half["records"], *rest["records"])] == [10, 20, 30, 40]
    assert len(program.get("shops", "records?words=السلام&code.prefix=B&status=live").json()["records"]) == 4
    assert program.get("shops", "records?status=withdrawn").json()["records"] == []


def test_records_are_counted_by_values_and_by_months(program: Program, archive: Any) -> None:
    for place, area in enumerate((10, 10, 20)):
        archive.create(code=f"B{place}", area=area)
    by_area = program.get("shops", "statistics?by=area").json()
    assert by_area == {"groups": [{"value": 10, "count": 2}, {"value": 20, "count": 1}], "others": 0, "total": 3}
    months = program.get("shops", "statistics?by=opened&months=true&area.from=20").json()
    assert months["groups"] == [{"value": "2020-03", "count": 1}]
    assert codes(program.get("shops", "statistics")) == (400, "rest.query_value")
    assert codes(program.get("shops", "statistics?by=pin")) == (400, "registries.not_indexed")
    assert codes(program.get("shops", "statistics?by=area&months=true")) == (400, "registries.not_a_date")


def test_personal_values_go_in_a_body_and_in_no_address(program: Program, archive: Any) -> None:
    archive.card()
    for query in (f"number.eq={NUMBER}", "words=زينب", "order=number"):
        assert codes(program.get("cards", f"records?{query}")) == (400, "rest.personal_in_address")
    asked = {"filters": [{"field": "number", "op": "eq", "value": NUMBER}], "words": "زينب", "total": True}
    found = program.post("cards", "search", asked).json()
    assert (found["total"], found["records"][0]["values"]["number"]) == (1, NUMBER)
    by_key = program.post("cards", "records/by-key", {"key": {"number": NUMBER}})
    assert by_key.json() == found["records"][0]
    assert by_key.headers["Cache-Control"] == "no-store"


def test_what_cannot_be_answered_says_why(program: Program) -> None:
    for path, status, code in WRONG:
        assert (path, *codes(program.get("shops", path))) == (path, status, code)


def test_a_record_is_read_as_it_was_on_a_day_and_as_it_was_known(
    program: Program, archive: Any, clock: FixedClock
) -> None:
    record = archive.create()
    before = clock.now()
    clock.advance(timedelta(days=10))
    archive.amend(record, {"area": 50})
    now = program.get("shops", f"records/{record}").json()
    assert (now["number"], now["latest"], now["values"]["area"]) == (2, 2, 50)
    assert program.get("shops", f"records/{record}?on=2026-11-25").json()["values"]["area"] == 40
    known = before.isoformat().replace("+00:00", "Z")
    assert program.get("shops", f"records/{record}?known={known}").json()["number"] == 1
    assert codes(program.get("shops", f"records/{record}?on=2026-01-01")) == (404, "registries.not_then")


def test_what_a_reader_has_is_not_sent_again(program: Program, archive: Any) -> None:
    record = archive.create()
    first = program.get("shops", f"records/{record}")
    tag = first.headers["ETag"]
    assert tag.startswith('"1-') and first.headers["Cache-Control"] == "private, no-cache"
    again = program.get("shops", f"records/{record}", If_None_Match=f'"other", W/{tag}')
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    archive.amend(record, {"area": 50})
    assert program.get("shops", f"records/{record}", If_None_Match=tag).headers["ETag"].startswith('"2-')


def test_a_planned_version_changes_the_tag_when_its_day_comes(
    program: Program, archive: Any, clock: FixedClock
) -> None:
    from uruk.registries.opening import open_registry

    record = archive.create()
    later = date(2026, 11, 23) + timedelta(days=3)
    archive.change(Change("change", record, 1, {"area": 50}, later))
    tag = program.get("shops", f"records/{record}").headers["ETag"]
    clock.advance(timedelta(days=3))
    store = open_registry("interior", "shops").store
    store.refresh(store.find(record).rid, later)
    shown = program.get("shops", f"records/{record}", If_None_Match=tag)
    assert (shown.status_code, shown.json()["values"]["area"]) == (200, 50)


def test_the_timeline_and_the_receipt_of_each_version(program: Program, archive: Any) -> None:
    from uruk.trust.api import VersionReceipt

    record = archive.create()
    archive.amend(record, {"area": 50})
    found = program.get("shops", f"records/{record}/versions").json()["versions"]
    assert [(one["number"], one["kind"], one["channel"]) for one in found] == [
        (1, "create", "desk"),
        (2, "change", "desk"),
    ]
    assert found[1]["changes"] == [{"field": "area", "before": 40, "after": 50}]
    receipt = program.get("shops", f"records/{record}/versions/2/receipt")
    assert VersionReceipt.parse(receipt.content.decode()).index == 0


def test_a_role_sees_its_fields_and_no_others(program: Program, admit: Callable[..., Program], archive: Any) -> None:
    record = archive.create({"code": "A1", "name": "x", "pin": "1234"}, by=archive.head)
    seen = program.get("shops", f"records/{record}").json()
    assert seen["values"]["pin"] == "•••"
    assert admit("head").get("shops", f"records/{record}").json()["values"]["pin"] == "1234"
    card = archive.card()
    assert program.get("cards", f"records/{card}").json()["withheld"] == ["note"]


def test_a_request_of_one_registry_is_not_found_under_another(program: Program, archive: Any) -> None:
    request = archive.change(Change("create", values=CARD), registry="cards").request
    assert program.get("cards", f"requests/{request.id}").json()["state"] == "draft"
    assert codes(program.get("shops", f"requests/{request.id}")) == (404, "rest.not_found")
    assert codes(program.get("shops", f"requests/{uuid4()}")) == (404, "registries.request_unknown")
