"""Proposals: what an institution is about to do with the approval of two persons. The second approval carries it out.

What is signed is one deterministic CBOR map: `uruk`, `kind`, `id` (16 random bytes), `institution`, and the body's own
members. Its bytes stand in the act's statement with both approvals, so whoever has the receipt sees two persons.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction

from uruk.acts.api import Deed, approved_by_two, clock, is_acknowledged, perform
from uruk.kernel.api import Actor, CodedError
from uruk.people.api import approval_options, approve, has_right, require_right
from uruk.publishing.decisions import Decided, Decision, Summary, decision_of, decisions
from uruk.publishing.models import Proposal, ProposalApproval, ProposalDecision, ProposalRefusal
from uruk.trust.api import Approval, Receipt, cbor

VERSION = "proposal/1"
MAX_ATTACHMENT_BYTES = 1 << 20
MAX_BODY_BYTES = 256 << 10
MAX_REASON = 1_000
MAX_LISTED = 100
PERSONS_NEEDED = 2
# One act for each proposal: its id follows from the proposal's, so that carrying it out twice is doing it once.
_CARRIED_OUT = UUID("7d3c5f52-4a2e-4a3b-8d70-5b1f6f4e9a11")
_OWN = frozenset({"uruk", "kind", "id", "institution"})

State = Literal["open", "approved", "carried_out", "refused"]


@dataclass(frozen=True)
class GivenApproval:
    """That a person approved: who, in which role, when."""

    person: UUID
    role: str
    at: datetime


@dataclass(frozen=True)
class ProposalView:
    """A proposal as it stands. `digest` (hex, SHA-256 of the signed bytes) is the passkeys' challenge.

    `state` "approved": two persons did, and the act waits for its receipt. `hindrance` says why an open one cannot be
    approved any more. `act` is set once it is carried out.
    """

    id: UUID
    kind: str
    institution: str
    body: Mapping[str, Any]
    digest: str
    state: State
    summary: Summary
    made_at: datetime
    proposer: UUID | None
    approvals: tuple[GivenApproval, ...]
    reason: str = ""
    hindrance: CodedError | None = None
    act: UUID | None = None


def propose(
    actor: Actor, kind: str, body: Mapping[str, Any], institution: str, attachment: bytes = b""
) -> ProposalView:
    """Propose something to the two persons who may decide it for an institution; the same open proposal stays one.

    `body` holds what deterministic CBOR can (texts, bytes, whole numbers, lists, maps) and becomes the act's; an
    `attachment`'s SHA-256 is put into it as `attachment`. By an officer with the decision's right, or by the node.
    Errors: ``publishing.decision_unknown``, ``publishing.proposal_too_large``, those of the decision's check,
    ``people.role_not_held``, ``people.right_missing``.
    """
    decision = decision_of(kind)
    _require_proposer(actor, decision, institution)
    whole = dict(body) | ({"attachment": hashlib.sha256(attachment).digest()} if attachment else {})
    known = _same_open(kind, institution, whole)
    if known is not None:
        return _view(known)
    decision.check(institution, whole, attachment)
    return _view(_make(actor, kind, institution, whole, attachment))


def get_proposal(actor: Actor, proposal_id: UUID) -> ProposalView:
    """A proposal of the actor's institution, for an officer who may decide it; ``publishing.proposal_unknown``."""
    return _view(_find(actor, proposal_id))


def open_proposals(actor: Actor) -> tuple[ProposalView, ...]:
    """What waits for the actor's office, oldest first, at most 100; nothing for an office without rights."""
    rows = _may_decide(actor).filter(refusal__isnull=True, decision__isnull=True)
    return tuple(_view(row) for row in rows.order_by("made_at", "id")[:MAX_LISTED])


def closed_proposals(actor: Actor) -> tuple[ProposalView, ...]:
    """What was carried out or refused, newest first, at most 100."""
    rows = _may_decide(actor).exclude(refusal__isnull=True, decision__isnull=True)
    return tuple(_view(row) for row in rows.order_by("-made_at", "-id")[:MAX_LISTED])


def proposal_options(actor: Actor, proposal_id: UUID) -> dict[str, Any]:
    """What the actor's passkey is asked to sign (WebAuthn request options, JSON); errors as for approving."""
    row = _open(_find(actor, proposal_id), actor)
    return approval_options(_person(actor), bytes(row.body))


def approve_proposal(actor: Actor, proposal_id: UUID, response: Mapping[str, Any]) -> ProposalView:
    """Add the actor's approval, a passkey's answer to ``proposal_options``; the second carries the proposal out.

    Errors: ``publishing.proposal_unknown``, ``publishing.proposal_closed``, ``publishing.approved_already`` (the
    second must be another person), ``publishing.not_two_persons``, those of the decision's check, ``people.passkey_…``.
    """
    row = _open(_find(actor, proposal_id), actor)
    approval = approve(_person(actor), str(actor.role), bytes(row.body), response)
    _add(row, actor, approval)
    if row.approvals.count() >= PERSONS_NEEDED:
        _carry_out(row)
    return _view(Proposal.objects.get(pk=row.pk))


