"""A JSON schema as GovStack sends one, as the files of a registry's definition: `registry.yaml` and its texts."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from uruk.definitions.api import is_code
from uruk.kernel.api import CodedError, Text

MAX_DEPTH = 3
# What stands for somebody's number must fit the index of who read whose data.
NUMBER_PATTERN = ".{1,64}"
_TYPES: Mapping[str, str] = {"integer": "integer", "boolean": "yes_no", "object": "group", "array": "list"}
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

    names: dict[str, str] = field(default_factory=dict)
    helps: dict[str, str] = field(default_factory=dict)

    def name(self, path: str) -> str:
        """Our name of a field, unlike every other in the definition: `Child.ID` is child_id."""
        base = code_of(path)
        taken = set(self.names.values())
        found = next(one for one in (base, *(f"{base[:36]}_{n}" for n in range(2, 999))) if one not in taken)
        self.names[path] = found
        return found


def described(title: str, schema: Schema, roles: Mapping[str, list[str]]) -> Described:
    """The definition of a registry that keeps what the schema says, written by the roles named.

    Every field is personal unless it says `"personal": false`, and the field by which a record is known says whose it
    is: what is not known to be nobody's is kept as somebody's. Errors: ``rest.schema_unsupported`` with the place.
    """
    reading = _Reading()
    properties = _object(schema.get("properties"), "properties")
    main = _main(properties)
    needed = set(_texts(schema.get("required"))) | {name for name in (main,) if name and _is_key(properties[name])}
    fields = {
        reading.name(name): _field(reading, name, _object(one, name), needed=name in needed, main=name == main)
        for name, one in properties.items()
    }
    if not fields:
        raise CodedError("rest.schema_unsupported", at="properties")
    head = dict(_head(reading, fields, main, properties))
    registry = {"uruk": "registry/1", **head, "keep": "forever", "fields": fields, "roles": dict(roles)}
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
    reading: _Reading, fields: Mapping[str, Mapping[str, Any]], main: str | None, properties: Mapping[str, Any]
) -> Iterator[tuple[str, Any]]:
    if main is None:
        return
    own = reading.names[main]
    if _is_key(properties[main]):
        yield "keys", [[own]]
    if fields[own]["type"] == "text":
        yield "subject", own
    yield "title", [own]


def _field(reading: _Reading, path: str, one: Schema, *, needed: bool, main: bool = False) -> dict[str, Any]:
    kind = _kind(one, path)
    found: dict[str, Any] = {"type": kind, **_limits(kind, one, main=main)}
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
    word = str(one.get("type", "string")).strip().lower().rpartition(" ")[2]
    if "properties" in one:
        return "group"
    if word == "string" and one.get("format") == "date":
        return "date"
    if word == "array" and not isinstance(one.get("items"), Mapping):
        raise CodedError("rest.schema_unsupported", at=path[:120])
    longest = one.get("maxLength")
    kept = "long_text" if isinstance(longest, int) and longest > _LONGEST["text"] else "text"
    return _TYPES.get(word, kept)


def _limits(kind: str, one: Schema, *, main: bool) -> dict[str, Any]:
    bounds = {"integer": ("minimum", "maximum"), "list": ("minItems", "maxItems")}
    if kind in _LONGEST:
        bounds[kind] = ("minLength", "maxLength")
    lowest, highest = bounds.get(kind, ("", ""))
    found = {ours: one[theirs] for ours, theirs in (("min", lowest), ("max", highest)) if type(one.get(theirs)) is int}
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
