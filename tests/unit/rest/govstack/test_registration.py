"""Applications by GovStack's Registration interface are cases: in lists, as an officer's task, and in the numbers."""

import json
from typing import Any
from uuid import UUID

import pytest

from tests.unit.rest.govstack.conftest import Caller, told
from uruk.kernel.api import Actor
from uruk.people.api import list_officers
from uruk.services.api import case_acts, get_case, my_cases

DATA: dict[str, Any] = {
    "services": [{"id": "S#1", "name": "Birth grant", "eForms": [{"eFormId": "F-1"}]}, {"id": "S2", "name": "Pension"}],
    "applications": [{"fileId": "file-7", "applicantId": "who-7", "taskTitle": "Old", "serviceId": "S2"}],
    "tasks": [{"taskId": "task-8", "fileId": "file-8", "serviceId": "S3", "serviceName": "School"}],
}
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def office(trusting: Caller) -> Caller:
    """The services and cases of a suite's data, made by what the command calls."""
    from uruk.rest.api import load_test_data

    done = [load_test_data("town", json.dumps(DATA).encode(), (), "", ("Market",)) for _ in range(2)]
    assert [(one.services, one.cases) for one in done] == [(4, 2), (0, 0)]
    return trusting


def _apply(caller: Caller, service: str = "S2", **more: Any) -> dict[str, Any]:
    body = {
        "applicantId": "ada",
        "applicationName": "For Ada",
        "formData": {"data": {"child": {"name": "Eve"}}},
        **more,
    }
    return told(caller.post(f"registration/services/{service}/applications", body))


def _status(caller: Caller, file: str) -> str:
    return told(caller.get(f"registration/applications/{file}"))["status"]["code"]


def _numbers(caller: Caller, name: str = "Pension", more: str = "") -> dict[str, Any]:
    return told(caller.get(f"registration/data/statistics/1.0?registrationName={name}{more}"))[0]


def test_services_and_forms_are_told_as_they_are_in_force(office: Caller) -> None:
    names = {one["name"]: one["id"] for one in told(office.get("registration/services"))}
    assert names.items() >= {"Birth grant": "S#1", "Pension": "S2", "School": "S3", "Market": "Market"}.items()
    assert [one["id"] for one in told(office.get("registration/services?name=Pension"))] == ["S2"]
    assert told(office.get("registration/services/S2"))["name"] == "Pension"
    assert [one["eFormId"] for one in told(office.get("registration/services/S%231/eForms"))] == ["F-1"]
    assert "details" in told(office.get("registration/eForms/F-1"))["schema"]["properties"]
    stall = told(office.get("registration/eForms/town.stall"))["schema"]
    assert stall["properties"]["places"]["type"] == "array" and stall["required"] == ["day"]
    assert [office.get(f"registration/{one}").status_code for one in ("services/S9", "eForms/F9", "services/S")] == [
        404
    ] * 3


def test_an_application_is_listed_and_an_officers_task_whose_completion_changes_its_status(office: Caller) -> None:
    file = _apply(office)
    assert (file["serviceId"], file["status"]["code"], file["ended"]) == ("S2", "PENDING", False)
    assert file["applicationData"]["applicantId"] == "ada"
    assert file["applicationData"]["formData"]["data"] == {"child": {"name": "Eve"}}
    by_form = told(office.post("registration/services/S2/applications", "applicantId=bob&applicationName=B", FORM))
    assert by_form["applicationData"]["applicationName"] == "B"
    mine = told(office.get("registration/applications?applicantId=ada"))
    assert [one["fileId"] for one in mine] == [file["fileId"]]
    assert len(told(office.get("registration/applications?serviceId=S2"))) == 3
    assert (
        len(told(office.get("registration/applications?firstResult=1&maxResult=1&sortBy=created&sortOrder=desc"))) == 1
    )
    assert told(office.get("registration/applications?serviceId=nowhere")) == []
    assert told(office.get("registration/applications?applicantId=nobody")) == []
    [task] = told(office.get(f"registration/tasks?fileId={file['fileId']}"))
    assert (task["roleId"], task["status"]["code"]) == ("writer", "PENDING")
    assert told(office.get(f"registration/tasks/{task['taskId']}"))["fileId"] == file["fileId"]
    for _ in range(2):  # sent twice it is decided once
        done = told(office.post(f"registration/tasks/{task['taskId']}/complete", {"data": {"any": {}}}))
        assert done["status"]["code"] == "APPROVED"
    assert _status(office, file["fileId"]) == "APPROVED"
    assert told(office.get(f"registration/tasks?fileId={file['fileId']}")) == []


def test_what_was_handed_in_and_decided_is_really_there_with_its_history(office: Caller) -> None:
    from uruk.publishing.api import find_name

    file = _apply(office)
    told(office.post(f"registration/tasks/{file['fileId']}/complete", {}))
    kept = find_name("govstack", "applicant", "ada")
    assert kept is not None
    person = Actor(channel="portal", person=UUID(kept.target))
    [case] = my_cases(person)
    assert (str(case.id), case.closed, case.answers["application_name"]) == (file["fileId"], "granted", "For Ada")
    assert get_case(person, case.id).service == "pension"
    assert [one.type for one in case_acts(person, case.id)] == ["case.submitted", "case.reassigned", "case.moved"]
    officers = {one.officer_name for one in list_officers()}
    assert {"govstack.town.1", "govstack.town.2", "govstack.town.writer"} <= officers


