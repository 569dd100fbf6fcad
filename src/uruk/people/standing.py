"""Who a request speaks for, and how sure that is."""

from uuid import UUID

from django.http import HttpRequest

from uruk.acts.api import clock
from uruk.kernel.api import Actor, CodedError
from uruk.people.domain.assurance import Assurance, assurance_of
from uruk.people.domain.offices import holds
from uruk.people.models import SignIn
from uruk.people.offices import offices
from uruk.people.sessions import current, signed_in
from uruk.people.sightings import seen_papers


def assurance(request: HttpRequest) -> Assurance:
    """How sure it is that the request's person is who they say; a visitor: ``people.sign_in_needed``.

    Whoever holds an office was seen by the institution that appointed them.
    """
    row = signed_in(request)
    seen = bool(seen_papers(row.person_id)) or bool(offices(row.person_id))
    return assurance_of(seen=seen, second_factor=bool(row.second_factor))


def actor_for(request: HttpRequest, institution: str | None = None, role: str | None = None) -> Actor:
    """Who acts in this request: a visitor, a person for themselves, or an officer in an office they hold now.

    Errors: ``people.sign_in_needed`` for an office without a session, ``people.role_not_held``.
    """
    row = current(request)
    if institution is None:
        return Actor.anonymous("portal") if row is None else _citizen(row)
    person = signed_in(request).person_id
    if role is None or not holds(offices(person), institution, (role,), clock().now()):
        raise CodedError("people.role_not_held", role=role or "", institution=institution)
    return Actor(channel="desk", person=person, institution=institution, role=role)


def _citizen(row: SignIn) -> Actor:
    return Actor(channel="portal", person=row.person_id, second_factor=row.second_factor or None)


def signed_in_person(request: HttpRequest) -> UUID | None:
    """The person of a request's session, or None."""
    row = current(request)
    return None if row is None else row.person_id
