"""Links a service: finds what it names in other definitions, types and compiles every expression."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from uruk.definitions.api import Cursor, Fields, Findings, Parsings, ResultType
from uruk.services.domain.definition import Fact, Formula, ServiceDefinition
from uruk.services.domain.linked import LinkedRound, LinkedTable, Service, Typed, find_field
from uruk.services.domain.linking.circles import report_circles
from uruk.services.domain.linking.compiling import RESULTS, Compiler
from uruk.services.domain.linking.effects import EffectLinker
from uruk.services.domain.linking.reviews import ReviewLinker
from uruk.services.domain.linking.tables import TableLinker
from uruk.services.domain.scope import page_scope, service_scope, with_row
from uruk.services.domain.sources import Source, Sources

# Of how many rows another institution is asked at most: each row is a message.
MAX_ASKED_ROWS = 20


def link_service(definition: ServiceDefinition, cursor: Cursor, found: Parsings) -> Service | None:
    """The service, ready to run; None where something in it is wrong. All that is wrong is reported."""
    before = len(cursor.findings)
    sources = Sources(found, definition, cursor)
    known = {name: sources.find(fact) for name, fact in definition.facts.items()}
    resolved = {name: one for name, one in known.items() if one is not None}
    unsure = definition.unsure | {f"facts.{name}" for name, one in known.items() if one is None}
    unsure |= _unsure_rows(definition, resolved) | _unsure_tables(definition, cursor.findings)
    linked = _Linker(definition, resolved, unsure, cursor.findings).link(sources)
    if len(cursor.findings) > before or unsure or not _is_whole(linked):
        return None
    report_circles(linked, cursor.findings)
    return linked if len(cursor.findings) == before else None


def _unsure_rows(definition: ServiceDefinition, known: Mapping[str, Source]) -> frozenset[str]:
    """What a row is called whose fact is not known to be many."""
    repeats = [step.repeat for step in definition.steps if step.repeat is not None]
    wrong = [one for one in repeats if one.over and not (one.over in known and definition.facts[one.over].many)]
    return frozenset(name for one in wrong for name in (one.name, f"row.{one.name}"))


def _unsure_tables(definition: ServiceDefinition, findings: Findings) -> frozenset[str]:
    """Tables over what is no list of answers; reported here, as rows have nothing of them."""
    lists = {f"answers.{step.name}" for step in definition.steps if step.repeat is not None}
    wrong = [one for one in definition.tables.values() if one.each is not None and one.each not in lists]
    for one in wrong:
        findings.report(one.place, "services.each_no_list", each=str(one.each)[:80])
    return frozenset(one.name for one in wrong)


def _starts(definition: ServiceDefinition) -> Iterator[tuple[str, Formula, ResultType]]:
    """Of each state the day from which its deadline is counted, where it says one."""
    for state in definition.states.values():
        if state.deadline is not None and state.deadline.start is not None:
            yield state.name, state.deadline.start, "date"


def _is_whole(linked: Service) -> bool:
    """Whether all was understood: what rests on something wrong elsewhere is left out without a word."""
    definition = linked.definition
    states = definition.states.values()
    return (
        len(linked.tables) == len(definition.tables)
        and len(linked.values) == len(definition.values)
        and len(linked.conditions) == len(definition.conditions)
        and all(len(linked.effects.get(one.name, ())) == len(one.do) for one in states)
    )


@dataclass
class _Linker:
    definition: ServiceDefinition
    sources: Mapping[str, Source]
    unsure: frozenset[str]
    findings: Findings

    def __post_init__(self) -> None:
        self._facts = {name: one.fields for name, one in self.sources.items()}
        self._scope = service_scope(self.definition, self._facts)
        self._compiler = Compiler(self.definition, self.unsure, self.findings)

    def link(self, around: Sources) -> Service:
        definition = self.definition
        effects = EffectLinker(definition, self._scope, self._compiler, around, self.findings)
        return Service(
            definition,
            self._scope,
            self._facts,
            {name: dict(self._inputs(name)) for name in self.sources},
            dict(self._typed((name, one.formula, RESULTS[one.field.type]) for name, one in definition.values.items())),
            self._tables(),
            dict(self._typed((name, one.must, "bool") for name, one in definition.conditions.items())),
            {one.name: tuple(self._rule(rule.when) for rule in one.rules) for one in definition.states.values()},
            self._shown(),
            self._bounds(),
            {one.name: effects.link(one) for one in definition.states.values() if one.do},
            self._fee(),
            self._round(),
            ReviewLinker(definition, self._scope, self._compiler, around, self.findings).link(),
            dict(self._typed(_starts(definition))),
        )

    def _typed(self, written: Iterable[tuple[str, Formula, ResultType]]) -> Iterator[tuple[str, Typed]]:
        for name, formula, result in written:
            typed = self._compiler.typed(formula, self._scope, result)
            if typed is not None:
                yield name, typed

    def _inputs(self, name: str) -> Iterator[tuple[str, Typed]]:
        fact = self.definition.facts[name]
        scope = self._rows_of(fact)
        if scope is None:
            return
        rests_on = frozenset({fact.each} if fact.each is not None else ())
        for key, formula in fact.inputs.items():
            item = self.sources[name].inputs.get(key)
            typed = self._compiler.typed(formula, scope, RESULTS.get(item.type, "text")) if item else None
            if typed is not None:
                yield key, replace(typed, needs=typed.needs | rests_on)

    def _rows_of(self, fact: Fact) -> Fields | None:
        """What the values of a fact may name; of one that is looked for row by row also the row. None: no rows."""
        if fact.each is None:
            return self._scope
        found = find_field(self._scope, tuple(fact.each.split(".")))
        if found is None or found.type != "list":
            self.findings.report(fact.place, "services.each_no_list", each=fact.each[:80])
            return None
        if fact.ask and (found.maximum is None or found.maximum > MAX_ASKED_ROWS):
            self.findings.report(fact.place, "services.fact_each_rows", max=MAX_ASKED_ROWS)
        return with_row(self._scope, "row", found.members)

    def _tables(self) -> dict[str, LinkedTable]:
        linker = TableLinker(self._scope, self.unsure, self.findings)
        linked = {name: linker.link(one) for name, one in self.definition.tables.items()}
        return {name: one for name, one in linked.items() if one is not None}

    def _rule(self, when: Formula | None) -> Typed | None:
        return None if when is None else self._compiler.typed(when, self._scope, "bool")

    # -- what is asked ---------------------------------------------------------------------------------------------

    def _shown(self) -> dict[str, Typed]:
        written = {f"steps.{step.name}": (step.when, self._scope) for step in self.definition.steps}
        for step in self.definition.steps:
            for question in step.questions:
                written[f"fields.{question.field.name}"] = (
                    question.when,
                    page_scope(self._scope, step, question, self._facts),
                )
        found = {name: self._compiler.typed(when, scope, "bool") for name, (when, scope) in written.items() if when}
        return {name: one for name, one in found.items() if one is not None}

    def _bounds(self) -> dict[str, tuple[Typed | None, Typed | None]]:
        found = {}
        for step in self.definition.steps:
            for question in step.questions:
                if question.minimum or question.maximum:
                    scope = page_scope(self._scope, step, question, self._facts)
                    found[question.field.name] = (
                        self._bound(question.minimum, scope),
                        self._bound(question.maximum, scope),
                    )
        return found

    def _bound(self, written: Formula | None, scope: Fields) -> Typed | None:
        return None if written is None else self._compiler.typed(written, scope, "int")

    # -- fee and round ---------------------------------------------------------------------------------------------

    def _fee(self) -> Typed | None:
        fee = self.definition.fee
        return None if fee is None else self._compiler.typed(fee.amount, self._scope, "int")

    def _round(self) -> LinkedRound | None:
        found = self.definition.round
        if found is None:
            return None
        call = self._compiler.typed(found.call, self._scope, "text")
        ends = self._compiler.typed(found.ends, self._scope, "date")
        places = self._compiler.typed(found.places, self._scope, "int")
        order = [self._compiler.typed(one.formula, self._scope, "int") for one in found.order]
        quotas = {one.name: (self._quota(one.when, "bool"), self._quota(one.places, "int")) for one in found.quotas}
        ready = {name: (when, many) for name, (when, many) in quotas.items() if when and many}
        if call is None or ends is None or places is None:
            return None
        return LinkedRound(found, call, ends, places, tuple(one for one in order if one), ready)

    def _quota(self, written: Formula, result: ResultType) -> Typed | None:
        return self._compiler.typed(written, self._scope, result)
