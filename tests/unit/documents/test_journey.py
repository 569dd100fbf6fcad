"""Draft, submission, release, checks, revocation: a document's way."""

from datetime import timedelta
from typing import Any

import pytest

from tests.unit.documents.samples import NUMBER, VALUES, scanned_letter
from uruk.acts.api import directory, run_due_jobs
from uruk.documents import api as documents
from uruk.documents.models import Document, Rendition
from uruk.documents.reading import qr_code
from uruk.kernel.api import CodedError, FixedClock
from uruk.people.api import see
from uruk.trust.api import CODE_NAME, cbor, examine_pdf, parse_statement, verify_receipt

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


def code_of(call: Any, *args: Any) -> str:
    with pytest.raises(CodedError) as caught:
        call(*args)
    return caught.value.code


def test_a_filled_document_goes_from_draft_to_a_paper_that_verifies(office: Any) -> None:
    draft = office.draft()
    assert (draft.state, draft.problems) == ("open", {})
    assert office.submit(draft).state == "submitted"
    document = office.release(draft)
    assert (document.status, document.title.en or document.title.ar) == ("valid", "إجازة")
    result = documents.check_pdf(documents.pdf(office.head.actor, document.id), "portal")
    assert (result.verdict.exit, result.verdict.code, result.verdict.two_persons) == (0, "trust.pdf_issued", True)
    assert result.receipt is not None


def test_a_letter_is_sealed_and_its_bytes_stay_a_prefix(office: Any) -> None:
    document = office.issue(office.letter())
    sealed = documents.pdf(office.head.actor, document.id)
    assert sealed.startswith(scanned_letter())
    assert document.original.pages == 1
    assert documents.check_pdf(sealed, "portal").verdict.exit == 0


def test_the_receipt_binds_the_proposal_both_approvals_and_the_pdf(office: Any) -> None:
    document = office.issue()
    receipt = documents.receipt(office.head.actor, document.id)
    verify_receipt(receipt, directory(), type="document.issued", role="issued", author="interior")
    statement = parse_statement(receipt.statement)
    assert len(statement.approvals) == 2
    assert statement.proposal is not None
    sealed = Rendition.objects.get(document_id=document.id, kind="sealed")
    assert statement.body["pdf"] == bytes(sealed.sha256)
    evidence = examine_pdf(documents.pdf(office.head.actor, document.id))
    assert cbor.decode(evidence.attachments["approvals.cbor"])["proposal"] == statement.proposal


def test_the_national_number_is_nowhere_in_the_file_or_the_statement(office: Any) -> None:
    document = office.issue()
    evidence = examine_pdf(documents.pdf(office.head.actor, document.id))
    receipt = documents.receipt(office.head.actor, document.id)
    for data in (*evidence.attachments.values(), receipt.statement):
        assert NUMBER.encode() not in data


def test_a_timestamp_follows_and_nothing_of_the_file_changes(office: Any) -> None:
    document = office.issue()
    before = documents.pdf(office.head.actor, document.id)
    assert not document.timestamped
    run_due_jobs()
    after = documents.pdf(office.head.actor, document.id)
    assert after.startswith(before) and len(after) > len(before)
    assert documents.get_document(office.head.actor, document.id).timestamped
    documents.publish_public_files()
    verdict = documents.check_pdf(after, "portal").verdict
    assert (verdict.exit, verdict.grade) == (0, "timestamped")


def test_a_number_with_its_code_is_found_in_any_digits_and_grouping(office: Any) -> None:
    document = office.issue()
    number = documents.group_number(document.number).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    result = documents.check_number(number, documents.group_code(document.check_code).lower(), "portal")
    assert (result.verdict.exit, result.verdict.code, result.number) == (0, "trust.issued", document.number)


def test_a_wrong_code_and_an_unknown_number_answer_alike_and_leave_no_trace(office: Any) -> None:
    document = office.issue()
    other = "0" if document.check_code[0] != "0" else "1"
    wrong = documents.check_number(document.number, other + document.check_code[1:], "portal")
    unknown = documents.check_number("100000000000", document.check_code, "portal")
    assert wrong == unknown
    assert (wrong.verdict.exit, wrong.verdict.code, wrong.receipt) == (2, "documents.check_unknown", None)
    assert documents.checks(office.head.actor, document.id) == []


def test_what_cannot_be_a_number_is_said_at_once(office: Any) -> None:
    assert code_of(documents.check_number, "12345", "ABCDEFGHJK", "portal") == "documents.number_malformed"


