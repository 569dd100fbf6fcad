"""Plays a case from its submission to where it stands: rules by themselves, what people do as an example says."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from uruk.services.domain.definition import REVIEWS, State
from uruk.services.domain.edges import APPEAL, LATE
from uruk.services.domain.ground import NOTHING, Ground, Waiting
from uruk.services.domain.judging.answering import check_answers
from uruk.services.domain.judging.judging import next_move
from uruk.services.domain.judging.reckoning import Memo, Reckoning
from uruk.services.domain.judging.reminders import reminder_day
from uruk.services.domain.judging.waiting import due_day
from uruk.services.domain.linked import LinkedEffect, Service, as_day

MAX_MOVES = 200
# Where a way leads that a mutant has cut: to no state of any service.
NOWHERE = "?"
Way = tuple[str, str]


@dataclass(frozen=True)
class Course:
    """What a case is played with: what everybody says and does.

    `ground`: its day is the one on which rules run, `applied` the one on which it was submitted. `outcomes`: of each
    state what happens there, time after time: an action, an outcome, `late` or `appeal`.
    """

    ground: Ground
    answers: Mapping[str, object] = field(default_factory=dict)
    outcomes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass
class Standing:
    """Where a played case stands, and what was done on the way.

    `errors`: of the answers, where it could not be submitted: (path of the field, code). `waits`: parties. `ways`: each
    way that was gone (state, by what); `rules`: each rule that was looked at; `lacking`: effects without a value that
    they need (state, position); `unknown`: what was to happen in a state and cannot.
    """

    today: datetime.date
    state: str | None = None
    closed: str | None = None
    task: str | None = None
    waits: tuple[str, ...] = ()
    due: datetime.date | None = None
    values: dict[str, object] = field(default_factory=dict)
    failed: tuple[str, ...] | None = None
    issued: list[str] = field(default_factory=list)
    recorded: list[str] = field(default_factory=list)
    reminded: list[str] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    errors: list[tuple[str, str]] = field(default_factory=list)
    ways: set[Way] = field(default_factory=set)
    rules: set[tuple[str, int]] = field(default_factory=set)
    touched: set[str] = field(default_factory=set)
    lacking: list[tuple[str, int]] = field(default_factory=list)
    unknown: list[tuple[str, str]] = field(default_factory=list)


def play(service: Service, course: Course, cut: Way | None = None, memo: Memo | None = None) -> Standing:
    """Play a case. `cut`: a way that leads nowhere instead. Errors: definitions.expression_failed, …_list_too_long."""
    return _Play(service, course, cut, memo).run()


class _Play:
    def __init__(self, service: Service, course: Course, cut: Way | None, memo: Memo | None) -> None:
        self._service, self._course, self._cut, self._memo = service, course, cut, memo
        self._found = Standing(course.ground.today)
        self._left = {name: list(coming) for name, coming in course.outcomes.items()}
        self._answers: Mapping[str, object] = {}
        self._appeals: str | None = None

    def run(self) -> Standing:
        ground = self._course.ground
        asked = replace(ground, today=ground.applied_on)
        answered = check_answers(self._service, self._course.answers, asked, self._memo)
        self._found.touched |= answered.waiting
        if answered.errors:
            self._found.errors = [(path, short_code(error.code)) for path, error in answered.errors]
        elif answered.waiting:
            self._found.waits = self._holders(frozenset(answered.waiting))
        else:
            self._answers = answered.values
            self._walk()
        self._tell_asked()
        return self._found

    def _reckoning(self) -> Reckoning:
        ground = replace(self._course.ground, answers=self._answers, today=self._found.today)
        return Reckoning(self._service, ground, self._memo)

    def _walk(self) -> None:
        start = self._service.definition.start
        name = start.name if start else None
        for _ in range(MAX_MOVES):
            if name is None or name == NOWHERE:
                break
            self._found.state = name
            reckoning = self._reckoning()
            name = self._move(self._service.definition.states[name], reckoning)
            self._found.touched |= reckoning.touched
        self._found.state = name or self._found.state
        self._conclude()

    def _conclude(self) -> None:
        """What is known where the case stands."""
        reckoning = self._reckoning()
        names = (*self._service.values, *self._service.tables_of_case)
        known = {name: reckoning.value(name) for name in names}
        self._found.values = {name: one for name, one in known.items() if not isinstance(one, Waiting)}
        failed = reckoning.failed()
        self._found.failed = None if isinstance(failed, Waiting) else failed

    # -- one state -------------------------------------------------------------------------------------------------

    def _move(self, state: State, reckoning: Reckoning) -> str | None:
        """Enter a state and leave it again: the state that follows, None where the case stands still."""
        self._do(state, reckoning)
        if state.kind == "next":
            return self._by_rules(state, reckoning)
        self._found.task = state.task and (self._appeals or state.task)
        self._found.waits, self._found.closed = self._parties(state), state.closed
        self._see(state)
        self._set_due(state)
        return self._by_people(state)

    def _by_rules(self, state: State, reckoning: Reckoning) -> str | None:
        move = next_move(self._service, state.name, reckoning)
        looked = len(state.rules) if move.rule is None else move.rule + 1
        self._found.rules |= {(state.name, position) for position in range(looked)}
        if move.to is None:
            self._found.task, self._found.closed, self._found.due = None, None, None
            self._found.waits = self._holders(move.waiting)
            self._found.touched |= move.waiting
            return None
        return self._go(state, f"next.{move.rule}", move.to)

    def _by_people(self, state: State) -> str | None:
        coming = self._left.get(state.name, [])
        if not coming:
            return None
        name = coming.pop(0)
        if name == LATE and state.deadline is not None:
            return self._late(state)
        ways = {one.name: one.to for one in state.actions} | {key: to for key, (to, _) in state.outcomes.items()}
        if state.appeal is not None:
            ways[APPEAL] = state.appeal.to
        if name not in ways:
            self._found.unknown.append((state.name, name))
            return None
        # The state that looks at an appeal is another role's task this time.
        self._appeals = state.appeal.task if name == APPEAL and state.appeal is not None else None
        return self._go(state, name, ways[name])

    def _late(self, state: State) -> str | None:
        assert state.deadline is not None, "asked before"
        assert self._found.due is not None, "every deadline has a day"
        self._found.today = self._found.due + datetime.timedelta(days=1)
        to = self._go(state, LATE, state.deadline.to or state.name)
        if to == NOWHERE or state.deadline.to is not None:
            return to
        self._found.task = state.deadline.task
        self._set_due(state)
        return self._by_people(state)

    def _go(self, state: State, by: str, to: str) -> str:
        self._found.ways.add((state.name, by))
        return NOWHERE if self._cut == (state.name, by) else to

    # -- whose turn it is ------------------------------------------------------------------------------------------

    def _parties(self, state: State) -> tuple[str, ...]:
        if state.waits == REVIEWS and state.reviews is not None:
            return state.reviews.by
        return () if state.waits is None else (state.waits,)

    def _holders(self, facts: frozenset[str]) -> tuple[str, ...]:
        definition = self._service.definition
        holders = {definition.facts[name].holder or definition.institution for name in facts}
        return tuple(sorted(holders))

    def _see(self, state: State) -> None:
        """What somebody is shown is asked for."""
        for name, _ in state.sees:
            outer, _, fact = name.partition(".")
            if outer == "facts":
                wanted = [fact] if fact else list(self._service.facts)
                self._found.touched |= set(wanted)

    def _set_due(self, state: State) -> None:
        days = self._service.definition.days
        self._found.due = due_day(state, self._reckoning(), self._found.today, days)

    def _tell_asked(self) -> None:
        definition = self._service.definition
        holders = (definition.facts[name].holder for name in self._found.touched)
        self._found.asked |= {one for one in holders if one is not None}

    # -- effects ---------------------------------------------------------------------------------------------------

    def _do(self, state: State, reckoning: Reckoning) -> None:
        for position, linked in enumerate(self._service.effects.get(state.name, ())):
            times = 0
            for rows in self._rows(linked, reckoning):
                times += 1
                if any(reckoning.run(one, rows) is NOTHING for one in linked.needed):
                    self._found.lacking.append((state.name, position))
                given = (reckoning.run(one, rows) for one in linked.all_typed)
                self._found.touched |= {fact for one in given if isinstance(one, Waiting) for fact in one.facts}
            self._note(linked, times)
            self._remind(linked, reckoning)

    def _rows(self, linked: LinkedEffect, reckoning: Reckoning) -> Iterator[Mapping[str, Mapping[str, object]]]:
        if not linked.each:
            yield {}
            return
        for row in reckoning.full_rows(linked.each):
            yield {"row": row}

    def _note(self, linked: LinkedEffect, times: int) -> None:
        effect = linked.effect
        if effect.kind == "issue":
            self._found.issued += [effect.target] * times
        elif effect.kind == "record":
            self._found.recorded += [effect.target] * times
        elif effect.kind == "reserve" and "/" in effect.target:
            self._found.asked.add(effect.target.partition("/")[0])

    def _remind(self, linked: LinkedEffect, reckoning: Reckoning) -> None:
        """On which day somebody is reminded, where all that is signed is signed on the day it is decided."""
        reminder, today = linked.effect.reminder, self._found.today
        if reminder is not None:
            of = None if linked.validity is None else linked.validity.after(today)
            day = of if linked.day is None else as_day(reckoning.run(linked.day))
            if day is not None:
                days = self._service.definition.days
                self._found.reminded.append(reminder_day(day, reminder.before, today, days).isoformat())


def short_code(code: str) -> str:
    """What an example calls an error of a field: `definitions.field_above_max` is `above_max`."""
    return code.rpartition(".")[2].removeprefix("field_")
