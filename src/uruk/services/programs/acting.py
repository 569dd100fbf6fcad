"""What a program may do in a case: say that a fee was paid. All else that officers do is for people to decide."""

from uuid import UUID

from uruk.kernel.api import Actor, CodedError
from uruk.services.domain.cases.contents import Moved
from uruk.services.domain.definition import FEE, State
from uruk.services.models import CaseAct
from uruk.services.programs.finding import case_of_program, status_of
from uruk.services.programs.views import CaseStatus
from uruk.services.running.advancing import moved
from uruk.services.running.recording import Opened, open_case, record
from uruk.services.working.queueing import check_reason

PAID = "paid"


def act_by_program(actor: Actor, service: str, case: UUID, seq: int, action: str, note: str) -> CaseStatus:
    """Record that the fee of a case was paid: the outcome ``paid``, with the number of the receipt as `note`.

    `seq`: how many acts the program has seen; the same again by the same program is harmless. Errors:
    ``services.people_decide`` (an action or outcome that is for people), ``services.action_unknown``,
    ``services.case_moved``, ``services.not_waiting``, ``services.reason_missing``, ``people.role_not_held``,
    ``people.service_not_named``, ``services.case_unknown``, those of `acts.perform`.
    """
    found = case_of_program(actor, service, case)
    said = check_reason(note)
    if action != PAID:
        raise _not_for_programs(found, action)
    if found.standing.seq != seq:
        return _done_before(actor, found, seq, said)
    state = found.pinned.model.states[found.standing.entry.state]
    if state.waits != FEE:
        raise CodedError("services.not_waiting")
    record(actor, found.row, seq + 1, moved(found, PAID, state.outcomes[PAID][0], note=said))
    return status_of(open_case(case))


def _not_for_programs(case: Opened, action: str) -> CodedError:
    if any(action in _ways(one) for one in case.pinned.model.states.values()):
        return CodedError("services.people_decide", action=action[:60])
    return CodedError("services.action_unknown", action=action[:60])


def _ways(state: State) -> frozenset[str]:
    return frozenset({one.name for one in state.actions} | set(state.outcomes))


def _done_before(actor: Actor, case: Opened, seq: int, note: str) -> CaseStatus:
    """The same payment by the same program, said twice; anything else has been overtaken."""
    after = case.acts[seq] if 0 < seq < len(case.acts) else None
    same = (
        after is not None
        and isinstance(after.content, Moved)
        and (after.content.by, after.content.note) == (PAID, note)
    )
    if not same or not CaseAct.objects.filter(case=case.id, seq=seq + 1, program=actor.program).exists():
        raise CodedError("services.case_moved")
    return status_of(case)
