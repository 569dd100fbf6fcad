"""What a case does next by itself, one thing at a time, and whose turn it is where it does nothing."""

import datetime
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from uruk.kernel.api import CodedError
from uruk.services.domain.cases.contents import Effected, Proposed
from uruk.services.domain.cases.folding import FAILED, Entry, Unfolded
from uruk.services.domain.definition import APPLICANT, REVIEWS, ROUND, State
from uruk.services.domain.edges import WAITING
from uruk.services.domain.ground import NOTHING, Waiting
from uruk.services.domain.judging.judging import facts_behind, next_move
from uruk.services.domain.judging.reckoning import Reckoning
from uruk.services.domain.linked import LinkedEffect, Service, as_day
from uruk.services.domain.rounds.calls import unknown

DONE, SHORT = "done", "short"
# An effect that persons bring to its end: the next ones wait for it.
AWAITED = "waiting"


@dataclass(frozen=True)
class Fetch:
    """These facts must be asked for. `blocking`: the case goes nowhere without them, and nobody's task is it."""

    facts: tuple[str, ...]
    blocking: bool


@dataclass(frozen=True)
class Do:
    """An effect is to be done with these values. None stands for what nothing says."""

    entry: int
    position: int
    row: int
    effect: LinkedEffect
    values: Mapping[str, object]
    amount: int | None = None
    whose: str | None = None
    day: datetime.date | None = None


@dataclass(frozen=True)
class Go:
    """The case goes to another state by itself."""

    by: str
    to: str
    rule: int | None = None


@dataclass(frozen=True)
class Consult:
    """Other institutions are asked what they think: of each what it is told. None stands for what nothing says."""

    values: Mapping[str, Mapping[str, object]]


@dataclass(frozen=True)
class Rest:
    """Nothing happens by itself."""


Step = Fetch | Do | Go | Consult | Rest


@dataclass(frozen=True)
class Turn:
    """Whose turn it is: a role's or the applicant's `task`, or parties that are waited for; neither: it is closed.

    `error`: the code of what keeps the case from going on, where the institution itself must mend something.
    """

    task: str | None = None
    parties: tuple[str, ...] = ()
    closed: str | None = None
    error: str = ""

    @property
    def is_applicants(self) -> bool:
        """Whether the applicant alone can bring the case on."""
        return self.task == APPLICANT or self.parties == (APPLICANT,)


def next_step(service: Service, case: Unfolded, today: datetime.date) -> Step:
    """The one thing that a case does next: effects of its state first, then its rules."""
    state = service.definition.states[case.entry.state]
    reckoning = case.reckoning(service, today)
    found = _next_effect(service, case, state, reckoning)
    if found is None and state.kind == "next":
        found = Rest() if is_awaited(case) else _by_rules(service, state, reckoning)
    if isinstance(found, Fetch):
        return Fetch(with_inputs(service, case.facts, found.facts), found.blocking)
    if found is not None:
        return found
    if state.kind == "waits":
        found = _by_outcome(case, state) or _for_round(service, case, state, reckoning)
        return found or _consult(service, case, state, reckoning) or Rest()
    missing = with_inputs(service, case.facts, tuple(_seen(service, state)))
    return Fetch(missing, blocking=False) if missing else Rest()


def turn_of(service: Service, case: Unfolded, today: datetime.date) -> Turn:
    """Whose turn it is in a case, while it does nothing by itself."""
    try:
        return _turn(service, case, today)
    except CodedError as error:
        # An expression that runs too long or too far on these very answers: somebody must look at the definition.
        return Turn(parties=(service.definition.institution,), error=error.code)


