"""Signing as well: whoever an applicant names reads what they sign, and signs or declines."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from uruk.definitions.api import Article, Definition
from uruk.kernel.api import Actor, CodedError
from uruk.notices.api import my_references
from uruk.people.api import seen_papers
from uruk.publishing.api import country
from uruk.services.pins import last_open_day
from uruk.services.running.cosigners import TOPIC, cosigners, waits_for_cosigner
from uruk.services.running.recording import Opened, open_case

_NATIONAL = "national"


@dataclass(frozen=True)
class CosignView:
    """What somebody is asked to sign: of which service, for whom, with which answers, by which article, until when."""

    case: UUID
    institution: str
    service: str
    definition: Definition
    applicant: Mapping[str, Any]
    answers: Mapping[str, Any]
    law: str
    article: Article | None
    asked_at: datetime
    due: date | None


def cosignatures(actor: Actor) -> tuple[CosignView, ...]:
    """The applications of others that wait for the actor's signature, newest first."""
    found = []
    for reference in my_references(actor, TOPIC):
        try:
            found.append(get_cosignature(actor, UUID(reference)))
        except CodedError as error:
            if error.code not in {"services.case_unknown", "services.not_waiting"}:
                raise
    return tuple(found)


def get_cosignature(actor: Actor, case: UUID) -> CosignView:
    """One of them. Errors: ``services.case_unknown`` (also for who is not named), ``services.not_waiting``."""
    found = cosigned_case(actor, case)
    entry, model = found.standing.entry, found.pinned.model
    law = next((step.cosign.law for step in model.steps if step.cosign is not None), None)
    return CosignView(
        case=found.id,
        institution=found.row.institution,
        service=found.row.service,
        definition=found.pinned.definition,
        applicant=found.standing.applicant,
        answers=found.standing.answers,
        law=law or "",
        article=country().shared.laws.find(law) if law else None,
        asked_at=entry.at,
        due=None if entry.due is None else last_open_day(entry.due),
    )


def cosigned_case(actor: Actor, case: UUID) -> Opened:
    """A case that waits for the actor's signature. Errors: ``services.case_unknown``, ``services.not_waiting``."""
    found = open_case(case)
    mine = () if actor.person is None or actor.institution is not None else seen_papers(actor.person)
    named = cosigners(found.pinned, found.standing)
    if not any(one.kind == _NATIONAL and one.number in named for one in mine):
        raise CodedError("services.case_unknown")
    if not waits_for_cosigner(found.pinned, found.standing):
        raise CodedError("services.not_waiting")
    return found