def refuse_proposal(actor: Actor, proposal_id: UUID, reason: str) -> ProposalView:
    """Close a proposal without doing it, with the reason; an officer who may decide it.

    Errors: ``publishing.proposal_unknown``, ``publishing.proposal_closed``, ``publishing.reason_missing``.
    """
    row = _find(actor, proposal_id)
    if not reason.strip():
        raise CodedError("publishing.reason_missing")
    _close(row, _person(actor), reason.strip()[:MAX_REASON])
    return _view(Proposal.objects.get(pk=row.pk))


def withdraw_proposals(kind: str, institution: str, reason: str, **members: object) -> int:
    """Close open proposals of a kind whose body has these members, by the node itself: what they rest on is gone."""
    gone = _open_with(kind, institution, members)
    for row in gone:
        _close(row, None, reason)
    return len(gone)


def find_open(kind: str, institution: str, **members: object) -> ProposalView | None:
    """The oldest open proposal of a kind whose body has these members, for the rooms that propose; else None."""
    return next((_view(row) for row in _open_with(kind, institution, members)), None)


def finish_proposals() -> int:
    """Carry out what two persons approved and what was interrupted before its act; done by the node's rounds."""
    rows = Proposal.objects.filter(refusal__isnull=True, decision__isnull=True, approvals__isnull=False).distinct()
    waiting = [row for row in rows[:MAX_LISTED] if row.approvals.count() >= PERSONS_NEEDED]
    done = 0
    for row in waiting:
        try:
            _carry_out(row)
        except CodedError:
            continue  # what hinders it stands on its page, and the round goes on with the others
        done += 1
    return done


def find_decided(act_id: UUID) -> Decided | None:
    """The proposal that an acknowledged act carried out, or None."""
    row = ProposalDecision.objects.filter(is_acknowledged("act_id"), act_id=act_id).first()
    return None if row is None else _decided(row.proposal)


def decided_of(row: Proposal) -> Decided:
    """A proposal's row as those read it who carry it out."""
    return _decided(row)


# -- inside ------------------------------------------------------------------------------------------------------------


def _require_proposer(actor: Actor, decision: Decision, institution: str) -> None:
    if actor.person is not None or actor.channel != "system":
        require_right(actor, decision.right)
    if actor.institution not in (None, institution):
        raise CodedError("publishing.proposal_unknown")


def _make(actor: Actor, kind: str, institution: str, body: Mapping[str, Any], attachment: bytes) -> Proposal:
    key = UUID(bytes=secrets.token_bytes(16))
    own = {"uruk": VERSION, "kind": kind, "id": key.bytes, "institution": institution}
    if _OWN & set(body):
        raise ValueError(f"a proposal's own words are {sorted(_OWN)}")
    signed = cbor.encode(own | dict(body))
    if len(signed) > MAX_BODY_BYTES or len(attachment) > MAX_ATTACHMENT_BYTES:
        raise CodedError("publishing.proposal_too_large", kib=MAX_BODY_BYTES >> 10)
    facts = {"kind": kind, "institution": institution, "body": signed, "attachment": attachment}
    return Proposal.objects.create(id=key, proposer=actor.person, made_at=clock().now(), **facts)


def _open_with(kind: str, institution: str, members: Mapping[str, object]) -> list[Proposal]:
    rows = Proposal.objects.filter(kind=kind, institution=institution, refusal__isnull=True, decision__isnull=True)
    return [row for row in rows if all(_body(row).get(name) == value for name, value in members.items())]


def _same_open(kind: str, institution: str, body: Mapping[str, Any]) -> Proposal | None:
    wanted = cbor.encode(dict(body))
    rows = Proposal.objects.filter(kind=kind, institution=institution, refusal__isnull=True, decision__isnull=True)
    return next((row for row in rows if cbor.encode(_body(row)) == wanted), None)


def _body(row: Proposal) -> dict[str, Any]:
    """The body: what was signed, without the proposal's own words."""
    signed = cbor.decode(bytes(row.body))
    return {name: value for name, value in signed.items() if name not in _OWN}


def _may_decide(actor: Actor) -> Any:
    kinds = [decision.kind for decision in decisions() if has_right(actor, decision.right)]
    return Proposal.objects.filter(institution=actor.institution or "", kind__in=kinds)


def may_decide(actor: Actor) -> bool:
    """Whether the actor's office brings the right to decide anything that is proposed."""
    return any(has_right(actor, decision.right) for decision in decisions())


