"""Who may see a page: each view of ours carries one of these, and tests/architecture/test_routes.py reads them.

@public                                   anybody
@signed_in  @signed_in(assurance=…)       a person, surely enough
@officer                                  an officer with a second factor, in the office that the address names
@program                                  a program of an institution, by its token
@gateway                                  this node's own gateway, which comes by the pages' socket
"""

import socket
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Literal
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from uruk.kernel.api import Actor, CodedError
from uruk.people.api import Assurance, Office, assurance, offices, program_actor, signed_in_person
from uruk.ui.language import reader_language

View = Callable[..., HttpResponse]
_MARK = "uruk_permission"


@dataclass(frozen=True, slots=True)
class Permission:
    """What a view asks of its reader."""

    kind: Literal["public", "signed_in", "officer", "program", "gateway"]
    assurance: Assurance = Assurance.CLAIMED


def public(view: View) -> View:
    """Let anybody see the page."""
    return _marked(view, view, Permission("public"))


def signed_in(view: View | None = None, *, assurance: Assurance = Assurance.CLAIMED) -> View | Callable[[View], View]:
    """Let a signed-in person see the page, from this assurance up; others go to sign-in, or read what is missing."""
    permission = Permission("signed_in", assurance)
    return _guarding(permission) if view is None else _guarding(permission)(view)


def officer(view: View | None = None) -> View | Callable[[View], View]:
    """Let an officer with a second factor see the page.

    Where the address names an office (`institution` and `role`), it must be one they hold now.
    """
    permission = Permission("officer", Assurance.STRONG)
    return _guarding(permission) if view is None else _guarding(permission)(view)


def token_actor(request: HttpRequest) -> Actor:
    """Who acts by the token of a request; errors: ``people.token_missing``, ``people.token_refused``."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return program_actor(token.strip() if scheme.lower() == "bearer" and token.strip() else None)


def program(view: View, actor_of: Callable[[HttpRequest], Actor] = token_actor) -> View:
    """Let a program in whose token (`Authorization: Bearer`) is good; the view is given who acts as `actor`.

    Errors: ``people.token_missing``, ``people.token_refused``. Which registries it may touch they say themselves.
    `actor_of`: how else a caller is known.
    """

    @wraps(view)
    def guarded(request: HttpRequest, **named: object) -> HttpResponse:
        return view(request, actor=actor_of(request), **named)

    return _marked(guarded, view, Permission("program"))


def gateway(view: View) -> View:
    """Let only this node's gateway in, by the socket that nobody but the node's user may open; to others: nothing."""

    @wraps(view)
    def guarded(request: HttpRequest, **named: object) -> HttpResponse:
        door = request.META.get("gunicorn.socket")
        if not isinstance(door, socket.socket) or door.family != socket.AF_UNIX:
            raise Http404
        return view(request, **named)

    return _marked(guarded, view, Permission("gateway"))


def permission_of(view: object) -> Permission | None:
    """Return what a view asks of its reader; None when it never said so."""
    found = getattr(view, _MARK, None)
    return found if isinstance(found, Permission) else None


def held_offices(request: HttpRequest) -> tuple[Office, ...]:
    """Return the offices that the signed-in person holds now; none for a visitor."""
    person = signed_in_person(request)
    held = offices(person) if person else ()
    # Two periods of one office may overlap; it is one office all the same.
    return tuple({(office.institution, office.role): office for office in held}.values())


def refuse(request: HttpRequest, error: CodedError, status: int = 403) -> HttpResponse:
    """Return the page that says why not, with the error's code and sentence."""
    context = {"code": error.code, "sentence": error.sentence(reader_language())}
    return render(request, "ui/refused.html", context, status=status)


def _guarding(permission: Permission) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if signed_in_person(request) is None:
                return _to_sign_in(request)
            problem = _problem(request, permission, kwargs)
            answer = refuse(request, problem) if problem else view(request, *args, **kwargs)
            # What is shown to one person stays on no disk: the next at a shared computer finds nothing by going back.
            answer.headers.setdefault("Cache-Control", "private, no-store")
            return answer

        return _marked(guarded, view, permission)

    return decorate


def _marked(guarded: View, view: View, permission: Permission) -> View:
    if permission_of(view):
        raise TypeError(f"{view!r} declares its permission twice")
    setattr(guarded, _MARK, permission)
    return guarded


def _problem(request: HttpRequest, permission: Permission, named: dict[str, object]) -> CodedError | None:
    if permission.kind == "officer":
        held = {(office.institution, office.role) for office in held_offices(request)}
        asked = (named.get("institution"), named.get("role"))
        if not held:
            return CodedError("ui.officer_needed")
        if asked != (None, None) and asked not in held:
            return CodedError("ui.office_not_held")
    if assurance(request) < permission.assurance:
        return CodedError(f"ui.{permission.assurance.name.lower()}_needed")
    return None


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if request.method not in ("GET", "HEAD"):
        # Somebody was at work on a form: say plainly that it was not saved.
        messages.error(request, CodedError("ui.session_ended").sentence(reader_language()))
    address = reverse("portal:sign-in")
    return HttpResponseRedirect(f"{address}?{urlencode({'next': request.get_full_path()})}")
