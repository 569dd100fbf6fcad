"""The auditor's pages: found by number, why asked first, act by act with receipts checked, the rules as they stood."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.unit.desk.cases.conftest import Desk
from tests.unit.services.conftest import Office, consent_given
from tests.unit.services.samples import NUMBER
from tests.unit.services.test_auditing import readings
from tests.unit.services.test_consenting import PAPER
from uruk.kernel.api import new_id
from uruk.services.api import get_case, keep_consent_paper, note_consent
from uruk.services.models import CaseAct
from uruk.services.running.recording import act_id
from uruk.trust.api import Receipt
from uruk.ui.api import case_number, past_told

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("head_supervises")]
PURPOSE = "شكوى رقم ٧"


@pytest.fixture
def auditor(office: Office, desk: Callable[..., Desk]) -> Desk:
    return desk(office.head)


def opened(auditor: Desk, case: UUID) -> Desk:
    auditor.post("audit/", number=case_number(case), purpose=PURPOSE)
    return auditor


def test_a_case_is_found_by_its_number_and_shown_with_every_receipt_checked(office: Office, auditor: Desk) -> None:
    case = office.submitted()
    auditor.get()
    assert "/audit/" in auditor.text, "the auditor's desk leads there"
    opened(auditor, case)
    assert auditor.path == f"audit/{case}/"
    assert auditor.text.count("Receipt checked") == 7 and "All is proved, and the rules agree" in auditor.text
    assert "The rules give the same now" in auditor.text and PURPOSE in auditor.text
    (reading,) = readings(office)
    assert reading.purpose == PURPOSE


def test_before_anything_is_shown_the_purpose_is_asked_for(office: Office, auditor: Desk) -> None:
    case = office.submitted()
    auditor.get(f"audit/{case}/")
    assert "Why do you look at it?" in auditor.text and NUMBER not in auditor.text and readings(office) == []
    auditor.post(f"audit/{case}/", purpose="  ")
    assert auditor.page.answer.status_code == 422 and auditor.says("desk.reason_missing")
    auditor.post(f"audit/{case}/", purpose="x" * 201)
    assert auditor.says("desk.reason_too_long", max=200)
    auditor.post(f"audit/{case}/", purpose=PURPOSE)
    assert "Act by act" in auditor.text and len(readings(office)) == 1


@pytest.mark.parametrize("typed", ["", "0000-0000", "<b>", "99"])
def test_a_number_that_no_case_has_is_told_at_its_question(office: Office, auditor: Desk, typed: str) -> None:
    auditor.post("audit/", number=typed, purpose=PURPOSE)
    assert auditor.page.answer.status_code == 422 and auditor.says("services.case_unknown")
    assert "field-number-error" in auditor.text
    auditor.post("audit/", number=typed, purpose="")
    assert auditor.says("desk.reason_missing")


def test_the_list_names_nobody_and_is_narrowed_by_service_state_and_days(
    office: Office, desk: Callable[..., Desk]
) -> None:
    first = office.submitted(area=50)
    office.clock.advance(timedelta(days=1))
    second, auditor = office.submitted(name="B2"), desk(office.head)
    auditor.get("audit/cases/")
    assert case_number(first) in auditor.text and case_number(second) in auditor.text and NUMBER not in auditor.text
    auditor.get("audit/cases/?service=stall&state=review")
    assert case_number(first) in auditor.text and case_number(second) not in auditor.text
    auditor.get("audit/cases/?since=24/11/2026")
    assert case_number(second) in auditor.text and case_number(first) not in auditor.text
    auditor.get("audit/cases/?since=yesterday")
    assert "field-since-error" in auditor.text and case_number(first) not in auditor.text
    auditor.get("audit/cases/?after=nonsense")
    assert case_number(first) in auditor.text
    assert readings(office) == []


def test_what_was_altered_is_shown_in_red(office: Office, auditor: Desk) -> None:
    case = office.submitted()
    row = CaseAct.objects.get(pk=act_id(case, 3))
    CaseAct.objects.filter(pk=row.pk).update(content=(row.content or "").replace('"reserving"', '"granted"'))
    opened(auditor, case)
    assert "Not all agrees" in auditor.text and "The receipt does not prove it" in auditor.text
    assert "What the act says is not what the rules give now." in auditor.text


def test_receipts_and_the_signed_paper_are_taken_along(office: Office, auditor: Desk) -> None:
    consent = new_id()
    paper = keep_consent_paper(office.clerk.actor, consent, PAPER)
    note_consent(office.clerk.actor, consent, consent_given(way="signature", paper=paper))
    case = office.submit(by=office.clerk, consent=consent)
    opened(auditor, case)
    assert "By a signature on paper" in auditor.text and "سارة علي حسن" in auditor.text
    for path in (f"audit/{case}/receipts/1.json", f"audit/{case}/consent/receipt.json"):
        answer = auditor.get(path)
        assert answer["Content-Disposition"].startswith("attachment") and Receipt.parse(answer.content).statement
    assert auditor.get(f"audit/{case}/consent/paper/").content == PAPER
    assert auditor.get(f"audit/{case}/receipts/99.json").status_code == 404


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_the_rules_as_they_stood_are_read_in_each_language(
    office: Office, desk: Callable[..., Desk], language: str
) -> None:
    case = office.submitted()
    auditor = opened(desk(office.head, language), case)
    auditor.get(f"audit/{case}/rules/")
    title = {"ar": "قانون التوقيع", "ckb": "یاسای واژۆ", "en": "Signature Act"}[language]
    assert title in auditor.text and "wanted_m2 <= 10" in auditor.text and "facts.card.found" in auditor.text


def test_an_office_without_the_right_is_shown_none_of_it(office: Office, desk: Callable[..., Desk]) -> None:
    case = office.submitted()
    clerk = desk(office.clerk)
    clerk.get()
    assert "/audit/" not in clerk.text
    for path in ("audit/", "audit/cases/", f"audit/{case}/", f"audit/{case}/rules/", f"audit/{case}/receipts/1.json"):
        assert clerk.get(path).status_code in (403, 409), path
        assert NUMBER not in clerk.text
    answer: Any = clerk.post(f"audit/{case}/", purpose=PURPOSE)
    assert answer.status_code in (403, 409) and readings(office) == []


def test_a_case_that_is_evidence_is_kept_and_let_go_with_a_reason_that_only_auditors_read(
    office: Office, auditor: Desk
) -> None:
    case = office.submitted()
    opened(auditor, case)
    assert "As evidence" in auditor.text and "Keep the case" in auditor.text
    auditor.post(f"audit/{case}/keep/", reason=" ")
    assert auditor.says("services.reason_missing", maximum=1_000) and "field-reason-error" in auditor.text
    auditor.post(f"audit/{case}/keep/", reason="محكمة الكرخ ١١٤")
    assert auditor.path == f"audit/{case}/" and "It is kept beyond its time: <bdi>محكمة الكرخ ١١٤" in auditor.text
    assert office.standing(case).kept and "In their own words: <bdi>محكمة الكرخ ١١٤" in auditor.text
    mine = get_case(office.citizen.actor, case)
    told = [(past_told(mine, one), one.note) for one in mine.past.acts if one.type == "case.kept"]
    assert len(told) == 1 and told[0][1] == "", "its readers are told that it is kept, and not why"
    auditor.post(f"audit/{case}/let-go/", reason="حكمت المحكمة")
    assert "Keep the case" in auditor.text and not office.standing(case).kept
    auditor.post(f"audit/{case}/let-go/", reason="مرة أخرى")
    assert auditor.says("services.case_not_kept")