def _find(actor: Actor, proposal_id: UUID) -> Proposal:
    row = Proposal.objects.filter(pk=proposal_id, institution=actor.institution or "").first()
    if row is None:
        raise CodedError("publishing.proposal_unknown")
    require_right(actor, decision_of(row.kind).right)
    return row


def _open(row: Proposal, actor: Actor) -> Proposal:
    """The proposal, if the actor may approve it now."""
    if hasattr(row, "refusal") or hasattr(row, "decision"):
        raise CodedError("publishing.proposal_closed")
    if row.approvals.filter(person=_person(actor)).exists():
        raise CodedError("publishing.approved_already")
    decision_of(row.kind).check(row.institution, _body(row), bytes(row.attachment))
    return row


def _person(actor: Actor) -> UUID:
    assert actor.person is not None, "a right is an office's, and an office a person's"
    return actor.person


def _add(row: Proposal, actor: Actor, approval: Approval) -> None:
    try:
        with transaction.atomic():
            _lock_open(row)
            ProposalApproval.objects.create(
                proposal=row,
                person=actor.person,
                role=approval.role,
                approval=cbor.encode(approval.to_map()),
                approved_at=clock().now(),
            )
    except IntegrityError:
        raise CodedError("publishing.approved_already") from None


def _close(row: Proposal, person: UUID | None, reason: str) -> None:
    with transaction.atomic():
        _lock_open(row)
        ProposalRefusal.objects.create(proposal=row, person=person, reason=reason, refused_at=clock().now())


def _lock_open(row: Proposal) -> None:
    """Inside a transaction: nobody else decides this meanwhile, and nobody has: ``publishing.proposal_closed``."""
    fresh = Proposal.objects.select_for_update().get(pk=row.pk)
    if hasattr(fresh, "refusal") or hasattr(fresh, "decision"):
        raise CodedError("publishing.proposal_closed")


def _decided(row: Proposal) -> Decided:
    given = [Approval.from_map(cbor.decode(bytes(each.approval))) for each in row.approvals.all()]
    return Decided(row.pk, row.kind, row.institution, _body(row), bytes(row.attachment), bytes(row.body), tuple(given))


def _carry_out(row: Proposal) -> Receipt:
    """Do what was approved, as an act of the institution; again: the same act."""
    decided, decision = _decided(row), decision_of(row.kind)
    _check_two_persons(decided)

    def rows(act_id: UUID) -> None:
        _lock_open(row)
        decision.check(row.institution, decided.body, decided.attachment)
        ProposalDecision.objects.create(proposal=row, act_id=act_id)
        decision.rows(act_id, decided)

    deed = Deed(
        type=decision.act,
        role=decision.role,
        author=row.institution,
        body=decided.body,
        rows=rows,
        proposal=decided.proposal,
        approvals=decided.approvals,
        act_id=uuid5(_CARRIED_OUT, str(row.pk)),
    )
    receipt = perform(Actor.system(row.institution), deed)
    decision.after(decided, receipt)
    return receipt


def _check_two_persons(decided: Decided) -> None:
    """What every verifier will check: two persons, each listed for their role now. ``publishing.not_two_persons``."""
    if not approved_by_two(decided.institution, decided.approvals, decided.proposal):
        raise CodedError("publishing.not_two_persons")


def _view(row: Proposal) -> ProposalView:
    decision, body, state = decision_of(row.kind), _body(row), _state(row)
    attachment = bytes(row.attachment)
    refusal = getattr(row, "refusal", None)
    return ProposalView(
        id=row.pk,
        kind=row.kind,
        institution=row.institution,
        body=body,
        digest=hashlib.sha256(bytes(row.body)).hexdigest(),
        state=state,
        summary=decision.summary(row.institution, body, attachment),
        made_at=row.made_at,
        proposer=row.proposer,
        approvals=tuple(GivenApproval(each.person, each.role, each.approved_at) for each in row.approvals.all()),
        reason=refusal.reason if refusal else "",
        hindrance=_hindrance(decision, row, body) if state == "open" else None,
        act=row.decision.act_id if state == "carried_out" else None,
    )


def _state(row: Proposal) -> State:
    if hasattr(row, "refusal"):
        return "refused"
    if ProposalDecision.objects.filter(is_acknowledged("act_id"), proposal=row).exists():
        return "carried_out"
    return "approved" if hasattr(row, "decision") or row.approvals.count() >= PERSONS_NEEDED else "open"


def _hindrance(decision: Decision, row: Proposal, body: Mapping[str, Any]) -> CodedError | None:
    try:
        decision.check(row.institution, body, bytes(row.attachment))
    except CodedError as error:
        return error
    return None
