"""Beginning an application: for oneself or another; whoever is not signed in is shown ten digits once."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from uruk.definitions.api import Definition
from uruk.kernel.api import CodedError, ascii_digits
from uruk.people.api import actor_for, limit_visitor, signed_in_person
from uruk.portal.services.addresses import address, lead_to
from uruk.portal.services.holding import hold
from uruk.portal.services.telling import title
from uruk.services.api import (
    Applicant,
    ApplicantChoice,
    applicants,
    begin_draft,
    get_service,
    missing_assurance,
    save_draft,
)
from uruk.ui.api import (
    Choice,
    Row,
    comma,
    first_unanswered,
    institution_name,
    problems,
    public,
    reader_language,
    refuse,
    with_error,
)

YEAR, FOR, MYSELF = "born-year", "for-whom", "myself"
# Who is signed in goes on by signing in: the digits of their draft are shown to nobody.
_NO_YEAR = 1900
_SAID_THERE = frozenset({"services.born_year", "services.too_many_drafts", "people.too_many_tries"})
_NO_ROWS: tuple[Row, ...] = ()


@dataclass(frozen=True)
class BeginForm:
    """What is asked before one begins, and what the reader should know. `lacking`: what they must do to submit."""

    rows: tuple[Row, ...]
    signed_in: bool
    lacking: str = ""
    silent: str = ""


def begin_rows(request: HttpRequest, institution: str, service: str) -> BeginForm:
    """The form with which an application begins."""
    if signed_in_person(request) is None:
        return BeginForm((year_row(),), signed_in=False)
    actor = actor_for(request)
    found, lacking = applicants(actor, institution, service), missing_assurance(actor, institution, service)
    choices = tuple(_choice(one) for one in found.choices)
    asked = Row(FOR, _("For whom do you apply?"), "radios", value=choices[0].value if choices else "", choices=choices)
    rows = (asked,) if len(choices) > 1 or any(one.value != MYSELF for one in choices) else _NO_ROWS
    silent = comma([institution_name(one) for one in found.silent])
    return BeginForm(rows, True, lacking.sentence(reader_language()) if lacking else "", silent)


def year_row(value: str = "") -> Row:
    """The year of birth, with which ten digits open a draft again."""
    attributes = (("inputmode", "numeric"), ("class", "short"), ("autocomplete", "bday-year"), ("dir", "ltr"))
    hint = _("Four digits. With it and ten digits that you are shown now, you go on later, on any device.")
    return Row(YEAR, _("Your year of birth"), value=value, hint=hint, attributes=attributes)


@public
def begin(request: HttpRequest, institution: str, service: str) -> HttpResponse:
    """Begin an application, and lead to its first page; who is not signed in sees the digits first."""
    try:
        definition = get_service(institution, service)
        if request.method != "POST":
            return redirect("portal:service", institution, service)
        return _begun(request, definition)
    except CodedError as error:
        return refuse(request, error, 404)


def _begun(request: HttpRequest, definition: Definition) -> HttpResponse:
    actor, place = actor_for(request), (definition.institution, definition.code)
    if actor.person is not None:
        applicant = _for_whom(request.POST.get(FOR, MYSELF))
        draft, _key = begin_draft(actor, *place, _NO_YEAR, applicant=applicant)
        # What is known of them is asked for at once, so that the first page has it.
        draft = save_draft(actor, draft.id, {})
        return lead_to(draft.id, first_unanswered(draft))
    typed = request.POST.get(YEAR, "")
    try:
        limit_visitor(request, "drafts")
        draft, key = begin_draft(actor, *place, year_of(typed))
    except CodedError as error:
        if error.code not in _SAID_THERE:
            raise
        rows = with_error((year_row(typed),), YEAR, error.sentence(reader_language()))
        return _page(request, definition, rows, 422)
    url = address(draft.id, first_unanswered(draft))
    digits = f"{key.digits[:5]} {key.digits[5:]}"
    context = {"title": title(definition), "digits": digits, "url": url, "deleted_on": draft.deleted_on}
    response = hold(request, render(request, "portal/services/begun.html", context), draft.id, key.token)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _page(request: HttpRequest, definition: Definition, rows: tuple[Row, ...], status: int) -> HttpResponse:
    context = {
        "title": title(definition),
        "form": BeginForm(rows, signed_in=False),
        "errors": problems(rows),
        "definition": definition,
    }
    return render(request, "portal/services/begin.html", context, status=status)


def year_of(typed: str) -> int:
    """A year in any digits; 0 for what is none."""
    digits = ascii_digits(typed.strip())
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) == 4 else 0


def _choice(one: ApplicantChoice) -> Choice:
    if one.mandate is None:
        return Choice(MYSELF, _("For me"))
    name = one.called
    told = one.text.get(reader_language()) if one.text else ""
    return Choice(f"{one.applicant.kind}:{one.applicant.number}", f"{name} ({told})" if told else name)


def _for_whom(chosen: str) -> Applicant | None:
    """Another for whom the actor applies, which the door judges; None for themselves."""
    kind, _sep, number = chosen.partition(":")
    return Applicant(number, kind=kind) if number else None