def _turn(service: Service, case: Unfolded, today: datetime.date) -> Turn:
    if case.proposed is not None:
        assert isinstance(case.proposed.content, Proposed), "only such an act is kept there"
        return Turn(task=case.proposed.content.second)
    if case.question is not None:
        return Turn(parties=(APPLICANT,))
    state, step = service.definition.states[case.entry.state], next_step(service, case, today)
    if state.kind == "closed":
        return Turn(closed=state.closed)
    if isinstance(step, Fetch) and step.blocking:
        return Turn(parties=holders(service, step.facts))
    if isinstance(step, Do):
        return Turn(task=case.entry.task, parties=(_party(service, step),))
    return _turn_at_rest(service, case, state)


def _turn_at_rest(service: Service, case: Unfolded, state: State) -> Turn:
    if case.entry.task is not None or state.task is not None:
        return Turn(task=case.entry.task or state.task)
    if state.waits == REVIEWS and state.reviews is not None:
        return Turn(parties=tuple(one for one in state.reviews.by if one not in case.reviews))
    return Turn(parties=(state.waits,) if state.waits else (service.definition.institution,))


def with_inputs(service: Service, known: Collection[str], names: Sequence[str]) -> tuple[str, ...]:
    """Facts that are missing, each after those by whose values it is found."""
    found: dict[str, None] = {}

    def take(name: str) -> None:
        if name in found or name in known:
            return
        for typed in service.fact_inputs[name].values():
            for behind in facts_behind(service, typed.needs):
                if behind != name:
                    take(behind)
        found[name] = None

    for name in names:
        take(name)
    return tuple(found)


def holders(service: Service, facts: Sequence[str]) -> tuple[str, ...]:
    """The institutions that hold facts."""
    definition = service.definition
    return tuple(sorted({definition.facts[name].holder or definition.institution for name in facts}))


def outstanding(service: Service, case: Unfolded, today: datetime.date) -> tuple[tuple[Entry, int, int], ...]:
    """Effects of the state where the case is that have no outcome yet, wait for persons, or failed.

    Each by entry, position and row.
    """
    reckoning = case.reckoning(service, today)
    return tuple(
        (case.entry, position, row)
        for position, linked in enumerate(service.effects.get(case.entry.state, ()))
        for row, _ in enumerate(_rows(linked, reckoning))
        if (found := case.effects.get((case.entry.seq, position, row))) is None or found.outcome in {FAILED, AWAITED}
    )


def is_awaited(case: Unfolded) -> bool:
    """Whether an effect of the state where the case is waits for persons."""
    return any(key[0] == case.entry.seq and one.outcome == AWAITED for key, one in case.effects.items())


def failures(case: Unfolded) -> tuple[Effected, ...]:
    """The effects of the state where the case is that failed."""
    return tuple(one for key, one in case.effects.items() if key[0] == case.entry.seq and one.outcome == FAILED)


# -- effects -----------------------------------------------------------------------------------------------------------


def _next_effect(service: Service, case: Unfolded, state: State, reckoning: Reckoning) -> Step | None:
    for position, linked in enumerate(service.effects.get(state.name, ())):
        for row, rows in enumerate(_rows(linked, reckoning)):
            if (case.entry.seq, position, row) not in case.effects:
                return _effect(case.entry.seq, position, row, linked, reckoning, rows)
        waiting = _unknown_list(linked, reckoning)
        if waiting:
            return Fetch(waiting, blocking=True)
        if any(key[:2] == (case.entry.seq, position) and one.outcome == AWAITED for key, one in case.effects.items()):
            return None
    return None


def _effect(
    entry: int,
    position: int,
    row: int,
    linked: LinkedEffect,
    reckoning: Reckoning,
    rows: Mapping[str, Mapping[str, object]],
) -> Step:
    found = {name: reckoning.run(typed, rows) for name, typed in linked.inputs.items()}
    amount = None if linked.amount is None else reckoning.run(linked.amount, rows)
    whose = None if linked.whose is None else reckoning.run(linked.whose, rows)
    day = None if linked.day is None else reckoning.run(linked.day, rows)
    waiting = _waiting((*found.values(), amount, whose, day))
    if waiting:
        return Fetch(waiting, blocking=True)
    values = {name: None if one is NOTHING else one for name, one in found.items()}
    number = whose if isinstance(whose, str) else None
    much = amount if isinstance(amount, int) else None
    return Do(entry, position, row, linked, values, much, number, as_day(day))


