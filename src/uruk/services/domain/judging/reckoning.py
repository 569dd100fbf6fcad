"""Reckons what follows from answers and facts: values, tables, conditions, and only those that are asked for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from uruk.definitions.api import UNKNOWN, Expression
from uruk.services.domain.ground import AWAY, NOTHING, Ground, Waiting
from uruk.services.domain.linked import LinkedTable, Service, Typed
from uruk.services.domain.scope import APPLIED, FOUND


@dataclass(frozen=True)
class Matched:
    """What a table says: the row that matched (from 0; None for none) and what comes out, NOTHING or Waiting."""

    row: int | None
    out: object


@dataclass
class Memo:
    """Results of expressions by what they were given: a mutated service mostly asks the same again."""

    results: dict[tuple[str, object, int, str], object] = field(default_factory=dict)

    def evaluate(self, expression: Expression, data: Mapping[str, object], ground: Ground) -> object:
        """The result over this data. Errors: those of `Expression.evaluate`."""
        key = (expression.source, ground.today, hash(expression.fields), repr(data))
        if key not in self.results:
            self.results[key] = expression.evaluate(data, ground.today)
        return self.results[key]


class Reckoning:
    """One case at one moment. Results are kept, so a value that ten conditions name is reckoned once.

    `touched`: the facts that were used so far; one
    that is away and does not decide is none of them.
    """

    def __init__(self, service: Service, ground: Ground, memo: Memo | None = None) -> None:
        self.service, self.ground = service, ground
        self.touched: set[str] = set()
        self._memo = memo
        self._of_rows = service.of_rows
        self._values: dict[str, object] = {}
        self._tables: dict[str, tuple[Matched, ...]] = {}
        self._conditions: dict[str, bool | Waiting] = {}
        self._runs: dict[int, tuple[Typed, object]] = {}

    # -- results ---------------------------------------------------------------------------------------------------

    def value(self, name: str) -> object:
        """A value, or what a table without `each` says: NOTHING or Waiting where there is none."""
        if name not in self._values:
            if name in self.service.tables:
                self._values[name] = self.table(name)[0].out
            else:
                found, otherwise = self.run(self.service.values[name]), self.service.definition.values[name].otherwise
                self._values[name] = otherwise if found is NOTHING and otherwise is not None else found
        return self._values[name]

    def table(self, name: str) -> tuple[Matched, ...]:
        """What a table says of each row of its list; of a table without `each`, of the case."""
        if name not in self._tables:
            table = self.service.tables[name]
            each = table.table.each
            rows = [{}] if each is None else self.rows(tuple(each.split(".")))
            self._tables[name] = tuple(self._look_up(table, row) for row in rows)
        return self._tables[name]

    def condition(self, name: str) -> bool | Waiting:
        """Whether a condition holds. What says nothing does not hold: nothing never grants."""
        if name not in self._conditions:
            found = self.run(self.service.conditions[name])
            self._conditions[name] = found if isinstance(found, Waiting) else found is True
        return self._conditions[name]

    def failed(self) -> tuple[str, ...] | Waiting:
        """The conditions that do not hold, once all are known."""
        if self._memo is None and not self._conditions:
            self._ask_together()
        found = {name: self.condition(name) for name in self.service.conditions}
        waiting = frozenset[str]().union(*(one.facts for one in found.values() if isinstance(one, Waiting)))
        return Waiting(waiting) if waiting else tuple(name for name, holds in found.items() if not holds)

    def _ask_together(self) -> None:
        """Many conditions cost little more than one, where all that they name is there; others are asked one by one."""
        asked = self.service.conditions
        there = {need: self._is_there(need) for need in frozenset[str]().union(*(one.needs for one in asked.values()))}
        names = tuple(name for name, one in asked.items() if all(there[need] for need in one.needs))
        for some, bundle in self.service.together(names):
            data, _ = self._data(frozenset[str]().union(*(asked[name].needs for name in some)), {})
            found = bundle.evaluate(data, self.ground.today)
            if found is not None:
                self._conditions |= {name: holds is True for name, holds in zip(some, found, strict=True)}

    def _is_there(self, need: str) -> bool:
        outer, _, name = need.partition(".")
        found = self._known(outer, name, frozenset())
        # What a table says of rows stands in these.
        return not isinstance(found, Waiting) and (found is not NOTHING or self._is_of_rows(outer))

    def rows(self, path: tuple[str, ...]) -> Sequence[Mapping[str, object]]:
        """The rows of a list of answers or facts; none where it is not known."""
        found = self.ground.answers.get(path[1]) if path[0] == "answers" else self.fact(path[1])
        return found if isinstance(found, list | tuple) else ()

    def full_rows(self, path: tuple[str, ...]) -> Sequence[Mapping[str, object]]:
        """The rows of a list with what tables say of each."""
        each = ".".join(path)
        tables = [name for name, one in self.service.tables.items() if one.table.each == each]
        return [{**row, **dict(self._outs(tables, place))} for place, row in enumerate(self.rows(path))]

    def fact(self, name: str) -> object:
        """A fact as expressions see it: a record with whether it was `found`, or a list of records."""
        found = self.ground.facts.get(name, AWAY)
        if found is AWAY:
            return Waiting(frozenset({name}))
        self.touched.add(name)
        if self.service.definition.facts[name].many:
            return [] if found is NOTHING else found
        return {FOUND: False} if found is NOTHING or not isinstance(found, Mapping) else {**found, FOUND: True}

    def run(self, typed: Typed, rows: Mapping[str, Mapping[str, object]] | None = None) -> object:
        """The result of an expression; NOTHING where what it needs is not there, Waiting where it is not known yet.

        `rows`: of the names that stand for one row of a list.
        """
        if rows:
            return self.run_once(typed, rows)
        # Rules of a state are asked by whoever wants to know whose turn it is, and again by whoever takes the step.
        if id(typed) not in self._runs:
            self._runs[id(typed)] = typed, self.run_once(typed, {})
        return self._runs[id(typed)][1]

    def run_once(self, typed: Typed, rows: Mapping[str, Mapping[str, object]]) -> object:
        """The same of an expression that nobody asks for again."""
        data, waiting = self._data(typed.needs, rows)
        if typed.expression is None:
            found = _at(data, typed.path)
            return Waiting(waiting) if found is NOTHING and waiting else found
        result = self._evaluate(typed.expression, data)
        if result is not UNKNOWN:
            return result
        return Waiting(waiting) if waiting else NOTHING

    # -- what expressions are given --------------------------------------------------------------------------------

    def _evaluate(self, expression: Expression, data: Mapping[str, object]) -> object:
        if self._memo is not None:
            return self._memo.evaluate(expression, data, self.ground)
        return expression.evaluate(data, self.ground.today)

    def _data(
        self, needs: frozenset[str], rows: Mapping[str, Mapping[str, object]]
    ) -> tuple[dict[str, object], frozenset[str]]:
        """What is known of what is needed, nested as names are dotted; and the facts that are not known yet."""
        data: dict[str, object] = dict(rows)
        waiting: set[str] = set()
        for need in needs:
            outer, _, name = need.partition(".")
            if outer in rows:
                continue
            value = self._known(outer, name, needs)
            if isinstance(value, Waiting):
                waiting |= value.facts
            elif value is not NOTHING and name:
                inner = data.setdefault(outer, {})
                assert isinstance(inner, dict), "no value is called like a group"
                inner[name] = value
            elif value is not NOTHING:
                data[outer] = value
        return data, frozenset(waiting)

    def _known(self, outer: str, name: str, needs: frozenset[str]) -> object:
        match outer:
            case "answers":
                return self._answer(name, needs)
            case "facts":
                return self.fact(name)
            case "applicant" | "decided":
                group = self.ground.applicant if outer == "applicant" else self.ground.decided
                return group.get(name, NOTHING)
            case _ if outer == APPLIED:
                return self.ground.applied_on.isoformat()
            case "failed":
                failed = self.failed()
                return failed if isinstance(failed, Waiting) else [{"name": one} for one in failed]
        return self._waits_of_rows(outer) if self._is_of_rows(outer) else self.value(outer)

    def _is_of_rows(self, name: str) -> bool:
        return name in self._of_rows

    def _waits_of_rows(self, name: str) -> object:
        """A table of rows is no value itself: it stands in the rows. But it may wait."""
        waiting = frozenset[str]().union(*(one.out.facts for one in self.table(name) if isinstance(one.out, Waiting)))
        return Waiting(waiting) if waiting else NOTHING

    def _answer(self, name: str, needs: frozenset[str]) -> object:
        found = self.ground.answers.get(name, NOTHING)
        if not isinstance(found, list):
            return found
        tables = [one for one, each in self._of_rows.items() if one in needs and each == f"answers.{name}"]
        if not tables:
            return found
        return [{**row, **dict(self._outs(tables, place))} for place, row in enumerate(found)]

    def _outs(self, tables: Sequence[str], place: int) -> Iterator[tuple[str, object]]:
        for name in tables:
            out = self.table(name)[place].out
            if out is not NOTHING and not isinstance(out, Waiting):
                yield name, out

    # -- tables ----------------------------------------------------------------------------------------------------

    def _look_up(self, table: LinkedTable, row: Mapping[str, object]) -> Matched:
        given = [self._input(path, row) for path in table.paths]
        waiting = frozenset[str]()
        for position, box in enumerate(table.boxes):
            fits, waits = _fit(table, box, given)
            waiting |= waits
            if fits and not waiting:
                return Matched(position, table.outs[position])
        return Matched(None, Waiting(waiting) if waiting else NOTHING)

    def _input(self, path: tuple[str, ...], row: Mapping[str, object]) -> object:
        if path[0] == "row":
            return _at({"row": row}, path)
        found = self._known(path[0], path[1] if len(path) > 1 else "", frozenset())
        return found if isinstance(found, Waiting) or len(path) < 3 else _at({"found": found}, ("found", *path[2:]))


def _fit(table: LinkedTable, box: Sequence[int], given: Sequence[object]) -> tuple[bool, frozenset[str]]:
    """Whether a row matches; and the facts that decide it, where they are not known yet."""
    waiting = frozenset[str]()
    for column, mask, value in zip(table.columns, box, given, strict=True):
        if mask == column.whole:
            continue
        if isinstance(value, Waiting):
            waiting |= value.facts
        elif value is NOTHING or not column.bit(value) & mask:
            return False, frozenset()
    return True, waiting


def _at(data: Mapping[str, object], path: Sequence[str]) -> object:
    found: object = data
    for part in path:
        found = found.get(part, NOTHING) if isinstance(found, Mapping) else NOTHING
    return found
