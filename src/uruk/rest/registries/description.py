"""The description of one registry's interface under one of its definitions, as OpenAPI 3.1."""

from typing import Any

from uruk.definitions.api import Definition, Field
from uruk.registries.api import RegistryDefinition
from uruk.rest.answers import codes_of
from uruk.rest.registries.queries import MAX_LIMIT, found_by, in_address, operators_of, words_in_address
from uruk.rest.registries.schemas import DAY, MOMENT, STATUS, UUID, Schema, ref, schemas

_ALWAYS = ("400", "401", "403", "404", "405")
_WRITES = (*_ALWAYS, "409", "412", "413", "415", "422")
_MEANINGS = {
    "400": "The request is not of the form described here",
    "401": "No token, or one that is not good",
    "403": "The token's role may not do this here",
    "404": "There is nothing of the kind, or it is not for this role to see",
    "405": "Another method is asked for",
    "409": "It stands against what is recorded: a key that another record has, a state that does not allow it",
    "410": "The content was destroyed; that it existed stays proved",
    "412": "Another version came first: read the record again",
    "413": "Too large",
    "415": "JSON is asked for",
    "422": "The values may not be recorded, or the idempotency key stands for something else",
    "428": "`If-Match` must name the version on which the change was written",
}


def description(public_url: str, definition: Definition, model: RegistryDefinition, language: str) -> dict[str, Any]:
    """The OpenAPI document of a registry, titles in the language that is active."""
    base = f"/api/registries/{definition.institution}/{definition.code}"
    return {
        "openapi": "3.1.0",
        "info": {
            "title": definition.title.get(language),
            "version": definition.digest.hex(),
            "description": "A registry of an institution, for its programs. `version` is the digest of the definition.",
        },
        "servers": [{"url": public_url.rstrip("/")}],
        "security": [{"token": []}],
        "paths": {f"{base}{path}": operations for path, operations in _paths(model).items()},
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": schemas(definition, model),
        },
    }


def _paths(model: RegistryDefinition) -> dict[str, dict[str, Any]]:
    record, then = _in_path("record", UUID), (_query("on", DAY), _query("known", MOMENT))
    number = _in_path("number", {"type": "integer", "minimum": 1, "maximum": 2**31 - 1})
    same = _header("If-None-Match", {"type": "string"}, needed=False)
    return {
        "/records": {
            "get": _read("Records, page by page", "Page", same, *_list_parameters(model)),
            "post": _write("A new record", "Create", "201", *_once()),
        },
        "/search": {"post": _asked("Records, asked for in the body", "Search", "Page")},
        "/statistics": {
            "get": _read("Live records counted, by values or by months", "Counted", same, *_counting(model))
        },
        "/records/by-key": {"post": _asked("The record of a key", "ByKey", "Record", *then)},
        "/records/{record}": {
            "get": _read("A record, as it is or was", "Record", record, same, *then),
            "patch": _write("Some fields of a record", "Amend", "200", record, _base(), *_once()),
        },
        "/records/{record}/versions": {"get": _read("The timeline of a record", "Versions", record, same)},
        "/records/{record}/versions/{number}/receipt": {
            "get": _operation(
                "The proof of a version, for `uruk verify`",
                {"200": _response("The receipt", {"type": "object"}), **_refusals(*_ALWAYS, "410")},
                record,
                number,
            )
        },
        **{f"/records/{{record}}/{kind}": {"post": _deed(kind, record)} for kind in _DEEDS},
        "/changes": {"post": _write("Up to 10,000 changes as one act, all or none", "Changes", "200", *_once())},
        "/requests/{request}": {
            "get": _operation(
                "What has become of a change that waits for persons",
                {"200": _response("The request", ref("Request")), **_refusals(*_ALWAYS)},
                _in_path("request", UUID),
            )
        },
        "/requests/{request}/withdraw": {
            "post": _operation(
                "A change of this program's own that waits is taken back; nothing of it is recorded",
                {"200": _response("The request, withdrawn", ref("Request")), **_refusals(*_ALWAYS, "409")},
                _in_path("request", UUID),
            )
        },
    }


_DEEDS = {
    "correct": ("A correction of what was wrong", "Correct"),
    "withdraw": ("A withdrawal", "Withdraw"),
    "restore": ("A restoration of what was withdrawn", "Restore"),
    "merge": ("A merge into another record, which stays", "Merge"),
    "unmerge": ("The undoing of a merge", "Restore"),
}


