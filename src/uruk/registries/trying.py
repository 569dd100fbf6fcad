"""Whether the records of a registry fit a definition to come: each is tried in memory, and nothing is written."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from uruk.acts.api import clock
from uruk.definitions.api import Definition, Field
from uruk.kernel.api import CodedError, today
from uruk.registries.domain.change import read_content
from uruk.registries.domain.conversion import make_converter, missing_secrets, without_secrets
from uruk.registries.domain.definition import RegistryDefinition
from uruk.registries.ground import batches
from uruk.registries.layout import key_values
from uruk.registries.opening import Opened, model_of, open_registry
from uruk.registries.scratch import Seen, seen_values
from uruk.registries.store import CurrentRow

MAX_MISFITS = 1_000
# An act may have been on its way for so long when the records were tried before.
_MARGIN = timedelta(days=1)
Values = dict[str, Any]


@dataclass(frozen=True)
class Misfit:
    """What is wrong with a record under the definition to come, at which field ("" for the whole)."""

    record: UUID
    field: str
    error: CodedError


@dataclass(frozen=True)
class Trial:
    """How many records were tried, how many of them do not fit, and why: at most the first thousand."""

    tried: int
    unfit: int
    misfits: tuple[Misfit, ...]


class RecordsUnfitError(CodedError):
    """Records that a definition cannot take: ``registries.records_unfit``; `trial` says which and why."""

    def __init__(self, trial: Trial) -> None:
        super().__init__("registries.records_unfit", unfit=trial.unfit, tried=trial.tried)
        self.trial = trial

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.trial,)


def try_records(now: Definition, then: Definition, since: datetime | None = None) -> Trial:
    """Try every live record (those changed since a moment, where one is given) under the definition to come.

    In flat memory, as the records lie; a record that does not fit counts once, however much is wrong with it.
    """
    registry = open_registry(now.institution, now.code)
    tried = unfit = 0
    misfits: list[Misfit] = []
    with seen_values() as seen:
        for wrong in _Trying(registry, then, seen).all(since):
            tried, unfit = tried + 1, unfit + bool(wrong)
            misfits += wrong[: MAX_MISFITS - len(misfits)]
    return Trial(tried, unfit, tuple(misfits))


class _Trying:
    """One definition to come, and what it is compared with."""

    def __init__(self, registry: Opened, then: Definition, seen: Seen) -> None:
        self.registry, self.then, self.seen = registry, then, seen
        self.old, self.new = registry.model, model_of(then)
        self.day = today(clock())
        self.converter = None if self.new.convert is None else self._converter()
        self.open_fields = without_secrets(self.new)
        known = {one.name: one.must.source for one in self.old.conditions}
        self.conditions = [one for one in self.new.conditions if known.get(one.name) != one.must.source]
        self.keys = [place for place, key in enumerate(self.new.keys) if not _is_kept(key, self.old, self.new)]
        self.links = [one for one in self.new.links if self._leads_elsewhere(one)]

    def all(self, since: datetime | None) -> Iterator[list[Misfit]]:
        """What is wrong with each record; of those unchanged since a moment only their keys are looked at."""
        after = None if since is None else since - _MARGIN
        for some in batches(self.registry.store.stream()):
            recent = [row for row in some if after is None or row.changed_at >= after]
            wanted = some if self.keys else recent
            made = {row.rid: self._made(row) for row in wanted}
            dangling = self._dangling([(row, made[row.rid][0]) for row in recent])
            fresh = {row.rid for row in recent}
            for row in wanted:
                values, wrong = made[row.rid]
                found = wrong if row.rid in fresh else []
                yield [*found, *dangling.get(row.rid, ()), *self._taken(row, values)]

    def _made(self, row: CurrentRow) -> tuple[Values, list[Misfit]]:
        stored = read_content(row.content)
        values, errors = self._as_it_lies(stored) if self.converter is None else self.converter.convert(stored)
        errors |= {} if errors else dict(self._unmet(values))
        errors |= dict(self._promised(row, values))
        return dict(values), [Misfit(row.record, name, error) for name, error in errors.items()]

    def _as_it_lies(self, stored: Mapping[str, Any]) -> tuple[Values, dict[str, CodedError]]:
        """Without a conversion a content is read as it was written: every value must be one of the new field too."""
        given = {one.name: stored[one.name] for one in self.open_fields if one.name in stored}
        validation = self.open_fields.validate(given)
        errors = dict(validation.errors) | missing_secrets(self.new, stored)
        for one in self.new.fields:
            if one.name in stored and one.name not in errors and self._reads_otherwise(one, stored, validation.values):
                old = self.old.fields.find(one.name)
                told = {"old": old.type if old else "?", "new": one.type}
                errors[one.name] = CodedError("registries.conversion_type", field=one.name, **told)
        return validation.values, errors

    def _reads_otherwise(self, field: Field, stored: Mapping[str, Any], cleaned: Mapping[str, Any]) -> bool:
        before = self.old.fields.find(field.name)
        if before is None or (before.type, before.secret, before.scale) != (field.type, field.secret, field.scale):
            return True
        return not field.secret and cleaned.get(field.name) != stored[field.name]

    def _unmet(self, values: Mapping[str, Any]) -> Iterator[tuple[str, CodedError]]:
        for one in self.conditions:
            where = one.name if one.name in self.new.fields else ""
            try:
                if one.must.evaluate(values, self.day) is False:
                    text = self.then.texts.get(f"conditions.{one.name}")
                    yield where, CodedError("registries.condition_unmet", condition=text, law=one.law or "—")
            except CodedError as error:
                yield where, error

    def _promised(self, row: CurrentRow, values: Mapping[str, Any]) -> Iterator[tuple[str, CodedError]]:
        capacity = self.new.capacity
        if row.taken and (capacity is None or int(values.get(capacity.of) or 0) < row.taken):
            where = "" if capacity is None else capacity.of
            yield where, CodedError("registries.capacity_below_taken", taken=row.taken)

    def _taken(self, row: CurrentRow, values: Mapping[str, Any]) -> Iterator[Misfit]:
        keys = dict(key_values(self.new.keys, values))
        for place in self.keys:
            if place in keys and self.seen.again(place, keys[place]):
                fields = ", ".join(self.new.keys[place])
                error = CodedError("registries.key_taken", field=fields, value=keys[place][:60])
                yield Misfit(row.record, fields, error)

    def _dangling(self, made: Sequence[tuple[CurrentRow, Values]]) -> dict[int, list[Misfit]]:
        found: dict[int, list[Misfit]] = defaultdict(list)
        for link in self.links:
            target = open_registry(self.registry.institution, link.to or "")
            wanted = [(row, str(values[link.name])) for row, values in made if link.name in values]
            there = target.store.existing_keys(0, [(value,) for value in sorted({value for _, value in wanted})])
            for row, value in wanted:
                if (value,) not in there:
                    error = CodedError("registries.link_to_nothing", registry=target.definition.title)
                    found[row.rid].append(Misfit(row.record, link.name, error))
        return found

    def _leads_elsewhere(self, link: Field) -> bool:
        before = self.old.fields.find(link.name)
        said = self.new.convert is not None and link.name in self.new.convert.fields
        return said or before is None or (before.type, before.to) != (link.type, link.to)

    def _converter(self) -> Any:
        return make_converter(self.new, self.old, self.registry.definition.digest)


def _is_kept(key: tuple[str, ...], old: RegistryDefinition, new: RegistryDefinition) -> bool:
    """Whether a key was one before, of fields whose values stay: then it is unique already."""
    said = new.convert.fields if new.convert else {}
    return key in old.keys and not any(name in said for name in key)
