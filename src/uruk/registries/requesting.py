"""Change requests: one person asks, another accepts; both sign the same bytes with their passkeys."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction

from uruk.acts.api import clock, finish
from uruk.kernel.api import Actor, CodedError, today
from uruk.registries.domain.change import Change
from uruk.registries.domain.definition import Right
from uruk.registries.evidence import check_reason
from uruk.registries.models import (
    ChangeRequest,
    Forgetting,
    RequestAcceptance,
    RequestClosing,
    RequestSubmission,
)
from uruk.registries.oblivion import (
    FORGOTTEN,
    act_of_forgetting,
    body_of_forgetting,
    forgettable,
    perform_forgetting,
)
from uruk.registries.opening import Opened, open_registry
from uruk.registries.preparing import Draft, Preparation
from uruk.registries.recording import Origin, SealedSet, checked_drafts, perform_set, seal
from uruk.registries.requests import (
    MAX_LISTED,
    asks_for,
    changes_of,
    find_request,
    import_of,
    is_forgetting,
    is_signed_before,
    keep_prepared,
    keep_request,
    lock_request,
    prepared_of,
    registry_of,
    request_view,
    shown_requests,
)
from uruk.registries.rights import require, require_any, sight
from uruk.registries.sealing import open_values
from uruk.registries.signing import both_approvals, check_approval
from uruk.registries.store import CurrentRow
from uruk.registries.views import Done, RequestView
from uruk.trust.api import RECORD_CHANGED, Approval, cbor

VERSION, FORGETTING = "record-change/1", "record-forgetting/1"
# One act for each request: accepting it twice is accepting it once.
_ACCEPTED = UUID("0d2a4b1e-6f37-4c58-9e0b-7a5c3d8f1e62")


def open_request(
    registry: Opened, actor: Actor, changes: Sequence[Change], origin: Origin, request: UUID | None = None
) -> RequestView:
    """Keep a change set that was found right, for its author to sign; under the id `request`, where one is given."""
    try:
        row = keep_request(registry, actor, changes, origin, request=request)
    except IntegrityError:
        # The same set came twice at once, and the other was first.
        known = None if request is None else asked_before(registry, actor, request, changes, origin)
        if known is None:
            raise
        return known
    return request_view(registry, row, changes_of(row), {}, sight(actor, registry))


def asked_before(
    registry: Opened, actor: Actor, request: UUID, changes: Sequence[Change], origin: Origin
) -> RequestView | None:
    """The request that was opened under an id; None where there is none.

    Where it asks for something else, or is another's: ``registries.different_set``.
    """
    row = ChangeRequest.objects.select_related("registry").filter(pk=request).first()
    if row is None:
        return None
    mine = (row.registry_id, row.author, row.reason) == (registry.number, actor.holder, origin.reason)
    if not mine or not asks_for(registry, row, changes):
        raise CodedError("registries.different_set", act=str(request))
    return request_view(registry, row, [], {}, sight(actor, registry))


def open_requests(actor: Actor, institution: str, code: str) -> tuple[RequestView, ...]:
    """Undecided requests that the actor's office can do something about, oldest first, at most 100.

    One's own, those of citizens for who may propose, and those that others submitted for who may approve. Errors:
    ``registries.registry_unknown``, ``registries.foreign_actor``, ``people.role_not_held``.
    """
    registry = open_registry(institution, code)
    return tuple(shown_requests(actor, registry, _waiting(actor, registry), sight(actor, registry)))


def count_requests(actor: Actor, institution: str, code: str) -> int:
    """How many requests `open_requests` would show, a number and nobody's data; errors as there."""
    return len(_waiting(actor, open_registry(institution, code)))


def get_request(actor: Actor, request_id: UUID) -> RequestView:
    """A request, for its author and officers who may propose or approve; others: ``registries.request_unknown``."""
    row, registry = _visible_request(actor, request_id)
    return shown_requests(actor, registry, [row], sight(actor, registry))[0]


