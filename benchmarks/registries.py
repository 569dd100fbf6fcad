"""Registries against their aims, on SQLite and PostgreSQL, each figure beside its baseline in the same run.

Run: python benchmarks/registries.py [sqlite] [postgresql]. One database after the other, in processes of its own:
what the room does in a registry of SIZES records (registries_storage.py, registries_doors.py), then many persons at
once and a file of ROWS rows (registries_bulk.py). SIZES, ROWS, ROUNDS, SECONDS, FOLDER and PARTS (storage, bulk) in
the environment change it; SMALL=1 is a look at whether all of it works; POSTGRES names the server. What a step found
is kept at once, with the machine it was found on, in benchmarks/results/registries.json (SMALL: nothing is kept).
"""

import json
import os
import platform
import secrets
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.children import child  # noqa: E402
from benchmarks.registries_aims import show  # noqa: E402

RESULTS = ROOT / "benchmarks" / "results" / "registries.json"
SERVER = os.environ.get("POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
SMALL = bool(os.environ.get("SMALL"))
if SMALL:
    small = {"SIZES": "1000 10000", "ROWS": "5000", "ROUNDS": "30", "SECONDS": "2"}
    os.environ.update({name: value for name, value in small.items() if name not in os.environ})
SIZES = os.environ.get("SIZES", "100000 1000000 10000000").split()
ROWS = os.environ.get("ROWS", "1000000")
PARTS = os.environ.get("PARTS", "storage bulk").split()


@contextmanager
def node(kind: str) -> Iterator[dict[str, str]]:
    """An empty node on one database, as the environment of a process; gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="uruk-bench-", dir=os.environ.get("FOLDER")))
    name = f"uruk_bench_{os.getpid()}"
    settings = {
        "URUK_DATA": str(folder), "URUK_NODE": "bench", "URUK_MODE": "demonstration", "URUK_KEY_PASSPHRASE": "",
        "URUK_PUBLIC_URL": "http://localhost:8000/", "URUK_SECRET_KEY": secrets.token_hex(32),
        "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}",
    }  # fmt: skip
    try:
        if kind == "sqlite":
            yield settings
            return
        with closing(psycopg.connect(SERVER, autocommit=True)) as link:
            link.execute(f"CREATE DATABASE {name}")
            try:
                yield {**settings, "URUK_DATABASE": f"{SERVER.rpartition('/')[0]}/{name}"}
            finally:
                link.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        shutil.rmtree(folder)


def measure(kind: str, part: str, arguments: list[str], kept: dict[str, Any]) -> None:
    """One part on one database, from the smallest size to the largest; each is kept as soon as it is known."""
    with node(kind) as settings:
        command = [sys.executable, str(ROOT / "benchmarks" / f"registries_{part}.py"), kind, *arguments]
        with child(command, stdout=subprocess.PIPE, text=True, env={**os.environ, **settings}) as measuring:
            for line in measuring.stdout or ():
                found = {name: _on_this_machine(one) for name, one in json.loads(line).items()}
                kept.setdefault(part, {}).setdefault(kind, {}).update(found)
                keep(part, kind, found)
        assert measuring.returncode == 0, f"{kind} ended with {measuring.returncode}"


def _on_this_machine(found: Any) -> Any:
    return found | {"machine": machine()} if isinstance(found, dict) else found


def keep(part: str, kind: str, found: dict[str, Any]) -> None:
    """Add what was found to what stands there, which another run may have changed meanwhile."""
    if not SMALL:
        kept = known()
        kept.setdefault(part, {}).setdefault(kind, {}).update(found)
        RESULTS.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def known() -> dict[str, Any]:
    """What was found before."""
    found: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() and not SMALL else {}
    return found


def machine() -> dict[str, Any]:
    """What the figures were found on, and how busy it was just then."""
    with closing(psycopg.connect(SERVER)) as link:
        server = str((link.execute("SHOW server_version").fetchone() or ("",))[0])
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"), "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()}", "processor": platform.processor() or platform.machine(),
        "cpus": os.cpu_count(), "memory_gb": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 30,
        "sqlite": sqlite3.sqlite_version, "postgresql": server, "load": round(os.getloadavg()[0], 1),
        "million_additions_ms": _million_additions_ms(),
    }  # fmt: skip


def _million_additions_ms() -> float:
    """What a processor shared with others is worth just then: a loop that does nothing else, of processor time."""
    begun, total = time.process_time(), 0
    for one in range(1_000_000):
        total += one
    return round((time.process_time() - begun) * 1000, 1)


def main(kinds: list[str]) -> None:
    """Measure what was asked for; what stands there of the other database and the other part stays."""
    kept = known()
    for kind in kinds:
        for part, arguments in (("storage", SIZES), ("bulk", [ROWS])):
            if part in PARTS:
                measure(kind, part, arguments, kept)
        show(kind, kept, SIZES)


if __name__ == "__main__":
    main(sys.argv[1:] or ["sqlite", "postgresql"])
