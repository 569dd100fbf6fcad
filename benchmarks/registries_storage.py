"""The storage of registries as it grows, on one database: three layouts beside each other, and the room's own store.

Run by registries.py, in a process for each database: registries_storage.py KIND SIZE…; prints JSON for each size.
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from benchmarks.registries_base import HOME, OF_THINGS, ROUNDS, Call, Work, furnish, log_served, tell, times
from benchmarks.registries_doors import CODE, doors, number_of
from benchmarks.registries_filling import HISTORIES, MOST_VALUES, MOST_WORDS, NAMES, Filling, json_value, long_histories
from benchmarks.registries_trial import trial
from django.db import transaction

from uruk.kernel.api import new_id
from uruk.registries.dialect import Database
from uruk.registries.opening import open_registry
from uruk.registries.store import Filter, NewVersion, PageQuery, Store

TODAY, NOW = date(2026, 3, 1), datetime(2026, 3, 1, tzinfo=UTC)


def layouts(work: Work, filling: Filling) -> dict[str, Any]:
    """The same questions to the three layouts, by bare statements."""
    size, few = filling.size, ROUNDS // 3
    asked: dict[str, tuple[Callable[[int], str], int]] = {
        "by key": (number_of, ROUNDS),
        "fifty of a town": (town_of, few),
        "fifty from a day on": (lambda at: f"{1930 + at % 80}-0{at % 9 + 1}-15", few),
        "counted by town": (lambda _: "", 1),
    }
    found: dict[str, Any] = {
        name: times(work, _asking(filling, name, value), size, rounds) for name, (value, rounds) in asked.items()
    }
    return {
        **found,
        "change of a town": times(work, _changing(filling), size, few),
        "bytes a record": _sizes(filling),
    }


def _asking(filling: Filling, name: str, value: Callable[[int], str]) -> dict[str, Call]:
    return {layout: _call(filling.db, sql, value) for layout, sql in _statements(filling)[name].items()}


def _call(db: Database, sql: str, value: Callable[[int], str]) -> Call:
    return lambda at: db.all(sql, (value(at),) if "?" in sql else ())


def _statements(filling: Filling) -> dict[str, dict[str, str]]:
    current = filling.tables.current
    number, town, born = (json_value(filling.kind, name) for name in ("number", "town", "born"))
    whole = "SELECT w.rid, w.field, w.value FROM ({}) v JOIN bench_values w ON w.rid = v.rid"
    by = "SELECT rid FROM bench_values WHERE field = {} AND value {} ?"
    found = {
        "by key": {
            "columns": f"SELECT content FROM {current} WHERE f_number = ?",
            "json": f"SELECT content FROM bench_json WHERE {number} = ?",
            "values": whole.format(by.format(0, "=")),
        },
        "fifty of a town": {
            "columns": f"SELECT content FROM {current} WHERE f_town = ? ORDER BY rid LIMIT 50",
            "json": f"SELECT content FROM bench_json WHERE {town} = ? ORDER BY rid LIMIT 50",
            "values": whole.format(by.format(2, "=") + " ORDER BY rid LIMIT 50"),
        },
        "fifty from a day on": {
            "columns": f"SELECT content FROM {current} WHERE f_born >= ? ORDER BY f_born, rid LIMIT 50",
            "json": f"SELECT content FROM bench_json WHERE {born} >= ? ORDER BY {born}, rid LIMIT 50",
            "values": whole.format(by.format(3, ">=") + " ORDER BY value, rid LIMIT 50"),
        },
        "counted by town": {
            "columns": f"SELECT f_town, count(*) FROM {current} GROUP BY 1",
            "json": f"SELECT {town}, count(*) FROM bench_json GROUP BY 1",
            "values": "SELECT value, count(*) FROM bench_values WHERE field = 2 GROUP BY 1",
        },
    }
    return {name: _measured(filling, asked) for name, asked in found.items()}


def _changing(filling: Filling) -> dict[str, Call]:
    """A town changes: in the content and in what is indexed, committed."""
    now = {
        "columns": f"UPDATE {filling.tables.current} SET f_town = ?, content = replace(content, 'town', 'town') "
        "WHERE rid = ?",
        "json": _set_town(filling.kind),
        "values": "UPDATE bench_values SET value = ? WHERE field = 2 AND rid = ?",
    }
    return {
        layout: lambda at, sql=sql: filling.db.run(sql, (f"town{at % 299}", at))
        for layout, sql in _measured(filling, now).items()
    }


def _measured(filling: Filling, statements: dict[str, str]) -> dict[str, str]:
    """Rows for single values stop before the largest size."""
    return {name: sql for name, sql in statements.items() if name != "values" or filling.size <= MOST_VALUES + 10_000}


def own(work: Work, filling: Filling) -> dict[str, Any]:
    """The room's store beside bare statements: reading, words, writing."""
    store, db, size, few = Store(filling.number, filling.definition), filling.db, filling.size, ROUNDS // 3
    bare = f"SELECT rid, record, latest, number, status, content FROM {filling.tables.current} WHERE f_number = ?"
    reading: dict[str, Call] = {
        "bare statement by key": lambda at: db.one(bare, (number_of(at),)),
        "find_by_key": lambda at: store.find_by_key(0, [number_of(at)]),
        "find": lambda at: store.find(record_of(filling.kind, at)),
        "as_of": lambda at: store.as_of(record_of(filling.kind, at), TODAY, NOW),
    }
    pages = {
        "of a town": lambda at: PageQuery(filters=(Filter("town", "eq", town_of(at)),)),
        "by name, somewhere": lambda at: PageQuery(filters=(Filter("name", "from", NAMES[at % 200]),), order="name"),
    }
    found = {
        "reading": times(work, reading, size),
        "pages": times(work, {name: _page(store, query) for name, query in pages.items()}, size, few),
        "writing": writing(work, store, filling),
    }
    if size <= MOST_WORDS + 10_000:
        asked = {name: _page(store, lambda at, text=text: PageQuery(words=text(at))) for name, text in WORDS.items()}
        found["words"] = times(work, asked, size, few)
    return found


