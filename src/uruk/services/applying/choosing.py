"""For whom somebody may apply: themselves, and whom registers say that they act for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from uruk.kernel.api import Actor, Text
from uruk.people.api import seen_papers
from uruk.services.applying.consenting import consent_row, note_shown
from uruk.services.applying.mandating import Represented, represented_at, represented_here
from uruk.services.applying.speaking import spoken_for
from uruk.services.applying.submitting import Applicant
from uruk.services.pins import current_service
from uruk.services.representing import NATIONAL


@dataclass(frozen=True)
class ApplicantChoice:
    """Somebody for whom the actor may apply. Of another: `name` by the fields of the register, `text` what the mandate
    is called there ("father"), `mandate` its id.
    """

    applicant: Applicant
    name: Mapping[str, Any]
    text: Text | None = None
    mandate: UUID | None = None

    @property
    def called(self) -> str:
        """How the register calls whom the actor acts for, in one line; the number where it says no name."""
        return " ".join(_words(self.name)) or self.applicant.number


@dataclass(frozen=True)
class Applicants:
    """All for whom the actor may apply; `silent`: institutions (codes) that may know of more and do not answer."""

    choices: tuple[ApplicantChoice, ...]
    silent: tuple[str, ...] = ()


def applicants(actor: Actor, institution: str, service: str) -> Applicants:
    """For whom the actor may apply for a service: registers are asked, over the exchange where they are another's.

    Nobody for a visitor, and for whose number was not seen. Errors: ``services.service_not_open``.
    """
    kinds = current_service(institution, service).model.applicants
    found = represented_at(actor, institution, service)
    papers = seen_papers(actor.person) if actor.person is not None and actor.institution is None else ()
    numbers = [one.number for one in papers if one.kind == NATIONAL] if "person" in kinds else []
    own = tuple(ApplicantChoice(Applicant(one), {}) for one in numbers)
    return Applicants((*own, *map(_choice, found.found)), found.silent)


def counter_applicants(actor: Actor, consent: UUID) -> Applicants:
    """For whom an officer may apply at a counter: whoever consented, and for whom registers say that they speak.

    For an office with the right ``see-person``; noted as shown first. Errors: ``services.consent_missing``,
    ``people.right_missing``, ``people.role_not_held``.
    """
    row = consent_row(actor, consent)
    note_shown(actor, row)
    found, silent = spoken_for(row)
    person = "person" in current_service(row.institution, row.service).model.applicants
    own = (ApplicantChoice(Applicant(row.subject), {}),) if person else ()
    others = (
        ApplicantChoice(Applicant(one.told.subject, one.told.born, one.kind), one.told.name, one.text) for one in found
    )
    return Applicants((*own, *others), silent)


def my_children(actor: Actor) -> Applicants:
    """The children whose guardian the actor is, as the own registers of this node say: whose readings they may see.

    With `Actor.mandate` set to a choice's `mandate`, `people.my_readings` tells who read that child's data.
    """
    found = represented_here(actor)
    return Applicants(tuple(map(_choice, found.found)), found.silent)


def _words(value: object) -> Iterator[str]:
    """The words of a name: of a person its parts, as they were recorded."""
    if isinstance(value, Mapping):
        for part in value.values():
            yield from _words(part)
    elif isinstance(value, str) and value:
        yield value


def _choice(one: Represented) -> ApplicantChoice:
    mandate = one.mandate
    return ApplicantChoice(Applicant(mandate.subject, mandate.born, mandate.kind), mandate.name, one.text, mandate.id)
