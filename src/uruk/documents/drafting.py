"""Drafting, submitting and returning: what happens before a document exists."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from uruk.acts.api import clock, is_acknowledged, node_settings
from uruk.documents.approving import check_approval
from uruk.documents.draft_views import (
    MAX_LISTED,
    draft_view,
    latest_proposal,
    lock_draft,
    own_draft,
    prepared_for,
    state_of,
    visible_draft,
)
from uruk.documents.models import Document, Draft, Return, Submission
from uruk.documents.noting import draft_read, drafts_listed
from uruk.documents.preparing import kept_values, preparation_changed
from uruk.documents.proposing import open_proposal
from uruk.documents.storage import file_store, limits, reference, require_space
from uruk.documents.types import model, open_type, type_in_force, types_of
from uruk.documents.views import DraftCounts, DraftView
from uruk.files.api import intake_pdf, scan_upload
from uruk.kernel.api import Actor, CodedError, new_id
from uruk.people.api import require_role
from uruk.trust.api import Approval, cbor

MAX_REASON = 1000


def create_draft(
    actor: Actor,
    type_code: str,
    values: Mapping[str, object],
    original: bytes | None = None,
    replaces: UUID | None = None,
) -> DraftView:
    """Begin a draft; incomplete values are kept, with what is wrong in ``problems``.

    ``original``: the PDF to seal. ``replaces``: an issued document of the same type that this one shall replace.
    Errors: ``documents.type_unknown``, ``documents.type_archived``, ``people.role_not_held``,
    ``documents.way_not_allowed``, ``documents.document_unknown``, ``files.pdf_…``, ``files.disk_…``.
    """
    definition = open_type(actor.institution or "", type_code)
    require_role(actor, definition.institution, model(definition).seal)
    _check_replaces(definition.institution, type_code, replaces)
    now = clock().now()
    draft = Draft(
        id=new_id(),
        institution=definition.institution,
        type_code=type_code,
        way="fill" if "fill" in model(definition).ways and original is None else "seal",
        values=kept_values(definition, values),
        replaces=replaces,
        drafter=actor.person,
        drafter_role=actor.role,
        created_at=now,
    )
    if draft.way not in model(definition).ways:
        raise CodedError("documents.way_not_allowed", type=definition.title)
    _take_original(draft, original)
    _save(draft, now)
    return draft_view(draft)


def update_draft(
    actor: Actor, draft_id: UUID, values: Mapping[str, object], original: bytes | None = None
) -> DraftView:
    """Change a draft that is open or was returned; without ``original`` the PDF stays as it was.

    What a case prepared says what the case says: only the same may be saved again.

    Errors: ``documents.draft_unknown``, ``documents.draft_closed``, ``documents.draft_of_case``, ``files.pdf_…``,
    ``files.disk_…``.
    """
    draft = _changeable(actor, draft_id)
    kept = kept_values(type_in_force(draft.institution, draft.type_code), values)
    service = prepared_for(draft)
    if service is not None and (kept != draft.values or state_of(draft) == "returned"):
        raise CodedError("documents.draft_of_case", service=service)
    draft.values = kept
    if draft.way == "seal":
        _take_original(draft, original)
    elif original is not None:
        raise CodedError("documents.way_not_allowed", type=type_in_force(draft.institution, draft.type_code).title)
    _replace(draft, clock().now())
    return draft_view(draft)


def discard_draft(actor: Actor, draft_id: UUID) -> None:
    """Delete a draft that is open or was returned; a case goes on without it. Errors as ``update_draft``."""
    draft = _changeable(actor, draft_id)
    with transaction.atomic():
        _check_changeable(lock_draft(draft.pk))
        draft.delete()
        preparation_changed(draft_id, "discarded")


def get_draft(actor: Actor, draft_id: UUID) -> DraftView:
    """A draft, for its drafting officer and those who may release it: ``documents.draft_unknown`` for others."""
    return draft_view(_shown(actor, draft_id))


def original(actor: Actor, draft_id: UUID) -> bytes:
    """The PDF that is to be sealed; errors as ``get_draft``, and ``documents.original_missing``."""
    draft = _shown(actor, draft_id)
    if draft.original_sha256 is None:
        raise CodedError("documents.original_missing")
    return file_store().load(reference(draft, "original_"))


def drafts(actor: Actor) -> list[DraftView]:
    """The officer's own drafts that are not released yet, newest first, at most 100."""
    return _listed(actor, _own(actor))