def test_the_holder_sees_the_document_and_when_and_how_it_was_checked(
    office: Any, citizen: Any, clock: FixedClock
) -> None:
    document = office.issue()
    holder = citizen(NUMBER)
    assert documents.my_documents(holder.actor) == []
    assert code_of(documents.get_document, holder.actor, document.id) == "documents.document_unknown"
    see(office.registrar.actor, holder.person, "national", NUMBER)
    assert [found.id for found in documents.my_documents(holder.actor)] == [document.id]
    documents.check_number(document.number, document.check_code, "portal")
    clock.advance(timedelta(hours=1))
    documents.check_pdf(documents.pdf(holder.actor, document.id), "portal")
    documents.check_qr(qr_text(document), "api")
    seen = [(check.how, check.when) for check in documents.checks(holder.actor, document.id)]
    later, earlier = clock.now(), clock.now() - timedelta(hours=1)
    assert sorted(seen) == sorted([("api", later), ("upload", later), ("number", earlier)])


def qr_text(document: Any) -> str:
    return qr_code(Document.objects.get(pk=document.id)).url


def test_the_qr_is_the_code_inside_the_file(office: Any) -> None:
    document = office.issue()
    evidence = examine_pdf(documents.pdf(office.head.actor, document.id))
    assert evidence.attachments[CODE_NAME] == bytes(Document.objects.get(pk=document.id).code)
    assert documents.qr_svg(office.head.actor, document.id).startswith("<svg")
    assert documents.check_qr(qr_text(document), "portal").verdict.code == "trust.issued"


def test_a_revoked_document_is_refused_in_every_way_of_checking(office: Any) -> None:
    document = office.issue()
    revoked = documents.revoke(office.head.actor, document.id, "error", "")
    assert (revoked.status, revoked.reason) == ("revoked", "error")
    ways = [
        documents.check_pdf(documents.pdf(office.head.actor, document.id), "portal"),
        documents.check_number(document.number, document.check_code, "portal"),
        documents.check_qr(qr_text(document), "portal"),
    ]
    assert {(way.verdict.exit, way.verdict.code) for way in ways} == {(1, "trust.document_revoked")}
    assert code_of(documents.revoke, office.head.actor, document.id, "fraud", "") == "documents.already_revoked"


def test_a_document_that_replaces_another_says_so_and_so_does_the_other(office: Any) -> None:
    first = office.issue()
    draft = documents.create_draft(office.registrar.actor, "permit", VALUES | {"kind": "large"}, None, first.id)
    second = office.issue(draft)
    run_due_jobs()
    assert second.replaces == first.id
    before = documents.get_document(office.head.actor, first.id)
    assert (before.status, before.replaced_by) == ("replaced", second.id)
    assert documents.check_number(first.number, first.check_code, "portal").verdict.code == "trust.document_replaced"


def test_an_expired_document_is_refused(office: Any, clock: FixedClock) -> None:
    document = office.issue()
    clock.advance(timedelta(days=366))
    documents.publish_public_files()
    verdict = documents.check_number(document.number, document.check_code, "portal").verdict
    assert (verdict.exit, verdict.code) == (1, "trust.document_expired")
    assert documents.get_document(office.head.actor, document.id).status == "expired"


def test_released_documents_are_found_by_number_name_and_holder(office: Any) -> None:
    document = office.issue()
    for query in (document.number, documents.group_number(document.number), "زينب", NUMBER, "زینب علی", ""):
        assert [found.id for found in documents.released(office.head.actor, query)] == [document.id]
    assert documents.released(office.head.actor, "nobody") == []


def test_a_returned_draft_comes_back_with_its_reason_and_gets_a_new_number(office: Any) -> None:
    draft = office.draft()
    first = office.submit(draft)
    returned = documents.return_draft(office.head.actor, draft.id, "الاسم ناقص")
    assert (returned.state, returned.returned_reason) == ("returned", "الاسم ناقص")
    documents.update_draft(office.registrar.actor, draft.id, VALUES | {"name": "زينب علي حسين"})
    second = office.submit(draft)
    assert second.state == "submitted" and second.number != first.number
    assert office.release(draft).values["name"] == "زينب علي حسين"


def test_lists_show_each_officer_what_is_theirs_to_do(office: Any) -> None:
    draft = office.draft()
    mine = [found.id for found in documents.drafts(office.registrar.actor)]
    assert (mine, documents.to_release(office.head.actor)) == ([draft.id], [])
    office.submit(draft)
    assert [found.id for found in documents.to_release(office.head.actor)] == [draft.id]
    assert documents.to_release(office.registrar.actor) == []
    office.release(draft)
    assert documents.to_release(office.head.actor) == []
    assert documents.drafts(office.registrar.actor) == []
    assert documents.get_draft(office.registrar.actor, draft.id).state == "released"


def test_types_are_offered_to_those_who_may_draft_them(office: Any) -> None:
    assert [found.code for found in documents.document_types(office.registrar.actor)] == ["permit", "letter"]
    assert documents.document_types(office.head.actor) == []
    assert documents.get_type("interior", "permit").ways == ("fill",)
