"""Each service describes its interface, under every definition it ever had, and keeps what it says (schemathesis)."""

import json
from typing import Any

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from tests.unit.rest.services.conftest import Program, code_of
from tests.unit.rest.test_contract import CHECKS
from tests.unit.services.conftest import Office
from tests.unit.services.samples import NUMBER
from tests.unit.services.tasks import waiting
from uruk.publishing.api import in_force

pytestmark = pytest.mark.database
PATH = "/api/services/interior/stall"


def described(query: str = "", **headers: str) -> Any:
    return Client().get(f"{PATH}/openapi.json{query}", headers=headers)


def test_the_description_is_made_from_the_definition_and_found_by_its_digest(office: Office) -> None:
    whole = described(Accept_Language="ar")
    found, definition = whole.json(), in_force("service", "interior", "stall")
    assert (found["openapi"], found["info"]["version"]) == ("3.1.0", definition.digest.hex())
    answers = found["components"]["schemas"]["Answers"]
    assert (answers["required"], answers["additionalProperties"]) == (["area", "name", "well"], False)
    refused = found["paths"][f"{PATH}/cases/{{case}}/actions/{{action}}"]["post"]["responses"]
    assert "services.people_decide" in refused["403"]["description"]
    assert "services.case_moved" in refused["412"]["description"]
    assert "registries." not in json.dumps(found)
    assert described(f"?digest={definition.digest.hex()}", Accept_Language="ar").json() == found
    assert described("?digest=" + "0" * 64).status_code == 404
    assert described("?digest=x").json()["error"]["code"] == "rest.query_value"
    assert described(**{"If-None-Match": whole.headers["ETag"], "Accept-Language": "ar"}).status_code == 304


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_every_answer_is_as_described(office: Office, program: Program, mode: GenerationMode) -> None:
    from uruk.web.wsgi import application

    waiting(office)
    headers = {"Authorization": f"Bearer {program.token}", "Accept-Encoding": "identity"}
    for service in ("stall", "fair"):
        schema = schemathesis.openapi.from_wsgi(f"/api/services/interior/{service}/openapi.json", application)
        operations = [found.ok() for found in schema.get_all_operations()]
        assert len(operations) == 13
        for operation in operations:

            @settings(max_examples=10, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
            @given(case=operation.as_strategy(generation_mode=mode))
            def ask(case: Any) -> None:
                case.call_and_validate(checks=CHECKS, headers=headers)

            ask()


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.sampled_from(["A1", "2020-01-01", NUMBER]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(["name", "area", "well", "partner", "amount", "kind", "since"]) | st.text()
ANSWERS = st.dictionaries(NAMES, ANY, max_size=5)


def test_whatever_is_sent_is_answered_with_a_code(office: Office, program: Program) -> None:
    (case,) = waiting(office)
    consent = office.consent()

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        answers=ANSWERS | ANY,
        other=ANY,
        service=st.sampled_from(["stall", "fair", "licence"]),
        path=st.sampled_from(["check", "cases", f"cases/{case}/read", f"cases/{case}/actions/paid"]),
    )
    def write(answers: Any, other: Any, service: str, path: str) -> None:
        body = {
            "check": {"answers": answers},
            "cases": {"consent": str(consent), "answers": answers},
        }.get(path, {"purpose": other, "law": other} if path.endswith("read") else {"note": other})
        answer = program.post(service, path, json.dumps(body).encode(), If_Match='"3"')
        assert answer.status_code < 500
        assert answer.status_code < 300 or answer.json()["error"]["code"]

    write()


BODIES: list[tuple[bytes, int, str]] = [
    (b" ", 400, "rest.json_malformed"),
    (b"[]", 400, "rest.json_no_object"),
    (b"{" * 100_000, 400, "rest.json_malformed"),
    (b'{"answers": ' + b'{"a": ' * 40 + b"1" + b"}" * 41, 400, "rest.json_malformed"),
    (b'{"answers": {}, "answers": {}}', 400, "rest.json_malformed"),
    (b'{"answers": {"area": 1.5}}', 400, "rest.json_malformed"),
    (b'{"answers": {"name": "\\ud800"}}', 400, "rest.json_malformed"),
    (b'{"answers": {"name": "' + b"x" * 2_000_000 + b'"}}', 413, "rest.body_too_large"),
    (b'{"answers": []}', 400, "rest.body_shape"),
    (b"{}", 400, "rest.body_shape"),
    (b'{"answers": {}, "more": 1}', 400, "rest.body_shape"),
]


def test_a_body_that_is_none_is_refused(office: Office, program: Program) -> None:
    for body, status, code in BODIES:
        assert code_of(program.post("stall", "check", body)) == (status, code), body[:60]
    form = Client().post(
        f"{PATH}/check", "a=1", content_type="text/plain", headers={"Authorization": f"Bearer {program.token}"}
    )
    assert code_of(form) == (415, "rest.json_only")
