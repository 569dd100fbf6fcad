"""Duplicates: what may be one person twice is proposed with its reasons; a person decides, merging or keeping apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db.models import Q

from uruk.acts.api import Deed, clock, perform
from uruk.kernel.api import Actor, CodedError
from uruk.registries.changing import change
from uruk.registries.domain.change import Change
from uruk.registries.domain.matching.explain import Reason
from uruk.registries.domain.matching.score import Match
from uruk.registries.domain.showing import Sight
from uruk.registries.evidence import check_reason
from uruk.registries.likeness import alike, compared
from uruk.registries.models import DuplicateProposal, KeptApart
from uruk.registries.noting import note_records
from uruk.registries.opening import Opened, open_registry
from uruk.registries.rights import may, require, require_any, sight
from uruk.registries.showing import Shown, record_view
from uruk.registries.store import CurrentRow
from uruk.registries.views import Done, Open, RecordView
from uruk.trust.api import Receipt

APART = "record.kept-apart"
MAX_LISTED = 50
# One act for each pair: whoever says it again says the same.
_PAIRS = UUID("5b7d0f42-93ac-4e1e-8c55-2f64d1a90e37")
_PARTS_OF_A_NAME = frozenset({"given", "father", "grandfather", "surname"})


@dataclass(frozen=True)
class Candidate:
    """A record that is like what was typed: `score` 0 to 1000 and why; `certain`: nearly sure, yet a person decides."""

    record: RecordView
    score: int
    certain: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Duplicate:
    """Two records that may be one person, waiting for a decision; score and reasons as the records stand now."""

    id: int
    institution: str
    registry: str
    one: RecordView
    other: RecordView
    score: int
    certain: bool
    reasons: tuple[Reason, ...]
    found_at: datetime


@dataclass(frozen=True)
class DuplicatePage:
    """Proposals, most alike first; `next` is the token of the page after it, empty at the end."""

    duplicates: tuple[Duplicate, ...]
    next: str


def candidates(
    actor: Actor, institution: str, code: str, values: Mapping[str, Any], without: UUID | None = None
) -> tuple[Candidate, ...]:
    """The records that may be about the same person as `values` (as typed), at most 10, most alike first.

    For forms, imports and programs before they write; `without` the record that is being changed. An office that may
    write but not read is shown none. That an officer is shown persons' records is noted before. Errors:
    ``registries.registry_unknown``, ``registries.foreign_actor``, ``people.role_not_held``.
    """
    registry = open_registry(institution, code)
    require_any(actor, registry, ("read", "propose", "import"))
    if not may(actor, registry, "read"):
        return ()
    found = alike(registry, _cleaned(registry, values), without)
    note_records(actor, registry, "registry.listed", [one.row for one in found])
    seen = sight(actor, registry)
    return tuple(Candidate(_view(registry, one.row, seen), *_said(registry, one.match, seen)) for one in found)


def open_duplicates(actor: Actor, institution: str, code: str, after: str = "") -> DuplicatePage:
    """Pairs that wait for a decision, at most 50; for a role that may merge. `after`: the token of the page before.

    That an officer is shown persons' records is noted before. Errors: ``registries.registry_unknown``,
    ``registries.foreign_actor``, ``people.role_not_held``, ``registries.page_token``.
    """
    registry = open_registry(institution, code)
    require(actor, registry, "merge")
    query = DuplicateProposal.objects.filter(registry_id=registry.number).order_by("-score", "id")
    if after:
        score, number = _read_token(after)
        query = query.filter(Q(score__lt=score) | Q(score=score, id__gt=number))
    rows = list(query[: MAX_LISTED + 1])
    shown = rows[:MAX_LISTED]
    token = f"{shown[-1].score}.{shown[-1].pk}" if len(rows) > MAX_LISTED else ""
    return DuplicatePage(_duplicates(actor, registry, shown), token)


def count_duplicates(actor: Actor, institution: str, code: str) -> int:
    """How many pairs wait for a decision, a number and nobody's data; errors as `open_duplicates`."""
    registry = open_registry(institution, code)
    require(actor, registry, "merge")
    return DuplicateProposal.objects.filter(registry_id=registry.number).count()


def get_duplicate(actor: Actor, duplicate: int) -> Duplicate:
    """A pair that waits for a decision; errors as `open_duplicates`, and ``registries.duplicate_unknown``."""
    row, registry = _open(actor, duplicate)
    found = _duplicates(actor, registry, [row])
    if not found:
        raise CodedError("registries.duplicate_unknown")
    return found[0]


