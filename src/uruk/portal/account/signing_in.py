"""Signing in, its second step, making an account, signing out."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from uruk.kernel.api import CodedError
from uruk.people import api as people
from uruk.portal.account.questions import NAME_MAX, code_rows, refused, register_rows, sign_in_rows
from uruk.ui.api import NO_PROBLEMS, passkey_answer, public, require_answers

_NEXT = "uruk_next"


@public
def sign_in(request: HttpRequest) -> HttpResponse:
    """Number or officer name, and password."""
    typed = request.POST
    rows, errors = sign_in_rows(typed.get("identifier", "")), NO_PROBLEMS
    if request.method == "POST":
        try:
            require_answers(typed, "identifier", "password")
            return _after(request, people.sign_in(request, typed["identifier"], typed["password"]))
        except CodedError as error:
            rows, errors = refused(rows, error)
    context = {"rows": rows, "errors": errors, "next": _next(request), "verify_url": reverse("portal:verify")}
    return _form(request, "sign_in", context)


@public
def second_step(request: HttpRequest) -> HttpResponse:
    """A passkey or a code, after the password was right; also for stepping up a session."""
    methods = _methods(request)
    if not methods:
        return redirect("portal:sign-in")
    rows = code_rows() if "totp" in methods else ()
    errors = NO_PROBLEMS
    if request.method == "POST":
        try:
            return _after(request, _shown(request))
        except CodedError as error:
            rows, errors = refused(rows, error)
    options = people.passkey_options(request) if "passkey" in methods else None
    return _form(request, "second_step", {"rows": rows, "errors": errors, "options": options})


@public
def register(request: HttpRequest) -> HttpResponse:
    """Make an account that claims a number."""
    typed = request.POST
    rows, errors = register_rows(typed), NO_PROBLEMS
    if request.method == "POST":
        try:
            require_answers(typed, "name", "number", "password")
            name = typed["name"][:NAME_MAX]
            step = people.register(request, typed.get("kind", ""), typed["number"], typed["password"], name)
            return _after(request, step)
        except CodedError as error:
            rows, errors = refused(rows, error)
    return _form(request, "register", {"rows": rows, "errors": errors})


@public
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session; opening the address changes nothing."""
    if request.method == "POST":
        people.sign_out(request)
        messages.success(request, _("You are signed out."))
    return redirect("portal:home")


def _methods(request: HttpRequest) -> tuple[str, ...]:
    """The second steps open to whoever gave the right password, or is signed in without one."""
    step = people.pending_step(request)
    if step is not None:
        return step.methods
    if people.signed_in_person(request) is None:
        return ()
    return tuple(factor.kind for factor in people.list_factors(request))


def _shown(request: HttpRequest) -> people.SignInStep:
    if "code" in request.POST:
        require_answers(request.POST, "code")
        return people.totp_verify(request, request.POST["code"])
    return people.passkey_verify(request, passkey_answer(request.POST))


def _after(request: HttpRequest, step: people.SignInStep) -> HttpResponse:
    """Go on to the second step, or to the page that somebody wanted to see."""
    wanted = _next(request)
    if step.step == "second_factor":
        request.session[_NEXT] = wanted
        return redirect("portal:second-step")
    request.session.pop(_NEXT, None)
    return HttpResponseRedirect(wanted or reverse("portal:account"))


def _next(request: HttpRequest) -> str:
    """The page of this node that somebody wanted to see; anything else is not followed."""
    wanted = str(request.POST.get("next") or request.GET.get("next") or request.session.get(_NEXT, ""))
    own = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/")
    return wanted if own else ""


def _form(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    status = 422 if context["errors"] else 200
    return render(request, f"portal/account/{name}.html", context, status=status)