def request_proposal(actor: Actor, request_id: UUID) -> bytes:
    """The bytes that the next approval is over.

    For its author (for a citizen's or a program's, the officer who takes it up) made of the request as it stands, and
    stable while it holds; for who approves, those that were submitted. Errors: ``registries.request_unknown``,
    ``registries.request_closed``, ``registries.version_moved``, `InvalidChangesError`, ``registries.not_submitted``.
    """
    row, registry = _visible_request(actor, request_id)
    shown_requests(actor, registry, [row], sight(actor, registry))
    if hasattr(row, "submission"):
        return bytes(row.proposal)
    if not _may_submit(actor, registry, row):
        raise CodedError("registries.not_submitted")
    return _proposed(registry, row)


def submit_request(actor: Actor, request_id: UUID, approval: Approval) -> RequestView:
    """Submit a request with the author's approval of `request_proposal`; the same again is harmless.

    Errors: ``registries.request_closed``, ``registries.proposal_moved``, ``registries.not_your_approval``.
    """
    row, registry = _visible_request(actor, request_id)
    written = cbor.encode(approval.to_map())
    with transaction.atomic():
        fresh = lock_request(row.pk)
        if hasattr(fresh, "submission"):
            if bytes(fresh.submission.approval) != written:
                raise CodedError("registries.request_closed")
        else:
            if fresh.proposal is None or not _may_submit(actor, registry, fresh):
                raise CodedError("registries.proposal_moved")
            check_approval(actor, approval, bytes(fresh.proposal))
            facts = {"person": actor.person, "approval": written, "submitted_at": clock().now()}
            RequestSubmission.objects.create(request=fresh, **facts)
    return shown_requests(actor, registry, [find_request(row.pk)], sight(actor, registry))[0]


def approve_request(actor: Actor, request_id: UUID, approval: Approval) -> Done:
    """Accept a submitted request with a second person's approval of the same bytes: the changes are recorded.

    For a role that may approve; the same acceptance again is harmless. Errors: ``registries.request_unknown``,
    ``registries.request_closed``, ``registries.not_submitted``, ``registries.same_person``,
    ``registries.not_your_approval``, ``registries.proposal_moved``, ``registries.signed_before`` (the definition is
    another one since), ``registries.version_moved``, `InvalidChangesError`, ``people.role_not_held``.
    """
    row, registry = _visible_request(actor, request_id)
    require(actor, registry, "approve")
    known = _accepted(registry, row)
    if known is not None:
        return known
    if not hasattr(row, "submission"):
        raise CodedError("registries.not_submitted")
    approvals = both_approvals(actor, registry.institution, row.submission, approval, bytes(row.proposal))
    if is_forgetting(changes_of(row)):
        return _forgotten(registry, actor, row, approvals)
    if is_signed_before(registry, row):
        raise CodedError("registries.signed_before")
    preparation = _preparation(registry, row)
    checked_drafts(preparation, keys=True)
    found = prepared_of(row)
    if found is None:
        raise CodedError("registries.proposal_moved")
    return _carry_out(registry, actor, row, found[0], preparation, bytes(row.proposal), approvals)


def accept_request(actor: Actor, request_id: UUID) -> Done:
    """Accept a citizen's request in a registry that demands no second person; for a role that may propose.

    Errors: as `approve_request`; ``registries.second_person`` where the registry demands one.
    """
    row, registry = _visible_request(actor, request_id)
    require(actor, registry, "propose")
    if registry.model.second_person or not row.by_citizen:
        raise CodedError("registries.second_person")
    known = _accepted(registry, row)
    if known is not None:
        return known
    preparation = _preparation(registry, row)
    return _carry_out(registry, actor, row, seal(checked_drafts(preparation, keys=True)), preparation)


