"""What was issued, for its holder and for the institution that issued it."""

from collections.abc import Mapping
from uuid import UUID

from django.db.models import QuerySet

from uruk.acts.api import acknowledged, clock, receipt_of
from uruk.documents.domain.numbers import read_number
from uruk.documents.domain.proposal import Proposal as Proposed
from uruk.documents.models import Check, Document, Rendition, Revocation
from uruk.documents.noting import document_read, documents_listed
from uruk.documents.storage import file_store, reference
from uruk.documents.types import letterhead, type_by_digest
from uruk.documents.views import CheckView, DocumentStatus, DocumentView, OriginalView
from uruk.files.api import FileRef
from uruk.kernel.api import Actor, CodedError, search_key, today
from uruk.people.api import offices, seen_papers
from uruk.trust.api import QrCode, QrPayload, Receipt, parse_sign1
from uruk.trust.api import qr_svg as draw_qr

MAX_LISTED = 100
NATIONAL = "national"


def released(actor: Actor, query: str = "") -> list[DocumentView]:
    """Documents of the institution with each word of ``query`` in number, holder or fields; newest, at most 100."""
    _require_officer(actor)
    found = acknowledged(Document.objects.filter(institution=actor.institution))
    for word in search_key(read_number(query) or query).split()[:10]:
        found = found.filter(search__contains=word)
    listed = list(found[:MAX_LISTED])
    documents_listed(actor, listed)
    return [document_view(document) for document in listed]


def get_document(actor: Actor, document_id: UUID) -> DocumentView:
    """A document, for its holder or an officer of its institution; for others ``documents.document_unknown``."""
    return document_view(_shown(actor, document_id))


def pdf(actor: Actor, document_id: UUID) -> bytes:
    """The sealed PDF, with its timestamp once it has one; errors as ``get_document``."""
    return file_store().load(latest_rendition(_shown(actor, document_id)))


def qr_svg(actor: Actor, document_id: UUID) -> str:
    """The document's QR as an SVG for a page; errors as ``get_document``."""
    return draw_qr(qr_code(_shown(actor, document_id)))


def qr_text(actor: Actor, document_id: UUID) -> str:
    """What a phone reads from the document's QR; errors as ``get_document``."""
    return qr_code(_shown(actor, document_id)).url


def receipt(actor: Actor, document_id: UUID) -> Receipt:
    """The receipt of the act that issued the document; errors as ``get_document``."""
    found = receipt_of(_shown(actor, document_id).act_id)
    if found is None:
        raise CodedError("documents.document_unknown")
    return found


def my_documents(actor: Actor) -> list[DocumentView]:
    """The documents of a person whose number was seen to be theirs, newest first, at most 100; else none."""
    found = acknowledged(Document.objects.filter(holder__in=_numbers(actor)))
    return [document_view(document) for document in found[:MAX_LISTED]]


def checks(actor: Actor, document_id: UUID) -> list[CheckView]:
    """When and how the document was checked, newest first, at most 100; errors as ``get_document``."""
    document = _shown(actor, document_id)
    return [
        CheckView(row.checked_at, row.how) for row in acknowledged(Check.objects.filter(document=document))[:MAX_LISTED]
    ]


def filled_values(actor: Actor, document_id: UUID) -> Mapping[str, object]:
    """All fields as its drafting officer filled them, the holder's number included: what a replacement begins with.

    For officers of its institution: ``documents.officers_only``, ``documents.document_unknown``.
    """
    _require_officer(actor)
    return dict(_shown(actor, document_id).proposal.draft.values)


def find_holder_number(actor: Actor, document_id: UUID) -> str | None:
    """The national number of the document's holder, or None where it has no holder; errors as ``filled_values``."""
    _require_officer(actor)
    return _shown(actor, document_id).holder or None


def visible_document(actor: Actor, document_id: UUID) -> Document:
    """The document if it is issued and the actor may see it, else ``documents.document_unknown``."""
    document = find_document(document_id)
    if document is None or not _may_see(actor, document):
        raise CodedError("documents.document_unknown")
    return document


def _shown(actor: Actor, document_id: UUID) -> Document:
    """The document for showing it: that an officer reads it is noted first; errors as ``get_document``."""
    document = visible_document(actor, document_id)
    document_read(actor, document)
    return document


def find_document(document_id: UUID) -> Document | None:
    """An issued document, or None; one whose act has no receipt yet is not issued."""
    return acknowledged(Document.objects.filter(pk=document_id)).first()


def latest_rendition(document: Document) -> FileRef:
    """The newest file of a document."""
    rows: QuerySet[Rendition] = document.renditions.all()
    return reference(rows.last())


def qr_code(document: Document) -> QrCode:
    """The QR as it was printed."""
    cose = bytes(document.code)
    return QrCode(letterhead(document.institution).host, cose, QrPayload.from_bytes(parse_sign1(cose).payload))


def document_view(document: Document) -> DocumentView:
    """The document as the door shows it."""
    body = Proposed.from_bytes(bytes(document.proposal.body))
    revocation = acknowledged(Revocation.objects.filter(document=document)).first()
    pages = document.proposal.draft.original_pages
    return DocumentView(
        id=document.pk,
        institution=document.institution,
        institution_names=letterhead(document.institution).institution,
        type_code=document.type_code,
        title=type_by_digest(body.definition).title,
        values=body.fields,
        number=document.number,
        check_code=document.check_code,
        issued=document.issued,
        expires=document.expires,
        released_at=document.released_at,
        status=_status(document, revocation),
        status_since=revocation and revocation.revoked_at,
        status_act=revocation and revocation.act_id,
        reason=revocation and revocation.reason,
        note=revocation.note if revocation else "",
        replaced_by=revocation and revocation.replaced_by,
        replaces=document.replaces,
        original=OriginalView(body.original.sha256.hex(), body.original.size, pages) if body.original else None,
        timestamped=document.renditions.count() > 1,
        act=document.act_id,
    )


def _status(document: Document, revocation: Revocation | None) -> DocumentStatus:
    if revocation is not None:
        return "replaced" if revocation.replaced_by else "revoked"
    return "expired" if document.expires and document.expires < today(clock()) else "valid"


def _may_see(actor: Actor, document: Document) -> bool:
    if actor.institution is not None:
        return actor.institution == document.institution and _holds_office(actor)
    return bool(document.holder) and document.holder in _numbers(actor)


def _numbers(actor: Actor) -> list[str]:
    """The national numbers that were seen to be the person's; a claim alone gives none."""
    if actor.person is None:
        return []
    return [paper.number for paper in seen_papers(actor.person) if paper.kind == NATIONAL]


def _holds_office(actor: Actor) -> bool:
    held = offices(actor.person) if actor.person else ()
    return any((one.institution, one.role) == (actor.institution, actor.role) for one in held)


def _require_officer(actor: Actor) -> None:
    if not _holds_office(actor):
        raise CodedError("documents.officers_only")
