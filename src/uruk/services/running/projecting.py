"""Where each case stands, to be found by: written with the receipt of each act of it, and made again from the acts."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import islice
from typing import Any
from uuid import UUID

from uruk.acts.api import (
    cancel_deadlines,
    clock,
    enqueue_many,
    execute,
    find_models,
    marks,
    put_many,
    set_deadlines,
    stored,
    write_many,
)
from uruk.kernel.api import BAGHDAD, midnight, today
from uruk.services.domain.cases.folding import Entry, Unfolded, fold
from uruk.services.domain.cases.reasons import REFUSED, reasons_of
from uruk.services.domain.cases.stepping import Turn, failures, outstanding, turn_of
from uruk.services.domain.definition import APPLICANT
from uruk.services.domain.edges import APPEAL
from uruk.services.models import Case, CaseAct, CaseReason, CaseStanding, Hold, QueuedCase
from uruk.services.pins import Pinned, open_pinned
from uruk.services.rounds.calling import follow_call
from uruk.services.running.cosigners import ask_cosigners
from uruk.services.running.recording import acts_of

ADVANCE = "services.advance"
DUE = "case.deadline-passed"
MAX_TURN = 255
AT_ONCE = 100
_ACT, _CASE = CaseAct._meta.get_field("act_id"), CaseAct._meta.get_field("case")
_CASES_OF = "SELECT case_id FROM services_caseact WHERE act_id IN ({})"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class _Stood:
    """A case with where its acts have brought it, whose turn it is, and how many effects are left there."""

    case: Case
    pinned: Pinned
    standing: Unfolded

    @cached_property
    def turn(self) -> Turn:
        return turn_of(self.pinned.service, self.standing, today(clock()))

    @cached_property
    def left(self) -> int:
        """Where the turn cannot be told, neither can this be."""
        return 0 if self.turn.error else len(outstanding(self.pinned.service, self.standing, today(clock())))

    @property
    def was_refused(self) -> bool:
        """Whether it is, or was before somebody looked at it again."""
        states = self.pinned.model.states
        return any(states[one.state].closed == REFUSED for one in self.standing.entries)

    @property
    def goes_on(self) -> bool:
        """Whether anything may follow by itself: not where a case is closed and all is done."""
        return self.turn.closed is None or self.left > 0


def project_act(act: UUID) -> None:
    """In the transaction of a receipt: the case is found where it stands now, and goes on from there by itself."""
    project_acts((act,))


def project_acts(acts: Sequence[UUID]) -> None:
    """The same for acts of several cases at once."""
    named = [stored(_ACT, one) for one in acts]
    cases = find_models(Case, f"WHERE id IN ({_CASES_OF.format(marks(named))})", *named)
    assert cases, "an act of a case comes with its rows"
    stood = _stood(cases)
    _write(stood)
    _plan(stood)
    for one in stood:
        ask_cosigners(one.case, one.pinned, one.standing)
    following = ((str(one.case.pk), one.standing.seq) for one in stood if one.goes_on)
    enqueue_many(ADVANCE, [({"case": case, "seq": seq}, f"{ADVANCE}:{case}:{seq}") for case, seq in following])


def _stood(cases: Sequence[Case]) -> list[_Stood]:
    acts = acts_of([case.pk for case in cases])
    return [_Stood(case, open_pinned(case.pin_id), fold(acts[case.pk])) for case in cases if acts[case.pk]]


def _standing_row(one: _Stood) -> dict[str, Any]:
    """The row of `CaseStanding` that follows from a case's acts, by column."""
    case, standing, turn = one.case, one.standing, one.turn
    entry, arrived = standing.entry, standing.submitted_at
    assert arrived is not None, "the first act of a case is its submission"
    return {
        "institution": case.institution,
        "service": case.service,
        "seq": standing.seq,
        "state": entry.state,
        "entry": entry.seq,
        "turn": turn_word(turn),
        "since": entry.at,
        "due": entry.due,
        "arrived": arrived,
        "outstanding": one.left,
        "failed": len(failures(standing)),
        "error": turn.error,
        "kept": bool(standing.kept),
        "arrived_month": month_of(arrived),
        "ended_month": month_of(entry.at) if turn.closed else None,
        "lasted_h": (entry.at - arrived) // timedelta(hours=1) if turn.closed else None,
    }


def _queue_rows(one: _Stood) -> list[QueuedCase]:
    """The queues that a case is in: of whose task it is, or of everybody whose review is missing."""
    case, pinned, standing, turn = one.case, one.pinned, one.standing, one.turn
    arrived = standing.submitted_at
    assert arrived is not None, "the first act of a case is its submission"
    roles = [turn.task] if turn.task is not None else [one for one in turn.parties if one in pinned.model.roles]
    by_lot = pinned.model.queue == "lot"
    place = case.lot if by_lot else (arrived - _EPOCH) // timedelta(microseconds=1)
    barred = sorted(str(one) for one in barred_from(standing))
    return [
        QueuedCase(
            case_id=case.pk,
            institution=case.institution,
            service=case.service,
            role=role,
            place=place,
            assigned=standing.assigned,
            barred=barred,
        )
        for role in roles
        if role is not None and role != APPLICANT and not turn.error
    ]


