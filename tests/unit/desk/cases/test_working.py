"""Cases at an office: the next one, what its page shows, and every deed on it; the same deed twice is one."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.unit.desk.cases.conftest import Desk
from tests.unit.services.conftest import ANSWERS, Office
from tests.unit.services.samples import STALL
from tests.unit.services.tasks import waiting
from tests.unit.services.test_files import PNG
from tests.unit.services.test_files_of_actions import WITH_FILES
from tests.unit.services.test_pins import publish_newer
from tests.unit.visitor import HIDDEN, OPTIONS
from uruk.acts.api import directory
from uruk.kernel.api import Actor
from uruk.services.api import act, answer_question, dispute_fact, get_case
from uruk.trust.api import Receipt, verify_receipt

pytestmark = pytest.mark.database
AtDesk = Callable[..., Desk]


def seq(office: Office, case: Any) -> str:
    return str(office.standing(case).seq)


def propose_refusal(office: Office, found: Desk, case: Any) -> None:
    """Fill in the refusal, look it over, and propose it with the passkey."""
    page = f"cases/{case}/do/refuse/"
    found.post(page, seq=seq(office, case), ground="space")
    assert found.path == "", "looked over on the same address"
    body = found.page.answer.content.decode()
    answer = found.officer.passkey.get(json.loads(OPTIONS.search(body)[1]))
    found.post(page, seq=seq(office, case), ground="space", proposal=HIDDEN.search(body)[1], passkey=json.dumps(answer))


def test_the_next_case_is_given_and_accepted_with_one_press(office: Office, desk: AtDesk) -> None:
    (case,) = waiting(office)
    found = desk(office.registrar)
    found.get("cases/")
    assert "1 case waits" in found.text and "Next case" in found.text
    assert found.take() == case
    assert "What the applicant says" in found.text and "50 m²" in found.text and "What registries say" in found.text
    assert "It holds" in found.text and "Last day:" in found.text
    found.post(f"cases/{case}/do/accept/", seq=seq(office, case))
    assert found.path == "cases/" and "Done:" in found.text
    office.run()
    assert office.standing(case).turn == "closed:granted"


def test_what_one_has_before_one_comes_first_and_is_given_back(office: Office, desk: AtDesk, officer: Any) -> None:
    first, second = waiting(office, 2)
    found, other = desk(office.registrar), desk(officer("registrar"))
    assert found.take() == first and found.take() == first
    found.get("cases/")
    assert "You have before you" in found.text and "Go on with my case" in found.text
    assert other.take() == second
    found.post(f"cases/{first}/give-back/")
    assert "Given back" in found.text
    other.post(f"cases/{second}/give-back/")
    assert other.take() == first
    other.post("cases/next/", service="nothing")
    assert "No case waits for you there now." in other.text


def test_the_same_press_twice_is_one_deed_and_another_deed_is_told_what_came_before(
    office: Office, desk: AtDesk
) -> None:
    (case,) = waiting(office)
    found = desk(office.registrar)
    found.take()
    before = seq(office, case)
    for _ in range(2):
        found.post(f"cases/{case}/do/accept/", seq=before)
        assert found.path == "cases/" and "Done:" in found.text
    assert office.kinds(case).count("Moved") == 2, "by the rules, then once by the officer"
    found.post(f"cases/{case}/ask/", seq=before, question="?")
    assert found.path == "cases/" and found.says("desk.case_elsewhere")
    assert "Officer" in found.text and "Accept" in found.text


def test_of_two_officers_the_second_is_told_who_has_decided(office: Office, desk: AtDesk, officer: Any) -> None:
    (case,) = waiting(office)
    first, second = desk(office.registrar), desk(officer("registrar"))
    first.take()
    second.get(f"cases/{case}/")
    assert "This case is not before you." in second.text and "do/accept" not in second.text
    second.post(f"cases/{case}/do/accept/", seq=seq(office, case))
    assert second.says("desk.case_not_given")
    second.get(f"cases/{case}/do/nothing/")
    assert second.says("desk.action_unknown")
    before = seq(office, case)
    first.post(f"cases/{case}/do/accept/", seq=before)
    second.post(f"cases/{case}/do/accept/", seq=before)
    assert second.path == "cases/" and second.says("desk.case_elsewhere")


def test_what_was_typed_stands_there_again_with_what_came_meanwhile(office: Office, desk: AtDesk) -> None:
    (case,) = waiting(office)
    found = desk(office.registrar)
    found.take()
    before, page = seq(office, case), f"cases/{case}/do/send_back/"
    dispute_fact(office.citizen.actor, case, "card", "تاريخ ميلادي خطأ")
    assert found.post(page, seq=before, **{"mark-area": "أكبر من المتاح"}).status_code == 422
    assert found.says("services.case_moved") and "The applicant disputed" in found.text
    assert f'name="seq" value="{seq(office, case)}"' in found.text
    assert "أكبر من المتاح" in found.text
    found.post(page, seq=seq(office, case), **{"mark-area": "أكبر من المتاح"})
    assert found.path == "cases/" and "Done:" in found.text


def test_a_press_without_a_word_leads_to_what_came_meanwhile(office: Office, desk: AtDesk) -> None:
    (case,) = waiting(office)
    found = desk(office.registrar)
    found.take()
    before = seq(office, case)
    dispute_fact(office.citizen.actor, case, "card", "تاريخ ميلادي خطأ")
    found.post(f"cases/{case}/do/accept/", seq=before)
    assert found.path == f"cases/{case}/" and found.says("services.case_moved")
    assert "The applicant disputed" in found.text


def test_sending_back_marks_answers_and_the_next_time_what_changed_is_highlighted(office: Office, desk: AtDesk) -> None:
    (case,) = waiting(office)
    found = desk(office.registrar)
    found.take()
    page = f"cases/{case}/do/send_back/"
    found.get(page)
    assert 'name="mark-area"' in found.text and "Answered: 50 m²" in found.text
    assert found.post(page, seq=seq(office, case)).status_code == 422
    assert found.says("services.marks_missing")
    found.post(page, seq=seq(office, case), **{"mark-area": "أكبر من المتاح"})
    assert found.path == "cases/"
    mine = get_case(office.citizen.actor, case)
    assert mine.marks == {"area": "أكبر من المتاح"}
    act(office.citizen.actor, case, mine.seq, "resubmit", answers=ANSWERS | {"name": "N0", "area": 49})
    office.run()
    assert found.take() == case
    assert "Given anew" in found.text and "Answers that the applicant gave anew" in found.text
    assert re.search(r"Before: <bdi>50 m²</bdi>", found.text) and "أكبر من المتاح" in found.text
    assert found.text.count("Given anew") == 1, "one answer differs"


def test_a_refusal_is_proposed_by_one_and_signed_by_another(office: Office, desk: AtDesk) -> None:
    (case,) = waiting(office)
    first, second = desk(office.registrar), desk(office.head)
    first.take()
    page = f"cases/{case}/do/refuse/"
    assert first.post(page, seq=seq(office, case)).status_code == 422
    assert first.says("definitions.field_required")
    propose_refusal(office, first, case)
    assert first.path == "cases/" and "Proposed and signed." in first.text
    assert second.take() == case
    assert "Sign it too" in second.text and "do/accept" not in second.text
    second.sign(f"cases/{case}/approve/".replace("approve/", ""))
    assert office.standing(case).turn == "task:head", "the page of the case is no form"
    body = second.get(f"cases/{case}/").content.decode()
    answer = second.officer.passkey.get(json.loads(OPTIONS.search(body)[1]))
    second.post(f"cases/{case}/approve/", proposal=HIDDEN.search(body)[1], passkey=json.dumps(answer))
    assert "Signed by both" in second.text
    assert office.opened(case).standing.entry.state == "refused"
    second.post(f"cases/{case}/approve/", proposal="0" * 64, passkey="{}", seq="4")
    assert second.says("desk.case_elsewhere")


def test_a_second_officer_who_does_not_sign_says_why(office: Office, desk: AtDesk) -> None:
    (case,) = waiting(office)
    first, second = desk(office.registrar), desk(office.head, "ar")
    first.take()
    propose_refusal(office, first, case)
    second.take()
    assert second.post(f"cases/{case}/decline/", reason=" ").status_code == 422
    assert second.says("services.reason_missing", maximum=1000)
    second.post(f"cases/{case}/decline/", reason="المساحة تكفي")
    assert office.standing(case).turn == "task:registrar"
    first.take()
    assert "المساحة تكفي" in first.text, "whoever proposed it reads why"


def test_nothing_is_proposed_or_signed_without_the_passkey_over_what_the_page_shows(
    office: Office, desk: AtDesk
) -> None:
    (case,) = waiting(office)
    found = desk(office.registrar)
    found.take()
    page = f"cases/{case}/do/refuse/"
    found.post(page, seq=seq(office, case), ground="space", passkey="{}", proposal="0" * 64)
    assert found.says("desk.proposal_changed")
    body = found.post(page, seq=seq(office, case), ground="space").content.decode()
    found.post(page, seq=seq(office, case), ground="space", passkey="", proposal=HIDDEN.search(body)[1])
    assert found.says("ui.passkey_missing")
    assert office.standing(case).turn == "task:registrar"


def test_a_question_is_asked_and_its_answer_stands_in_the_case(office: Office, desk: AtDesk) -> None:
    (case,) = waiting(office)
    found = desk(office.registrar)
    found.take()
    assert found.post(f"cases/{case}/ask/", seq=seq(office, case), question="").status_code == 422
    found.post(f"cases/{case}/ask/", seq=seq(office, case), question="أي بئر؟")
    assert "waits for the applicant" in found.text
    office.run()
    found.get(f"cases/{case}/")
    assert found.says("desk.case_elsewhere")
    answer_question(office.citizen.actor, case, "الشرقي")
    office.run()
    found.take()
    assert "أي بئر؟" in found.text and "الشرقي" in found.text


def test_what_the_applicant_disputes_stands_beside_the_fact(office: Office, desk: AtDesk) -> None:
    (case,) = waiting(office)
    dispute_fact(office.citizen.actor, case, "card", "تاريخ ميلادي خطأ")
    office.run()
    found = desk(office.registrar)
    found.take()
    assert "The applicant says that this is wrong:" in found.text and "تاريخ ميلادي خطأ" in found.text


def test_reviews_are_said_with_a_reason_where_one_objects(office: Office, desk: AtDesk) -> None:
    (case,) = waiting(office)
    found = desk(office.registrar)
    found.take()
    found.post(f"cases/{case}/do/reviews/", seq=seq(office, case))
    office.run()
    clerk, head = desk(office.clerk), desk(office.head)
    clerk.take()
    assert clerk.post(f"cases/{case}/review/").status_code == 422
    assert clerk.says("desk.choice_missing")
    clerk.post(f"cases/{case}/review/", agrees="yes")
    assert clerk.path == "cases/"
    head.take()
    assert "Agrees" in head.text
    assert head.post(f"cases/{case}/review/", agrees="no").status_code == 422
    head.post(f"cases/{case}/review/", agrees="no", reason="لا حاجة")
    office.run()
    assert office.standing(case).turn == "closed:refused"


def test_a_wait_that_nobody_answered_is_decided_by_the_officer_who_has_it(office: Office, desk: AtDesk) -> None:
    case = office.submitted(well="nowhere")
    office.clock.advance(timedelta(days=9))
    office.run()
    found = desk(office.head)
    found.take()
    assert "Nobody answered in time." in found.text
    assert found.post(f"cases/{case}/settle/", reason="x").status_code == 422
    assert found.post(f"cases/{case}/settle/", outcome="short").status_code == 422
    found.post(f"cases/{case}/settle/", outcome="short", reason="لا بئر بهذا الرمز")
    office.run()
    assert office.standing(case).turn == "closed:refused"


def test_receipts_of_a_case_are_handed_out_and_verify(office: Office, desk: AtDesk) -> None:
    (case,) = waiting(office)
    found = desk(office.registrar)
    found.take()
    answer = found.get(f"cases/{case}/receipts/1.json")
    proved = verify_receipt(Receipt.parse(answer.content), directory())
    assert proved.statement.type == "case.submitted"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert found.get(f"cases/{case}/receipts/99.json").status_code == 404
    assert found.get(f"cases/{case}/files/{'0' * 64}/").status_code == 404


def test_an_office_without_a_role_in_the_case_and_a_citizen_are_refused(office: Office, desk: AtDesk) -> None:
    (case,) = waiting(office)
    found = desk(office.clerk)
    found.get(f"cases/{case}/")
    assert found.says("desk.case_elsewhere"), "the clerk reviews cases of this service, and has not this one"
    assert found.page.get(f"desk/interior/registrar/cases/{case}/").status_code == 403
    assert found.says("ui.office_not_held")
    assert found.get(f"cases/{'0' * 8}-0000-7000-8000-{'0' * 12}/").status_code == 404
    assert found.says("services.case_unknown")
    for path in ("next/", f"{case}/give-back/", f"{case}/approve/", f"{case}/decline/", f"{case}/review/"):
        assert found.get(f"cases/{path}").status_code == 200, "a form's address that is opened leads to its page"


def test_a_role_that_ends_is_refused_and_its_case_is_given_to_the_next(
    office: Office, desk: AtDesk, officer: Any
) -> None:
    from uruk.people.api import end_office, offices

    (case,) = waiting(office)
    leaver = officer("registrar")
    found = desk(leaver)
    found.take()
    before = seq(office, case)
    (held,) = offices(leaver.person)
    end_office(Actor.system("interior"), held.act_id, office.clock.now())
    assert found.post(f"cases/{case}/do/accept/", seq=before).status_code == 403
    assert found.says("ui.officer_needed")
    assert desk(office.registrar).take() == case


def test_the_page_of_queues_asks_the_database_the_same_however_many_cases_wait(office: Office, desk: AtDesk) -> None:
    found = desk(office.registrar)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            found.get("cases/")
        return len(queries)

    waiting(office, 2)
    asked()
    few = asked()
    waiting(office, 8)
    assert asked() == few
    assert "10 cases wait" in found.text


def test_the_overview_shows_the_piles_of_cases(office: Office, desk: AtDesk) -> None:
    waiting(office, 2)
    found = desk(office.registrar)
    found.get()
    assert "2 cases wait" in found.text and "/cases/" in found.text and "/supervision/" not in found.text
    found.take()
    found.get()
    assert "One is before you." in found.text


def test_a_file_goes_with_an_action_and_is_carried_by_its_form_until_it_is_right(office: Office, desk: AtDesk) -> None:
    publish_newer(office, stall=WITH_FILES)
    (case,) = waiting(office)
    found = desk(office.registrar)
    found.take()
    page, picture = f"cases/{case}/do/accept/", SimpleUploadedFile("الأرض.png", PNG)
    found.get(page)
    assert 'type="file"' in found.text and "PNG / JPEG, at most 1 KiB." in found.text
    assert found.post(page, seq=seq(office, case)).status_code == 422
    bad = SimpleUploadedFile("x.png", b"MZ" + b"x" * 60)
    assert found.post(page, seq=seq(office, case), street=bad).status_code == 422
    assert found.says("services.file_type", types="PNG / JPEG")
    page = f"cases/{case}/do/refuse/"
    assert found.post(page, seq=seq(office, case), street=picture).status_code == 422, "the ground is missing"
    assert "A file is attached. Another one takes its place." in found.text
    (token,) = re.findall(r'name="carried-street" value="([^"]+)"', found.text)
    found.post(page, seq=seq(office, case), ground="space", **{"carried-street": token})
    body = found.page.answer.content.decode()
    answer = found.officer.passkey.get(json.loads(OPTIONS.search(body)[1]))
    carried = dict(re.findall(r'name="(carried-street)" value="([^"]+)"', body))
    proof = {"proposal": re.search(r'name="proposal" value="([^"]+)"', body)[1], "passkey": json.dumps(answer)}  # type: ignore[index]
    found.post(page, seq=seq(office, case), ground="space", **carried, **proof)
    assert found.path == "cases/", found.text
    second = desk(office.head)
    second.take()
    (link,) = re.findall(rf'href="[^"]*(cases/{case}/files/[0-9a-f]{{64}}/)"', second.text)
    assert second.get(link).content == PNG


def test_of_a_step_that_is_asked_as_often_as_one_wants_the_step_itself_is_marked(office: Office, desk: AtDesk) -> None:
    step = "  stall:\n    fields:\n"
    free = STALL.replace(step, "  stall:\n    repeat: {min: 1, max: 3}\n    fields:\n")
    free = free.replace("is: answers.area", 'is: "sum(answers.stall.map(row, row.area))"')
    free = free.replace("answers.well", "\"'W1'\"").replace("answers.name", "\"'N'\"")
    publish_newer(office, stall=free)
    case = office.submit({"stall": [{"name": "N0", "area": 50, "well": "W1"}]})
    office.run()
    found = desk(office.registrar)
    found.take()
    page = f"cases/{case}/do/send_back/"
    found.get(page)
    assert 'name="mark-stall.0.area"' in found.text and 'name="mark-stall"' in found.text
    found.post(page, seq=seq(office, case), **{"mark-stall": "واحدة ناقصة"})
    assert found.path == "cases/" and get_case(office.citizen.actor, case).marks == {"stall": "واحدة ناقصة"}
