"""A program tries answers, and hands in the files of somebody under the consent that an officer noted.

It compares no card and sees nobody, so it notes no consent itself.
"""

from collections.abc import Mapping
from uuid import UUID

from uruk.acts.api import clock
from uruk.kernel.api import Actor, CodedError, today
from uruk.people.api import require_service_program
from uruk.services.applying.consenting import COUNTER, check_for_program, open_consents
from uruk.services.applying.keeping import keep_file
from uruk.services.applying.uploading import examine_answer
from uruk.services.domain.ground import Ground
from uruk.services.domain.judging.answering import check_answers
from uruk.services.pins import current_service
from uruk.services.programs.views import TriedAnswers


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
    given = check_for_program(open_consents((consent,), institution).get(consent), service, consent)
    steps = current_service(institution, service).model.steps
    asked = next((one for step in steps for one in step.questions if one.field.name == question), None)
    if asked is None or asked.field.type != "file":
        raise CodedError("services.file_question")
    examine_answer(asked, data)
    return keep_file(given.pk, data)
