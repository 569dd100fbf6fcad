"""What is refused, with which code, and that nothing is half done then."""

import threading
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from django.db import connections
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer

from tests.unit.documents.samples import NUMBER, VALUES, scanned_letter
from uruk.acts.models import Act
from uruk.documents import api as documents
from uruk.documents import storage
from uruk.documents.models import Document, Draft, Rendition
from uruk.files.api import FileStore
from uruk.kernel.api import Actor, CodedError, FixedClock

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


def code_of(call: Any, *args: Any, **more: Any) -> str:
    with pytest.raises(CodedError) as caught:
        call(*args, **more)
    return caught.value.code


def encrypted() -> bytes:
    writer = copy_into_new_writer(PdfFileReader(BytesIO(scanned_letter())))
    writer.encrypt(owner_pass="secret")
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"not a pdf", "files.pdf_not_a_pdf"),
        (b"%PDF-1.7 broken", "files.pdf_broken"),
        (encrypted(), "files.pdf_encrypted"),
        (b"%PDF-" + bytes(11 << 20), "files.pdf_too_large"),
    ],
)
def test_a_bad_pdf_leaves_no_draft_and_no_file(office: Any, data: bytes, code: str) -> None:
    assert code_of(office.letter, data) == code
    assert not Draft.objects.exists()
    assert not list((office.settings.data / "files").rglob("*"))


@pytest.mark.parametrize(
    ("values", "path", "code"),
    [
        ({"name": "ن" * 41}, "name", "definitions.field_too_long"),
        ({"name": "Zainab"}, "name", "definitions.field_not_arabic"),
        ({"name": ""}, "name", "definitions.field_required"),
        ({"number": "123"}, "number", "definitions.field_not_national_number"),
        ({"kind": "huge"}, "kind", "definitions.field_not_a_choice"),
        ({"since": "2027-01-01"}, "since", "documents.condition_unmet"),
        ({"nonsense": "1"}, "nonsense", "definitions.field_unknown"),
    ],
)
def test_a_field_that_is_wrong_is_named_and_nothing_is_proposed(
    office: Any, values: dict[str, str], path: str, code: str
) -> None:
    draft = office.draft(**values)
    if "nonsense" not in values:
        assert draft.problems[path].code == code
        with pytest.raises(documents.InvalidFieldsError) as caught:
            documents.proposal(office.registrar.actor, draft.id)
        assert (caught.value.code, caught.value.problems[path].code) == ("documents.fields_invalid", code)
    else:
        assert values["nonsense"] not in draft.values.values()


def test_an_unmet_condition_is_said_in_the_words_of_the_type(office: Any) -> None:
    problem = office.draft(since="2027-01-01").problems["since"]
    assert "التاريخ لا يكون بعد اليوم." in problem.sentence("ar")
    assert "بەروار نابێت دوای ئەمڕۆ بێت." in problem.sentence("ckb")


def test_a_letter_without_its_pdf_and_a_filled_type_with_one_are_refused(office: Any) -> None:
    actor = office.registrar.actor
    draft = documents.create_draft(actor, "letter", {"subject": "موضوع"})
    with pytest.raises(documents.InvalidFieldsError) as caught:
        documents.proposal(actor, draft.id)
    assert caught.value.problems["original"].code == "documents.original_missing"
    assert code_of(documents.original, actor, draft.id) == "documents.original_missing"
    assert code_of(documents.create_draft, actor, "permit", VALUES, scanned_letter()) == "documents.way_not_allowed"


def test_who_drafted_cannot_release(office: Any, officer: Any, passkey: Any) -> None:
    from datetime import UTC, datetime

    from uruk.people.api import appoint

    draft = office.draft()
    office.submit(draft)
    since = datetime(2026, 1, 1, tzinfo=UTC)
    appoint(Actor.system("interior"), office.registrar.person, "interior", "head", since=since)
    both = replace(office.registrar, actor=replace(office.registrar.actor, role="head"))
    body = documents.proposal(office.head.actor, draft.id)
    assert code_of(documents.release, both.actor, draft.id, both.approve(body)) == "documents.same_person"
    assert code_of(documents.return_draft, office.registrar.actor, draft.id, "x") == "documents.same_person"
    assert not Document.objects.exists()


def test_another_officers_approval_is_not_ones_own(office: Any, officer: Any) -> None:
    draft = office.draft()
    body = documents.proposal(office.registrar.actor, draft.id)
    assert code_of(documents.submit, office.registrar.actor, draft.id, office.head.approve(body)) == (
        "documents.not_your_approval"
    )
    office.submit(draft)
    second = officer("head")
    approval = second.approve(documents.proposal(office.head.actor, draft.id))
    assert code_of(documents.release, office.head.actor, draft.id, approval) == "documents.not_your_approval"


