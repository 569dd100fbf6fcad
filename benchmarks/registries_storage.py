"""The storage of registries at 10^5, 10^6 and 10^7 records, on one database: layouts beside each other, and the room's own store.

Run by registries.py, in a process for each database: registries_storage.py KIND SIZE…; prints one JSON object.
"""

import json
import os
import platform
import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "uruk.web.settings")
django.setup()

from benchmarks.registries_filling import DEFINITION, NAMES, Filling, json_value, long_histories  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402

from uruk.kernel.api import new_id  # noqa: E402
from uruk.registries.database import database  # noqa: E402
from uruk.registries.store import Filter, NewVersion, PageQuery, Store  # noqa: E402

ROUNDS = int(os.environ.get("ROUNDS", "300"))
TODAY, NOW = date(2026, 3, 1), datetime(2026, 3, 1, tzinfo=UTC)
Call = Callable[[int], Any]


class Work:
    """Microseconds of processor time, ours and that of PostgreSQL's process for us: what a busy machine leaves alike."""

    def __init__(self, kind: str) -> None:
        pid = (database().one("SELECT pg_backend_pid()") or (0,))[0] if kind == "postgresql" else 0
        self.server = Path(f"/proc/{pid}/schedstat") if pid else None

    def now(self) -> float:
        """All of it so far."""
        server = int(self.server.read_text().split()[0]) / 1000 if self.server else 0
        return server + time.process_time() * 1e6


