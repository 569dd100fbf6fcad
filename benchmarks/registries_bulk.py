"""Many records at once: the raw statements of the same rows, change sets, and a file from first byte to last receipt.

Run by registries.py in a process of its own: ``registries_bulk.py KIND ROWS``. The raw rows are those that the room
wrote: versions, keys, current rows with their indexes and words, a thousand in a transaction, by `executemany`.
"""

import csv
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.children import child
from benchmarks.registries_base import (
    HOME,
    OF_PERSONS,
    SET,
    SYSTEM,
    Pace,
    Work,
    furnish,
    log_served,
    percentiles,
    rounded,
    tell,
    values,
)
from django.db import connection, transaction

from uruk.kernel.api import Actor
from uruk.registries.api import Change, advance_import, change, export, run_import, start_import
from uruk.registries.database import database
from uruk.registries.opening import open_registry
from uruk.registries.tables import Tables, make_tables, registry_number

SECONDS = float(os.environ.get("SECONDS", "10"))
MOST_IN_SETS = 50_000
READERS = (1, 32)


def sets(work: Work, count: int) -> dict[str, float]:
    """Change sets of a thousand, through the door."""
    pace = Pace(work)
    for start in range(0, count, SET):
        change(SYSTEM, HOME, "sets", [Change("create", values=values(at)) for at in range(start, start + SET)], "x")
        pace.part(SET)
    return pace.found()


def raw(work: Work, count: int) -> dict[str, float]:
    """The same rows by executemany: what the database alone costs."""
    db, registry = database(), open_registry(HOME, "sets")
    theirs, number = Tables(registry.number), registry_number("bench", "raw")
    with transaction.atomic():
        make_tables(number, registry.model)
    mine = Tables(number)
    inserts = [_insert(db, theirs, mine, name) for name in ("version", "key", "current")]
    pace = Pace(work)
    for start in range(0, count, SET):
        read = [db.all(select, (start, start + SET)) for select, _ in inserts]
        pace.spent = work.now()
        with transaction.atomic(durable=True):
            for rows, (_, insert) in zip(read, inserts, strict=True):
                db.many(insert, rows)
            db.after_words(mine.text, mine.current, [row[0] for row in read[2]])
        pace.part(SET)
    return {name: pace.found()[name] for name in ("us", "per_s_of_work")}


def _insert(db: Any, theirs: Tables, mine: Tables, name: str) -> tuple[str, str]:
    """How to read what the room wrote, and to write it again."""
    source, target = getattr(theirs, name), getattr(mine, name)
    columns = _columns(source)
    words = db.words_value.replace("array_to_tsvector(string_to_array(?, ' '))", "?::tsvector")
    marks = ", ".join(words if column == "words" else "?" for column in columns)
    picked = ", ".join(f"{column}::text" if column == "words" and words != "?" else column for column in columns)
    select = f"SELECT {picked} FROM {source} WHERE rid > ? AND rid <= ? ORDER BY rid"
    return select, f"INSERT INTO {target} ({', '.join(columns)}) VALUES ({marks})"


def _columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        columns = [one.name for one in connection.introspection.get_table_description(cursor, table)]
    return sorted(columns, key=lambda name: name != "rid")


def file_of(count: int) -> Any:
    """A CSV file of that many rows."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 (whoever reads it lets go of it)
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    lines = csv.DictWriter(text, list(values(0)))
    lines.writeheader()
    lines.writerows(values(at) for at in range(count))
    text.detach()
    size = file.tell()
    file.seek(0)
    return file, size


def imported(work: Work, count: int) -> dict[str, Any]:
    """A file from its first byte to the last receipt: checked, then written."""
    file, size = file_of(count)
    begun = time.perf_counter()
    found = start_import(SYSTEM, HOME, "files", file, "csv", "all", "create", "x")
    memory = _memory_mb()
    check = _pass(work, found.id)
    run_import(SYSTEM, found.id)
    write = _pass(work, found.id, writing=True)
    after = _memory_mb()
    return {
        "bytes": size,
        "check": check,
        "write": write,
        "wall_s": round(time.perf_counter() - begun, 1),
        "work_s": round((check["us"] + write["us"]) * count / 1e6, 1),
        "memory_mb": {"before": memory, "after": after},
    }


def _pass(work: Work, import_id: Any, *, writing: bool = False) -> dict[str, float]:
    pace, before = Pace(work), 0
    while True:
        found = advance_import(SYSTEM, import_id)
        done = found.written if writing else found.rows
        if done > before:
            pace.part(done - before)
            before = done
        if found.state not in ("checking", "writing"):
            assert found.state == ("done" if writing else "checked"), found
            return pace.found()


def _memory_mb() -> int:
    """The memory of this process, in megabytes."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") >> 20


def exported(work: Work, count: int) -> dict[str, float]:
    """All of them as CSV, each person in it noted."""
    pace = Pace(work)
    for _ in _thousands(export(SYSTEM, HOME, "files", "csv")):
        pace.part(SET)
    return pace.found()


def _thousands(lines: Iterator[bytes]) -> Iterator[None]:
    for number, _ in enumerate(lines, 1):
        if number % SET == 0:
            yield


def reading(officer: Actor, count: int) -> dict[str, dict[str, float]]:
    """Readings a second of persons' records, each with its entry in the log and in the index of who read what."""
    part = count // (len(READERS) + 1)
    return {f"{many} at once": _readers(officer, many, part * at, part) for at, many in enumerate(READERS)}


def _readers(officer: Actor, many: int, first: int, count: int) -> dict[str, float]:
    processes = min(many, os.cpu_count() or 1)
    each, script = count // processes, Path(__file__).with_name("registries_readers.py")
    told = [(first + at * each, first + at * each + each, many // processes, SECONDS) for at in range(processes)]
    children = [
        child(
            [sys.executable, str(script), str(officer.person), *map(str, one)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for one in told
    ]  # fmt: skip
    for one in children:
        assert one.stdout and one.stdout.readline() == "ready\n"
    found = [json.loads(one.communicate("begin\n")[0]) for one in _begun(children)]
    waited = [seconds * 1e6 for one in found for seconds in one["waited"]]
    middle = percentiles(waited, waited)
    return {
        "per_s": round(len(waited) / SECONDS, 1),
        "wall p50": middle["wall p50"],
        "wall p95": middle["wall p95"],
        "us, readers alone": rounded(sum(one["cpu"] for one in found) * 1e6 / len(waited)),
    }


def _begun(children: list[Any]) -> list[Any]:
    """Tell all of them before waiting for one."""
    for one in children[1:]:
        one.stdin.write("begin\n")
        one.stdin.flush()
    return children


def main(kind: str, count: int) -> None:
    """Measure one database."""
    officer = furnish({"sets": OF_PERSONS, "files": OF_PERSONS})
    with log_served() as log:
        work, few = Work(kind, log), min(count, MOST_IN_SETS)
        tell({"rows": count, "sets": sets(work, few), "raw": raw(work, few)})
        tell({"reading of persons": reading(officer, few)})
        tell({"import": imported(work, count)})
        tell({"export": exported(work, count)})


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
