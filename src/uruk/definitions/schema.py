"""Compiles fields to JSON Schema 2020-12: the shape of the cleaned values, for programs."""

from uruk.definitions.fields import Field, Fields
from uruk.definitions.values import MAX_INTEGER, MAX_ITEMS, MAX_LONG_TEXT, MAX_TEXT

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, object]


def json_schema(fields: Fields) -> Schema:
    """The schema of an object with these fields; nothing else is allowed in it."""
    return {"$schema": DIALECT, **_object(fields)}


def _object(fields: Fields) -> Schema:
    return {
        "type": "object",
        "properties": {item.name: _schema(item) for item in fields},
        "required": [item.name for item in fields if item.required or item.type == "declaration"],
        "additionalProperties": False,
    }


def _schema(item: Field) -> Schema:
    if item.type in {"text", "long_text"}:
        return _text(item)
    if item.type in {"integer", "money"}:
        return _number(item)
    if item.type == "list":
        return {
            "type": "array",
            "items": _object(item.members),
            "minItems": item.minimum or 0,
            "maxItems": min(item.maximum or MAX_ITEMS, MAX_ITEMS),
        }
    if item.is_parts:
        return _object(item.members)
    if item.type == "choice":
        return {"enum": list(item.options)}
    return _FIXED[item.type]


def _text(item: Field) -> Schema:
    longest = MAX_TEXT if item.type == "text" else MAX_LONG_TEXT
    schema: Schema = {
        "type": "string",
        "minLength": max(item.minimum or 0, 1),
        "maxLength": min(item.maximum or longest, longest),
    }
    return {**schema, "pattern": f"^(?:{item.pattern})$"} if item.pattern else schema


def _number(item: Field) -> Schema:
    """Always in the unit in which it is kept, whatever people write."""
    lowest = 0 if item.type == "money" else -MAX_INTEGER
    return {
        "type": "integer",
        "minimum": lowest if item.minimum is None else item.minimum,
        "maximum": MAX_INTEGER if item.maximum is None else item.maximum,
        **({"description": _counted(item)} if item.unit or item.entry else {}),
    }


def _counted(item: Field) -> str:
    """The unit, and in which other one people see and write it."""
    entry = item.entry
    if entry is not None and not entry.unit:
        return f"one is {entry.each} (people write 1.5 for {entry.each * 3 // 2})"
    return (
        str(item.unit) if entry is None else f"{item.unit} (people write {entry.unit}: {entry.each} {item.unit} each)"
    )


_FIXED: dict[str, Schema] = {
    "yes_no": {"type": "boolean"},
    "declaration": {"const": True},
    "date": {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    "time": {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"},
    "link": {"type": "string", "minLength": 1, "maxLength": MAX_TEXT},
    "file": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    "national_number": {"type": "string", "pattern": "^[0-9]{12}$"},
    "location": {
        "type": "object",
        "properties": {
            "latitude_udeg": {"type": "integer", "minimum": -90_000_000, "maximum": 90_000_000},
            "longitude_udeg": {"type": "integer", "minimum": -180_000_000, "maximum": 180_000_000},
        },
        "required": ["latitude_udeg", "longitude_udeg"],
        "additionalProperties": False,
    },
}
