"""Whose approval an approval is: never taken from a face, always from the bytes."""

from uruk.acts.api import clock, directory
from uruk.kernel.api import Actor, CodedError
from uruk.people.api import approved_by
from uruk.trust.api import Approval, RelyingParty, two_persons, verify_approval


def check_approval(actor: Actor, approval: Approval, proposal: bytes) -> None:
    """Check that the actor's own passkey approved exactly this proposal, in the role in which they act.

    Errors: ``documents.not_your_approval``, ``documents.proposal_changed``, ``trust.approval_…``.
    """
    if approval.role != actor.role or approved_by(approval) != actor.person or actor.person is None:
        raise CodedError("documents.not_your_approval")
    listed = directory()
    try:
        verify_approval(approval, proposal, listed.rp_id, listed.origins)
    except CodedError as error:
        if error.code == "trust.approval_challenge":
            raise CodedError("documents.proposal_changed") from error
        raise


def check_two_persons(institution: str, approvals: tuple[Approval, Approval], proposal: bytes) -> None:
    """Check what every verifier will check: two persons, each listed for their role now. ``documents.same_person``."""
    listed = directory()
    party = RelyingParty(listed.rp_id, listed.origins)
    approvers = listed.institution(institution).approvers
    if not two_persons(approvals, proposal, approvers, clock().now(), party):
        raise CodedError("documents.same_person")
