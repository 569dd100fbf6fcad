"""Decisions in test mode, by its invented officers: each an act of the case like any other."""

from uuid import UUID

from uruk.kernel.api import Actor
from uruk.rest.govstack.locking import one_at_a_time
from uruk.rest.govstack.registration.callers import handler, supervisor
from uruk.rest.govstack.registration.definition import SEND_BACK
from uruk.rest.govstack.registration.following import OFFICER, is_task
from uruk.rest.govstack.registration.naming import Place
from uruk.services import api as services
from uruk.services.api import CaseStatus

REASON = "GovStack: this task was named"


def send_back(follower: Actor, place: Place, case: UUID) -> None:
    """Have the officer send a case back whose answers are given anew; one that is the applicant's already stays."""
    status = services.program_case_status(follower, place.code, case)
    if is_task(status.turn):
        decide(place, status, SEND_BACK, REASON)


def decide(place: Place, status: CaseStatus, action: str, note: str) -> None:
    """The supervisor gives the case to the officer, who looks at it and decides: acts of the case like any others."""
    officer = handler(place.institution, status.turn.removeprefix(OFFICER))
    assert officer.person is not None
    with one_at_a_time("deciding", place.institution, place.code):
        services.reassign(supervisor(place.institution), status.case, officer.person, note)
        view = services.take_given(officer, status.case)
        chosen = next((one for one in view.actions if one.name == action), None)
        marks = dict.fromkeys(view.answers, note) if chosen is not None and chosen.marks else {}
        services.act(officer, status.case, view.seq, action, marks=marks)
