"""Going on with an application by ten digits and the year of birth, on any device."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from uruk.kernel.api import CodedError
from uruk.people.api import limit_visitor
from uruk.portal.services.beginning import YEAR, year_of
from uruk.portal.services.holding import hold
from uruk.services.api import resume_draft
from uruk.ui.api import NO_PROBLEMS, Row, blame, public, require_answers

DIGITS = "ten-digits"
_LONGEST = 20


@public
def resume(request: HttpRequest) -> HttpResponse:
    """The form of ten digits and year; they lead to the summary, from where one goes on."""
    digits, year = (request.POST.get(name, "").strip()[:_LONGEST] for name in (DIGITS, YEAR))
    rows, errors = _rows(digits, year), NO_PROBLEMS
    if request.method == "POST":
        try:
            require_answers(request.POST, DIGITS, YEAR)
            limit_visitor(request, "ten-digits")
            draft, token = resume_draft(digits, year_of(year))
            return hold(request, redirect("portal:application", draft.id), draft.id, token)
        except CodedError as error:
            rows, errors = blame(rows, error, {})
    response = render(
        request, "portal/services/resume.html", {"rows": rows, "errors": errors}, status=422 if errors else 200
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _rows(digits: str, year: str) -> tuple[Row, ...]:
    attributes = (("inputmode", "numeric"), ("autocomplete", "off"), ("dir", "ltr"))
    return (
        Row(DIGITS, _("The ten digits"), value=digits, hint=_("As you wrote them down."), attributes=attributes),
        Row(YEAR, _("Your year of birth"), value=year, attributes=(*attributes, ("class", "short"))),
    )
