"""The description of the interface for programs, as OpenAPI 3.1."""

from typing import Any

_TEXT = {"type": "string"}
_TEXT_OR_NULL = {"type": ["string", "null"]}

_ERROR = {
    "type": "object",
    "required": ["error"],
    "additionalProperties": False,
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "sentence"],
            "additionalProperties": False,
            "properties": {"code": {"type": "string", "pattern": "^[a-z]+\\.[a-z0-9_]+$"}, "sentence": _TEXT},
        }
    },
}

_FIELD = {
    "type": "object",
    "required": ["name", "label", "value", "text", "shortened"],
    "properties": {
        "name": _TEXT,
        "label": _TEXT,
        "value": {"type": ["string", "integer", "boolean"], "description": "As stored; days count from 1970-01-01."},
        "text": {"type": "string", "description": "As a reader of the language reads it."},
        "shortened": {"type": "boolean", "description": "The code had no room for the whole text."},
    },
}

_REMARK = {
    "type": "object",
    "required": ["code", "sentence"],
    "properties": {"code": _TEXT, "sentence": _TEXT},
}

_VERDICT = {
    "type": "object",
    "required": ["exit", "code", "sentence", "fields", "status", "warnings", "receipt"],
    "properties": {
        "exit": {
            "enum": [0, 1, 2],
            "description": "0 the institution issued it: compare; 1 altered, revoked, expired, untrusted; 2 unknown",
        },
        "code": _TEXT,
        "sentence": _TEXT,
        "institution": _TEXT_OR_NULL,
        "institution_name": _TEXT_OR_NULL,
        "type": _TEXT_OR_NULL,
        "type_name": _TEXT_OR_NULL,
        "document": _TEXT_OR_NULL,
        "number": _TEXT_OR_NULL,
        "fields": {"type": "array", "items": {"$ref": "#/components/schemas/Field"}},
        "issued": _TEXT_OR_NULL,
        "expires": _TEXT_OR_NULL,
        "status": {"enum": ["valid", "revoked", "replaced", "unknown"]},
        "status_until": _TEXT_OR_NULL,
        "grade": {"enum": ["sealed", "signed", "timestamped", "witnessed", None]},
        "two_persons": {"type": ["boolean", "null"]},
        "demonstration": {"type": "boolean"},
        "warnings": {"type": "array", "items": {"$ref": "#/components/schemas/Remark"}},
        "receipt": {"type": ["object", "null"], "description": "The receipt of this check, where it was logged."},
    },
}

_REQUEST = {
    "oneOf": [
        {
            "type": "object",
            "title": "The text of a QR code",
            "required": ["qr"],
            "additionalProperties": False,
            "properties": {"qr": _TEXT},
        },
        {
            "type": "object",
            "title": "A printed number and its check code",
            "required": ["number", "code"],
            "additionalProperties": False,
            "properties": {"number": _TEXT, "code": _TEXT},
        },
    ]
}


def description(public_url: str, registries: list[dict[str, Any]], services: list[dict[str, Any]]) -> dict[str, Any]:
    """The OpenAPI document of a node reached at `public_url`; `registries`, `services`: what has one of its own."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Uruk",
            "version": "1",
            "description": "Verify official documents. Sentences follow `Accept-Language`: ar, ckb or en.",
        },
        "servers": [{"url": public_url.rstrip("/")}],
        "paths": {
            "/api/verify": {"post": _verify()},
            "/api/registries/{institution}/{registry}/openapi.json": {"get": _registry()},
            "/api/services/{institution}": {"get": _services()},
            "/api/services/{institution}/{service}/openapi.json": {"get": _service()},
            "/keys.json": {"get": _get("The directory of keys", "application/json", {"type": "object"})},
            "/status/{institution}/{year}": {
                "get": _get(
                    "A status list", "application/statuslist+cwt", {}, _path("institution"), _path("year", "integer")
                )
            },
        },
        "x-registries": registries,
        "x-services": services,
        "components": {
            "schemas": {"Verdict": _VERDICT, "Field": _FIELD, "Remark": _REMARK, "Error": _ERROR, "Request": _REQUEST}
        },
    }


def _verify() -> dict[str, Any]:
    return {
        "operationId": "verify",
        "summary": "Verify a PDF, a number with its check code, or a QR code",
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/Request"}},
                "application/pdf": {"schema": {"type": "string", "format": "binary"}},
            },
        },
        "responses": {
            "200": _response(
                "The verdict, whatever it is", "application/json", {"$ref": "#/components/schemas/Verdict"}
            ),
            **{status: _refusal(status) for status in ("400", "405", "413", "415")},
        },
    }


def _registry() -> dict[str, Any]:
    """Where a registry describes itself; `x-registries` says which there are."""
    summary = "The description of a registry, for programs with a token"
    return _conditional(summary, _path("institution"), _path("registry"), _DIGEST)


def _services() -> dict[str, Any]:
    return _conditional("The services of an institution that anybody may begin now", _path("institution"))


def _service() -> dict[str, Any]:
    """Where a service describes its interface; `x-services` says which there are."""
    summary = "The description of a service, for programs with a token"
    return _conditional(summary, _path("institution"), _path("service"), _DIGEST)


_DIGEST = {"name": "digest", "in": "query", "schema": {"type": "string", "pattern": "^[0-9a-f]{64}$"}}


def _conditional(summary: str, *parameters: dict[str, Any]) -> dict[str, Any]:
    found = _get(summary, "application/json", {"type": "object"}, *parameters)
    return {**found, "responses": {**found["responses"], "304": {"description": "Known"}, "400": _refusal("400")}}


def _get(summary: str, kind: str, schema: dict[str, Any], *parameters: dict[str, Any]) -> dict[str, Any]:
    responses = {"200": _response(summary, kind, schema), "404": _refusal("404"), "405": _refusal("405")}
    return {"summary": summary, "parameters": list(parameters), "responses": responses}


def _path(name: str, kind: str = "string") -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": kind}}


def _response(meaning: str, kind: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": meaning, "content": {kind: {"schema": schema}}}


def _refusal(status: str) -> dict[str, Any]:
    meanings = {
        "400": "The request or the file is wrong",
        "404": "Not found",
        "405": "Another method is asked for",
        "413": "Too large",
        "415": "Another media type is asked for",
    }
    return _response(meanings[status], "application/json", {"$ref": "#/components/schemas/Error"})
