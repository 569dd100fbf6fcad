"""Applications: cases that callers hand in, and where they stand."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from uruk.kernel.api import Actor, CodedError, rfc3339
from uruk.rest.answers import answer
from uruk.rest.govstack import numbers
from uruk.rest.govstack.callers import trusting
from uruk.rest.govstack.data import as_uuid
from uruk.rest.govstack.exchanging import endpoint, read
from uruk.rest.govstack.registration.callers import applicant, reader, registrant
from uruk.rest.govstack.registration.deciding import send_back
from uruk.rest.govstack.registration.definition import DETAILS, NAME, RESUBMIT
from uruk.rest.govstack.registration.documents import attached
from uruk.rest.govstack.registration.following import cases, paged, place_of_case, status_told
from uruk.rest.govstack.registration.naming import (
    Place,
    case_of,
    file_of,
    keep_file,
    place_of,
    task_id,
)
from uruk.rest.govstack.registration.services import definition_of, form_fields, name_of_service
from uruk.services import api as services
from uruk.services.api import Applicant, Asked, CaseStatus

MAX_WHOM, MAX_URL, MAX_URLS, MAX_DETAILS = 120, 500, 20, 4_000
_KEPT: Mapping[str, int] = {"applicationName": 200, "created": 40}


@csrf_exempt  # programs carry no cookies, and no session is read here
@endpoint("POST")
@registrant
def submit(request: HttpRequest, actor: Actor, service: str) -> HttpResponse:
    """`POST services/<id>/applications`: a case of the service, for `applicantId`.

    With a token that is the id of the consent which an officer noted; in test mode an invented person.
    """
    place, body = place_of(service), read(request)
    whom = str(body.get("applicantId") or "").strip()
    if not 0 < len(whom) <= MAX_WHOM:
        raise CodedError("rest.content_missing", name="applicantId")
    case = handed_in(request, actor, place, whom, body)
    told = told_whole(request, actor, place, case) if trusting() else _told_back(actor, place, case, body)
    return answer(told)


@endpoint("GET", "HEAD")
@registrant
def listed(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`GET applications`: those of the services that the caller may follow; where they stand, nobody's data."""
    wanted = {name: request.GET.get(name, "") for name in ("serviceId", "applicantId")}
    found = []
    for place, one in cases(request, actor, wanted["serviceId"]):
        file = file_of(one.case)
        if wanted["applicantId"] in ("", file.said.get("applicantId", "")):
            found.append(_line(place, one))
    return answer(paged(request, found))


@csrf_exempt  # programs carry no cookies, and no session is read here
@endpoint("GET", "HEAD", "PUT")
@registrant
def one(request: HttpRequest, actor: Actor, file: str) -> HttpResponse:
    """`GET applications/<fileId>`: a case, whole, which its applicant finds. `PUT`: its answers anew."""
    case = case_of(file)
    place = place_of_case(request, actor, case)
    if request.method == "PUT":
        body = read(request)
        if not trusting():
            services.act_by_program(actor, place.code, case, 0, RESUBMIT, "GovStack")
        send_back(reader(request, actor, place), place, case)
        _resubmit(case, body)
    return answer(told_whole(request, actor, place, case))


def handed_in(
    request: HttpRequest, actor: Actor, place: Place, whom: str, body: Mapping[str, Any], name: str = ""
) -> UUID:
    """A case handed in; `name`: the caller's id of it. Errors: those of `services.submit` and `submit_by_program`."""
    answers = answers_of(place, body)
    if trusting():
        person, number = applicant(whom)
        asked = Asked(place.institution, place.code, Applicant(number), answers)
        case = services.submit(person, asked).case
    else:
        consent = _consent(whom)
        answers = attached(actor, place, consent, answers)
        case = services.submit_by_program(actor, place.code, consent, answers).status.case
    keep_file(name or str(case), case, {**_said(body), "applicantId": whom, "serviceId": place.service_id})
    return case


def _said(body: Mapping[str, Any]) -> dict[str, Any]:
    """What a caller says beside the answers, as much of it as is kept."""
    texts = ((name, body.get(name), most) for name, most in _KEPT.items())
    said: dict[str, Any] = {name: _text(text, most) for name, text, most in texts if isinstance(text, str)}
    urls = body.get("documentUrls")
    if isinstance(urls, list):
        said["documentUrls"] = [_text(one, MAX_URL) for one in urls[:MAX_URLS] if isinstance(one, str)]
    return said


