"""Who may do what with a case: the applicant with their own, officers in the role whose task it is."""

from datetime import timedelta
from uuid import UUID

from uruk.acts.api import clock
from uruk.kernel.api import Actor, CodedError, today
from uruk.people.api import offices, require_role
from uruk.services.applying.mandating import confirmed
from uruk.services.domain.cases.stepping import Turn, turn_of
from uruk.services.domain.definition import APPLICANT
from uruk.services.models import Hold
from uruk.services.representing import REPRESENTED, find_mandate, is_own_number
from uruk.services.running.recording import Opened, open_case

# As long as an officer has a case before them; looking at it begins it anew.
HELD = timedelta(hours=1)


def own_case(actor: Actor, case: UUID) -> Opened:
    """A case of the actor's own, as an applicant.

    Errors: ``services.case_unknown``; ``services.mandate_unconfirmed`` where it is somebody's for whom the actor acts,
    and the register that says so does not answer.
    """
    found = open_case(case)
    if not is_applicant(actor, found):
        require_confirmed(actor, found)
        raise CodedError("services.case_unknown")
    return found


def is_applicant(actor: Actor, case: Opened) -> bool:
    """Whether the actor is the person whom the case is for, or who acts for them now, or who submitted it themselves.

    Whoever submitted a case under a mandate has it no longer than that.
    """
    if actor.institution is not None or actor.person is None:
        return False
    own = case.row.person == actor.person and case.standing.applicant.get("kind") not in REPRESENTED
    return own or is_surely(actor, case)


def is_surely(actor: Actor, case: Opened) -> bool:
    """Whether the actor was seen to be whom a case is for, or a register says that they act for them."""
    if is_own_number(actor, case.row.subject):
        return True
    try:
        return require_confirmed(actor, case)
    except CodedError as error:
        if error.code != "services.mandate_unconfirmed":
            raise
        return False


def require_confirmed(actor: Actor, case: Opened) -> bool:
    """Whether the actor has a mandate that is good; ``services.mandate_unconfirmed`` where nobody answers that."""
    mandate = find_mandate(actor, case.row.institution, case.row.subject)
    return mandate is not None and confirmed(actor, mandate, case.row.service)


def office_case(actor: Actor, case: UUID) -> Opened:
    """A case of the actor's institution, for an officer in any role there.

    Errors: ``services.case_unknown`` (also of another institution), ``people.role_not_held``.
    """
    found = open_case(case)
    if actor.institution != found.row.institution:
        raise CodedError("services.case_unknown")
    require_role(actor, found.row.institution, (actor.role or "",))
    return found


def turn_now(case: Opened) -> Turn:
    """Whose turn it is in a case today."""
    return turn_of(case.pinned.service, case.standing, today(clock()))


def roles_at(case: Opened) -> frozenset[str]:
    """The roles that have something to do in a case now: whose task it is, or whose review is missing."""
    turn = turn_now(case)
    named = (turn.task,) if turn.task is not None else turn.parties
    return frozenset(one for one in named if one in case.pinned.model.roles and one != APPLICANT)


def require_hold(actor: Actor, case: Opened) -> None:
    """Refuse an officer to whom this case was not given: nobody picks.

    Errors: ``services.not_given_to_you``, ``people.role_not_held``.
    """
    if actor.role not in roles_at(case):
        raise CodedError("services.not_given_to_you")
    held = Hold.objects.filter(case=case.id, person=actor.person, role=actor.role, until__gt=clock().now())
    if not held.exists():
        raise CodedError("services.not_given_to_you")


def keep_hold(actor: Actor, case: Opened) -> None:
    """The hour of an officer who looks at a case that they have before them begins anew."""
    now = clock().now()
    held = Hold.objects.filter(case=case.id, person=actor.person, role=actor.role, until__gt=now)
    held.update(until=now + HELD)


def holds_role(person: UUID, institution: str, role: str) -> bool:
    """Whether somebody holds a role now."""
    return any((one.institution, one.role) == (institution, role) for one in offices(person))
