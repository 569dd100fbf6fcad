"""A record's timeline: who said what of it, when, why, on which evidence."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast
from uuid import UUID

from uruk.kernel.api import Actor, CodedError
from uruk.registries.domain.change import ChangeKind, FieldChange, differences, read_content
from uruk.registries.domain.showing import Sight
from uruk.registries.models import ImportedSet, RequestAcceptance
from uruk.registries.noting import note_read
from uruk.registries.opening import Opened, open_registry
from uruk.registries.reading import concerns, visible
from uruk.registries.showing import said_now, seen_values
from uruk.registries.store import VersionRow
from uruk.registries.views import VersionView


def timeline(actor: Actor, institution: str, code: str, record: UUID) -> tuple[VersionView, ...]:
    """Every version of a record, oldest first, each with what it changed against the one before.

    For a role that may read, and for the person it is about, who is told the office but not which officer, and no
    reason; of a version that was about somebody else they are shown nothing but that it is there. Of a forgotten
    record the frame is left, for officers. Errors as `get_record`.
    """
    registry = open_registry(institution, code)
    row, seen = visible(actor, registry, lambda: registry.store.find(record))
    versions = registry.store.versions(row.rid)
    said = [said_now(registry, one.content, one.format) for one in versions]
    note_read(actor, registry, "registry.read", said, [str(record)])
    return tuple(version_views(registry, versions, seen, actor))


def get_version(actor: Actor, institution: str, code: str, record: UUID, number: int) -> VersionView:
    """One version of a record; errors as `get_record`, and ``registries.record_unknown`` for no such number."""
    found = [one for one in timeline(actor, institution, code, record) if one.number == number]
    if not found:
        raise CodedError("registries.record_unknown")
    return found[0]


def version_views(registry: Opened, versions: Sequence[VersionRow], seen: Sight, actor: Actor) -> Iterator[VersionView]:
    """Versions as one reader sees them, each with what it changed of what they see."""
    known = [one.name for one in registry.model.fields]
    officer = actor.institution is not None or actor.person is None
    approvers = _approvers(versions) if officer else {}
    before: Mapping[str, Any] = {}
    for row in versions:
        stored = read_content(row.content)
        mine = row.content is None or concerns(actor, registry, said_now(registry, row.content, row.format))
        values = seen_values(registry, row.record, stored, seen) if mine else {}
        names = [*known, *sorted({*before, *values}.difference(known))]
        changes = tuple(differences(before, values, names)) if mine and row.content is not None else ()
        view = _view(registry, row, values, changes, seen.withheld, officer=officer)
        view = replace(view, approver=approvers.get(row.act_id))
        yield view if mine else replace(view, of_another=True, role="", channel="", request=None, other=None)
        before = values


def _approvers(versions: Sequence[VersionRow]) -> dict[UUID, UUID]:
    """Who accepted, as a second person, what each act recorded: a request, or an import that two persons signed."""
    acts = {one.act_id for one in versions}
    found = dict(RequestAcceptance.objects.filter(act_id__in=acts).values_list("act_id", "person"))
    found |= dict(ImportedSet.objects.filter(act_id__in=acts).values_list("act_id", "of__approval__person"))
    return {act: person for act, person in found.items() if person is not None}


def _view(
    registry: Opened,
    row: VersionRow,
    values: Mapping[str, Any],
    changes: tuple[FieldChange, ...],
    withheld: tuple[str, ...],
    *,
    officer: bool,
) -> VersionView:
    return VersionView(
        record=row.record,
        number=row.number,
        kind=cast(ChangeKind, row.kind),
        status=row.status,
        values=values,
        changes=changes,
        withheld=withheld,
        definition=registry.definition_of(row.format),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        recorded_at=row.recorded_at,
        act=row.act_id,
        author=row.author if officer else "",
        role=row.role,
        channel=row.channel,
        reason=(row.reason or "") if officer else "",
        evidence=row.evidence if officer else (),
        request=row.request,
        other=row.other,
        forgotten=row.content is None,
    )
