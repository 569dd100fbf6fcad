"""Reads a `fields:` block, and says what is wrong in it."""

import re
from collections.abc import Collection, Mapping
from typing import Literal, cast, get_args

from uruk.definitions.cursor import Cursor
from uruk.definitions.entry import MAX_EACH, Entry, is_finite
from uruk.definitions.fields import (
    ADDRESS_PARTS,
    FIELD_TYPES,
    PERSON_PARTS,
    PERSONAL_TYPES,
    Field,
    Fields,
    FieldTypeName,
    OnRemoval,
)
from uruk.definitions.shared import Shared
from uruk.kernel.api import UNITS

MAX_FIELDS = 60
MAX_NESTED = 3
MAX_PATTERN = 200
MAX_DECIMALS = 6

# What concerns a whole field of a record: a part of one has none of it.
_OUTERMOST = frozenset({"unique", "find", "public", "personal", "read", "write"})
_EVERY = frozenset({"type", "required", "qr"}) | _OUTERMOST
_LENGTH = frozenset({"min", "max"})
_TEXTUAL = _LENGTH | {"pattern", "mask", "script", "secret"}
_ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "text": _TEXTUAL, "long_text": _TEXTUAL, "integer": _LENGTH | {"unit", "entry", "decimals"}, "money": _LENGTH,
    "choice": frozenset({"from", "of"}), "list": _LENGTH | {"of"}, "group": frozenset({"of"}),
    "link": frozenset({"to", "on_removal"}),
}  # fmt: skip
# What a QR can hold of a field (receipts, "Documents"): short values only.
QR_TYPES = frozenset({"text", "choice", "national_number", "integer", "money", "date", "yes_no"})
_PARTS = {"person": PERSON_PARTS, "address": ADDRESS_PARTS}
# Nested repetition is where a pattern can run for ever on a hostile text.
_RUNAWAY = re.compile(r"[+*}]\)?[+*{]|\([^)]*[+*][^)]*\)[+*{]")

assert set(FIELD_TYPES) == set(get_args(FieldTypeName))


def read_fields(block: Cursor, shared: Shared, roles: Collection[str] | None = None, depth: int = 1) -> Fields:
    """The fields of a block; those that cannot be understood are reported and left out.

    `roles`: those that fields may name, None where any may stand.
    """
    if depth > MAX_NESTED:
        block.report(None, "definitions.fields_too_deep", max=MAX_NESTED)
        return Fields(())
    if len(block.keys) > MAX_FIELDS:
        block.report(None, "definitions.too_many_fields", max=MAX_FIELDS)
        return Fields(())
    found = {name: _read_field(name, cursor, shared, roles, depth) for name, cursor in block.entries()}
    fields = tuple(one for one in found.values() if one is not None)
    _check_numbers(fields, block)
    inner = frozenset[str]().union(*(field.members.unread for field in fields))
    return Fields(fields, inner | {name for name, one in found.items() if one is None})


def _check_numbers(fields: tuple[Field, ...], block: Cursor) -> None:
    seen: dict[int, str] = {}
    for item in fields:
        if item.qr is None:
            continue
        if item.qr in seen:
            block.report(item.name, "definitions.qr_twice", number=item.qr, field=seen[item.qr])
        seen[item.qr] = item.name


def _read_field(name: str, cursor: Cursor, shared: Shared, roles: Collection[str] | None, depth: int) -> Field | None:
    kind = cursor.string("type", one_of=FIELD_TYPES)
    if kind is None:
        return None
    _check_depth(kind, cursor, depth)
    members = _members(kind, cursor, shared, depth)
    minimum, maximum = _bounds(kind, cursor)
    catalogue, options = _options(cursor, shared) if kind == "choice" else (None, ())
    field = Field(
        name, cast(FieldTypeName, kind),
        required=cursor.boolean("required", required=False) is not False,
        unit=cursor.string("unit", required=False, one_of=UNITS) if kind == "integer" else None,
        entry=_entry(cursor) if kind == "integer" else None,
        minimum=minimum, maximum=maximum, pattern=_pattern(kind, cursor), mask=_textual(kind, cursor, "mask"),
        script=_script(kind, cursor), catalogue=catalogue, options=options,
        qr=cursor.integer("qr", required=False, minimum=1, maximum=63),
        unique=bool(cursor.boolean("unique", required=False)), find=bool(cursor.boolean("find", required=False)),
        public=bool(cursor.boolean("public", required=False)), personal=_personal(kind, cursor, members),
        secret=kind in {"text", "long_text"} and bool(cursor.boolean("secret", required=False)),
        read=cursor.strings("read", required=False, one_of=roles),
        write=cursor.strings("write", required=False, one_of=roles),
        to=cursor.code("to") if kind == "link" else None, on_removal=_on_removal(kind, cursor), members=members,
    )  # fmt: skip
    if field.qr is not None and field.type not in QR_TYPES:
        cursor.report("qr", "definitions.qr_type", type=kind)
    _finish(kind, cursor)
    return field


