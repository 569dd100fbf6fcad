"""Whose approval an approval is, and when two are those of two persons; the same for requests and imports."""

from uruk.acts.api import approved_by_two
from uruk.kernel.api import Actor, CodedError
from uruk.people.api import different_persons, is_approval_of, is_own_approval
from uruk.registries.models import ImportSubmission, RequestSubmission
from uruk.trust.api import Approval, cbor


def check_approval(actor: Actor, approval: Approval, proposal: bytes) -> None:
    """The actor's own passkey approved exactly this proposal, in the role in which they act.

    Errors: ``registries.not_your_approval``, ``registries.proposal_moved``, ``trust.approval_…``.
    """
    if not is_own_approval(actor, approval):
        raise CodedError("registries.not_your_approval")
    if not is_approval_of(approval, proposal):
        raise CodedError("registries.proposal_moved")


def both_approvals(
    actor: Actor,
    institution: str,
    submission: RequestSubmission | ImportSubmission,
    second: Approval,
    proposal: bytes,
) -> tuple[Approval, Approval]:
    """The approval of who submitted a proposal, and the actor's: two persons, as every verifier will check.

    Errors: ``registries.same_person``, those of `check_approval`.
    """
    first = Approval.from_map(cbor.decode(bytes(submission.approval)))
    if submission.person == actor.person or not different_persons(first, second):
        raise CodedError("registries.same_person")
    check_approval(actor, second, proposal)
    if not approved_by_two(institution, (first, second), proposal):
        raise CodedError("registries.same_person")
    return first, second
