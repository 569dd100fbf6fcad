"""The description of one registry's interface under one of its definitions, as OpenAPI 3.1."""

from typing import Any

from uruk.definitions.api import Definition, Field
from uruk.registries.api import RegistryDefinition
from uruk.rest.operations import base, body_of, header, in_path, once, operation, query, refusals, response
from uruk.rest.registries.queries import MAX_LIMIT, found_by, in_address, operators_of, words_in_address
from uruk.rest.registries.schemas import DAY, MOMENT, STATUS, UUID, Schema, ref, schemas

_ALWAYS = ("400", "401", "403", "404", "405")
_WRITES = (*_ALWAYS, "409", "412", "413", "415", "422")


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
    record, then = in_path("record", UUID), (query("on", DAY), query("known", MOMENT))
    number = in_path("number", {"type": "integer", "minimum": 1, "maximum": 2**31 - 1})
    same = header("If-None-Match", {"type": "string"}, needed=False)
    return {
        "/records": {
            "get": _read("Records, page by page", "Page", same, *_list_parameters(model)),
            "post": _write("A new record", "Create", "201", *once()),
        },
        "/search": {"post": _asked("Records, asked for in the body", "Search", "Page")},
        "/statistics": {
            "get": _read("Live records counted, by values or by months", "Counted", same, *_counting(model))
        },
        "/records/by-key": {"post": _asked("The record of a key", "ByKey", "Record", *then)},
        "/records/{record}": {
            "get": _read("A record, as it is or was", "Record", record, same, *then),
            "patch": _write("Some fields of a record", "Amend", "200", record, base(), *once()),
        },
        "/records/{record}/versions": {"get": _read("The timeline of a record", "Versions", record, same)},
        "/records/{record}/versions/{number}/receipt": {
            "get": operation(
                "The proof of a version, for `uruk verify`",
                {"200": response("The receipt", {"type": "object"}), **refusals("registries", *_ALWAYS, "410")},
                record,
                number,
            )
        },
        **{f"/records/{{record}}/{kind}": {"post": _deed(kind, record)} for kind in _DEEDS},
        "/changes": {"post": _write("Up to 10,000 changes as one act, all or none", "Changes", "200", *once())},
        "/requests/{request}": {
            "get": operation(
                "What has become of a change that waits for persons",
                {"200": response("The request", ref("Request")), **refusals("registries", *_ALWAYS)},
                in_path("request", UUID),
            )
        },
        "/requests/{request}/withdraw": {
            "post": operation(
                "A change of this program's own that waits is taken back; nothing of it is recorded",
                {"200": response("The request, withdrawn", ref("Request")), **refusals("registries", *_ALWAYS, "409")},
                in_path("request", UUID),
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
    return _write(summary, body, "200", record, base(), *once())


def _list_parameters(model: RegistryDefinition) -> list[Schema]:
    """What may stand in an address: values of fields that are nobody's data."""
    items = [item for item in found_by(model) if in_address(item)]
    order = [name for item in items for name in (item.name, f"-{item.name}")]
    found = _filters(model)
    found += [query("order", {"enum": order})] if order else []
    found += [query("words", {"type": "string", "maxLength": 200})] if words_in_address(model) else []
    return [
        *found,
        query("after", {"type": "string", "maxLength": 2_000}),
        query("limit", {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT}),
        query("status", STATUS),
        query("total", {"type": "boolean"}),
    ]


def _filters(model: RegistryDefinition) -> list[Schema]:
    items = [item for item in found_by(model) if in_address(item)]
    return [query(f"{item.name}.{op}", _in_query(item)) for item in items for op in operators_of(item)]


def _counting(model: RegistryDefinition) -> list[Schema]:
    by = {"enum": [item.name for item in model.fields if not item.secret] + ["changed_at"]}
    return [query("by", by) | {"required": True}, query("months", {"type": "boolean"}), *_filters(model)]


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
        "200": response(summary, ref(answer)),
        "304": {"description": "The caller has this already"},
        **refusals("registries", *_ALWAYS),
    }
    return operation(summary, responses, *parameters)


def _asked(summary: str, body: str, answer: str, *parameters: Schema) -> Schema:
    responses = {"200": response(summary, ref(answer)), **refusals("registries", *_ALWAYS, "413", "415")}
    return operation(summary, responses, *parameters) | body_of(body)


def _write(summary: str, body: str, status: str, *parameters: Schema) -> Schema:
    only = query("validate_only", {"type": "boolean"})
    on_version = any(one["name"] == "If-Match" for one in parameters)
    done = {"anyOf": [ref("Done"), ref("Checked")]} if status == "200" else ref("Done")
    responses = {
        **({} if status == "200" else {"200": response("It may be recorded; nothing was", ref("Checked"))}),
        status: response("Recorded, with the receipt", done),
        "202": response("It waits for persons; `Location` says where to look", ref("Request")),
        **refusals("registries", *_WRITES, *(("428",) if on_version else ())),
    }
    return operation(summary, responses, *parameters, only) | body_of(body)
