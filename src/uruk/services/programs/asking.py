"""A program hands in for somebody, under the consent that an officer noted; and tries answers, which nobody keeps.

It compares no card and sees nobody, so it notes no consent itself.
"""

from collections.abc import Mapping
from uuid import UUID

from msgspec import structs

from uruk.acts.api import clock
from uruk.kernel.api import Actor, CodedError, new_id, today
from uruk.people.api import require_service_program
from uruk.services.applying.consenting import COUNTER, consent_for_program, consent_view, take_along
from uruk.services.applying.submitting import Applicant, Asked, check_service, checked, new_row, submitted_before
from uruk.services.domain.ground import Ground
from uruk.services.domain.judging.answering import check_answers
from uruk.services.models import Consent
from uruk.services.pins import Pinned, current_service
from uruk.services.programs.finding import status_of
from uruk.services.programs.views import HandedIn, TriedAnswers
from uruk.services.running.recording import open_case, record


def try_answers(actor: Actor, service: str, answers: Mapping[str, object]) -> TriedAnswers:
    """Whether answers may be handed in as they are, as far as that is known without asking anybody about anybody.

    Nothing is kept, nothing is read. Errors: ``people.role_not_held``, ``people.service_not_named``,
    ``services.service_not_open``.
    """
    institution = actor.institution or ""
    require_service_program(actor, institution, service)
    pinned = current_service(institution, service)
    found = check_answers(pinned.service, answers, Ground(today(clock())))
    waiting = tuple(sorted(found.waiting))
    return TriedAnswers(pinned.definition, pinned.service, tuple(found.errors), tuple(found.asked), waiting)


def submit_by_program(
    actor: Actor, service: str, consent: UUID, answers: Mapping[str, object], case: UUID | None = None
) -> HandedIn:
    """Hand in a case for whoever gave a consent, which an officer noted with their card before them.

    For a program whose role brings the right ``see-person``. `case`: an id of the caller's, under which the same again
    is harmless. Errors: ``people.role_not_held``, ``people.service_not_named``, ``people.right_missing``,
    ``services.consent_missing`` (none of this service, too old, or used), ``services.case_differs``, those of
    `services.submit` about service and answers.
    """
    institution, known = actor.institution or "", case or new_id()
    require_service_program(actor, institution, service, COUNTER)
    given = consent_for_program(consent, institution, service, known)
    said = consent_view(given)
    asked = Asked(institution, service, Applicant(said.number, said.born), answers, known, consent)
    done = submitted_before(known, actor, asked, said.number)
    if done is None:
        return _submitted(actor, current_service(institution, service), asked, given)
    return HandedIn(status_of(open_case(known)), done.receipt)


def _submitted(actor: Actor, pinned: Pinned, asked: Asked, given: Consent) -> HandedIn:
    check_service(actor, pinned, asked)
    content = structs.replace(checked(pinned, asked, given.subject), consent=str(given.pk))
    row = new_row(actor, pinned, asked, given.subject)

    def rows() -> None:
        row.save(force_insert=True)
        # Of two that come at once under one consent, one is refused.
        if not Consent.objects.filter(pk=given.pk, case=None).update(case=row.pk):
            raise CodedError("services.consent_missing")
        take_along(given.pk, row.pk)

    receipt = record(actor, row, 1, content, also=rows)
    return HandedIn(status_of(open_case(row.pk)), receipt)