def barred_from(standing: Unfolded) -> frozenset[UUID]:
    """Who may not be given a case: who asked for it or typed it, who proposed what waits for a second person, who
    decided what is appealed.
    """
    proposer = None if standing.proposed is None else standing.proposed.person
    appealed = max((one.seq for one in standing.entries if one.by == APPEAL), default=0)
    before = () if proposer is not None else (person for seq, person in standing.officers if seq < appealed)
    named = (*standing.askers, standing.submitted_by, proposer, *before)
    return frozenset(one for one in named if one is not None)


def turn_word(turn: Turn) -> str:
    """Whose turn it is, as queues are found by it."""
    if turn.closed is not None:
        return f"closed:{turn.closed}"
    found = f"task:{turn.task}" if turn.task is not None else f"wait:{' '.join(turn.parties)}"
    return found[:MAX_TURN]


def rebuild_standings(cases: Iterable[Case]) -> int:
    """Write the standing of cases anew from their acts; how many there were."""
    count, left = 0, iter(cases)
    while batch := list(islice(left, AT_ONCE)):
        stood = _stood(batch)
        _write(stood)
        count += len(stood)
    return count


def _write(stood: Sequence[_Stood]) -> None:
    put_many([CaseStanding(case_id=one.case.pk, **_standing_row(one)) for one in stood])
    for one in stood:
        if one.pinned.service.round is not None:
            follow_call(one.case, one.pinned, one.standing, one.turn)
    _write_reasons([one for one in stood if one.was_refused])
    _queue(stood)


def _queue(stood: Sequence[_Stood]) -> None:
    """Put cases into the queues where they are now; officers who have one that is there no more, have it no more."""
    queued = {one.case.pk: _queue_rows(one) for one in stood}
    named = [stored(_CASE, one) for one in queued]
    execute(f"DELETE FROM services_queuedcase WHERE case_id IN ({marks(named)})", *named)  # noqa: S608
    write_many([row for rows in queued.values() for row in rows])
    held = find_models(Hold, f"WHERE case_id IN ({marks(named)})", *named)
    # A fact that arrives takes the case from nobody.
    ended = [one.pk for one in held if not any(_keeps(one, row) for row in queued[one.case_id])]
    if ended:
        Hold.objects.filter(pk__in=ended).delete()


def _write_reasons(refused: Sequence[_Stood]) -> None:
    """Why cases are refused; one that was, and is looked at again, has none."""
    if not refused:
        return
    CaseReason.objects.filter(case__in=[one.case.pk for one in refused]).delete()
    write_many([row for one in refused for row in _reason_rows(one)])


def _reason_rows(one: _Stood) -> Iterator[CaseReason]:
    for why in reasons_of(one.pinned.model, one.standing):
        yield CaseReason(
            case_id=one.case.pk,
            institution=one.case.institution,
            service=one.case.service,
            ended_month=month_of(one.standing.entry.at),
            kind=why.kind,
            name=why.name,
            value=why.value,
        )


def month_of(moment: datetime) -> int:
    """The month of a moment in Baghdad, counted from the year 0."""
    local = moment.astimezone(BAGHDAD)
    return local.year * 12 + local.month - 1


def _keeps(held: Hold, queued: QueuedCase) -> bool:
    """Whether an officer may go on with a case that they have before them, in the queue where it is now."""
    allowed = str(held.person) not in queued.barred and queued.assigned in {None, held.person}
    return held.role == queued.role and allowed


def _plan(stood: Sequence[_Stood]) -> None:
    """The deadlines of the states that cases are in; those of the states before are no more."""
    before = ((one.case, entry) for one in stood for entry in one.standing.entries[-2:-1])
    cancel_deadlines([_deadline(case.pk, entry) for case, entry in before if entry.due is not None])
    now = ((one.case, one.standing.entry) for one in stood)
    set_deadlines(DUE, [_planned(case.pk, entry, entry.due) for case, entry in now if entry.due is not None])


def _planned(case: UUID, entry: Entry, due: date) -> tuple[str, datetime, dict[str, Any]]:
    payload = {"case": str(case), "entry": entry.seq, "due": due.isoformat()}
    return _deadline(case, entry), midnight(due + timedelta(days=1)), payload


def _deadline(case: UUID, entry: Entry) -> str:
    return f"{DUE}:{case}:{entry.seq}:{entry.due}"