def refuse_request(actor: Actor, request_id: UUID, reason: str) -> RequestView:
    """Close a request without doing it, with the reason (1 to 1,000 characters), which its author reads.

    A citizen's or a program's by who may propose or approve, an officer's by who may approve. Errors:
    ``registries.request_unknown``, ``registries.request_closed``, ``registries.reason_missing``,
    ``people.role_not_held``.
    """
    row, registry = _visible_request(actor, request_id)
    require_any(actor, registry, ("approve", "propose") if row.unsigned else ("approve",))
    _close(row, "refused", actor, check_reason(reason))
    return shown_requests(actor, registry, [find_request(row.pk)], sight(actor, registry))[0]


def withdraw_request(actor: Actor, request_id: UUID) -> None:
    """Take one's own request back, also a citizen's; errors: ``registries.request_unknown``, ``…request_closed``."""
    row = find_request(request_id)
    if actor.holder is None or row.author != actor.holder:
        raise CodedError("registries.request_unknown")
    _close(row, "withdrawn", actor, "")


# -- inside ------------------------------------------------------------------------------------------------------------


def _waiting(actor: Actor, registry: Opened) -> list[ChangeRequest]:
    require_any(actor, registry, ("propose", "approve", "import", "forget", "merge"))
    undecided = ChangeRequest.objects.select_related("registry", "submission").filter(
        registry_id=registry.number, closing__isnull=True, acceptance__isnull=True
    )
    return [row for row in undecided[: 10 * MAX_LISTED] if _concerns(actor, registry, row)][:MAX_LISTED]


def _concerns(actor: Actor, registry: Opened, row: ChangeRequest) -> bool:
    role, model = actor.role or "", registry.model
    if row.author == actor.holder and not row.by_citizen:
        return True
    if hasattr(row, "submission"):
        return model.may(role, "approve") and row.submission.person != actor.person
    return row.unsigned and model.may(role, "propose")


def _visible_request(actor: Actor, request_id: UUID) -> tuple[ChangeRequest, Opened]:
    row = find_request(request_id)
    if actor.institution not in (None, row.registry.institution):
        raise CodedError("registries.request_unknown")
    registry = registry_of(row)
    own: tuple[Right, ...] = ("forget", "merge") if row.author is not None and row.author == actor.holder else ()
    require_any(actor, registry, ("propose", "approve", "import", *own))
    return row, registry


def _may_submit(actor: Actor, registry: Opened, row: ChangeRequest) -> bool:
    if row.unsigned:
        return registry.model.may(actor.role or "", "propose")
    return row.author == actor.person


def _preparation(registry: Opened, row: ChangeRequest) -> Preparation:
    """What was asked, laid upon what there is now; who may write which field was judged when it was asked."""
    secrets = registry.model.secrets
    changes = []
    for one in changes_of(row):
        assert one.record is not None
        given = {name: value for name, value in one.values.items() if value is not None}
        opened: dict[str, Any] = {**one.values, **open_values(registry, one.record, given, secrets)}
        changes.append(replace(one, values=opened))
    return Preparation(registry, Actor.system(registry.institution), changes)


def _proposed(registry: Opened, row: ChangeRequest) -> bytes:
    """The proposal: the one made before while it still holds, else a new one."""
    with transaction.atomic():
        fresh = lock_request(row.pk)
        if is_forgetting(changes_of(fresh)):
            return _proposed_forgetting(registry, fresh)
        drafts = checked_drafts(_preparation(registry, fresh), keys=True)
        known = prepared_of(fresh)
        if known is not None and fresh.proposal is not None and _still_holds(registry, known, drafts):
            return bytes(fresh.proposal)
        found = seal(drafts, by_import=import_of(fresh))
        keep_prepared(fresh, drafts, b"".join(one.salt for one in found.leaves), today(clock()))
        fresh.proposal = cbor.encode(_proposal(registry, fresh, found))
        fresh.save(update_fields=["prepared", "proposal"])
        return bytes(fresh.proposal)


