"""Tasks: cases whose turn it is to be decided by a role. People decide them; in test mode its invented officers do."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from uruk.kernel.api import Actor, CodedError, rfc3339
from uruk.rest.answers import answer
from uruk.rest.govstack.callers import trusting
from uruk.rest.govstack.exchanging import endpoint, read
from uruk.rest.govstack.registration.callers import reader, registrant
from uruk.rest.govstack.registration.deciding import REASON, decide
from uruk.rest.govstack.registration.definition import APPROVE, REJECT, SEND_BACK
from uruk.rest.govstack.registration.following import cases, is_task, paged, place_of_case, status_told
from uruk.rest.govstack.registration.naming import TASK, Place, case_of, file_of, task_id
from uruk.rest.govstack.registration.services import definition_of, name_of_service
from uruk.services import api as services
from uruk.services.api import CaseStatus

_ACTIONS = {"APPROVED": APPROVE, "REJECTED": REJECT, "SENDBACK": SEND_BACK}


@endpoint("GET", "HEAD")
@registrant
def listed(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`GET tasks`: the cases that wait for an officer; `fileId`, `mainTaskId`, `assigneeId` narrow them."""
    wanted = {name: request.GET.get(name, "") for name in ("fileId", "mainTaskId", "assigneeId")}
    found = [_told(place, one) for place, one in cases(request, actor) if is_task(one.turn)]
    found = [one for one in found if all(not value or one[name] == value for name, value in wanted.items())]
    return answer(paged(request, found))


@csrf_exempt  # programs carry no cookies, and no session is read here
@endpoint("GET", "HEAD", "POST")
@registrant
def one(request: HttpRequest, actor: Actor, task: str) -> HttpResponse:
    """`GET tasks/<id>`: a task. To complete an id with a `#` in it arrives here, cut off: what is none is not found."""
    case = case_of(task, TASK)
    place = place_of_case(request, actor, case)
    if request.method == "POST":
        raise CodedError("rest.method_not_allowed", method="POST", allowed="GET, HEAD")
    status = services.program_case_status(reader(request, actor, place), place.code, case)
    return answer({**_told(place, status), "taskName": status.state, "formVariables": {}, "data": {}})


@csrf_exempt  # programs carry no cookies, and no session is read here
@endpoint("POST")
@registrant
def complete(request: HttpRequest, actor: Actor, task: str) -> HttpResponse:
    """`POST tasks/<id>/complete`: the officer decides; `data.status`: APPROVED (else), REJECTED or SENDBACK.

    What is decided already stays so, and is told again. By a token: ``services.people_decide``.
    """
    case, body = case_of(task, TASK), read(request)
    place = place_of_case(request, actor, case)
    data = body.get("data")
    action = _action(data if isinstance(data, Mapping) else body)
    if not trusting():
        services.act_by_program(actor, place.code, case, 0, action, REASON)
    status = services.program_case_status(reader(request, actor, place), place.code, case)
    if is_task(status.turn):
        decide(place, status, action, str(body.get("note") or REASON))
        status = services.program_case_status(reader(request, actor, place), place.code, case)
    told = _told(place, status)
    return answer({name: told[name] for name in ("taskId", "fileId", "serviceId", "status")} | {"variables": {}})


def _action(data: Mapping[str, Any]) -> str:
    said = data.get("status", data.get("decision", "APPROVED"))
    code = said.get("code", "") if isinstance(said, Mapping) else said
    action = _ACTIONS.get(str(code))
    if action is None:
        raise CodedError("rest.query_value", name="status")
    return action


def _told(place: Place, one: CaseStatus) -> dict[str, Any]:
    named = task_id(one.case)
    return {
        "taskId": named,
        "mainTaskId": named,
        "name": one.state,
        "assigneeId": one.turn.partition(":")[2],
        "roleId": one.turn.partition(":")[2],
        "created": rfc3339(one.since),
        "description": one.state,
        "serviceId": place.service_id,
        "serviceName": name_of_service(definition_of(place)),
        "fileId": file_of(one.case).name,
        "eFormId": place.form_id,
        "status": status_told(one.turn),
    }
