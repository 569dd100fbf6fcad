"""Records that may be about one person: found by the index keys, compared pair by pair, kept as proposals.

Proposals are made from the records and can be made again; what a person decided stands by itself (`KeptApart`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from uruk.acts.api import acknowledged, clock, enqueue, find_statement, job
from uruk.registries.domain.change import read_content
from uruk.registries.domain.matching.keys import keys_of
from uruk.registries.domain.matching.score import Match, compare, is_worth_comparing, traits
from uruk.registries.models import DuplicateProposal, Forgetting, KeptApart
from uruk.registries.opening import Opened, open_registry
from uruk.registries.store import CurrentRow

MAX_ALIKE = 10
LOOK = "registries.look_for_duplicates"
_COMPARED = 100  # records that share most keys
_AT_ONCE = 200  # records looked at in one job


@dataclass(frozen=True)
class Alike:
    """A record that is like what was asked about."""

    row: CurrentRow
    match: Match


def alike(
    registry: Opened, values: Mapping[str, Any], without: UUID | None = None, limit: int = MAX_ALIKE
) -> tuple[Alike, ...]:
    """The live records that a person should be asked about, most alike first; `without` the record itself.

    `values` may be as stored or as typed; for rooms inside: no rights, and nothing is noted.
    """
    if not registry.model.match:
        return ()
    asked = traits(_roles(registry), values)
    rows = registry.store.matching(keys_of(asked), _COMPARED)
    others = ((row, _traits(registry, row)) for row in rows if row.record != without)
    found = [Alike(row, compare(asked, other)) for row, other in others if is_worth_comparing(asked, other)]
    proposed = [one for one in found if one.match.proposed]
    return tuple(sorted(proposed, key=lambda one: (-one.match.score, one.row.rid))[:limit])


def compared(registry: Opened, one: CurrentRow, other: CurrentRow) -> Match:
    """How alike two records are as they stand."""
    return compare(_traits(registry, one), _traits(registry, other))


def _traits(registry: Opened, row: CurrentRow) -> Any:
    return traits(_roles(registry), read_content(row.content))


def _roles(registry: Opened) -> dict[str, str]:
    return {str(role): name for role, name in registry.model.match.items()}


def pair_of(one: UUID, other: UUID) -> tuple[UUID, UUID]:
    """A pair of records in the one order in which it is kept."""
    return (one, other) if one < other else (other, one)


def proposals_of(registry: Opened, record: UUID) -> "QuerySet[DuplicateProposal]":
    """The open proposals that a record is in."""
    mine = Q(one=record) | Q(other=record)
    return DuplicateProposal.objects.filter(mine, registry_id=registry.number)


# -- after every act ---------------------------------------------------------------------------------------------------


def look_for_duplicates(payload: dict[str, Any]) -> None:
    """After a change, by whichever way it came in: propose pairs for the records it wrote, some hundred at a time."""
    act_id, start = UUID(payload["act"]), int(payload.get("start", 0))
    statement = find_statement(act_id)
    if statement is None:
        return
    registry = open_registry(statement.author, str(statement.body["registry"]))
    if not registry.model.match:
        return
    written = list(islice(registry.store.of_act(act_id), start, start + _AT_ONCE))
    rows = registry.store.find_many(sorted({one.record for one in written}))
    known = _in_proposals(registry, list(rows))
    for row in rows.values():
        propose(registry, row, known=row.record in known)
    if len(written) == _AT_ONCE:
        after = {"act": payload["act"], "start": start + _AT_ONCE}
        enqueue(LOOK, after, key=f"{LOOK}:{act_id}:{start + _AT_ONCE}")


job(LOOK)(look_for_duplicates)


def _in_proposals(registry: Opened, records: Sequence[UUID]) -> set[UUID]:
    """Those of the records that open proposals name, all asked at once."""
    mine = Q(one__in=records) | Q(other__in=records)
    pairs = DuplicateProposal.objects.filter(mine, registry_id=registry.number).values_list("one", "other")
    return {record for pair in pairs for record in pair}


def propose(registry: Opened, row: CurrentRow, *, known: bool = True) -> None:
    """Bring a record's proposals up to date; pairs that were decided to be two are never proposed again.

    `known` False: it is in no proposal yet, so that where nothing is found nothing is to do.
    """
    before = proposals_of(registry, row.record)
    if row.status != "live":
        before.delete()
        return
    found = {pair_of(row.record, one.row.record): one for one in alike(registry, read_content(row.content), row.record)}
    if not found and not known:
        return
    for pair in set(found) & _apart(registry, row.record):
        del found[pair]
    stale = [one.pk for one in before if (one.one, one.other) not in found]
    DuplicateProposal.objects.filter(pk__in=stale).delete()
    for (one, other), like in found.items():
        DuplicateProposal.objects.update_or_create(
            registry_id=registry.number,
            one=one,
            other=other,
            defaults={"score": like.match.score},
            create_defaults={"score": like.match.score, "found_at": clock().now()},
        )


def _apart(registry: Opened, record: UUID) -> set[tuple[UUID, UUID]]:
    mine = Q(one=record) | Q(other=record)
    rows: Sequence[KeptApart] = acknowledged(KeptApart.objects.filter(mine, registry_id=registry.number))
    return {(row.one, row.other) for row in rows}


def close_proposal(act_id: UUID) -> None:
    """In the transaction of the receipt of "two persons": the pair is not proposed any more."""
    apart = KeptApart.objects.get(pk=act_id)
    pair = {"registry_id": apart.registry_id, "one": apart.one, "other": apart.other}
    DuplicateProposal.objects.filter(**pair).delete()


def forget_likeness(payload: dict[str, Any]) -> None:
    """After a record was forgotten: it is in no proposal, and what was said of it in a decision is gone."""
    row = Forgetting.objects.filter(pk=payload["act"]).first()
    if row is None:
        return
    mine = Q(one=row.record) | Q(other=row.record)
    DuplicateProposal.objects.filter(mine, registry_id=row.registry_id).delete()
    KeptApart.objects.filter(mine, registry_id=row.registry_id).update(reason="")
