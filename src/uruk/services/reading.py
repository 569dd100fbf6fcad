"""Reading cases: one's own, the one an officer has before them, and act by act."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import msgspec

from uruk.acts.api import acknowledged, clock
from uruk.kernel.api import Actor, CodedError, day_of, today
from uruk.people.api import mandates_of, require_right, seen_papers
from uruk.publishing.api import country
from uruk.services.applying.consenting import consent_of
from uruk.services.domain.cases.contents import Moved, Proposed
from uruk.services.domain.cases.reasoning import known_values
from uruk.services.domain.cases.stepping import AWAITED, outstanding
from uruk.services.domain.definition import APPLICANT, State
from uruk.services.domain.judging.deadlines import last_day
from uruk.services.models import Asking, Case, CaseAct
from uruk.services.noting import note_case
from uruk.services.past import chosen, conditions_of, is_given, past_of
from uruk.services.pins import last_open_day, live_days
from uruk.services.representing import NATIONAL, subject_of
from uruk.services.rights import is_applicant, is_surely, keep_hold, office_case, own_case, roles_at, turn_now
from uruk.services.rounds.reading import place_of_case
from uruk.services.running.issuing import roles_awaited
from uruk.services.running.recording import TYPES, Opened, act_id, open_case
from uruk.services.telling import EVERYTHING, state_told
from uruk.services.views import (
    ActionView,
    ActView,
    CaseView,
    Decision,
    EffectView,
    FailedCondition,
    ProposedAction,
    WaitView,
)

MAX_LISTED = 100
AUDIT = "read-cases"


def get_case(actor: Actor, case: UUID) -> CaseView:
    """A case as the actor may see it: its applicant, or an officer of the role whose task it is, or who signs for it.

    An officer's reading is noted first. Errors: ``services.case_unknown`` (also for who may not know),
    ``people.role_not_held``, those of `acts.perform`.
    """
    if actor.institution is None:
        return case_view(actor, own_case(actor, case))
    found = office_case(actor, case)
    if actor.role not in roles_at(found) and actor.role not in _signing_roles(found):
        raise CodedError("services.case_unknown")
    keep_hold(actor, found)
    return case_view(actor, found)


def _signing_roles(case: Opened) -> frozenset[str]:
    """The roles of whom one signs, releases or revokes a document of the case next: they see what it rests on."""
    awaited = (one for one in case.standing.effects.values() if one.outcome == AWAITED)
    return frozenset(role for one in awaited for role in roles_awaited(case, one).split())


def my_cases(actor: Actor) -> tuple[CaseView, ...]:
    """The cases of a person, whoever submitted them: by their account or a number seen to be theirs, and those of whom
    they act for under a mandate; newest first. At most 100.
    """
    return tuple(case_view(actor, one) for one in _own_cases(actor))


def _own_cases(actor: Actor) -> Iterator[Opened]:
    if actor.person is None or actor.institution is not None:
        return
    numbers = [one.number for one in seen_papers(actor.person) if one.kind == NATIONAL]
    numbers += [subject_of(one.kind, one.subject) for one in mandates_of(actor.person)]
    own = Case.objects.filter(person=actor.person) | Case.objects.filter(subject__in=numbers)
    first = acknowledged(CaseAct.objects.filter(seq=1)).values("case")
    for row in own.filter(pk__in=first)[:MAX_LISTED]:
        found = open_case(row.pk)
        if is_applicant(actor, found):
            yield found


def case_acts(actor: Actor, case: UUID) -> tuple[ActView, ...]:
    """A case act by act: for its applicant, and for an officer with the right ``read-cases`` (noted first).

    Errors: ``services.case_unknown``, ``people.right_missing``, ``people.role_not_held``.
    """
    if actor.institution is not None:
        require_right(actor, AUDIT)
        found = office_case(actor, case)
        note_case(actor, found)
    else:
        found = own_case(actor, case)
    rows = {one.seq: one for one in CaseAct.objects.filter(case=case).only("seq", "channel", "mandate")}
    return tuple(
        ActView(
            act_id(case, one.seq),
            one.seq,
            TYPES[type(one.content)][0],
            one.at,
            one.person,
            one.role,
            rows[one.seq].channel,
            msgspec.to_builtins(one.content),
            rows[one.seq].mandate,
        )
        for one in found.acts
    )


# -- what a reader sees ------------------------------------------------------------------------------------------------


def case_view(actor: Actor, case: Opened) -> CaseView:
    """A case as the actor sees it; an officer's reading is noted before. Errors as `acts.record_read`."""
    note_case(actor, case)
    own, turn, standing = is_applicant(actor, case), turn_now(case), case.standing
    state = case.pinned.model.states[standing.entry.state]
    seen = _own_sight(actor, case) if own else _sees(case, state)
    assert standing.submitted_at is not None, "the first act of a case is its submission"
    return CaseView(
        id=case.id,
        institution=case.row.institution,
        service=case.row.service,
        definition=case.pinned.definition,
        seq=standing.seq,
        submitted_at=standing.submitted_at,
        state=state.name,
        since=standing.entry.at,
        due=None if standing.entry.due is None else last_open_day(standing.entry.due),
        task=turn.task,
        parties=turn.parties,
        closed=turn.closed,
        applicant=standing.applicant,
        answers=chosen(standing.answers, "answers", seen),
        facts=chosen({name: one.value for name, one in standing.facts.items()}, "facts", seen),
        values=known_values(case.pinned.service, case.standing, today(clock())) if "values" in seen else {},
        decided=standing.decided if "decided" in seen else {},
        marks=standing.marks,
        disputes=chosen(standing.disputes, "facts", seen),
        decision=_decision(case, state),
        effects=tuple(case_effects(case)),
        waits=tuple(case_waits(case)),
        actions=tuple(_actions(actor, case, state)),
        proposed=None if own else _proposed(case),
        entries=standing.entries,
        told=state_told(case, state, seen),
        fee_iqd=fee_of(case),
        past=past_of(case, seen),
        conditions=conditions_of(case) if "values" in seen else (),
        reviews={by: one.agrees for by, one in standing.reviews.items()},
        given=is_given(actor, case),
        consent=consent_of(case) if own else None,
        error="" if own else turn.error,
        round=place_of_case(case) if own else None,
    )


