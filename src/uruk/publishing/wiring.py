"""What this room tells those below it."""

from uruk.exchange.api import AGREEMENT_KIND, SUBSYSTEM_KIND
from uruk.people.api import tell_rights
from uruk.publishing.agreement_receipts import after_decision
from uruk.publishing.agreements import decisions_about_agreements
from uruk.publishing.arriving import first_decision
from uruk.publishing.breaks import break_decision
from uruk.publishing.countries import rights
from uruk.publishing.decisions import contribute_decision
from uruk.publishing.kinds import contribute_kind
from uruk.publishing.membership import membership_decision
from uruk.publishing.reviews import Review, contribute_review
from uruk.publishing.revising import decisions_about_definitions
from uruk.publishing.snapshots import tell_gateway

tell_rights(rights)
contribute_kind(SUBSYSTEM_KIND)
contribute_kind(AGREEMENT_KIND)
contribute_review(SUBSYSTEM_KIND.name, Review(archivable=True))
for decision in decisions_about_agreements(after_decision):
    contribute_decision(decision)
for decision in decisions_about_definitions(tell_gateway):
    contribute_decision(decision)
contribute_decision(first_decision(tell_gateway))
contribute_decision(membership_decision())
contribute_decision(break_decision())
