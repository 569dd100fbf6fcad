"""A JSON schema as GovStack sends one, as the files of a registry's definition: `registry.yaml` and its texts."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from uruk.definitions.api import is_code
from uruk.kernel.api import CodedError, Text
from uruk.registries.api import RegistryDefinition
from uruk.rest.govstack.naming import Named
from uruk.rest.govstack.triggers import drawn_form, linked, put_together, set_value

MAX_DEPTH = 3
# So many digits after the point has a number that does not say.
MAX_DECIMALS = 6
# What stands for somebody's number must fit the index of who read whose data.
NUMBER_PATTERN = ".{1,64}"
_TYPES: Mapping[str, str] = {
    "integer": "integer", "number": "integer", "boolean": "yes_no", "object": "group", "array": "list",
}  # fmt: skip
_LONGEST = {"text": 200, "long_text": 4_000}
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_FIELD = Text("الحقل {name}", "خانەی {name}", "{name}")
_REGISTRY = Text("السجل {name}", "تۆماری {name}", "{name}")
Schema = Mapping[str, Any]


@dataclass
class Described:
    """A registry as it was described: the files of its definition, and the caller's names of the fields → ours."""

    files: dict[str, bytes]
    names: dict[str, str]


@dataclass
class _Reading:
    """What was read of a schema so far."""

    databases: Sequence[tuple[Named, RegistryDefinition]] = ()
    names: dict[str, str] = field(default_factory=dict)
    helps: dict[str, str] = field(default_factory=dict)

    def name(self, path: str) -> str:
        """Our name of a field, unlike every other in the definition: `Child.ID` is child_id."""
        base = code_of(path)
        taken = set(self.names.values())
        found = next(one for one in (base, *(f"{base[:36]}_{n}" for n in range(2, 999))) if one not in taken)
        self.names[path] = found
        return found


def described(
    name: str,
    title: str,
    schema: Schema,
    roles: Mapping[str, list[str]],
    databases: Sequence[tuple[Named, RegistryDefinition]] = (),
) -> Described:
    """The definition of a registry that keeps what the schema says, written by the roles named.

    `databases`: those to which fields may lead. Every field is personal unless it says `"personal": false`, and the
    field by which a record is known says whose it is: what is not known to be nobody's is kept as somebody's. Errors:
    ``rest.schema_unsupported`` with the place.
    """
    reading = _Reading(databases)
    properties = _object(schema.get("properties"), "properties")
    main = _main(properties)
    known_by = {} if main is None else _object(properties[main], main)
    keyed = main if _is_key(known_by) or known_by.get("triggers") else None
    needed = {*_texts(schema.get("required")), keyed}
    fields = {
        reading.name(each): _field(reading, each, _object(one, each), needed=each in needed, main=each == main)
        for each, one in properties.items()
    }
    if not fields:
        raise CodedError("rest.schema_unsupported", at="properties")
    head = dict(_head(reading, fields, main, keyed))
    own = dict(_by_itself(reading, fields, properties, keyed, name))
    registry = {"uruk": "registry/1", **head, "keep": "forever", **own, "fields": fields, "roles": dict(roles)}
    return Described({"registry.yaml": _yaml(registry), **_sentences(title, reading)}, reading.names)


def code_of(name: str) -> str:
    """A code of ours for a name of theirs: `FirstName` is first_name, `2nd dose` is f2nd_dose."""
    words = "_".join(word.lower() for word in _WORDS.findall(name))[:38].strip("_")
    return words if is_code(words) else f"f{words}"[:40].strip("_")


def _main(properties: Mapping[str, Any]) -> str | None:
    """The field by which a record is known: the one that says so, else the one that is called id."""
    said = [name for name, one in properties.items() if isinstance(one, Mapping) and _is_key(one)]
    called = [name for name in properties if name.lower() == "id"]
    return next(iter([*said, *called]), None)


def _is_key(one: Schema) -> bool:
    return one.get("primaryKey") is True


def _head(
    reading: _Reading, fields: Mapping[str, Mapping[str, Any]], main: str | None, keyed: str | None
) -> Iterator[tuple[str, Any]]:
    if main is None:
        return
    own = reading.names[main]
    if keyed:
        yield "keys", [[own]]
    if fields[own]["type"] == "text":
        yield "subject", own
    yield "title", [own]


def _by_itself(
    reading: _Reading,
    fields: Mapping[str, Mapping[str, Any]],
    properties: Mapping[str, Any],
    key: str | None,
    name: str,
) -> Iterator[tuple[str, Any]]:
    """Numbers that the registry of that name draws for its key, and values that it puts together from texts."""
    asked = ((each, set_value(one, each)) for each, one in properties.items())
    set_so = {each: value for each, value in asked if value is not None}
    form = drawn_form(set_so[key], name) if key in set_so else None
    if key is not None and form is not None:
        del set_so[key]
        yield "series", {"of": reading.names[key], "form": form, "digits": 1}
    values = {reading.names[each]: _put_together(reading, fields, each, value) for each, value in set_so.items()}
    if values:
        yield "values", values


def _put_together(reading: _Reading, fields: Mapping[str, Mapping[str, Any]], theirs: str, value: str) -> str:
    texts = {name for name, one in fields.items() if one["type"] in _LONGEST and "secret" not in one}
    own = reading.names[theirs]
    others = {name: each for name, each in reading.names.items() if each in texts and each != own}
    said = put_together(value, others) if own in texts else None
    if said is None:
        raise CodedError("rest.schema_unsupported", at=theirs[:120])
    return said


