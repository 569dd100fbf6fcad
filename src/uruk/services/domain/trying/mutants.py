"""Mutants of a service: each with one table cell, condition or way changed. One that no example notices is untested."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from uruk.definitions.api import Expression, Field, Fields, Place, ScalarNode, compile_expression
from uruk.services.domain.definition import Formula
from uruk.services.domain.edges import LATE, Edge, all_edges
from uruk.services.domain.linked import LinkedRound, LinkedTable, Service, Typed
from uruk.services.domain.scope import APPLIED, bare_tokens
from uruk.services.domain.trying.playing import Standing, Way


@dataclass(frozen=True)
class Mutant:
    """A service with one change, said by its code and values. `cut`: a way that leads nowhere instead.

    `table`, `rule`: what an example must have come by to notice it.
    """

    service: Service
    place: Place
    code: str
    values: Mapping[str, object]
    cut: Way | None = None
    table: str | None = None
    rule: tuple[str, int] | None = None

    def may_show(self, stood: Standing, tables: frozenset[str]) -> bool:
        """Whether an example that stood like this, and asked these tables, can notice it at all."""
        if self.cut is not None:
            return self.cut in stood.ways
        if self.table is not None:
            return self.table in tables
        return self.rule is None or self.rule in stood.rules


def all_mutants(service: Service) -> Iterator[Mutant]:
    """Every mutant: of each cell what it does not say, of each condition always and never, of each way nowhere."""
    for linked in service.tables.values():
        yield from _of_table(service, linked)
    for name in service.conditions:
        yield from _of_condition(service, name)
    for state in service.rules:
        yield from _of_rules(service, state)
    for state in service.starts:
        yield _of_start(service, state)
    yield from _of_days(service)
    for edge in _ways(service):
        values = {"state": edge.start, "way": _by(edge), "to": edge.to}
        yield Mutant(service, edge.place, "services.way_untried", values, cut=(edge.start, edge.by))


def _by(edge: Edge) -> str:
    return f"next {int(edge.by.partition('.')[2]) + 1}" if edge.by.startswith("next.") else edge.by


def _ways(service: Service) -> Iterator[Edge]:
    yield from all_edges(service.definition)
    for state in service.definition.states.values():
        if state.deadline is not None and state.deadline.task is not None:
            yield Edge(state.name, LATE, state.name, state.deadline.place)


# -- tables ------------------------------------------------------------------------------------------------------------


def _of_table(service: Service, linked: LinkedTable) -> Iterator[Mutant]:
    name = linked.table.name
    for position, row in enumerate(linked.table.rows):
        for column, cell in enumerate(row.cells):
            changed = _without(linked, position, column) if column < len(linked.columns) else _other(linked, position)
            tables = {**service.tables, name: changed}
            values = {"table": name, "row": position + 1, "column": _title(linked, column)}
            yield Mutant(replace(service, tables=tables), cell.place, "services.cell_untried", values, table=name)


def _title(linked: LinkedTable, column: int) -> str:
    return linked.columns[column].name if column < len(linked.columns) else linked.table.name


def _without(linked: LinkedTable, position: int, column: int) -> LinkedTable:
    """The table where this cell says all that it does not say."""
    box = list(linked.boxes[position])
    box[column] = linked.columns[column].whole & ~box[column]
    boxes = (*linked.boxes[:position], tuple(box), *linked.boxes[position + 1 :])
    return replace(linked, boxes=boxes)


def _other(linked: LinkedTable, position: int) -> LinkedTable:
    out = another(linked.table.out, linked.outs[position])
    return replace(linked, outs=(*linked.outs[:position], out, *linked.outs[position + 1 :]))


def another(field: Field, value: object) -> object:
    """A value of a field that is not this one."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if field.type == "date":
        return (datetime.date.fromisoformat(str(value)) + datetime.timedelta(days=1)).isoformat()
    return next((one for one in field.options if one != value), f"{value}-")


# -- conditions --------------------------------------------------------------------------------------------------------


def _of_condition(service: Service, name: str) -> Iterator[Mutant]:
    place = service.definition.conditions[name].must.node.place
    for always, code in ((True, "services.condition_never_fails"), (False, "services.condition_never_holds")):
        conditions = {**service.conditions, name: constant(always)}
        yield Mutant(replace(service, conditions=conditions), place, code, {"condition": name})


def _of_rules(service: Service, state: str) -> Iterator[Mutant]:
    rules = service.rules[state]
    for position, typed in enumerate(rules):
        if typed is None:
            continue
        for always, code in ((True, "services.rule_never_passed_by"), (False, "services.rule_never_taken")):
            changed = (*rules[:position], constant(always), *rules[position + 1 :])
            values = {"state": state, "rule": position + 1}
            mutated = replace(service, rules={**service.rules, state: changed})
            yield Mutant(mutated, typed.formula.node.place, code, values, rule=(state, position))


def _of_start(service: Service, state: str) -> Mutant:
    """The deadline counted from the day on which the state begins."""
    starts = {name: one for name, one in service.starts.items() if name != state}
    place = service.starts[state].formula.node.place
    return Mutant(replace(service, starts=starts), place, "services.deadline_start_untried", {"state": state})


def _of_days(service: Service) -> Iterator[Mutant]:
    """Every condition and value that is held against the day of submission held against the day on which rules run."""
    for name, typed in service.conditions.items():
        if APPLIED in typed.needs:
            conditions = {**service.conditions, name: _judged_late(typed)}
            yield _of_day(replace(service, conditions=conditions), typed, name)
    for name, typed in service.values.items():
        if APPLIED in typed.needs:
            yield _of_day(replace(service, values={**service.values, name: _judged_late(typed)}), typed, name)


def _of_day(mutated: Service, typed: Typed, name: str) -> Mutant:
    return Mutant(mutated, typed.formula.node.place, "services.applied_untried", {"name": name})


def _judged_late(typed: Typed) -> Typed:
    """The same expression with `today` where it says `applied`."""
    expression = typed.expression
    assert expression is not None, "a day is not copied"
    found = [(one.start(), one.end()) for one in bare_tokens(expression.source) if one.group() == APPLIED]
    source = expression.source
    for start, end in reversed(found):
        source = source[:start] + "today" + source[end:]
    return replace(typed, expression=compile_expression(source, expression.fields, expression.result))


def mutated_rounds(linked: LinkedRound) -> Iterator[tuple[LinkedRound, Place, str, Mapping[str, object]]]:
    """Every change of a round that its examples must notice, with where and how it is said."""
    for name, (when, places) in linked.quotas.items():
        for always in (True, False):
            quotas = {**linked.quotas, name: (constant(always), places)}
            yield replace(linked, quotas=quotas), when.formula.node.place, "services.quota_untried", {"quota": name}
        quotas = {one: both for one, both in linked.quotas.items() if one != name}
        yield replace(linked, quotas=quotas), places.formula.node.place, "services.quota_untried", {"quota": name}
    for position, typed in enumerate(linked.order):
        declared = linked.round.order
        turned = replace(declared[position], most=not declared[position].most)
        order = (*declared[:position], turned, *declared[position + 1 :])
        mutated = replace(linked, round=replace(linked.round, order=order))
        yield mutated, typed.formula.node.place, "services.order_untried", {"position": position + 1}


@cache
def constant(always: bool) -> Typed:
    """An expression that always says the same."""
    source = str(always).lower()
    node = ScalarNode(Place(""), always, source)
    expression: Expression = compile_expression(source, Fields(()), "bool")
    return Typed(Formula(source, node), expression, frozenset())
