"""What people do with a case: actions of an officer or of the applicant, disputes, appeals, reviews."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from uruk.acts.api import clock
from uruk.kernel.api import Actor, CodedError, today
from uruk.services.applying.submitting import InvalidAnswersError
from uruk.services.applying.uploading import check_taken, examine_answer
from uruk.services.domain.cases.contents import Content, Disputed, Effected, Kept, LetGo, Moved, Retried, Reviewed
from uruk.services.domain.cases.folding import Done
from uruk.services.domain.definition import APPLICANT, REVIEWS, Action, State
from uruk.services.domain.edges import APPEAL
from uruk.services.domain.judging.answering import check_answers
from uruk.services.domain.judging.judging import facts_of_answers
from uruk.services.reading import appeal_until, case_view
from uruk.services.rights import is_applicant, office_case, own_case, require_hold, turn_now
from uruk.services.running.advancing import moved
from uruk.services.running.recording import Opened, open_case, record
from uruk.services.views import CaseView
from uruk.services.working.loose import keep_loose
from uruk.services.working.queueing import check_reason

MAX_MARKS = 100
# Nobody is asked anything else after such an act, and the case is where it was.
_ONLY_DONE = (Effected, Retried, Kept, LetGo)
_NOTHING: Mapping[str, object] = {}


def act(
    actor: Actor,
    case: UUID,
    seq: int,
    action: str,
    said: Mapping[str, object] = _NOTHING,
    *,
    marks: Mapping[str, str] | None = None,
    answers: Mapping[str, object] | None = None,
) -> CaseView:
    """Do an action of a case's state: by the officer who has it before them, or by its applicant.

    `seq`: how many acts the actor has seen; the same action again by the same person is harmless. What was only done
    meanwhile (an effect) keeps no applicant from acting. `said`: the action's
    fields as typed; `marks`: by path of an answer, what is to be mended; `answers`: given anew, all of them.

    Errors: ``services.case_unknown``, ``services.case_moved``, ``services.action_unknown``,
    ``services.second_needed`` (see `action_proposal`), ``services.not_given_to_you``, ``services.marks_missing``,
    `InvalidAnswersError` (also about a file that was not kept by `keep_action_file`), ``people.role_not_held``, those
    of `acts.perform`.
    """
    found, state = _reachable(actor, case)
    if not _has_seen(actor, found, seq):
        return _done_before(actor, found, seq, action)
    chosen = find_action(actor, found, state, action)
    if chosen.second is not None:
        raise CodedError("services.second_needed", role=chosen.second)
    content = content_of(actor, found, chosen, said, marks or {}, answers)
    record(actor, found.row, found.standing.seq + 1, content)
    return case_view(actor, open_case(case))


def content_of(
    actor: Actor,
    case: Opened,
    action: Action,
    said: Mapping[str, object],
    marks: Mapping[str, str],
    answers: Mapping[str, object] | None = None,
) -> Moved:
    """What the act of an action says; errors as `act`."""
    validation = action.fields.validate(said)
    wrong = (*validation.errors, *_wrong_files(case, action, validation.values))
    if wrong:
        raise InvalidAnswersError(wrong)
    marked = _marks(case, action, marks)
    more: dict[str, Any] = {}
    if is_applicant(actor, case) and answers is not None:
        given = _answers(case, answers)
        more = {"answers": given, "outdated": _outdated(case, given)}
    return moved(case, action.name, action.to, said=validation.values, marks=marked, **more)


def dispute_fact(actor: Actor, case: UUID, fact: str, reason: str) -> CaseView:
    """Say that a fact is wrong, as the applicant; whoever has the case sees it beside the fact.

    Errors: ``services.case_unknown``, ``services.fact_unknown``, ``services.reason_missing``, ``services.case_closed``.
    """
    found = own_case(actor, case)
    if fact not in found.standing.facts:
        raise CodedError("services.fact_unknown", fact=fact[:60])
    said = check_reason(reason)
    if turn_now(found).closed is not None:
        raise CodedError("services.case_closed")
    if found.standing.disputes.get(fact) != said:
        record(actor, found.row, found.standing.seq + 1, Disputed(fact, said))
    return case_view(actor, open_case(case))


def appeal(actor: Actor, case: UUID, reason: str) -> CaseView:
    """Have a refusal looked at again, as the applicant: by the role that is named for it, and another officer.

    Errors: ``services.case_unknown``, ``services.reason_missing``, ``services.no_appeal_left``.
    """
    found = own_case(actor, case)
    state, said = found.pinned.model.states[found.standing.entry.state], check_reason(reason)
    if state.appeal is None or appeal_until(found, state) is None:
        raise CodedError("services.no_appeal_left")
    content = moved(found, APPEAL, state.appeal.to, task=state.appeal.task, note=said)
    record(actor, found.row, found.standing.seq + 1, content)
    return case_view(actor, open_case(case))


def review(actor: Actor, case: UUID, agrees: bool, note: str = "") -> CaseView:
    """Say what one's role thinks of a case, while several are asked.

    Errors: ``services.case_unknown``, ``services.not_asked``, ``services.not_given_to_you``,
    ``services.reason_missing`` (whoever objects says why), ``people.role_not_held``, ``services.case_moved``.
    """
    found = office_case(actor, case)
    state = found.pinned.model.states[found.standing.entry.state]
    if state.waits != REVIEWS or state.reviews is None or actor.role not in state.reviews.by:
        raise CodedError("services.not_asked")
    require_hold(actor, found)
    said = note.strip() if agrees and not note.strip() else check_reason(note)
    record(actor, found.row, found.standing.seq + 1, Reviewed(str(actor.role), agrees, said))
    return case_view(actor, open_case(case))


def find_action(actor: Actor, case: Opened, state: State, name: str) -> Action:
    """An action of a state that this actor may do now.

    Errors: ``services.action_unknown``, ``services.not_given_to_you``, ``services.case_moved``.
    """
    action = next((one for one in state.actions if one.name == name), None)
    if action is None:
        raise CodedError("services.action_unknown", action=name[:60])
    if case.standing.proposed is not None:
        raise CodedError("services.case_moved")
    if is_applicant(actor, case):
        # A wait may be left by whoever asked for something.
        if turn_now(case).task == APPLICANT or state.kind == "waits":
            return action
        raise CodedError("services.not_given_to_you")
    require_hold(actor, case)
    return action


def keep_action_file(actor: Actor, case: UUID, action: str, field: str, data: bytes) -> str:
    """Keep a file that is to be said with an action, for whoever may do it now; its SHA-256 in hexadecimal.

    It lies with the files of the case, and is destroyed with them; what no act has said after a week goes by itself.
    Errors: ``services.case_unknown``,
    ``services.action_unknown``, ``services.case_moved``, ``services.not_given_to_you``, ``services.file_question``,
    ``services.file_empty``, ``services.file_too_large``, ``services.file_type``, those of `keep_file`.
    """
    found, state = _reachable(actor, case)
    files = find_action(actor, found, state, action).files
    asked = next((one for one in files if one.field.name == field), None)
    if asked is None:
        raise CodedError("services.file_question")
    examine_answer(asked, data)
    return keep_loose(found.id, data)


def _wrong_files(case: Opened, action: Action, said: Mapping[str, object]) -> Iterator[tuple[str, CodedError]]:
    """The files that are said with an action and were not handed in for it."""
    for asked in action.files:
        name = asked.field.name
        try:
            if said.get(name) is not None:
                check_taken(asked, case.id, str(said[name]))
        except CodedError as error:
            yield name, error


def _reachable(actor: Actor, case: UUID) -> tuple[Opened, State]:
    found = own_case(actor, case) if actor.institution is None else office_case(actor, case)
    return found, found.pinned.model.states[found.standing.entry.state]


def _has_seen(actor: Actor, case: Opened, seq: int) -> bool:
    """Whether somebody has seen all that their action rests on; an applicant need not know of what was only done."""
    if not is_applicant(actor, case):
        return case.standing.seq == seq
    return 0 < seq <= case.standing.seq and _next_of_people(case, seq) is None


def _next_of_people(case: Opened, seq: int) -> Done | None:
    """The first act after the `seq`-th that changes what an applicant is asked, or where the case is."""
    return next((one for one in case.acts[seq:] if not isinstance(one.content, _ONLY_DONE)), None)


def _done_before(actor: Actor, case: Opened, seq: int, action: str) -> CaseView:
    """The same action by the same person, sent twice: the case as it is now. Anything else has been overtaken."""
    after = _next_of_people(case, seq) if seq > 0 else None
    if after is None or after.person != actor.person or not _is_by(after.content, action):
        raise CodedError("services.case_moved")
    return case_view(actor, case)


def _is_by(content: Content, action: str) -> bool:
    return isinstance(content, Moved) and content.by == action


def _marks(case: Opened, action: Action, marks: Mapping[str, str]) -> dict[str, str]:
    """What is to be mended, by path of an answer; an action that marks marks something."""
    if action.marks is None:
        return {}
    known = set(case.standing.answers)
    found = {path: str(said)[:1_000] for path, said in marks.items() if path.partition(".")[0] in known}
    if not found or len(found) > MAX_MARKS:
        raise CodedError("services.marks_missing")
    return found


def _answers(case: Opened, given: Mapping[str, object]) -> dict[str, object]:
    """Answers given anew, checked as the first ones were, on the facts that are known now."""
    found = check_answers(case.pinned.service, given, case.standing.ground(today(clock())))
    if found.errors:
        raise InvalidAnswersError(tuple(found.errors))
    if found.waiting:
        raise CodedError("services.facts_missing", facts=sorted(found.waiting))
    return found.values


def _outdated(case: Opened, given: Mapping[str, object]) -> tuple[str, ...]:
    """The facts that were found by answers which are others now. On what the pages showed the new answers rest."""
    before, ground = case.standing.answers, case.standing.ground(today(clock()))
    changed = [name for name in {*before, *given} if before.get(name) != given.get(name)]
    found = facts_of_answers(case.pinned.service, changed) & set(case.standing.facts)
    known = {name: one for name, one in ground.facts.items() if name not in found}
    shown = check_answers(case.pinned.service, given, replace(ground, facts=known)).waiting
    return tuple(sorted(found - shown))