def _entry(cursor: Cursor) -> Entry | None:
    """How people write a number: in another unit, or with so many digits after the point."""
    entry = read_entry(cursor)
    digits = cursor.integer("decimals", required=False, minimum=1, maximum=MAX_DECIMALS)
    if digits is None:
        return entry
    if cursor.has("unit") or cursor.has("entry"):
        cursor.report("decimals", "definitions.decimals_unit")
    return Entry("", 10**digits)


def read_entry(cursor: Cursor) -> Entry | None:
    """The unit in which people write a number that has a unit of its own."""
    block = cursor.mapping("entry", required=False)
    if block is None:
        return None
    unit, each = block.string("unit", one_of=UNITS), block.integer("each", minimum=2, maximum=MAX_EACH)
    block.finish()
    if unit is None or each is None:
        return None
    if not is_finite(each) or cursor.string("unit", required=False) in {None, unit}:
        block.report("each", "definitions.entry_unit", each=each)
        return None
    return Entry(unit, each)


def _check_depth(kind: str, cursor: Cursor, depth: int) -> None:
    """Keys, links, search and rights go by whole fields of a record, never by a part of one."""
    if depth == 1:
        return
    if kind == "link":
        cursor.report("type", "definitions.only_outermost", word=kind)
    for key in (one for one in cursor.keys if one in _OUTERMOST | {"secret"}):
        cursor.report(key, "definitions.only_outermost", word=key)


def _personal(kind: str, cursor: Cursor, members: Fields) -> bool:
    """What is said, else whether the type is about a person or any part of it is."""
    said = cursor.boolean("personal", required=False)
    return said if said is not None else kind in PERSONAL_TYPES or any(one.personal for one in members)


def _on_removal(kind: str, cursor: Cursor) -> OnRemoval:
    word = cursor.string("on_removal", required=False, one_of=get_args(OnRemoval)) if kind == "link" else None
    return cast(OnRemoval, word or "refuse")


def _finish(kind: str, cursor: Cursor) -> None:
    allowed = _EVERY | _ATTRIBUTES.get(kind, frozenset())
    every = _EVERY.union(*_ATTRIBUTES.values())
    for key in cursor.keys:
        if key in every and key not in allowed:
            cursor.report(key, "definitions.attribute_of_other_type", key=key, type=kind)
    cursor.finish(*every)


def _bounds(kind: str, cursor: Cursor) -> tuple[int | None, int | None]:
    if "min" not in _ATTRIBUTES.get(kind, frozenset()):
        return None, None
    lowest = None if kind in {"integer", "money"} else 0
    minimum = cursor.integer("min", required=False, minimum=lowest)
    maximum = cursor.integer("max", required=False, minimum=lowest)
    if minimum is not None and maximum is not None and minimum > maximum:
        cursor.report("max", "definitions.max_below_min", min=minimum, max=maximum)
    return minimum, maximum


def _textual(kind: str, cursor: Cursor, key: str) -> str | None:
    return cursor.string(key, required=False) if kind in {"text", "long_text"} else None


def _script(kind: str, cursor: Cursor) -> Literal["arabic", "latin"] | None:
    if kind not in {"text", "long_text"}:
        return None
    script = cursor.string("script", required=False, one_of=("arabic", "latin"))
    return cast(Literal["arabic", "latin"] | None, script)


def _pattern(kind: str, cursor: Cursor) -> str | None:
    pattern = _textual(kind, cursor, "pattern")
    if pattern is None:
        return None
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        cursor.report("pattern", "definitions.bad_pattern", key="pattern")
        return None
    if len(pattern) > MAX_PATTERN or _RUNAWAY.search(pattern):
        cursor.report("pattern", "definitions.bad_pattern", key="pattern")
        return None
    return pattern


def _options(cursor: Cursor, shared: Shared) -> tuple[str | None, tuple[str, ...]]:
    if cursor.has("from") == cursor.has("of"):
        cursor.report(None, "definitions.choice_source")
        return None, ()
    if cursor.has("of"):
        return None, cursor.strings("of")
    name = cursor.string("from")
    catalogue = shared.catalogues.get(name) if name else None
    if name and catalogue is None and not shared.may_have_catalogue(name):
        cursor.report("from", "definitions.catalogue_unknown", catalogue=name[:60])
    return (name, tuple(catalogue.codes)) if catalogue else (None, ())


def _members(kind: str, cursor: Cursor, shared: Shared, depth: int) -> Fields:
    if kind in _PARTS:
        return _PARTS[kind]
    if kind not in {"list", "group"}:
        return Fields(())
    block = cursor.mapping("of")
    return read_fields(block, shared, None, depth + 1) if block else Fields(())
