"""Reads `registry.yaml` into its model, and says what is wrong within it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import cast

from uruk.definitions.api import Context, Cursor, Duration, Fields, ListNode, MapNode, ScalarNode
from uruk.registries.domain.definition import (
    RIGHTS,
    Capacity,
    Condition,
    Conversion,
    MatchRole,
    RegistryDefinition,
    Right,
)
from uruk.registries.domain.offering import exchange_offers
from uruk.registries.domain.parsing_mandates import parse_mandates
from uruk.registries.domain.parsing_offers import parse_offers
from uruk.registries.domain.parsing_series import parse_series
from uruk.registries.domain.parsing_values import parse_values
from uruk.registries.domain.usable import (
    CAPACITY_TYPES,
    CONVERTED_TYPES,
    KEY_TYPES,
    MATCH_TYPES,
    SUBJECT_TYPES,
    SUMMARY_TYPES,
    TITLE_TYPES,
    check_fields,
    possible_lefts,
    report_field,
    usable,
)

MAX_KEYS, MAX_KEY_FIELDS, MAX_NAMES = 8, 4, 4
_DIGEST = re.compile(r"[0-9a-f]{64}")


def parse_registry(cursor: Cursor, context: Context) -> RegistryDefinition:
    """The registry, with what was understood of it; everything that is wrong is reported."""
    fields = context.fields(cursor)
    before = len(cursor.findings)
    keys = _keys(cursor, fields)
    keys_unread = len(cursor.findings) > before or bool(fields.unread)
    series = parse_series(cursor, fields, keys)
    found = RegistryDefinition(
        fields=fields,
        keys=keys,
        subjects=_names(cursor, "subject", fields, SUBJECT_TYPES),
        title=_names(cursor, "title", fields, TITLE_TYPES) or (keys[0] if keys else ()),
        conditions=_conditions(cursor, context, fields),
        roles=_roles(cursor, context),
        capacity=_capacity(cursor, context, fields),
        keep=_keep(cursor, context),
        match=_match(cursor, fields),
        convert=_conversion(cursor, fields),
        keys_unread=keys_unread,
        series=series,
        values=parse_values(cursor, context, fields, series),
        summary=next(iter(_names(cursor, "summary", fields, SUMMARY_TYPES)), None),
    )
    context.allow_text("about", cursor.place())
    found = replace(found, offers=parse_offers(cursor, context, found))
    found = replace(found, mandates=parse_mandates(cursor, context, found))
    cursor.finish()
    check_fields(found, cursor)
    _check_persons(found, cursor)
    return replace(found, exchange_offers=exchange_offers(found))


def _keys(cursor: Cursor, fields: Fields) -> tuple[tuple[str, ...], ...]:
    """Those written, then one for each unique field. The fields of the main key are required."""
    node = cursor.node("keys", required=False)
    written = tuple(key for key in _key_lists(node, cursor, fields) if key)
    for name in written[0] if written else ():
        if not fields[name].required:
            cursor.report("keys", "registries.key_optional", field=name)
    unique = tuple((one.name,) for one in fields if one.unique and one.type in KEY_TYPES and not one.secret)
    found = (*written, *unique)
    for key in dict.fromkeys(one for one in found if found.count(one) > 1):
        cursor.report("keys", "registries.key_twice", key=" ".join(key))
    if len(found) > MAX_KEYS:
        cursor.report("keys", "registries.too_many", key="keys", max=MAX_KEYS)
    return tuple(dict.fromkeys(found))


def _key_lists(node: object, cursor: Cursor, fields: Fields) -> Iterator[tuple[str, ...]]:
    if node is None:
        return
    if not isinstance(node, ListNode):
        cursor.strings("keys")  # says that it is no list
        return
    for item in node.items:
        inner = Cursor(MapNode(item.place, {"keys": item}, {"keys": item.place}), cursor.findings)
        names = usable(inner, "keys", inner.strings("keys"), fields, KEY_TYPES)
        if len(names) > MAX_KEY_FIELDS:
            inner.report("keys", "registries.too_many", key="keys", max=MAX_KEY_FIELDS)
        yield names


def _names(cursor: Cursor, key: str, fields: Fields, types: frozenset[str]) -> tuple[str, ...]:
    """One field, or a list of fields."""
    node = cursor.node(key, required=False)
    if node is None:
        return ()
    names = cursor.strings(key) if isinstance(node, ListNode) else (cursor.string(key),)
    if len(names) > MAX_NAMES:
        cursor.report(key, "registries.too_many", key=key, max=MAX_NAMES)
    return usable(cursor, key, (name for name in names if name is not None), fields, types)


def _conditions(cursor: Cursor, context: Context, fields: Fields) -> tuple[Condition, ...]:
    block = cursor.mapping("conditions", required=False)
    found = []
    for name, entry in block.entries() if block else ():
        context.need_text(f"conditions.{name}", entry.place())
        must, law = context.expression(entry, "must", fields), context.law(entry)
        entry.finish()
        if must is not None:
            found.append(Condition(name, must, law))
    return tuple(found)


def _roles(cursor: Cursor, context: Context) -> Mapping[str, frozenset[Right]]:
    block = cursor.mapping("roles")
    if block is None:
        return {}
    found: dict[str, frozenset[Right]] = {}
    for role in block.keys:
        if not context.frozen and role not in context.institution.roles:
            block.findings.report(block.place(role), "registries.role_unknown", role=role[:40])
        found[role] = frozenset(cast(tuple[Right, ...], block.strings(role, one_of=RIGHTS)))
    writing = {"propose", "import"}
    # What has numbers that nobody types is written by services alone, where no role writes.
    by_hand = not cursor.has("series")
    if by_hand and not any(writing & rights for rights in found.values()) and all(found.values()):
        cursor.report("roles", "registries.nobody_writes")
    return found


def _capacity(cursor: Cursor, context: Context, fields: Fields) -> Capacity | None:
    block = cursor.mapping("capacity", required=False)
    if block is None:
        return None
    of, hold = block.string("of"), context.duration(block, "hold")
    block.finish()
    of = next(iter(usable(block, "of", (of,), fields, CAPACITY_TYPES)), None) if of else None
    place = block.place("of")
    if of is None or not isinstance(hold, Duration):
        for name in possible_lefts(fields):
            context.allow_text(f"fields.{name}", place)
            context.allow_text(f"help.{name}", place)
        return None
    unit = fields[of].unit
    left = f"left_{unit}" if unit and of.endswith(f"_{unit}") else "left"
    if left in fields:
        block.report("of", "registries.capacity_name", field=left)
    context.need_text(f"fields.{left}", place)
    context.allow_text(f"help.{left}", place)
    return Capacity(of, hold, left, unit)


def _keep(cursor: Cursor, context: Context) -> Duration | None:
    kept = context.duration(cursor, "keep", "forever")
    return kept if isinstance(kept, Duration) else None


def _match(cursor: Cursor, fields: Fields) -> Mapping[MatchRole, str]:
    block = cursor.mapping("match", required=False)
    found: dict[MatchRole, str] = {}
    for role, types in MATCH_TYPES.items() if block else ():
        assert block is not None, "there are no roles without it"
        name = block.string(role, required=False)
        if name is not None and usable(block, role, (name,), fields, types):
            found[role] = name
    if block is not None:
        block.finish()
    return found


def _conversion(cursor: Cursor, fields: Fields) -> Conversion | None:
    """What stands there is compared with the old definition when that is known (`domain/conversion.py`)."""
    block = cursor.mapping("convert", required=False)
    if block is None:
        return None
    source, inner = block.string("from"), block.mapping("fields", required=False)
    block.finish()
    written = dict(_sources(inner, fields)) if inner else {}
    if source is not None and not _DIGEST.fullmatch(source):
        block.report("from", "registries.digest_malformed")
        return None
    return None if source is None else Conversion(bytes.fromhex(source), written)


def _sources(block: Cursor, fields: Fields) -> Iterator[tuple[str, str]]:
    for name in block.keys:
        node = block.node(name)
        if not isinstance(node, ScalarNode) or not isinstance(node.value, bool | int | str) or not node.source.strip():
            block.string(name)  # says that it is no text
        elif usable(block, name, (name,), fields, CONVERTED_TYPES):
            yield name, node.source


def _check_persons(found: RegistryDefinition, cursor: Cursor) -> None:
    """Whoever keeps data about persons says whose, by what can be a number: of a mere text nobody knows what it is."""
    for item in (found.fields[name] for name in found.subjects):
        if item.type == "text" and item.pattern is None:
            cursor.report("subject", "registries.field_not_usable", field=item.name, type=item.type, key="subject")
    first = next((one for one in found.fields if one.personal), None)
    if first is not None and not cursor.has("subject"):
        report_field(cursor, first.name, "registries.subject_missing")
