"""Without test mode programs with tokens go through the life of an application and of a record, each by its role."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from tests.fixtures import Officer, make_officer
from tests.unit.rest.govstack.conftest import Caller, content, told
from uruk.kernel.api import Actor, FixedClock, Text
from uruk.people.api import admit_program, end_program, my_readings
from uruk.services.api import ConsentGiven, act, next_case, note_consent

pytestmark = pytest.mark.database
NAMES = Text("برنامج", "بەرنامە", "Clinic")
NUMBER = "198012345678"
WHY = {"Uruk-Purpose": "printing", "Uruk-Law": "markets/1"}
FORM = {"formData": {"data": {"child": {"name": "Eve", "weight": 3.25}}}}
DATA = {"services": [{"id": "S2", "name": "Pension"}, {"id": "S3", "name": "School"}]}


@dataclass
class Town:
    """The town outside test mode: who notes consents, who decides (never the same), and programs by their role."""

    writer: Officer
    decider: Officer
    programs: dict[str, Caller]

    def consent(self, service: str = "pension") -> str:
        """That a person agreed, noted by an officer who compared their card."""
        said = ConsentGiven("town", service, NUMBER, "سارة علي حسن", date(1980, 3, 1), "spoken", True, witness="أحمد")
        return str(note_consent(self.writer.actor, uuid4(), said).id)

    def apply(self, role: str = "writer", **more: Any) -> Any:
        """An application by the interface."""
        body = {"applicantId": self.consent(), "applicationName": "For Eve", **FORM, **more}
        return self.programs[role].post("registration/services/S2/applications", body)


def _program(role: str, registries: tuple[str, ...], services: tuple[str, ...], **headers: str) -> Caller:
    _, token = admit_program(Actor.system("town"), "town", role, registries, NAMES, services=services)
    return Caller(Authorization=f"Bearer {token}", **headers)


@pytest.fixture
def real(trusting: Caller, settings: Any) -> Town:
    """A node that had two services made for it, and believes nobody any more."""
    from uruk.rest.api import load_test_data

    load_test_data("town", json.dumps(DATA).encode(), (), "")
    settings.URUK = replace(settings.URUK, govstack_trust_header=False)
    given = ("residents",), ("pension",)
    found = {role: _program(role, *given, **WHY) for role in ("writer", "mayor", "auditor")}
    return Town(*(make_officer("writer", "town", f"clerk.{number}") for number in (1, 2)), found)


def _decide(town: Town, action: str, **said: Any) -> None:
    found = next_case(town.decider.actor, "pension")
    assert found is not None
    marks = dict.fromkeys(found.answers, "?") if action == "send_back" else {}
    act(town.decider.actor, found.id, found.seq, action, marks=marks, **said)


def test_an_application_is_handed_in_followed_decided_by_people_and_told(real: Town, clock: FixedClock) -> None:
    reader, asker = real.programs["auditor"], real.programs["writer"]
    made = told(real.apply())
    assert (made["serviceId"], made["status"]["code"], made["ended"]) == ("S2", "PENDING", False)
    assert made["applicationData"]["formData"]["data"] == FORM["formData"]["data"]
    file = made["fileId"]
    assert [one["fileId"] for one in told(asker.get("registration/applications"))] == [file]
    assert [one["taskId"] for one in told(reader.get("registration/tasks"))] == [file]
    assert told(asker.get(f"registration/tasks/{file}"))["roleId"] == "writer"
    whole = told(reader.get(f"registration/applications/{file}"))
    assert whole["applicationData"]["formData"]["data"] == FORM["formData"]["data"]
    for status in ("APPROVED", "REJECTED", "SENDBACK"):
        refused = reader.post(f"registration/tasks/{file}/complete", {"data": {"status": status}})
        assert told(refused, 403)["code"] == "services.people_decide"
    changed = asker.put(f"registration/applications/{file}", {**FORM, "applicantId": "x"})
    assert told(changed, 403)["code"] == "services.people_decide"
    _decide(real, "approve")
    assert told(asker.get("registration/tasks")) == []
    assert told(reader.get(f"registration/applications/{file}"))["status"]["code"] == "APPROVED"
    [numbers] = told(reader.get("registration/data/statistics?registrationName=Pension"))
    assert (numbers["processed"], numbers["approved"]) == (1, 1)


def test_the_applicant_finds_that_a_program_read_the_application_and_what_for(real: Town) -> None:
    from tests.unit.rest.govstack.test_modes import _owner

    file = told(real.apply())["fileId"]
    owner = _owner()
    before = [one.reference for one in my_readings(owner).readings]
    told(real.programs["auditor"].get(f"registration/applications/{file}"))
    [read] = [one for one in my_readings(owner).readings if one.reference not in before]
    assert (read.source, read.purpose, read.law) == ("program", "printing", "markets/1")


def test_what_a_role_may_not_is_refused_by_code(real: Town) -> None:
    file = told(real.apply())["fileId"]
    assert told(real.apply("auditor"), 403)["code"] == "people.right_missing"
    for role in ("writer", "mayor"):
        refused = real.programs[role].get(f"registration/applications/{file}")
        assert told(refused, 403)["code"] == "people.right_missing", role
    silent = _program("auditor", (), ("pension",))
    assert told(silent.get(f"registration/applications/{file}"), 400)["code"] == "services.purpose_missing"
    other = _program("auditor", (), ("school",), **WHY)
    assert told(other.get("registration/applications")) == []
    assert other.get(f"registration/applications/{file}").status_code == 404
    assert told(other.get("registration/applications?serviceId=S2"), 403)["code"] == "people.service_not_named"
    unknown = real.programs["writer"].post("registration/services/S2/applications", {"applicantId": "nobody"})
    assert told(unknown, 403)["code"] == "services.consent_missing"
    once = {"applicantId": real.consent(), **FORM}
    statuses = [real.programs["writer"].post("registration/services/S2/applications", once).status_code for _ in "12"]
    assert statuses == [200, 403]  # a consent is for one application


def test_a_token_that_ended_opens_nothing(real: Town) -> None:
    made, token = admit_program(Actor.system("town"), "town", "writer", ("residents",), NAMES, services=("pension",))
    caller = Caller(Authorization=f"Bearer {token}")
    told(caller.get("registration/applications"))
    end_program(Actor.system("town"), made.id)
    for path in ("registration/applications", "registries/databases", "registries/data/residents/1"):
        assert told(caller.get(path), 401)["code"] == "people.token_refused"


def test_a_record_is_created_found_changed_and_deleted_by_a_token(real: Town) -> None:
    caller, path = real.programs["writer"], "registries/data/residents/1"
    resident = {"number": NUMBER, "name": {"given": "Ada", "father": "Ali", "grandfather": "Omar"}, "mother": "Sara",
                "born": "1980-01-01", "quarter": "East"}  # fmt: skip
    who = {"query": {"content": {"number": NUMBER}}}
    made = told(caller.post(f"{path}/create", {"write": {"content": resident}}))
    assert made["content"] == resident
    assert told(caller.post(f"{path}/exists", who))["answer"]["status"] is True
    assert (
        content(caller.put(f"{path}/update", {**who, "write": {"content": {"quarter": "West"}}}))["quarter"] == "West"
    )
    assert [one["quarter"] for one in told(caller.get(path))["results"]] == ["West"]
    again = told(caller.post(f"{path}/update-or-create", {**who, "write": {"content": {**resident, "quarter": "Old"}}}))
    assert (again["uuid"], again["content"]["quarter"]) == (made["uuid"], "Old")
    assert told(caller.get(f"{path}/{made['uuid']}/read-value/quarter.json")) == "Old"
    assert [caller.delete(f"{path}/{made['uuid']}/delete").status_code for _ in "12"] == [204, 204]
    assert caller.post(f"{path}/read", who).status_code == 404


DEEDS: tuple[tuple[str, str, Any], ...] = (
    ("post", "create", {"write": {"content": {"number": NUMBER}}}),
    ("put", "update", {"query": {"content": {"number": NUMBER}}, "write": {"content": {"quarter": "x"}}}),
    ("put", "update-entries", {"query": {"content": {"number": NUMBER}}, "write": {"content": {"quarter": "x"}}}),
    ("post", "update-or-create", {"write": {"content": {"number": NUMBER}}}),
)


@pytest.mark.parametrize("role", ["auditor", "mayor"])
def test_a_role_without_the_right_writes_nothing_and_is_told_why(real: Town, role: str) -> None:
    from uruk.registries.api import get_registry

    rights = get_registry(Actor.system("town"), "town", "residents").model.roles.get(role, frozenset())
    assert not rights & {"propose", "import"}
    caller = real.programs[role]
    for method, deed, body in DEEDS:
        assert told(caller.call(method, f"registries/data/residents/1/{deed}", body), 403)["code"], deed
    assert caller.get("registries/data/traders/1").status_code == 403


def test_a_registry_is_described_by_a_role_that_may_and_its_schema_is_told_once_it_is_in_force(
    real: Town, admit_by: Callable[..., Any]
) -> None:
    body = {"code": "Vaccines", "schema": {"properties": {"ID": {"type": "string", "primaryKey": True}}}}
    assert (
        told(real.programs["auditor"].post("registries/database/modify", body), 403)["code"] == "people.right_missing"
    )
    caller = _program("writer", ("vaccines",), ())
    waiting = told(caller.post("registries/database/modify", body), 202)
    assert caller.get("registries/data/Vaccines/1").status_code == 404
    admit_by(waiting["proposal"])
    assert told(caller.get("registries/data/Vaccines/1"))["count"] == 0
    more = {**body, "schema": {"properties": {**body["schema"]["properties"], "Dose": {"type": "integer"}}}}  # type: ignore[dict-item]
    told(caller.post("registries/database/modify", more), 202)
    found = next(one for one in told(caller.get("registries/databases"))["databases"] if one["name"] == "Vaccines")
    assert found["schema"] == body["schema"]  # what only waits is not in force
    assert told(caller.delete(f"registries/database/{found['id']}"), 202)["state"] == "open"
    refused = real.programs["auditor"].delete(f"registries/database/{found['id']}")
    assert told(refused, 403)["code"] == "people.right_missing"


@pytest.fixture
def admit_by() -> Callable[[str], None]:
    """Two persons who approve a proposal."""
    from tests.unit.rest.govstack.test_modes import _sign

    return _sign