def _text(text: str, most: int) -> str:
    return "".join(letter for letter in text[:most] if letter.isprintable())


def answers_of(place: Place, body: Mapping[str, Any]) -> dict[str, object]:
    """The form's answers; what a form of this interface alone has room for goes into the fields that hold it."""
    form = body.get("formData")
    data = form.get("data", {}) if isinstance(form, Mapping) else body.get("data", {})
    given = dict(data) if isinstance(data, Mapping) else {}
    asked = form_fields(place)
    if not (NAME in asked and DETAILS in asked) or any(name in asked for name in given):
        return numbers.kept(asked, given)
    called, details = str(body.get("applicationName") or place.service_id)[:200], numbers.plain(given)
    written = json.dumps(details, ensure_ascii=False)
    if len(written) > MAX_DETAILS:
        raise CodedError("rest.body_too_large", limit=MAX_DETAILS)
    return {NAME: called, DETAILS: written}


def told_whole(request: HttpRequest, actor: Actor, place: Place, case: UUID) -> dict[str, Any]:
    """A case with what was said; that it is read is an act which the applicant finds."""
    follower = reader(request, actor, place)
    status = services.program_case_status(follower, place.code, case)
    return _told(place, status, services.read_by_program(follower, place.code, case).answers)


def _told_back(actor: Actor, place: Place, case: UUID, body: Mapping[str, Any]) -> dict[str, Any]:
    """A case that was just handed in, with what its caller said: nothing is read, and no right to read is wanted."""
    status = services.program_case_status(actor, place.code, case)
    return _told(place, status, answers_of(place, body))


def _told(place: Place, status: CaseStatus, said: Mapping[str, Any]) -> dict[str, Any]:
    file = file_of(status.case)
    return {
        "fileId": file.name,
        "registered": rfc3339(status.arrived),
        "serviceId": place.service_id,
        "serviceName": name_of_service(definition_of(place)),
        "status": status_told(status.turn),
        "ended": status.turn.startswith("closed:"),
        "applicationData": {
            "applicationName": file.said.get("applicationName") or said.get(NAME) or "",
            "applicantId": file.said.get("applicantId", ""),
            "created": file.said.get("created") or rfc3339(status.arrived),
            "formData": {"data": _form_data(place, said), "eFormId": place.form_id},
            "documentUrls": file.said.get("documentUrls", []),
        },
    }


def _line(place: Place, one: CaseStatus) -> dict[str, Any]:
    file = file_of(one.case)
    return {
        "fileId": file.name,
        "mainTaskId": task_id(one.case),
        "taskTitle": one.state,
        "roleId": one.turn.partition(":")[2],
        "status": status_told(one.turn),
        "applicantId": file.said.get("applicantId", ""),
        "created": rfc3339(one.arrived),
        "registered": rfc3339(one.arrived),
        "serviceName": name_of_service(definition_of(place)),
        "serviceId": place.service_id,
        "eformId": place.form_id,
        "documentUrls": file.said.get("documentUrls", []),
    }


def _form_data(place: Place, said: Mapping[str, Any]) -> Any:
    """What was put into a field as JSON comes out as it was."""
    try:
        found = json.loads(str(said.get(DETAILS, "")))
    except ValueError:
        found = None
    return found if isinstance(found, Mapping) else numbers.told(form_fields(place), said)


def _resubmit(case: UUID, body: Mapping[str, Any]) -> None:
    """The applicant's answers anew: an act of the invented person, who may say only what they may."""
    whom = str(file_of(case).said.get("applicantId", ""))
    if not whom:
        raise CodedError("rest.not_found")
    person, _ = applicant(whom)
    view = services.get_case(person, case)
    place = Place(view.institution, view.service)
    services.act(person, case, view.seq, RESUBMIT, answers={**view.answers, **answers_of(place, body)})


def _consent(text: str) -> UUID:
    """The consent that is named; what can be none is one that nobody noted."""
    return as_uuid(text) or UUID(int=0)
