"""The door of publishing: definitions in force, the country they came from, and what two persons decide."""

from uruk.publishing.agreement_receipts import fetch_agreement_receipts, publish_agreement_receipts
from uruk.publishing.agreements import AgreementView, agreements, propose_agreement, propose_agreement_end
from uruk.publishing.authority import current_root, init_authority, renew_root
from uruk.publishing.breaks import propose_breaks
from uruk.publishing.connections import SystemConnection, admit_system, connect_system, dismiss_system, find_connection
from uruk.publishing.countries import country, find_country, institutions
from uruk.publishing.decisions import Decided, Decision, Line, Summary, contribute_decision
from uruk.publishing.entry import fetch_directory, join, leave, own_request, publish_entry
from uruk.publishing.identities import IdentityChange, renew_identity, take_identities
from uruk.publishing.kinds import contribute_kind, kinds
from uruk.publishing.membership import authority_round, publish_timestamp, receive_part, receive_request
from uruk.publishing.message_evidence import message_sources
from uruk.publishing.proposals import (
    GivenApproval,
    ProposalView,
    approve_proposal,
    closed_proposals,
    find_decided,
    finish_proposals,
    get_proposal,
    may_decide,
    open_proposals,
    proposal_options,
    propose,
    refuse_proposal,
    withdraw_proposals,
)
from uruk.publishing.publication import (
    Publication,
    by_digest,
    codes_in_force,
    find_published,
    get_publication,
    in_force,
    publish_country,
    published_digests,
)
from uruk.publishing.reviews import Review, Told, contribute_review, difference_lines, told_change
from uruk.publishing.revising import (
    DefinitionView,
    find_draft,
    list_definitions,
    owns_definitions,
    propose_archive,
    propose_definition,
    require_owner,
    try_definition,
    get_definition,
)
from uruk.publishing.snapshots import PAGES_SOCKET, write_snapshot
from uruk.publishing.versions import PublishedVersion, published_versions

__all__ = [
    "PAGES_SOCKET",
    "AgreementView",
    "Decided",
    "Decision",
    "DefinitionView",
    "GivenApproval",
    "IdentityChange",
    "Line",
    "ProposalView",
    "Publication",
    "PublishedVersion",
    "Review",
    "Summary",
    "SystemConnection",
    "Told",
    "admit_system",
    "agreements",
    "approve_proposal",
    "authority_round",
    "by_digest",
    "closed_proposals",
    "codes_in_force",
    "connect_system",
    "contribute_decision",
    "contribute_kind",
    "contribute_review",
    "country",
    "current_root",
    "difference_lines",
    "dismiss_system",
    "fetch_agreement_receipts",
    "fetch_directory",
    "find_connection",
    "find_country",
    "find_decided",
    "find_draft",
    "find_published",
    "finish_proposals",
    "get_proposal",
    "get_publication",
    "in_force",
    "init_authority",
    "institutions",
    "join",
    "kinds",
    "get_definition",
    "leave",
    "list_definitions",
    "may_decide",
    "message_sources",
    "open_proposals",
    "own_request",
    "owns_definitions",
    "proposal_options",
    "propose",
    "propose_agreement",
    "propose_agreement_end",
    "propose_archive",
    "propose_breaks",
    "propose_definition",
    "publish_agreement_receipts",
    "publish_country",
    "publish_entry",
    "publish_timestamp",
    "published_digests",
    "published_versions",
    "receive_part",
    "receive_request",
    "refuse_proposal",
    "renew_identity",
    "renew_root",
    "require_owner",
    "take_identities",
    "told_change",
    "try_definition",
    "withdraw_proposals",
    "write_snapshot",
]
