"""Another institution asks what this one thinks of a case of theirs: an ordinary case here, whose end is the answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from msgspec import structs

from uruk.acts.api import receipt_of, write_many
from uruk.kernel.api import Actor, CodedError
from uruk.publishing.api import agreed_fields, published_digests
from uruk.services.applying.submitting import Applicant, Asked, checked, clean_number, new_row
from uruk.services.domain.cases.contents import Moved
from uruk.services.domain.offering import (
    AGREED,
    EXCHANGE,
    NOTE,
    OBJECTED,
    OFFER,
    PENDING,
    RECEIPT,
    STATE,
    SUBJECTS,
    case_asked,
)
from uruk.services.models import Case
from uruk.services.pins import KIND, current_service
from uruk.services.representing import person_of
from uruk.services.rights import turn_now
from uruk.services.running.asking import offer_address
from uruk.services.running.recording import Opened, act_id, open_case, record

MAX_NOTE = 1_000


@dataclass(frozen=True)
class AskedReview:
    """What another institution asks: by which address, and the body of its message.

    The body: `review`, an id of theirs under which asking again is harmless; `applicant` (number, kind, born);
    `answers`, by the names of this service's questions.
    """

    consumer: str
    body: Mapping[str, Any]


def takes_reviews(institution: str, service: str) -> bool:
    """Whether there is such a service that other institutions may ask."""
    if not published_digests(KIND, institution, service):
        return False
    return EXCHANGE in current_service(institution, service).model.channels


def answer_review(actor: Actor, institution: str, service: str, asked: AskedReview) -> dict[str, Any]:
    """Take a case of another institution to be reviewed, or say what came of it; only for the node's own gateway.

    Only the fields that the agreement lets through are taken. Errors: ``services.review_unknown`` (no agreement is in
    force), ``services.review_malformed``, ``services.kind_refused``, `InvalidAnswersError`, those of `acts.perform`.
    """
    if actor.channel != EXCHANGE or actor.institution != institution or actor.person is not None:
        raise CodedError("services.review_unknown")
    review = _uuid(asked.body.get("review"))
    case = case_asked(asked.consumer, institution, service, review)
    if not Case.objects.filter(pk=case).exists():
        answers = _answers(institution, service, asked)
        _take(actor, Asked(institution, service, _applicant(asked.body), answers, case), asked.consumer)
    return _told(open_case(case))


def _answers(institution: str, service: str, asked: AskedReview) -> dict[str, Any]:
    agreed = agreed_fields(asked.consumer, offer_address(institution, f"{service}/{OFFER}"))
    if agreed is None:
        raise CodedError("services.review_unknown")
    said = asked.body.get("answers")
    if not isinstance(said, Mapping):
        raise CodedError("services.review_malformed", what="answers")
    return {name: value for name, value in said.items() if name in agreed}


def _take(actor: Actor, asked: Asked, consumer: str) -> None:
    pinned = current_service(asked.institution, asked.service)
    if EXCHANGE not in pinned.model.channels:
        raise CodedError("services.review_unknown")
    if asked.applicant.kind not in pinned.model.applicants:
        raise CodedError("services.kind_refused", service=pinned.definition.title)
    number = clean_number(asked.applicant)
    content = structs.replace(checked(pinned, asked, number), asker=consumer)
    row = new_row(actor, pinned, asked, number)
    record(actor, row, 1, content, also=lambda: write_many((row,)))


def _told(case: Opened) -> dict[str, Any]:
    number = person_of(case.row.subject)
    about = {SUBJECTS: [number] if number else []}
    closed = turn_now(case).closed
    if closed is None:
        return about | {STATE: PENDING}
    receipt = receipt_of(act_id(case.id, case.standing.entry.seq))
    state = AGREED if closed == "granted" else OBJECTED
    return about | {STATE: state, NOTE: _note(case), RECEIPT: "" if receipt is None else receipt.to_json()}


def _note(case: Opened) -> str:
    """What an officer said last, in words."""
    last = next((one.content for one in reversed(case.acts) if isinstance(one.content, Moved)), None)
    said = [] if last is None else [one for one in last.said.values() if isinstance(one, str)]
    return "\n".join(said)[:MAX_NOTE]


def _applicant(body: Mapping[str, Any]) -> Applicant:
    said = body.get("applicant")
    if not isinstance(said, Mapping) or not isinstance(said.get("number"), str):
        raise CodedError("services.review_malformed", what="applicant")
    born = said.get("born")
    try:
        day = date.fromisoformat(born) if isinstance(born, str) else None
    except ValueError:
        raise CodedError("services.review_malformed", what="born") from None
    return Applicant(said["number"], day, str(said.get("kind", "person")))


def _uuid(value: object) -> UUID:
    try:
        return UUID(value) if isinstance(value, str) else UUID("")
    except ValueError:
        raise CodedError("services.review_malformed", what="review") from None
