"""The desk's pages: who may open them, what they refuse, what they hand out."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.fixtures import PASSWORD, Citizen
from tests.unit.desk.conftest import Office
from tests.unit.documents.samples import NUMBER, VALUES, scanned_letter
from tests.unit.visitor import Visitor

AtDesk = Callable[..., Visitor]
REGISTRAR, HEAD = "desk/interior/registrar/", "desk/interior/head/"


def test_a_visitor_is_led_to_sign_in_and_back(office: Office) -> None:
    found = Visitor()
    found.get(f"{REGISTRAR}drafts/")
    assert found.path == "account/sign-in/?next=/en/desk/interior/registrar/drafts/".replace(
        "/en/", "%2Fen%2F"
    ).replace("desk/interior/registrar/drafts/", "desk%2Finterior%2Fregistrar%2Fdrafts%2F")


def test_a_citizen_is_told_that_the_desk_is_for_officers(office: Office, citizen: Callable[..., Citizen]) -> None:
    found, somebody = Visitor(), citizen("198012345699")
    found.sign_in(somebody.number, PASSWORD)
    assert found.get(REGISTRAR).status_code == 403
    assert found.says("ui.officer_needed")


def test_an_officer_without_a_second_step_is_told_to_show_one(office: Office, officer: Callable[..., Any]) -> None:
    from uruk.people.models import Person
    from uruk.people.passkeys import remove_passkey

    bare = officer("registrar")
    for authenticator in Person.objects.get(pk=bare.person).authenticator_set.all():
        remove_passkey(bare.person, authenticator.pk)
    found = Visitor()
    found.sign_in(Person.objects.get(pk=bare.person).officer_name, PASSWORD)
    assert found.get(REGISTRAR).status_code == 403
    assert found.says("ui.strong_needed")


def test_another_office_than_ones_own_is_refused(office: Office, at_desk: AtDesk) -> None:
    found = at_desk(office.registrar)
    assert found.get(HEAD).status_code == 403
    assert found.says("ui.office_not_held")


def test_whoever_holds_one_office_is_led_to_it(office: Office, at_desk: AtDesk) -> None:
    found = at_desk(office.registrar, "ar")
    found.get("desk/")
    assert found.path == REGISTRAR
    assert "إجازة" in found.text


def test_a_draft_is_filled_looked_over_signed_and_released(office: Office, at_desk: AtDesk) -> None:
    drafting, releasing = at_desk(office.registrar), at_desk(office.head)
    drafting.post(f"{REGISTRAR}new/permit/", **VALUES)
    address = drafting.path
    assert "زينب علي" in drafting.text
    drafting.show_passkey(office.registrar.passkey, address)
    assert drafting.path == f"{REGISTRAR}drafts/"
    draft = address.rstrip("/").rpartition("/")[2]
    assert draft in releasing.get(f"{HEAD}release/").content.decode()
    releasing.show_passkey(office.head.passkey, f"{HEAD}release/{draft}/")
    assert releasing.path.startswith(f"{HEAD}documents/")
    assert "Released. Anyone can verify it now." in releasing.text


def test_a_form_comes_back_with_what_was_typed_and_each_problem(office: Office, at_desk: AtDesk) -> None:
    found = at_desk(office.registrar, "ckb")
    answer = found.post(f"{REGISTRAR}new/permit/", name="Zainab", number="1", since="tomorrow")
    assert answer.status_code == 422
    assert 'value="Zainab"' in found.text
    for code in ("field_not_arabic", "field_not_national_number", "field_not_date", "field_required"):
        assert found.says(f"definitions.{code}")


def test_an_unfinished_draft_is_kept_and_says_what_it_lacks(office: Office, at_desk: AtDesk) -> None:
    found = at_desk(office.registrar)
    found.post(f"{REGISTRAR}new/permit/", name="زينب", unfinished="yes")
    assert found.path == f"{REGISTRAR}drafts/"
    from uruk.documents.api import drafts

    draft = drafts(office.registrar.actor)[0]
    found.get(f"{REGISTRAR}drafts/{draft.id}/")
    assert "Before you can sign it:" in found.text
    assert "data-passkey" not in found.text
    found.post(f"{REGISTRAR}drafts/{draft.id}/edit/", **VALUES)
    assert "data-passkey" in found.text
    found.post(f"{REGISTRAR}drafts/{draft.id}/discard/")
    assert drafts(office.registrar.actor) == []


def test_without_a_passkey_nothing_is_signed(office: Office, at_desk: AtDesk) -> None:
    found = at_desk(office.registrar)
    draft = office.draft()
    found.get(f"{REGISTRAR}drafts/{draft.id}/")
    proposal = found.text.partition('name="proposal" value="')[2][:64]
    for passkey in ("", "[]", "{", "x" * 30_000):
        found.post(f"{REGISTRAR}drafts/{draft.id}/", proposal=proposal, passkey=passkey)
        assert found.says("ui.passkey_missing")
    found.post(f"{REGISTRAR}drafts/{draft.id}/", proposal="0" * 64, passkey="{}")
    assert found.says("desk.draft_changed")


def test_a_letter_is_uploaded_and_shown_as_it_came(office: Office, at_desk: AtDesk) -> None:
    found = at_desk(office.registrar)
    found.post(f"{REGISTRAR}new/letter/", subject="صحة صدور")
    assert found.says("desk.original_missing")
    letter = SimpleUploadedFile("letter.pdf", scanned_letter(), "application/pdf")
    found.post(f"{REGISTRAR}new/letter/", subject="صحة صدور", original=letter)
    answer = found.get(f"{found.path}original.pdf")
    assert answer.content == scanned_letter()
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_broken_letter_is_refused_at_its_question_and_nothing_is_kept(office: Office, at_desk: AtDesk) -> None:
    from uruk.documents.api import drafts

    found = at_desk(office.registrar)
    broken = SimpleUploadedFile("letter.pdf", b"%PDF-1.7 but no more", "application/pdf")
    assert found.post(f"{REGISTRAR}new/letter/", subject="صحة صدور", original=broken).status_code == 422
    assert 'id="field-original-error"' in found.text
    assert drafts(office.registrar.actor) == []


@pytest.mark.parametrize(("reason", "code"), [(" ", "desk.reason_missing"), ("س" * 501, "desk.reason_too_long")])
def test_a_draft_goes_back_only_with_a_reason_of_fitting_length(
    office: Office, at_desk: AtDesk, reason: str, code: str
) -> None:
    draft = office.submit(office.draft())
    found = at_desk(office.head)
    found.post(f"{HEAD}release/{draft.id}/return/", reason=reason)
    assert found.says(code, max=500)
    found.post(f"{HEAD}release/{draft.id}/return/", reason="الاسم لا يطابق البطاقة")
    assert found.path == f"{HEAD}release/"
    found.get(f"{HEAD}release/{draft.id}/")
    assert found.says("desk.draft_returned")
    drafting = at_desk(office.registrar)
    drafting.get(f"{REGISTRAR}drafts/{draft.id}/")
    assert "الاسم لا يطابق البطاقة" in drafting.text


def test_a_released_draft_leads_to_its_document(office: Office, at_desk: AtDesk) -> None:
    draft = office.draft()
    document = office.issue(draft)
    found = at_desk(office.head)
    for path in (f"{HEAD}release/{draft.id}/", f"{REGISTRAR}drafts/{draft.id}/"):
        office_of = found if path.startswith(HEAD) else at_desk(office.registrar)
        office_of.get(path)
        assert office_of.path.endswith(f"documents/{document.id}/")
    assert found.says("desk.draft_released")


def test_what_was_released_is_found_by_any_spelling_of_a_name(office: Office, at_desk: AtDesk) -> None:
    document = office.issue()
    found = at_desk(office.head)
    for query in ("زينب", "زینب", document.number, ""):
        assert str(document.id) in found.post(f"{HEAD}documents/", q=query).content.decode()
    assert "Nothing is found." in found.post(f"{HEAD}documents/", q="غيرها").content.decode()


def test_a_name_that_is_searched_for_stands_in_no_address(office: Office, at_desk: AtDesk) -> None:
    office.issue()
    found = at_desk(office.head)
    assert '<form class="row" method="post" role="search">' in found.get(f"{HEAD}documents/").content.decode()
    assert "Nothing is found." not in found.get(f"{HEAD}documents/?q=غيرها").content.decode()


def test_pages_of_one_person_are_kept_by_no_browser(office: Office, at_desk: AtDesk) -> None:
    found = at_desk(office.head)
    for path in (f"{HEAD}documents/", f"{HEAD}release/", "account/"):
        assert found.get(path).headers["Cache-Control"] == "private, no-store"


def test_file_receipt_and_code_are_handed_out_privately(office: Office, at_desk: AtDesk) -> None:
    document = office.issue()
    found = at_desk(office.head)
    for name, start in (("document.pdf", b"%PDF"), ("receipt.json", b"{"), ("qr.svg", b"<svg xmlns")):
        answer = found.get(f"{HEAD}documents/{document.id}/{name}")
        assert answer.content.startswith(start)
        assert answer.headers["Cache-Control"] == "private, no-store"


def test_only_an_office_that_compares_cards_hands_out_codes(office: Office, at_desk: AtDesk) -> None:
    document = office.issue()
    found = at_desk(office.registrar)
    found.post(f"{REGISTRAR}documents/{document.id}/code/")
    assert "It is shown only now." in found.text
    other = at_desk(office.head)
    assert "/code/" not in other.get(f"{HEAD}documents/{document.id}/").content.decode()
    other.post(f"{HEAD}documents/{document.id}/code/")
    assert other.says("people.right_missing", role="head", institution="interior")


def test_revoking_needs_a_reason_that_is_known(office: Office, at_desk: AtDesk) -> None:
    document = office.issue()
    found = at_desk(office.head)
    address = f"{HEAD}documents/{document.id}/revoke/"
    assert found.post(address).status_code == 422
    assert found.says("desk.reason_missing")
    found.post(address, reason="fraud", note="ن" * 501)
    assert found.says("desk.reason_too_long", max=500)
    found.post(address, reason="boredom")
    assert found.says("documents.reason_unknown")
    found.post(address, reason="fraud", note="كتاب")
    assert "Revoked" in found.text
    assert "Obtained by fraud" in found.text


def test_a_replacement_begins_with_what_was_filled(office: Office, at_desk: AtDesk) -> None:
    document = office.issue()
    found = at_desk(office.registrar)
    found.get(f"{REGISTRAR}documents/{document.id}/replace/")
    assert 'value="زينب علي"' in found.text
    assert f'value="{NUMBER}"' in found.text


def test_a_document_of_nobody_is_not_there(office: Office, at_desk: AtDesk) -> None:
    found = at_desk(office.head)
    missing = "00000000-0000-0000-0000-000000000000"
    assert found.get(f"{HEAD}documents/{missing}/").status_code == 404
    assert found.says("documents.document_unknown")
    assert found.get(f"{REGISTRAR}new/nothing/").status_code == 403


def test_a_clerk_compares_a_card(office: Office, at_desk: AtDesk, citizen: Callable[..., Citizen]) -> None:
    from uruk.people.api import claim_code, seen_papers

    somebody = citizen("198012345677")
    found = at_desk(office.registrar)
    address = f"{REGISTRAR}persons/"
    found.post(address)
    assert found.says("ui.answer_missing")
    typed = {"kind": "national", "number": somebody.number}
    found.post(address, **typed, code="AAAAA-A")
    assert found.says("people.claim_unknown")
    code = claim_code(somebody.person, "national", somebody.number)
    found.post(address, **typed, code=code)
    assert "I have compared the card" in found.text
    assert seen_papers(somebody.person) == ()
    found.post(address, **typed, code=code, compared="yes")
    assert [paper.number for paper in seen_papers(somebody.person)] == [somebody.number]


def test_a_number_seen_to_be_anothers_moves_only_when_the_clerk_says_so(
    office: Office, at_desk: AtDesk, citizen: Callable[..., Citizen]
) -> None:
    from uruk.people.api import claim_code, holder_of, see

    first, second = citizen("198012345677"), citizen("198012345677")
    see(office.registrar.actor, first.person, "national", first.number)
    found = at_desk(office.registrar)
    code = claim_code(second.person, "national", second.number)
    typed = {"kind": "national", "number": second.number, "code": code, "compared": "yes"}
    found.post(f"{REGISTRAR}persons/", **typed)
    assert found.says("people.already_seen")
    assert holder_of("national", first.number) == first.person
    found.post(f"{REGISTRAR}persons/", **typed, replaces="yes")
    assert holder_of("national", first.number) == second.person


def test_one_person_in_both_offices_is_told_why_they_cannot_release(office: Office, at_desk: AtDesk, now: Any) -> None:
    from uruk.kernel.api import Actor
    from uruk.people.api import appoint

    appoint(Actor.system("interior"), office.registrar.person, "interior", "head", since=now)
    draft = office.submit(office.draft())
    found = at_desk(office.registrar)
    assert 'href="/en/desk/interior/head/"' in found.get("desk/").content.decode()
    found.get(f"{HEAD}release/{draft.id}/")
    assert found.says("desk.draft_own")
    assert "data-passkey" not in found.text


def test_an_ended_session_says_that_nothing_was_saved(office: Office, at_desk: AtDesk) -> None:
    from uruk.documents.api import drafts
    from uruk.people.models import SignIn

    found = at_desk(office.registrar)
    SignIn.objects.update(ended_at="2026-11-23T09:00:00Z")
    found.post(f"{REGISTRAR}new/permit/", **VALUES)
    assert found.says("ui.session_ended")
    assert drafts(office.registrar.actor) == []
