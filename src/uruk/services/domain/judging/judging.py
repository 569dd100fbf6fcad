"""Judges a case: what follows, why, by which article, and where it goes next."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from uruk.services.domain.ground import Ground, Waiting
from uruk.services.domain.judging.reckoning import Matched, Memo, Reckoning
from uruk.services.domain.linked import Service, Typed


@dataclass(frozen=True)
class Move:
    """Where rules send a case: the position of the rule (from 0) and the state, or the facts that must come first."""

    rule: int | None
    to: str | None
    waiting: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Reason:
    """Why: a condition or a table, whether it holds (None: not known yet), its article, the facts it rests on.

    `rows`: of a table the row that matched for each row of its list (from 0; None for none).
    """

    kind: str
    name: str
    holds: bool | None
    law: str | None
    facts: tuple[str, ...]
    rows: tuple[int | None, ...] = ()


@dataclass(frozen=True)
class Account:
    """All that follows from a case as it stands: what is decided can be read from it again.

    `values`: those that are known. `failed`: conditions that do not hold, None while one is not known. `waiting`: the
    facts that somebody waits for.
    """

    values: Mapping[str, object]
    matched: Mapping[str, tuple[Matched, ...]]
    reasons: tuple[Reason, ...]
    failed: tuple[str, ...] | None
    waiting: frozenset[str]


def next_move(service: Service, state: str, reckoning: Reckoning) -> Move:
    """Where the rules of a state send a case: the first that holds. One that is not known yet is waited for."""
    rules = service.definition.states[state].rules
    for position, typed in enumerate(service.rules[state]):
        found = True if typed is None else reckoning.run(typed)
        if isinstance(found, Waiting):
            return Move(None, None, found.facts)
        if found is True:
            return Move(position, rules[position].to)
    return Move(None, None)


def account(service: Service, ground: Ground, memo: Memo | None = None) -> Account:
    """All that follows from a case: values, tables, conditions, each with its article and the facts behind it."""
    reckoning = Reckoning(service, ground, memo)
    values = {name: reckoning.value(name) for name in service.values}
    failed = reckoning.failed()
    matched = {name: reckoning.table(name) for name in service.tables}
    waiting = frozenset[str]().union(*(one.facts for one in (*values.values(), failed) if isinstance(one, Waiting)))
    return Account(
        {name: one for name, one in values.items() if not isinstance(one, Waiting)},
        matched,
        (*_of_conditions(service, reckoning), *_of_tables(service, matched)),
        None if isinstance(failed, Waiting) else failed,
        waiting,
    )


def _of_conditions(service: Service, reckoning: Reckoning) -> Iterator[Reason]:
    for name, typed in service.conditions.items():
        found = reckoning.condition(name)
        law = service.definition.conditions[name].law
        holds = None if isinstance(found, Waiting) else found
        yield Reason("condition", name, holds, law, facts_behind(service, typed.needs))


def _of_tables(service: Service, matched: Mapping[str, tuple[Matched, ...]]) -> Iterator[Reason]:
    for name, found in matched.items():
        holds = (
            None if any(isinstance(one.out, Waiting) for one in found) else all(one.row is not None for one in found)
        )
        law = service.definition.tables[name].law
        facts = facts_behind(service, frozenset({name}))
        yield Reason("table", name, holds, law, facts, tuple(one.row for one in found))


def facts_behind(service: Service, needs: frozenset[str]) -> tuple[str, ...]:
    """The facts that something rests on, also through values, tables and the conditions behind `failed`."""
    if needs not in service.behind:
        service.behind[needs] = _facts_behind(service, needs)
    return service.behind[needs]


def _facts_behind(service: Service, needs: frozenset[str]) -> tuple[str, ...]:
    found, seen, waiting = set[str](), set[str](), list(needs)
    while waiting:
        need = waiting.pop()
        if need in seen:
            continue
        seen.add(need)
        if need.startswith("facts."):
            found.add(need.removeprefix("facts."))
        waiting += _behind(service, need)
    return tuple(sorted(found))


def _behind(service: Service, need: str) -> Iterator[str]:
    typed: tuple[Typed, ...] = ()
    if need in service.values:
        typed = (service.values[need],)
    elif need == "failed":
        typed = tuple(service.conditions.values())
    elif need in service.tables:
        for path in service.tables[need].paths:
            yield from (path[0], ".".join(path[:2]))
    for one in typed:
        yield from one.needs


def facts_of_answers(service: Service, answers: Collection[str]) -> frozenset[str]:
    """The facts that are found by any of these answers, directly or by what follows from them."""
    named = {f"answers.{name}" for name in answers}
    return frozenset(name for name in service.fact_inputs if named & needs_behind(service, {f"facts.{name}"}))


def needs_behind(service: Service, needs: Collection[str]) -> frozenset[str]:
    """All that something rests on, and that by which its facts are found."""
    seen, waiting = set[str](), list(needs)
    while waiting:
        need = waiting.pop()
        if need in seen:
            continue
        seen.add(need)
        found = service.fact_inputs.get(need.removeprefix("facts."), {}) if need.startswith("facts.") else {}
        waiting += [each for one in found.values() for each in one.needs] + list(_behind(service, need))
    return frozenset(seen)
