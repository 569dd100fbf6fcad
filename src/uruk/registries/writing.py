"""Versions go in with the intent of their act, and with them the keys they will have."""

from collections.abc import Sequence

from uruk.registries.encoding import version_values
from uruk.registries.ground import Ground, batches
from uruk.registries.layout import key_text, key_values
from uruk.registries.rows import KeyTakenError, NewVersion, VersionTakenError
from uruk.registries.tables import VERSION_COLUMNS

KEY_COLUMNS = {"place": "integer", "value": "text", "rid": "integer"}
_VERSION = {name: kind for name, kind, _ in VERSION_COLUMNS}
KeyRow = tuple[int, str, int]
"""The key's place in the definition, its value, the record's number."""


def next_rids(ground: Ground, count: int) -> list[int]:
    """That many fresh numbers for records, ascending."""
    return ground.db.count_up(ground.tables.counter, count) if count else []


def write_versions(ground: Ground, rows: Sequence[NewVersion]) -> None:
    """Write versions in the transaction at hand and reserve their keys, all or nothing.

    Errors: VersionTakenError, KeyTakenError; the caller's transaction is to be given up then.
    """
    for some in batches(rows):
        _insert(ground, some)
        reserve(ground, [row for one in some if one.status == "live" for row in _keys(ground, one)])


def reserve(ground: Ground, keys: Sequence[KeyRow]) -> None:
    """Have these records hold these keys. Error: KeyTakenError where another holds one, pending or not."""
    # Whoever has the same key in a transaction of its own is waited for: then it is there, or was given up.
    written = add_keys(ground, keys)
    if written == len(keys):
        return
    held = holders(ground, [(place, value) for place, value, _ in keys])
    for place, value, rid in keys:
        if held.get((place, value)) != rid:
            raise KeyTakenError(rid, place, ground.definition.keys[place], value)


def add_keys(ground: Ground, keys: Sequence[KeyRow]) -> int:
    """Write keys that nobody has; return how many those were."""
    return ground.db.insert(ground.tables.key, KEY_COLUMNS, keys, "ON CONFLICT DO NOTHING")


def holders(ground: Ground, keys: Sequence[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """Which record holds which of the keys, with the intent of its act already."""
    db, found = ground.db, {}
    sql = f"SELECT value, rid FROM {ground.tables.key} WHERE place = ? AND {db.any_text('value')}"
    for place in {place for place, _ in keys}:
        values = [value for other, value in keys if other == place]
        found.update({(place, value): rid for value, rid in db.all(sql, (place, db.texts(values)))})
    return found


def existing_keys(ground: Ground, key: int, values: Sequence[Sequence[object]]) -> set[tuple[object, ...]]:
    """Those of the values that a record has as its key today; a key that is only reserved counts for nobody yet."""
    texts = {text: tuple(one) for one in values if (text := key_text(one)) is not None}
    held = holders(ground, [(key, text) for text in texts])
    contents = _contents(ground, sorted(set(held.values())))
    fields = ground.definition.keys[key]
    now = {key_text([contents[rid].get(name) for name in fields]) for rid in contents}
    return {texts[text] for _, text in held if text in now}


def _contents(ground: Ground, rids: Sequence[int]) -> dict[int, dict[str, object]]:
    db = ground.db
    sql = (
        f"SELECT rid, content, format FROM {ground.tables.current} "
        f"WHERE {db.any_of('rid')} AND status IN ('live', 'merged')"
    )
    found = db.all(sql, (db.numbers(rids),))
    return {rid: dict(ground.values(content, written)) for rid, content, written in found}


def _insert(ground: Ground, rows: Sequence[NewVersion]) -> None:
    values = [version_values(ground.db, row) for row in rows]
    if all(row.number == 1 for row in rows):
        ground.db.add(ground.tables.version, _VERSION, values)
    elif ground.db.insert(ground.tables.version, _VERSION, values, "ON CONFLICT DO NOTHING") != len(rows):
        raise _taken(ground, rows)


def _taken(ground: Ground, rows: Sequence[NewVersion]) -> VersionTakenError:
    sql = f"SELECT act_id FROM {ground.tables.version} WHERE rid = ? AND number = ?"
    for row in rows:
        found = ground.db.one(sql, (row.rid, row.number))
        if found is None or ground.db.uuid_of(found[0]) != row.act_id:
            return VersionTakenError(row.rid, row.number)
    # All are of this act: the same version stands twice in what it brings.
    return VersionTakenError(rows[-1].rid, rows[-1].number)


def _keys(ground: Ground, row: NewVersion) -> list[KeyRow]:
    values = ground.values_of(row) if ground.definition.keys else {}
    return [(place, value, row.rid) for place, value in key_values(ground.definition.keys, values)]
