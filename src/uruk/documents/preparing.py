"""Drafts that cases prepare: what a case decided, for officers to sign or refuse, known by an id of the case's."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from uruk.acts.api import clock, emit, is_acknowledged
from uruk.documents.domain.validity import check_values
from uruk.documents.draft_views import latest_proposal, lock_draft, state_of
from uruk.documents.models import Document, Draft, Preparation, Revocation
from uruk.documents.types import model, open_type, type_in_force
from uruk.documents.views import InvalidFieldsError, PreparedView
from uruk.kernel.api import Actor, CodedError, today

PREPARATION_CHANGED = "document.preparation-changed"


def prepare_draft(
    actor: Actor, draft_id: UUID, type_code: str, values: Mapping[str, object], case: str
) -> PreparedView:
    """Prepare a draft under this id, or find what became of it: it is prepared once, whatever is killed.

    For the institution's own machinery alone. Whoever may draft the type submits it, another person releases it; no
    value of it can be changed. ``case``: what the event ``PREPARATION_CHANGED`` names as ``reference`` once the
    draft is released, returned or deleted, and once its document is revoked.

    Errors: ``documents.machinery_only``, ``documents.type_unknown``, ``documents.type_archived``,
    ``documents.way_not_allowed``, ``documents.fields_invalid`` (`InvalidFieldsError`).
    """
    _require_machinery(actor)
    known = _view(actor, draft_id)
    if known is not None:
        return known
    definition = open_type(actor.institution or "", type_code)
    if "fill" not in model(definition).ways:
        raise CodedError("documents.way_not_allowed", type=definition.title)
    cleaned, problems = check_values(model(definition), definition.texts, values, today(clock()))
    if problems:
        raise InvalidFieldsError(problems)
    _prepare(actor, draft_id, type_code, cleaned, case)
    found = _view(actor, draft_id)
    assert found is not None, "it was written, now or by who came first"
    return found


def prepared_draft(actor: Actor, draft_id: UUID) -> PreparedView:
    """What became of a prepared draft. Errors: ``documents.machinery_only``, ``documents.draft_unknown``."""
    _require_machinery(actor)
    found = _view(actor, draft_id)
    if found is None:
        raise CodedError("documents.draft_unknown")
    return found


def prepared_drafts(actor: Actor, type_code: str, case: str) -> tuple[PreparedView, ...]:
    """All drafts of a type that a case had prepared, oldest first. Errors: ``documents.machinery_only``."""
    _require_machinery(actor)
    found = Preparation.objects.filter(institution=actor.institution, type_code=type_code, reference=case)
    return tuple(prepared_draft(actor, one.pk) for one in found.order_by("prepared_at", "pk"))


def withdraw_draft(actor: Actor, draft_id: UUID) -> PreparedView:
    """Delete a prepared draft, also one that waits for its release; what was released before stays, as its view says.

    Errors as `prepared_draft`.
    """
    found = prepared_draft(actor, draft_id)
    with transaction.atomic():
        if found.state in {"open", "submitted"} and Draft.objects.filter(pk=draft_id).exists():
            draft = lock_draft(draft_id)
            # A release that has begun is brought to its end.
            if not Document.objects.filter(proposal__draft=draft).exists():
                draft.delete()
                preparation_changed(draft_id, "discarded")
    return prepared_draft(actor, draft_id)


def preparation_changed(draft_id: UUID, state: str) -> None:
    """Tell whoever had a draft prepared that something became of it, with the transaction at hand; once for each."""
    found = Preparation.objects.filter(pk=draft_id).first()
    if found is not None:
        payload = {"draft": str(draft_id), "reference": found.reference}
        emit(PREPARATION_CHANGED, payload, key=f"{draft_id}:{state}")


def kept_values(definition: Any, values: Mapping[str, object]) -> dict[str, object]:
    """Cleaned values, and beside them as typed what is not right yet; what the type does not know is dropped."""
    fields = model(definition).fields
    cleaned, problems = check_values(model(definition), definition.texts, values, today(clock()))
    wrong = {path.partition(".")[0] for path in problems}
    return {name: values[name] for name in wrong if name in fields and name in values} | cleaned


def _require_machinery(actor: Actor) -> None:
    if actor.channel != "system" or actor.institution is None:
        raise CodedError("documents.machinery_only")


def _prepare(actor: Actor, draft_id: UUID, type_code: str, values: dict[str, object], case: str) -> None:
    now, whose = clock().now(), {"institution": actor.institution, "type_code": type_code}
    facts = {**whose, "service": actor.purpose or "", "reference": case, "prepared_at": now}
    with transaction.atomic():
        _, is_made = Preparation.objects.get_or_create(id=draft_id, defaults=facts)
        if is_made:
            Draft.objects.create(id=draft_id, **whose, way="fill", values=values, created_at=now, changed_at=now)


def _view(actor: Actor, draft_id: UUID) -> PreparedView | None:
    found = Preparation.objects.filter(pk=draft_id, institution=actor.institution).first()
    if found is None:
        return None
    draft = Draft.objects.filter(pk=draft_id).first()
    if draft is None:
        return PreparedView(draft_id, "discarded")
    known, state = model(type_in_force(found.institution, found.type_code)), state_of(draft)
    proposal = latest_proposal(draft)
    if state == "returned":
        assert proposal is not None, "what was returned had been proposed"
        return PreparedView(draft_id, state, reason=proposal.returned.reason)
    if state != "released":
        waits = known.release if state == "submitted" else known.seal
        return PreparedView(draft_id, state, waits, known.release)
    assert proposal is not None, "what was released had been proposed"
    revoked = Revocation.objects.filter(is_acknowledged(), document=proposal.pk).exists()
    expires = Document.objects.values_list("expires", flat=True).get(pk=proposal.pk)
    return PreparedView(draft_id, state, (), known.release, proposal.pk, revoked, expires=expires)
