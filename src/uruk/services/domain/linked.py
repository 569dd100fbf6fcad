"""A service whose names were found and whose expressions were compiled: what runs, and what examples try."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from uruk.definitions.api import Bundle, Duration, Expression, Field, Fields
from uruk.services.domain.definition import Effect, Formula, Round, ServiceDefinition, Table
from uruk.services.domain.tables.boxes import Box
from uruk.services.domain.tables.columns import Column


@dataclass(frozen=True)
class Typed:
    """An expression that runs, or a value that is copied from `path` (a person, a list, a file).

    `needs`: the answers, facts, values and tables that it names (`answers.crops`, `facts.card`, `water_m3`, `failed`).
    """

    formula: Formula
    expression: Expression | None
    needs: frozenset[str]
    path: tuple[str, ...] = ()


@dataclass(frozen=True)
class LinkedTable:
    """A table with its columns, where the value of each is found (`row.crop`, `facts.card.holding`), each row as a box
    over them, and what comes out of each row.
    """

    table: Table
    columns: tuple[Column, ...]
    paths: tuple[tuple[str, ...], ...]
    boxes: tuple[Box, ...]
    outs: tuple[object, ...]


@dataclass(frozen=True)
class LinkedEffect:
    """An effect with its values; `each`: the list whose rows it is done for. `optional`: values it can do without.

    `day`: of a reminder the day of the case that it comes before; `validity`: how long its document holds.
    """

    effect: Effect
    inputs: Mapping[str, Typed]
    amount: Typed | None
    each: tuple[str, ...] = ()
    whose: Typed | None = None
    optional: frozenset[str] = frozenset()
    day: Typed | None = None
    validity: Duration | None = None

    @property
    def all_typed(self) -> tuple[Typed, ...]:
        """All that is computed before it is done."""
        return (*self.inputs.values(), *self._more)

    @property
    def needed(self) -> tuple[Typed, ...]:
        """What it cannot be done without."""
        return (*(one for name, one in self.inputs.items() if name not in self.optional), *self._more)

    @property
    def _more(self) -> tuple[Typed, ...]:
        return tuple(one for one in (self.amount, self.whose, self.day) if one is not None)


@dataclass(frozen=True)
class LinkedReview:
    """How another institution is asked for its review: by which service of it, and what it is told."""

    service: str
    inputs: Mapping[str, Typed]


@dataclass(frozen=True)
class LinkedRound:
    """A round with its expressions: of the call, its end, its places, its order and its quotas."""

    round: Round
    call: Typed
    ends: Typed
    places: Typed
    order: tuple[Typed, ...]
    quotas: Mapping[str, tuple[Typed, Typed]]


# More would be one expression longer than CEL reads; more sets than this of one service are asked of nobody.
_AT_ONCE, _SETS = 32, 64


@dataclass(frozen=True)
class Service:
    """A service that can run. `reviews`: of each state how other institutions (codes) are asked what they think.

    `facts`: the fields of each fact; `fact_inputs`: how it is found. `rules`: of each state the conditions of its
    rules, None for the last. `shown`: what decides whether a step or a question (`steps.NAME`, `fields.NAME`) is asked;
    `bounds`: computed minima and maxima of questions. `scope`: all that expressions may name.
    `starts`: of each state the day from which its deadline is counted, where it says one.
    """

    definition: ServiceDefinition
    scope: Fields
    facts: Mapping[str, Fields]
    fact_inputs: Mapping[str, Mapping[str, Typed]]
    values: Mapping[str, Typed]
    tables: Mapping[str, LinkedTable]
    conditions: Mapping[str, Typed]
    rules: Mapping[str, tuple[Typed | None, ...]]
    shown: Mapping[str, Typed]
    bounds: Mapping[str, tuple[Typed | None, Typed | None]]
    effects: Mapping[str, tuple[LinkedEffect, ...]]
    fee: Typed | None
    round: LinkedRound | None
    reviews: Mapping[str, Mapping[str, LinkedReview]] = field(default_factory=dict)
    starts: Mapping[str, Typed] = field(default_factory=dict)

    @cached_property
    def tables_of_case(self) -> tuple[str, ...]:
        """The tables with one result for the case, which stands under the table's name like a value."""
        return tuple(name for name, one in self.tables.items() if one.table.each is None)

    @cached_property
    def behind(self) -> dict[frozenset[str], tuple[str, ...]]:
        """The facts that something rests on, by what it names: what was found of a service stays true of it."""
        return {}

    @cached_property
    def of_rows(self) -> dict[str, str]:
        """The tables that say something of every row, each with the list whose rows these are."""
        return {name: one.table.each for name, one in self.tables.items() if one.table.each is not None}

    def together(self, names: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Bundle]]:
        """These conditions, some at a time, as one expression each."""
        for at in range(0, len(names), _AT_ONCE):
            some = names[at : at + _AT_ONCE]
            if some not in self._bundles:
                if len(self._bundles) >= _SETS:
                    self._bundles.clear()
                asked = (self.conditions[name].expression for name in some)
                self._bundles[some] = Bundle(tuple(one for one in asked if one is not None))
            yield some, self._bundles[some]

    @cached_property
    def _bundles(self) -> dict[tuple[str, ...], Bundle]:
        return {}


def expressions(service: Service) -> Iterator[Typed]:
    """All that a service has computed somewhere, but for the columns of tables."""
    found: list[Typed | None] = [*service.values.values(), *service.conditions.values()]
    found += [*service.shown.values(), *service.starts.values()]
    found += [one for inputs in service.fact_inputs.values() for one in inputs.values()]
    found += [one for rules in (*service.rules.values(), *service.bounds.values()) for one in rules]
    for effects in service.effects.values():
        found += [one for effect in effects for one in effect.all_typed]
    for reviews in service.reviews.values():
        found += [one for review in reviews.values() for one in review.inputs.values()]
    found.append(service.fee)
    if service.round is not None:
        known = service.round
        found += [known.call, known.ends, known.places, *known.order]
        found += [one for pair in known.quotas.values() for one in pair]
    yield from (one for one in found if one is not None)


def as_day(found: object) -> datetime.date | None:
    """A day as an expression gives it; None for anything else."""
    if isinstance(found, str):
        return datetime.date.fromisoformat(found)
    return found if isinstance(found, datetime.date) else None


def find_field(fields: Fields, path: tuple[str, ...]) -> Field | None:
    """The field at a dotted path through groups."""
    found = fields.find(path[0]) if path else None
    for part in path[1:]:
        found = found.members.find(part) if found is not None and found.type == "group" else None
    return found
