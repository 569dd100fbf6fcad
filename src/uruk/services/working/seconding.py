"""Actions that two persons decide: one proposes and signs, another signs the same bytes, or says why not."""

import hashlib
from collections.abc import Mapping
from uuid import UUID

import msgspec

from uruk.acts.api import approved_by_two
from uruk.kernel.api import Actor, CodedError
from uruk.people.api import different_persons, is_approval_of, is_own_approval
from uruk.services.domain.cases.contents import Declined, Proposed
from uruk.services.models import Signature
from uruk.services.pins import published_as
from uruk.services.reading import case_view
from uruk.services.rights import office_case, require_hold
from uruk.services.running.advancing import moved
from uruk.services.running.recording import Opened, act_id, open_case, record
from uruk.services.views import CaseView
from uruk.services.working.acting import content_of, find_action
from uruk.services.working.queueing import check_reason
from uruk.trust.api import Approval, cbor

KIND = "case-action"
_NOTHING: Mapping[str, object] = {}


def action_proposal(
    actor: Actor,
    case: UUID,
    seq: int,
    action: str,
    said: Mapping[str, object] = _NOTHING,
    marks: Mapping[str, str] | None = None,
) -> bytes:
    """The bytes that the officer signs who proposes an action that needs a second person.

    Errors: as `act`; ``services.no_second_needed``.
    """
    found = office_case(actor, case)
    return _proposal(found, _proposed(actor, found, seq, action, said, marks or {}))


def propose_action(
    actor: Actor,
    case: UUID,
    seq: int,
    action: str,
    approval: Approval,
    said: Mapping[str, object] = _NOTHING,
    marks: Mapping[str, str] | None = None,
) -> CaseView:
    """Propose an action, signed: the case is in the queue of the second role then.

    Errors: as `action_proposal`; ``services.not_your_approval``, ``services.proposal_moved``.
    """
    found = office_case(actor, case)
    content = _proposed(actor, found, seq, action, said, marks or {})
    proposal = _proposal(found, content)
    _check_approval(actor, approval, proposal)

    def rows() -> None:
        signed = cbor.encode(approval.to_map())
        Signature.objects.create(act_id=act_id(case, seq + 1), case_id=case, proposal=proposal, approval=signed)

    record(actor, found.row, seq + 1, content, also=rows)
    return case_view(actor, open_case(case))


def proposed_bytes(actor: Actor, case: UUID) -> bytes:
    """The bytes that the second person signs: those that the first one signed.

    Errors: ``services.case_unknown``, ``services.nothing_proposed``, ``services.not_given_to_you``.
    """
    found = office_case(actor, case)
    return bytes(_signature(actor, found).proposal)


def approve_action(actor: Actor, case: UUID, approval: Approval) -> CaseView:
    """Sign what another officer proposed: the action is done, as an act of two persons.

    Errors: as `proposed_bytes`; ``services.same_person``, ``services.not_your_approval``, ``services.proposal_moved``.
    """
    found = office_case(actor, case)
    row = _signature(actor, found)
    first, proposal = Approval.from_map(cbor.decode(bytes(row.approval))), bytes(row.proposal)
    if not different_persons(first, approval):
        raise CodedError("services.same_person")
    _check_approval(actor, approval, proposal)
    if not approved_by_two(found.row.institution, (first, approval), proposal):
        raise CodedError("services.same_person")
    said = _waiting(found)
    action = next(
        one for one in found.pinned.model.states[found.standing.entry.state].actions if one.name == said.action
    )
    content = moved(found, action.name, action.to, said=said.said, marks=said.marks)
    seq = found.standing.seq + 1
    record(actor, found.row, seq, content, proposal=proposal, approvals=(first, approval))
    return case_view(actor, open_case(case))


def decline_action(actor: Actor, case: UUID, reason: str) -> CaseView:
    """Not sign what another officer proposed, and say why: the case is in the first role's queue again.

    Errors: as `proposed_bytes`; ``services.reason_missing``.
    """
    found = office_case(actor, case)
    _signature(actor, found)
    record(actor, found.row, found.standing.seq + 1, Declined(check_reason(reason)))
    return case_view(actor, open_case(case))


def _proposed(
    actor: Actor, case: Opened, seq: int, name: str, said: Mapping[str, object], marks: Mapping[str, str]
) -> Proposed:
    if case.standing.seq != seq:
        raise CodedError("services.case_moved")
    action = find_action(actor, case, case.pinned.model.states[case.standing.entry.state], name)
    if action.second is None:
        raise CodedError("services.no_second_needed", action=name)
    found = content_of(actor, case, action, said, marks)
    return Proposed(action.name, action.second, found.said, found.marks)


def _proposal(case: Opened, content: Proposed) -> bytes:
    """What is signed names the case as it stands, the action, and by a digest all that is said with it."""
    facts = {
        "kind": KIND,
        "institution": case.row.institution,
        "service": case.row.service,
        "definition": published_as(case.row.pin_id),
        "case": case.id.bytes,
        "seq": case.standing.seq,
        "action": content.action,
        "second": content.second,
        "said": said_digest(content.said, content.marks),
    }
    return cbor.encode(facts)


def said_digest(said: Mapping[str, object], marks: Mapping[str, str]) -> bytes:
    """How a proposal names what is said with an action."""
    written = msgspec.json.encode({"said": said, "marks": marks}, order="deterministic")
    return hashlib.sha256(written).digest()


def _waiting(case: Opened) -> Proposed:
    found = case.standing.proposed
    if found is None or not isinstance(found.content, Proposed):
        raise CodedError("services.nothing_proposed")
    return found.content


def _signature(actor: Actor, case: Opened) -> Signature:
    _waiting(case)
    assert case.standing.proposed is not None, "asked before"
    require_hold(actor, case)
    if case.standing.proposed.person == actor.person:
        raise CodedError("services.same_person")
    return Signature.objects.get(pk=act_id(case.id, case.standing.proposed.seq))


def _check_approval(actor: Actor, approval: Approval, proposal: bytes) -> None:
    if not is_own_approval(actor, approval):
        raise CodedError("services.not_your_approval")
    if not is_approval_of(approval, proposal):
        raise CodedError("services.proposal_moved")