def count_drafts(actor: Actor) -> DraftCounts:
    """How many drafts wait, and nothing of whom they are about: the officer's own (of those, returned), for release."""
    mine, waiting = _own(actor), _waiting(actor)
    returned = sum(state_of(draft) == "returned" for draft in mine[:MAX_LISTED])
    return DraftCounts(mine[:MAX_LISTED].count(), returned, waiting[:MAX_LISTED].count())


def proposal(actor: Actor, draft_id: UUID) -> bytes:
    """The bytes that the next approval is over.

    For the drafting officer they are made from the draft, once until it changes; for a releasing officer they are
    those that were submitted. Errors: ``documents.fields_invalid`` (see ``InvalidFieldsError``),
    ``documents.type_archived``,
    ``documents.draft_closed``, ``documents.draft_of_case`` (it was returned), ``documents.not_submitted``.
    """
    draft = _shown(actor, draft_id)
    if draft.drafter not in {actor.person, None}:
        return bytes(submitted_proposal(draft).body)
    if state_of(draft) in {"submitted", "released"}:
        raise CodedError("documents.draft_closed")
    if state_of(draft) == "returned" and (service := prepared_for(draft)):
        raise CodedError("documents.draft_of_case", service=service)
    return bytes(open_proposal(draft).body)


def submit(actor: Actor, draft_id: UUID, approval: Approval) -> DraftView:
    """Submit a draft with the drafting officer's approval of ``proposal``; the same submission again is harmless.

    Errors: ``documents.draft_closed``, ``documents.proposal_changed``, ``documents.not_your_approval``.
    """
    draft = own_draft(actor, draft_id)
    with transaction.atomic():
        fresh = lock_draft(draft.pk)
        found = latest_proposal(draft)
        if found is None or hasattr(found, "returned"):
            raise CodedError("documents.proposal_changed")
        written = cbor.encode(approval.to_map())
        if hasattr(found, "submission"):
            if bytes(found.submission.approval) != written:
                raise CodedError("documents.draft_closed")
            return draft_view(draft)
        check_approval(actor, approval, bytes(found.body))
        _take_over(actor, fresh)
        Submission.objects.create(proposal=found, approval=written, person=actor.person, submitted_at=clock().now())
    return draft_view(fresh)


def to_release(actor: Actor) -> list[DraftView]:
    """Drafts that others submitted and that this officer's role may release, newest first, at most 100."""
    return _listed(actor, _waiting(actor))


def return_draft(actor: Actor, draft_id: UUID, reason: str) -> DraftView:
    """Send a submitted draft back to its drafting officer with a reason (1 to 1,000 characters).

    Errors: ``documents.not_submitted``, ``documents.reason_missing``, ``documents.already_released``.
    """
    draft = _shown(actor, draft_id)
    if draft.drafter == actor.person:
        raise CodedError("documents.same_person")
    if not 0 < len(reason.strip()) <= MAX_REASON:
        raise CodedError("documents.reason_missing", maximum=MAX_REASON)
    with transaction.atomic():
        lock_draft(draft.pk)
        found = submitted_proposal(draft)
        if Document.objects.filter(proposal=found).exists():
            raise CodedError("documents.already_released")
        Return.objects.create(proposal=found, reason=reason.strip(), person=actor.person, returned_at=clock().now())
        preparation_changed(draft_id, "returned")
    return draft_view(draft)


