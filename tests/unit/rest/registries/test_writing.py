"""Programs write: on the version they read, once for each key, all or nothing; what two persons decide waits."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.unit.registries.samples import CARD, NUMBER, OTHER_NUMBER
from tests.unit.rest.registries.conftest import Program
from uruk.kernel.api import CodedError
from uruk.registries.api import Change, count_requests, refuse_request, request_proposal

pytestmark = pytest.mark.django_db(transaction=True)
SHOP = {"code": "A1", "name": "مخبز السلام", "area": 40, "opened": "2020-03-01"}


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def problems(answer: Any) -> list[tuple[int, str, str]]:
    return [(one["change"], one["field"], one["code"]) for one in answer.json()["error"]["problems"]]


def test_a_record_is_made_changed_corrected_withdrawn_and_restored(program: Program) -> None:
    made = program.create(SHOP)
    record = made.json()["records"][0]["record"]
    assert (made.status_code, made.headers["ETag"]) == (201, '"1"')
    assert made.headers["Location"] == f"/api/registries/interior/shops/records/{record}"
    path = f"records/{record}"
    tag = program.get("shops", path).headers["ETag"]
    changed = program.call(
        "patch", "shops", path, {"values": {"area": 50, "opened": None}, "reason": "x"}, If_Match=tag
    )
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    assert program.get("shops", path).json()["values"] == {"code": "A1", "name": "مخبز السلام", "area": 50}
    corrected = program.post(
        "shops", f"{path}/correct", {"values": {"area": 60}, "reason": "typed wrong"}, If_Match='W/"2"'
    )
    assert corrected.json()["records"] == [{"record": record, "number": 3}]
    assert program.post("shops", f"{path}/withdraw", {"reason": "closed"}, If_Match='"3"').status_code == 200
    assert program.get("shops", path).json()["status"] == "withdrawn"
    assert program.post("shops", f"{path}/restore", {"reason": "open"}, If_Match='"4"').status_code == 200
    kinds = [one["kind"] for one in program.get("shops", f"{path}/versions").json()["versions"]]
    assert kinds == ["create", "change", "correct", "withdraw", "restore"]
    last = program.get("shops", f"{path}/versions").json()["versions"][-1]
    assert (last["author"], last["role"], last["channel"]) == (str(program.id), "registrar", "rest")


def test_two_records_are_merged_and_parted_again(program: Program) -> None:
    goes = program.create(SHOP).json()["records"][0]["record"]
    stays = program.create({**SHOP, "code": "A2"}).json()["records"][0]["record"]
    merged = program.post("shops", f"records/{goes}/merge", {"other": stays, "reason": "the same"}, If_Match='"1"')
    assert merged.status_code == 200
    assert program.get("shops", f"records/{goes}").json()["merged_into"] == stays
    assert program.post("shops", "records/by-key", {"key": {"code": "A1"}}).json()["record"] == stays
    parted = program.post("shops", f"records/{goes}/unmerge", {"reason": "two"}, If_Match='"2"')
    assert (parted.status_code, program.get("shops", f"records/{goes}").json()["status"]) == (200, "live")


def test_two_programs_cannot_overwrite_each_other(program: Program, admit: Callable[..., Program]) -> None:
    record = program.create(SHOP).json()["records"][0]["record"]
    body = {"values": {"area": 50}, "reason": "x"}
    assert code_of(program.call("patch", "shops", f"records/{record}", body)) == (428, "rest.version_needed")
    for tag in ("*", "7", '"x"', ""):
        assert program.call("patch", "shops", f"records/{record}", body, If_Match=tag).status_code == 428
    assert program.call("patch", "shops", f"records/{record}", body, If_Match='"1"').status_code == 200
    late = admit("head").call("patch", "shops", f"records/{record}", body, If_Match='"1"')
    assert code_of(late) == (412, "registries.version_moved")
    assert program.get("shops", f"records/{record}").json()["latest"] == 2


def test_the_same_call_under_one_key_is_done_once(program: Program) -> None:
    key = str(uuid4())
    first = program.create(SHOP, Idempotency_Key=key)
    again = program.create(SHOP, Idempotency_Key=key.upper())
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["records"] == again.json()["records"] and first.json()["act"] == again.json()["act"]
    less = {name: value for name, value in SHOP.items() if name != "area"}
    for other in ({**SHOP, "area": 41}, {**SHOP, "code": "A2"}, less, {}):
        assert code_of(program.create(other, Idempotency_Key=key)) == (422, "registries.different_set")
    reason = {"values": SHOP, "reason": "another"}
    assert program.post("shops", "records", reason, Idempotency_Key=key).status_code == 422
    assert code_of(program.create(SHOP, Idempotency_Key="seven")) == (400, "rest.idempotency_key")
    assert len(program.get("shops", "records").json()["records"]) == 1
    record, patch = first.json()["records"][0]["record"], {"values": {"area": 50}, "reason": "x"}
    key = str(uuid4())
    for _ in range(2):
        done = program.call("patch", "shops", f"records/{record}", patch, If_Match='"1"', Idempotency_Key=key)
        assert (done.status_code, done.json()["records"][0]["number"]) == (200, 2)


def test_two_calls_under_one_key_that_come_at_once_are_one(
    program: Program, archive: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second one looked before the first had written."""
    key = str(uuid4())
    first = program.create(SHOP, Idempotency_Key=key)
    monkeypatch.setattr("uruk.registries.changing.said_before", lambda *_: None)
    monkeypatch.setattr("uruk.registries.preparing.Checker.keys", lambda _: ())
    again = program.create(SHOP, Idempotency_Key=key)
    assert (again.status_code, again.json()["records"]) == (201, first.json()["records"])
    key = str(uuid4())
    asked = [program.create(CARD, "cards", Idempotency_Key=key).json()["request"] for _ in range(2)]
    assert asked[0] == asked[1]