def test_an_approval_of_what_was_shown_before_a_change_does_not_count(office: Any, clock: FixedClock) -> None:
    draft = office.draft()
    actor = office.registrar.actor
    old = office.registrar.approve(documents.proposal(actor, draft.id))
    from datetime import timedelta

    clock.advance(timedelta(seconds=1))
    documents.update_draft(actor, draft.id, VALUES | {"name": "اسم آخر"})
    documents.proposal(actor, draft.id)
    assert code_of(documents.submit, actor, draft.id, old) == "documents.proposal_changed"


def test_roles_and_institutions_are_kept_apart(office: Any, officer: Any) -> None:
    draft = office.draft()
    office.submit(draft)
    clerk = officer("clerk")
    assert code_of(documents.create_draft, clerk.actor, "permit", VALUES) == "people.role_not_held"
    assert code_of(documents.get_draft, clerk.actor, draft.id) == "people.role_not_held"
    elsewhere = replace(office.head.actor, institution="other")
    assert code_of(documents.get_draft, elsewhere, draft.id) == "documents.draft_unknown"
    assert code_of(documents.released, elsewhere) == "documents.officers_only"
    assert code_of(documents.create_draft, office.registrar.actor, "nothing", VALUES) == "documents.type_unknown"
    approval = clerk.approve(documents.proposal(office.head.actor, draft.id))
    assert code_of(documents.release, clerk.actor, draft.id, approval) == "people.role_not_held"


def test_a_submitted_draft_cannot_be_changed_or_submitted_otherwise(office: Any) -> None:
    draft, actor = office.draft(), office.registrar.actor
    body = documents.proposal(actor, draft.id)
    approval = office.registrar.approve(body)
    first = documents.submit(actor, draft.id, approval)
    assert documents.submit(actor, draft.id, approval) == first
    assert code_of(documents.submit, actor, draft.id, office.registrar.approve(body)) == "documents.draft_closed"
    assert code_of(documents.update_draft, actor, draft.id, VALUES) == "documents.draft_closed"
    assert code_of(documents.discard_draft, actor, draft.id) == "documents.draft_closed"
    assert code_of(documents.proposal, actor, draft.id) == "documents.draft_closed"


def test_an_unsubmitted_draft_is_not_there_for_others(office: Any) -> None:
    draft = office.draft()
    assert code_of(documents.get_draft, office.head.actor, draft.id) == "documents.draft_unknown"
    approval = office.head.approve(documents.proposal(office.registrar.actor, draft.id))
    assert code_of(documents.release, office.head.actor, draft.id, approval) == "documents.not_submitted"
    documents.discard_draft(office.registrar.actor, draft.id)
    assert code_of(documents.get_draft, office.registrar.actor, draft.id) == "documents.draft_unknown"


def test_a_draft_is_returned_only_with_a_reason(office: Any) -> None:
    draft = office.draft()
    office.submit(draft)
    assert code_of(documents.return_draft, office.head.actor, draft.id, "  ") == "documents.reason_missing"
    office.release(draft)
    assert code_of(documents.return_draft, office.head.actor, draft.id, "سبب") == "documents.already_released"


def test_the_same_release_sent_twice_makes_one_document(office: Any) -> None:
    draft = office.draft()
    office.submit(draft)
    approval = office.head.approve(documents.proposal(office.head.actor, draft.id))
    first = documents.release(office.head.actor, draft.id, approval)
    assert documents.release(office.head.actor, draft.id, approval) == first
    assert (Document.objects.count(), Rendition.objects.count()) == (1, 1)
    assert Act.objects.filter(type="document.issued").count() == 1


def test_a_second_officer_is_told_that_another_released_it(office: Any, officer: Any) -> None:
    draft, second = office.draft(), officer("head")
    office.submit(draft)
    body = documents.proposal(second.actor, draft.id)
    office.release(draft)
    assert code_of(documents.release, second.actor, draft.id, second.approve(body)) == "documents.already_released"


