"""Which cases are of a call: written with each standing, so that a round is found, ends in time, leaves nobody out."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from django.db.models import QuerySet

from uruk.acts.api import acknowledged, clock, enqueue
from uruk.kernel.api import CodedError, midnight, today
from uruk.services.domain.cases.folding import Unfolded
from uruk.services.domain.cases.stepping import Turn
from uruk.services.domain.judging.reckoning import Reckoning
from uruk.services.domain.linked import LinkedRound
from uruk.services.domain.rounds.calls import COMING, HERE, Called, Terms, called, place_of, terms, unknown
from uruk.services.models import Case, Round, RoundCase
from uruk.services.pins import Pinned, last_open_day, open_pinned
from uruk.services.running.recording import Opened, open_case

ENDS = "services.round-ends"
FREED = "services.round-freed"
_ROUNDS = UUID("b0e53d0c-55a8-5a0e-8a3e-3b7f5a3d0e71")


@dataclass(frozen=True)
class Call:
    """A call of a service: cases with the same are decided together, once."""

    institution: str
    service: str
    call: str

    @property
    def id(self) -> UUID:
        """The id of its round: a call has one."""
        return uuid5(_ROUNDS, f"{self.institution}/{self.service}/{self.call}")

    def cases(self) -> "QuerySet[RoundCase]":
        """Its cases that have taken part in no round yet, or wait on its list, in the order in which they came."""
        rows = RoundCase.objects.filter(institution=self.institution, service=self.service, call=self.call)
        return rows.order_by("arrived", "case_id")


@dataclass(frozen=True)
class Announced:
    """A call as it is now: what its first case was pinned to decides how it is ranked, its newest what there is.

    `last`: the last day on which somebody may apply, which is never a day off.
    """

    call: Call
    pinned: Pinned
    linked: LinkedRound
    terms: Terms
    last: date

    @property
    def is_over(self) -> bool:
        """Whether nobody may apply any longer."""
        return today(clock()) > self.last

    @property
    def until(self) -> datetime:
        """The moment before which a case must have come."""
        return midnight(self.last + timedelta(days=1))

    def taking_part(self) -> "QuerySet[RoundCase]":
        """The cases that came in time and wait for the round."""
        return self.call.cases().filter(place=HERE, arrived__lt=self.until)


def follow_call(case: Case, pinned: Pinned, standing: Unfolded, turn: Turn) -> None:
    """With the standing of a case: of which call it is now, and when that ends."""
    linked, place = pinned.service.round, place_of(pinned.model, standing)
    if linked is None:
        return
    if place is None:
        RoundCase.objects.filter(case=case.pk).delete()
        if turn.closed not in {None, "granted"}:
            # A place that it may have had is free.
            enqueue(FREED, {"case": str(case.pk)}, key=f"{FREED}:{case.pk}")
        return
    found, ready = _called(linked, pinned, standing, turn, place)
    facts = {
        "institution": case.institution,
        "service": case.service,
        "call": found.call,
        "ends": found.ends,
        "arrived": standing.submitted_at,
        "place": place,
        "ready": ready,
    }
    RoundCase.objects.update_or_create(case_id=case.pk, defaults=facts)
    if place == HERE and found.ends is not None and found.call:
        look_at_end(Call(case.institution, case.service, found.call), last_open_day(found.ends))


def look_at_end(call: Call, last: date) -> None:
    """Have it looked at whether the call is over, after its last day."""
    at = midnight(last + timedelta(days=1))
    enqueue(ENDS, _payload(call), at=at, key=f"{ENDS}:{call.id}:{last}")


def look_again(call: Call, after: timedelta) -> None:
    """The same once more, after a while."""
    at = clock().now() + after
    enqueue(ENDS, _payload(call), at=at, key=f"{ENDS}:{call.id}:{at.isoformat()}")


def announced(call: Call) -> Announced | None:
    """A call as its cases say; None where nobody waits for it, or nothing says when it ends."""
    here = call.cases().filter(place=HERE)
    first, newest = here.first(), here.last()
    if first is None or newest is None:
        return None
    pinned = open_case(first.case_id).pinned
    linked = pinned.service.round
    if linked is None:
        return None
    found = terms(linked, reckoning_of(pinned, open_case(newest.case_id), newest.ends))
    return None if found is None else Announced(call, pinned, linked, found, last_open_day(found.ends))


def reckoning_of(pinned: Pinned, case: Opened, day: date | None) -> Reckoning:
    """What follows from a case for a round that goes by this definition, on the day on which it ends."""
    return case.standing.reckoning(pinned.service, day or today(clock()))


def unready(found: Announced) -> int:
    """How many cases the round must wait for: on their way and not before the applicant, or lacking a fact.

    Those of whom it is not known of which call they are may be of this one.
    """
    rows = RoundCase.objects.filter(institution=found.call.institution, service=found.call.service, ready=False)
    return rows.filter(call__in=("", found.call.call), place__in=(COMING, HERE), arrived__lt=found.until).count()


def decided_round(case: UUID) -> Round | None:
    """The round of the call that a case is of, once it is decided."""
    row = RoundCase.objects.filter(case=case).first()
    if row is None or not row.call:
        return None
    number = Call(row.institution, row.service, row.call).id
    return acknowledged(Round.objects.filter(pk=number), "decided_act").first()


def closed_rounds() -> "QuerySet[Round]":
    """The rounds whose call was closed."""
    return acknowledged(Round.objects.all(), "closed_act")


def pinned_of(row: Round) -> tuple[Pinned, LinkedRound]:
    """What a round goes by."""
    pinned = open_pinned(row.pin_id)
    assert pinned.service.round is not None, "a round is of a service that has one"
    return pinned, pinned.service.round


def calls_of(institution: str, service: str | None = None) -> Iterator[Call]:
    """The calls of an institution that cases wait for, and that were not closed."""
    rows = RoundCase.objects.filter(institution=institution, place=HERE).exclude(call="")
    rows = rows if service is None else rows.filter(service=service)
    for one in rows.values("service", "call").distinct().order_by("service", "call"):
        found = Call(institution, one["service"], one["call"])
        if not closed_rounds().filter(pk=found.id).exists():
            yield found


def _called(linked: LinkedRound, pinned: Pinned, standing: Unfolded, turn: Turn, place: str) -> tuple[Called, bool]:
    """The call of a case, and whether the round need not wait for it. What ends in an error is waited for."""
    reckoning = standing.reckoning(pinned.service, today(clock()))
    try:
        found = called(linked, reckoning)
        missing = unknown(linked, reckoning) if place == HERE else frozenset()
    except CodedError:
        return Called("", None), False
    if place == COMING:
        return found, turn.is_applicants
    return found, not missing and not turn.error


def _payload(call: Call) -> dict[str, str]:
    return {"institution": call.institution, "service": call.service, "call": call.call}


def call_key(call: str) -> str:
    """A call as an address holds it: it may be any text."""
    return hashlib.sha256(call.encode()).hexdigest()[:16]