def submitted_proposal(draft: Draft) -> Any:
    """The proposal that waits for release or was released; none: ``documents.not_submitted``."""
    found = latest_proposal(draft)
    if found is None or not hasattr(found, "submission") or hasattr(found, "returned"):
        raise CodedError("documents.not_submitted")
    return found


def _own(actor: Actor) -> "QuerySet[Draft]":
    released = Document.objects.filter(is_acknowledged()).values("proposal__draft")
    mine = Draft.objects.filter(drafter=actor.person, institution=actor.institution).exclude(pk__in=released)
    return mine | _prepared(actor)


def _prepared(actor: Actor) -> "QuerySet[Draft]":
    """What cases prepared and nobody has submitted yet, of types that this officer may draft."""
    types = [one.code for one in types_of(actor.institution or "") if actor.role in model(one).seal]
    found = Draft.objects.filter(drafter=None, institution=actor.institution, type_code__in=types)
    if not types or not found.exists():
        return Draft.objects.none()
    require_role(actor, actor.institution or "", (actor.role or "",))
    return found


def _take_over(actor: Actor, draft: Draft) -> None:
    """Whoever submits what a case prepared is its drafting officer: another person releases it."""
    if draft.drafter is None:
        draft.drafter, draft.drafter_role = actor.person, actor.role or ""
        draft.save(update_fields=["drafter", "drafter_role"])


def _waiting(actor: Actor) -> "QuerySet[Draft]":
    mine = [one.code for one in types_of(actor.institution or "") if actor.role in model(one).release]
    if not mine:
        return Draft.objects.none()
    require_role(actor, actor.institution or "", (actor.role or "",))
    waiting = Draft.objects.filter(institution=actor.institution, type_code__in=mine).exclude(drafter=actor.person)
    return waiting.filter(
        proposals__submission__isnull=False, proposals__returned__isnull=True, proposals__document__isnull=True
    ).distinct()


def _listed(actor: Actor, found: "QuerySet[Draft]") -> list[DraftView]:
    """The newest drafts of a query, for showing them: that an officer reads them is noted first."""
    rows = list(found[:MAX_LISTED])
    drafts_listed(actor, rows)
    return [draft_view(draft) for draft in rows]


def _shown(actor: Actor, draft_id: UUID) -> Draft:
    """A visible draft, for showing it: that an officer reads it is noted first."""
    draft = visible_draft(actor, draft_id)
    draft_read(actor, draft)
    return draft


def _changeable(actor: Actor, draft_id: UUID) -> Draft:
    draft = own_draft(actor, draft_id)
    _check_changeable(draft)
    return draft


def _check_changeable(draft: Draft) -> None:
    if state_of(draft) in {"submitted", "released"}:
        raise CodedError("documents.draft_closed")


def _check_replaces(institution: str, type_code: str, replaces: UUID | None) -> None:
    known = Document.objects.filter(is_acknowledged(), pk=replaces, institution=institution, type_code=type_code)
    if replaces is not None and not known.exists():
        raise CodedError("documents.document_unknown")


def _take_original(draft: Draft, data: bytes | None) -> None:
    """Look a PDF over before anything is stored, then store it."""
    if data is None:
        return
    require_space()
    scan_upload(data, node_settings())
    facts = intake_pdf(data, limits())
    ref = file_store().store(data)
    draft.original_sha256, draft.original_size, draft.original_pages = ref.sha256, ref.size, facts.pages
    draft.extendable, draft.page_width = facts.extendable, facts.width


def _replace(draft: Draft, now: datetime) -> None:
    """Write a changed draft unless it was submitted meanwhile; what was proposed of it before is void.

    Else who releases would be shown one text and sign another.
    """
    with transaction.atomic():
        _check_changeable(lock_draft(draft.pk))
        draft.proposals.filter(submission__isnull=True).delete()
        _save(draft, now)


def _save(draft: Draft, now: datetime) -> None:
    draft.changed_at = now
    draft.save()
