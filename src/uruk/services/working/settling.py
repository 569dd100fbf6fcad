"""How waits end that a person ends: a fee was paid, a second person signed, an officer decides what nobody answered."""

from uuid import UUID

from uruk.kernel.api import Actor, CodedError
from uruk.services.domain.definition import FEE, State
from uruk.services.reading import case_view
from uruk.services.rights import office_case, require_hold, require_not_own
from uruk.services.running.advancing import moved
from uruk.services.running.recording import Opened, open_case, record
from uruk.services.views import CaseView
from uruk.services.working.cosigning import cosigned_case
from uruk.services.working.queueing import check_reason


def record_payment(actor: Actor, case: UUID, receipt: str) -> CaseView:
    """Record at a counter that the fee of a case was paid, with the number of its receipt.

    Nobody records that they paid themselves. Errors: ``services.case_unknown``, ``services.not_waiting``,
    ``services.own_case``, ``services.reason_missing``, ``people.role_not_held``.
    """
    found = office_case(actor, case)
    require_not_own(actor, found)
    return _end(actor, found, _waiting_state(found, FEE), "paid", check_reason(receipt))


def cosign(actor: Actor, case: UUID, *, signs: bool) -> None:
    """Sign a case of another person as the one whose number its answers name, or decline to.

    Errors: ``services.case_unknown``, ``services.not_waiting``.
    """
    found = cosigned_case(actor, case)
    state = found.pinned.model.states[found.standing.entry.state]
    outcome = "signed" if signs else "declined"
    record(actor, found.row, found.standing.seq + 1, moved(found, outcome, state.outcomes[outcome][0]))


def settle_wait(actor: Actor, case: UUID, outcome: str, reason: str) -> CaseView:
    """Decide what becomes of a wait that nobody answered in time, by the officer who has it before them.

    Errors: ``services.case_unknown``, ``services.not_waiting``, ``services.action_unknown``,
    ``services.not_given_to_you``, ``services.reason_missing``, ``services.case_moved``.
    """
    found = office_case(actor, case)
    state, said = found.pinned.model.states[found.standing.entry.state], check_reason(reason)
    if state.kind != "waits" or found.standing.entry.task is None:
        raise CodedError("services.not_waiting")
    require_hold(actor, found)
    return _end(actor, found, state, outcome, said)


def _waiting_state(case: Opened, party: str) -> State:
    state = case.pinned.model.states[case.standing.entry.state]
    if state.waits != party:
        raise CodedError("services.not_waiting")
    return state


def _end(actor: Actor, case: Opened, state: State, outcome: str, note: str) -> CaseView:
    if outcome not in state.outcomes:
        raise CodedError("services.action_unknown", action=outcome[:60])
    content = moved(case, outcome, state.outcomes[outcome][0], note=note)
    record(actor, case.row, case.standing.seq + 1, content)
    return case_view(actor, open_case(case.id))
