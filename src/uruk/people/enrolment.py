"""Enrolling officers, and the synthetic people of a demonstration."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction

from uruk.acts.api import Deed, clock, node_settings, perform, standing
from uruk.definitions.api import SyntheticPerson
from uruk.kernel.api import Actor, CodedError, Text, midnight
from uruk.people.domain.papers import NATIONAL, check_number
from uruk.people.models import Paper, Person, Sighting
from uruk.people.offices import appoint, find_officer
from uruk.people.signing_in import new_person
from uruk.trust.api import Receipt

_OFFICER_NAME = re.compile(r"[^\s\x00-\x1f\x7f]{1,64}")


@dataclass(frozen=True)
class LoadedPerson:
    """A synthetic person as they stand in the database; ``code`` is their key in the country's folder.

    ``receipts`` are of the offices given just now.
    """

    code: str
    person: UUID
    identifier: str
    receipts: tuple[Receipt, ...] = field(default=(), compare=False)


def register_officer(
    actor: Actor,
    institution: str,
    role: str,
    officer_name: str,
    names: Text,
    *,
    since: datetime,
    until: datetime | None = None,
    password: str | None = None,
    first_password: bool = False,
) -> UUID:
    """Make an officer's account where there is none of that name, and give it the role; repeating it is harmless.

    Without a password the officer cannot sign in until one is set; with ``first_password`` they must change it before
    they add a passkey, and so before they can draft or release. The role is an act of the institution. Errors:
    ``people.officer_name_unfit`` where what they would sign in with has a space in it, or is too long.
    """
    person = find_officer(officer_name) or _new_officer(officer_name, names, password, first_password)
    appoint(actor, person.pk, institution, role, since=since, until=until)
    return person.pk


def load_people(people: Iterable[SyntheticPerson], password: str) -> tuple[LoadedPerson, ...]:
    """Load a country's synthetic people, all with one password; only on a demonstration node: ``people.demonstration``.

    Officers get their offices. Citizens get an account that claims its number, seen by nobody yet. Repeating it
    changes nothing.
    """
    if not node_settings().demonstration:
        raise CodedError("people.demonstration")
    # Everybody knows this password, so it is hashed once, not for each: that is what takes time.
    encoded = make_password(password)
    return tuple(_load(person, encoded) for person in people)


def _load(synthetic: SyntheticPerson, encoded: str) -> LoadedPerson:
    person = _known(synthetic) or _new_synthetic(synthetic, encoded)
    receipts = []
    for office in synthetic.offices:
        until = None if office.last is None else midnight(office.last + timedelta(days=1))
        actor, since = Actor.system(office.institution), midnight(office.first)
        receipts.append(appoint(actor, person.pk, office.institution, office.role, since=since, until=until))
    given = tuple(receipt for receipt in receipts if receipt is not None)
    return LoadedPerson(synthetic.code, person.pk, synthetic.officer_name or synthetic.number, given)


def _known(synthetic: SyntheticPerson) -> Person | None:
    if synthetic.officer_name:
        return find_officer(synthetic.officer_name)
    return Person.objects.filter(synthetic=True, papers__kind=NATIONAL, papers__number=synthetic.number).first()


def _new_synthetic(synthetic: SyntheticPerson, encoded: str) -> Person:
    with transaction.atomic():
        person = new_person(password=None, officer_name=synthetic.officer_name, synthetic=True)
        person.names, person.password = synthetic.name.as_dict(), encoded
        person.save(update_fields=("names", "password"))
        number = check_number(NATIONAL, synthetic.number)
        Paper.objects.create(person=person, kind=NATIONAL, number=number, claimed_at=clock().now())
    return person


def see_synthetic(person_id: UUID, institution: str) -> Receipt | None:
    """Count a synthetic person's number as seen, by an act that says so; None where it is; ``people.demonstration``."""
    paper = Paper.objects.filter(person_id=person_id, kind=NATIONAL, person__synthetic=True).first()
    if paper is None or not node_settings().demonstration:
        raise CodedError("people.demonstration")
    if standing(Sighting.objects.filter(kind=NATIONAL, number=paper.number)).exists():
        return None

    def rows(act_id: UUID) -> None:
        Sighting.objects.create(
            act_id=act_id,
            person_id=person_id,
            kind=NATIONAL,
            number=paper.number,
            institution=institution,
            how="demonstration",
            seen_at=clock().now(),
        )

    body = {"person": person_id.bytes, "kind": NATIONAL, "number": paper.number, "how": "demonstration"}
    deed = Deed(type="person.seen", role="decided", author=institution, body=body, rows=rows)
    return perform(Actor.system(institution), deed)


def _new_officer(officer_name: str, names: Text, password: str | None, first_password: bool) -> Person:
    if not _OFFICER_NAME.fullmatch(officer_name.strip()):
        raise CodedError("people.officer_name_unfit", name=officer_name[:60])
    person = new_person(password=password, officer_name=officer_name.strip().lower())
    person.names, person.first_password = names.as_dict(), first_password
    person.save(update_fields=("names", "first_password"))
    return person
