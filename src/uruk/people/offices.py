"""Officers: who holds which role in which institution, from the country's folder or by appointment."""

import hmac
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from uruk.acts.api import (
    Deed,
    acknowledged,
    clock,
    find_often,
    has_receipt,
    is_acknowledged,
    perform,
    standing,
    stored,
)
from uruk.kernel.api import Actor, CodedError
from uruk.people.domain.offices import Office
from uruk.people.models import Office as OfficeRow
from uruk.people.models import Passkey, Person
from uruk.people.passkeys import key_digest
from uruk.trust.api import Approver, Receipt

RightsOf = Callable[[str, str], Collection[str]]
_RIGHTS: list[RightsOf] = []
_OFFICES = f"""SELECT o.*, {has_receipt("o.ended_by_act")} AS is_ended
  FROM people_office o JOIN people_person p ON p.id = o.person_id
  WHERE o.person_id = %s AND p.is_active AND {has_receipt("o.act_id")}
  ORDER BY o.institution, o.role, o.since"""  # noqa: S608
_HOLDS = f"""SELECT 1 FROM people_office o JOIN people_person p ON p.id = o.person_id
  WHERE o.person_id = %s AND p.is_active AND o.institution = %s AND o.role = %s AND {has_receipt("o.act_id")}
    AND o.since <= %s AND (o.until IS NULL OR o.until > %s)
    AND (o.ended_at IS NULL OR o.ended_at > %s OR NOT {has_receipt("o.ended_by_act")}) LIMIT 1"""  # noqa: S608


def offices(person_id: UUID, at: datetime | None = None) -> tuple[Office, ...]:
    """The offices a person holds at a moment (now, unless given), as acknowledged acts say."""
    moment = at or clock().now()
    rows = OfficeRow.objects.raw(_OFFICES, [stored(Person._meta.pk, person_id)])
    return tuple(office for office in map(_office, rows) if office.held_at(moment))


def holders(institution: str, roles: Collection[str]) -> tuple[Office, ...]:
    """Who holds one of the roles in an institution now, by role; of a person who holds one twice, one office."""
    moment = clock().now()
    held = map(_office, _rows(institution=institution, role__in=sorted(roles), person__is_active=True))
    found = {(one.role, one.person): one for one in held if one.held_at(moment)}
    return tuple(found[key] for key in sorted(found))


def require_role(actor: Actor, institution: str, roles: Collection[str]) -> None:
    """Refuse an actor who does not now hold one of the roles, acting in it: ``people.role_not_held``."""
    role = actor.role if actor.institution == institution and actor.role in roles else None
    if role is None or actor.person is None or not _holds_now(actor.person, institution, role):
        raise CodedError("people.role_not_held", role=", ".join(sorted(roles)), institution=institution)


def _holds_now(person_id: UUID, institution: str, role: str) -> bool:
    """The same as `offices` tells, by one statement: it is asked each time that anything is read or written."""
    now = stored(OfficeRow._meta.get_field("since"), clock().now())
    person = stored(Person._meta.pk, person_id)
    return find_often(_HOLDS, person, institution, role, now, now, now) is not None


def tell_rights(source: RightsOf) -> None:
    """Have a room above say what a role may do beyond its definitions: ``source(institution, role)``."""
    _RIGHTS[:] = [source]


def require_right(actor: Actor, right: str) -> None:
    """Refuse an actor whose office, held now, does not bring the right (such as ``see-person``).

    Errors: ``people.role_not_held``, ``people.right_missing``; where nobody tells of rights, no role has any.
    """
    institution, role = actor.institution or "", actor.role or ""
    require_role(actor, institution, (role,))
    if not role_brings(institution, role, right):
        raise CodedError("people.right_missing", role=role, institution=institution)


def role_brings(institution: str, role: str, right: str) -> bool:
    """Whether a role of an institution brings a right, whoever holds it."""
    return any(right in source(institution, role) for source in _RIGHTS)


def has_right(actor: Actor, right: str) -> bool:
    """Whether an actor's office, held now, brings the right."""
    try:
        require_right(actor, right)
    except CodedError:
        return False
    return True


def appoint(
    actor: Actor, person_id: UUID, institution: str, role: str, *, since: datetime, until: datetime | None = None
) -> Receipt | None:
    """Give a person a role for a period, as an act of the institution; None where they hold it already."""
    held = standing(OfficeRow.objects.filter(person_id=person_id, institution=institution, role=role))
    if held.filter(since=since, until=until).exists():
        return None

    def rows(act_id: UUID) -> None:
        OfficeRow.objects.create(
            act_id=act_id, person_id=person_id, institution=institution, role=role, since=since, until=until
        )

    period = {"since": int(since.timestamp()), "until": None if until is None else int(until.timestamp())}
    body = {"person": person_id.bytes, "role": role, **period}
    return perform(actor, Deed(type="office.held", role="decided", author=institution, body=body, rows=rows))


def end_office(actor: Actor, office: UUID, at: datetime) -> Receipt:
    """End an office at a moment, as an act of its institution; unknown or ended: ``people.office_unknown``."""
    row = standing(OfficeRow.objects.filter(pk=office, ended_by_act__isnull=True)).first()
    if row is None:
        raise CodedError("people.office_unknown")

    def rows(act_id: UUID) -> None:
        # Once: a second end, still without its receipt, would take the first one's effect away.
        if not OfficeRow.objects.filter(pk=office, ended_by_act__isnull=True).update(ended_at=at, ended_by_act=act_id):
            raise CodedError("people.office_unknown")

    body = {"office": office.bytes, "until": int(at.timestamp())}
    return perform(actor, Deed(type="office.ended", role="decided", author=row.institution, body=body, rows=rows))


def approvers(institution: str) -> tuple[Approver, ...]:
    """The passkeys that may approve for an institution, with role and period, as keys.json lists them."""
    held = [_office(row) for row in _rows(institution=institution).order_by("since", "act_id")]
    keys = Passkey.objects.filter(person__in={office.person for office in held}).order_by("registered_at")
    return tuple(_approvers(held, list(keys)))


def _approvers(held: Iterable[Office], keys: list[Passkey]) -> Iterator[Approver]:
    for office in held:
        for key in (each for each in keys if each.person_id == office.person):
            # A key counts from the second it was registered in: seals and statements tell whole seconds.
            start = max(office.since, key.registered_at).replace(microsecond=0)
            ends = [end for end in (office.until, key.removed_at) if end is not None]
            digest, person = key_digest(bytes(key.key)), _pseudonym(office.person)
            yield Approver(digest, office.role, start, min(ends, default=None), person)


def _pseudonym(person_id: UUID) -> str:
    """A word that means nothing outside keys.json, the same for all passkeys of one person."""
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, b"uruk/people/approver/v1\n" + person_id.bytes, "sha256").hexdigest()[:16]


def _rows(**which: object) -> "QuerySet[OfficeRow]":
    """Acknowledged offices, each with ``is_ended``: whether the act that ended it early is acknowledged itself."""
    return acknowledged(OfficeRow.objects.filter(**which)).annotate(is_ended=is_acknowledged("ended_by_act"))


def _office(row: OfficeRow) -> Office:
    ends = [end for end in (row.until, row.ended_at if row.is_ended else None) if end is not None]
    return Office(row.act_id, row.person_id, row.institution, row.role, row.since, min(ends, default=None))


def find_officer(officer_name: str) -> Person | None:
    """The officer of that name, or None."""
    return Person.objects.filter(officer_name=officer_name.strip().lower()).first()
