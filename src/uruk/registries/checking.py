"""Whether values may be recorded: each by its field, all by the conditions, and against what else is recorded."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from uruk.definitions.api import Field
from uruk.kernel.api import CodedError, Text
from uruk.registries.domain.definition import Condition
from uruk.registries.domain.files import files_in
from uruk.registries.domain.reckoning import contradicted, reckoned
from uruk.registries.evidence import file_is_stored
from uruk.registries.ground import batches
from uruk.registries.opening import Opened, open_registry

MAX_PROBLEMS_OF_ONE = 50


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong: with which change of the set (from 0), at which field (dotted path; "" for the whole), and why."""

    position: int
    field: str
    error: CodedError


class Checker:
    """Checks one change set; what needs other records is asked for once for all of it."""

    def __init__(self, registry: Opened, today: date) -> None:
        self.registry, self.today = registry, today
        self._links: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        self._keys: list[tuple[int, int | None, dict[str, Any]]] = []
        self._removed: list[tuple[int, dict[str, Any]]] = []

    @property
    def noted(self) -> Sequence[tuple[int, int | None, dict[str, Any]]]:
        """The values that were found right: position of the change, number of the record, the values."""
        return self._keys

    def values(self, position: int, rid: int | None, values: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
        """The values of one version, cleaned, with those that the registry reckons, and what is wrong with them."""
        model = self.registry.model
        said = values if not model.values else {n: one for n, one in values.items() if n not in model.values}
        validation = model.said.validate(said)
        known, errors = validation.values, validation.errors
        if model.values and not errors:
            known, wrong = reckoned(model, known)
            errors = tuple(wrong.items())
        found = [Problem(position, path, error) for path, error in errors[:MAX_PROBLEMS_OF_ONE]]
        if not found:
            found = [*self._unmet(position, known), *self._missing_files(position, known)]
        if not found:
            self._note(position, rid, known)
        return known, found

    def overruled(self, position: int, given: Mapping[str, Any], values: Mapping[str, Any]) -> Iterator[Problem]:
        """What somebody says otherwise than the registry reckons it."""
        for name in contradicted(self.registry.model, given, values):
            yield Problem(position, name, CodedError("registries.value_reckoned"))

    def known(self, position: int, values: dict[str, Any]) -> list[Problem]:
        """What is wrong with the values of a new record that are right by themselves."""
        found = list(self._missing_files(position, values))
        if not found:
            self._note(position, None, values)
        return found

    def _unmet(self, position: int, values: Mapping[str, Any]) -> Iterator[Problem]:
        for one in self.registry.model.conditions:
            try:
                # Unknown, because a field that may be empty is empty, refuses nothing.
                if one.must.evaluate(values, self.today) is False:
                    yield Problem(position, self._place(one), self._refusal(one))
            except CodedError as error:
                yield Problem(position, self._place(one), error)

    def _place(self, condition: Condition) -> str:
        return condition.name if condition.name in self.registry.model.fields else ""

    def _refusal(self, condition: Condition) -> CodedError:
        text: Text = self.registry.definition.texts.get(f"conditions.{condition.name}")
        return CodedError("registries.condition_unmet", condition=text, law=condition.law or "—")

    def _missing_files(self, position: int, values: Mapping[str, Any]) -> Iterator[Problem]:
        if not self.registry.model.has_files:
            return
        for path, digest in files_in(self.registry.model.fields, values):
            if not file_is_stored(digest):
                yield Problem(position, path, CodedError("registries.file_unknown"))

    def _note(self, position: int, rid: int | None, values: dict[str, Any]) -> None:
        for one in self.registry.model.links:
            if one.name in values:
                self._links[one.name][values[one.name]].append(position)
        self._keys.append((position, rid, values))

    def removal(self, position: int, values: dict[str, Any]) -> None:
        """Note that a record is to be withdrawn, to see what leads to it."""
        self._removed.append((position, values))

    # -- against other records -----------------------------------------------------------------------------------------

    def across(self, *, keys: bool) -> Iterator[Problem]:
        """What is wrong with the whole set: links to nothing, records that others lead to, and keys that are taken."""
        for one in self.registry.model.links:
            yield from self._dangling(one)
        yield from self._still_linked()
        if keys:
            yield from self.keys()

    def keys(self) -> Iterator[Problem]:
        """Every key of the set that another record has, or another change of the set."""
        for number in range(len(self.registry.model.keys)):
            yield from self._taken(number)

    def _dangling(self, link: Field) -> Iterator[Problem]:
        wanted = self._links.get(link.name)
        if not wanted:
            return
        target = self.registry
        if link.to != self.registry.code:
            target = open_registry(self.registry.institution, link.to or "")
        there = {found for some in batches(sorted(wanted)) for found in target.store.existing_keys(0, _keys(some))}
        own = self._own_main_keys() if target is self.registry else frozenset()
        for value, positions in wanted.items():
            if (value,) not in there and value not in own:
                error = CodedError("registries.link_to_nothing", registry=target.definition.title)
                yield from (Problem(position, link.name, error) for position in positions)

    def _own_main_keys(self) -> frozenset[str]:
        """The main keys of this very set, as text: a tree may come in one set."""
        main = self.registry.model.main_key
        return frozenset(str(values[main[0]]) for _, _, values in self._keys if main and main[0] in values)

    def _still_linked(self) -> Iterator[Problem]:
        main = self.registry.model.main_key
        if not self._removed or len(main) != 1:
            return
        leading = [one for one in leading_to(self.registry) if one[1].on_removal == "refuse"]
        for position, values in self._removed:
            for source, link in leading:
                if main[0] in values and source.store.linked(link.name, str(values[main[0]]), 1):
                    yield Problem(position, "", CodedError("registries.still_linked", registry=source.definition.title))

    def _taken(self, number: int) -> Iterator[Problem]:
        fields = self.registry.model.keys[number]
        mine: dict[tuple[Any, ...], list[tuple[int, int | None]]] = defaultdict(list)
        for position, rid, values in self._keys:
            if all(name in values for name in fields):
                mine[tuple(values[name] for name in fields)].append((position, rid))
        known = self.registry.store.find_by_keys(number, list(mine))
        for key, holders in mine.items():
            row = known.get(key)
            for place, (position, rid) in enumerate(holders):
                if place > 0 or (row is not None and row.rid != rid):
                    yield Problem(position, ", ".join(fields), key_taken(fields, key))


def _keys(values: Sequence[str]) -> list[tuple[str]]:
    return [(value,) for value in values]


def key_taken(fields: tuple[str, ...], values: tuple[Any, ...]) -> CodedError:
    """That another record has the key."""
    return CodedError("registries.key_taken", field=", ".join(fields), value=" ".join(map(str, values))[:60])


def leading_to(registry: Opened) -> Iterator[tuple[Opened, Field]]:
    """The registries of the same institution, this one too, with the fields that link to records of this one."""
    for code in registry.siblings():
        source = registry if code == registry.code else open_registry(registry.institution, code)
        yield from ((source, one) for one in source.model.links if one.to == registry.code)
