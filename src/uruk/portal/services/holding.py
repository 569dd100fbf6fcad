"""Whose draft it is: of who is signed in, or of the browser that began or resumed it, until it is closed."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from uruk.kernel.api import CodedError
from uruk.people.api import actor_for
from uruk.services.api import DraftView, get_case, get_draft
from uruk.ui.api import public, refuse

COOKIE = "uruk_drafts"
MAX_HELD = 5
_SALT = "portal.services.drafts"


def held_tokens(request: HttpRequest) -> dict[str, str]:
    """The tokens that this browser holds, by the draft that each opens."""
    try:
        found = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT)
    except signing.BadSignature:
        return {}
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}


def token_of(request: HttpRequest, draft: UUID) -> str:
    """The token of a draft that this browser holds; "" without one."""
    return held_tokens(request).get(draft.hex, "")


def hold(request: HttpRequest, response: HttpResponse, draft: UUID, token: str) -> HttpResponse:
    """Let this browser go on with a draft until it is closed; it holds the last five."""
    held = {key: value for key, value in held_tokens(request).items() if key != draft.hex}
    kept = dict([*held.items(), (draft.hex, token)][-MAX_HELD:])
    return _set(response, kept)


def let_go(request: HttpRequest, response: HttpResponse, draft: UUID) -> HttpResponse:
    """Forget the token of a draft that is no more."""
    held = held_tokens(request)
    if draft.hex not in held:
        return response
    return _set(response, {key: value for key, value in held.items() if key != draft.hex})


def _set(response: HttpResponse, held: dict[str, str]) -> HttpResponse:
    value = signing.dumps(held, salt=_SALT)
    response.set_cookie(COOKIE, value, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax")
    return response


def held_draft(request: HttpRequest, draft: UUID) -> DraftView:
    """A draft of whoever reads the page. Errors: those of `get_draft`."""
    return get_draft(actor_for(request), draft, token_of(request, draft))


def draft_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page of a draft: for whoever is signed in as its owner or holds its token.

    What was submitted meanwhile (the back button, another tab) leads to the case; anything else is refused alike.
    """

    @public
    @wraps(view)
    def page(request: HttpRequest, draft: UUID, **named: Any) -> HttpResponse:
        try:
            response = view(request, draft=draft, **named)
        except CodedError as error:
            response = _submitted(request, draft) or refuse(request, error, 404)
        response.headers["Cache-Control"] = "private, no-store"
        return response

    return page


def _submitted(request: HttpRequest, draft: UUID) -> HttpResponse | None:
    try:
        get_case(actor_for(request), draft)
    except CodedError:
        return None
    messages.info(request, _("This application is submitted already. Here you see how it stands."))
    return redirect("portal:case", draft)