def _field(reading: _Reading, path: str, one: Schema, *, needed: bool, main: bool = False) -> dict[str, Any]:
    to = linked(one, path, reading.databases)
    if "." in path and (to or one.get("triggers")):
        raise CodedError("rest.schema_unsupported", at=path[:120])
    kind = "link" if to else _kind(one, path)
    found: dict[str, Any] = {"type": kind, **({"to": to} if to else _limits(kind, one, path, main=main))}
    if isinstance(one.get("description"), str) and one["description"].strip():
        reading.helps[reading.names[path]] = one["description"].strip()[:400]
    if kind in {"group", "list"}:
        found["of"] = _members(reading, path, one if kind == "group" else _object(one.get("items"), path))
    outer, secret = "." not in path, one.get("secret") is True and kind in _LONGEST
    if outer and kind not in {"group", "list"}:
        found |= {"secret": True} if secret else {"find": True}
    if outer and one.get("personal") is not False:
        found["personal"] = True
    return found if needed else {**found, "required": False}


def _members(reading: _Reading, path: str, schema: Schema) -> dict[str, Any]:
    if path.count(".") + 2 > MAX_DEPTH:
        raise CodedError("rest.schema_unsupported", at=path[:120])
    properties = _object(schema.get("properties"), path)
    needed = _texts(schema.get("required"))
    inside = {f"{path}.{name}": (_object(one, path), name in needed) for name, one in properties.items()}
    found = {reading.name(at): _field(reading, at, one, needed=must) for at, (one, must) in inside.items()}
    if not found:
        raise CodedError("rest.schema_unsupported", at=path[:120])
    return found


def _kind(one: Schema, path: str) -> str:
    """The field's type. Deployed systems write more than a type's name there: its last word tells."""
    word = _word(one)
    if "properties" in one:
        return "group"
    if word == "string" and one.get("format") == "date":
        return "date"
    if word == "array" and not isinstance(one.get("items"), Mapping):
        raise CodedError("rest.schema_unsupported", at=path[:120])
    longest = one.get("maxLength")
    kept = "long_text" if isinstance(longest, int) and longest > _LONGEST["text"] else "text"
    return _TYPES.get(word, kept)


def _word(one: Schema) -> str:
    return str(one.get("type", "string")).strip().lower().rpartition(" ")[2]


def _decimals(one: Schema, at: str) -> int:
    """How many digits its numbers have after the point: as `multipleOf` says, else six; 0 where they are whole."""
    if _word(one) != "number":
        return 0
    step = one.get("multipleOf", 10**-MAX_DECIMALS)
    found = [
        n for n in range(MAX_DECIMALS + 1) if type(step) in (int, float) and Decimal(str(step)) == Decimal(1).scaleb(-n)
    ]
    if not found:
        raise CodedError("rest.schema_unsupported", at=at[:120])
    return found[0]


def _bound(value: object, digits: int, rounding: str) -> int | None:
    """A bound in what is kept; None where it is no number."""
    if type(value) not in (int, float):
        return None
    return int(Decimal(str(value)).scaleb(digits).to_integral_value(rounding))


def _limits(kind: str, one: Schema, path: str, *, main: bool) -> dict[str, Any]:
    bounds = {"integer": ("minimum", "maximum"), "list": ("minItems", "maxItems")}
    if kind in _LONGEST:
        bounds[kind] = ("minLength", "maxLength")
    lowest, highest = bounds.get(kind, ("", ""))
    digits = _decimals(one, path) if kind == "integer" else 0
    ends = {"min": _bound(one.get(lowest), digits, ROUND_CEILING), "max": _bound(one.get(highest), digits, ROUND_FLOOR)}
    found: dict[str, Any] = {name: end for name, end in ends.items() if end is not None}
    if digits:
        found["decimals"] = digits
    if kind in _LONGEST and "max" in found:
        found["max"] = min(found["max"], _LONGEST[kind])
    if kind in _LONGEST and isinstance(one.get("pattern"), str):
        found["pattern"] = one["pattern"]
    elif kind == "text" and (main or "enum" in one):
        found["pattern"] = "|".join(re.escape(word) for word in _texts(one.get("enum"))) or NUMBER_PATTERN
    if kind == "text" and isinstance(one.get("mask"), str):
        found["mask"] = one["mask"]
    return {**found, "unique": True} if one.get("unique") is True and kind != "group" else found


def _object(value: object, at: str) -> Schema:
    if not isinstance(value, Mapping):
        raise CodedError("rest.schema_unsupported", at=at[:120])
    return value


def _texts(value: object) -> tuple[str, ...]:
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def _yaml(document: Mapping[str, Any]) -> bytes:
    """YAML that people read before they sign: a line for each part, what is inside as JSON, which YAML holds."""
    lines = []
    for name, value in document.items():
        if name == "fields":
            lines += ["fields:", *(f"  {one}: {_json(said)}" for one, said in value.items())]
        else:
            lines.append(f"{name}: {value if name in {'uruk', 'keep'} else _json(value)}")
    return ("\n".join(lines) + "\n").encode()


def _sentences(title: str, reading: _Reading) -> dict[str, bytes]:
    """What fields are called. The caller's own words stand in each language: nobody translated them."""
    found = {}
    for language in ("ar", "ckb", "en"):
        fields = {own: _FIELD.get(language).replace("{name}", _plain(path)) for path, own in reading.names.items()}
        text = {"title": _REGISTRY.get(language).replace("{name}", _plain(title)), "fields": fields}
        helps = {"help": reading.helps} if reading.helps and language == "en" else {}
        lines = [f"{name}: {_json(value)}" for name, value in (text | helps).items()]
        found[f"texts.{language}.yaml"] = ("\n".join(["uruk: texts/1", *lines]) + "\n").encode()
    return found


def _plain(text: str) -> str:
    """Words that a text may hold: a brace would be a hole."""
    return " ".join(text.replace("{", "(").replace("}", ")").split())[:200] or "—"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
