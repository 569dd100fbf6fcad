"""GovStack's Registration: what its interface promises, over HTTP, on loaded data of any values."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

import pytest

from tests.unit.rest.govstack.conftest import CLIENT, make_town
from tests.unit.rest.govstack.scenarios import Says, Scenario, has, lists, made_up, play
from tests.worlds import WORLDS
from uruk.kernel.api import Settings
from uruk.rest.api import load_test_data

WORDS = made_up(7_000_049)
SERVICES, NAMES, FORMS, FILES, WHO, TASKS, TITLES = (list(islice(WORDS, 4)) for _ in range(7))
COUNTED, NOTHING = islice(WORDS, 2)
NO = f"{NOTHING}#-1"  # of an id only what stands before a # arrives
DATA = {
    "services": [
        {"id": service, "name": name, "eForms": [{"eFormId": form}]}
        for service, name, form in zip(SERVICES, NAMES, FORMS, strict=True)
    ],
    "applications": [
        {"fileId": file, "applicantId": who, "taskTitle": title, "serviceId": service}
        for file, who, title, service in list(zip(FILES, WHO, TITLES, SERVICES, strict=True))[:2]
    ],
    "tasks": [
        {"taskId": task, "fileId": file, "serviceId": service}
        for task, file, service in list(zip(TASKS, FILES, SERVICES, strict=True))[2:]
    ],
}
MULTIPART = "multipart/form-data; boundary=part"
PAPER = b'--part\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n%s\r\n--part--\r\n'
FORM = "application/x-www-form-urlencoded"

APPLICATION = {"fileId": str, "status": dict, "serviceId": str, "serviceName": str, "created": str, "mainTaskId": str}
WHOLE = {"fileId": str, "status": dict, "serviceId": str, "registered": str, "applicationData": dict}
TASK = {"taskId": str, "mainTaskId": str, "fileId": str, "serviceId": str, "status": dict, "created": str}
SERVICE = {"id": str, "name": str, "type": str, "version": str}
REFUSED = has(traceId=str, code=str, message=str, localizedMessage=str)
NUMBERS = lists(length=1, processed=int, approved=int, sentBack=int, rejected=int)


def found(path: str, what: str, says: Says, **asked: str) -> Scenario:
    return Scenario(what, "GET", path, says=says, query=asked)


def missing(method: str, path: str, body: Any = None) -> Scenario:
    return Scenario(f"{method} of what is not there", method, path, body, 404, REFUSED)


def only(kinds: Mapping[str, Any], length: int, **values: str) -> Says:
    """So many of a kind, each with these values."""
    return lists(length=length, **{**kinds, **values})


def application(who: str, title: str) -> dict[str, Any]:
    form = {"data": {"child": {"name": title}}, "eFormId": FORMS[0]}
    return {"applicantId": who, "applicationName": title, "created": "2026-01-31T00:00:00.000Z", "formData": form}


def says_application(body: dict[str, Any]) -> Callable[[Any], bool]:
    return lambda told: (
        has(**WHOLE)(told)
        and has(
            applicantId=body["applicantId"], applicationName=body["applicationName"], formData=dict, documentUrls=list
        )(told["applicationData"])
    )


def statistics(what: str, status: int = 200, header: str | None = "", **asked: str) -> Scenario:
    says = NUMBERS if status == 200 else REFUSED
    return Scenario(what, "GET", "data/statistics/1.0", None, status, says, asked, header)


SENT = [application(who, title) for who, title in zip(WHO, TITLES, strict=True)]
PERIOD = {"registrationName": COUNTED, "operator": "Nobody", "role": "Handler", "endDate": "2027-01-30"}
SCENARIOS: dict[str, list[Scenario]] = {
    "applications": [
        found("applications", "all", only(APPLICATION, 4)),
        found("applications", "of a service", only(APPLICATION, 1, serviceId=SERVICES[0]), serviceId=SERVICES[0]),
        found("applications", "of somebody", only(APPLICATION, 1, applicantId=WHO[1]), applicantId=WHO[1]),
        found("applications", "by all that may be asked", only(APPLICATION, 1, fileId=FILES[0]), serviceId=SERVICES[0],
              applicantId=WHO[0], firstResult="0", maxResult="10", sortBy="created", sortOrder="asc"),
        found("applications", "of a service that is not there", only(APPLICATION, 0), serviceId=NO),
        found("applications", "of nobody", only(APPLICATION, 0), applicantId=NO),
    ],
    "application": [
        found(f"applications/{FILES[0]}", "one", has(**{**WHOLE, "fileId": FILES[0]})),
        missing("GET", f"applications/{NO}"),
    ],
    "complete": [
        Scenario("a task is decided", "POST", f"tasks/{TASKS[2]}/complete", {"data": {"status": "APPROVED"}},
                 says=has(taskId=TASKS[2], fileId=FILES[2], serviceId=SERVICES[2], status=dict, variables=dict)),
        missing("POST", f"tasks/{NO}/complete", {"data": {}}),
    ],
    "documents": [
        Scenario("in parts", "POST", "documents", PAPER % b"one", says=has(code=int, url=str), kind=MULTIPART),
        Scenario("as a form", "POST", "documents", b"file=dHdv", says=has(code=int, url=str), kind=FORM),
        Scenario("none", "POST", "documents", status=400, says=REFUSED),
    ],
    "submit": [
        *(Scenario(f"an application, {n}", "POST", f"services/{SERVICES[0]}/applications", body,
                   says=says_application(body)) for n, body in enumerate(SENT)),
        missing("POST", f"services/{NOTHING}/applications", SENT[0]),
    ],
    "tasks": [
        found("tasks", "all", only(TASK, 4)),
        found("tasks", "of an application", only(TASK, 1, fileId=FILES[2]), fileId=FILES[2]),
        found("tasks", "of a task", only(TASK, 1, taskId=TASKS[2]), mainTaskId=TASKS[2]),
        found("tasks", "of whom they wait for", lambda told: len(told) == 4, assigneeId="writer"),
        found("tasks", "by all that may be asked", only(TASK, 1, fileId=FILES[3]), fileId=FILES[3], mainTaskId=TASKS[3],
              assigneeId="writer", firstResult="0", maxResult="5", sortBy="created", sortOrder="desc"),
        found("tasks", "of an application that is not there", only(TASK, 0), fileId=NO),
        found("tasks", "of a task that is not there", only(TASK, 0), mainTaskId=NO),
        found("tasks", "of nobody", only(TASK, 0), assigneeId=NO),
    ],
    "task": [
        found(f"tasks/{TASKS[3]}", "one", has(taskId=TASKS[3], taskName=str, formVariables=dict, data=dict)),
        missing("GET", f"tasks/{NO}"),
    ],
    "statistics": [
        statistics("of all"),
        *(statistics(f"by {frame}", startDate="2020-01-30", timeframe=frame, **PERIOD)
          for frame in ("day", "week", "month", "year")),
        *(statistics(f"of a caller called {caller!r}", 400, caller) for caller in (" ", "''", "somebody", "a/b/c/")),
        statistics("of a caller without a name", 400, None),
        statistics("of what there is not", 404, registrationName=NOTHING),
    ],
    "change": [
        Scenario("an application is given anew", "PUT", f"applications/{FILES[1]}", {**SENT[2], "applicantId": WHO[1]},
                 says=has(fileId=FILES[1], status=dict)),
        missing("PUT", f"applications/{NO}", SENT[0]),
    ],
    "form": [
        found(f"eForms/{FORMS[0]}", "one", has(eFormId=FORMS[0], name=str, version=str, schema=dict)),
        missing("GET", f"eForms/{NO}"),
    ],
    "service": [found(f"services/{SERVICES[1]}", "an object, as specified", has(**{**SERVICE, "name": NAMES[1]}))],
    "forms": [found(f"services/{SERVICES[1]}/eForms", "all of one", only({"eFormId": str, "name": str}, 1))],
    "services": [
        found("services", "all", lambda told: lists(**SERVICE)(told) and {*NAMES} <= {one["name"] for one in told}),
        *(found("services", f"by name, {n}", only(SERVICE, 1, name=name), name=name)
          for n, name in enumerate(NAMES[:3])),
    ],
}  # fmt: skip


def make_loaded() -> tuple[Any, ...]:
    """The town after `uruk govstack load` of the data."""
    make_town()
    done = load_test_data("town", json.dumps(DATA).encode(), (), "", (COUNTED,))
    assert (done.services, done.cases) == (5, 4)
    return ()


WORLDS[f"{__name__}.loaded"] = make_loaded


@pytest.fixture
def loaded(transactional_db: None, node: Settings, log: Any) -> Settings:
    """The node that has loaded the data."""
    return node


@pytest.fixture
def registration(loaded: Settings, settings: Any, live_server: Any) -> str:
    """The address of Registration there, in test mode."""
    settings.URUK = replace(settings.URUK, govstack_trust_header=True)
    return f"{live_server.url}/govstack/registration"


@pytest.mark.parametrize("operation", SCENARIOS)
def test_what_the_interface_of_registration_promises_holds_for_any_data(registration: str, operation: str) -> None:
    assert play(registration, CLIENT, SCENARIOS[operation]) == []


def test_the_scenarios_of_registration_are_forty_nine() -> None:
    assert sum(map(len, SCENARIOS.values())) == 49
