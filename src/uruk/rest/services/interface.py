"""The description of one service's interface under one of its definitions, as OpenAPI 3.1."""

from typing import Any

from uruk.definitions.api import Definition
from uruk.rest.operations import base, body_of, header, in_path, once, operation, query, refusals, response
from uruk.rest.registries.queries import MAX_LIMIT
from uruk.rest.registries.schemas import DAY, DIGEST, UUID, Schema, ref
from uruk.rest.services.schemas import schemas
from uruk.services.api import MAX_BATCH, ServiceDefinition

ROOM = "services"
_OPEN = ("400", "404", "405")
_ALWAYS = ("400", "401", "403", "404", "405")
_OF_CASE = (*_ALWAYS, "410")
_BODY = ("413", "415")


def interface(public_url: str, definition: Definition, model: ServiceDefinition, language: str) -> dict[str, Any]:
    """The OpenAPI document of a service, titles in the language that is active."""
    place = f"/api/services/{definition.institution}/{definition.code}"
    return {
        "openapi": "3.1.0",
        "info": {
            "title": definition.title.get(language),
            "version": definition.digest.hex(),
            "description": "A service of an institution, for its programs. `version` is the digest of the definition.",
        },
        "servers": [{"url": public_url.rstrip("/")}],
        "security": [{"token": []}],
        "paths": {f"{place}{path}": operations for path, operations in _paths(model).items()},
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": schemas(definition, model),
        },
    }


def _paths(model: ServiceDefinition) -> dict[str, dict[str, Any]]:
    case = in_path("case", UUID)
    seq = in_path("seq", {"type": "integer", "minimum": 1, "maximum": 2**31 - 1})
    action = in_path("action", {"type": "string", "pattern": "^[a-z0-9_-]{1,60}$", "examples": ["paid"]})
    return {
        "/description": {"get": _described()},
        "/check": {"post": _asked("Whether answers may be handed in; nothing is kept", "Check", "Tried", "422")},
        "/consents/{consent}/files/{question}": {"post": _file()},
        "/cases": {
            "get": _read("Cases, in the order of arrival", "Page", _ALWAYS, *_listing(model)),
            "post": _hand_in(),
        },
        "/cases/batch": {"post": _batch()},
        "/cases/{case}/status": {"get": _read("Where a case stands", "Status", _OF_CASE, case)},
        "/cases/{case}/documents": {"get": _read("Documents of a case", "Documents", _OF_CASE, case)},
        "/cases/{case}/acts": {"get": _read("Acts of a case, in their order", "Acts", _OF_CASE, case, *_paging())},
        "/cases/{case}/acts/{seq}/receipt": {"get": _receipt(case, seq)},
        "/cases/{case}/read": {
            "post": _asked("A case, whole: its applicant finds that it was read", "Read", "Case", "410", case)
        },
        "/cases/{case}/files/{sha256}": {"post": _read_file(case, in_path("sha256", DIGEST))},
        "/cases/{case}/actions/{action}": {"post": _acted(case, action)},
    }


def _listing(model: ServiceDefinition) -> tuple[Schema, ...]:
    return (
        query("state", {"type": "string", "maxLength": 80, "examples": list(model.states)[:1]}),
        query("since", DAY),
        query("until", DAY),
        *_paging(),
    )


def _paging() -> tuple[Schema, ...]:
    return (
        query("limit", {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT}),
        query("after", {"type": "string", "maxLength": 80}),
    )


def _same() -> Schema:
    return header("If-None-Match", {"type": "string"}, needed=False)


def _described() -> Schema:
    digest = query("digest", DIGEST)
    responses = {
        "200": response("What the service asks", ref("Description")),
        "304": {"description": "The caller has this already"},
        **refusals(ROOM, *_OPEN),
    }
    return operation("What the service asks, for everybody", responses, digest, _same()) | {"security": []}


def _read(summary: str, answer: str, statuses: tuple[str, ...], *parameters: Schema) -> Schema:
    responses = {
        "200": response(summary, ref(answer)),
        "304": {"description": "The caller has this already"},
        **refusals(ROOM, *statuses),
    }
    return operation(summary, responses, *parameters, _same())


def _receipt(*parameters: Schema) -> Schema:
    responses = {
        "200": response("The receipt", {"type": "object"}),
        "304": {"description": "The caller has this already"},
        **refusals(ROOM, *_OF_CASE),
    }
    return operation("The proof of an act, for `uruk verify`", responses, *parameters, _same())


def _asked(summary: str, body: str, answer: str, status: str, *parameters: Schema) -> Schema:
    responses = {"200": response(summary, ref(answer)), **refusals(ROOM, *_ALWAYS, *_BODY, status)}
    return operation(summary, responses, *parameters) | body_of(body)


def _read_file(*parameters: Schema) -> Schema:
    content = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    responses = {
        "200": {"description": "The bytes of the file", "content": content},
        **refusals(ROOM, *_OF_CASE, *_BODY),
    }
    return operation("A file of a case: its applicant finds that it was read", responses, *parameters) | body_of("Read")


def _file() -> Schema:
    named = (in_path("consent", UUID), in_path("question", {"type": "string", "pattern": "^[a-z0-9_]{1,60}$"}))
    responses = {
        "201": response("Kept with the consent; the answer to the question", ref("FileAnswer")),
        **refusals(ROOM, *_ALWAYS, "410", "413"),
    }
    content = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    body = {"requestBody": {"required": True, "content": content}}
    return operation("The bytes of a file that a question asks for", responses, *named) | body


def _hand_in() -> Schema:
    responses = {
        "201": response("Handed in, with the receipt", ref("HandedIn")),
        **refusals(ROOM, *_OF_CASE, *_BODY, "409", "412", "422"),
    }
    return operation("A case, for whoever gave the consent", responses, *once()) | body_of("HandIn")


def _batch() -> Schema:
    responses = {
        "200": response("What became of each, in the order sent; with `validate_only`, what would", ref("BatchDone")),
        **refusals(ROOM, *_ALWAYS, *_BODY),
    }
    only = query("validate_only", {"type": "boolean"})
    return operation(f"Up to {MAX_BATCH} cases, each for whoever gave its consent", responses, only) | body_of("Batch")


def _acted(*parameters: Schema) -> Schema:
    responses = {
        "200": response("Where the case stands", ref("Status")),
        **refusals(ROOM, *_OF_CASE, *_BODY, "409", "412", "428"),
    }
    return operation("That a fee was paid; all else people do", responses, *parameters, base()) | body_of("Act")
