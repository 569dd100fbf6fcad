"""Whether what an act says follows again from the case before it, by the rules that the case is pinned to."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import singledispatch

import msgspec

from uruk.kernel.api import CodedError
from uruk.services.domain.cases.contents import (
    Content,
    Effected,
    FactTold,
    HandedOn,
    Moved,
    Proposed,
    Reviewed,
    Submitted,
)
from uruk.services.domain.cases.folding import Done, Unfolded
from uruk.services.domain.cases.reasoning import reasons_for
from uruk.services.domain.cases.stepping import AWAITED, Do, Fetch, Go, Step, next_step
from uruk.services.domain.definition import Action, State
from uruk.services.domain.edges import APPEAL, LATE
from uruk.services.domain.ground import NOTHING, Ground
from uruk.services.domain.judging.answering import check_answers
from uruk.services.domain.linked import Service


@dataclass(frozen=True)
class Difference:
    """What an act says, and what the rules give now. `what`: a member of the act (`to`, `reasons.values.water_m3`)."""

    what: str
    said: object
    found: object


@dataclass(frozen=True)
class _Before:
    """The case as it was, and the day on which it is judged again."""

    service: Service
    case: Unfolded
    day: datetime.date

    @property
    def state(self) -> State:
        return self.service.definition.states[self.case.entry.state]

    def step(self) -> Step:
        return next_step(self.service, self.case, self.day)


def rejudge(
    service: Service, before: Unfolded, act: Done, days: Sequence[datetime.date]
) -> tuple[Difference, ...] | None:
    """How an act differs from what the rules give on one of these days; empty: it follows. None: no rule gives it.

    `days`: the day on which it was done; around midnight also the day on which it was begun.
    """
    found: list[tuple[Difference, ...] | None] = []
    for day in days:
        try:
            told = _again(act.content, act, _Before(service, before, day))
            found.append(None if told is None else tuple(told))
        except CodedError as error:
            found.append((Difference("error", "", error.code),))
    return next((one for one in found if not one), found[0])


@singledispatch
def _again(content: Content, act: Done, before: _Before) -> Iterator[Difference] | None:
    """What somebody said of their own accord follows from nothing."""
    return None


@_again.register
def _(content: Submitted, act: Done, before: _Before) -> Iterator[Difference] | None:
    return _submitted(content, before)


@_again.register
def _(content: FactTold, act: Done, before: _Before) -> Iterator[Difference] | None:
    step = before.step()
    wanted = step.facts if isinstance(step, Fetch) else ()
    return _unless(content.fact in wanted, "fact", content.fact, list(wanted))


@_again.register
def _(content: Moved, act: Done, before: _Before) -> Iterator[Difference] | None:
    return _moved(content, act, before)


@_again.register
def _(content: HandedOn, act: Done, before: _Before) -> Iterator[Difference] | None:
    deadline = before.state.deadline
    task = None if deadline is None else deadline.task
    return _unless(content.task == task, "task", content.task, task)


@_again.register
def _(content: Proposed, act: Done, before: _Before) -> Iterator[Difference] | None:
    action = _action(before.state, content.action)
    second = None if action is None else action.second
    return _unless(content.second == second, "second", content.second, second)


@_again.register
def _(content: Reviewed, act: Done, before: _Before) -> Iterator[Difference] | None:
    asked = () if before.state.reviews is None else before.state.reviews.by
    return _unless(content.by in asked, "by", content.by, list(asked))


@_again.register
def _(content: Effected, act: Done, before: _Before) -> Iterator[Difference] | None:
    place = (content.entry, content.position, content.row)
    known = before.case.effects.get(place)
    if known is not None and known.outcome == AWAITED:
        # Persons brought it to its end; that it was to be done an earlier act says.
        return iter(())
    step = before.step()
    wanted = (step.entry, step.position, step.row) if isinstance(step, Do) else None
    return _unless(place == wanted, "effect", list(place), None if wanted is None else list(wanted))


# -- submission --------------------------------------------------------------------------------------------------------


def _submitted(content: Submitted, before: _Before) -> Iterator[Difference]:
    service, start = before.service, before.service.definition.start
    facts = {name: NOTHING if one.value is None else one.value for name, one in content.facts.items()}
    ground = Ground(before.day, facts=facts, applicant=content.applicant)
    found = check_answers(service, _as_given(service, content.answers), ground)
    yield from _compared("answers", content.answers, found.values)
    for path, error in found.errors:
        yield Difference(f"answers.{path}", "", error.code)
    yield from _unless(start is not None and content.state == start.name, "state", content.state, start and start.name)


def _as_given(service: Service, answers: Mapping[str, object]) -> dict[str, object]:
    """The answers without the key of the record that each row is about: nobody typed it."""
    about = {step.name: step.repeat.name for step in service.definition.steps if step.repeat and step.repeat.over}
    return {name: _rows_without(one, about[name]) if name in about else one for name, one in answers.items()}


def _rows_without(rows: object, key: str) -> object:
    if not isinstance(rows, list | tuple):
        return rows
    return [{name: one for name, one in row.items() if name != key} for row in rows if isinstance(row, Mapping)]


# -- moving ------------------------------------------------------------------------------------------------------------


def _moved(content: Moved, act: Done, before: _Before) -> Iterator[Difference]:
    yield from _unless(content.start == before.state.name, "start", content.start, before.state.name)
    # What a round decided, the round's own act proves; here is only said which way that leads.
    by_itself = act.person is None and content.by != LATE and not content.round
    step = before.step() if by_itself else None
    if by_itself and not isinstance(step, Go):
        yield Difference("to", content.to, None)
    elif isinstance(step, Go):
        yield from _unless((content.by, content.to) == (step.by, step.to), "to", content.to, step.to)
    else:
        to = _leads_to(before.state, content.by)
        yield from _unless(content.to == to, "to", content.to, to)
    if content.reasons is not None:
        rule = step.rule if isinstance(step, Go) else content.reasons.rule
        yield from _compared("reasons", content.reasons, reasons_for(before.service, before.case, rule, before.day))


def _leads_to(state: State, by: str) -> str | None:
    """Where a way out of a state leads: an action, an outcome, its deadline, an appeal."""
    action = _action(state, by)
    if action is not None:
        return action.to
    if by == LATE:
        return None if state.deadline is None else state.deadline.to
    if by == APPEAL:
        return None if state.appeal is None else state.appeal.to
    return state.outcomes[by][0] if by in state.outcomes else None


def _action(state: State, name: str) -> Action | None:
    return next((one for one in state.actions if one.name == name), None)


# -- comparing ---------------------------------------------------------------------------------------------------------


def _unless(same: bool, what: str, said: object, found: object) -> Iterator[Difference]:
    if not same:
        yield Difference(what, said, found)


def _compared(what: str, said: object, found: object) -> Iterator[Difference]:
    """Where two of a kind differ, member by member; as they are kept, so that a tuple is a list."""
    left, right = (msgspec.json.decode(msgspec.json.encode(one)) for one in (said, found))
    yield from _differences(what, left, right)


def _differences(what: str, left: object, right: object) -> Iterator[Difference]:
    if isinstance(left, dict) and isinstance(right, dict):
        for name in sorted({*left, *right}):
            yield from _differences(f"{what}.{name}", left.get(name), right.get(name))
    elif left != right:
        yield Difference(what, left, right)
