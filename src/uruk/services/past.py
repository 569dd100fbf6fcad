"""What a reader of a case is told of what was before: its acts, questions, what changed since the last submission."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, cast

from uruk.acts.api import clock
from uruk.kernel.api import Actor, CodedError, today
from uruk.publishing.api import country
from uruk.services.domain.cases.contents import (
    Content,
    Declined,
    Disputed,
    Effected,
    FactTold,
    HandedOn,
    Moved,
    Proposed,
    Questioned,
    Reassigned,
    Replied,
    Retried,
    Reviewed,
    Submitted,
)
from uruk.services.domain.cases.folding import Done
from uruk.services.domain.cases.pairing import order_of, put_in_order, put_marks
from uruk.services.domain.ground import Waiting
from uruk.services.domain.judging.judging import facts_behind
from uruk.services.domain.judging.reckoning import Reckoning
from uruk.services.models import Hold
from uruk.services.noting import program_names
from uruk.services.running.recording import TYPES, Opened, act_id
from uruk.services.views import CasePast, ConditionView, PastAct, QuestionView

Seen = Collection[str]


def past_of(case: Opened, seen: Seen) -> CasePast:
    """What was before, as far as the reader may see it. `seen`: groups (`answers`) and single ones (`facts.card`)."""
    before, mended = _beside(case, *_before(case))
    return CasePast(
        acts=tuple(past_act(case, one, seen) for one in case.acts),
        questions=tuple(_questions(case)),
        before=None if before is None else chosen(before, "answers", seen),
        mended={path: said for path, said in mended.items() if sees(path.partition(".")[0], "answers", seen)},
    )


def past_act(case: Opened, act: Done, seen: Seen) -> PastAct:
    """One act, without what the reader may not see."""
    by, to, note = _told(act.content)
    if isinstance(act.content, Effected):
        to = _effect(case, act.content)
    if isinstance(act.content, Disputed) and not sees(act.content.fact, "facts", seen):
        note = ""
    kind = TYPES[type(act.content)][0]
    done_by = None if act.program is None else program_names(act.program)
    return PastAct(act.seq, act_id(case.id, act.seq), kind, act.at, act.person, act.role, by, to, note, done_by)


def _effect(case: Opened, one: Effected) -> str:
    """What a state does, by its kind and what it does it with: `reserve water/quotas`."""
    effect = case.pinned.model.states[case.standing.entered[one.entry]].do[one.position]
    return f"{effect.kind} {effect.target}"


def conditions_of(case: Opened) -> tuple[ConditionView, ...]:
    """Every condition as it stands today, with its article and the facts that it rests on."""
    service, laws = case.pinned.service, country().shared.laws
    reckoning, texts = case.standing.reckoning(service, today(clock())), case.pinned.definition.texts
    return tuple(
        ConditionView(
            name,
            texts.get(f"conditions.{name}"),
            one.law or "",
            laws.find(one.law) if one.law else None,
            _holds(reckoning, name),
            facts_behind(service, service.conditions[name].needs),
        )
        for name, one in service.definition.conditions.items()
    )


def is_given(actor: Actor, case: Opened) -> bool:
    """Whether an officer has a case before them."""
    if actor.institution is None:
        return False
    held = Hold.objects.filter(case=case.id, person=actor.person, role=actor.role, until__gt=clock().now())
    return held.exists()


def chosen(values: Mapping[str, Any], group: str, seen: Seen) -> dict[str, Any]:
    """Those of a group that the reader may see."""
    return {name: one for name, one in values.items() if sees(name, group, seen)}


def sees(name: str, group: str, seen: Seen) -> bool:
    """Whether the reader may see one of a group."""
    return group in seen or f"{group}.{name}" in seen


def _holds(reckoning: Reckoning, name: str) -> bool | None:
    """Whether a condition holds; None where it is not known, or an expression ends in an error on these answers."""
    try:
        found = reckoning.condition(name)
    except CodedError:
        return None
    return None if isinstance(found, Waiting) else found


def _before(case: Opened) -> tuple[Mapping[str, Any] | None, Mapping[str, str]]:
    """The answers before they were given anew for the last time, and what had been marked in them."""
    answers: Mapping[str, Any] | None = None
    marks: Mapping[str, str] = {}
    found: tuple[Mapping[str, Any] | None, Mapping[str, str]] = (None, {})
    for act in case.acts:
        said = act.content
        if isinstance(said, Submitted):
            answers = said.answers
        elif isinstance(said, Moved):
            if said.answers is not None:
                found, answers = (answers, marks), said.answers
            marks = said.marks
    return found


def _beside(
    case: Opened, before: Mapping[str, Any] | None, mended: Mapping[str, str]
) -> tuple[Mapping[str, Any] | None, Mapping[str, str]]:
    """The answers before and what was marked in them, with each row beside what became of it."""
    now = case.standing.answers
    for step in case.pinned.model.steps if before is not None else ():
        rows = [one.get(step.name) for one in (now, before or {})]
        if step.repeat is not None and all(isinstance(one, list) for one in rows):
            order = order_of(cast(list[Any], rows[0]), cast(list[Any], rows[1]), step.repeat.name)
            before, mended = put_in_order(before or {}, step.name, order), put_marks(mended, step.name, order)
    return before, mended


def _questions(case: Opened) -> Iterator[QuestionView]:
    """What was asked, in order; the last one may be open."""
    asked: Done | None = None
    for act in case.acts:
        if isinstance(act.content, Questioned):
            asked = act
        elif asked is not None and isinstance(act.content, Replied | Moved | HandedOn):
            reply = act.content.reply if isinstance(act.content, Replied) else ""
            yield _question(asked, reply, act if reply else None, is_open=False)
            asked = None
    if asked is not None:
        yield _question(asked, "", None, is_open=True)


def _question(asked: Done, reply: str, replied: Done | None, *, is_open: bool) -> QuestionView:
    assert isinstance(asked.content, Questioned), "only such an act asks"
    at = None if replied is None else replied.at
    return QuestionView(asked.seq, asked.at, asked.content.question, reply, at, is_open)


def _told(content: Content) -> tuple[str, str, str]:
    """By what, whereto, and what was said with an act of a case."""
    return _TOLD.get(type(content), lambda _: ("", "", ""))(content)


_TOLD: Mapping[type, Callable[[Any], tuple[str, str, str]]] = {
    Submitted: lambda one: (one.asker, "", ""),
    Moved: lambda one: (one.by, one.to, one.note),
    HandedOn: lambda one: ("late", one.task, ""),
    Proposed: lambda one: (one.action, one.second, ""),
    Declined: lambda one: ("", "", one.reason),
    Reassigned: lambda one: ("", one.officer, one.reason),
    Reviewed: lambda one: ("agreed" if one.agrees else "objected", "", one.note),
    FactTold: lambda one: (one.fact, "", ""),
    Disputed: lambda one: (one.fact, "", one.reason),
    Effected: lambda one: (one.outcome, "", one.error),
    Retried: lambda one: ("", "", one.reason),
    Questioned: lambda one: ("", "", one.question),
    Replied: lambda one: ("", "", one.reply),
}
