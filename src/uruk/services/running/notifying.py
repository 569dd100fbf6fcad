"""What a case tells, and whom: at once, or by a reminder."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from uruk.kernel.api import Actor, CodedError, Text
from uruk.notices.api import NewNotice, tell
from uruk.services.applying.mandating import confirmed, who_speaks
from uruk.services.domain.cases.stepping import DONE
from uruk.services.domain.definition import APPLICANT, COSIGNER
from uruk.services.representing import INSTITUTION, REPRESENTED, find_mandate, person_of
from uruk.services.rights import is_surely
from uruk.services.running.cosigners import cosigners
from uruk.services.running.issuing import Came, Place
from uruk.services.running.recording import Opened
from uruk.services.telling import EVERYTHING, filled

TOPIC = "case.notice"


def notify(place: Place) -> Came:
    """What a case tells now."""
    effect = place.step.effect.effect
    tell_of(place)
    return Came(DONE, {"to": effect.to or "", "text": effect.target})


def tell_of(place: Place, day: date | None = None) -> None:
    """Hand it to `notices`, which tells the same once; the applicant, whoever signs as well, or an office.

    ``day``: the one that a reminder comes before.
    """
    for notice in _notices(place, day):
        tell(notice)


def _notices(place: Place, day: date | None) -> Iterator[NewNotice]:
    effect, case = place.step.effect.effect, place.case
    to, applies = effect.to, None if effect.reminder is None else effect.reminder.apply
    if to == APPLICANT:
        page = f"cases/{case.id}/" if applies is None else f"services/{place.institution}/{applies}/"
        for one in to_applicant(case, place.id, page):
            yield _notice(place, day, **one)
    elif to == COSIGNER:
        for number in sorted(cosigners(case.pinned, case.standing)):
            yield _notice(place, day, id=uuid5(place.id, number), number=number, page=f"cases/signatures/{case.id}/")
    else:
        yield _notice(place, day, number=person_of(case.row.subject), role=str(to), page="")


def to_applicant(case: Opened, notice: UUID, page: str) -> Iterator[dict[str, Any]]:
    """Whose a notice to the applicant is, its id and its page: an institution hears it by all who speak for it."""
    if case.standing.applicant["kind"] != INSTITUTION:
        yield {"id": notice, "number": person_of(case.row.subject), "person": _account(case), "page": page}
        return
    for number in who_speaks(case.row.institution, INSTITUTION, str(case.standing.applicant["number"])):
        yield {"id": uuid5(notice, number), "number": number, "page": page}


def _account(case: Opened) -> UUID | None:
    """The account that is told: of who acted under a mandate only while no register has said that it is over."""
    person: UUID | None = case.row.person
    if person is None or case.standing.applicant.get("kind") not in REPRESENTED:
        return person
    actor = Actor(channel="portal", person=person)
    mandate = find_mandate(actor, case.row.institution, case.row.subject)
    try:
        return person if mandate is not None and confirmed(actor, mandate, case.row.service) else None
    except CodedError as error:
        if error.code != "services.mandate_unconfirmed":
            raise
        # A register that does not answer now keeps nobody from hearing what became of their case.
        return person


def seen_by_applicant(case: Opened) -> frozenset[str]:
    """A person who only typed a number is told nothing that a register knows of it."""
    person = case.row.person
    if person is None or is_surely(Actor(channel="portal", person=person), case):
        return EVERYTHING
    return frozenset({"answers", "decided"})


def _notice(place: Place, day: date | None, **whose: Any) -> NewNotice:
    case, target = place.case, place.step.effect.effect.target
    written = case.pinned.definition.texts.get(f"notices.{target}")
    text = filled(case, written, day, seen_by_applicant(case))
    return case_notice(case, TOPIC, text, **{"id": place.id, **whose})


def case_notice(case: Opened, topic: str, text: Text, **whose: Any) -> NewNotice:
    """What is told of a case. `whose`: its id, whom it is for, and the page to which it leads."""
    return NewNotice(
        institution=str(case.row.institution),
        topic=topic,
        reference=str(case.id),
        about=case.pinned.definition.title,
        text=text,
        **whose,
    )