def test_of_two_officers_releasing_at_once_one_releases_and_the_other_is_told(office: Any, officer: Any) -> None:
    draft, second = office.draft(), officer("head")
    office.submit(draft)
    body = documents.proposal(office.head.actor, draft.id)
    approvals = [(who.actor, who.approve(body)) for who in (office.head, second)]
    start, results = threading.Barrier(2), []

    def run(actor: Actor, approval: Any) -> None:
        start.wait(10)
        try:
            results.append(documents.release(actor, draft.id, approval).status)
        except CodedError as error:
            results.append(error.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in approvals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(results) == ["documents.already_released", "valid"]
    assert (Document.objects.count(), Rendition.objects.count()) == (1, 1)


def test_a_full_disk_releases_nothing_and_the_release_succeeds_once_there_is_room(
    office: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = office.draft()
    office.submit(draft)
    approval = office.head.approve(documents.proposal(office.head.actor, draft.id))

    def full(handle: int, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    folder = office.settings.data / "files"
    with monkeypatch.context() as patched:
        patched.setattr("uruk.documents.releasing.file_store", lambda: FileStore(folder, full))
        assert code_of(documents.release, office.head.actor, draft.id, approval) == "files.disk_full"
    assert not Document.objects.exists() and not Act.objects.filter(type="document.issued").exists()
    assert [path for path in folder.rglob("*") if path.is_file()] == []
    assert documents.release(office.head.actor, draft.id, approval).status == "valid"


def test_a_nearly_full_disk_takes_no_new_letters(office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(folder: Any, percent: int) -> None:
        raise CodedError("files.disk_nearly_full", percent=percent)

    monkeypatch.setattr(storage, "require_free_space", refuse)
    assert code_of(office.letter) == "files.disk_nearly_full"
    assert not Draft.objects.exists()


def test_a_signed_letter_is_attached_to_a_cover_page(office: Any) -> None:
    first = office.issue(office.letter())
    signed = documents.pdf(office.head.actor, first.id)
    assert code_of(office.letter, signed) == "files.pdf_attachments"


def test_a_revocation_needs_a_known_reason_a_short_note_and_a_role(office: Any) -> None:
    document, other = office.issue(), office.issue()
    revoke, actor = documents.revoke, office.head.actor
    assert code_of(revoke, actor, document.id, "whim", "") == "documents.reason_unknown"
    assert code_of(revoke, actor, document.id, "replaced", "") == "documents.reason_unknown"
    assert code_of(revoke, actor, document.id, "error", "x" * 1001) == "documents.note_too_long"
    assert code_of(revoke, actor, document.id, "replaced", "", document.id) == "documents.replacement_unknown"
    assert code_of(revoke, office.registrar.actor, document.id, "error", "") == "people.role_not_held"
    assert (
        code_of(revoke, replace(actor, institution="other"), document.id, "error", "") == "documents.document_unknown"
    )
    assert revoke(actor, document.id, "replaced", "", other.id).status == "replaced"


def test_only_a_document_of_the_same_type_can_be_replaced(office: Any) -> None:
    letter = office.issue(office.letter())
    with pytest.raises(CodedError) as caught:
        documents.create_draft(office.registrar.actor, "permit", VALUES, None, letter.id)
    assert caught.value.code == "documents.document_unknown"


def test_a_document_whose_receipt_is_missing_is_not_shown(office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from uruk.acts import performing
    from uruk.acts.api import complete_pending

    draft = office.draft()
    office.submit(draft)
    approval = office.head.approve(documents.proposal(office.head.actor, draft.id))

    def lost(*args: Any) -> Any:
        raise ConnectionError("the log writer is gone")

    with monkeypatch.context() as patched:
        patched.setattr(performing, "complete", lost)
        with pytest.raises(ConnectionError):
            documents.release(office.head.actor, draft.id, approval)
    document = Document.objects.get()
    assert documents.released(office.head.actor) == []
    assert code_of(documents.get_document, office.head.actor, document.pk) == "documents.document_unknown"
    assert documents.check_number(document.number, document.check_code, "portal").verdict.exit == 2
    assert documents.get_draft(office.registrar.actor, draft.id).state == "submitted"
    complete_pending()
    assert [found.id for found in documents.released(office.head.actor)] == [document.pk]


def test_a_claim_alone_shows_no_document(office: Any, citizen: Any) -> None:
    document = office.issue()
    claimed = citizen(NUMBER)
    assert documents.my_documents(claimed.actor) == []
    assert code_of(documents.pdf, claimed.actor, document.id) == "documents.document_unknown"
    assert code_of(documents.checks, claimed.actor, document.id) == "documents.document_unknown"
    assert code_of(documents.receipt, Actor.anonymous("portal"), document.id) == "documents.document_unknown"


def test_a_year_whose_list_is_full_takes_no_more(office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uruk.documents.proposing.LIST_ENTRIES", 1)
    office.submit(office.draft())
    draft = office.draft()
    assert code_of(documents.proposal, office.registrar.actor, draft.id) == "documents.status_list_full"
    assert documents.get_draft(office.registrar.actor, draft.id).state == "open"
