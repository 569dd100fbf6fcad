"""Mandates: that somebody may act for a child, a company or an institution, as a register told an institution.

A mandate begins and ends by acts of the institution that asked. It is good for a while after the register last said
so, and never past midnight: who comes of age today acts alone today.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal, cast
from uuid import UUID

from django.db import IntegrityError
from django.db.models import QuerySet

from uruk.acts.api import Deed, clock, finish, perform, standing
from uruk.kernel.api import Actor, CodedError, midnight, today
from uruk.people.models import Mandate

HELD, ENDED = "mandate.held", "mandate.ended"
GOOD_FOR = timedelta(hours=1)
MandateKind = Literal["guardian", "company", "institution"]


@dataclass(frozen=True)
class Told:
    """What a register says: whom the person acts for (number, name by field, day of birth of a child), and by which
    message or record it said so.
    """

    subject: str
    name: Mapping[str, Any]
    born: date | None
    reference: str


@dataclass(frozen=True)
class MandateView:
    """A mandate: `id` is its act's. `subject`: the number of whom the person acts for; `name`: what the register calls
    them, by field. `source`: institution, registry and mandate of it (`interior/persons/father`).
    """

    id: UUID
    person: UUID
    kind: MandateKind
    subject: str
    name: Mapping[str, Any]
    born: date | None
    institution: str
    source: str
    since: datetime
    good_until: datetime


def hold_mandates(
    actor: Actor, institution: str, source: str, kind: MandateKind, told: Sequence[Told]
) -> tuple[MandateView, ...]:
    """Take over what a register says now of the actor: new mandates begin, and those it no longer names end.

    `institution` is who asked. Errors: ``people.sign_in_needed``, those of `acts.perform`.
    """
    if actor.person is None:
        raise CodedError("people.sign_in_needed")
    named = {one.subject: one for one in told}
    rows = _standing(actor.person, institution).filter(source=source)
    known = {row.subject: row for row in rows}
    for subject, row in known.items():
        if subject not in named:
            _end(actor, row)
    until = _good_until()
    Mandate.objects.filter(pk__in=[row.pk for row in known.values() if row.subject in named]).update(good_until=until)
    for subject, one in named.items():
        if subject not in known:
            _begin(actor, institution, source, kind, one, until)
    return tuple(_view(row) for row in _standing(actor.person, institution).filter(source=source))


def mandates_of(person: UUID, institution: str | None = None) -> tuple[MandateView, ...]:
    """The mandates of a person (those that an institution asked for), as acknowledged acts say; also those whose time
    is over until a register has been asked anew: `is_good` tells.
    """
    return tuple(map(_view, _standing(person, institution)))


def is_good(mandate: MandateView) -> bool:
    """Whether the register has said it lately enough to act on it."""
    return clock().now() < mandate.good_until


def require_mandate(actor: Actor) -> MandateView:
    """The mandate under which the actor says that they act; none that is good: ``people.mandate_over``."""
    found = mandates_of(actor.person) if actor.person is not None else ()
    for one in found:
        if str(one.id) == actor.mandate and is_good(one):
            return one
    raise CodedError("people.mandate_over")


def _standing(person: UUID, institution: str | None) -> "QuerySet[Mandate]":
    rows = Mandate.objects.filter(person_id=person)
    if institution is not None:
        rows = rows.filter(institution=institution)
    return standing(rows).order_by("since", "act_id")


def _good_until() -> datetime:
    now = clock().now()
    return min(now + GOOD_FOR, midnight(today(clock()) + timedelta(days=1)))


def _begin(actor: Actor, institution: str, source: str, kind: MandateKind, told: Told, until: datetime) -> None:
    person = cast(UUID, actor.person)

    def rows(act_id: UUID) -> None:
        Mandate.objects.create(
            act_id=act_id,
            person_id=person,
            kind=kind,
            subject=told.subject,
            name=dict(told.name),
            born=told.born,
            institution=institution,
            source=source,
            reference=told.reference,
            since=clock().now(),
            good_until=until,
        )

    body = {"person": person.bytes, "kind": kind, "subject": told.subject, "source": source, "told": told.reference}
    try:
        perform(actor, Deed(type=HELD, role="decided", author=institution, body=body, rows=rows))
    except IntegrityError:
        # Another request was told the same at the same time, or was cut short before its receipt.
        for row in Mandate.objects.filter(
            person_id=person, institution=institution, source=source, subject=told.subject, ended_at__isnull=True
        ):
            finish(row.pk)


def _end(actor: Actor, mandate: Mandate) -> None:
    def rows(act_id: UUID) -> None:
        # Once: a second end, still without its receipt, would take the first one's effect away.
        Mandate.objects.filter(pk=mandate.pk, ended_at__isnull=True).update(ended_at=clock().now(), ended_by_act=act_id)

    body = {"mandate": mandate.pk.bytes}
    perform(actor, Deed(type=ENDED, role="decided", author=mandate.institution, body=body, rows=rows))


def _view(row: Mandate) -> MandateView:
    return MandateView(
        row.pk,
        row.person_id,
        cast(MandateKind, row.kind),
        row.subject,
        row.name,
        row.born,
        row.institution,
        row.source,
        row.since,
        row.good_until,
    )
