"""Finding cases: by the number that people are told, or in a list by service, state and days that names nobody."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from uruk.definitions.api import Field
from uruk.desk.audit.purposes import PURPOSE, RIGHT, check_purpose, purpose_rows, remember
from uruk.desk.audit.telling import found_table
from uruk.desk.offices import Acting
from uruk.desk.pages import desk_page, show, told
from uruk.kernel.api import CodedError
from uruk.people.api import require_right
from uruk.publishing.api import country
from uruk.services.api import CaseQuery, find_by_number, find_cases
from uruk.ui.api import Choice, Row, blame, problems, reader_language, with_error

NUMBER = "number"
_AT = {"services.case_unknown": NUMBER, "desk.reason_missing": PURPOSE, "desk.reason_too_long": PURPOSE}
_DAY = Field("day", "date")
_DAYS = ("since", "until")
_PAGE_FULL = 50


@desk_page
def find(request: HttpRequest, office: Acting) -> HttpResponse:
    """Find a case by its number, and say why; then it is shown."""
    require_right(office.actor, RIGHT)
    rows, table = _rows(request.POST), None
    errors = problems(rows)
    if request.method == "POST":
        try:
            purpose = check_purpose(request.POST.get(PURPOSE, ""))
            found = find_by_number(office.actor, request.POST.get(NUMBER, ""))
            for one in found:
                remember(request, one.id, purpose)
            if len(found) == 1:
                return redirect(office.url("audit-case", found[0].id))
            table = found_table(office, found)
        except CodedError as error:
            rows, errors = blame(rows, error, _AT)
    title = _("Look a case over")
    return show(request, office, "audit/find", title=title, rows=rows, errors=errors, table=table)


@desk_page
def listing(request: HttpRequest, office: Acting) -> HttpResponse:
    """Cases by service, state and the days on which they came, the newest first."""
    require_right(office.actor, RIGHT)
    typed = {name: request.GET.get(name, "").strip()[:80] for name in ("service", "state", *_DAYS)}
    days, wrong = _days_of(typed)
    rows = _list_rows(office, typed)
    for name, error in wrong.items():
        rows = with_error(rows, name, error.sentence(reader_language()))
    query = CaseQuery(typed["service"], typed["state"], days.get("since"), days.get("until"), _after(request))
    found = () if wrong else find_cases(office.actor, query)
    older = urlencode({**{name: one for name, one in typed.items() if one}, "after": found[-1].id}) if found else ""
    return show(
        request,
        office,
        "audit/cases",
        title=_("Cases"),
        rows=rows,
        errors=problems(rows),
        table=found_table(office, found),
        older=f"?{older}" if len(found) == _PAGE_FULL else "",
    )


def _rows(typed: Mapping[str, str]) -> tuple[Row, ...]:
    hint = _("As it stands on the applicant's pages and papers, such as 7F3A-91C2.")
    attributes = (("dir", "ltr"), ("autocomplete", "off"), ("spellcheck", "false"), ("class", "short"))
    number = Row(NUMBER, _("Number of the case"), value=typed.get(NUMBER, ""), hint=hint, attributes=attributes)
    return (number, *purpose_rows(typed.get(PURPOSE, "")))


def _list_rows(office: Acting, typed: Mapping[str, str]) -> tuple[Row, ...]:
    services = country().of_kind("service", office.institution)
    states = sorted({name for one in services for name in one.model.states})  # type: ignore[attr-defined]
    day = (("dir", "auto"), ("class", "short"), ("autocomplete", "off"))
    return (
        Row(
            "service",
            _("Service"),
            "select",
            value=typed["service"],
            required=False,
            choices=tuple(Choice(one.code, told(one.title)) for one in services),
        ),
        Row(
            "state",
            _("State"),
            "select",
            value=typed["state"],
            required=False,
            choices=tuple(Choice(name, name) for name in states),
        ),
        Row("since", _("Came from the day on"), value=typed["since"], required=False, attributes=day),
        Row("until", _("Came until the day"), value=typed["until"], required=False, attributes=day),
    )


def _days_of(typed: Mapping[str, str]) -> tuple[dict[str, date], dict[str, CodedError]]:
    days, wrong = {}, {}
    for name in _DAYS:
        try:
            if typed[name]:
                days[name] = date.fromisoformat(str(_DAY.clean(typed[name])))
        except CodedError as error:
            wrong[name] = error
    return days, wrong


def _after(request: HttpRequest) -> UUID | None:
    """Where the page before ended; an address that somebody cut short begins anew."""
    try:
        return UUID(request.GET["after"]) if "after" in request.GET else None
    except ValueError:
        return None
