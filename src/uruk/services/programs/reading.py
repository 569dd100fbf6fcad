"""A program reads a case whole: that is an act which its applicant finds, with what it was for."""

from dataclasses import replace
from uuid import UUID

from uruk.acts.api import clock
from uruk.kernel.api import Actor, CodedError, today
from uruk.publishing.api import country
from uruk.services.domain.cases.reasoning import known_values
from uruk.services.noting import note_case
from uruk.services.programs.finding import case_of_program, papers_of, status_of
from uruk.services.programs.views import CaseRead
from uruk.services.reading import AUDIT

MAX_PURPOSE = 200


def read_by_program(actor: Actor, service: str, case: UUID) -> CaseRead:
    """A case, whole, for a program whose role brings the right ``read-cases``; noted first, with purpose and law.

    Errors: ``services.purpose_missing``, ``services.law_unknown``, ``people.right_missing``,
    ``people.role_not_held``, ``people.service_not_named``, ``services.case_unknown``, ``services.case_forgotten``,
    those of `acts.perform`.
    """
    purpose, law = (actor.purpose or "").strip(), actor.law or ""
    found = case_of_program(actor, service, case, AUDIT)
    if not 1 <= len(purpose) <= MAX_PURPOSE or not purpose.isprintable():
        raise CodedError("services.purpose_missing")
    if country().shared.laws.find(law) is None:
        raise CodedError("services.law_unknown", law=law[:80])
    note_case(replace(actor, purpose=purpose), found)
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
