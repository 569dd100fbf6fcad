"""Many records at once: the raw statements of the same rows, change sets, and a file from first byte to last receipt.

Run by registries.py in a process of its own: ``registries_bulk.py KIND ROWS``. The raw rows are those that the room
wrote: versions, keys, current rows with their indexes and words, a thousand in a transaction, by `executemany`.
"""

import csv
import io
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "uruk.web.settings"
django.setup()

from benchmarks.registries_storage import Work  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from tests.unit.documents.samples import FILES, write_country  # noqa: E402

from uruk.acts.api import establish, open_log_writer, use_appender  # noqa: E402
from uruk.definitions.api import load_country  # noqa: E402
from uruk.kernel.api import Actor, Text  # noqa: E402
from uruk.publishing.api import publish_country  # noqa: E402
from uruk.registries.api import (  # noqa: E402
    REGISTRY_KIND,
    Change,
    advance_import,
    change,
    export,
    run_import,
    start_import,
)
from uruk.registries.database import database  # noqa: E402
from uruk.registries.opening import open_registry  # noqa: E402
from uruk.registries.tables import Tables, make_tables, registry_number  # noqa: E402

SET = 1_000
SYSTEM = Actor.system("interior")
NAMES = ("محمد", "علي", "حسن", "زينب", "فاطمة", "هيوا", "شيلان", "دلشاد", "عبد الرحمن", "سارة")
INTERIOR = (
    "uruk: institution/1\npersonal: true\nroles: {registrar: {}}\ntexts:\n  name: {ar: وزارة, ckb: وەزارەت}\n"
    "  roles:\n    registrar: {ar: مسجل, ckb: تۆمارکار}\n"
)
DEFINITION = """uruk: registry/1
keys: [[number]]
subject: number
keep: forever
title: [name]
fields:
  number: {type: national_number}
  name:   {type: text, max: 80, find: true, personal: true}
  town:   {type: text, max: 40, find: true, personal: false}
  born:   {type: date, find: true, personal: true}
  note:   {type: long_text, required: false}
conditions:
  born: {must: born <= today, law: e-signature/13}
roles:
  registrar: [read, propose, import, export]
"""
ARABIC = "{number: الرقم, name: الاسم, town: المدينة, born: الميلاد, note: ملاحظة}"
KURDISH = "{number: ژمارە, name: ناو, town: شار, born: لەدایکبوون, note: تێبینی}"
TEXTS = "uruk: texts/1\ntitle: {title}\nfields: {fields}\nconditions: {{born: {title}}}\n"


def furnish(codes: tuple[str, ...]) -> None:
    """An institution with some registries of the same shape."""
    files = FILES | {"institutions/interior/institution.yaml": INTERIOR}
    for code in codes:
        place = f"institutions/interior/registries/{code}"
        files |= {
            f"{place}/registry.yaml": DEFINITION,
            f"{place}/texts.ar.yaml": TEXTS.format(title="الناس", fields=ARABIC),
            f"{place}/texts.ckb.yaml": TEXTS.format(title="خەڵک", fields=KURDISH),
        }
    use_appender(open_log_writer("xx"))
    establish("interior", Text("وزارة", "وەزارەت"), "xx")
    publish_country(SYSTEM, load_country(write_country(files), [REGISTRY_KIND]))


def values(at: int) -> dict[str, str]:
    """A person as a file would say them."""
    name = " ".join(NAMES[at // 10**power % 10] for power in range(3))
    born = f"{1940 + at % 80}-{1 + at % 12:02d}-{1 + at % 28:02d}"
    return {"number": str(198000000000 + at), "name": name, "town": f"town {at % 300}", "born": born, "note": "none"}


class Pace:
    """What a run of equal parts cost: a record's processor time (median of parts), and records a second of waiting."""

    def __init__(self, work: Work) -> None:
        self.work, self.parts, self.records, self.begun = work, [], 0, time.perf_counter()
        self.spent = work.now()

    def part(self, records: int) -> None:
        """A part has ended."""
        now = self.work.now()
        self.parts.append((now - self.spent) / records)
        self.spent, self.records = now, self.records + records

    def found(self) -> dict[str, float]:
        """Microseconds of work a record, how many a second of work that is, and how many came a second."""
        middle, waited = statistics.median(self.parts), time.perf_counter() - self.begun
        return {
            "us": round(middle, 1),
            "per_s_of_work": round(1e6 / middle),
            "per_s": round(self.records / waited),
            "wall_s": round(waited, 1),
        }


def sets(work: Work, count: int) -> dict[str, float]:
    """Change sets of a thousand, through the door."""
    pace = Pace(work)
    for start in range(0, count, SET):
        change(
            SYSTEM, "interior", "sets", [Change("create", values=values(at)) for at in range(start, start + SET)], "x"
        )
        pace.part(SET)
    return pace.found()


def raw(work: Work, count: int) -> dict[str, float]:
    """The same rows by executemany: what the database alone costs."""
    db, registry = database(), open_registry("interior", "sets")
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
    found = start_import(SYSTEM, "interior", "files", file, "csv", "all", "create", "x")
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
        if not found.at_work:
            assert found.hindrance is None, found.hindrance
            return pace.found()


def _memory_mb() -> int:
    """The memory of this process, in megabytes."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") >> 20


def exported(work: Work, count: int) -> dict[str, float]:
    """All of them as CSV, each person in it noted."""
    pace = Pace(work)
    for _ in _thousands(export(SYSTEM, "interior", "files", "csv")):
        pace.part(SET)
    return pace.found()


def _thousands(lines: Iterator[bytes]) -> Iterator[None]:
    for number, _ in enumerate(lines, 1):
        if number % SET == 0:
            yield


def main(kind: str, count: int) -> None:
    """Measure one database."""
    call_command("migrate", verbosity=0)
    furnish(("sets", "files"))
    work = Work(kind)
    found = {"sets": sets(work, min(count, 50_000)), "load": round(os.getloadavg()[0], 1)}
    found |= {"raw": raw(work, min(count, 50_000)), "import": imported(work, count), "export": exported(work, count)}
    print(json.dumps({"rows": count, **found}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