def test_an_application_is_sent_back_given_anew_and_rejected(office: Caller) -> None:
    file = _apply(office)["fileId"]
    told(office.post(f"registration/tasks/{file}/complete", {"data": {"status": "SENDBACK"}}))
    assert _status(office, file) == "SENDBACK"
    anew = {"applicantId": "ada", "applicationName": "Anew", "formData": {"data": {"child": {"name": "Ann"}}}}
    for _ in range(2):
        changed = told(office.put(f"registration/applications/{file}", anew))
        assert (changed["fileId"], changed["status"]["code"]) == (file, "PENDING")
        assert changed["applicationData"]["formData"]["data"] == {"child": {"name": "Ann"}}
    told(office.post(f"registration/tasks/{file}/complete", {"data": {"status": {"code": "REJECTED"}}}))
    assert _status(office, file) == "REJECTED"


def test_the_statistics_add_up(office: Caller) -> None:
    files = [_apply(office)["fileId"] for _ in range(4)]
    for file, status in zip(files, ("APPROVED", "APPROVED", "REJECTED", "SENDBACK"), strict=True):
        told(office.post(f"registration/tasks/{file}/complete", {"data": {"status": status}}))
    found = _numbers(office)
    assert (found["processed"], found["approved"], found["rejected"], found["sentBack"]) == (4, 2, 1, 1)
    assert _numbers(office, "Market")["processed"] == 0
    assert _numbers(office, more="&endDate=2020-01-01&timeframe=day")["processed"] == 0
    assert _numbers(office, more="&startDate=2020-01-01&timeframe=year")["processed"] == 4
    assert office.get("registration/data/statistics?registrationName=Nothing").status_code == 404
    assert office.get("registration/data/statistics").headers["Content-Type"] == "application/json; charset=utf-8"
    for header in ("", "''", "one", "a/b/c/"):
        caller = Caller(**{"Information-Mediator-Client": header})
        assert caller.get("registration/data/statistics/1.0").status_code == 400
    assert Caller().get("registration/data/statistics").status_code == 400


def test_what_the_data_names_is_found_by_its_own_ids(office: Caller) -> None:
    assert told(office.get("registration/applications/file-7"))["applicationData"]["applicantId"] == "who-7"
    assert told(office.get("registration/tasks/task-8"))["fileId"] == "file-8"
    assert Caller().get("registration/tasks/task-8").status_code == 200
    # Of an id with a # in it only what stands before it arrives.
    for path in ("tasks/n0t", "applications/n0t", "eForms/n0t"):
        assert office.get(f"registration/{path}").status_code == 404
    assert office.post("registration/tasks/n0t", {}).status_code == 404
    assert office.put("registration/applications/n0t", {"applicantId": "x"}).status_code == 404
    assert office.post("registration/services/n0t/applications", {"applicantId": "x"}).status_code == 404


def test_documents_come_as_a_form_or_in_parts(office: Caller) -> None:
    kept = told(office.post("registration/documents?additionalMetadata=x", "file=aGVsbG8", FORM))
    parts = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\naGVsbG8\r\n--x--\r\n'
    again = told(office.post("registration/documents", parts, "multipart/form-data; boundary=x"))
    assert kept["url"] == again["url"] and isinstance(kept["code"], int)
    missing = told(office.post("registration/documents"), 400)
    assert {type(missing[one]) for one in ("traceId", "code", "message", "localizedMessage")} == {str}


def test_no_input_makes_a_5xx(office: Caller) -> None:
    file = _apply(office)["fileId"]
    bodies = (None, b"", b"{", b"[]", {}, {"applicantId": 1}, {"applicantId": "a\0"}, {"data": []}, {"formData": 7})
    bodies += ({"applicantId": "x" * 500, "formData": {"data": {"a": "\0"}}}, {"data": {"status": ["x"]}})
    statuses = set()
    for body in bodies:
        statuses.add(office.post("registration/services/S2/applications", body).status_code)
        statuses.add(office.put(f"registration/applications/{file}", body).status_code)
        statuses.add(office.post(f"registration/tasks/{file}/complete", body).status_code)
        statuses.add(office.post("registration/documents", body).status_code)
        statuses.add(office.post("registration/services/town.stall/applications", body).status_code)
    for path in ("applications?maxResult=x", "tasks?firstResult=-1", "applications/%00", "tasks/a.b", "services/a.b.c",
                 "data/statistics?startDate=then", f"services/{'x' * 300}", "services/town.%00/eForms"):  # fmt: skip
        statuses.add(office.get(f"registration/{path}").status_code)
    assert statuses <= {200, 400, 404, 405, 409, 422}, statuses
