"""Closing a round: by one officer, or by two who sign the same bytes with their passkeys."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from uruk.desk.offices import Acting
from uruk.desk.pages import desk_page, go
from uruk.desk.signing import signed_over
from uruk.kernel.api import CodedError
from uruk.services.api import approve_round, close_round, propose_round, proposed_round, round_proposal, take_back_round


@desk_page
def close(request: HttpRequest, office: Acting, service: str, key: str) -> HttpResponse:
    """Close it alone, where its service asks for one officer."""
    return _done(request, office.url("round", service, key), lambda: close_round(office.actor, service, key), _closed())


@desk_page
def propose(request: HttpRequest, office: Acting, service: str, key: str) -> HttpResponse:
    """Sign as the first."""

    def deed() -> None:
        approval = signed_over(request, office, round_proposal(office.actor, service, key))
        propose_round(office.actor, service, key, approval)

    return _done(request, office.url("round", service, key), deed, _("Signed. The second person signs now."))


@desk_page
def approve(request: HttpRequest, office: Acting, service: str, key: str) -> HttpResponse:
    """Sign as the second: it is closed, ranked and published."""

    def deed() -> None:
        approval = signed_over(request, office, proposed_round(office.actor, service, key))
        approve_round(office.actor, service, key, approval)

    return _done(request, office.url("round", service, key), deed, _closed())


@desk_page
def take_back(request: HttpRequest, office: Acting, service: str, key: str) -> HttpResponse:
    """Take back what was signed once."""
    back = office.url("round", service, key)
    if request.method == "POST":
        take_back_round(office.actor, service, key)
        return go(request, back, done=_("Taken back: nobody has signed."))
    return go(request, back)


def _done(request: HttpRequest, back: str, deed: Callable[[], object], done: str) -> HttpResponse:
    """Do it where it was sent; the round's page tells what was done, or why not."""
    if request.method != "POST":
        return go(request, back)
    try:
        deed()
    except CodedError as error:
        return go(request, back, error=error)
    return go(request, back, done=done)


def _closed() -> str:
    return _("Closed. It is ranked now, and everybody sees their place as soon as it is decided.")
