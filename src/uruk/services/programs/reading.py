"""A program reads a case whole: that is an act which its applicant finds, with what it was for."""

from dataclasses import replace
from uuid import UUID

from uruk.acts.api import clock
from uruk.files.api import names_file
from uruk.kernel.api import Actor, CodedError, today
from uruk.publishing.api import country
from uruk.services.applying.keeping import load_file
from uruk.services.domain.cases.reasoning import known_values
from uruk.services.noting import note_case
from uruk.services.programs.finding import case_of_program, papers_of, status_of
from uruk.services.programs.views import CaseRead
from uruk.services.reading import AUDIT
from uruk.services.running.recording import Opened

MAX_PURPOSE = 200


def read_by_program(actor: Actor, service: str, case: UUID) -> CaseRead:
    """A case, whole, for a program whose role brings the right ``read-cases``; noted first, with purpose and law.

    Errors: ``services.purpose_missing``, ``services.law_unknown``, ``people.right_missing``,
    ``people.role_not_held``, ``people.service_not_named``, ``services.case_unknown``, ``services.case_forgotten``,
    those of `acts.perform`.
    """
    return _read(_noted(actor, service, case))


def _noted(actor: Actor, service: str, case: UUID) -> Opened:
    """The case, once it is noted which program reads it, and for what."""
    purpose, law = (actor.purpose or "").strip(), actor.law or ""
    found = case_of_program(actor, service, case, AUDIT)
    if not 1 <= len(purpose) <= MAX_PURPOSE or not purpose.isprintable():
        raise CodedError("services.purpose_missing")
    if country().shared.laws.find(law) is None:
        raise CodedError("services.law_unknown", law=law[:80])
    note_case(replace(actor, purpose=purpose), found)
    return found


def file_by_program(actor: Actor, service: str, case: UUID, sha256: str) -> bytes:
    """A file of a case, an answer or said with an action, for a program that may read it whole; noted as that is.

    Errors: as `read_by_program`; ``services.file_unknown``.
    """
    standing = _noted(actor, service, case).standing
    if not names_file([standing.answers, standing.decided], sha256):
        raise CodedError("services.file_unknown")
    return load_file(case, sha256)


def _read(found: Opened) -> CaseRead:
    standing = found.standing
    return CaseRead(
        status=status_of(found),
        definition=found.pinned.definition,
        applicant=standing.applicant,
        answers=standing.answers,
        facts={name: one.value for name, one in standing.facts.items()},
        values=known_values(found.pinned.service, standing, today(clock())),
        decided=standing.decided,
        papers=papers_of(found),
    )
