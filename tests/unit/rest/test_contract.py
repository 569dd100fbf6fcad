"""The interface keeps what its description says, whatever is sent to it (schemathesis)."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from tests.unit.documents.conftest import Office, office

__all__ = ["office"]
pytestmark = pytest.mark.django_db(transaction=True)
STATUS = "/status/{institution}/{year}"
REGISTRY = "/api/registries/{institution}/{registry}/openapi.json"
SERVICE = "/api/services/{institution}/{service}/openapi.json"
SERVICES = "/api/services/{institution}"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
    allow_header_conformance,
]


@pytest.fixture
def description(office: Office) -> Any:
    """The interface as it describes itself, with a document to be found."""
    from uruk.web.wsgi import application

    office.issue()
    return schemathesis.openapi.from_wsgi("/api/openapi.json", application)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/api/verify", "POST"),
        ("/keys.json", "GET"),
        (STATUS, "GET"),
        (REGISTRY, "GET"),
        (SERVICE, "GET"),
        (SERVICES, "GET"),
    ],
)
def test_every_answer_is_as_described(description: Any, path: str, method: str, mode: GenerationMode) -> None:
    operation = description[path][method]
    if mode is GenerationMode.NEGATIVE and path in {"/keys.json", SERVICES}:
        return  # takes nothing that could be wrong

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        case.call_and_validate(checks=CHECKS, headers={"Accept-Encoding": "identity"})

    ask()


def test_the_description_names_every_address_for_programs(description: Any) -> None:
    from uruk.rest.urls import urlpatterns

    described = {path.partition("{")[0].strip("/") for path in description.raw_schema["paths"]}
    served = {str(each.pattern).lstrip("^").partition("(")[0].partition("<")[0].strip("/") for each in urlpatterns}
    # What follows a standard of its own (C2SP tlog-tiles, tlog-witness, GovStack's building blocks) is described there.
    standards = {"log", "witness", "witness/add-checkpoint", "govstack"}
    # What nodes hand each other are signed files; what is in them stands in the country directory's decision. Offers
    # and a person's own records are asked of the gateway, which alone asks here.
    between_nodes = {"directory", "directory/parts", "directory/requests", "agreements", "exchange", "persons"}
    # What a round published is a file that `uruk round verify` reads; what stands in it is told in its own decision.
    published = {"rounds"}
    assert served - described == {"api", "api/openapi.json"} | standards | between_nodes | published
