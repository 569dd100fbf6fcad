"""The drafts that a clerk has before them: their tokens lie in the browser alone, sealed, and nowhere at the node."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from uruk.desk.offices import Acting
from uruk.desk.pages import DeskView, desk_page
from uruk.kernel.api import Actor, CodedError
from uruk.people.api import require_right
from uruk.services.api import ConsentView, DraftView, counter_slip, get_consent, get_draft

COOKIE = "uruk_counter"
CHANNEL = "counter"
RIGHT = "see-person"
MAX_HELD = 5
_SALT = "desk.apply.drafts"


@dataclass(frozen=True)
class Held:
    """What opens a draft: its token, and the consent under which it goes on ("" while none is given); its service."""

    token: str
    consent: str
    service: str


def held(request: HttpRequest, draft: UUID) -> Held:
    """What this browser holds of a draft; blank where that is nothing."""
    found = _all(request).get(draft.hex, ["", "", ""])
    return Held(*found)


def hold(request: HttpRequest, response: HttpResponse, draft: UUID, what: Held) -> HttpResponse:
    """Let this browser go on with a draft until it is closed; it holds the last five."""
    kept = {key: value for key, value in _all(request).items() if key != draft.hex}
    fresh = (draft.hex, [what.token, what.consent, what.service])
    return _set(request, response, dict([*kept.items(), fresh][-MAX_HELD:]))


def let_go(request: HttpRequest, response: HttpResponse, draft: UUID) -> HttpResponse:
    """Forget what opens a draft that is no more."""
    return _set(request, response, {key: value for key, value in _all(request).items() if key != draft.hex})


def counter_page(view: DeskView) -> DeskView:
    """Make a view of the counter: for an office that compares cards, acting at a counter; kept by no browser."""

    @wraps(view)
    def page(request: HttpRequest, office: Acting, **named: Any) -> HttpResponse:
        require_right(office.actor, RIGHT)
        response = view(request, replace(office, actor=at_counter(office.actor)), **named)
        response.headers["Cache-Control"] = "private, no-store"
        return response

    return desk_page(page)


def draft_page(view: Callable[..., HttpResponse]) -> DeskView:
    """The page of a draft: it is given the draft and the consent. What was submitted meanwhile leads to its paper."""

    @wraps(view)
    def page(request: HttpRequest, office: Acting, draft: UUID, **named: Any) -> HttpResponse:
        what = held(request, draft)
        try:
            if what.token and not what.consent:
                return redirect(office.url("apply-resumed", draft))
            found = get_draft(office.actor, draft, what.token)
            return view(request, office, found, _consent(office.actor, what), **named)
        except CodedError as error:
            if error.code != "services.draft_unknown" or not _is_submitted(office.actor, draft):
                raise
        messages.info(request, _("This application is submitted already."))
        return redirect(office.url("apply-submitted", draft))

    return counter_page(page)


def at_counter(actor: Actor) -> Actor:
    """The officer, acting by the channel of the counter."""
    return replace(actor, channel=CHANNEL)


def _consent(actor: Actor, what: Held) -> ConsentView:
    return get_consent(actor, UUID(what.consent))


def _is_submitted(actor: Actor, draft: UUID) -> bool:
    try:
        counter_slip(actor, draft)
    except CodedError:
        return False
    return True


def token_of(request: HttpRequest, draft: DraftView) -> str:
    """The token of a draft that this browser holds."""
    return held(request, draft.id).token


def _all(request: HttpRequest) -> dict[str, list[str]]:
    try:
        found = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_salt(request))
    except signing.BadSignature:
        return {}
    return found if isinstance(found, dict) else {}


def _set(request: HttpRequest, response: HttpResponse, kept: dict[str, list[str]]) -> HttpResponse:
    value = signing.dumps(kept, salt=_salt(request))
    response.set_cookie(COOKIE, value, secure=request.is_secure(), httponly=True, samesite="Lax")
    return response


def _salt(request: HttpRequest) -> str:
    """Sealed for one session: whoever signs in after a clerk at the same browser holds none of their drafts."""
    return f"{_SALT}:{request.session.session_key}"
