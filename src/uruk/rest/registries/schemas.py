"""The schemas of one registry's interface: its fields, and what is said around them."""

from collections.abc import Mapping
from typing import Any

from uruk.definitions.api import Definition, Field, Fields, PartsError, json_schema
from uruk.kernel.api import CodedError
from uruk.registries.api import MASK, MAX_CHANGES, RegistryDefinition
from uruk.rest.registries.queries import found_by, operators_of
from uruk.ui.api import field_label

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
UUID: Schema = {"type": "string", "format": "uuid"}
DAY: Schema = {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
DIGEST: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
NUMBER: Schema = {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}
STATUS: Schema = {"enum": ["live", "withdrawn", "merged", "dormant", "forgotten"]}
_KINDS = ["create", "change", "correct", "withdraw", "restore", "merge", "unmerge"]
_EXAMPLES: Mapping[str, Any] = {
    "integer": 1, "money": 25_000, "yes_no": True, "declaration": True, "date": "2026-11-23", "time": "09:30",
    "national_number": "199001011234", "text": "A-17", "long_text": "A-17", "link": "A-17",
}  # fmt: skip


def ref(name: str) -> Schema:
    """A pointer to a schema of this description."""
    return {"$ref": f"#/components/schemas/{name}"}


def or_null(schema: Schema) -> Schema:
    """The same, or nothing."""
    return {"anyOf": [schema, {"type": "null"}]}


def closed(properties: Schema, *required: str) -> Schema:
    """An object of these members and no others."""
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def always(properties: Schema) -> Schema:
    """An object that has all these members and no others."""
    return closed(properties, *properties)


def schemas(definition: Definition, model: RegistryDefinition) -> dict[str, Schema]:
    """Every schema of a registry, titles in the language that is active."""
    whole = titled(definition, model.fields)
    return {
        "Values": _values(model, whole, needed=True),
        "Changed": _values(model, whole, needed=False),
        "Shown": _shown(model.fields, whole),
        **_bodies(model),
        **_answers(),
    }


def titled(definition: Definition, fields: Fields) -> dict[str, Schema]:
    """The schema of each field, with its name for people and an example that it accepts."""
    found: dict[str, Schema] = {}
    properties: Any = json_schema(fields)["properties"]
    for item in fields:
        examples = [one for one in (_EXAMPLES.get(item.type), *item.options[:1]) if _accepted(item, one)]
        title = field_label(item, definition.texts, item.name)
        found[item.name] = {"title": title, **properties[item.name], **({"examples": examples} if examples else {})}
    return found


def _accepted(item: Field, value: object) -> bool:
    try:
        return value is not None and item.clean(value) == value
    except (CodedError, PartsError):
        return False


def _values(model: RegistryDefinition, whole: Mapping[str, Schema], *, needed: bool) -> Schema:
    """What a program says: nothing that the registry reckons; a number that it draws may be left out."""
    drawn = None if model.series is None else model.series.of
    required = [item.name for item in model.said if item.required or item.type == "declaration"]
    properties = {one.name: whole[one.name] if one.name in required else or_null(whole[one.name]) for one in model.said}
    return closed(properties, *((name for name in required if name != drawn) if needed else ()))


def _shown(fields: Fields, whole: Mapping[str, Schema]) -> Schema:
    """What a reader sees: not every field, and of older definitions others."""
    secret = {"type": "string", "description": f"{MASK}: kept, and not for this role to see"}
    return {
        "type": "object",
        "description": "Under the definition that the record names; of an older one there may be other fields.",
        "properties": {item.name: secret if item.secret else whole[item.name] for item in fields},
    }


def _bodies(model: RegistryDefinition) -> dict[str, Schema]:
    reason = {"type": "string", "minLength": 1, "maxLength": 1_000, "examples": ["Letter 17 of 2026-11-23"]}
    evidence = {"type": "array", "items": DIGEST, "maxItems": 20, "description": "SHA-256 of stored files"}
    why = {"reason": reason, "evidence": evidence}
    start, period = {"valid_from": or_null(DAY)}, {"valid_from": or_null(DAY), "valid_until": or_null(DAY)}
    values, changed = {"values": ref("Values")}, {"values": ref("Changed")}
    one = {"kind": {"enum": _KINDS}, "record": or_null(UUID), "base": or_null(NUMBER), **changed, **period}
    change = closed({**one, "corrects": or_null(NUMBER), "other": or_null(UUID)}, "kind")
    several = {"type": "array", "items": ref("Change"), "minItems": 1, "maxItems": MAX_CHANGES}
    return {
        "Create": closed({**values, **why, **period, "record": or_null(UUID)}, "values", "reason"),
        "Amend": closed({**changed, **why, **period}, "values", "reason"),
        "Correct": closed({**changed, **why, **period, "corrects": or_null(NUMBER)}, "values", "reason"),
        "Withdraw": closed({**why, **start}, "reason"),
        "Restore": closed({**changed, **why, **start}, "reason"),
        "Merge": closed({"other": UUID, **changed, **why}, "other", "reason"),
        "Change": change,
        "Changes": closed({"changes": several, **why}, "changes", "reason"),
        "Search": _search(model),
        "ByKey": closed({"key": _key(model)}, "key"),
    }


def _search(model: RegistryDefinition) -> Schema:
    names = [item.name for item in found_by(model)]
    conditions = [
        closed({"field": {"const": item.name}, "op": {"enum": list(operators_of(item))}, "value": _compared(item)})
        | {"required": ["field", "op", "value"]}
        for item in found_by(model)
    ]
    filters: Schema = {"type": "array", "maxItems": 20, "items": {"anyOf": conditions} if conditions else False}
    return closed(
        {
            "filters": filters,
            "words": {"type": "string", "maxLength": 200},
            "order": {"enum": [*names, None]},
            "descending": {"type": "boolean"},
            "after": {"type": "string", "maxLength": 2_000},
            "limit": {"type": "integer", "minimum": 1, "maximum": 200},
            "status": STATUS,
            "total": {"type": "boolean"},
        }
    )


def _compared(item: Field) -> Schema:
    """What a field is compared with; bounds of the field do not matter to a question."""
    if item.type in {"integer", "money"}:
        return {"type": "integer"}
    if item.type == "yes_no":
        return {"type": "boolean"}
    return {"enum": list(item.options)} if item.type == "choice" else {"type": "string", "minLength": 1}


def _key(model: RegistryDefinition) -> Schema:
    """One of the registry's keys."""
    found = [closed({name: _compared(model.fields[name]) for name in key}, *key) for key in model.keys]
    return {"anyOf": found} if found else {"type": "object", "minProperties": 1}


def _answers() -> dict[str, Schema]:
    count = {"type": "integer", "minimum": 0}
    period = {"valid_from": or_null(DAY), "valid_until": or_null(DAY)}
    names = {"type": "array", "items": TEXT}
    group = always({"value": {"type": ["string", "integer", "null"]}, "count": count})
    change = always({"field": TEXT, "before": {}, "after": {}})
    record = {
        "record": UUID, "number": count, "latest": count, "status": STATUS, "title": TEXT, "values": ref("Shown"),
        "withheld": names, "definition": DIGEST, **period, "changed_at": MOMENT, "act": UUID,
        "merged_into": or_null(UUID),
    }  # fmt: skip
    version = {
        "number": count, "kind": {"enum": _KINDS}, "status": STATUS, "values": ref("Shown"),
        "changes": {"type": "array", "items": change}, "withheld": names, "definition": DIGEST, **period,
        "recorded_at": MOMENT, "act": UUID, "author": or_null(TEXT), "approver": or_null(UUID),
        "role": TEXT, "channel": TEXT, "reason": TEXT,
        "evidence": {"type": "array", "items": DIGEST}, "request": or_null(UUID), "other": or_null(UUID),
        "forgotten": {"type": "boolean"},
    }  # fmt: skip
    asked = {
        "kind": {"enum": _KINDS}, "record": or_null(UUID), "base": or_null(count),
        "changes": {"type": "array", "items": change}, **period, "other": or_null(UUID),
    }  # fmt: skip
    error = {"code": {"type": "string", "pattern": "^[a-z]+\\.[a-z0-9_]+$"}, "sentence": TEXT}
    request = {
        "request": UUID, "state": {"enum": ["draft", "open", "accepted", "refused", "withdrawn"]}, "count": count,
        "changes": {"type": "array", "items": always(asked)}, "reason": TEXT,
        "evidence": {"type": "array", "items": DIGEST}, "made_at": MOMENT, "closed_at": or_null(MOMENT),
        "closing_reason": TEXT, "act": or_null(UUID), "hindrance": or_null(always(error)),
    }  # fmt: skip
    problem = always({"change": count, "field": TEXT, **error})
    problems = {"type": "array", "items": problem, "description": "Each change (from 0) and field, at most 1,000"}
    return {
        "Record": closed({**record, "taken": count, "left": {"type": "integer"}}, *record),
        "Page": closed(
            {"records": {"type": "array", "items": ref("Record")}, "next": or_null(TEXT), "total": count},
            "records", "next",
        ),
        "Counted": always({
            "groups": {"type": "array", "items": group}, "others": or_null(count), "total": or_null(count),
        }),
        "Versions": always({"versions": {"type": "array", "items": always(version)}}),
        "Done": always({
            "act": UUID, "receipt": TEXT,
            "records": {"type": "array", "items": always({"record": UUID, "number": count})},
        }),
        "Checked": always({"valid": {"const": True}, "count": count}),
        "Request": always(request),
        "Error": always({"error": closed({**error, "problems": problems}, "code", "sentence")}),
    }  # fmt: skip
