"""A supervisor at the pages: workload, lists, reassigning, troubles tried again; documents that wait to be revoked."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.unit.desk.cases.conftest import Desk
from tests.unit.services.conftest import Office, record
from tests.unit.services.tasks import taken, waiting
from tests.unit.services.test_issuing import licence, release, submit, take_back

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("head_supervises")]
AtDesk = Callable[..., Desk]


def test_the_workload_stands_by_queue_and_by_officer(office: Office, desk: AtDesk) -> None:
    waiting(office, 2)
    taken(office.registrar)
    found = desk(office.head)
    found.get()
    assert "/supervision/" in found.text
    found.get("supervision/")
    for said in ("By queue", "By officer", "Before an officer", "Late", "Troubles"):
        assert said in found.text
    found.get("supervision/lists/held/")
    assert "Officer" in found.text
    assert found.get("supervision/lists/nothing/").status_code == 404
    assert found.says("desk.list_unknown")


def test_an_office_without_the_right_is_refused_by_code(office: Office, desk: AtDesk) -> None:
    (case,) = waiting(office)
    found = desk(office.registrar)
    for path in ("supervision/", "supervision/troubles/", "supervision/lists/late/", f"supervision/cases/{case}/"):
        assert found.get(path).status_code == 409
        assert found.says("people.right_missing", role="registrar", institution="interior")


def test_a_case_is_given_to_another_officer_with_a_reason(office: Office, desk: AtDesk, officer: Any) -> None:
    (case,) = waiting(office)
    other = officer("registrar")
    taken(office.registrar)
    found = desk(office.head)
    page = f"supervision/cases/{case}/"
    found.get(page)
    assert "Give it to another officer" in found.text and "What the applicant says" not in found.text
    assert found.post(f"{page}reassign/", reason="x").status_code == 422
    assert found.says("desk.choice_missing")
    assert found.post(f"{page}reassign/", officer=str(other.person), reason="").status_code == 422
    assert found.says("services.reason_missing", maximum=1000)
    assert found.post(f"{page}reassign/", officer=str(office.clerk.person), reason="x").status_code == 422
    assert found.says("services.officer_unknown")
    found.post(f"{page}reassign/", officer=str(other.person), reason="زميله في إجازة")
    assert found.path == "supervision/" and "Given to the other officer" in found.text
    assert taken(other).id == case
    leaver = desk(office.registrar)
    leaver.post("cases/next/", service="stall")
    assert "No case waits for you there now." in leaver.text


def test_what_failed_is_listed_and_tried_again_with_a_reason(office: Office, desk: AtDesk) -> None:
    case = office.submitted(well="nowhere")
    found = desk(office.head, "ckb")
    found.get("supervision/troubles/")
    assert str(case) in found.text
    page = f"supervision/cases/{case}/"
    found.get(page)
    assert found.says("registries.record_unknown")
    assert found.post(f"{page}retry/", why="").status_code == 422
    record("interior", "wells", code="nowhere", granted_m3=100)
    found.post(f"{page}retry/", why="سُجلت البئر")
    office.run()
    assert office.standing(case).turn == "closed:granted"
    found.post(f"{page}retry/", why="مرة أخرى")
    assert found.says("services.nothing_failed")


def test_what_is_late_is_listed_with_whose_turn_it_is(office: Office, desk: AtDesk) -> None:
    (case,) = waiting(office)
    due = office.standing(case).due
    office.clock.advance(timedelta(days=(due - office.clock.now().date()).days + 1))
    found = desk(office.head)
    found.get("supervision/lists/late/")
    assert str(case) in found.text and "With:" in found.text
    waits = office.submitted(well="nowhere")
    found.get("supervision/lists/waits/")
    assert str(waits) in found.text and "Waits for:" in found.text


def test_documents_that_cases_wait_to_have_revoked_lead_to_their_revocation(office: Office, desk: AtDesk) -> None:
    licence(office)
    document = release(office, submit(office))
    take_back(office)
    found = desk(office.head)
    found.get("cases/")
    assert "Cases wait until documents are revoked here." in found.text
    found.get("cases/revocations/")
    assert f"/documents/{document.id}/revoke/" in found.text
    found.post(f"documents/{document.id}/revoke/", reason="decision")
    office.run()
    found.get("cases/revocations/")
    assert "Nothing waits to be revoked." in found.text


def test_a_draft_that_a_case_prepared_says_so_and_leads_to_the_case(office: Office, desk: AtDesk) -> None:
    from uruk.documents import api as documents

    case = licence(office)
    (draft,) = documents.drafts(office.registrar.actor)
    found = desk(office.registrar)
    found.get(f"drafts/{draft.id}/")
    assert f"/cases/{case}/" in found.text and "Change it" not in found.text
    found.get(f"cases/{case}/")
    assert found.page.answer.status_code == 200 and "do/" not in found.text
    sent = submit(office)
    releasing = desk(office.head)
    releasing.get(f"release/{sent.id}/")
    assert f"/cases/{case}/" in releasing.text