def test_many_changes_are_one_act_or_none(program: Program) -> None:
    rows = [{"kind": "create", "values": {**SHOP, "code": f"C{place}"}} for place in range(30)]
    bad = [*rows[:29], {"kind": "create", "values": {**SHOP, "code": "C1", "area": 0}}]
    refused = program.post("shops", "changes", {"changes": bad, "reason": "import"})
    assert code_of(refused) == (422, "registries.changes_invalid")
    assert problems(refused) == [(29, "area", "definitions.field_below_min")]
    assert program.get("shops", "records").json()["records"] == []
    only = program.post("shops", "changes?validate_only=true", {"changes": rows, "reason": "import"})
    assert only.json() == {"valid": True, "count": 30}
    assert program.get("shops", "records").json()["records"] == []
    done = program.post("shops", "changes", {"changes": rows, "reason": "import"}).json()
    assert len({one["record"] for one in done["records"]}) == 30
    more = [
        {"kind": "change", "record": one["record"], "base": 1, "values": {"area": 9}} for one in done["records"][:2]
    ]
    assert program.post("shops", "changes", {"changes": more, "reason": "again"}).status_code == 200
    assert code_of(program.post("shops", "changes", {"changes": more, "reason": "more"})) == (
        412,
        "registries.version_moved",
    )


def test_what_stands_against_what_is_recorded_is_a_conflict(program: Program) -> None:
    record = program.create(SHOP).json()["records"][0]["record"]
    taken = program.create(SHOP)
    assert code_of(taken) == (409, "registries.changes_invalid")
    assert problems(taken) == [(0, "code", "registries.key_taken")]
    nothing = program.create({**SHOP, "code": "A2", "street": "S9"})
    assert (nothing.status_code, problems(nothing)) == (422, [(0, "street", "registries.link_to_nothing")])
    same = program.post("shops", "records", {"values": {**SHOP, "code": "A2"}, "reason": "x", "record": record})
    assert (same.status_code, problems(same)) == (409, [(0, "", "registries.record_exists")])
    restored = program.post("shops", f"records/{record}/restore", {"reason": "x"}, If_Match='"1"')
    assert (restored.status_code, problems(restored)) == (409, [(0, "", "registries.status")])


def test_where_a_second_person_is_demanded_officers_take_it_up(program: Program, archive: Any) -> None:
    from uruk.registries.api import approve_request, open_requests, submit_request

    key = str(uuid4())
    asked = program.create(CARD, "cards", Idempotency_Key=key)
    request = asked.json()["request"]
    assert (asked.status_code, asked.json()["state"]) == (202, "open")
    assert asked.headers["Location"] == f"/api/registries/interior/cards/requests/{request}"
    assert program.create(CARD, "cards", Idempotency_Key=key).json()["request"] == request
    other = program.create({**CARD, "number": OTHER_NUMBER}, "cards", Idempotency_Key=key)
    assert code_of(other) == (422, "registries.different_set")
    (waiting,) = open_requests(archive.registrar.actor, "interior", "cards")
    assert (str(waiting.id), waiting.by_program, waiting.author) == (request, True, program.id)
    number = UUID(request)
    for officer, do in ((archive.registrar, submit_request), (archive.head, approve_request)):
        do(officer.actor, number, officer.approve(request_proposal(officer.actor, number)))
    after = program.get("cards", f"requests/{request}").json()
    assert (after["state"], after["count"]) == ("accepted", 1)
    found = program.post("cards", "records/by-key", {"key": {"number": NUMBER}}).json()
    assert found["act"] == after["act"]
    (version,) = program.get("cards", f"records/{found['record']}/versions").json()["versions"]
    assert (version["author"], version["request"]) == (str(program.id), request)
    assert version["approver"] == str(archive.head.person)


def test_a_program_takes_back_its_own_change_that_waits_and_no_other(
    admit: Callable[..., Program], program: Program, archive: Any
) -> None:
    request = program.create(CARD, "cards").json()["request"]
    address = f"requests/{request}/withdraw"
    assert code_of(admit().post("cards", address, {})) == (404, "registries.request_unknown")
    assert code_of(program.post("shops", address, {})) == (404, "rest.not_found")
    for _ in range(2):
        taken = program.post("cards", address, {})
        assert (taken.status_code, taken.json()["state"], taken.json()["request"]) == (200, "withdrawn", request)
    assert count_requests(archive.registrar.actor, "interior", "cards") == 0
    with pytest.raises(CodedError, match=r"registries\.request_closed"):
        request_proposal(archive.registrar.actor, UUID(request))
    theirs = archive.change(Change("create", values=CARD), registry="cards").request.id
    assert code_of(program.post("cards", f"requests/{theirs}/withdraw", {})) == (404, "registries.request_unknown")
    again = program.create(CARD, "cards").json()["request"]
    refuse_request(archive.head.actor, UUID(again), "no")
    assert code_of(program.post("cards", f"requests/{again}/withdraw", {})) == (409, "registries.request_closed")


def test_a_masked_secret_is_not_written_back(admit: Callable[..., Program], program: Program) -> None:
    record = admit("head").create({"code": "A1", "name": "x", "pin": "1234"}).json()["records"][0]["record"]
    values = program.get("shops", f"records/{record}").json()["values"]
    answer = program.call("patch", "shops", f"records/{record}", {"values": values, "reason": "x"}, If_Match='"1"')
    assert (answer.status_code, problems(answer)) == (422, [(0, "pin", "rest.value_masked")])
