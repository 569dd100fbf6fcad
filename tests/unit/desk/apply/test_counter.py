"""The counter: a consent first, then the pages of a service, then paper; ten digits; fees."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.fixtures import PASSWORD, Citizen
from tests.unit.desk.cases.conftest import Desk
from tests.unit.services.conftest import ANSWERS, Office, Town
from tests.unit.services.samples import NUMBER, OTHER_NUMBER
from tests.unit.services.test_consenting import PAPER
from tests.unit.services.test_settling import partner, signing
from tests.unit.visitor import Visitor
from uruk.kernel.api import new_id
from uruk.services.api import begin_draft, cosign, save_draft
from uruk.services.models import Case, Consent, Draft
from uruk.trust.api import Receipt
from uruk.ui.api import case_number

__all__ = ["partner"]
pytestmark = pytest.mark.database
CARD = {
    "number": NUMBER,
    "name": "سارة علي حسن",
    "born": "1/3/1980",
    "compared": "yes",
    "way": "spoken",
    "witness": "أحمد كريم",
}


@pytest.fixture
def clerk(office: Office, desk: Callable[..., Desk]) -> Desk:
    return desk(office.clerk)


def consented(clerk: Desk, **changed: Any) -> Desk:
    clerk.post("apply/services/stall/", consent=str(new_id()), **{**CARD, **changed})
    return clerk


def draft_of(clerk: Desk) -> str:
    return f"apply/drafts/{Draft.objects.get().pk}/"


def test_a_clerk_applies_for_somebody_from_the_consent_to_the_paper(office: Office, clerk: Desk) -> None:
    clerk.get("apply/")
    assert "apply/services/stall/" in clerk.text and "apply/services/canal/" not in clerk.text
    consented(clerk)
    assert "The consent is noted" in clerk.text and "Spoken, before a witness" in clerk.text
    assert len(Consent.objects.all()) == 1 and "no-store" in clerk.page.answer["Cache-Control"]
    draft = draft_of(clerk)
    clerk.get(f"{draft}steps/stall/")
    assert "سارة علي حسن" in clerk.text
    clerk.post(f"{draft}steps/stall/", **ANSWERS)
    assert clerk.path == draft, "the last page leads to the summary"
    clerk.post(draft)
    case = Case.objects.get()
    assert clerk.path == f"apply/cases/{case.pk}/" and case.channel == "counter" and case.subject == NUMBER
    assert case_number(case.pk) in clerk.text and "Code of the receipt" in clerk.text and "أحمد كريم" in clerk.text
    assert Receipt.parse(clerk.get(f"apply/cases/{case.pk}/receipt.json").content).statement
    assert clerk.get(f"apply/cases/{case.pk}/qr.svg").content.startswith(b"<svg")
    clerk.get(draft)
    assert clerk.path == f"apply/cases/{case.pk}/", "the back button leads to the paper"


def test_a_signed_paper_is_kept_with_the_consent(office: Office, clerk: Desk) -> None:
    paper = SimpleUploadedFile("consent.jpg", PAPER, "image/jpeg")
    consented(clerk, way="signature", witness="", paper=paper)
    assert "By a signature on paper" in clerk.text and Consent.objects.count() == 1
    hostile = SimpleUploadedFile("consent.jpg", b"MZ program", "image/jpeg")
    consented(clerk, way="signature", witness="", paper=hostile)
    assert clerk.page.answer.status_code == 422 and clerk.says("services.consent_paper", maximum=8)
    assert Consent.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "code", "at"),
    [
        ({"compared": ""}, "services.card_not_compared", "compared"),
        ({"number": "12"}, "", "number"),
        ({"name": ""}, "ui.answer_missing", "name"),
        ({"born": "yesterday"}, "services.consent_born", "born"),
        ({"way": "nodded"}, "services.consent_way", "way"),
        ({"witness": " "}, "services.consent_witness", "witness"),
        ({"way": "signature"}, "services.consent_paper", "paper"),
    ],
)
def test_what_is_wrong_with_a_consent_stands_at_its_question_and_nothing_is_noted(
    clerk: Desk, changed: dict[str, str], code: str, at: str
) -> None:
    typed = {name: value for name, value in {**CARD, **changed}.items() if (name, value) != ("compared", "")}
    clerk.post("apply/services/stall/", consent=str(new_id()), **typed)
    assert clerk.page.answer.status_code == 422 and f"field-{at}-error" in clerk.text, clerk.text
    assert not code.startswith("services.") or clerk.says(code, maximum=100) or clerk.says(code, maximum=8)
    assert not Consent.objects.exists() and not Draft.objects.exists()


def test_the_same_form_sent_twice_notes_one_consent(clerk: Desk) -> None:
    consent = str(new_id())
    for _ in range(2):
        clerk.post("apply/services/stall/", consent=consent, **CARD)
    assert Consent.objects.count() == 1


def test_a_service_that_is_not_for_a_counter_is_refused(clerk: Desk) -> None:
    clerk.post("apply/services/canal/", consent=str(new_id()), **CARD)
    assert clerk.says("services.channel_closed", service="نص") or clerk.page.answer.status_code in (409, 422)
    assert clerk.get("apply/services/nothing/").status_code in (404, 409) and not Draft.objects.exists()


def test_nothing_is_submitted_while_something_is_missing(clerk: Desk) -> None:
    consented(clerk)
    draft = draft_of(clerk)
    clerk.post(f"{draft}steps/stall/", name="A1", area="1000", well="")
    assert clerk.page.answer.status_code == 422 and "field-area-error" in clerk.text
    clerk.get(draft)
    assert "Submit for the person" not in clerk.text
    clerk.post(draft)
    assert clerk.page.answer.status_code == 422 and not Case.objects.exists()


def test_another_clerk_or_another_browser_holds_none_of_it(
    office: Office, clerk: Desk, desk: Callable[..., Desk]
) -> None:
    consented(clerk)
    draft = draft_of(clerk)
    other = desk(office.registrar)
    assert other.get(draft).status_code == 404 and "سارة" not in other.text
    assert other.get(f"{draft}steps/stall/").status_code == 404


def test_ten_digits_lead_to_the_consent_first_and_then_to_what_was_answered(office: Office, clerk: Desk) -> None:
    mine, key = begin_draft(office.citizen.actor, "interior", "stall", 1980)
    save_draft(office.citizen.actor, mine.id, {"name": "اسم البسطة"})
    clerk.post("apply/", **{"ten-digits": key.digits, "born-year": "1981"})
    assert clerk.page.answer.status_code == 422 and clerk.says("services.draft_unknown")
    clerk.post("apply/", **{"ten-digits": key.digits, "born-year": "١٩٨٠"})
    assert clerk.path == f"apply/drafts/{mine.id}/consent/" and "اسم البسطة" not in clerk.text
    clerk.get(f"apply/drafts/{mine.id}/")
    assert clerk.path.endswith("/consent/") and "اسم البسطة" not in clerk.text
    clerk.post(clerk.path, consent=str(new_id()), **{**CARD, "number": OTHER_NUMBER})
    assert clerk.says("services.consent_other") and "اسم البسطة" not in clerk.text
    clerk.post(f"apply/drafts/{mine.id}/consent/", consent=str(new_id()), **CARD)
    assert clerk.path == f"apply/drafts/{mine.id}/" and "اسم البسطة" in clerk.text


def test_what_was_typed_is_deleted_when_the_person_wants_nothing_any_more(clerk: Desk) -> None:
    consented(clerk)
    clerk.post(f"{draft_of(clerk)}discard/")
    assert clerk.path == "apply/" and not Draft.objects.exists()


def test_a_fee_is_recorded_by_the_number_of_its_case(office: Office, clerk: Desk, partner: Citizen, town: Town) -> None:
    case = signing(office)
    cosign(partner.actor, case, signs=True)
    office.run()
    clerk.post("apply/payment/", number=case_number(case))
    assert "Number of the receipt" in clerk.text and NUMBER not in clerk.text
    clerk.post("apply/payment/", number=case_number(case), case=str(case), receipt="  ")
    assert clerk.page.answer.status_code == 422 and clerk.says("services.reason_missing", maximum=1000)
    clerk.post("apply/payment/", number=case_number(case), case=str(case), receipt="R-2026-77")
    assert "The payment is recorded with its receipt." in clerk.text
    clerk.post("apply/payment/", number=case_number(case))
    assert clerk.says("services.not_waiting")
    clerk.post("apply/payment/", number="0000-0000")
    assert clerk.says("services.case_unknown")


def test_an_office_that_compares_no_cards_has_no_counter(office: Office, desk: Callable[..., Desk]) -> None:
    head = desk(office.head)
    head.get()
    assert "/apply/" not in head.text
    for path in ("apply/", "apply/services/stall/", "apply/payment/", f"apply/cases/{new_id()}/"):
        assert head.get(path).status_code in (403, 409), path


def test_the_paper_of_a_case_that_its_person_submitted_is_not_the_counters(office: Office, clerk: Desk) -> None:
    case = office.submitted()
    assert clerk.get(f"apply/cases/{case}/").status_code == 404 and NUMBER not in clerk.text


def test_whoever_was_applied_for_sees_their_consent_in_their_case(office: Office) -> None:
    case = office.submit(by=office.clerk, consent=office.consent())
    citizen = Visitor()
    citizen.sign_in(NUMBER, PASSWORD)
    citizen.get(f"cases/{case}/")
    assert "Your consent" in citizen.text and "أحمد كريم" in citizen.text
    mine = office.submit(changed={"name": "B2"})
    citizen.get(f"cases/{mine}/")
    assert citizen.answer.status_code == 200 and "Your consent" not in citizen.text


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_the_counter_speaks_each_language(office: Office, desk: Callable[..., Desk], language: str) -> None:
    clerk = consented(desk(office.clerk, language))
    said = {"ar": "شفهياً أمام شاهد", "ckb": "بە زارەکی لەبەردەم شایەتێک", "en": "Spoken, before a witness"}[language]
    assert said in clerk.text
