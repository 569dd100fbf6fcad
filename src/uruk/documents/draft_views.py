"""Finding drafts for those who may see them, and showing them."""

from uuid import UUID

from uruk.acts.api import clock, is_acknowledged
from uruk.documents.domain.proposal import Proposal as Proposed
from uruk.documents.domain.validity import check_values
from uruk.documents.models import Document, Draft, Preparation, Proposal
from uruk.documents.types import model, type_in_force
from uruk.documents.views import DraftState, DraftView, OriginalView
from uruk.kernel.api import Actor, CodedError, today
from uruk.people.api import require_role

MAX_LISTED = 100


def find_draft(draft_id: UUID) -> Draft:
    """The draft; unknown: ``documents.draft_unknown``."""
    found = Draft.objects.filter(pk=draft_id).first()
    if found is None:
        raise CodedError("documents.draft_unknown")
    return found


def lock_draft(draft_id: UUID) -> Draft:
    """The draft as it is now, which nobody else changes until the transaction ends; errors as ``find_draft``."""
    found = Draft.objects.select_for_update().filter(pk=draft_id).first()
    if found is None:
        raise CodedError("documents.draft_unknown")
    return found


def own_draft(actor: Actor, draft_id: UUID) -> Draft:
    """The actor's own draft, with a role that may still draft its type; anybody else's is unknown to them.

    What a case prepared is everybody's of such a role until one of them submits it.
    """
    draft = find_draft(draft_id)
    if draft.drafter not in {actor.person, None} or draft.institution != actor.institution:
        raise CodedError("documents.draft_unknown")
    require_role(actor, draft.institution, model(type_in_force(draft.institution, draft.type_code)).seal)
    return draft


def visible_draft(actor: Actor, draft_id: UUID) -> Draft:
    """The draft, for its drafting officer and, once submitted, for those who may release it.

    Whoever drafted it and also holds the releasing office sees it there too; releasing it is refused where it is done.
    """
    draft = find_draft(draft_id)
    if draft.institution != actor.institution:
        raise CodedError("documents.draft_unknown")
    known = model(type_in_force(draft.institution, draft.type_code))
    if draft.drafter == actor.person:
        require_role(actor, draft.institution, (*known.seal, *known.release))
        return draft
    if draft.drafter is None:
        require_role(actor, draft.institution, known.seal)
        return draft
    require_role(actor, draft.institution, known.release)
    if state_of(draft) == "open":
        raise CodedError("documents.draft_unknown")
    return draft


def prepared_for(draft: Draft) -> str | None:
    """The service whose case prepared a draft; None where an officer did."""
    return _preparation(draft)[0]


def _preparation(draft: Draft) -> tuple[str | None, str]:
    """The service whose case prepared a draft, and by what it knows the case."""
    found = Preparation.objects.filter(pk=draft.pk).values_list("service", "reference").first()
    return (None, "") if found is None else found


def latest_proposal(draft: Draft) -> Proposal | None:
    """The newest proposal made of a draft."""
    return draft.proposals.order_by("turn").last()


def state_of(draft: Draft) -> DraftState:
    """What the draft's newest proposal says: a release counts once its act is acknowledged."""
    proposal = latest_proposal(draft)
    if proposal is None or not hasattr(proposal, "submission"):
        return "open"
    if hasattr(proposal, "returned"):
        return "returned"
    released = Document.objects.filter(is_acknowledged(), proposal=proposal)
    return "released" if released.exists() else "submitted"


def draft_view(draft: Draft) -> DraftView:
    """The draft as the door shows it."""
    definition = type_in_force(draft.institution, draft.type_code)
    proposal, state = latest_proposal(draft), state_of(draft)
    submission = getattr(proposal, "submission", None)
    returned = getattr(proposal, "returned", None)
    body = Proposed.from_bytes(bytes(proposal.body)) if proposal and submission else None
    service, reference = _preparation(draft)
    _, problems = check_values(model(definition), definition.texts, draft.values, today(clock()))
    return DraftView(
        id=draft.pk,
        institution=draft.institution,
        type_code=draft.type_code,
        title=definition.title,
        state=state,
        way=draft.way,
        values=draft.values,
        problems=problems,
        original=original_view(draft),
        replaces=draft.replaces,
        drafter=draft.drafter,
        drafter_role=draft.drafter_role,
        changed_at=draft.changed_at,
        submitted_at=submission and submission.submitted_at,
        returned_reason=returned and returned.reason,
        number=body.number if body else None,
        issued=body.issued if body else None,
        document=proposal.pk if proposal and state == "released" else None,
        case=service,
        reference=reference,
    )


def original_view(draft: Draft) -> OriginalView | None:
    """The PDF that is to be sealed, if the draft has one."""
    if draft.original_sha256 is None:
        return None
    return OriginalView(bytes(draft.original_sha256).hex(), draft.original_size, draft.original_pages)
