"""Beginning at the counter: the service, the card, the consent; then the first page, with the paper for later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from uruk.definitions.api import Definition
from uruk.desk.apply.addresses import address
from uruk.desk.apply.consents import consent_facts, for_whom
from uruk.desk.apply.holding import Held, counter_page, held, hold
from uruk.desk.apply.questions import (
    COMPARED,
    CONSENT,
    CONSENT_AT,
    DIGITS,
    NUMBER,
    PAPER,
    WAY,
    WHOM,
    WITNESS,
    YEAR,
    consent_rows,
    day_of,
    digits_rows,
    whom_of,
    whom_rows,
    year_of,
)
from uruk.desk.offices import Acting, Tile
from uruk.desk.pages import show, told
from uruk.kernel.api import CodedError, new_id
from uruk.services.api import (
    Applicant,
    ApplicantChoice,
    ConsentGiven,
    ConsentView,
    begin_draft,
    counter_applicants,
    get_consent,
    get_service,
    keep_consent_paper,
    list_services,
    note_consent,
    put_under_consent,
    resume_at_counter,
)
from uruk.ui.api import (
    Problem,
    Row,
    blame,
    comma,
    first_unanswered,
    institution_name,
    problems,
    require_answers,
    service_model,
)


@dataclass(frozen=True)
class _Sent:
    """A consent that was typed: the form as it is shown again, and what is wrong."""

    rows: tuple[Row, ...]
    errors: tuple[Problem, ...]


@counter_page
def counter(request: HttpRequest, office: Acting) -> HttpResponse:
    """For which service somebody comes, or with which ten digits; what else is done here."""
    rows = digits_rows(request.POST)
    errors = problems(rows)
    if request.method == "POST":
        try:
            require_answers(request.POST, DIGITS, YEAR)
            year = year_of(request.POST[YEAR])
            draft, service, token = resume_at_counter(office.actor, request.POST[DIGITS], year)
            return hold(request, redirect(office.url("apply-resumed", draft)), draft, Held(token, "", service))
        except CodedError as error:
            rows, errors = blame(rows, error, {})
    services = [Tile(office.url("apply-consent", one.code), told(one.title), _about(one)) for one in _here(office)]
    title = _("At the counter")
    return show(request, office, "apply/counter", title=title, services=services, rows=rows, errors=errors)


@counter_page
def consent(request: HttpRequest, office: Acting, service: str) -> HttpResponse:
    """The person's card and consent; noted, the application begins and the paper with the ten digits is printed."""
    definition = get_service(office.institution, service)
    if request.method != "POST":
        return _form(request, office, definition, _Sent(consent_rows({}), ()), str(new_id()))
    given = _noted(request, office, definition)
    if isinstance(given, _Sent):
        return _form(request, office, definition, given, request.POST.get(CONSENT, ""))
    if set(service_model(definition).applicants) != {"person"}:
        return redirect(office.url("apply-whom", given.id))
    return _begun(request, office, given, None)


@counter_page
def whom(request: HttpRequest, office: Acting, consent: UUID) -> HttpResponse:
    """For whom whoever consented applies: registers say for whom they speak, and nobody else is chosen."""
    given, found = get_consent(office.actor, consent), counter_applicants(office.actor, consent)
    rows = whom_rows(found.choices, request.POST)
    errors = problems(rows)
    if request.method == "POST":
        try:
            chosen = _chosen(found.choices, request.POST)
        except CodedError as error:
            rows, errors = blame(rows, error, {})
        else:
            return _begun(request, office, given, None if chosen.text is None else chosen.applicant)
    silent = comma([institution_name(one) for one in found.silent])
    context = {"title": told(given.title), "rows": rows if found.choices else (), "errors": errors, "silent": silent}
    return show(request, office, "apply/whom", name=given.name, **context)


def _chosen(choices: Sequence[ApplicantChoice], typed: Mapping[str, str]) -> ApplicantChoice:
    """Who was chosen of those that there are; somebody else is nobody: ``ui.answer_missing``."""
    known = {whom_of(one): one for one in choices}
    whom = typed.get(WHOM, "")
    require_answers({WHOM: whom if whom in known else ""}, WHOM)
    return known[whom]


