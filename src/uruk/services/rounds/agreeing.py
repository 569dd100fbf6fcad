"""How officers close a call that is over: one alone, or two persons who sign the same bytes."""

from uruk.acts.api import approved_by_two, clock
from uruk.kernel.api import Actor, CodedError
from uruk.people.api import different_persons, is_approval_of, is_own_approval
from uruk.services.models import RoundProposal
from uruk.services.rounds.calling import Announced
from uruk.services.rounds.closing import body_of, close, require_ended
from uruk.services.rounds.reading import find_call, get_round
from uruk.services.rounds.views import RoundView
from uruk.trust.api import Approval, cbor

_KIND = "round-closing"


def close_round(actor: Actor, service: str, key: str) -> RoundView:
    """Close a call, where its service asks for one officer; it is ranked then, and every case moves on by itself.

    Errors: ``services.round_unknown``, ``services.round_open``, ``services.round_unready``,
    ``services.not_your_round`` (another role closes it), ``services.second_needed``, ``people.role_not_held``, those
    of `acts.perform`.
    """
    found = _closable(actor, service, key)
    if found.linked.round.second is not None:
        raise CodedError("services.second_needed", role=found.linked.round.second)
    close(actor, found)
    return get_round(actor, service, key)


def round_proposal(actor: Actor, service: str, key: str) -> bytes:
    """The bytes that both officers sign to close a call. Errors: as `close_round`; ``services.no_second_needed``."""
    found = _closable(actor, service, key)
    if found.linked.round.second is None:
        raise CodedError("services.no_second_needed", action="round")
    return _proposal(found)


def propose_round(actor: Actor, service: str, key: str, approval: Approval) -> RoundView:
    """Sign as the first that a call be closed. Errors: as `round_proposal`; ``services.not_your_approval``,
    ``services.proposal_moved``.
    """
    proposal = round_proposal(actor, service, key)
    found = find_call(actor, service, key)
    _check(actor, approval, proposal)
    facts = {
        "institution": found.call.institution,
        "service": found.call.service,
        "call": found.call.call,
        "person": actor.person,
        "role": actor.role,
        "proposal": proposal,
        "approval": cbor.encode(approval.to_map()),
        "made_at": clock().now(),
    }
    RoundProposal.objects.update_or_create(round=found.call.id, defaults=facts)
    return get_round(actor, service, key)


def proposed_round(actor: Actor, service: str, key: str) -> bytes:
    """The bytes that the second person signs: those that the first one signed.

    Errors: ``services.round_unknown``, ``services.nothing_proposed``, ``services.not_your_round``,
    ``services.same_person``, ``people.role_not_held``.
    """
    return bytes(_waiting(actor, find_call(actor, service, key)).proposal)


def approve_round(actor: Actor, service: str, key: str, approval: Approval) -> RoundView:
    """Sign as the second: the call is closed, as an act of two persons.

    Errors: as `proposed_round`; ``services.round_unready``, ``services.not_your_approval``,
    ``services.proposal_moved``, those of `acts.perform`.
    """
    found = find_call(actor, service, key)
    row = _waiting(actor, found)
    require_ended(found)
    first, proposal = Approval.from_map(cbor.decode(bytes(row.approval))), bytes(row.proposal)
    _check(actor, approval, proposal)
    if proposal != _proposal(found):
        raise CodedError("services.proposal_moved")
    if not different_persons(first, approval) or not approved_by_two(
        found.call.institution, (first, approval), proposal
    ):
        raise CodedError("services.same_person")
    close(actor, found, proposal, (first, approval))
    return get_round(actor, service, key)


def take_back_round(actor: Actor, service: str, key: str) -> RoundView:
    """Take back that a call be closed, by either of the two roles. Errors: ``services.round_unknown``,
    ``services.nothing_proposed``, ``people.role_not_held``.
    """
    found = find_call(actor, service, key)
    gone, _ = RoundProposal.objects.filter(pk=found.call.id).delete()
    if not gone:
        raise CodedError("services.nothing_proposed")
    return get_round(actor, service, key)


def _closable(actor: Actor, service: str, key: str) -> Announced:
    found = find_call(actor, service, key)
    if actor.role != found.linked.round.task:
        raise CodedError("services.not_your_round", role=found.linked.round.task or "—")
    require_ended(found)
    return found


def _waiting(actor: Actor, found: Announced) -> RoundProposal:
    if actor.role != found.linked.round.second:
        raise CodedError("services.not_your_round", role=found.linked.round.second or "—")
    row = RoundProposal.objects.filter(pk=found.call.id).first()
    if row is None:
        raise CodedError("services.nothing_proposed")
    if row.person == actor.person:
        raise CodedError("services.same_person")
    return row


def _proposal(found: Announced) -> bytes:
    """What is signed says all that the act says; who takes part follows from it."""
    return cbor.encode({"kind": _KIND, "institution": found.call.institution, **body_of(found)})


def _check(actor: Actor, approval: Approval, proposal: bytes) -> None:
    if not is_own_approval(actor, approval):
        raise CodedError("services.not_your_approval")
    if not is_approval_of(approval, proposal):
        raise CodedError("services.proposal_moved")
