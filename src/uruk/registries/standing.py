"""How records stand on a day, from their versions: what current rows, keys, words and match keys are made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from uruk.registries.domain.matching.keys import match_keys
from uruk.registries.domain.truth import Span, days_ahead, is_ordered, truth
from uruk.registries.encoding import VERSION_NAMES, day_of, day_text, microseconds
from uruk.registries.ground import Ground
from uruk.registries.layout import column_value, key_values, words_of
from uruk.registries.rows import Ahead, NewVersion
from uruk.registries.tables import CURRENT_COLUMNS, PREFIX

_KEEP_KEYS = frozenset({"live", "merged"})
_NAMES = VERSION_NAMES.split(", ")
Version = dict[str, Any]
"""A version as the database has it, by the names of its columns."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a current row says of its record before it is brought up to date."""

    latest: int
    number: int
    status: str
    valid_from: str | None
    ordered: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """A record on a day: its newest version, the one in force (None: none), and the days ahead.

    `coming`: the versions that come into force on those days, or once their act has its receipt.
    """

    newest: Version
    current: Version | None
    ordered: bool
    ahead: tuple[Ahead, ...]
    coming: tuple[Version, ...] = ()


def version_of(row: Sequence[Any]) -> Version:
    """A row of ``VERSION_NAMES`` by names."""
    return dict(zip(_NAMES, row, strict=True))


def version_in_hand(ground: Ground, row: NewVersion) -> Version:
    """A version that has just been written: what a standing is made of, and its values."""
    end, uuid = row.valid_until, ground.db.uuid
    return {
        "rid": row.rid, "number": row.number, "record": uuid(row.record), "status": row.status,
        "content": row.content, "format": row.format, "valid_from": day_text(row.valid_from),
        "valid_until": None if end is None else day_text(end), "recorded_us": microseconds(row.recorded_at),
        "act_id": uuid(row.act_id), "other": uuid(row.other), "values": ground.values_of(row),
    }  # fmt: skip


def standing(ground: Ground, newest: Version, before: Known | None, day: date) -> Standing:
    """How a record stands whose newest version this is."""
    open_now = newest["valid_until"] is None and newest["valid_from"] <= day.isoformat()
    follows = _follows(newest, before)
    if open_now and follows is not None:
        # The newest version holds from now on, whatever the others say: nothing else need be read.
        return Standing(newest, newest, follows, ())
    return _from_spans(ground, newest, day)


def with_pending(ground: Ground, one: Standing) -> Standing:
    """The same record with the versions on their way: what they reserved stays until their acts have receipts."""
    rid, number = one.newest["rid"], one.newest["number"]
    sql = f"SELECT {VERSION_NAMES} FROM {ground.tables.version} WHERE rid = ? AND number > ?"
    pending = tuple(version_of(row) for row in ground.db.all(sql, (rid, number)))
    return replace(one, coming=(*one.coming, *pending))


def read_version(ground: Ground, rid: int, number: int) -> Version:
    """A version that there is, by names."""
    sql = f"SELECT {VERSION_NAMES} FROM {ground.tables.version} WHERE rid = ? AND number = ?"
    row = ground.db.one(sql, (rid, number))
    assert row is not None, "a version whose number was read a moment ago"
    return version_of(row)


def current_values(ground: Ground, one: Standing, columns: Mapping[str, str]) -> tuple[object, ...]:
    """A current row in the order of ``current_columns``."""
    said, number, status, content = one.newest, 0, "dormant", None
    if one.current is not None:
        said, number, status = one.current, one.current["number"], one.current["status"]
        content = one.current["content"]
    form = said["format"]
    if content is not None:
        content, form = ground.reader.newest(content, form)
    values = {} if one.current is None else _values(ground, one.current)
    return (
        said["rid"], said["record"], one.newest["number"], number, status, _merged_into(one), content, form,
        *_period(one), said["recorded_us"], said["act_id"],
        _bound(ground, one), int(one.ordered),
        words_of(ground.definition.searched, values),
        *(column_value(kind, values.get(name)) for name, kind in columns.items()),
    )  # fmt: skip


def current_columns(columns: Mapping[str, str]) -> dict[str, str]:
    """The columns that a projection writes with their types; what is taken of a capacity is no projection."""
    fixed = {"rid": "integer"} | {name: kind for name, kind, _ in CURRENT_COLUMNS}
    return fixed | {PREFIX + name: kind for name, kind in columns.items()}


def match_rows(ground: Ground, one: Standing) -> list[tuple[int, int]]:
    """Under which numbers a live record is found when duplicates are looked for, each with the record's."""
    if not ground.definition.match or one.current is None or one.current["status"] != "live":
        return []
    values = _values(ground, one.current)
    roles = {str(role): name for role, name in ground.definition.match.items()}
    return [(key, one.newest["rid"]) for key in match_keys(roles, values)]


def keys_held(ground: Ground, one: Standing) -> set[tuple[int, str]]:
    """The keys that a record holds by its version in force and by those that are coming."""
    versions = one.coming if one.current is None else (one.current, *one.coming)
    kept = [_values(ground, each) for each in versions if each["status"] in _KEEP_KEYS]
    return {key for values in kept for key in key_values(ground.definition.keys, values)}


def _values(ground: Ground, one: Version) -> Mapping[str, object]:
    """The values of a version, read once."""
    if "values" not in one:
        one["values"] = ground.values(one["content"], one["format"])
    return one["values"]


def _follows(newest: Version, before: Known | None) -> bool | None:
    """Whether the versions stay in order with this one; None where only reading all of them tells."""
    if before is None:
        return True if newest["number"] == 1 else None
    if not before.ordered:
        return False
    if before.number != before.latest or newest["number"] != before.latest + 1 or before.valid_from is None:
        return None
    return bool(before.valid_from <= newest["valid_from"])


def _from_spans(ground: Ground, newest: Version, day: date) -> Standing:
    found = ground.db.all(
        f"SELECT number, valid_from, valid_until FROM {ground.tables.version} "
        "WHERE rid = ? AND number <= ? ORDER BY number",
        (newest["rid"], newest["number"]),
    )
    spans = [Span(number, date.fromisoformat(begins), day_of(ends)) for number, begins, ends in found]
    number, ahead = truth(spans, day), days_ahead(spans, day)
    numbers = {number, *(later for _, later in ahead)} - {0}
    versions = {one: newest if one == newest["number"] else read_version(ground, newest["rid"], one) for one in numbers}
    days = tuple(Ahead(newest["rid"], turn) for turn, _ in ahead)
    coming = tuple(version for at, version in versions.items() if at != number)
    return Standing(newest, versions.get(number), is_ordered(spans), days, coming)


def _bound(ground: Ground, one: Standing) -> int | None:
    """How much of a capacity may be taken: the least of what there is and what is planned."""
    capacity = ground.definition.capacity
    if capacity is None or one.current is None:
        return None
    versions = [one.current, *(version for version in one.coming if version["status"] == "live")]
    amounts = [column_value("integer", _values(ground, version).get(capacity.of)) for version in versions]
    return min((int(amount) for amount in amounts if amount is not None), default=None)


def _merged_into(one: Standing) -> object:
    return one.current["other"] if one.current and one.current["status"] == "merged" else None


def _period(one: Standing) -> tuple[object, object]:
    return (one.current["valid_from"], one.current["valid_until"]) if one.current else (None, None)
