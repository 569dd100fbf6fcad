"""Pages, counts and groups of current records, over indexed columns and words."""

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from uruk.kernel.api import CodedError
from uruk.registries.encoding import CURRENT_NAMES
from uruk.registries.ground import BATCH, Ground
from uruk.registries.layout import MAX_INDEXED, column_value, is_storable, plain_text, query_words
from uruk.registries.rows import MAX_PAGE, CurrentRow, Filter, Group, PageQuery, PageRows, Status
from uruk.registries.tables import PREFIX, indexed_columns

_STATUSES = frozenset({"live", "withdrawn", "merged", "dormant", "forgotten"})
_MAX_FILTERS = 20
_MAX_TOKEN = 2000
MAX_SKIP = 10_000
_BIGGEST = 2**63


@dataclass(frozen=True, slots=True)
class _Where:
    """Conditions on current rows (alias ``c``), all to be met, with their values; by what they are sorted as made."""

    source: str
    order: str = "c.rid"
    parts: tuple[str, ...] = ()
    params: tuple[object, ...] = ()

    def also(self, part: str, *params: object) -> "_Where":
        return replace(self, parts=(*self.parts, part), params=(*self.params, *params))

    @property
    def sql(self) -> str:
        return " AND ".join(self.parts) or "1 = 1"


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a page ended: the value sorted by (None: among those without one, which come last) and the record."""

    value: str | int | None
    rid: int


def page(ground: Ground, query: PageQuery) -> PageRows:
    """One page. Errors: ``registries.page_token``, ``registries.not_indexed``."""
    limit = max(1, min(query.limit, MAX_PAGE))
    where = _where(ground, query.filters, query.words, query.statuses)
    kind = "integer" if query.order is None else _require(ground, query.order)
    place = _opened(query.after, query, kind) if query.after else None
    skip = max(0, min(query.skip, MAX_SKIP))
    rows = _rows(ground, where, query, place, skip + limit + 1)[skip:]
    more = len(rows) > limit
    shown = tuple(ground.row(row) for row in rows[:limit])
    return PageRows(shown, _closed(query, rows[limit - 1]) if more else "")


def count(ground: Ground, filters: Sequence[Filter], words: str, statuses: Sequence[Status]) -> int:
    """How many records there are."""
    where = _where(ground, filters, words, statuses)
    (row,) = ground.db.searched(f"SELECT count(*) FROM {where.source} WHERE {where.sql}", where.params)
    return int(row[0])


def group(ground: Ground, by: str, filters: Sequence[Filter], limit: int) -> tuple[Group, ...]:
    """Live records counted by the values of a field, most first; a field without a column is read from the contents."""
    if by not in ground.definition.fields:
        raise CodedError("registries.not_indexed", field=by[:60])
    indexed = by in indexed_columns(ground.number, ground.definition)
    order = f"count(*) DESC, 1 LIMIT {max(1, min(limit, BATCH))}"
    if indexed:
        return _groups(ground, f"c.{PREFIX}{by}", filters, order)
    found = _groups(ground, ground.db.value_in("c.content", by), filters, order)
    return tuple(Group(_plain(one.value), one.count) for one in found)


def periods(ground: Ground, by: str, filters: Sequence[Filter]) -> tuple[Group, ...]:
    """Live records counted by month, oldest first, at most a thousand months."""
    if by == "changed_at":
        value = ground.db.month_of("c.changed_us")
    else:
        _require(ground, by)
        if ground.definition.fields[by].type != "date":
            raise CodedError("registries.not_a_date", field=by)
        value = f"substr(c.{PREFIX}{by}, 1, 7)"
    return _groups(ground, value, filters, f"1 LIMIT {BATCH}")


def stream(
    ground: Ground, after: int, statuses: Sequence[Status], filters: Sequence[Filter] = (), words: str = ""
) -> Iterator[CurrentRow]:
    """Records as they were made, a thousand read at once."""
    where = _where(ground, filters, words, statuses)
    sql = f"SELECT {CURRENT_NAMES} FROM {where.source} WHERE {where.sql} AND c.rid > ? ORDER BY c.rid LIMIT {BATCH}"
    while rows := ground.db.all(sql, (*where.params, after)):
        yield from (ground.row(row) for row in rows)
        after = rows[-1][0]


def with_value(
    ground: Ground, field: str, value: object, limit: int, statuses: Sequence[Status]
) -> tuple[CurrentRow, ...]:
    """Records with a value in an indexed field, as they were made."""
    where = _of_status(_condition(ground, Filter(field, "eq", value), _everything(ground)), statuses)  # type: ignore[arg-type]
    sql = f"SELECT {CURRENT_NAMES} FROM {ground.tables.current} c WHERE {where.sql} ORDER BY c.rid LIMIT ?"
    return tuple(ground.row(row) for row in ground.db.all(sql, (*where.params, limit)))


def _plain(found: object) -> str | int | None:
    """A value from JSON; what has parts as text."""
    value = json.loads(found) if isinstance(found, str) else None
    return value if value is None or type(value) in {str, int} else plain_text(value)


def _groups(ground: Ground, value: str, filters: Sequence[Filter], order: str) -> tuple[Group, ...]:
    where = _where(ground, filters, "", ("live",))
    sql = f"SELECT {value}, count(*) FROM {where.source} WHERE {where.sql} GROUP BY 1 ORDER BY {order}"
    return tuple(Group(found, number) for found, number in ground.db.searched(sql, where.params))


def _where(ground: Ground, filters: Sequence[Filter], words: str, statuses: Sequence[Status]) -> _Where:
    where = _of_status(_having(ground, words), statuses)
    for one in filters[:_MAX_FILTERS]:
        where = _condition(ground, one, where)
    return where


def _having(ground: Ground, words: str) -> _Where:
    """The rows that have all of the words; all rows where none are asked for."""
    db, text, found = ground.db, ground.tables.text, query_words(words)
    if not found:
        everything = _everything(ground)
        return everything.also("1 = 0") if words.strip() else everything
    having = _Where(db.found_in(text, ground.tables.current), db.found_order(text, len(found)))
    return having.also(db.has_words(text), db.words_query(found))


def _everything(ground: Ground) -> _Where:
    return _Where(f"{ground.tables.current} c")


def _of_status(where: _Where, statuses: Sequence[Status]) -> _Where:
    """The condition is written out, not handed over: only then the index of what is not live is used."""
    wanted = sorted(_STATUSES & set(statuses))
    names = ", ".join(f"'{one}'" for one in wanted)
    if "live" not in wanted:
        where = where.also("c.status <> 'live'")
    return where.also(f"c.status IN ({names})" if wanted else "1 = 0")


def _condition(ground: Ground, one: Filter, where: _Where) -> _Where:
    kind = _require(ground, one.field)
    column, value = f"c.{PREFIX}{one.field}", _filter_value(kind, one)
    if value is None:
        return where.also("1 = 0")
    if one.op == "prefix":
        return where.also(f"{column} >= ?", value).also(f"{column} < ?", f"{value}\U0010ffff")
    return where.also(f"{column} {({'eq': '=', 'from': '>=', 'to': '<='})[one.op]} ?", value)


def _filter_value(kind: str, one: Filter) -> str | int | None:
    """A value as the column has it; None where no record can have it."""
    if kind == "integer" and (isinstance(one.value, str) or one.op == "prefix"):
        return None
    value = column_value(kind, one.value)
    return value if not isinstance(value, str) or is_storable(value) else None


def _require(ground: Ground, field: str) -> str:
    kind = indexed_columns(ground.number, ground.definition).get(field)
    if kind is None:
        raise CodedError("registries.not_indexed", field=field[:60])
    return kind


def _rows(ground: Ground, where: _Where, query: PageQuery, place: _Place | None, limit: int) -> list[tuple[Any, ...]]:
    """Rows from a place on; sorted by a field, those without a value come last, in both directions."""
    if query.order is None:
        return _sorted(ground, where, (where.order,), query.descending, _after(place), limit)
    column = f"c.{PREFIX}{query.order}"
    rows: list[tuple[Any, ...]] = []
    if place is None or place.value is not None:
        having = where.also(f"{column} IS NOT NULL")
        rows = _sorted(ground, having, (column, "c.rid"), query.descending, _after(place), limit)
        place = None
    if len(rows) < limit:
        without = where.also(f"{column} IS NULL")
        rows += _sorted(ground, without, ("c.rid",), query.descending, _after(place), limit - len(rows))
    return rows


def _after(place: _Place | None) -> tuple[object, ...] | None:
    if place is None:
        return None
    return (place.rid,) if place.value is None else (place.value, place.rid)


def _sorted(
    ground: Ground,
    where: _Where,
    order: tuple[str, ...],
    descending: bool,
    after: tuple[object, ...] | None,
    limit: int,
) -> list[tuple[Any, ...]]:
    """Rows in an order, with the value sorted by behind their columns (nothing where that is the record's number)."""
    if after is not None:
        marks = ", ".join("?" for _ in order)
        where = where.also(f"({', '.join(order)}) {'<' if descending else '>'} ({marks})", *after)
    value = order[0] if len(order) > 1 else "NULL"
    sql = (
        f"SELECT {CURRENT_NAMES}, {value} FROM {where.source} WHERE {where.sql} "
        f"ORDER BY {', '.join(column + (' DESC' if descending else '') for column in order)} LIMIT ?"
    )
    return ground.db.searched(sql, (*where.params, limit))


def _closed(query: PageQuery, row: tuple[Any, ...]) -> str:
    """The token of the place where a page ended; it is good for the same order only."""
    text = json.dumps([query.order, query.descending, row[-1], row[0]], ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _opened(token: str, query: PageQuery, kind: str) -> _Place:
    try:
        padded = token[:_MAX_TOKEN] + "=" * (-len(token[:_MAX_TOKEN]) % 4)
        order, descending, value, rid = json.loads(base64.urlsafe_b64decode(padded.encode()))
    except (ValueError, TypeError, RecursionError):
        raise CodedError("registries.page_token") from None
    known = type(rid) is int and abs(rid) < _BIGGEST and _is_value(value, kind)
    if not known or order != query.order or descending is not query.descending:
        raise CodedError("registries.page_token")
    return _Place(value, rid)


def _is_value(value: object, kind: str) -> bool:
    if kind == "integer":
        return value is None or (type(value) is int and abs(value) < _BIGGEST)
    return value is None or (isinstance(value, str) and len(value) <= MAX_INDEXED and is_storable(value))
