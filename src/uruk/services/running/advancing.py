"""A case goes on by itself: one thing after each act of it, done again where it was interrupted."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from uruk.acts.api import clock, enqueue, job, set_deadline
from uruk.kernel.api import Actor, CodedError, midnight, today
from uruk.services.applying.submitting import due_of
from uruk.services.domain.cases.contents import Content, Effected, FactTold, HandedOn, Moved
from uruk.services.domain.cases.reasoning import reasons_for
from uruk.services.domain.cases.stepping import AWAITED, Consult, Do, Fetch, Go, Rest, next_step
from uruk.services.domain.definition import State
from uruk.services.models import Asking
from uruk.services.pins import last_open_day
from uruk.services.rounds.outcome import round_step
from uruk.services.running.asking import UnansweredError, fetch
from uruk.services.running.consulting import PENDING_CODE, consult
from uruk.services.running.effecting import do_effect
from uruk.services.running.issuing import look_again
from uruk.services.running.projecting import ADVANCE, DUE
from uruk.services.running.recording import Opened, find_case, record
from uruk.services.running.turning import tell_turn

SHORTEST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
# Who is thinking answers at some moment, and the case shall not lie for an hour after it.
LONGEST_REVIEW = timedelta(minutes=10)


@job(ADVANCE)
def advance(payload: dict[str, Any]) -> None:
    """The job of a case: do the one thing that follows after its `seq`-th act, unless another act came meanwhile."""
    case = find_case(UUID(payload["case"]))
    if case is None or case.standing.seq != payload["seq"]:
        return
    try:
        if not _end_awaited(case):
            step = next_step(case.pinned.service, case.standing, today(clock()))
            _take(case, step) if not isinstance(step, Rest) else _rest(case)
    except CodedError as error:
        # Another act was first, and whoever did it goes on from there.
        if error.code != "services.case_moved":
            raise


def documents_changed(payload: dict[str, Any]) -> None:
    """Something became of a document that a case has prepared: it goes on from there, if it waits for that."""
    case = find_case(UUID(payload["reference"]))
    if case is not None:
        advance({"case": str(case.id), "seq": case.standing.seq})


def deadline_passed(payload: dict[str, Any]) -> None:
    """A state's last day is over: what its definition says for that happens, if the case is still there."""
    case = find_case(UUID(payload["case"]))
    if case is None:
        return
    entry, state = case.standing.entry, case.pinned.model.states[case.standing.entry.state]
    known = (entry.seq, None if entry.due is None else entry.due.isoformat())
    if known != (payload["entry"], payload["due"]) or state.deadline is None or entry.due is None:
        return
    last = last_open_day(entry.due)
    if today(clock()) <= last:
        # A holiday or a shutdown was announced since: nobody's time ends then.
        set_deadline(f"{DUE}:{case.id}:{entry.seq}:{last}", DUE, midnight(last + timedelta(days=1)), payload)
        return
    then = state.deadline
    if then.to is not None:
        _record(case, moved(case, "late", then.to))
    elif then.task is not None and (entry.task != then.task or case.standing.question is not None):
        # A question that nobody answered in time is over with it: the task is the officers' again.
        _record(case, HandedOn(then.task, _due(case, state)))


def moved(case: Opened, by: str, to: str, **more: Any) -> Moved:
    """The content of an act that brings a case to another state today."""
    return Moved(by, case.standing.entry.state, to, _due(case, case.pinned.model.states[to]), **more)


def _due(case: Opened, state: State) -> str | None:
    return due_of(state, case.pinned.service, case.standing.ground(today(clock())))


def gone(case: Opened, go: Go) -> Moved:
    """The content of an act by which rules bring a case to another state today, and why."""
    reasons = reasons_for(case.pinned.service, case.standing, go.rule, today(clock()))
    return moved(case, go.by, go.to, reasons=reasons)


def _record(case: Opened, content: Content) -> None:
    """The next act of a case, which it does by itself."""
    record(Actor.system(case.row.institution), case.row, case.standing.seq + 1, content)


def _take(case: Opened, step: object) -> None:
    match step:
        case Go():
            _record(case, gone(case, step))
        case Fetch(facts, _):
            _fetch(case, facts)
        case Do():
            _do(case, step)
        case Consult(values):
            _consult(case, values)


def _rest(case: Opened) -> None:
    """Where a case waits for a round that is decided by now, it goes where that sends it; else it stays for a while."""
    found = round_step(case)
    if found is None:
        tell_turn(case)
    else:
        go, row = found
        content = moved(case, go.by, go.to, round=str(row.pk))
        _record(case, content)


def _end_awaited(case: Opened) -> bool:
    """Whether persons have brought to its end what the case waits for; that is said then."""
    for said in case.standing.effects.values():
        if said.outcome != AWAITED:
            continue
        came = look_again(case, said)
        if came.outcome != AWAITED:
            content = Effected(said.entry, said.position, said.row, came.outcome, came.result, came.error)
            _record(case, content)
            return True
    return False


def _fetch(case: Opened, facts: tuple[str, ...]) -> None:
    """Ask for the first fact; where its holder does not answer, for the next, and again after a while."""
    for name in facts:
        try:
            told = fetch(case, name, _tries(case, f"facts.{name}"))
        except UnansweredError as error:
            _ask_again(case, f"facts.{name}", error)
            continue
        if told is None:
            continue
        _record(case, FactTold(name, told))
        Asking.objects.filter(case=case.id, what=f"facts.{name}").delete()
        return


def _do(case: Opened, step: Do) -> None:
    what = f"effects.{step.entry}.{step.position}.{step.row}"
    try:
        came = do_effect(case, step, _tries(case, what))
    except UnansweredError as error:
        _ask_again(case, what, error)
        return
    content = Effected(step.entry, step.position, step.row, came.outcome, came.result, came.error)
    _record(case, content)
    Asking.objects.filter(case=case.id, what=what).delete()


def _consult(case: Opened, values: Mapping[str, Mapping[str, object]]) -> None:
    """Ask each other institution what it thinks; who has not said so, or is away, is asked again after a while."""
    for institution, told in values.items():
        what = f"reviews.{institution}"
        try:
            said = consult(case, institution, told, _tries(case, what))
        except UnansweredError as error:
            _ask_again(case, what, error, LONGEST_REVIEW if error.reason == PENDING_CODE else LONGEST_WAIT)
            continue
        _record(case, said)
        Asking.objects.filter(case=case.id, what=what).delete()
        return


def _tries(case: Opened, what: str) -> int:
    row = Asking.objects.filter(case=case.id, what=what).first()
    return 0 if row is None else row.tries


def _ask_again(case: Opened, what: str, error: UnansweredError, longest: timedelta = LONGEST_WAIT) -> None:
    """Remember that nobody answered, and come back: after a minute, then twice as long, at most an hour."""
    now, tries = clock().now(), _tries(case, what) + 1
    at = now + min(SHORTEST_WAIT * 2 ** min(tries - 1, 10), longest)
    facts = {"tries": tries, "next_at": at, "error": error.reason[:100], "detail": error.detail[:200]}
    payload = {"case": str(case.id), "seq": case.standing.seq}
    with transaction.atomic():
        Asking.objects.update_or_create(
            case_id=case.id, what=what, defaults=facts, create_defaults={**facts, "first_at": now}
        )
        enqueue(ADVANCE, payload, at=at, key=f"{ADVANCE}:{case.id}:{case.standing.seq}:{what}:{tries}")
