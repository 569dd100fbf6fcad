"""Whether two persons approved: judged here as every verifier will judge it."""

from collections.abc import Sequence

from uruk.acts.directory import directory
from uruk.acts.node import clock
from uruk.trust.api import Approval, RelyingParty, two_persons


def approved_by_two(institution: str, approvals: Sequence[Approval], proposal: bytes) -> bool:
    """Whether these approvals of a proposal are those of two persons, each listed for their role now."""
    listed = directory()
    party = RelyingParty(listed.rp_id, listed.origins)
    return two_persons(approvals, proposal, listed.institution(institution).approvers, clock().now(), party)
