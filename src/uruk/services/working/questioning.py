"""Questions: an officer asks the applicant something and the case waits for them, at most until its state is late."""

from uuid import UUID

from uruk.kernel.api import Actor, CodedError
from uruk.services.domain.cases.contents import Questioned, Replied
from uruk.services.reading import case_view
from uruk.services.rights import office_case, own_case, require_hold, turn_now
from uruk.services.running.recording import open_case, record
from uruk.services.views import CaseView
from uruk.services.working.queueing import check_reason


def ask_applicant(actor: Actor, case: UUID, seq: int, question: str) -> CaseView:
    """Ask the applicant of a case that one has before one; until they answer nobody has it.

    Errors: ``services.case_unknown``, ``services.case_moved``, ``services.not_given_to_you``,
    ``services.reason_missing``, ``people.role_not_held``, those of `acts.perform`.
    """
    found, said = office_case(actor, case), check_reason(question)
    if found.standing.seq != seq:
        raise CodedError("services.case_moved")
    if turn_now(found).task != actor.role or found.standing.proposed is not None:
        raise CodedError("services.not_given_to_you")
    require_hold(actor, found)
    record(actor, found.row, seq + 1, Questioned(said))
    return case_view(actor, open_case(case))


def answer_question(actor: Actor, case: UUID, reply: str) -> CaseView:
    """Answer what an officer asked, as the applicant; the case is in the officers' queue again, where it was.

    Errors: ``services.case_unknown``, ``services.nothing_asked``, ``services.reason_missing``.
    """
    found, said = own_case(actor, case), check_reason(reply)
    if found.standing.question is None:
        raise CodedError("services.nothing_asked")
    record(actor, found.row, found.standing.seq + 1, Replied(said))
    return case_view(actor, open_case(case))
