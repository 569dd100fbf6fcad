"""Whose approval an approval is: never taken from a face, always from the bytes."""

from uruk.acts.api import approved_by_two
from uruk.kernel.api import Actor, CodedError
from uruk.people.api import is_approval_of, is_own_approval
from uruk.trust.api import Approval


def check_approval(actor: Actor, approval: Approval, proposal: bytes) -> None:
    """Check that the actor's own passkey approved exactly this proposal, in the role in which they act.

    Errors: ``documents.not_your_approval``, ``documents.proposal_changed``, ``trust.approval_…``.
    """
    if not is_own_approval(actor, approval):
        raise CodedError("documents.not_your_approval")
    if not is_approval_of(approval, proposal):
        raise CodedError("documents.proposal_changed")


def check_two_persons(institution: str, approvals: tuple[Approval, Approval], proposal: bytes) -> None:
    """Check what every verifier will check: two persons, each listed for their role now. ``documents.same_person``."""
    if not approved_by_two(institution, approvals, proposal):
        raise CodedError("documents.same_person")