def _deed(kind: str, record: Schema) -> Schema:
    summary, body = _DEEDS[kind]
    return _write(summary, body, "200", record, _base(), *_once())


def _list_parameters(model: RegistryDefinition) -> list[Schema]:
    """What may stand in an address: values of fields that are nobody's data."""
    items = [item for item in found_by(model) if in_address(item)]
    order = [name for item in items for name in (item.name, f"-{item.name}")]
    found = _filters(model)
    found += [_query("order", {"enum": order})] if order else []
    found += [_query("words", {"type": "string", "maxLength": 200})] if words_in_address(model) else []
    return [
        *found,
        _query("after", {"type": "string", "maxLength": 2_000}),
        _query("limit", {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT}),
        _query("status", STATUS),
        _query("total", {"type": "boolean"}),
    ]


def _filters(model: RegistryDefinition) -> list[Schema]:
    items = [item for item in found_by(model) if in_address(item)]
    return [_query(f"{item.name}.{op}", _in_query(item)) for item in items for op in operators_of(item)]


def _counting(model: RegistryDefinition) -> list[Schema]:
    by = {"enum": [item.name for item in model.fields if not item.secret] + ["changed_at"]}
    return [_query("by", by) | {"required": True}, _query("months", {"type": "boolean"}), *_filters(model)]


def _in_query(item: Field) -> Schema:
    if item.type in {"integer", "money"}:
        return {"type": "integer", "minimum": -(10**15) + 1, "maximum": 10**15 - 1}
    if item.type == "yes_no":
        return {"type": "boolean"}
    if item.type == "choice":
        return {"enum": list(item.options)}
    return DAY if item.type == "date" else {"type": "string", "minLength": 1, "maxLength": 200}


def _read(summary: str, answer: str, *parameters: Schema) -> Schema:
    responses = {
        "200": _response(summary, ref(answer)),
        "304": {"description": "The caller has this already"},
        **_refusals(*_ALWAYS),
    }
    return _operation(summary, responses, *parameters)


def _asked(summary: str, body: str, answer: str, *parameters: Schema) -> Schema:
    responses = {"200": _response(summary, ref(answer)), **_refusals(*_ALWAYS, "413", "415")}
    return _operation(summary, responses, *parameters) | _body(body)


def _write(summary: str, body: str, status: str, *parameters: Schema) -> Schema:
    only = _query("validate_only", {"type": "boolean"})
    on_version = any(one["name"] == "If-Match" for one in parameters)
    done = {"anyOf": [ref("Done"), ref("Checked")]} if status == "200" else ref("Done")
    responses = {
        **({} if status == "200" else {"200": _response("It may be recorded; nothing was", ref("Checked"))}),
        status: _response("Recorded, with the receipt", done),
        "202": _response("It waits for persons; `Location` says where to look", ref("Request")),
        **_refusals(*_WRITES, *(("428",) if on_version else ())),
    }
    return _operation(summary, responses, *parameters, only) | _body(body)


def _operation(summary: str, responses: Schema, *parameters: Schema) -> Schema:
    return {"summary": summary, "parameters": list(parameters), "responses": responses}


def _body(name: str) -> Schema:
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": ref(name)}}}}


def _response(meaning: str, schema: Schema) -> Schema:
    return {"description": meaning, "content": {"application/json": {"schema": schema}}}


def _refusals(*statuses: str) -> dict[str, Schema]:
    return {status: _response(_refused(status), ref("Error")) for status in statuses}


def _refused(status: str) -> str:
    codes = codes_of(int(status))
    return f"{_MEANINGS[status]}: {', '.join(codes)}" if codes else _MEANINGS[status]


def _in_path(name: str, schema: Schema) -> Schema:
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _query(name: str, schema: Schema) -> Schema:
    return {"name": name, "in": "query", "required": False, "schema": schema}


def _header(name: str, schema: Schema, *, needed: bool) -> Schema:
    return {"name": name, "in": "header", "required": needed, "schema": schema}


def _base() -> Schema:
    return _header("If-Match", {"type": "string", "pattern": '^"[0-9]{1,9}(-[0-9a-f]{1,64})?"$'}, needed=True)


def _once() -> tuple[Schema, ...]:
    return (_header("Idempotency-Key", UUID, needed=False),)
