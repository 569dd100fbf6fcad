"""How I am told: in which language, by e-mail or text message, and that these addresses are mine."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from uruk.kernel.api import Actor, CodedError
from uruk.notices.api import (
    ContactView,
    ReachView,
    add_contact,
    choose_language,
    confirm_contact,
    my_reach,
    remove_contact,
    want_contact,
)
from uruk.people.api import actor_for
from uruk.portal.cases.telling import case_page
from uruk.portal.notices.telling import channel_name, sent_told
from uruk.ui.api import NO_PROBLEMS, Choice, Problem, Row, blame, require_answers

LANGUAGE, ADDRESS, CODE, WANTED = "language", "address", "code", "wanted"
# In their own language, as in the switch of every page.
_NAMES = (Choice("ar", "العربية"), Choice("ckb", "کوردی"), Choice("en", "English"))
_PLACES = {
    "notices.mail_malformed": ADDRESS,
    "notices.phone_malformed": ADDRESS,
    "notices.too_many_codes": ADDRESS,
    "notices.code_refused": CODE,
}


@dataclass(frozen=True)
class Way:
    """A channel with my address in it, its forms, and what became of the last code."""

    code: str
    name: str
    contact: ContactView | None
    address_rows: tuple[Row, ...]
    code_rows: tuple[Row, ...]
    code_until: datetime | None
    sent: str
    tone: str
    shown: str


@case_page
def reach(request: HttpRequest) -> HttpResponse:
    """The languages, the channels and my addresses."""
    return _page(request)


@case_page
def language(request: HttpRequest) -> HttpResponse:
    """Choose the language of messages."""
    return _deed(request, "", lambda actor: choose_language(actor, request.POST.get(LANGUAGE, "")), _("Saved."))


@case_page
def address(request: HttpRequest, channel: str) -> HttpResponse:
    """Name an address; a code is sent there."""

    def deed(actor: Actor) -> None:
        require_answers(request.POST, _box(ADDRESS, channel))
        add_contact(actor, channel, request.POST[_box(ADDRESS, channel)])

    return _deed(request, channel, deed, _("A code was sent. Type it below."))


@case_page
def code(request: HttpRequest, channel: str) -> HttpResponse:
    """Show by the code that the address is mine."""

    def deed(actor: Actor) -> None:
        require_answers(request.POST, _box(CODE, channel))
        confirm_contact(actor, channel, request.POST[_box(CODE, channel)])

    return _deed(request, channel, deed, _("The code is right. Notices are sent there from now on."))


@case_page
def wanted(request: HttpRequest, channel: str) -> HttpResponse:
    """Have notices sent there, or not."""
    wants = request.POST.get(WANTED) == "yes"
    return _deed(request, channel, lambda actor: want_contact(actor, channel, wanted=wants), _("Saved."))


@case_page
def remove(request: HttpRequest, channel: str) -> HttpResponse:
    """Have an address forgotten."""
    return _deed(request, channel, lambda actor: remove_contact(actor, channel), _("The address is forgotten."))


def _deed(request: HttpRequest, channel: str, deed: Callable[[Actor], None], done: str) -> HttpResponse:
    if request.method == "POST":
        try:
            deed(actor_for(request))
        except CodedError as error:
            return _page(request, channel, error)
        messages.success(request, done)
    return redirect("portal:reach")


def _page(request: HttpRequest, channel: str = "", error: CodedError | None = None) -> HttpResponse:
    found, errors = my_reach(actor_for(request)), NO_PROBLEMS
    ways = [_way(found, one) for one in _codes(found)]
    if error is not None:
        ways, errors = _blamed(request, ways, channel, error)
    rows = (Row(LANGUAGE, _("In which language?"), "radios", value=found.language, choices=_NAMES),)
    context = {
        "ways": ways,
        "language_rows": rows,
        "errors": errors,
        "wanted_name": WANTED,
    }
    return render(request, "portal/notices/reach.html", context, status=422 if errors else 200)


def _codes(found: ReachView) -> tuple[str, ...]:
    """The channels that may be chosen, and those where an address is kept all the same."""
    return tuple(dict.fromkeys((*found.channels, *(one.channel for one in found.contacts))))


def _way(found: ReachView, code: str) -> Way:
    contact = next((one for one in found.contacts if one.channel == code), None)
    sent = contact.sent if contact else None
    told, tone = sent_told(sent) if sent else ("", "")
    until = contact.code_until if contact and not contact.verified else None
    return Way(
        code=code,
        name=channel_name(code),
        contact=contact,
        address_rows=_address_rows(code) if code in found.channels else (),
        code_rows=_code_rows(code) if until else (),
        code_until=until,
        sent=told,
        tone=tone,
        shown=sent.shown if sent else "",
    )


def _box(name: str, channel: str) -> str:
    """What a box is called: there is one of each for every channel on the page."""
    return f"{name}-{channel}"


def _address_rows(code: str, value: str = "") -> tuple[Row, ...]:
    label = {"email": _("Your e-mail address"), "sms": _("Your mobile number")}.get(code, channel_name(code))
    attributes = (("dir", "ltr"), ("autocomplete", {"email": "email", "sms": "tel"}.get(code, "on")))
    return (Row(_box(ADDRESS, code), label, "text", value=value, attributes=attributes),)


def _code_rows(code: str) -> tuple[Row, ...]:
    label = _("The code that reached you: %(channel)s") % {"channel": channel_name(code)}
    attributes = (("dir", "ltr"), ("inputmode", "numeric"), ("autocomplete", "one-time-code"), ("class", "short"))
    return (Row(_box(CODE, code), label, "text", attributes=attributes),)


def _blamed(
    request: HttpRequest, ways: list[Way], channel: str, error: CodedError
) -> tuple[list[Way], tuple[Problem, ...]]:
    """The forms with an error at the question that it is about."""
    found: tuple[Problem, ...] = ()
    for at, way in enumerate(ways):
        if way.code != channel:
            continue
        rows = _address_rows(channel, request.POST.get(_box(ADDRESS, channel), "")) if way.address_rows else ()
        told, found = blame((*rows, *way.code_rows), error, {key: _box(one, channel) for key, one in _PLACES.items()})
        ways[at] = replace(way, address_rows=told[: len(rows)], code_rows=told[len(rows) :])
    return ways, found or blame((), error, {})[1]