def times(work: Work, calls: dict[str, Call], size: int, rounds: int = ROUNDS) -> dict[str, dict[str, float]]:
    """Microseconds of work (median, 95th percentile) and of waiting (median) at random records; calls take turns."""
    pick, worked, waited = random.Random(11), {name: [] for name in calls}, {name: [] for name in calls}
    for place in range(rounds + rounds // 5):
        at = pick.randrange(1, size + 1)
        for name, call in calls.items():
            begun, before = time.perf_counter(), work.now()
            call(at)
            if place >= rounds // 5:  # the first fill caches
                worked[name].append(work.now() - before)
                waited[name].append((time.perf_counter() - begun) * 1e6)
    return {name: _percentiles(worked[name], waited[name]) for name in calls}


def _percentiles(worked: list[float], waited: list[float]) -> dict[str, float]:
    place = len(worked) * 95 // 100
    return {
        "p50": _round(statistics.median(worked)),
        "p95": _round(sorted(worked)[place]),
        "wall p50": _round(statistics.median(waited)),
        "wall p95": _round(sorted(waited)[place]),
    }


def number_of(at: int) -> str:
    """The main key of a record."""
    return f"{at * 7919 % 1000000007:012}"


def layouts(work: Work, filling: Filling) -> dict[str, Any]:
    """The same questions to the three layouts, by bare statements."""
    db, kind, current = filling.db, filling.kind, filling.tables.current
    number, town, born = (json_value(kind, name) for name in ("number", "town", "born"))
    whole = "SELECT w.field, w.value FROM bench_values v JOIN bench_values w ON w.rid = v.rid WHERE v.field = 0 AND v.value = ?"
    rest = "SELECT w.rid, w.field, w.value FROM ({}) v JOIN bench_values w ON w.rid = v.rid"
    by_town = "SELECT rid FROM bench_values WHERE field = 2 AND value = ? ORDER BY rid LIMIT 50"
    by_day = "SELECT rid FROM bench_values WHERE field = 3 AND value >= ? ORDER BY value, rid LIMIT 50"
    days = lambda at: f"{1930 + at % 80}-0{at % 9 + 1}-15"  # noqa: E731
    return {
        "by key": times(work, {
            "columns": lambda at: db.all(f"SELECT content FROM {current} WHERE f_number = ?", (number_of(at),)),
            "json": lambda at: db.all(f"SELECT content FROM bench_json WHERE {number} = ?", (number_of(at),)),
            "values": lambda at: db.all(whole, (number_of(at),)),
        }, filling.size),
        "fifty of a town": times(work, {
            "columns": lambda at: db.all(f"SELECT content FROM {current} WHERE f_town = ? ORDER BY rid LIMIT 50", (f"town{at % 300}",)),
            "json": lambda at: db.all(f"SELECT content FROM bench_json WHERE {town} = ? ORDER BY rid LIMIT 50", (f"town{at % 300}",)),
            "values": lambda at: db.all(rest.format(by_town), (f"town{at % 300}",)),
        }, filling.size, ROUNDS // 3),
        "fifty from a day on": times(work, {
            "columns": lambda at: db.all(f"SELECT content FROM {current} WHERE f_born >= ? ORDER BY f_born, rid LIMIT 50", (days(at),)),
            "json": lambda at: db.all(f"SELECT content FROM bench_json WHERE {born} >= ? ORDER BY {born}, rid LIMIT 50", (days(at),)),
            "values": lambda at: db.all(rest.format(by_day), (days(at),)),
        }, filling.size, ROUNDS // 3),
        "counted by town": times(work, {
            "columns": lambda _: db.all(f"SELECT f_town, count(*) FROM {current} GROUP BY 1"),
            "json": lambda _: db.all(f"SELECT {town}, count(*) FROM bench_json GROUP BY 1"),
            "values": lambda _: db.all("SELECT value, count(*) FROM bench_values WHERE field = 2 GROUP BY 1"),
        }, filling.size, 1),
        "change of a town": times(work, {
            "columns": lambda at: db.run(f"UPDATE {current} SET f_town = ?, content = replace(content, 'town', 'town') WHERE rid = ?", (f"town{at % 299}", at)),
            "json": lambda at: db.run(_set_town(kind), (f"town{at % 299}", at)),
            "values": lambda at: db.run("UPDATE bench_values SET value = ? WHERE field = 2 AND rid = ?", (f"town{at % 299}", at)),
        }, filling.size, ROUNDS // 3),
        "bytes a record": _sizes(filling),
    }  # fmt: skip


def own(work: Work, filling: Filling) -> dict[str, Any]:
    """The room's store beside bare statements: reading, words, writing."""
    store, db = Store(filling.number, DEFINITION), filling.db
    bare = f"SELECT rid, record, latest, number, status, content FROM {filling.tables.current} WHERE f_number = ?"
    record = lambda at: db.uuid_of(f"{at:016}".encode()) if filling.kind == "sqlite" else UUID(int=at)  # noqa: E731
    found: dict[str, Any] = {
        "reading": times(work, {
            "bare statement by key": lambda at: db.one(bare, (number_of(at),)),
            "find_by_key": lambda at: store.find_by_key(0, [number_of(at)]),
            "find": lambda at: store.find(record(at)),
            "as_of": lambda at: store.as_of(record(at), TODAY, NOW),
        }, filling.size),
        "pages": times(work, {
            "of a town": lambda at: store.page(PageQuery(filters=(Filter("town", "eq", f"town{at % 300}"),))),
            "by name, somewhere": lambda at: store.page(PageQuery(filters=(Filter("name", "from", NAMES[at % 200]),), order="name")),
        }, filling.size, ROUNDS // 3),
        "writing": writing(work, store, filling),
    }  # fmt: skip
    if filling.size <= 1_000_000:
        found["words"] = times(work, {
            "a common name": lambda _: store.page(PageQuery(words="محمد")),
            "two names": lambda at: store.page(PageQuery(words=f"محمد {NAMES[at % 200 + 1]}")),
            "three names": lambda at: store.page(PageQuery(words=f"{NAMES[at * 13 % 200 + 1]} {NAMES[at // 7 % 200 + 1]} {NAMES[at // 1400 % 200 + 1]}")),
            "a name and a town": lambda at: store.page(PageQuery(words=f"{NAMES[at % 200 + 1]} town{at % 300}")),
            "a beginning": lambda at: store.page(PageQuery(words=NAMES[at % 200 + 1][:2])),
            "one letter": lambda at: store.page(PageQuery(words=NAMES[at % 200 + 1][:1])),
        }, filling.size, ROUNDS // 3)  # fmt: skip
    return found


def writing(work: Work, store: Store, filling: Filling) -> dict[str, Any]:
    """Records a second: a thousand in one act (versions, keys, current rows, words), and one by one beside a bare commit."""
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
    found = {}
    for records in (1_000, 10_000):
        store = Store(long_histories(kind, records, 100), DEFINITION)
        record = lambda at: UUID(bytes=f"{at:016}".encode()) if kind == "sqlite" else UUID(int=at)  # noqa: E731
        found[f"{records * 100} versions"] = times(work, {
            "find": lambda at, store=store: store.find(record(at)),
            "as_of": lambda at, store=store: store.as_of(record(at), date(2010, 1, 1) + timedelta(days=at * 37 % 3000), NOW),
        }, records)  # fmt: skip
    return found


def _create(store: Store, count: int) -> None:
    act = new_id()
    with transaction.atomic():
        store.write_versions([_version(rid, place, act) for place, rid in enumerate(store.next_rids(count))])
    with transaction.atomic():
        store.project(act, TODAY)


def _version(rid: int, place: int, act: UUID) -> NewVersion:
    values = {"born": "1980-05-01", "name": f"{NAMES[rid % 200]} {NAMES[rid // 3 % 200]}", "note": "new", "number": f"n{rid}", "town": f"town{rid % 300}"}
    return NewVersion(
        rid=rid, number=1, record=new_id(), kind="create", status="live", content=json.dumps(values, ensure_ascii=False),
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
        sql = "SELECT sum(pgsize) FROM dbstat WHERE aggregate = TRUE AND name IN (SELECT name FROM sqlite_master WHERE tbl_name = ?)"
    else:
        sql = "SELECT pg_total_relation_size(?)"
    return {name: (db.one(sql, (table,)) or (0,))[0] // size for name, table in groups.items()}


def _round(value: float) -> float:
    return round(value, 1) if value < 1000 else round(value)


def main(kind: str, sizes: list[int]) -> None:
    """Fill and measure, one size after another."""
    call_command("migrate", verbosity=0)
    found: dict[str, Any] = {"python": platform.python_version(), "cpus": os.cpu_count(), "load_before": round(os.getloadavg()[0], 1)}
    filling, found["sizes"], work = Filling(kind), {}, Work(kind)
    for size in sizes:
        begun = time.perf_counter()
        filling.fill(size)
        print(f"{kind}: {size} records filled in {time.perf_counter() - begun:.0f} s", file=sys.stderr)
        found["sizes"][str(size)] = {"layouts": layouts(work, filling), "store": own(work, filling), "load": round(os.getloadavg()[0], 1)}
        print(json.dumps(found["sizes"][str(size)], ensure_ascii=False), file=sys.stderr)
        filling.size = max(filling.size, _last(filling))
    found["histories"] = histories(work, kind)
    print(json.dumps(found))


def _last(filling: Filling) -> int:
    (last,) = filling.db.one(f"SELECT max(rid) FROM {filling.tables.current}") or (0,)
    return last


if __name__ == "__main__":
    main(sys.argv[1], [int(size) for size in sys.argv[2:]])
