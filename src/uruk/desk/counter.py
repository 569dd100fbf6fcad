"""At the counter: compare somebody's card with the account that claims its number."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from uruk.desk.offices import Acting
from uruk.desk.pages import desk_page, go, person_name, show
from uruk.desk.questions import claim_rows
from uruk.kernel.api import CodedError
from uruk.people.api import find_claim, has_right, require_right, see
from uruk.ui.api import NO_PROBLEMS, blame, require_answers

RIGHT = "see-person"
_AT = {
    "people.claim_unknown": "code",
    "people.national_number_digits": "number",
    "people.paper_number_malformed": "number",
    "people.paper_kind_unknown": "kind",
}


@desk_page
def compare(request: HttpRequest, office: Acting) -> HttpResponse:
    """Find a claim by its number and code; then say that the card was compared."""
    require_right(office.actor, RIGHT)
    if request.method != "POST":
        return _page(request, office, {})
    try:
        require_answers(request.POST, "kind", "number", "code")
        return _compare(request, office)
    except CodedError as error:
        return _page(request, office, {}, error)


def may_compare(office: Acting) -> bool:
    """Whether the office brings the right to compare cards and to hand out codes."""
    return has_right(office.actor, RIGHT)


def _compare(request: HttpRequest, office: Acting) -> HttpResponse:
    typed = request.POST
    person = find_claim(office.actor, typed["kind"], typed["number"], typed["code"])
    if "compared" not in typed:
        return _page(request, office, {"found": person_name(person) or _("An account without a name")})
    see(office.actor, person, typed["kind"], typed["number"], replaces="replaces" in typed)
    return go(request, office.url("compare"), done=_("Noted. The person now sees their documents."))


def _page(
    request: HttpRequest, office: Acting, context: dict[str, Any], error: CodedError | None = None
) -> HttpResponse:
    rows, errors = claim_rows(request.POST), NO_PROBLEMS
    if error is not None:
        rows, errors = blame(rows, error, _AT)
    taken = error is not None and error.code == "people.already_seen"
    title = _("Compare a card")
    typed = [(name, request.POST.get(name, "")) for name in ("kind", "number", "code")]
    return show(request, office, "compare", title=title, rows=rows, errors=errors, taken=taken, typed=typed, **context)