def _rows(linked: LinkedEffect, reckoning: Reckoning) -> Iterator[Mapping[str, Mapping[str, object]]]:
    if not linked.each:
        yield {}
        return
    for row in reckoning.full_rows(linked.each):
        yield {"row": row}


def _unknown_list(linked: LinkedEffect, reckoning: Reckoning) -> tuple[str, ...]:
    """The fact over whose rows an effect is done, while nobody has told it."""
    if linked.each[:1] != ("facts",):
        return ()
    return _waiting((reckoning.fact(linked.each[1]),))


def _waiting(results: Sequence[object]) -> tuple[str, ...]:
    return tuple(sorted(frozenset[str]().union(*(one.facts for one in results if isinstance(one, Waiting)))))


def _party(service: Service, step: Do) -> str:
    """Who does an effect: the institution that is named in it, or the own."""
    institution, _, _ = step.effect.effect.target.rpartition("/")
    return institution or service.definition.institution


# -- ways --------------------------------------------------------------------------------------------------------------


def _by_rules(service: Service, state: State, reckoning: Reckoning) -> Step:
    move = next_move(service, state.name, reckoning)
    if move.to is not None:
        return Go(f"next.{move.rule}", move.to, move.rule)
    return Fetch(tuple(sorted(move.waiting)), blocking=True) if move.waiting else Rest()


def _by_outcome(case: Unfolded, state: State) -> Go | None:
    """How a wait ends by itself: with what came of its effects, or once enough have said what they think."""
    found = _agreed(case, state) if state.waits == REVIEWS else _effected(case, state)
    return Go(found, state.outcomes[found][0]) if found in state.outcomes else None


def _for_round(service: Service, case: Unfolded, state: State, reckoning: Reckoning) -> Fetch | None:
    """What must be told before a case can take part in its round; who is on its waiting list has taken part."""
    if state.waits != ROUND or service.round is None or case.entry.by == WAITING:
        return None
    missing = with_inputs(service, case.facts, sorted(unknown(service.round, reckoning)))
    return Fetch(missing, blocking=case.entry.task is None) if missing else None


def _consult(service: Service, case: Unfolded, state: State, reckoning: Reckoning) -> Consult | Fetch | None:
    """The other institutions whose review is missing, with what each is told."""
    asked = {name: one for name, one in service.reviews.get(state.name, {}).items() if name not in case.reviews}
    found = {name: {key: reckoning.run(typed) for key, typed in one.inputs.items()} for name, one in asked.items()}
    waiting = _waiting([value for told in found.values() for value in told.values()])
    if waiting:
        return Fetch(with_inputs(service, case.facts, waiting), blocking=True)
    told = {
        name: {key: None if value is NOTHING else value for key, value in values.items()}
        for name, values in found.items()
    }
    return Consult(told) if told else None


def _effected(case: Unfolded, state: State) -> str:
    came = [one.outcome for key, one in case.effects.items() if key[0] == case.entry.seq]
    if not came or FAILED in came or AWAITED in came:
        return ""
    return SHORT if SHORT in came else DONE


def _agreed(case: Unfolded, state: State) -> str:
    assert state.reviews is not None, "asked before"
    yes = sum(one.agrees for one in case.reviews.values())
    left = len(state.reviews.by) - len(case.reviews)
    if yes >= state.reviews.join:
        return "agreed"
    return "objected" if yes + left < state.reviews.join else ""


def _seen(service: Service, state: State) -> Iterator[str]:
    """The facts that whoever has the task is shown."""
    for name, _ in state.sees:
        outer, _, fact = name.partition(".")
        if outer == "facts":
            yield from [fact] if fact else service.facts