def _own_sight(actor: Actor, case: Opened) -> frozenset[str]:
    """Whoever only typed a number sees what they said, and nothing that a register knows of it."""
    return EVERYTHING if is_surely(actor, case) else frozenset({"answers", "decided"})


def _sees(case: Opened, state: State) -> frozenset[str]:
    """What whoever has the task is shown: what its state says, or nothing where it says nothing.

    Where a wait became somebody's task it is what the last task said.
    """
    for entry in (case.standing.entry, *reversed(case.standing.entries)):
        found = case.pinned.model.states[entry.state].sees
        if found:
            return frozenset(name for name, _ in found)
    return frozenset(name for name, _ in state.sees)


def fee_of(case: Opened) -> int | None:
    """What the case costs; None where that is nothing, or not known."""
    typed = case.pinned.service.fee
    if typed is None:
        return None
    try:
        found = case.standing.reckoning(case.pinned.service, today(clock())).run(typed)
    except CodedError:
        return None
    return found if isinstance(found, int) else None


def _decision(case: Opened, state: State) -> Decision | None:
    """Why the case is where it is: of a closed one, and of one that was moved by rules or by an officer before."""
    standing, reasons = case.standing, case.standing.reasons
    if len(standing.entries) == 1:
        return None
    failed = () if reasons is None else tuple(_failed(case, name) for name in reasons.failed)
    values = {} if reasons is None else dict(reasons.values)
    last = next((one.content for one in reversed(case.acts) if isinstance(one.content, Moved)), None)
    said = {} if last is None else dict(last.said)
    return Decision(standing.entry.by, failed, values, said, appeal_until(case, state))


def _failed(case: Opened, name: str) -> FailedCondition:
    reasons = case.standing.reasons
    assert reasons is not None, "asked before"
    law = reasons.laws.get(name, "")
    text = case.pinned.definition.texts.get(f"conditions.{name}")
    article = country().shared.laws.find(law) if law else None
    return FailedCondition(name, text, law, article, tuple(reasons.facts.get(name, ())))


def appeal_until(case: Opened, state: State) -> date | None:
    """The last day on which the applicant may appeal; None where they may not, or no longer."""
    if state.appeal is None:
        return None
    last = last_day(_day_of(case), state.appeal.within, live_days())
    return last if today(clock()) <= last else None


def _day_of(case: Opened) -> date:
    """The day on which the case came where it is, in Baghdad."""
    return day_of(case.standing.entry.at)


def case_effects(case: Opened) -> Iterator[EffectView]:
    """What was done in every state that the case came through, and what is still to be done where it is."""
    states = {one.seq: one.state for one in case.standing.entries}
    for (entry, position, _), came in sorted(case.standing.effects.items()):
        effect = case.pinned.service.effects[states[entry]][position].effect
        whom = roles_awaited(case, came) if came.outcome == AWAITED else ""
        yield EffectView(effect.kind, effect.target, came.outcome, whom, came.error, came.result)
    for stay, position, row in outstanding(case.pinned.service, case.standing, today(clock())):
        if (stay.seq, position, row) not in case.standing.effects:
            effect = case.pinned.service.effects[stay.state][position].effect
            holder = effect.target.rpartition("/")[0] or case.row.institution
            yield EffectView(effect.kind, effect.target, "waiting", holder)


def case_waits(case: Opened) -> Iterator[WaitView]:
    for one in Asking.objects.filter(case=case.id).order_by("first_at", "what"):
        yield WaitView(one.what, one.tries, one.first_at, one.next_at, one.error)


def _actions(actor: Actor, case: Opened, state: State) -> Iterator[ActionView]:
    """What the reader may do: the actions of a task, or of a wait that the applicant may leave."""
    turn = turn_now(case)
    mine = APPLICANT if is_applicant(actor, case) else actor.role
    leaves = state.kind == "waits" and mine == APPLICANT
    if case.standing.proposed is not None or not (leaves or turn.task == mine):
        return
    for one in state.actions:
        yield ActionView(one.name, one.to, one.fields, one.second, one.marks, one.files)


def _proposed(case: Opened) -> ProposedAction | None:
    found = case.standing.proposed
    if found is None or not isinstance(found.content, Proposed):
        return None
    said = found.content
    return ProposedAction(said.action, said.said, said.marks, found.person, found.role, said.second)
