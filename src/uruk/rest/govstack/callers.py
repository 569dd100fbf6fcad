"""Who calls: a program by its token; where a node trusts the header, whoever the header names."""

import re
from collections.abc import Callable
from hashlib import sha256
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from uruk.acts.api import hosted_institutions, node_settings
from uruk.kernel.api import Actor, CodedError, Text
from uruk.people.api import ProgramView, admit_program, find_program
from uruk.publishing.api import NameElsewhere, find_name, in_force, keep_name
from uruk.registries.api import RegistryDefinition
from uruk.rest.govstack.naming import KIND, SYSTEM, Named, described_registries, find_registry
from uruk.ui.api import program, token_actor

HEADER = "Information-Mediator-Client"
_CLIENT = re.compile(r"[A-Za-z0-9._-]{1,40}(/[A-Za-z0-9._-]{1,60}){3}")
MAX_NAME = 60
PROGRAM = "program"
View = Callable[..., HttpResponse]


def client(view: View) -> View:
    """Let a program in, as `actor`: by its token, or by the header alone where the node runs in test mode.

    `actor` has an institution; on a registry it acts by `on_registry`.
    """
    return program(view, actor_of=_caller)


def trusting() -> bool:
    """Whether this node believes the header: it starts so only as a demonstration."""
    return node_settings().govstack_trust_header


def client_name(request: HttpRequest) -> str:
    """What the header names; nothing of its form: ``rest.client_header``."""
    name = request.headers.get(HEADER, "")
    if not _CLIENT.fullmatch(name):
        raise CodedError("rest.client_header", header=HEADER)
    return name


def on_registry(request: HttpRequest, actor: Actor, name: str) -> tuple[Actor, Named]:
    """The registry of that name and who acts in it. Errors: ``rest.not_found``."""
    if not trusting():
        return actor, find_registry(name, actor.institution)
    found = find_registry(name, None)
    return believed(client_name(request), found), found


def _caller(request: HttpRequest) -> Actor:
    if not trusting():
        return token_actor(request)
    return Actor(channel="rest", institution=institution_of(client_name(request)))


def institution_of(name: str) -> str:
    """The institution that a header's member is; where it is none of ours, whose GovStack's registries are."""
    hosted = sorted(hosted_institutions())
    member = name.split("/")[2]
    if member in hosted:
        return member
    described = [one.institution for one in described_registries()]
    return next(iter([*described, *hosted]), "")


def believed(name: str, found: Named) -> Actor:
    """The program of that name in this registry, admitted on the spot: what it reads and writes is its own."""
    admitted = _admitted(name, found)
    return Actor(channel="rest", program=admitted.id, institution=found.institution, role=admitted.role)


def _admitted(name: str, found: Named) -> ProgramView:
    return admitted(name, found.institution, _role(found), registry=found.code)


def admitted(name: str, institution: str, role: str, *, registry: str = "", service: str = "") -> ProgramView:
    """The program of that name on a registry or a service, admitted the first time that it calls."""
    key = sha256(f"{name}\n{institution}\n{registry}\n{service}".encode()).hexdigest()
    kept = find_name(SYSTEM, PROGRAM, key)
    known = None if kept is None else find_program(UUID(kept.target))
    # One that was ended stays ended, and is refused: to believe a name is not to admit it anew.
    if known is not None:
        return known
    called = name[:MAX_NAME]
    place = Actor.system(institution), institution, role, [registry] if registry else []
    names, services = Text(called, called, called), [service] if service else []
    made, _ = admit_program(*place, names, services=services)
    keep_name(SYSTEM, NameElsewhere(PROGRAM, key, str(made.id)))
    return made


def _role(found: Named) -> str:
    """The role with the most rights in the registry, among those that may read and write it."""
    model = in_force(KIND, *found.place).model
    assert isinstance(model, RegistryDefinition)
    roles = sorted(model.roles.items(), key=lambda one: ({"read", "propose"} <= one[1], len(one[1])))
    return roles[-1][0]
