"""Every version in which a definition was ever in force: when, by which act, and who approved it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from uruk.acts.api import acknowledged, is_acknowledged
from uruk.definitions.api import Definition
from uruk.kernel.api import CodedError
from uruk.publishing.models import DefinitionArchive, Proposal, ProposalDecision, PublishedDefinition
from uruk.publishing.proposals import GivenApproval
from uruk.publishing.publication import by_digest
from uruk.publishing.revising import find_draft

MAX_VERSIONS = 200


@dataclass(frozen=True)
class PublishedVersion:
    """A publication of a definition. `number`: the how-manieth it is, from 1; the same digest may come again.

    `approvals`: of the two persons; empty where the node put it in force itself. `archived_at`: when its use ended.
    """

    number: int
    digest: str
    act: UUID
    since: datetime
    until: datetime | None
    approvals: tuple[GivenApproval, ...]
    archived_at: datetime | None


def published_versions(kind: str, institution: str, code: str) -> tuple[PublishedVersion, ...]:
    """The publications of a definition, the latest first, at most 200; four questions to the database, however many."""
    rows = PublishedDefinition.objects.filter(kind=kind, institution=institution, code=code)
    counted = acknowledged(rows)
    found = list(counted.values_list("act_id", "digest", "published_at")[:MAX_VERSIONS])
    acts = [act for act, _, _ in found]
    approvals, archives, total = _approvals(acts), _archives(acts), counted.count()
    later: list[datetime | None] = [None, *(at for _, _, at in found)]
    return tuple(
        PublishedVersion(
            total - place, digest, act, at, later[place], approvals.get(act, ()), archives.get(act)
        )
        for place, (act, digest, at) in enumerate(found)
    )  # fmt: skip


def get_version(kind: str, institution: str, code: str, digest: str) -> Definition:
    """The version of a definition with this digest (hex). Errors: ``publishing.digest_unknown``."""
    try:
        found = by_digest(bytes.fromhex(digest))
    except ValueError:
        raise CodedError("publishing.digest_unknown", digest=digest[:16]) from None
    if (found.kind, found.institution, found.code) != (kind, institution, code):
        raise CodedError("publishing.digest_unknown", digest=digest[:16])
    return found


def get_draft(kind: str, institution: str, code: str) -> Definition:
    """What the country's folder has in place of the definition in force. Errors: ``publishing.no_draft``."""
    found = find_draft(kind, institution, code)
    if found is None:
        raise CodedError("publishing.no_draft", code=f"{institution}/{code}"[:120])
    return found


def _approvals(acts: Iterable[UUID]) -> Mapping[UUID, tuple[GivenApproval, ...]]:
    decided = ProposalDecision.objects.filter(act_id__in=acts).values_list("proposal_id", "act_id")
    by_proposal = dict(decided)
    proposals = Proposal.objects.filter(pk__in=by_proposal).prefetch_related("approvals")
    return {by_proposal[one.pk]: _given(one) for one in proposals}


def _given(proposal: Proposal) -> tuple[GivenApproval, ...]:
    return tuple(GivenApproval(one.person, one.role, one.approved_at) for one in proposal.approvals.all())


def _archives(acts: Iterable[UUID]) -> Mapping[UUID, datetime]:
    rows = DefinitionArchive.objects.filter(is_acknowledged("act_id"), publication__in=acts)
    return dict(rows.values_list("publication", "archived_at"))
