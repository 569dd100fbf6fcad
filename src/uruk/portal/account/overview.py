"""My account: how sure it is who I am, second steps, sessions; and the code handed over with a document."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from uruk.kernel.api import CodedError
from uruk.people import api as people
from uruk.portal.account.questions import hand_over_rows, password_rows, refused
from uruk.portal.records.requests import Line, waiting_first
from uruk.publishing.api import institutions
from uruk.registries.api import my_requests
from uruk.ui.api import (
    NO_PROBLEMS,
    Problem,
    Row,
    held_offices,
    paper_label,
    reader_language,
    require_answers,
    signed_in,
)


@dataclass(frozen=True)
class PaperLine:
    """A number somebody claims, whether it was compared, and the code by which a clerk finds the claim."""

    label: str
    number: str
    seen: bool
    code: str


@dataclass(frozen=True)
class FactorLine:
    """A second step, what it is called, and the page that removes it."""

    label: str
    since: datetime
    url: str


@signed_in
def overview(request: HttpRequest) -> HttpResponse:
    """My account."""
    return _page(request, hand_over_rows(), ())


@signed_in
def hand_over(request: HttpRequest) -> HttpResponse:
    """Turn a code that was handed over with a document into a sighting."""
    if request.method != "POST":
        return redirect("portal:account")
    try:
        require_answers(request.POST, "code")
        people.redeem(people.actor_for(request), request.POST["code"])
    except CodedError as error:
        rows, errors = refused(hand_over_rows(), error)
        return _page(request, rows, errors)
    messages.success(request, _("The code is right. You now see the documents issued to you."))
    return redirect("portal:account")


@signed_in
def session_end(request: HttpRequest, session: UUID) -> HttpResponse:
    """End one of my sessions."""
    if request.method == "POST":
        try:
            people.revoke_session(request, session)
            messages.success(request, _("That session has ended."))
        except CodedError as error:
            messages.error(request, error.sentence(reader_language()))
    return redirect("portal:account")


@signed_in
def password(request: HttpRequest) -> HttpResponse:
    """Change my password; my other sessions end."""
    rows, errors = password_rows(), NO_PROBLEMS
    if request.method == "POST":
        try:
            require_answers(request.POST, "old", "password")
            people.change_password(request, request.POST["old"], request.POST["password"])
            messages.success(request, _("The password is changed."))
            return redirect("portal:account")
        except CodedError as error:
            rows, errors = refused(rows, error)
    context = {"rows": rows, "errors": errors}
    return render(request, "portal/account/password.html", context, status=422 if errors else 200)


def factor_label(kind: str, name: str) -> str:
    """What a second step is called: its owner's name for it, or its kind."""
    if kind == "totp":
        return _("Authenticator app")
    return name or _("Passkey")


def _page(request: HttpRequest, code_rows: tuple[Row, ...], errors: tuple[Problem, ...]) -> HttpResponse:
    papers, factors, sessions = _papers(request), people.list_factors(request), people.list_sessions(request)
    shown_one = any(session.current and session.second_factor for session in sessions)
    context: dict[str, Any] = {
        "errors": errors,
        "asked": _asked(request),
        "person_name": _name(request),
        "level": people.assurance(request).name.lower(),
        "papers": papers,
        "code_rows": code_rows if papers and not all(paper.seen for paper in papers) else (),
        "factors": [_factor(factor) for factor in factors],
        "has_app": any(factor.kind == "totp" for factor in factors),
        "may_change": shown_one or not factors,
        "sessions": sessions,
        "offices": _offices(request),
        "desk_url": f"/{reader_language()}/desk/",
    }
    return render(request, "portal/account/account.html", context, status=422 if errors else 200)


def _asked(request: HttpRequest) -> tuple[Line, ...]:
    """What became of the corrections that I asked for; for whoever was seen, in this session too."""
    seen = people.assurance(request) >= people.Assurance.SEEN
    return waiting_first(my_requests(people.actor_for(request))) if seen else ()


def _name(request: HttpRequest) -> str:
    person = people.find_person(request.user.pk)
    return person.name(reader_language()) if person else ""


def _papers(request: HttpRequest) -> list[PaperLine]:
    person = people.find_person(request.user.pk)
    claimed = person.papers if person else ()
    return [PaperLine(paper_label(each.kind), each.number, each.seen, each.code) for each in claimed]


def _factor(factor: people.FactorView) -> FactorLine:
    label = factor_label(factor.kind, factor.name)
    return FactorLine(label, factor.added_at, reverse("portal:factor-remove", args=(factor.id,)))


def _offices(request: HttpRequest) -> list[str]:
    known, language = institutions(), reader_language()
    told = []
    for office in held_offices(request):
        institution = known.get(office.institution)
        role = institution.roles.get(office.role) if institution else None
        name = institution.names.get(language) if institution else office.institution
        told.append(f"{role.name.get(language) if role else office.role} · {name}")
    return told
