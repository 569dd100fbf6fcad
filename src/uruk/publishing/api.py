"""The door of publishing: definitions in force, the country they came from, and what two persons decide."""

from uruk.publishing.countries import country, find_country, institutions
from uruk.publishing.decisions import Decided, Decision, Line, Summary, contribute_decision
from uruk.publishing.kinds import contribute_kind, kinds
from uruk.publishing.proposals import (
    GivenApproval,
    ProposalView,
    approve_proposal,
    closed_proposals,
    find_decided,
    finish_proposals,
    get_proposal,
    open_proposals,
    proposal_options,
    propose,
    refuse_proposal,
    withdraw_proposals,
)
from uruk.publishing.publication import by_digest, in_force, publish_country, published_digests

__all__ = [
    "Decided",
    "Decision",
    "GivenApproval",
    "Line",
    "ProposalView",
    "Summary",
    "approve_proposal",
    "by_digest",
    "closed_proposals",
    "contribute_decision",
    "contribute_kind",
    "country",
    "find_country",
    "find_decided",
    "finish_proposals",
    "get_proposal",
    "in_force",
    "institutions",
    "kinds",
    "open_proposals",
    "proposal_options",
    "propose",
    "publish_country",
    "published_digests",
    "refuse_proposal",
    "withdraw_proposals",
]
