"""Programs read a case, hand one in under a consent, say that a fee was paid; and decide nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.unit.rest.services.conftest import Program, code_of
from tests.unit.services.conftest import ANSWERS, Office
from tests.unit.services.samples import NUMBER, OTHER_NUMBER, STALL
from tests.unit.services.tasks import taken, waiting
from tests.unit.services.test_files import JPEG, PNG, QUESTION
from tests.unit.services.test_files_of_actions import WITH_FILES
from tests.unit.services.test_pins import publish_newer
from uruk.acts.api import find_statement
from uruk.kernel.api import Actor, new_id
from uruk.people.api import my_readings
from uruk.services.api import act, cosign, get_case, keep_action_file, replay
from uruk.services.models import Case, CaseAct, Consent, KeptFile

pytestmark = pytest.mark.database
WHY = {"purpose": "طباعة الرخصة", "law": "e-signature/13"}
KEY = "3f1c2a7e-58f2-4a4c-9a53-0d8f1be1c001"


def readings(office: Office) -> list[Any]:
    return [one for one in my_readings(office.citizen.actor).readings if one.source == "program"]


def test_reading_a_case_is_an_act_that_its_applicant_finds_with_what_it_was_for(
    office: Office, program: Program
) -> None:
    (case,) = waiting(office)
    answer = program.post("stall", f"cases/{case}/read", WHY)
    found = answer.json()
    assert (found["applicant"]["number"], found["answers"]["area"]) == (NUMBER, 50)
    assert found["facts"]["card"]["number"] == NUMBER and found["values"] == {"wanted_m2": 50}
    assert (answer.headers["Cache-Control"], answer.headers["ETag"]) == ("no-store", '"3"')
    (read,) = readings(office)
    assert "«مكتب الرخص»" in read.action.ar and (read.purpose, read.law) == (WHY["purpose"], WHY["law"])


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"purpose": ""}, "services.purpose_missing"),
        ({"purpose": "  "}, "services.purpose_missing"),
        ({"purpose": "a\u202eb"}, "services.purpose_missing"),
        ({"purpose": "x" * 201}, "rest.body_shape"),
        ({"law": "e-signature/999999"}, "services.law_unknown"),
        ({"law": ""}, "services.law_unknown"),
        ({"more": 1}, "rest.body_shape"),
    ],
)
def test_without_purpose_or_law_nothing_is_shown_and_nothing_noted(
    office: Office, program: Program, changed: Any, code: str
) -> None:
    case = office.submitted()
    assert code_of(program.post("stall", f"cases/{case}/read", WHY | changed)) == (400, code)
    assert readings(office) == []


def test_a_role_without_the_right_reads_and_hands_in_nothing(office: Office, admit: Callable[..., Program]) -> None:
    case, clerk, head = office.submitted(), admit("clerk"), admit("head")
    assert code_of(clerk.post("stall", f"cases/{case}/read", WHY)) == (403, "people.right_missing")
    assert code_of(head.post("stall", "cases", {"consent": str(office.consent()), "answers": ANSWERS})) == (
        403,
        "people.right_missing",
    )
    assert Case.objects.count() == 1 and readings(office) == []


def test_a_case_is_handed_in_once_for_whoever_consented_and_names_the_program(office: Office, program: Program) -> None:
    consent = office.consent()
    body = {"consent": str(consent), "answers": ANSWERS}
    first, again = (program.post("stall", "cases", body, Idempotency_Key=KEY) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    case = first.json()["case"]
    assert again.json()["case"] == case and Case.objects.count() == 1
    assert first.headers["Location"] == f"/api/services/interior/stall/cases/{case}/status"
    office.run()
    assert program.get("stall", f"cases/{case}/status").json()["turn"] == "closed:granted"
    row, act = Case.objects.get(pk=case), CaseAct.objects.get(case=case, seq=1)
    assert (row.subject, row.person, row.channel) == (NUMBER, None, "rest")
    assert (act.program, act.person, act.role) == (program.id, None, "registrar")
    statement = find_statement(act.act_id)
    assert statement is not None and statement.body["program"] == program.id.bytes
    other = {"consent": str(consent), "answers": ANSWERS | {"area": 9}}
    assert code_of(program.post("stall", "cases", other, Idempotency_Key=KEY)) == (422, "services.case_differs")
    # One consent is for one case.
    assert code_of(program.post("stall", "cases", body)) == (403, "services.consent_missing")
    seen = replay(replace(Actor.terminal("interior"), purpose="inspection"), row.pk)
    assert seen.acts[0].view.person == program.id
    assert seen.holds and seen.consent is not None and seen.consent.id == consent


def test_nobody_is_applied_for_without_a_good_consent(office: Office, program: Program) -> None:
    old = office.consent()
    office.clock.advance(timedelta(days=30, seconds=1))
    for consent in (new_id(), old, office.consent("licence")):
        body = {"consent": str(consent), "answers": ANSWERS}
        assert code_of(program.post("stall", "cases", body)) == (403, "services.consent_missing")
    assert not Case.objects.exists()
    good = program.post("stall", "cases", {"consent": str(office.consent(number=OTHER_NUMBER)), "answers": ANSWERS})
    assert Case.objects.get(pk=good.json()["case"]).subject == OTHER_NUMBER


def test_answers_are_tried_without_anything_being_kept_or_asked(office: Office, program: Program, town: Any) -> None:
    good = program.post("stall", "check", {"answers": ANSWERS})
    assert good.json() == {"valid": True, "asked": ["stall"], "waiting": []}
    wrong = program.post("stall", "check", {"answers": {"name": 7, "area": 0, "more": 1}}, Accept_Language="en")
    problems = {one["field"]: one["code"] for one in wrong.json()["error"]["problems"]}
    assert (wrong.status_code, problems) == (
        422,
        {
            "name": "rest.value_form",
            "area": "definitions.field_below_min",
            "well": "definitions.field_required",
            "more": "services.field_unknown",
        },
    )
    assert not Case.objects.exists() and not Consent.objects.exists() and not town.asked and readings(office) == []


def test_a_fee_is_recorded_once_on_the_version_that_was_seen(office: Office, admit: Callable[..., Program]) -> None:
    cash = admit("head", services=("fair",))
    case = office.submit({"partner": NUMBER, "amount": 5}, "fair")
    office.run()
    path = f"cases/{case}/actions/paid"
    early = cash.post("fair", path, {"note": "r 17"}, If_Match='"1"')
    assert code_of(early) == (409, "services.not_waiting")
    cosign(office.citizen.actor, case, signs=True)
    office.run()
    tag = cash.get("fair", f"cases/{case}/status").headers["ETag"]
    assert code_of(cash.post("fair", path, {"note": "r 17"})) == (428, "rest.version_needed")
    assert code_of(cash.post("fair", path, {"note": "r 17"}, If_Match='"1"')) == (412, "services.case_moved")
    for _ in range(2):
        done = cash.post("fair", path, {"note": "r 17"}, If_Match=tag)
        assert (done.status_code, done.json()["state"]) == (200, "granted")
    assert code_of(cash.post("fair", path, {"note": "r 18"}, If_Match=tag)) == (412, "services.case_moved")
    assert code_of(admit("clerk").post("fair", path, {"note": "r 17"}, If_Match=tag)) == (412, "services.case_moved")
    paid = [one for one in CaseAct.objects.filter(case=case) if one.program == cash.id]
    assert len(paid) == 1 and '"r 17"' in str(paid[0].content)
    acts = get_case(office.citizen.actor, case).past.acts
    assert [one.program.en for one in acts if one.program is not None] == ["Licence desk"]


def test_what_people_decide_no_program_does(office: Office, program: Program) -> None:
    (case,) = waiting(office)
    for action in ("accept", "refuse", "send_back", "withdraw", "agreed"):
        answer = program.post("stall", f"cases/{case}/actions/{action}", {"note": "x"}, If_Match='"3"')
        assert code_of(answer) == (403, "services.people_decide")
    unknown = program.post("stall", f"cases/{case}/actions/nothing", {"note": "x"}, If_Match='"3"')
    assert code_of(unknown) == (404, "services.action_unknown")
    blank = program.post("stall", f"cases/{case}/actions/paid", {"note": " "}, If_Match='"3"')
    assert code_of(blank) == (400, "services.reason_missing")
    assert office.standing(case).seq == 3


def test_a_file_is_handed_in_under_the_consent_and_goes_with_the_case(
    office: Office, admit: Callable[..., Program]
) -> None:
    newer = STALL.replace(QUESTION, f"{QUESTION}      street: {{type: file, types: [png, jpeg], max_kib: 1}}\n")
    publish_newer(office, stall=newer)
    program, consent = admit("clerk"), office.consent()
    path = f"consents/{consent}/files/street"
    kept = program.post("stall", path, PNG)
    assert kept.status_code == 201
    body = {"consent": str(consent), "answers": ANSWERS | {"street": kept.json()["answer"]}}
    unknown = {"consent": str(consent), "answers": ANSWERS | {"street": "0" * 64}}
    refused = program.post("stall", "cases", unknown)
    assert code_of(refused) == (422, "services.answers_invalid")
    assert [one["code"] for one in refused.json()["error"]["problems"]] == ["services.file_unknown"]
    case = program.post("stall", "cases", body).json()["case"]
    assert str(KeptFile.objects.get(sha256=kept.json()["answer"]).of) == case
    # The consent is used now, and takes no more.
    assert code_of(program.post("stall", path, PNG)) == (403, "services.consent_missing")
    other = f"consents/{office.consent()}/files"
    for question, data, status, code in (
        ("street", b"MZ", 400, "services.file_type"),
        ("street", b"", 400, "services.file_empty"),
        ("street", JPEG + b"x" * 1024, 400, "services.file_too_large"),
        ("name", PNG, 400, "services.file_question"),
    ):
        assert code_of(program.post("stall", f"{other}/{question}", data)) == (status, code)
    assert code_of(admit("head").post("stall", f"{other}/street", PNG)) == (403, "people.right_missing")


def test_a_file_that_an_officer_said_something_with_is_read_like_the_case(office: Office, program: Program) -> None:
    publish_newer(office, stall=WITH_FILES)
    (case,) = waiting(office)
    taken(office.registrar)
    sha256 = keep_action_file(office.registrar.actor, case, "accept", "street", PNG)
    path = f"cases/{case}/files/{sha256}"
    assert code_of(program.post("stall", path, WHY)) == (400, "services.file_unknown")
    act(office.registrar.actor, case, office.standing(case).seq, "accept", {"street": sha256})
    answer = program.post("stall", path, WHY | {"purpose": "صورة الأرض"})
    assert (answer.status_code, answer.content, answer.headers["Cache-Control"]) == (200, PNG, "private, no-store")
    assert "صورة الأرض" in {one.purpose for one in readings(office)}
    assert program.post("stall", f"cases/{case}/read", WHY).json()["decided"] == {"street": sha256}
    assert code_of(program.post("stall", path, WHY | {"purpose": ""})) == (400, "services.purpose_missing")
