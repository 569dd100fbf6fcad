"""Releasing: the second officer's approval makes the document, once."""

from typing import Any
from uuid import UUID, uuid5

from uruk.acts.api import Deed, clock, finish, perform
from uruk.documents.approving import check_approval, check_two_persons
from uruk.documents.domain.proposal import Proposal as Proposed
from uruk.documents.draft_views import find_draft, latest_proposal, lock_draft
from uruk.documents.drafting import submitted_proposal
from uruk.documents.models import Document, Draft, Proposal, Rendition
from uruk.documents.reading import document_view
from uruk.documents.replacing import series_of
from uruk.documents.sealing import Letter, Sealed, make_document
from uruk.documents.storage import file_store, reference
from uruk.documents.types import model, open_type, type_by_digest
from uruk.documents.views import DocumentView
from uruk.files.api import FileRef
from uruk.kernel.api import Actor, CodedError, search_key
from uruk.people.api import different_persons, require_role
from uruk.trust.api import Approval, cbor

ISSUED = "document.issued"
SEALED = "sealed"
# One release for each proposal: the act's id follows from the document's, so that doing it twice is doing it once.
_RELEASES = UUID("5f0a7c0e-3c2e-4d1b-9a55-6f1a3c9f8b10")


def release(actor: Actor, draft_id: UUID, approval: Approval) -> DocumentView:
    """Release a submitted draft with a second officer's approval of ``proposal`` and return the document.

    The same officer releasing the same draft again gets the same document. Nothing exists before the act has its
    receipt. Errors: ``documents.not_submitted``, ``documents.type_archived``,
    ``documents.already_released`` (by another officer),
    ``documents.same_person``, ``documents.not_your_approval``, ``people.role_not_held``, ``files.disk_full``.
    """
    draft = find_draft(draft_id)
    proposal = submitted_proposal(_of_institution(actor, draft))
    definition = type_by_digest(Proposed.from_bytes(bytes(proposal.body)).definition)
    require_role(actor, draft.institution, model(definition).release)
    known = Document.objects.filter(pk=proposal.pk).first()
    if known is None:
        open_type(draft.institution, draft.type_code)
        approvals = _approvals(actor, proposal, approval)
        sealed = make_document(bytes(proposal.body), definition, approvals, clock().now(), _letter(draft))
        _perform(actor, proposal, approvals, sealed)
    return _released(actor, proposal)


def _of_institution(actor: Actor, draft: Draft) -> Draft:
    if draft.institution != actor.institution:
        raise CodedError("documents.draft_unknown")
    return draft


def _approvals(actor: Actor, proposal: Proposal, approval: Approval) -> tuple[Approval, Approval]:
    """Both approvals, after checking that two persons gave them."""
    first = Approval.from_map(cbor.decode(bytes(proposal.submission.approval)))
    if proposal.submission.person == actor.person or not different_persons(first, approval):
        raise CodedError("documents.same_person")
    check_approval(actor, approval, bytes(proposal.body))
    check_two_persons(proposal.draft.institution, (first, approval), bytes(proposal.body))
    return first, approval


def _letter(draft: Draft) -> Letter | None:
    if draft.way != "seal":
        return None
    return Letter(file_store().load(reference(draft, "original_")), draft.extendable, draft.page_width)


def _perform(actor: Actor, proposal: Proposal, approvals: tuple[Approval, Approval], sealed: Sealed) -> None:
    """Store the PDF, then do the act; a PDF whose act does not come about is a file that nobody names."""
    ref = file_store().store(sealed.pdf)

    def rows(act_id: UUID) -> None:
        _check_still_open(proposal)
        _write(actor, proposal, sealed.code, ref, act_id)

    deed = Deed(
        type=ISSUED,
        role="issued",
        author=proposal.draft.institution,
        body={"document": proposal.pk.bytes, "pdf": ref.sha256, "size": ref.size, "code": sealed.code},
        rows=rows,
        proposal=bytes(proposal.body),
        approvals=approvals,
        act_id=uuid5(_RELEASES, str(proposal.pk)),
    )
    try:
        perform(actor, deed)
    except CodedError as error:
        # Another release of this proposal came first, with a PDF of its own.
        if error.code != "acts.different_deed":
            raise


def _check_still_open(proposal: Proposal) -> None:
    """Inside the act's transaction: the draft was neither returned nor released meanwhile, nor its type archived."""
    lock_draft(proposal.draft_id)
    fresh = Proposal.objects.get(pk=proposal.pk)
    open_type(fresh.draft.institution, fresh.draft.type_code)
    if hasattr(fresh, "returned") or latest_proposal(fresh.draft) != fresh:
        raise CodedError("documents.not_submitted")


def _write(actor: Actor, proposal: Proposal, code: bytes, ref: FileRef, act_id: UUID) -> None:
    body, now = Proposed.from_bytes(bytes(proposal.body)), clock().now()
    document = Document.objects.create(
        id=proposal.pk,
        proposal=proposal,
        institution=body.institution,
        type_code=body.type,
        number=body.number,
        check_code=body.check_code,
        holder=proposal.holder,
        search=_searchable(body, proposal.holder),
        issued=body.issued,
        expires=body.expires,
        replaces=body.replaces,
        series=series_of(body, proposal.holder),
        list_year=body.status[0],
        list_index=body.status[1],
        code=code,
        released_by=actor.person,
        released_at=now,
        act_id=act_id,
    )
    Rendition.objects.create(document=document, kind=SEALED, sha256=ref.sha256, size=ref.size, made_at=now)


def _searchable(body: Proposed, holder: str) -> str:
    """What the register of issued documents is searched by."""
    words = [body.number, holder, *(_words(value) for value in body.fields.values())]
    return search_key(" ".join(filter(None, words)))


def _words(value: Any) -> str:
    return " ".join(map(str, value.values())) if isinstance(value, dict) else str(value)


def _released(actor: Actor, proposal: Proposal) -> DocumentView:
    document = Document.objects.get(pk=proposal.pk)
    if document.released_by != actor.person:
        raise CodedError("documents.already_released")
    # The release may have been interrupted before its receipt: until it has one there is nothing to show.
    finish(document.act_id)
    return document_view(document)
