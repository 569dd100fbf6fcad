"""What the benchmarks of registries share: an institution with registries, its log in another process, and measures.

Its name stands first among theirs, because it makes Django ready.
"""

import json
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "uruk.web.settings"
django.setup()

from benchmarks.children import child  # noqa: E402
from django.core.management import call_command  # noqa: E402
from tests.unit.documents.samples import FILES, write_country  # noqa: E402

from uruk.acts.api import establish, log_answers, open_log_writer, use_appender  # noqa: E402
from uruk.definitions.api import Country, load_country  # noqa: E402
from uruk.kernel.api import Actor, Text  # noqa: E402
from uruk.people.api import register_officer  # noqa: E402
from uruk.publishing.api import publish_country  # noqa: E402
from uruk.registries.api import REGISTRY_KIND  # noqa: E402
from uruk.registries.database import database  # noqa: E402

ROUNDS = int(os.environ.get("ROUNDS", "300"))
SET = 1_000
HOME = "interior"
SYSTEM = Actor.system(HOME)
Call = Callable[[int], Any]
NAMES = ("محمد", "علي", "حسن", "زينب", "فاطمة", "هيوا", "شيلان", "دلشاد", "عبد الرحمن", "سارة")
INSTITUTION = (
    "uruk: institution/1\npersonal: true\nroles: {registrar: {}}\ntexts:\n  name: {ar: وزارة, ckb: وەزارەت}\n"
    "  roles:\n    registrar: {ar: مسجل, ckb: تۆمارکار}\n"
)
DEFINITION = """uruk: registry/1
keys: [[number]]
%skeep: forever
title: [name]
fields:
  number: %s
  name:   {type: text, max: 80, find: true, personal: %s}
  town:   {type: text, max: 40, find: true, personal: false}
  born:   {type: date, find: true, personal: %s}
  note:   {type: long_text, required: false, personal: false}
conditions:
  born: {must: born <= today, law: e-signature/13}
roles:
  registrar: [read, propose, import, export]
"""
OF_PERSONS = DEFINITION % ("subject: number\n", "{type: national_number}", "true", "true")
OF_THINGS = DEFINITION % ("", "{type: text, max: 20, personal: false}", "false", "false")
ARABIC = "{number: الرقم, name: الاسم, town: المدينة, born: الميلاد, note: ملاحظة}"
KURDISH = "{number: ژمارە, name: ناو, town: شار, born: لەدایکبوون, note: تێبینی}"
NAMED = {"ar": ARABIC, "ckb": KURDISH}
TEXTS = "uruk: texts/1\ntitle: {title}\nfields: {fields}\nconditions: {{born: {title}}}\n"


def country_of(registries: dict[str, str], named: dict[str, str] = NAMED) -> Country:
    """A country with one institution and its registries (code: definition); `named`: the names of their fields."""
    files = FILES | {f"institutions/{HOME}/institution.yaml": INSTITUTION}
    for code, definition in registries.items():
        place = f"institutions/{HOME}/registries/{code}"
        files |= {
            f"{place}/registry.yaml": definition,
            f"{place}/texts.ar.yaml": TEXTS.format(title="الناس", fields=named["ar"]),
            f"{place}/texts.ckb.yaml": TEXTS.format(title="خەڵک", fields=named["ckb"]),
        }
    return load_country(write_country(files), [REGISTRY_KIND])


def furnish(registries: dict[str, str]) -> Actor:
    """The tables of a node, an institution with these registries (code: definition), and an officer of it."""
    call_command("migrate", verbosity=0)
    writer = open_log_writer("xx")
    use_appender(writer)
    establish(HOME, Text("وزارة", "وەزارەت"), "xx")
    publish_country(SYSTEM, country_of(registries))
    names, since = Text("موظف", "فەرمانبەر"), datetime(2026, 1, 1, tzinfo=UTC)
    person = register_officer(
        SYSTEM, HOME, "registrar", "officer", names, since=since, password="a password of the benchmark"
    )
    use_appender(None)
    writer.close()
    return Actor(channel="desk", person=person, institution=HOME, role="registrar")


