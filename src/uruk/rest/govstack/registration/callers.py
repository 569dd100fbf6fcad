"""Who calls the Registration interface, and as whom they act: a program; in test mode invented persons and officers."""

from dataclasses import replace
from hashlib import sha256
from uuid import UUID

from django.http import HttpRequest

from uruk.acts.api import node_settings
from uruk.kernel.api import Actor, CodedError
from uruk.people.api import claim, create_account
from uruk.publishing.api import NameElsewhere, country, find_name, institutions, keep_name
from uruk.rest.govstack.approving import test_officer
from uruk.rest.govstack.callers import HEADER, MAX_NAME, View, admitted, client_name, institution_of, trusting
from uruk.rest.govstack.naming import SYSTEM
from uruk.rest.govstack.registration.naming import Place
from uruk.ui.api import program, token_actor

APPLICANT = "applicant"
READ, SUPERVISE = "read-cases", "reassign-cases"
# Half of the published calls of this interface carry no header at all.
NOBODY = "unnamed/unnamed/unnamed/unnamed"


def registrant(view: View) -> View:
    """Let a program in, as `actor`: by its token; in test mode by the header, or without."""
    return program(view, actor_of=_caller)


def named_registrant(view: View) -> View:
    """The same, where the header must be there in test mode."""
    return program(view, actor_of=_named_caller)


def _caller(request: HttpRequest) -> Actor:
    if not trusting():
        return token_actor(request)
    name = client_name(request) if HEADER in request.headers else NOBODY
    return Actor(channel="rest", institution=institution_of(name))


def _named_caller(request: HttpRequest) -> Actor:
    if trusting():
        client_name(request)
    return _caller(request)


def reader(request: HttpRequest, actor: Actor, place: Place) -> Actor:
    """Who follows and reads cases of a service: the program, saying what for."""
    if not trusting():
        purpose, law = request.headers.get("Uruk-Purpose", ""), request.headers.get("Uruk-Law", "")
        return replace(actor, purpose=purpose, law=law)
    name = request.headers.get(HEADER, NOBODY)[:MAX_NAME]
    known = institutions()[place.institution].roles
    role = next((role for role, one in known.items() if READ in one.may), next(iter(known)))
    found = admitted(name, place.institution, role, service=place.code)
    law = next(iter(sorted(country().shared.laws.articles)), "")
    acting = Actor(channel="rest", program=found.id, institution=place.institution, role=found.role)
    return replace(acting, purpose=f"GovStack {name}", law=law)


def applicant(name: str) -> tuple[Actor, str]:
    """The invented person whom a caller calls so, and their invented number; in a demonstration alone."""
    if not node_settings().demonstration:
        raise CodedError("rest.demonstration_only")
    kept = find_name(SYSTEM, APPLICANT, name)
    digits = str(int.from_bytes(sha256(name.encode()).digest()[:8], "big"))[-10:].zfill(10)
    number = name if name.isascii() and name.isdigit() and len(name) == 12 else f"99{digits}"
    if kept is None:
        person = create_account(None)
        claim(person, "national", number)
        kept = NameElsewhere(APPLICANT, name, str(person))
        keep_name(SYSTEM, kept)
    return Actor(channel="rest", person=UUID(kept.target)), number


def handler(institution: str, role: str) -> Actor:
    """The officer of test mode in a role."""
    return Actor(channel="desk", person=test_officer(institution, role), institution=institution, role=role)


def supervisor(institution: str) -> Actor:
    """The officer of test mode who gives cases to others."""
    roles = [role for role, one in institutions()[institution].roles.items() if SUPERVISE in one.may]
    if not roles:
        raise CodedError("rest.nobody_approves", institution=institution, right=SUPERVISE)
    return handler(institution, roles[0])
