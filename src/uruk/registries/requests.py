"""Requests as rows: what was asked is kept sealed, and shown as one reader may see it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction

from uruk.acts.api import clock, is_acknowledged
from uruk.kernel.api import Actor, CodedError, new_id
from uruk.registries.domain.change import FORGET, Change, FieldChange, cleaned_values, read_content
from uruk.registries.domain.fitting import unfit_fields
from uruk.registries.domain.showing import Sight
from uruk.registries.models import ChangeRequest, Import, RequestAcceptance, RequestedRecord
from uruk.registries.noting import note_read
from uruk.registries.opening import Opened, open_registry, require_open
from uruk.registries.preparing import Draft
from uruk.registries.recording import ImportedFrom, Origin, SealedSet, seal
from uruk.registries.sealing import open_values, seal_values
from uruk.registries.showing import seen_values
from uruk.registries.store import CurrentRow
from uruk.registries.views import RequestedChange, RequestState, RequestView
from uruk.trust.api import cbor

MAX_LISTED = 100


def keep_request(
    registry: Opened,
    actor: Actor,
    changes: Sequence[Change],
    origin: Origin,
    *,
    by_citizen: bool = False,
    request: UUID | None = None,
) -> ChangeRequest:
    """A new request, with the ids its new records will have."""
    if not is_forgetting(changes):
        require_open(registry)
    named = [one if one.record is not None else replace(one, record=new_id()) for one in changes]
    with transaction.atomic():
        row = ChangeRequest.objects.create(
            id=request or new_id(),
            registry_id=registry.number,
            by_citizen=by_citizen,
            author=actor.holder,
            author_role=origin.role,
            channel=origin.channel,
            reason=origin.reason,
            evidence=list(origin.evidence),
            count=len(named),
            changes=msgspec.json.encode([_kept(registry, one) for one in named]).decode(),
            made_at=clock().now(),
        )
        records = {each for one in named for each in (one.record, one.other) if each is not None}
        RequestedRecord.objects.bulk_create([RequestedRecord(request=row, record=each) for each in sorted(records)])
    return row


def is_forgetting(changes: Sequence[Change]) -> bool:
    """Whether it is asked that a record be forgotten; that stands alone."""
    return len(changes) == 1 and changes[0].kind == FORGET


def _kept(registry: Opened, change: Change) -> dict[str, Any]:
    """A change as JSON; its values have been found right before, so they are cleaned here, and secrets are sealed."""
    assert change.record is not None
    cleaned = cleaned_values(registry.model.fields, change.values) or {}
    given = {name: value for name, value in cleaned.items() if value is not None}
    sealed = seal_values(registry, change.record, given, {})
    return asdict(replace(change, values={name: sealed.get(name) for name in cleaned}))


def asks_for(registry: Opened, row: ChangeRequest, changes: Sequence[Change]) -> bool:
    """Whether a request asks for these changes; of one whose content was destroyed nobody can say that it does not."""
    if row.changes is None:
        return True
    known = changes_of(row)
    return len(known) == len(changes) and all(
        _opened_values(registry, one) == cleaned_values(registry.model.fields, other.values)
        and replace(one, record=None, values={}) == replace(other, record=None, values={})
        and other.record in (None, one.record)
        for one, other in zip(known, changes, strict=True)
    )


def _opened_values(registry: Opened, change: Change) -> dict[str, Any]:
    assert change.record is not None
    given = {name: value for name, value in change.values.items() if value is not None}
    return {**change.values, **open_values(registry, change.record, given, registry.model.secrets)}


def changes_of(row: ChangeRequest) -> list[Change]:
    """What was asked, secrets sealed; destroyed: ``registries.request_forgotten``."""
    if row.changes is None:
        raise CodedError("registries.request_forgotten")
    return msgspec.json.decode(row.changes, type=list[Change])


def keep_prepared(row: ChangeRequest, drafts: Sequence[Draft], salts: bytes, day: date) -> None:
    """Keep the versions that the proposal is made of, and the day that they were made on."""
    kept = {
        "day": day,
        "salts": salts.hex(),
        "drafts": [asdict(one) | {"form_digest": one.form_digest.hex()} for one in drafts],
    }
    row.prepared = msgspec.json.encode(kept).decode()


class _Kept(msgspec.Struct):
    day: date
    salts: str
    drafts: list[dict[str, Any]]


def prepared_of(row: ChangeRequest) -> tuple[SealedSet, date] | None:
    """The versions that the proposal is made of, and the day they were made on; None where there is no proposal."""
    if row.prepared is None:
        return None
    kept = msgspec.json.decode(row.prepared, type=_Kept)
    drafts = [msgspec.convert(one | {"form_digest": ""}, Draft, strict=False) for one in kept.drafts]
    whole = [
        replace(draft, form_digest=bytes.fromhex(one["form_digest"]))
        for draft, one in zip(drafts, kept.drafts, strict=True)
    ]
    return seal(whole, bytes.fromhex(kept.salts), import_of(row)), kept.day


def import_of(row: ChangeRequest) -> ImportedFrom | None:
    """The import that became the request; None for one that a person made."""
    found = Import.objects.filter(request=row.pk).only("pk", "good").first()
    return None if found is None else ImportedFrom(found.pk, found.good)


# -- finding ---------------------------------------------------------------------------------------------------------


def find_request(request_id: UUID) -> ChangeRequest:
    """The request; unknown: ``registries.request_unknown``."""
    found = ChangeRequest.objects.select_related("registry").filter(pk=request_id).first()
    if found is None:
        raise CodedError("registries.request_unknown")
    return found


def lock_request(request_id: UUID) -> ChangeRequest:
    """The request as it is now, which nobody else changes until the transaction ends, if it is still undecided.

    Errors: ``registries.request_unknown``, ``registries.request_closed``.
    """
    found = ChangeRequest.objects.select_for_update().filter(pk=request_id).first()
    if found is None:
        raise CodedError("registries.request_unknown")
    if hasattr(found, "closing") or hasattr(found, "acceptance"):
        raise CodedError("registries.request_closed")
    return found


def registry_of(row: ChangeRequest) -> Opened:
    """The registry that a request is about."""
    return open_registry(row.registry.institution, row.registry.code)


def state_of(row: ChangeRequest) -> RequestState:
    """What has become of a request: it is accepted once its act has its receipt."""
    if hasattr(row, "closing"):
        return "refused" if row.closing.outcome == "refused" else "withdrawn"
    if RequestAcceptance.objects.filter(is_acknowledged(), request=row).exists():
        return "accepted"
    return "open" if row.unsigned or hasattr(row, "submission") else "draft"


# -- showing ---------------------------------------------------------------------------------------------------------


def shown_requests(actor: Actor, registry: Opened, rows: Sequence[ChangeRequest], seen: Sight) -> list[RequestView]:
    """Requests for showing them: that an officer reads what they say of persons is noted first."""
    asked = {row.pk: [] if row.changes is None else changes_of(row) for row in rows}
    named = {each.record for changes in asked.values() for each in changes if each.record is not None}
    known = registry.store.find_many(sorted(named)) if len(named) <= 1_000 else _in_parts(registry, sorted(named))
    values = [one.values for changes in asked.values() for one in changes]
    values += [read_content(row.content) for row in known.values()]
    note_read(actor, registry, "registry.request-read", values, [str(row.pk) for row in rows])
    return [request_view(registry, row, asked[row.pk], known, seen) for row in rows]


def _in_parts(registry: Opened, records: Sequence[UUID]) -> dict[UUID, CurrentRow]:
    found: dict[UUID, CurrentRow] = {}
    for start in range(0, len(records), 1_000):
        found |= registry.store.find_many(records[start : start + 1_000])
    return found


def request_view(
    registry: Opened, row: ChangeRequest, asked: Sequence[Change], known: Mapping[UUID, CurrentRow], seen: Sight
) -> RequestView:
    """A request as one reader sees it."""
    closing, acceptance, state = getattr(row, "closing", None), getattr(row, "acceptance", None), state_of(row)
    submission = getattr(row, "submission", None)
    return RequestView(
        id=row.pk,
        institution=registry.institution,
        registry=registry.code,
        title=registry.definition.title,
        state=state,
        by_citizen=row.by_citizen,
        count=row.count,
        changes=tuple(_requested(registry, one, known, seen) for one in asked),
        author=row.author,
        role=row.author_role,
        reason=row.reason,
        evidence=tuple(row.evidence),
        made_at=row.made_at,
        closed_at=closing.closed_at if closing else acceptance and acceptance.accepted_at,
        closing_reason=closing.reason if closing else "",
        act=acceptance.act_id if acceptance and state == "accepted" else None,
        hindrance=_hindrance(registry, row, asked, known) if state in {"draft", "open"} and asked else None,
        content_gone=row.changes is None,
        submitter=submission and submission.person,
        by_program=row.by_program,
    )


def _requested(registry: Opened, change: Change, known: Mapping[UUID, CurrentRow], seen: Sight) -> RequestedChange:
    assert change.record is not None
    row = known.get(change.record)
    before = seen_values(registry, change.record, read_content(row.content if row else None), seen)
    given = {name: value for name, value in change.values.items() if value is not None}
    after = seen_values(registry, change.record, given, seen)
    unfit = unfit_fields(registry.model, change.kind, change.values)
    names = [name for name in change.values if name in seen.shown and name not in unfit]
    changes = tuple(FieldChange(name, before.get(name), after.get(name)) for name in names)
    return RequestedChange(
        change.kind, change.record, change.base, changes, change.valid_from, change.valid_until, change.other
    )


def _hindrance(
    registry: Opened, row: ChangeRequest, asked: Sequence[Change], known: Mapping[UUID, CurrentRow]
) -> CodedError | None:
    """Why a request cannot be accepted as it stands: a record moved on, or the definition did."""
    for one in asked:
        found = known.get(one.record) if one.record else None
        if one.kind != "create" and (found is None or found.latest != one.base):
            return CodedError("registries.version_moved", base=one.base or 0, latest=found.latest if found else 0)
    unfit = sorted({name for one in asked for name in unfit_fields(registry.model, one.kind, one.values)})
    if unfit:
        return CodedError("registries.request_outdated", fields=unfit[:20])
    return CodedError("registries.signed_before") if is_signed_before(registry, row) else None


def is_signed_before(registry: Opened, row: ChangeRequest) -> bool:
    """Whether its author signed it under a definition that is not in force any more."""
    if not hasattr(row, "submission") or row.proposal is None:
        return False
    signed = cbor.decode(bytes(row.proposal))
    return signed.get("format", registry.definition.digest) != registry.definition.digest
