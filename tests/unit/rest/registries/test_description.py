"""Each registry describes itself, under every definition it ever had, and keeps what it says (schemathesis)."""

from typing import Any

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode

from tests.unit.registries.samples import CARD
from tests.unit.rest.registries.conftest import Program
from tests.unit.rest.test_contract import CHECKS
from uruk.publishing.api import in_force

pytestmark = pytest.mark.django_db(transaction=True)


def described(registry: str = "shops", language: str = "ar", query: str = "") -> Any:
    address = f"/api/registries/interior/{registry}/openapi.json{query}"
    return Client().get(address, headers={"Accept-Language": language})


def test_the_description_is_made_from_the_definition_in_force(archive: Any) -> None:
    found = described().json()
    definition = in_force("registry", "interior", "shops")
    assert (found["openapi"], found["info"]["version"]) == ("3.1.0", definition.digest.hex())
    values = found["components"]["schemas"]["Values"]
    assert (values["required"], values["additionalProperties"]) == (["code", "name"], False)
    assert values["properties"]["name"]["title"] == "الاسم"
    assert described(language="ckb").json()["components"]["schemas"]["Values"]["properties"]["name"]["title"] == "ناو"
    refused = found["paths"]["/api/registries/interior/shops/records/{record}"]["patch"]["responses"]["412"]
    assert "registries.version_moved" in refused["description"]


def test_nothing_personal_is_described_as_part_of_an_address(archive: Any) -> None:
    names = {
        one["name"]
        for one in described("cards").json()["paths"]["/api/registries/interior/cards/records"]["get"]["parameters"]
    }
    assert names == {"If-None-Match", "after", "limit", "status", "total"}


def test_a_description_is_found_by_the_digest_of_its_definition_and_listed(archive: Any) -> None:
    digest = in_force("registry", "interior", "shops").digest.hex()
    whole = described(query=f"?digest={digest}")
    assert whole.json() == described().json()
    assert described("streets", query=f"?digest={digest}").status_code == 404
    assert described(query="?digest=" + "0" * 64).status_code == 404
    assert described(query="?digest=x").json()["error"]["code"] == "rest.query_value"
    assert described("nothing").status_code == 404
    again = Client().get(
        "/api/registries/interior/shops/openapi.json",
        headers={"Accept-Language": "ar", "If-None-Match": whole.headers["ETag"]},
    )
    assert again.status_code == 304
    listed = Client().get("/api/openapi.json").json()["x-registries"]
    assert {one["registry"]: one["openapi"] for one in listed}["shops"] == "/api/registries/interior/shops/openapi.json"


@pytest.fixture
def furnished(archive: Any, program: Program) -> Program:
    """Something to be found."""
    shop = archive.create()
    archive.amend(shop, {"area": 50})
    archive.create({"code": "W1", "granted_m3": 100}, registry="wells")
    program.create(CARD, "cards")
    return program


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("registry", ["shops", "cards", "wells"])
def test_every_answer_is_as_described(furnished: Program, registry: str, mode: GenerationMode) -> None:
    from uruk.web.wsgi import application

    schema = schemathesis.openapi.from_wsgi(f"/api/registries/interior/{registry}/openapi.json", application)
    headers = {"Authorization": f"Bearer {furnished.token}", "Accept-Encoding": "identity"}
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) >= 14
    for operation in operations:

        @settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Any) -> None:
            case.call_and_validate(checks=CHECKS, headers=headers)

        ask()
