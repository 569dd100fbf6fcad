"""Services against their aims, on SQLite and PostgreSQL. Run: python benchmarks/services.py [sqlite] [postgresql].

CASES (2,000): how many are submitted and decided; QUEUED (1,000,000): how many wait in one queue; ROUNDS (200): how
often each thing is done. SMALL=1 is a look at whether all of it works and keeps nothing. FOLDER and POSTGRES as for
registries.py. Kept in results/services.json, with the machine.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.registries import machine, node  # noqa: E402

RESULTS = ROOT / "benchmarks" / "results" / "services.json"
SMALL = bool(os.environ.get("SMALL"))
if SMALL:
    small = {"CASES": "50", "QUEUED": "1000", "ROUNDS": "10"}
    os.environ.update({name: value for name, value in small.items() if name not in os.environ})


def measure(kind: str) -> dict[str, Any]:
    """All of one database, in a process of its own."""
    found: dict[str, Any] = {"machine": machine()}
    with node(kind) as settings:
        command = [sys.executable, str(ROOT / "benchmarks" / "services_cases.py")]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, **settings}) as child:
            for line in child.stdout or ():
                found.update(json.loads(line))
                print(f"{kind}: {line.strip()}", flush=True)
        assert child.returncode == 0, f"{kind} ended with {child.returncode}"
    return found


def main(kinds: list[str]) -> None:
    """Measure what was asked for; what stands there of the other database stays."""
    kept = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    for kind in kinds:
        kept[kind] = measure(kind)
        if not SMALL:
            RESULTS.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:] or ["sqlite", "postgresql"])
