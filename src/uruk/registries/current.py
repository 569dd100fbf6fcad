"""Current rows, keys, words and match keys follow the versions: at a receipt and on a day."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from uuid import UUID

from django.db import transaction

from uruk.registries.encoding import VERSION_NAMES
from uruk.registries.ground import BATCH, Ground, batches
from uruk.registries.rows import Ahead, NewVersion
from uruk.registries.standing import (
    Known,
    Standing,
    Version,
    current_columns,
    current_values,
    keys_held,
    match_rows,
    read_version,
    standing,
    version_in_hand,
    version_of,
    with_pending,
)
from uruk.registries.tables import PREFIX
from uruk.registries.writing import KeyRow, add_keys


def project(ground: Ground, act_id: UUID, day: date, written: Sequence[NewVersion] = ()) -> tuple[Ahead, ...]:
    """Show what an act wrote, in the transaction of its receipt; again: nothing changes."""
    ahead: list[Ahead] = []
    in_hand = ([version_in_hand(ground, row) for row in some] for some in batches(written))
    for versions in in_hand if written else _written(ground, act_id):
        newest = {one["rid"]: one for one in sorted(versions, key=lambda one: one["number"])}
        ahead += _bring(ground, newest, lock(ground, sorted(newest)), day)
    return tuple(ahead)


def refresh(ground: Ground, rid: int, day: date) -> None:
    """Bring a record to the version in force on a day."""
    with transaction.atomic():
        before = lock(ground, [rid]).get(rid)
        if before is not None and before.status != "forgotten":
            one = standing(ground, read_version(ground, rid, before.latest), None, day)
            write(ground, [with_pending(ground, one)])


def forget(ground: Ground, rids: Sequence[int]) -> None:
    """Destroy what records said: contents, salts, reasons, evidence, keys and words; in the transaction at hand."""
    db, tables, some = ground.db, ground.tables, ground.db.numbers(rids)
    these = db.any_of("rid")
    db.before_words(tables.text, tables.current, rids)
    emptied = "".join(f", {PREFIX}{name} = NULL" for name in _columns(ground))
    db.run(
        f"UPDATE {tables.current} SET status = 'forgotten', content = NULL, words = NULL, merged_into = NULL, "
        f"cap = NULL{emptied} WHERE {these}",
        (some,),
    )
    db.run(
        f"UPDATE {tables.version} SET content = NULL, salt = NULL, reason = NULL, evidence = NULL WHERE {these}",
        (some,),
    )
    db.run(f"DELETE FROM {tables.key} WHERE {these}", (some,))
    db.run(f"DELETE FROM {tables.match} WHERE {these}", (some,))


def write(
    ground: Ground,
    due: Sequence[Standing],
    fresh: frozenset[int] = frozenset(),
    settled: frozenset[int] = frozenset(),
) -> None:
    """Write how records stand; of ``fresh`` ones there are but keys yet, and those of ``settled`` ones are right."""
    if not due:
        return
    known = [one.newest["rid"] for one in due if one.newest["rid"] not in fresh]
    if known:
        ground.db.before_words(ground.tables.text, ground.tables.current, known)
    _write_rows(ground, due, fresh=not known)
    ground.db.after_words(ground.tables.text, ground.tables.current, [one.newest["rid"] for one in due])
    if ground.definition.keys:
        _write_keys(ground, [one for one in due if one.newest["rid"] not in settled])
    if ground.definition.match:
        _write_matches(ground, due, known)


def lock(ground: Ground, rids: Sequence[int]) -> dict[int, Known]:
    """What is known of these records, which nobody else changes until the transaction ends."""
    db = ground.db
    sql = (
        f"SELECT rid, latest, number, status, valid_from, ordered FROM {ground.tables.current} "
        f"WHERE {db.any_of('rid')} ORDER BY rid{db.row_lock}"
    )
    found = db.all(sql, (db.numbers(rids),))
    return {rid: Known(latest, number, status, begins, bool(one)) for rid, latest, number, status, begins, one in found}


def _bring(ground: Ground, newest: Mapping[int, Version], known: Mapping[int, Known], day: date) -> list[Ahead]:
    """Bring records up to date unless they are; what comes for a record that was forgotten is forgotten too."""
    forgotten = [rid for rid, before in known.items() if before.status == "forgotten"]
    if forgotten:
        forget(ground, forgotten)
    due = [
        standing(ground, one, known.get(rid), day)
        for rid, one in newest.items()
        if rid not in forgotten and (rid not in known or known[rid].latest < one["number"])
    ]
    fresh = frozenset(newest) - frozenset(known)
    # Of a record that is new and true at once the intent has reserved the very keys it holds.
    settled = frozenset(one.newest["rid"] for one in due if one.current is one.newest and one.newest["number"] == 1)
    write(ground, due, fresh, settled=fresh & settled)
    return [ahead for one in due for ahead in one.ahead]


def _write_rows(ground: Ground, due: Sequence[Standing], *, fresh: bool) -> None:
    found = _columns(ground)
    columns = current_columns(found)
    rows = [current_values(ground, one, found) for one in due]
    if fresh:
        ground.db.add(ground.tables.current, columns, rows)
        return
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns if name != "rid")
    ground.db.insert(ground.tables.current, columns, rows, f"ON CONFLICT (rid) DO UPDATE SET {changes}")


def _write_keys(ground: Ground, due: Sequence[Standing]) -> None:
    """Free what records do not hold any more; write what they hold (the intent did, but for what is made anew)."""
    db, table = ground.db, ground.tables.key
    if not due:
        return
    wanted: set[KeyRow] = {(place, value, one.newest["rid"]) for one in due for place, value in keys_held(ground, one)}
    rids = db.numbers([one.newest["rid"] for one in due])
    held = set(db.all(f"SELECT place, value, rid FROM {table} WHERE {db.any_of('rid')}", (rids,)))
    db.many(f"DELETE FROM {table} WHERE place = ? AND value = ? AND rid = ?", sorted(held - wanted))
    add_keys(ground, sorted(wanted - held))


def _write_matches(ground: Ground, due: Sequence[Standing], known: Sequence[int]) -> None:
    db, table = ground.db, ground.tables.match
    if known:
        db.run(f"DELETE FROM {table} WHERE {db.any_of('rid')}", (db.numbers(known),))
    rows = [row for one in due for row in match_rows(ground, one)]
    db.insert(table, {"key": "integer", "rid": "integer"}, rows, "ON CONFLICT DO NOTHING")


def _columns(ground: Ground) -> dict[str, str]:
    """The columns the table has, which a newer definition may have added: read once its rows are locked."""
    found = ground.db.columns(ground.tables.current)
    return {name.removeprefix(PREFIX): kind for name, kind in found.items() if name.startswith(PREFIX)}


def _written(ground: Ground, act_id: UUID) -> Iterator[list[Version]]:
    """What an act wrote, at most a thousand versions at once."""
    position = -1
    sql = (
        f"SELECT {VERSION_NAMES} FROM {ground.tables.version} "
        f"WHERE act_id = ? AND position > ? ORDER BY position LIMIT {BATCH}"
    )
    while found := ground.db.all(sql, (ground.db.uuid(act_id), position)):
        versions = [version_of(row) for row in found]
        position = versions[-1]["position"]
        yield versions