def _begun(request: HttpRequest, office: Acting, given: ConsentView, applicant: Applicant | None) -> HttpResponse:
    """The draft is begun, and its ten digits are shown this once."""
    service, year = given.service, given.born.year
    draft, key = begin_draft(office.actor, office.institution, service, year, applicant, given.id)
    response = show(
        request,
        office,
        "apply/begun",
        title=_("The consent is noted"),
        service=told(given.title),
        digits=f"{key.digits[:5]} {key.digits[5:]}",
        year=str(given.born.year),
        deleted_on=draft.deleted_on,
        consent=(*for_whom(draft.applicant), *consent_facts(office.institution, given)),
        url=address(office, draft.id, first_unanswered(draft)),
    )
    return hold(request, response, draft.id, Held(key.token, str(given.id), service))


@counter_page
def resumed(request: HttpRequest, office: Acting, draft: UUID) -> HttpResponse:
    """The consent of somebody who brings ten digits: before it, nothing of what they answered is shown."""
    what = held(request, draft)
    if not what.token:
        return redirect(office.url("apply"))
    definition = get_service(office.institution, what.service)
    if request.method != "POST":
        return _form(request, office, definition, _Sent(consent_rows({}), ()), str(new_id()))
    given = _noted(request, office, definition)
    if isinstance(given, _Sent):
        return _form(request, office, definition, given, request.POST.get(CONSENT, ""))
    try:
        found = put_under_consent(office.actor, draft, given.id, what.token)
    except CodedError as error:
        if error.code not in CONSENT_AT:
            raise
        rows, errors = blame(consent_rows(request.POST), error, CONSENT_AT)
        return _form(request, office, definition, _Sent(rows, errors), str(new_id()))
    fresh = Held(what.token, str(given.id), what.service)
    return hold(request, redirect(address(office, found.id, None)), draft, fresh)


def _here(office: Acting) -> list[Definition]:
    """The services of the institution that are applied for at a counter."""
    own = (one for one in list_services() if one.institution == office.institution)
    return [one for one in own if _is_for_counter(one)]


def _is_for_counter(definition: Definition) -> bool:
    return "counter" in service_model(definition).channels


def _about(definition: Definition) -> str:
    found = definition.texts.find("about")
    return "" if found is None else told(found)


def _noted(request: HttpRequest, office: Acting, definition: Definition) -> ConsentView | _Sent:
    """The consent that was typed, noted; or the form again with what is wrong."""
    typed = request.POST
    try:
        require_answers(typed, NUMBER, "name", "born", WAY)
        consent, paper = _id_of(typed.get(CONSENT, "")), ""
        sent = request.FILES.get(PAPER)
        if sent is not None and typed[WAY] == "signature":
            paper = keep_consent_paper(office.actor, consent, sent.read())
        given = ConsentGiven(
            institution=office.institution,
            service=definition.code,
            number=typed[NUMBER],
            name=typed["name"],
            born=day_of(typed["born"]),
            way=typed[WAY],
            compared=COMPARED in typed,
            paper=paper,
            witness=typed.get(WITNESS, ""),
        )
        return note_consent(office.actor, consent, given)
    except CodedError as error:
        return _Sent(*blame(consent_rows(typed), error, _places(error)))


def _places(error: CodedError) -> dict[str, str]:
    """What is wrong with a number or a file is said by those who look at them."""
    if error.code.startswith("files."):
        return {error.code: PAPER}
    return {error.code: NUMBER} if error.code.startswith(("definitions.", "kernel.")) else CONSENT_AT


def _id_of(typed: str) -> UUID:
    """The id under which the form notes its consent once, however often it is sent."""
    try:
        return UUID(typed)
    except ValueError:
        return new_id()


def _form(request: HttpRequest, office: Acting, definition: Definition, sent: _Sent, consent: str) -> HttpResponse:
    return show(
        request,
        office,
        "apply/consent",
        title=told(definition.title),
        rows=sent.rows,
        errors=sent.errors,
        consent=consent,
        institution=office.institution_name,
    )
