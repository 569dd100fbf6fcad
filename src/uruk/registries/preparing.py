"""From changes to the versions they make: everything is checked here, and nothing is written."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from uruk.acts.api import clock
from uruk.kernel.api import Actor, CodedError, new_ids, today
from uruk.registries.checking import Checker, Problem
from uruk.registries.domain.change import Change, canonical, check_period, check_shape, laid_upon, read_content
from uruk.registries.domain.truth import Span, truth
from uruk.registries.ground import batches
from uruk.registries.opening import Opened
from uruk.registries.rights import is_machinery
from uruk.registries.sealing import open_values, seal_values
from uruk.registries.store import CurrentRow, Status, VersionRow
from uruk.registries.tables import format_digest


@dataclass(frozen=True, slots=True)
class Draft:
    """A version before it is written: without salt and act, and for a new record without its number in storage.

    `position`: the change it comes from. `content`: the canonical JSON, secrets sealed. `values`: what it says, where
    it is in hand.
    """

    position: int
    record: UUID
    rid: int | None
    number: int
    kind: str
    status: Status
    content: str
    form: int
    form_digest: bytes
    valid_from: date
    valid_until: date | None = None
    other: UUID | None = None
    values: Mapping[str, Any] | None = None


class Preparation:
    """One change set on its way: who writes, into what, on what ground."""

    def __init__(self, registry: Opened, actor: Actor, changes: Sequence[Change], *, subject: bool = False) -> None:
        self.registry, self.actor, self.changes = registry, actor, changes
        self.subject = subject
        self.now: datetime = clock().now()
        self.today: date = today(clock())
        self.checker = Checker(registry, self.today)
        self.problems: list[Problem] = []

    @cached_property
    def rows(self) -> dict[UUID, CurrentRow]:
        """The records that the changes name, as they are."""
        named = {each for one in self.changes for each in (one.record, one.other) if isinstance(each, UUID)}
        found: dict[UUID, CurrentRow] = {}
        for some in batches(sorted(named)):
            found |= self.registry.store.find_many(some)
        return found

    @cached_property
    def _fresh(self) -> Iterator[UUID]:
        """Ids for the records that the changes make."""
        return iter(new_ids(sum(one.record is None for one in self.changes)))

    def drafts(self, *, keys: bool) -> list[Draft]:
        """The versions that the changes make; what is wrong stands in `problems`.

        `keys`: whether to look up if keys are taken; where it is written at once, the tables themselves refuse that.
        Errors: ``registries.version_moved``, ``registries.record_unknown``.
        """
        self._check_once()
        found = [draft for position, change in enumerate(self.changes) for draft in self._drafts(position, change)]
        self.problems += self.checker.across(keys=keys)
        return found

    def known_drafts(self, contents: Sequence[str]) -> list[Draft]:
        """New records of contents that are right by themselves; what stands against them stands in `problems`.

        Whether their keys are taken is left to the tables.
        """
        found, period, secrets = [], (self.today, None), self.registry.model.secrets
        for position, (record, said) in enumerate(zip(new_ids(len(contents)), contents, strict=True)):
            content, values = said, read_content(said)
            self.problems += self.checker.known(position, values)
            if secrets.intersection(values):
                values = seal_values(self.registry, record, values, {})
                content = canonical(values)
            found.append(self._draft(position, record, None, 1, "create", "live", content, period, values))
        self.problems += self.checker.across(keys=False)
        return found

    def _check_once(self) -> None:
        """One change a record: two in one set would be written on each other unseen."""
        seen: set[UUID] = set()
        for position, one in enumerate(self.changes):
            for record in (each for each in (one.record, one.other) if isinstance(each, UUID)):
                if record in seen:
                    self.problems.append(Problem(position, "", CodedError("registries.record_twice")))
                seen.add(record)

    def _drafts(self, position: int, change: Change) -> Iterator[Draft]:
        try:
            check_shape(change)
            if change.kind == "create":
                yield from self._created(position, change)
            elif change.kind in {"merge", "unmerge"}:
                yield from self._merged(position, change, self._row(change))
            else:
                yield from self._changed(position, change, self._row(change))
        except CodedError as error:
            if error.code in {"registries.version_moved", "registries.record_unknown"}:
                raise
            self.problems.append(Problem(position, "", error))

    def _row(self, change: Change) -> CurrentRow:
        """The record, if it is still as the change knew it."""
        assert change.record is not None
        row = self.rows.get(change.record)
        if row is None or row.status == "forgotten":
            raise CodedError("registries.record_unknown")
        if row.latest != change.base:
            raise CodedError("registries.version_moved", base=change.base or 0, latest=row.latest)
        return row

    # -- each kind ---------------------------------------------------------------------------------------------------

    def _created(self, position: int, change: Change) -> Iterator[Draft]:
        if change.record is not None and change.record in self.rows:
            raise CodedError("registries.record_exists")
        start = change.valid_from or self.today
        check_period(start, change.valid_until)
        values = self._checked(position, change, {}, None)
        if values is None:
            return
        record = change.record or next(self._fresh)
        stored = seal_values(self.registry, record, values, {})
        period = (start, change.valid_until)
        yield self._draft(position, record, None, 1, "create", "live", canonical(stored), period, stored)

    def _changed(self, position: int, change: Change, row: CurrentRow) -> Iterator[Draft]:
        _check_status(change.kind, row.status)
        ground = self._ground(change, row)
        period = ground.period_of(change)
        check_period(*period)
        if change.kind == "withdraw":
            self.checker.removal(position, read_content(ground.content))
            yield self._carried(position, row, change.kind, "withdrawn", ground, period)
            return
        stored = read_content(ground.content)
        values = self._checked(position, change, self._opened(row.record, stored), row)
        if values is None:
            return
        content = canonical(seal_values(self.registry, row.record, values, stored))
        if change.kind in {"change", "correct"} and content == ground.content and period == ground.own_period:
            raise CodedError("registries.nothing_changed")
        yield self._draft(position, row.record, row.rid, row.latest + 1, change.kind, "live", content, period)

    def _merged(self, position: int, change: Change, row: CurrentRow) -> Iterator[Draft]:
        """A merge or its undoing: the one that goes or comes back, then the one that stays."""
        undone = change.kind == "unmerge"
        _check_status(change.kind, row.status)
        other = row.merged_into if undone else change.other
        stays = self.rows.get(other) or self.registry.store.find(other) if other is not None else None
        if stays is None or stays.status != "live" or stays.rid == row.rid:
            raise CodedError("registries.other_record")
        start = change.valid_from or self.today
        ground = self._ground(change, row)
        gone = self._carried(position, row, change.kind, "live" if undone else "merged", ground, (start, None))
        yield replace(gone, other=stays.record)
        stored = read_content(stays.content)
        values = self._checked(position, change, self._opened(stays.record, stored), stays)
        if values is not None:
            content = canonical(seal_values(self.registry, stays.record, values, stored))
            period = (start, stays.valid_until)
            kept = self._draft(position, stays.record, stays.rid, stays.latest + 1, "change", "live", content, period)
            yield replace(kept, other=row.record)

    # -- parts -------------------------------------------------------------------------------------------------------

    def _checked(
        self, position: int, change: Change, old: Mapping[str, Any], row: CurrentRow | None
    ) -> dict[str, Any] | None:
        """All values of the version, cleaned; None where something is wrong with them."""
        rid = None if row is None else row.rid
        forbidden = [] if self._writes_all else self._forbidden(position, change.values)
        values, problems = self.checker.values(position, rid, laid_upon(old, change.values, self.registry.model.fields))
        found = forbidden + (problems or list(self.checker.overruled(position, change.values, values)))
        self.problems += found
        return None if found else values

    @cached_property
    def _writes_all(self) -> bool:
        return self.subject or is_machinery(self.actor, self.registry.institution)

    def _forbidden(self, position: int, values: Mapping[str, Any]) -> list[Problem]:
        model, role = self.registry.model, self.actor.role or ""
        return [
            Problem(position, name, CodedError("registries.field_not_yours"))
            for name in values
            if name in model.fields and not self._may_write(role, name)
        ]

    def _may_write(self, role: str, name: str) -> bool:
        writers = self.registry.model.fields[name].write
        return not writers or role in writers

    def _opened(self, record: UUID, stored: Mapping[str, Any]) -> dict[str, Any]:
        return open_values(self.registry, record, stored, self.registry.model.secrets)

    def _ground(self, change: Change, row: CurrentRow) -> "Ground":
        """What the change is laid upon: the version it corrects, or what is true on its first day."""
        if change.kind == "correct":
            return self._corrected(change, row)
        if (change.valid_from or self.today) == self.today and row.number == row.latest and row.content is not None:
            assert row.valid_from is not None
            return Ground(row.content, row.format, row.valid_from, row.valid_until, self.today)
        versions = self.registry.store.versions(row.rid)
        start = change.valid_from or self.today
        found = _true_on(versions, start) or versions[-1]
        if found.content is None:
            raise CodedError("registries.record_unknown")
        content, form = self._newest(found.content, found.format)
        return Ground(content, form, found.valid_from, _end(versions, found, start), self.today)

    def _newest(self, content: str, form: int) -> tuple[str, int]:
        """What was written under an older definition as the one in force has it, where a conversion leads there."""
        return self.registry.store.reader.newest(content, form)

    def _corrected(self, change: Change, row: CurrentRow) -> "Ground":
        """The version that was wrong: it is corrected for the days on which nothing later stands over it."""
        versions = self.registry.store.versions(row.rid)
        found = next((one for one in versions if one.number == (change.corrects or row.number)), None)
        if found is None or found.content is None:
            raise CodedError("registries.corrects_nothing")
        start = found.valid_from
        content, form = self._newest(found.content, found.format)
        return Ground(content, form, start, _end(versions, found, start), start)

    def _carried(
        self,
        position: int,
        row: CurrentRow,
        kind: str,
        status: Status,
        ground: "Ground",
        period: tuple[date, date | None],
    ) -> Draft:
        """A version that says nothing new: its content stays as it was written, under the definition of then."""
        draft = self._draft(position, row.record, row.rid, row.latest + 1, kind, status, ground.content, period)
        if ground.form == draft.form:
            return draft
        return replace(draft, form=ground.form, form_digest=bytes.fromhex(format_digest(ground.form)))

    def _draft(
        self,
        position: int,
        record: UUID,
        rid: int | None,
        number: int,
        kind: str,
        status: Status,
        content: str,
        period: tuple[date, date | None],
        values: Mapping[str, Any] | None = None,
    ) -> Draft:
        form, digest = self.registry.format, self.registry.definition.digest
        return Draft(position, record, rid, number, kind, status, content, form, digest, *period, values=values)


@dataclass(frozen=True, slots=True)
class Ground:
    """A version as the ground of the next: its content and format, its period, and the first day if none is given."""

    content: str
    form: int
    valid_from: date
    valid_until: date | None
    default_start: date

    @property
    def own_period(self) -> tuple[date, date | None]:
        """The period that a change gets which names none."""
        return self.default_start, self.valid_until

    def period_of(self, change: Change) -> tuple[date, date | None]:
        """The period of a change: as it says, else from its first day to where the ground ends."""
        start = change.valid_from or self.default_start
        if change.kind in {"withdraw", "restore"}:
            return start, change.valid_until
        end = change.valid_until or self.valid_until
        return start, end if change.valid_until or end is None or end > start else None


_MAY_BE: Mapping[str, frozenset[str]] = defaultdict(
    lambda: frozenset({"live", "dormant"}),
    restore=frozenset({"withdrawn"}),
    unmerge=frozenset({"merged"}),
    merge=frozenset({"live"}),
)


def _check_status(kind: str, status: str) -> None:
    if status not in _MAY_BE[kind]:
        raise CodedError("registries.status", status=status)


def _end(versions: Sequence[VersionRow], found: VersionRow, start: date) -> date | None:
    """Where a version ends that begins on a day: by itself, or where a later one begins."""
    later = [one.valid_from for one in versions if one.number > found.number and one.valid_from > start]
    return min((day for day in (found.valid_until, *later) if day is not None and day > start), default=None)


def _true_on(versions: Sequence[VersionRow], day: date) -> VersionRow | None:
    """The version that is true on a day; None where none is."""
    number = truth((Span(one.number, one.valid_from, one.valid_until) for one in versions), day)
    return next((one for one in versions if one.number == number), None)
