"""Queues: the next case of a role is given to whoever asks, and nobody picks; only a supervisor reassigns."""

from collections.abc import Iterator
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from uruk.acts.api import clock
from uruk.kernel.api import Actor, CodedError
from uruk.people.api import require_right
from uruk.services.domain.cases.contents import Reassigned, Retried
from uruk.services.domain.cases.stepping import failures
from uruk.services.models import CaseStanding, Hold, QueuedCase
from uruk.services.reading import case_view
from uruk.services.rights import HELD, holds_role, is_party, office_case, roles_at
from uruk.services.running.recording import Opened, open_case, record
from uruk.services.views import CaseView, TroubleView
from uruk.services.working.looking import require_office

MAX_REASON = 1_000
SUPERVISE = "reassign-cases"
MAX_LISTED = 100
_AT_ONCE = 50


def next_case(actor: Actor, service: str) -> CaseView | None:
    """The case that the officer has before them, or else the next of the queue, which is theirs for an hour then.

    None where nobody waits. That it is shown is noted first. Errors: ``people.role_not_held``, those of `acts.perform`.
    """
    institution, role = require_office(actor)
    case = _held(actor, service) or _take_next(actor, institution, service, role)
    return None if case is None else case_view(actor, case)


def take_given(actor: Actor, case: UUID) -> CaseView:
    """Take up a case that a supervisor gave to this officer, whatever waits before it; theirs for an hour then.

    That it is shown is noted first. Errors: ``services.not_given_to_you``, ``people.role_not_held``, those of
    `acts.perform`.
    """
    institution, role = require_office(actor)
    row = QueuedCase.objects.filter(case=case, institution=institution, role=role, assigned=actor.person).first()
    mine = Hold.objects.filter(case=case, person=actor.person, role=role, until__gt=clock().now()).exists()
    if row is None or not (mine or _hold(actor, row)):
        raise CodedError("services.not_given_to_you")
    found = open_case(case)
    if role not in roles_at(found) or _is_party(actor, found):
        give_back(actor, case)
        raise CodedError("services.not_given_to_you")
    return case_view(actor, found)


def give_back(actor: Actor, case: UUID) -> None:
    """Let another officer have a case that one was given; it keeps its place in the queue."""
    require_office(actor)
    Hold.objects.filter(case=case, person=actor.person, role=actor.role).delete()


def reassign(actor: Actor, case: UUID, officer: UUID, reason: str) -> CaseView:
    """Give a case to a certain officer of the role whose task it is, for a reason that the auditor sees.

    For an office with the right ``reassign-cases``. Errors: ``services.case_unknown``, ``services.reason_missing``,
    ``services.officer_unknown``, ``services.own_case`` (it would be theirs to decide), ``services.not_a_task``,
    ``people.right_missing``, ``people.role_not_held``, ``services.case_moved``.
    """
    require_right(actor, SUPERVISE)
    found = office_case(actor, case)
    said = check_reason(reason)
    roles = roles_at(found)
    if not roles:
        raise CodedError("services.not_a_task")
    if not any(holds_role(officer, found.row.institution, role) for role in roles):
        raise CodedError("services.officer_unknown")
    if is_party(officer, found):
        raise CodedError("services.own_case")
    record(actor, found.row, found.standing.seq + 1, Reassigned(str(officer), said))
    return case_view(actor, open_case(case))


def troubles(actor: Actor) -> tuple[TroubleView, ...]:
    """Cases of the institution whose effects failed or that cannot go on, the longest first; at most 100.

    For an office with the right ``reassign-cases``; nobody's data. Errors: ``people.right_missing``,
    ``people.role_not_held``.
    """
    require_right(actor, SUPERVISE)
    rows = CaseStanding.objects.filter(Q(failed__gt=0) | ~Q(error=""), institution=actor.institution)
    return tuple(
        TroubleView(one.case_id, one.service, one.state, one.since, one.failed, one.error)
        for one in rows.order_by("since", "case_id")[:MAX_LISTED]
    )


def retry_effects(actor: Actor, case: UUID, reason: str) -> CaseView:
    """Have the effects that failed in a case's state tried again, once what they failed on is mended.

    For an office with the right ``reassign-cases``. Errors: ``services.case_unknown``, ``services.nothing_failed``,
    ``services.reason_missing``, ``services.case_moved``, ``people.right_missing``, ``people.role_not_held``.
    """
    require_right(actor, SUPERVISE)
    found, said = office_case(actor, case), check_reason(reason)
    if not failures(found.standing):
        raise CodedError("services.nothing_failed")
    record(actor, found.row, found.standing.seq + 1, Retried(said))
    return case_view(actor, open_case(case))


def check_reason(reason: str) -> str:
    """A reason as it is kept, 1 to 1,000 characters: ``services.reason_missing``."""
    said = reason.strip() if isinstance(reason, str) else ""
    if not 1 <= len(said) <= MAX_REASON:
        raise CodedError("services.reason_missing", maximum=MAX_REASON)
    return said


def _held(actor: Actor, service: str) -> Opened | None:
    """What the officer has before them already, the oldest first; their hour begins anew."""
    now = clock().now()
    rows = Hold.objects.filter(person=actor.person, institution=actor.institution, role=actor.role, until__gt=now)
    row = rows.filter(case__service=service).order_by("since", "case_id").first()
    if row is None:
        return None
    found = open_case(row.case_id)
    if _is_party(actor, found):
        give_back(actor, row.case_id)
        return None
    Hold.objects.filter(pk=row.pk).update(until=now + HELD)
    return found


def _take_next(actor: Actor, institution: str, service: str, role: str) -> Opened | None:
    for row in _waiting(institution, service, role):
        if _is_for(actor, row) and _hold(actor, row):
            found = open_case(row.case_id)
            # It may have moved while it was taken: then its new queue knows it. Nobody decides their own.
            if role in roles_at(found) and not _is_party(actor, found):
                return found
            give_back(actor, row.case_id)
    return None


def _waiting(institution: str, service: str, role: str) -> Iterator[QueuedCase]:
    """The queue from its beginning, some at a time: mostly the first of them is the one."""
    rows = QueuedCase.objects.filter(institution=institution, service=service, role=role).order_by("place", "case_id")
    after = Q()
    while batch := list(rows.filter(after)[:_AT_ONCE]):
        yield from batch
        last = batch[-1]
        after = Q(place__gt=last.place) | Q(place=last.place, case_id__gt=last.case_id)


def _is_party(actor: Actor, case: Opened) -> bool:
    return actor.person is not None and is_party(actor.person, case)


def _is_for(actor: Actor, row: QueuedCase) -> bool:
    """Whether this officer may be given the case: not who shall be looked over, nor what was given to another."""
    if str(actor.person) in row.barred:
        return False
    if row.assigned in (None, actor.person):
        return True
    # Whoever it was given to has left: it is everybody's again.
    return not holds_role(row.assigned, row.institution, row.role)


def _hold(actor: Actor, row: QueuedCase) -> bool:
    """Take a case, unless another officer has it who still is one."""
    now = clock().now()
    other = Hold.objects.filter(case=row.case_id).first()
    if other is not None and other.until > now and holds_role(other.person, other.institution, other.role):
        return False
    try:
        with transaction.atomic():
            if other is not None:
                Hold.objects.filter(case=row.case_id, person=other.person, until=other.until).delete()
            Hold.objects.create(
                case_id=row.case_id,
                person=actor.person,
                role=actor.role,
                institution=actor.institution,
                since=now,
                until=now + HELD,
            )
    except IntegrityError:
        return False
    return True