@contextmanager
def log_served() -> Iterator[int]:
    """The node's log writer in a process of its own, as `uruk serve` has it; its process id."""
    command = [sys.executable, "-c", "from uruk.web.prepare import set_up; set_up(); from uruk.web.processes.log "
               "import run; raise SystemExit(run())"]  # fmt: skip
    with child(command) as log:
        try:
            while not log_answers():
                assert log.poll() is None, "the log's process ended"
                time.sleep(0.1)
            yield log.pid
        finally:
            log.terminate()


def values(at: int) -> dict[str, str]:
    """A person as a file would say them."""
    name = " ".join(NAMES[at // 10**power % 10] for power in range(3))
    born = f"{1940 + at % 80}-{1 + at % 12:02d}-{1 + at % 28:02d}"
    return {"number": str(198000000000 + at), "name": name, "town": f"town {at % 300}", "born": born, "note": "none"}


class Work:
    """Microseconds of processor time: ours, PostgreSQL's for us, the log's: what a busy machine leaves nearly alike."""

    def __init__(self, kind: str, log: int = 0) -> None:
        server = (database().one("SELECT pg_backend_pid()") or (0,))[0] if kind == "postgresql" else 0
        self.others = [Path(f"/proc/{pid}/schedstat") for pid in (server, log) if pid]

    def now(self) -> float:
        """All of it so far."""
        others = sum(int(one.read_text().split()[0]) for one in self.others)
        return others / 1000 + time.process_time() * 1e6


def times(work: Work, calls: dict[str, Call], size: int, rounds: int = ROUNDS) -> dict[str, dict[str, float]]:
    """Microseconds of work (median, 95th percentile) and of waiting (median) at random records; calls take turns."""
    # Not the same records as another measure's: what one has just read is in the caches of the next.
    pick, worked, waited = random.Random(", ".join(calls)), {name: [] for name in calls}, {name: [] for name in calls}
    for place in range(rounds + rounds // 5):
        at = pick.randrange(1, size + 1)
        for name, call in calls.items():
            begun, before = time.perf_counter(), work.now()
            call(at)
            if place >= rounds // 5:  # the first fill caches
                worked[name].append(work.now() - before)
                waited[name].append((time.perf_counter() - begun) * 1e6)
    return {name: percentiles(worked[name], waited[name]) for name in calls}


def turns(work: Work, calls: dict[str, Call], each: int, rounds: int) -> dict[str, dict[str, float]]:
    """The same for calls that write: so many of each in a row, so that what one leaves to the disk is its own."""
    worked, waited = {name: [] for name in calls}, {name: [] for name in calls}
    for place in range(rounds + 1):
        for name, call in calls.items():
            begun, before = time.perf_counter(), work.now()
            for at in range(each):
                call(place * each + at)
            if place:
                worked[name].append((work.now() - before) / each)
                waited[name].append((time.perf_counter() - begun) * 1e6 / each)
    return {name: percentiles(worked[name], waited[name]) for name in calls}


def percentiles(worked: list[float], waited: list[float]) -> dict[str, float]:
    """Median and 95th percentile."""
    place = len(worked) * 95 // 100
    return {
        "p50": rounded(statistics.median(worked)),
        "p95": rounded(sorted(worked)[place]),
        "wall p50": rounded(statistics.median(waited)),
        "wall p95": rounded(sorted(waited)[place]),
    }


def rounded(value: float) -> float:
    """A figure with no more digits than it deserves."""
    return round(value, 1) if value < 1000 else round(value)


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


def tell(found: dict[str, Any]) -> None:
    """Hand what was found to registries.py."""
    print(json.dumps(found, ensure_ascii=False), flush=True)