def _proposed_forgetting(registry: Opened, row: ChangeRequest) -> bytes:
    own = {"uruk": FORGETTING, "kind": FORGOTTEN, "id": row.pk.bytes, "institution": registry.institution}
    row.proposal = cbor.encode(own | body_of_forgetting(registry, _to_forget(registry, row), row.reason))
    row.save(update_fields=["proposal"])
    return bytes(row.proposal)


def _to_forget(registry: Opened, row: ChangeRequest) -> CurrentRow:
    """The record that shall be forgotten, as it was when that was asked for: ``registries.version_moved``."""
    [asked] = changes_of(row)
    assert asked.record is not None
    found = forgettable(registry, asked.record)
    if found.latest != asked.base or found.status == "forgotten":
        raise CodedError("registries.version_moved", base=asked.base or 0, latest=found.latest)
    return found


def _forgotten(registry: Opened, actor: Actor, row: ChangeRequest, approvals: tuple[Approval, Approval]) -> Done:
    """The act by which two persons forget a record; the request's own content goes with it."""
    found = _to_forget(registry, row)

    def accept(act_id: UUID) -> None:
        _keep_acceptance(row, actor, act_id)

    signed = {"proposal": bytes(row.proposal or b""), "approvals": approvals, "also": accept}
    receipt = perform_forgetting(actor, registry, found, row.reason, **signed)  # type: ignore[arg-type]
    return Done(act_of_forgetting(found.record), receipt, (found.record,), (found.latest,))


def _still_holds(registry: Opened, known: tuple[SealedSet, Any], drafts: Sequence[Draft]) -> bool:
    """Made today, of the same versions, under the definition in force."""
    mine = [(one.record, one.number, one.form) for one in known[0].drafts]
    return known[1] == today(clock()) and mine == [(one.record, one.number, one.form) for one in drafts]


def _proposal(registry: Opened, row: ChangeRequest, found: SealedSet) -> dict[str, object]:
    own = {"uruk": VERSION, "kind": RECORD_CHANGED, "id": row.pk.bytes, "institution": registry.institution}
    return own | found.body(registry)


def _carry_out(
    registry: Opened,
    actor: Actor,
    row: ChangeRequest,
    found: SealedSet,
    preparation: Preparation,
    proposal: bytes | None = None,
    approvals: Sequence[Approval] = (),
) -> Done:
    """The act of an accepted request; its author stands in each version, and who accepted in the request."""
    person = "" if row.author is None else str(row.author)
    origin = Origin(person, row.author_role, row.channel, row.reason, tuple(row.evidence), row.pk)

    def accept(act_id: UUID) -> None:
        _keep_acceptance(row, actor, act_id)

    now, act = clock().now(), uuid5(_ACCEPTED, str(row.pk))
    return perform_set(
        registry, actor, found, origin, now, act, preparation, proposal=proposal, approvals=approvals, also=accept
    )


def _keep_acceptance(row: ChangeRequest, actor: Actor, act_id: UUID) -> None:
    facts = {"act_id": act_id, "person": actor.person, "accepted_at": clock().now()}
    RequestAcceptance.objects.create(request=lock_request(row.pk), **facts)


def _accepted(registry: Opened, row: ChangeRequest) -> Done | None:
    """What the request recorded, brought to its end; None while it is undecided. ``registries.request_closed``."""
    if hasattr(row, "closing"):
        raise CodedError("registries.request_closed")
    if not hasattr(row, "acceptance"):
        return None
    act = row.acceptance.act_id
    forgotten = Forgetting.objects.filter(pk=act).first()
    if forgotten is not None:
        return Done(act, finish(act), (forgotten.record,), ())
    receipt, rows = finish(act), list(registry.store.of_act(act))
    return Done(act, receipt, tuple(one.record for one in rows), tuple(one.number for one in rows))


def _close(row: ChangeRequest, outcome: str, actor: Actor, reason: str) -> None:
    with transaction.atomic():
        fresh = lock_request(row.pk)
        facts = {"outcome": outcome, "person": actor.person, "reason": reason, "closed_at": clock().now()}
        RequestClosing.objects.create(request=fresh, **facts)
