"""One record, or a few: by id, by key, by link, by what they have in common; as they are, and as they were."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

from uruk.registries.encoding import CURRENT_NAMES, VERSION_NAMES, microseconds, version_row
from uruk.registries.ground import BATCH, Ground, batches
from uruk.registries.layout import column_value, key_text
from uruk.registries.rows import CurrentRow, VersionRow

MAX_VERSIONS = 10_000
# A match key that so many records share tells nothing: it is left out.
_COMMON = 2000
_CURRENT_LENGTH = len(CURRENT_NAMES.split(", "))
_VERSION = ", ".join(f"v.{name}" for name in VERSION_NAMES.split(", "))


def find(ground: Ground, record: UUID) -> CurrentRow | None:
    """The record of an id."""
    db = ground.db
    row = db.one(ground.find_sql, (db.uuid(record),))
    return None if row is None else ground.row(row)


def find_many(ground: Ground, records: Sequence[UUID]) -> dict[UUID, CurrentRow]:
    """Those of at most a thousand records that there are."""
    db, some = ground.db, records[:BATCH]
    if not some:
        return {}
    marks = ", ".join("?" for _ in some)
    sql = f"SELECT {CURRENT_NAMES} FROM {ground.tables.current} c WHERE c.record IN ({marks})"
    rows = (ground.row(row) for row in db.all(sql, [db.uuid(one) for one in some]))
    return {row.record: row for row in rows}


def find_by_key(ground: Ground, key: int, values: Sequence[object]) -> CurrentRow | None:
    """The record that has a key today. One that has only reserved it, or will have it later, is not found by it."""
    text = key_text(values)
    if text is None:
        return None
    pairs = zip(ground.definition.keys[key], values, strict=True)
    now = [column_value(ground.columns[name], value) for name, value in pairs]
    row = ground.db.one(ground.key_sqls[key], (key, text, *now))
    return None if row is None else ground.row(row)


def find_by_keys(
    ground: Ground, key: int, values: Sequence[tuple[object, ...]]
) -> dict[tuple[object, ...], CurrentRow]:
    """The records that have one of many keys today, by the values of the key."""
    db, found = ground.db, {}
    wanted = {text: one for one in values if (text := key_text(one)) is not None}
    columns = [ground.columns[name] for name in ground.definition.keys[key]]
    for some in batches(sorted(wanted)):
        for value, *row in db.all(ground.keys_sqls[key], (key, db.texts(some))):
            asked, has = wanted[value], tuple(row[_CURRENT_LENGTH:])
            if tuple(column_value(kind, one) for kind, one in zip(columns, asked, strict=True)) == has:
                found[asked] = ground.row(tuple(row))
    return found


def as_of(ground: Ground, record: UUID, day: date, known: datetime) -> VersionRow | None:
    """What was true on a day, as far as it was known at a moment: the newest version whose period holds the day.

    Where all periods are open and begin in the order of writing (nearly everywhere), that is the last to begin, and one
    step in an index finds it. Elsewhere all periods of the record that began by then are looked through.
    """
    db, table = ground.db, ground.tables.version
    seen = (
        f"FROM {table} w WHERE w.rid = c.rid AND w.valid_from <= ? AND w.number <= c.latest AND w.recorded_us <= ? "
        "AND (w.valid_until IS NULL OR w.valid_until > ?)"
    )
    row = db.one(
        f"SELECT {_VERSION} FROM {ground.tables.current} c JOIN {table} v ON v.rid = c.rid AND v.number = "
        f"CASE c.ordered WHEN 1 THEN (SELECT w.number {seen} ORDER BY w.valid_from DESC, w.number DESC LIMIT 1) "
        f"ELSE (SELECT max(w.number) {seen}) END WHERE c.record = ?",
        (*(on := (day.isoformat(), microseconds(known), day.isoformat())), *on, db.uuid(record)),
    )
    return None if row is None else version_row(db, row)


def versions(ground: Ground, rid: int) -> tuple[VersionRow, ...]:
    """All versions of a record that are facts, oldest first."""
    sql = (
        f"SELECT {_VERSION} FROM {ground.tables.version} v JOIN {ground.tables.current} c ON c.rid = v.rid "
        f"WHERE v.rid = ? AND v.number <= c.latest ORDER BY v.number LIMIT {MAX_VERSIONS}"
    )
    return tuple(version_row(ground.db, row) for row in ground.db.all(sql, (rid,)))


def of_act(ground: Ground, act_id: UUID) -> Iterator[VersionRow]:
    """What an act wrote, by position, a thousand read at once; also while it is pending."""
    db, position = ground.db, -1
    sql = (
        f"SELECT {_VERSION} FROM {ground.tables.version} v "
        f"WHERE v.act_id = ? AND v.position > ? ORDER BY v.position LIMIT {BATCH}"
    )
    while rows := db.all(sql, (db.uuid(act_id), position)):
        found = [version_row(db, row) for row in rows]
        yield from found
        position = found[-1].position


@lru_cache(maxsize=100)
def _sharing(table: str, keys: int) -> str:
    """The statement that counts, for each record, how many of so many keys it shares; one statement for all of them."""
    few = f"(SELECT COUNT(*) FROM (SELECT 1 FROM {table} WHERE key = ? LIMIT {_COMMON + 1}) n) <= {_COMMON}"
    each = " UNION ALL ".join([f"SELECT rid FROM {table} WHERE key = ? AND {few}"] * keys)
    return f"SELECT rid, COUNT(*) FROM ({each}) shared GROUP BY rid ORDER BY COUNT(*) DESC, rid LIMIT ?"


def matching(ground: Ground, keys: Sequence[int], limit: int) -> tuple[CurrentRow, ...]:
    """Live records that share match keys, those that share most first."""
    db = ground.db
    if not keys:
        return ()
    twice = [key for key in keys for _ in range(2)]
    best = [rid for rid, _ in db.all(_sharing(ground.tables.match, len(keys)), (*twice, limit))]
    sql = f"SELECT {CURRENT_NAMES} FROM {ground.tables.current} c WHERE {db.any_of('c.rid')} AND c.status = 'live'"
    found = {row[0]: ground.row(row) for row in db.all(sql, (db.numbers(best),))}
    return tuple(found[rid] for rid in best if rid in found)
