"""Revoking and replacing: an act with a reason, visible in every way of verifying."""

from uuid import UUID, uuid5

from uruk.acts.api import Deed, clock, perform
from uruk.documents.domain.proposal import Proposal as Proposed
from uruk.documents.domain.reasons import REASONS, REPLACED
from uruk.documents.models import Document, Revocation
from uruk.documents.noting import document_read
from uruk.documents.publication import publish_status_list
from uruk.documents.reading import document_view, find_document
from uruk.documents.types import model, type_by_digest
from uruk.documents.views import DocumentView
from uruk.kernel.api import Actor, CodedError
from uruk.people.api import require_role

MAX_NOTE = 1000
REVOKED = "document.revoked"
_REVOCATIONS = UUID("1c1e5b0a-6d0f-4f57-8a43-0a4f8a7f2d11")


def revoke(actor: Actor, document_id: UUID, reason: str, note: str, replaced_by: UUID | None = None) -> DocumentView:
    """Revoke a document, or with ``replaced_by`` say which one took its place; return it as it is now.

    ``reason`` is one of ``REASONS``; ``note`` (at most 1,000 characters) stays with the institution. For those who may
    release the type. Errors: ``documents.document_unknown``, ``documents.already_revoked``,
    ``documents.reason_unknown``, ``documents.note_too_long``, ``documents.replacement_unknown``.
    """
    document = find_document(document_id)
    if document is None or document.institution != actor.institution:
        raise CodedError("documents.document_unknown")
    body = Proposed.from_bytes(bytes(document.proposal.body))
    require_role(actor, document.institution, model(type_by_digest(body.definition)).release)
    _check_reason(reason, note, replaced_by)
    _check_replacement(document, replaced_by)
    perform_revocation(actor, document, reason, note, replaced_by)
    document_read(actor, document)
    return document_view(document)


def perform_revocation(actor: Actor, document: Document, reason: str, note: str, replaced_by: UUID | None) -> None:
    """The act itself, then the public list; one document is revoked once, whoever asks how often."""

    def rows(act_id: UUID) -> None:
        Revocation.objects.create(
            document=document,
            reason=reason,
            note=note,
            replaced_by=replaced_by,
            person=actor.person,
            revoked_at=clock().now(),
            act_id=act_id,
        )

    deed = Deed(
        type=REVOKED,
        role="decided",
        author=document.institution,
        body={"document": document.pk.bytes, "reason": reason, "replaced_by": replaced_by and replaced_by.bytes},
        rows=rows,
        act_id=uuid5(_REVOCATIONS, str(document.pk)),
    )
    try:
        perform(actor, deed)
    except CodedError as error:
        if error.code == "acts.different_deed":
            raise CodedError("documents.already_revoked") from error
        raise
    publish_status_list(document.institution, document.list_year)


def _check_reason(reason: str, note: str, replaced_by: UUID | None) -> None:
    if reason not in REASONS or (reason == REPLACED) != (replaced_by is not None):
        raise CodedError("documents.reason_unknown")
    if len(note) > MAX_NOTE:
        raise CodedError("documents.note_too_long", maximum=MAX_NOTE)


def _check_replacement(document: Document, replaced_by: UUID | None) -> None:
    if replaced_by is None:
        return
    successor = find_document(replaced_by)
    same = successor is not None and successor.institution == document.institution and successor != document
    if not same:
        raise CodedError("documents.replacement_unknown")
