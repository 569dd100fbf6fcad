"""Adding and removing passkeys and the authenticator app."""

from typing import Any

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from uruk.kernel.api import CodedError
from uruk.people import api as people
from uruk.portal.account.overview import factor_label
from uruk.portal.account.questions import code_rows, passkey_rows, refused
from uruk.ui.api import NO_PROBLEMS, Problem, passkey_answer, reader_language, refuse, require_answers, signed_in

PASSKEY_NAME_MAX = 60


@signed_in
def passkey_add(request: HttpRequest) -> HttpResponse:
    """Register a passkey of this device."""
    rows, errors = passkey_rows(request.POST.get("name", "")), NO_PROBLEMS
    if request.method == "POST":
        try:
            name = request.POST.get("name", "").strip()[:PASSKEY_NAME_MAX]
            people.complete_passkey(request, passkey_answer(request.POST), name)
            messages.success(request, _("The passkey is ready. You can sign in and sign with it."))
            return redirect("portal:account")
        except CodedError as error:
            rows, errors = refused(rows, error)
    try:
        options = people.begin_passkey(request)
    except CodedError as error:
        return _not_yet(request, error)
    return _page(request, "passkey_add", errors, rows=rows, options=options)


@signed_in
def app_add(request: HttpRequest) -> HttpResponse:
    """Register an authenticator app by its first code."""
    rows, errors = code_rows(), NO_PROBLEMS
    if request.method == "POST":
        try:
            require_answers(request.POST, "code")
            people.complete_totp(request, request.POST["code"])
            messages.success(request, _("The authenticator app is ready. You can sign in with it."))
            return redirect("portal:account")
        except CodedError as error:
            rows, errors = refused(rows, error)
    try:
        secret = people.begin_totp(request)
    except CodedError as error:
        return _not_yet(request, error)
    picture = segno.make(secret.url, error="m").svg_data_uri(scale=4, border=2, dark="#26201a", light="#fff")
    return _page(request, "app_add", errors, rows=rows, secret=secret.secret, picture=picture)


@signed_in
def factor_remove(request: HttpRequest, factor: int) -> HttpResponse:
    """Take a passkey or the app out of use."""
    found = next((each for each in people.list_factors(request) if each.id == factor), None)
    if found is None:
        return redirect("portal:account")
    label, errors = factor_label(found.kind, found.name), NO_PROBLEMS
    if request.method == "POST":
        try:
            people.remove_factor(request, factor)
            messages.success(request, _("“%(label)s” is removed.") % {"label": label})
            return redirect("portal:account")
        except CodedError as error:
            _rows, errors = refused((), error)
    return _page(request, "factor_remove", errors, label=label)


def _not_yet(request: HttpRequest, error: CodedError) -> HttpResponse:
    """Where a password chosen by somebody else stands in the way, lead on to changing it; else say what is wrong."""
    if error.code != "people.first_password":
        return refuse(request, error)
    messages.error(request, error.sentence(reader_language()))
    return redirect("portal:password")


def _page(request: HttpRequest, name: str, errors: tuple[Problem, ...], **context: Any) -> HttpResponse:
    context["errors"] = errors
    return render(request, f"portal/account/{name}.html", context, status=422 if errors else 200)