def _page(store: Store, query: Callable[[int], PageQuery]) -> Call:
    return lambda at: store.page(query(at))


WORDS: dict[str, Callable[[int], str]] = {
    "a common name": lambda _: NAMES[0],
    "two names": lambda at: f"{NAMES[0]} {NAMES[at % 200 + 1]}",
    "three names": lambda at: " ".join(NAMES[i % 200 + 1] for i in (at * 13, at // 7, at // 1400)),
    "a name and a town": lambda at: f"{NAMES[at % 200 + 1]} {town_of(at)}",
    "a beginning": lambda at: NAMES[at % 200 + 1][:2],
    "one letter": lambda at: NAMES[at % 200 + 1][:1],
}


def town_of(at: int) -> str:
    """The town of a record."""
    return f"town{at % 300}"


def record_of(kind: str, at: int) -> UUID:
    """The id of a record."""
    return UUID(bytes=f"{at:016}".encode()) if kind == "sqlite" else UUID(int=at)


def writing(work: Work, store: Store, filling: Filling) -> dict[str, Any]:
    """Records a second: a thousand in one act with all that stands beside, and one by one beside a bare commit."""
    begun, count = work.now(), 3000
    for _ in range(3):
        _create(store, 1000)
    bulk = count / (work.now() - begun) * 1e6
    filling.db.run("CREATE TABLE IF NOT EXISTS bench_bare (at INTEGER)")
    single = times(work, {
        "bare commit": lambda at: filling.db.run("INSERT INTO bench_bare VALUES (?)", (at,)),
        "create, in two commits": lambda _: _create(store, 1),
    }, filling.size, 100)  # fmt: skip
    return {"in bulk, records/s": round(bulk), **single}


def histories(work: Work, kind: str) -> dict[str, Any]:
    """What was true at a random moment of a hundred versions, beside what is true now."""
    return {f"{records * 100} versions": _history(work, kind, records) for records in (1_000, 10_000)}


def _history(work: Work, kind: str, records: int) -> dict[str, Any]:
    store = Store(long_histories(kind, records, 100), HISTORIES)

    def then(at: int) -> object:
        return store.as_of(record_of(kind, at), date(2010, 1, 1) + timedelta(days=at * 37 % 3000), NOW)

    return times(work, {"find": lambda at: store.find(record_of(kind, at)), "as_of": then}, records)


def _create(store: Store, count: int) -> None:
    act = new_id()
    with transaction.atomic():
        store.write_versions([_version(rid, place, act) for place, rid in enumerate(store.next_rids(count))])
    with transaction.atomic():
        store.project(act, TODAY)


def _version(rid: int, place: int, act: UUID) -> NewVersion:
    values = {
        "born": "1980-05-01",
        "name": f"{NAMES[rid % 200]} {NAMES[rid // 3 % 200]}",
        "note": "new",
        "number": f"n{rid}",
        "town": f"town{rid % 300}",
    }
    return NewVersion(
        rid=rid, number=1, record=new_id(), kind="create", status="live", content=json.dumps(values),
        format=1, valid_from=TODAY, valid_until=None, recorded_at=NOW, act_id=act, position=place, salt=b"s" * 32,
        leaf=b"l" * 32, author="officer", role="registrar", channel="import", reason="taken over",
    )  # fmt: skip


def _set_town(kind: str) -> str:
    if kind == "sqlite":
        return "UPDATE bench_json SET content = json_set(content, '$.town', ?) WHERE rid = ?"
    return "UPDATE bench_json SET content = jsonb_set(content, '{town}', to_jsonb(?::text)) WHERE rid = ?"


def _sizes(filling: Filling) -> dict[str, int]:
    current, size, db = filling.tables.current, filling.size, filling.db
    groups = {"columns": current, "json": "bench_json", "values": "bench_values", "versions": filling.tables.version}
    if filling.kind == "sqlite":
        if size > 1_000_000:
            return {}  # reading every page of the file for it would take longer than all the rest
        names = "SELECT name FROM sqlite_master WHERE tbl_name = ?"
        sql = f"SELECT sum(pgsize) FROM dbstat WHERE aggregate = TRUE AND name IN ({names})"
    else:
        sql = "SELECT pg_total_relation_size(?)"
    return {name: (db.one(sql, (table,)) or (0,))[0] // size for name, table in groups.items()}


def main(kind: str, sizes: list[int]) -> None:
    """Fill and measure, one size after another."""
    officer = furnish({CODE: OF_THINGS})
    with log_served() as log:
        filling, work, beside = Filling(kind, open_registry(HOME, CODE)), Work(kind), Work(kind, log)
        tell({"histories": histories(work, kind)})
        for size in sizes:
            begun = time.perf_counter()
            filling.fill(size)
            print(f"{kind}: {size} records filled in {time.perf_counter() - begun:.0f} s", file=sys.stderr)
            found = {"layouts": layouts(work, filling), "store": own(work, filling)}
            filling.size = max(filling.size, _last(filling))
            found["doors"] = doors(beside, filling, officer)
            found["trial"] = trial(work)
            filling.size = max(filling.size, _last(filling))
            tell({str(size): found})


def _last(filling: Filling) -> int:
    (last,) = filling.db.one(f"SELECT max(rid) FROM {filling.tables.current}") or (0,)
    return last


if __name__ == "__main__":
    main(sys.argv[1], [int(size) for size in sys.argv[2:]])
