"""Programs follow cases of their services: lists, where one stands, papers, acts and receipts; nobody's data."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from tests.unit.rest.services.conftest import Program, code_of
from tests.unit.services.conftest import Office
from tests.unit.services.samples import NUMBER
from tests.unit.services.tasks import waiting
from uruk.acts.api import directory, usage_index
from uruk.kernel.api import new_id
from uruk.services.models import Case
from uruk.trust.api import Receipt, verify_receipt

pytestmark = pytest.mark.database
TRADE = {"name": "بقالة", "kind": "large", "since": "2020-03-01"}


def listed(program: Program, query: str = "") -> list[str]:
    return [one["case"] for one in program.get("stall", f"cases{query}").json()["cases"]]


def test_services_are_listed_and_described_for_everybody_and_by_version(office: Office) -> None:
    found = {one["service"]: one for one in Client().get("/api/services/interior").json()["services"]}
    assert set(found) == {"stall", "canal", "fair", "licence"}
    stall = found["stall"]
    assert (stall["channels"], stall["event"], stall["for"], stall["fee"]) == (
        ["web", "counter"],
        None,
        ["person"],
        False,
    )
    assert found["fair"]["fee"] and found["canal"]["channels"] == ["web"]
    path = "/api/services/interior/stall/description"
    told = Client().get(path, headers={"Accept-Language": "ckb"})
    step = told.json()["steps"][0]
    assert (step["step"], step["title"], step["fields"]) == ("stall", "دەق", ["name", "area", "well"])
    assert step["answers"]["area"]["maximum"] == 100 and step["answers"]["area"]["title"] == "دەق"
    assert {one["state"] for one in told.json()["states"]} > {"review", "granted"}
    assert told.json()["conditions"] == [{"condition": "known", "text": "دەق", "law": "e-signature/13"}]
    same = Client().get(path, headers={"Accept-Language": "ckb", "If-None-Match": told.headers["ETag"]})
    assert same.status_code == 304
    for digest, status in ((stall["digest"], 200), (found["fair"]["digest"], 404), ("0" * 64, 404), ("x", 400)):
        assert Client().get(f"{path}?digest={digest}").status_code == status
    assert Client().get("/api/services/nobody").status_code == 404
    assert Client().get("/api/services/interior/nothing/description").status_code == 404
    node = Client().get("/api/openapi.json").json()["x-services"]
    assert {one["service"]: one["openapi"] for one in node}["stall"] == "/api/services/interior/stall/openapi.json"


def test_cases_are_listed_by_state_and_day_in_order_with_a_cursor_and_name_nobody(
    office: Office, program: Program
) -> None:
    cases = [str(one) for one in waiting(office, 3)]
    done = str(office.submitted(name="Z"))
    assert listed(program) == [*cases, done]
    assert listed(program, "?state=review") == cases and listed(program, "?state=granted") == [done]
    day = office.clock.now().date()
    assert listed(program, f"?since={day}&until={day}") == [*cases, done]
    assert (
        listed(program, f"?until={day - timedelta(days=1)}")
        == listed(program, f"?since={day + timedelta(days=1)}")
        == []
    )
    first = program.get("stall", "cases?limit=2").json()
    assert [one["case"] for one in first["cases"]] == cases[:2]
    second = program.get("stall", f"cases?limit=2&after={first['next']}").json()
    assert [one["case"] for one in second["cases"]] == [cases[2], done] and second["next"] is None
    whole = program.get("stall", "cases")
    assert NUMBER not in whole.content.decode() and "N0" not in whole.content.decode()
    assert program.get("stall", "cases", If_None_Match=whole.headers["ETag"]).status_code == 304
    for wrong in ("limit=0", "limit=201", "since=soon", "state=a&state=b", "more=1", f"state={'a' * 81}"):
        assert program.get("stall", f"cases?{wrong}").status_code == 400
    for mark in ("x", "9" * 17 + "-" + "0" * 32, "1-" + "z" * 32, "٣-" + "0" * 32):
        assert code_of(program.get("stall", f"cases?after={mark}")) == (400, "services.cursor_malformed")
    found = usage_index().find("interior", NUMBER, office.clock.now() - timedelta(days=1), office.clock.now())
    assert not [one for one in found.usages if one.source == "program"]


def test_where_a_case_stands_and_its_acts_with_receipts_that_anybody_checks(office: Office, program: Program) -> None:
    (case,) = waiting(office)
    answer = program.get("stall", f"cases/{case}/status")
    status = answer.json()
    assert (status["state"], status["turn"], status["seq"]) == ("review", "task:registrar", 3)
    assert status["definition"] == Case.objects.get(pk=case).pin.definition and status["due"] is not None
    assert answer.headers["ETag"].startswith('"3-')
    told = program.get("stall", f"cases/{case}/acts")
    acts = told.json()["acts"]
    assert [one["type"] for one in acts] == ["case.submitted", "case.fact-told", "case.moved"]
    assert (acts[2]["by"], acts[2]["to"], acts[1]["by"]) == ("next.2", "review", "card")
    assert NUMBER not in told.content.decode()
    receipt = Receipt.parse(program.get("stall", f"cases/{case}/acts/3/receipt").content)
    assert (receipt.origin, receipt.index) == (acts[2]["log"], acts[2]["number"])
    found = verify_receipt(receipt, directory(), type="case.moved", author="interior", at=office.clock.now())
    assert found.statement.body["case"] == case.bytes
    for seq in (0, 4, 2**31, 2**70):
        assert code_of(program.get("stall", f"cases/{case}/acts/{seq}/receipt")) == (404, "services.act_unknown")


def test_the_acts_of_a_case_come_page_by_page(office: Office, program: Program) -> None:
    case = office.submitted()
    whole = program.get("stall", f"cases/{case}/acts").json()
    assert whole["next"] is None and len(whole["acts"]) == 7
    found, after = [], ""
    for _ in range(3):
        page = program.get("stall", f"cases/{case}/acts?limit=3{after and '&after=' + after}").json()
        found += page["acts"]
        after = page["next"]
    assert found == whole["acts"] and after is None
    assert program.get("stall", f"cases/{case}/acts?after=7").json() == {"acts": [], "next": None}
    for wrong, code in (("after=x", "services.cursor_malformed"), ("limit=0", "rest.query_value")):
        assert code_of(program.get("stall", f"cases/{case}/acts?{wrong}")) == (400, code)


def test_documents_are_told_with_whom_they_wait_for(office: Office, program: Program) -> None:
    case = office.submit(TRADE, "licence")
    office.run()
    (paper,) = program.get("licence", f"cases/{case}/documents").json()["documents"]
    assert (paper["type"], paper["outcome"], paper["document"]) == ("permit", "waiting", None)
    assert paper["waits_for"] == ["registrar"]


def test_a_program_learns_nothing_of_another_service_another_institution_or_without_its_token(
    office: Office, admit: Callable[..., Program]
) -> None:
    narrow, (case,) = admit("head", services=("licence",)), waiting(office)
    for path in ("cases", f"cases/{case}/status", f"cases/{case}/acts", f"cases/{case}/documents"):
        assert code_of(narrow.get("stall", path)) == (403, "people.service_not_named")
        assert Client().get(f"/api/services/interior/stall/{path}").status_code == 401
    # A case of another service is none of this one's.
    assert code_of(narrow.get("licence", f"cases/{case}/status")) == (404, "services.case_unknown")
    assert code_of(narrow.get("licence", f"cases/{new_id()}/status")) == (404, "services.case_unknown")
    foreign = Program(narrow.id, narrow.token, "town")
    assert code_of(foreign.get("licence", "cases")) == (404, "rest.not_found")
    registries = Client().get(
        "/api/registries/interior/shops/records", headers={"Authorization": f"Bearer {narrow.token}"}
    )
    assert code_of(registries) == (403, "people.registry_not_named")


def test_a_case_that_was_forgotten_is_gone(office: Office, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    from uruk.services import forgetting

    case = office.submitted()
    before = program.get("stall", "cases?limit=1").json()
    assert before["next"] is None
    office.clock.advance(timedelta(days=366 * 11))
    forgetting.forget_expired({})
    assert code_of(program.get("stall", f"cases/{case}/status")) == (410, "services.case_forgotten")
    assert listed(program) == []
