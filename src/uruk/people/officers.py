"""The officers of a node, for who appoints them at a terminal."""

from dataclasses import dataclass
from datetime import datetime

from uruk.acts.api import acknowledged, clock
from uruk.kernel.api import Actor, CodedError
from uruk.people.domain.offices import Office
from uruk.people.models import Office as OfficeRow
from uruk.people.models import Person
from uruk.people.offices import end_office, find_officer, offices
from uruk.trust.api import Receipt


@dataclass(frozen=True)
class OfficerView:
    """An officer in one office: their name to sign in with, their name in each language, the office."""

    officer_name: str
    names: dict[str, str]
    office: Office


def list_officers(at: datetime | None = None) -> tuple[OfficerView, ...]:
    """Who holds which office at a moment (now, unless given), by institution, role and name; at most 10,000 persons."""
    persons = acknowledged(OfficeRow.objects.all()).values_list("person_id", flat=True).distinct()
    rows = Person.objects.filter(pk__in=persons, officer_name__isnull=False)[:10_000]
    views = [
        OfficerView(str(row.officer_name), dict(row.names), office) for row in rows for office in offices(row.pk, at)
    ]
    return tuple(sorted(views, key=lambda view: (view.office.institution, view.office.role, view.officer_name)))


def officer_exists(officer_name: str) -> bool:
    """Whether there is an account of that name."""
    return find_officer(officer_name) is not None


def end_officer(actor: Actor, officer_name: str, institution: str, role: str, at: datetime | None = None) -> Receipt:
    """End an officer's office at a moment (now, unless given), as an act; none such: ``people.office_unknown``."""
    person = find_officer(officer_name)
    held = offices(person.pk) if person else ()
    found = [office for office in held if (office.institution, office.role) == (institution, role)]
    if not found:
        raise CodedError("people.office_unknown")
    return end_office(actor, found[0].act_id, at or clock().now())
