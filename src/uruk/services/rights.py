"""Who may do what with a case: the applicant with their own, officers in the role whose task it is."""

from datetime import timedelta
from uuid import UUID

from uruk.acts.api import clock
from uruk.kernel.api import Actor, CodedError, today
from uruk.people.api import mandates_of, offices, require_role, seen_papers
from uruk.services.applying.mandating import confirmed
from uruk.services.domain.cases.stepping import Turn, turn_of
from uruk.services.domain.definition import APPLICANT
from uruk.services.models import Consent, Hold
from uruk.services.representing import NATIONAL, REPRESENTED, find_mandate, is_own_number, subject_of
from uruk.services.running.cosigners import cosigners
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


def is_party(person: UUID, case: Opened) -> bool:
    """Whether somebody may decide nothing of a case: it is their own, or they applied at a counter for whom it is for,
    or noted the consent to that.
    """
    return person == case.standing.submitted_by or is_own(person, case) or _noted_consent(person, case)


def is_own(person: UUID, case: Opened) -> bool:
    """Whether somebody is on the applicant's side of a case, as far as this node knows: whose number it is for, who
    acts for them, who signs or signed as well, who did anything of it in no office.
    """
    if person in case.standing.askers:
        return True
    own = {one.number for one in seen_papers(person) if one.kind == NATIONAL}
    mandated = {subject_of(one.kind, one.subject) for one in mandates_of(person, case.row.institution)}
    spoke = Consent.objects.filter(pk=case.standing.consent or None, subject__in=own)
    named = case.row.subject in own | mandated or bool(own & cosigners(case.pinned, case.standing))
    return named or (bool(case.standing.consent) and spoke.exists())


def _noted_consent(person: UUID, case: Opened) -> bool:
    consent = case.standing.consent
    return bool(consent) and Consent.objects.filter(pk=consent, person=person).exists()


def require_not_own(actor: Actor, case: Opened) -> None:
    """Refuse whoever is the applicant, acts for them or signs as well: ``services.own_case``."""
    if actor.person is not None and is_own(actor.person, case):
        raise CodedError("services.own_case")


def require_hold(actor: Actor, case: Opened) -> None:
    """Refuse an officer to whom this case was not given: nobody picks, and nobody decides their own.

    Errors: ``services.not_given_to_you``, ``services.own_case``, ``people.role_not_held``.
    """
    if actor.role not in roles_at(case):
        raise CodedError("services.not_given_to_you")
    if actor.person is not None and is_party(actor.person, case):
        raise CodedError("services.own_case")
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
