"""A program hands in for somebody, with their files, under the consent that an officer noted; and tries answers.

It compares no card and sees nobody, so it notes no consent itself.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from msgspec import structs

from uruk.acts.api import clock, write_many
from uruk.kernel.api import Actor, CodedError, new_id, today
from uruk.people.api import require_service_program
from uruk.services.applying.consenting import COUNTER, consent_for_program, consent_view, take_along
from uruk.services.applying.keeping import has_file, keep_file
from uruk.services.applying.submitting import (
    Applicant,
    Asked,
    InvalidAnswersError,
    check_service,
    checked,
    new_row,
    submitted_before,
)
from uruk.services.applying.uploading import examine_answer
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


def keep_program_file(actor: Actor, service: str, consent: UUID, question: str, data: bytes) -> str:
    """Keep a file as the answer to a question, for whoever gave a consent; its SHA-256 (hex), which is the answer.

    It goes with the case, or is forgotten with the consent. For a program whose role brings the right ``see-person``.
    Errors: as `submit_by_program` about the consent, ``services.file_question``, ``services.file_empty``,
    ``services.file_too_large``, ``services.file_type``, ``services.too_many_files``, those of `files.intake_pdf`.
    """
    institution = actor.institution or ""
    require_service_program(actor, institution, service, COUNTER)
    given = consent_for_program(consent, institution, service, consent)
    steps = current_service(institution, service).model.steps
    asked = next((one for step in steps for one in step.questions if one.field.name == question), None)
    if asked is None or asked.field.type != "file":
        raise CodedError("services.file_question")
    examine_answer(asked, data)
    return keep_file(given.pk, data)


def submit_by_program(
    actor: Actor, service: str, consent: UUID, answers: Mapping[str, object], case: UUID | None = None
) -> HandedIn:
    """Hand in a case for whoever gave a consent, which an officer noted with their card before them.

    For a program whose role brings the right ``see-person``. `case`: an id of the caller's, under which the same again
    is harmless. Errors: ``people.role_not_held``, ``people.service_not_named``, ``people.right_missing``,
    ``services.consent_missing`` (none of this service, too old, or used), ``services.case_differs``, those of
    `services.submit` about service and answers; of a file that was not kept before: ``services.file_unknown``.
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
    missing = tuple(_missing_files(pinned, given.pk, content.answers))
    if missing:
        raise InvalidAnswersError(missing)
    row = new_row(actor, pinned, asked, given.subject)

    def rows() -> None:
        write_many((row,))
        # Of two that come at once under one consent, one is refused.
        if not Consent.objects.filter(pk=given.pk, case=None).update(case=row.pk):
            raise CodedError("services.consent_missing")
        take_along(given.pk, row.pk)

    receipt = record(actor, row, 1, content, also=rows)
    return HandedIn(status_of(open_case(row.pk)), receipt)


def _missing_files(pinned: Pinned, consent: UUID, answers: Mapping[str, Any]) -> Iterator[tuple[str, CodedError]]:
    """The answers that name a file which nobody handed in."""
    for step in pinned.model.steps:
        names = [one.field.name for one in step.questions if one.field.type == "file"]
        rows = [("", answers)] if step.repeat is None else _rows(step.name, answers)
        for before, row in rows:
            for name in names:
                if row.get(name) is not None and not has_file(consent, str(row[name])):
                    yield f"{before}{name}", CodedError("services.file_unknown")


def _rows(step: str, answers: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    return [(f"{step}.{place}.", row) for place, row in enumerate(answers.get(step) or ())]