def keep_apart(actor: Actor, duplicate: int, reason: str) -> Receipt:
    """Decide that two records are two persons: an act, and the pair is never proposed again.

    Errors: ``registries.duplicate_unknown``, ``registries.reason_missing``, and those of `open_duplicates`.
    """
    row, registry = _open(actor, duplicate)
    said = check_reason(reason)

    def rows(act_id: UUID) -> None:
        pair = {"registry_id": registry.number, "one": row.one, "other": row.other}
        KeptApart.objects.create(act_id=act_id, person=actor.person, reason=said, decided_at=clock().now(), **pair)

    deed = Deed(
        type=APART,
        role="recorded",
        author=registry.institution,
        body={"registry": registry.code, "one": row.one.bytes, "other": row.other.bytes},
        rows=rows,
        act_id=uuid5(_PAIRS, f"{registry.address}/{row.one}/{row.other}"),
    )
    return perform(actor, deed)


def merge_duplicate(
    actor: Actor,
    duplicate: int,
    stays: UUID,
    base: int,
    reason: str,
    values: Mapping[str, Any] | None = None,
    evidence: Sequence[str] = (),
) -> Done | Open:
    """Decide that two records are one person: the other one goes into `stays`, as `registries.change` merges.

    `base`: the newest version of the one that goes, as the person saw it; `values`: what of it the one that stays
    takes over. Where the registry demands a second person the pair waits until the merge is accepted. Errors:
    ``registries.duplicate_unknown``, and those of `change`.
    """
    row, registry = _open(actor, duplicate)
    if stays not in (row.one, row.other):
        raise CodedError("registries.duplicate_unknown")
    goes = row.other if stays == row.one else row.one
    merge = Change("merge", goes, base, values or {}, other=stays)
    done = change(actor, registry.institution, registry.code, [merge], reason, evidence)
    assert isinstance(done, Done | Open)
    return done


# -- inside ------------------------------------------------------------------------------------------------------------


def _open(actor: Actor, duplicate: int) -> tuple[DuplicateProposal, Opened]:
    row = DuplicateProposal.objects.select_related("registry").filter(pk=duplicate).first()
    if row is None or actor.institution not in (None, row.registry.institution):
        raise CodedError("registries.duplicate_unknown")
    registry = open_registry(row.registry.institution, row.registry.code)
    require(actor, registry, "merge")
    return row, registry


def _duplicates(actor: Actor, registry: Opened, rows: Sequence[DuplicateProposal]) -> tuple[Duplicate, ...]:
    """The pairs of which both records still stand; one that went since is decided."""
    records = registry.store.find_many(sorted({record for row in rows for record in (row.one, row.other)}))
    live = {record: found for record, found in records.items() if found.status == "live"}
    open_rows = [row for row in rows if row.one in live and row.other in live]
    shown = {record for row in open_rows for record in (row.one, row.other)}
    note_records(actor, registry, "registry.listed", [live[record] for record in sorted(shown)])
    seen = sight(actor, registry)
    return tuple(_duplicate(registry, row, live[row.one], live[row.other], seen) for row in open_rows)


def _duplicate(registry: Opened, row: DuplicateProposal, one: CurrentRow, other: CurrentRow, seen: Sight) -> Duplicate:
    score, certain, reasons = _said(registry, compared(registry, one, other), seen)
    left, right = (_view(registry, each, seen) for each in (one, other))
    return Duplicate(row.pk, registry.institution, registry.code, left, right, score, certain, reasons, row.found_at)


def _view(registry: Opened, row: CurrentRow, seen: Sight) -> RecordView:
    return record_view(registry, row, Shown.current(row), seen)


def _said(registry: Opened, match: Match, seen: Sight) -> tuple[int, bool, tuple[Reason, ...]]:
    """Score and reasons; a field that the office does not see is not spoken of."""
    fields = {str(role): name for role, name in registry.model.match.items()}
    visible = {role for role, name in fields.items() if name in seen.shown and name not in seen.masked}
    return match.score, match.certain, tuple(one for one in match.reasons if _role_of(one) in visible)


def _role_of(reason: Reason) -> str:
    part = reason.code.partition(".")[0]
    return "name" if part in _PARTS_OF_A_NAME else part


def _cleaned(registry: Opened, values: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed as it would be stored, so far as it is right already."""
    asked = {name: values[name] for name in registry.model.match.values() if name in values}
    return asked | registry.model.fields.validate(asked).values


def _read_token(token: str) -> tuple[int, int]:
    score, _, number = token.partition(".")
    if not (score.isascii() and score.isdigit() and number.isascii() and number.isdigit() and len(token) < 32):
        raise CodedError("registries.page_token")
    return int(score), int(number)
