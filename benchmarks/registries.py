"""How registries keep records: layouts beside each other, and the room's own store, as a registry grows.

Run: python benchmarks/registries.py [sqlite] [postgresql]. SIZES (100000 1000000 10000000), ROUNDS and FOLDER in the
environment change it; POSTGRES names the server. One database after the other, each in a process of its own; what each
size found is kept at once in benchmarks/results/registries.json, and the curves are printed.
"""

import json
import os
import platform
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "registries.json"
SERVER = os.environ.get("POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
SIZES = os.environ.get("SIZES", "100000 1000000 10000000").split()
PARTS = (
    ("layouts", "by key"), ("layouts", "fifty of a town"), ("layouts", "fifty from a day on"),
    ("layouts", "counted by town"), ("layouts", "change of a town"),
    ("store", "reading"), ("store", "pages"), ("store", "writing"), ("store", "words"),
)  # fmt: skip


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
            yield {**settings, "URUK_DATABASE": f"{SERVER.rpartition('/')[0]}/{name}"}
            link.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        shutil.rmtree(folder)


def measure(kind: str, kept: dict[str, Any]) -> None:
    """One database, from the smallest size to the largest; each is kept as soon as it is known."""
    with node(kind) as settings:
        command = [sys.executable, str(ROOT / "benchmarks" / "registries_storage.py"), kind, *SIZES]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, **settings}) as child:
            for line in child.stdout or ():
                found = json.loads(line)
                kept.setdefault("storage", {}).setdefault(kind, {}).update(found)
                RESULTS.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        assert child.returncode == 0, f"{kind} ended with {child.returncode}"


def show(kind: str, found: dict[str, Any]) -> None:
    """The curves: microseconds of work (median) at each size, and how the last compares with the first."""
    sizes = [size for size in SIZES if size in found]
    print(
        f"\n{kind + ': microseconds of processor time (median), all of it':<65}"
        + "".join(f"{size:>12}" for size in sizes)
    )
    for part, name in PARTS:
        rows = [found[size][part].get(name, {}) for size in sizes]
        for what in rows[0]:
            values = [row.get(what) for row in rows]
            figures = [value["p50"] if isinstance(value, dict) else value for value in values]
            print(f"  {name + ': ' + what:<62}" + "".join(f"{'' if one is None else one:>12}" for one in figures))
    for what, row in found.get("histories", {}).items():
        print(f"  histories of 100 versions, {what}: as_of / find = {row['as_of']['p50'] / row['find']['p50']:.2f}")


def main(kinds: list[str]) -> None:
    """Measure what was asked for; what stands there of the other database stays."""
    kept: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    kept["machine"] = {
        "python": platform.python_version(), "system": f"{platform.system()} {platform.release()}",
        "processor": platform.processor() or platform.machine(), "cpus": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 1),
    }  # fmt: skip
    for kind in kinds:
        measure(kind, kept)
        show(kind, kept["storage"][kind])


if __name__ == "__main__":
    main(sys.argv[1:] or ["sqlite", "postgresql"])
