"""Reads facts, values, conditions and tables of a service."""

from collections.abc import Mapping
from typing import cast

from uruk.definitions.api import Context, Cursor, Entry, Field, FieldTypeName, ListNode, Place, read_entry
from uruk.services.domain.definition import Condition, Fact, Hit, Row, Table, Value
from uruk.services.domain.parsing.reading import formula, formulas, names, one_entry

MAX_FACTS, MAX_VALUES, MAX_CONDITIONS, MAX_TABLES, MAX_TABLE_ROWS = 40, 100, 100, 40, 500
# Where a fact comes from: another institution, a registry of one's own, or the numbers that one has.
_SOURCES = ("ask", "read", "draw")
# What an expression can give, as a field.
VALUE_TYPES = frozenset({"integer", "money", "yes_no", "date", "text"})
OUT_TYPES = VALUE_TYPES | {"choice"}


def parse_facts(cursor: Cursor, context: Context, unsure: set[str]) -> Mapping[str, Fact]:
    """What registries are asked, by name."""
    found: dict[str, Fact] = {}
    for name, entry in _entries(cursor, "facts", MAX_FACTS):
        context.need_text(f"facts.{name}", entry.place())
        one = _fact(name, entry)
        if one is None:
            unsure.add(f"facts.{name}")
        else:
            found[name] = one
    return found


def _entries(cursor: Cursor, key: str, most: int) -> list[tuple[str, Cursor]]:
    block = cursor.mapping(key, required=False)
    found = list(block.entries()) if block else []
    if len(found) > most:
        cursor.report(key, "services.too_many", what=key, max=most)
    return found


def _fact(name: str, entry: Cursor) -> Fact | None:
    if [entry.has(key) for key in _SOURCES].count(True) != 1:
        entry.report(None, "services.fact_source")
        entry.finish(*_SOURCES, "with", "many", "newest", "each")
        return None
    if entry.has("draw"):
        return _drawn(name, entry)
    asks = entry.has("ask")
    source = _source(entry, "ask", 3) if asks else _source(entry, "read", 1)
    inputs = formulas(entry, "with")
    many, newest = bool(entry.boolean("many", required=False)), entry.code("newest", required=False)
    rows = entry.string("each", required=False)
    entry.finish()
    if many and newest:
        entry.report("newest", "services.fact_newest")
    if rows is not None and not many:
        entry.report("each", "services.fact_each")
    return None if source is None else Fact(name, asks, source, inputs, entry.place(), many, newest, rows)


def _drawn(name: str, entry: Cursor) -> Fact | None:
    source = _source(entry, "draw", 1)
    entry.finish()
    return None if source is None else Fact(name, False, source, {}, entry.place(), draws=True)


def _source(entry: Cursor, key: str, count: int) -> tuple[str, ...] | None:
    written = entry.string(key)
    parts = tuple(written.split("/")) if written else ()
    if written is not None and (len(parts) != count or not all(parts)):
        example = "/".join(("ministry", "registry", "offer")[:count]) if count > 1 else "registry"
        entry.report(key, "services.source_malformed", key=key, example=example)
    return parts if len(parts) == count and all(parts) else None


def parse_values(cursor: Cursor, context: Context, unsure: set[str]) -> Mapping[str, Value]:
    """Named results, by name."""
    found: dict[str, Value] = {}
    for name, entry in _entries(cursor, "values", MAX_VALUES):
        context.need_text(f"values.{name}", entry.place())
        kind = entry.string("type", one_of=sorted(VALUE_TYPES))
        unit, written = entry.string("unit", required=False), formula(entry, "is")
        otherwise, written_in = _otherwise(entry, kind), read_entry(entry) if kind == "integer" else None
        entry.finish()
        if kind is None or written is None:
            unsure.add(name)
        else:
            found[name] = Value(_as_field(name, kind, unit, written_in), written, entry.place(), otherwise)
    return found


def _otherwise(entry: Cursor, kind: str | None) -> object:
    """What a value is where there is nothing to reckon it from, as its type has it."""
    match kind:
        case "yes_no":
            return entry.boolean("else", required=False)
        case "integer" | "money":
            return entry.integer("else", required=False)
        case "date":
            day = entry.date("else", required=False)
            return None if day is None else day.isoformat()
    return entry.string("else", required=False)


def _as_field(name: str, kind: str, unit: str | None, entry: Entry | None) -> Field:
    return Field(name, cast(FieldTypeName, kind), unit=unit, entry=entry)


def parse_conditions(cursor: Cursor, context: Context) -> Mapping[str, Condition]:
    """What must be true, by name."""
    found: dict[str, Condition] = {}
    for name, entry in _entries(cursor, "conditions", MAX_CONDITIONS):
        context.need_text(f"conditions.{name}", entry.place())
        must, law = formula(entry, "must"), context.law(entry)
        entry.finish()
        if must is not None:
            found[name] = Condition(name, must, law, entry.place())
    return found


def parse_tables(cursor: Cursor, context: Context, unsure: set[str]) -> Mapping[str, Table]:
    """Tables, by name; a cell stays a node until the columns are known."""
    found: dict[str, Table] = {}
    for name, entry in _entries(cursor, "tables", MAX_TABLES):
        context.allow_text(f"tables.{name}", entry.place())
        one = _table(name, entry, context)
        if one is None:
            unsure.add(name)
        else:
            found[name] = one
    return found


def _table(name: str, entry: Cursor, context: Context) -> Table | None:
    each = entry.string("each", required=False)
    hit = entry.string("hit", required=False, one_of=("unique", "first")) or "unique"
    law, inputs, out = context.law(entry), names(entry, "in"), _out(name, entry, context)
    rows = tuple(_rows(entry, len(inputs)))
    entry.finish()
    if not inputs or out is None or None in rows:
        return None
    return Table(name, each, cast(Hit, hit), law, inputs, out, tuple(one for one in rows if one), entry.place())


def _out(name: str, entry: Cursor, context: Context) -> Field | None:
    """What comes out is a field without a label of its own: it is called like the table."""
    node = entry.node("out")
    if node is None:
        return None
    scratch = Context(context.shared, context.institution, context.code, {}, context.findings, context.frozen)
    inner = Cursor(one_entry("fields", one_entry(name, node, node.place), node.place), entry.findings)
    found = scratch.fields(inner).find(name)
    context.catalogues |= scratch.catalogues
    for option in found.options if found and not found.catalogue else ():
        context.allow_text(f"choices.{name}.{option}", node.place)
    if found is not None and found.type not in OUT_TYPES:
        entry.report("out", "services.table_out", type=found.type)
        return None
    if found is not None and found.type == "choice" and not found.options:
        return None
    return found


def _rows(entry: Cursor, inputs: int) -> list[Row | None]:
    node = entry.node("rows")
    if not isinstance(node, ListNode) or not node.items:
        entry.strings("rows")  # says that it is no list
        return []
    if len(node.items) > MAX_TABLE_ROWS:
        entry.report("rows", "services.too_many", what="rows", max=MAX_TABLE_ROWS)
    return [_row(item, item.place, entry, inputs) for item in node.items]


def _row(item: object, place: Place, entry: Cursor, inputs: int) -> Row | None:
    if isinstance(item, ListNode) and len(item.items) == inputs + 1:
        return Row(item.items, place)
    entry.findings.report(place, "services.table_row", count=inputs + 1)
    return None
