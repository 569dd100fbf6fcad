"""Services against their aims, on SQLite and PostgreSQL. Run: python benchmarks/services.py [sqlite] [postgresql].

PARTS (rules bulk queue steps): what is measured; what stands there of the others stays. CASES (2,000): how many are
submitted and decided; QUEUED (1,000,000): how many wait in one queue; ROUNDS (200): how often each thing is done;
APPLICANTS, SECONDS, PACE and WORKERS as services_steps.py says. SMALL=1 is a look at whether all of it works and keeps
nothing. FOLDER and POSTGRES as for registries.py. Prints what misses its aim; kept in results/services.json, each part
with the machine and its load just then.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.children import child  # noqa: E402
from benchmarks.registries import machine, node  # noqa: E402
from benchmarks.services_aims import show  # noqa: E402

RESULTS = ROOT / "benchmarks" / "results" / "services.json"
SMALL = bool(os.environ.get("SMALL"))
if SMALL:
    small = {"CASES": "50", "QUEUED": "1000", "ROUNDS": "10", "SECONDS": "5", "PACE": "2", "APPLICANTS": "10"}
    os.environ.update({name: value for name, value in small.items() if name not in os.environ})
PARTS = os.environ.get("PARTS", "rules bulk queue steps").split()


def measure(kind: str, part: str) -> dict[str, Any]:
    """One part on one database, in a process and on a node of its own."""
    script, *words = ("services_steps.py",) if part == "steps" else ("services_cases.py", part)
    found: dict[str, Any] = {}
    with node(kind) as settings:
        command = [sys.executable, str(ROOT / "benchmarks" / script), *words]
        with child(command, stdout=subprocess.PIPE, text=True, env={**os.environ, **settings}) as measuring:
            for line in measuring.stdout or ():
                # The node's processes tell what they do at the same place.
                if line.startswith("{"):
                    found.update(json.loads(line))
        assert measuring.returncode == 0, f"{part} on {kind} ended with {measuring.returncode}"
    return {**(found if part == "steps" else found[part]), "machine": machine()}


def known() -> dict[str, Any]:
    """What was found before."""
    found: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() and not SMALL else {}
    return found


def main(kinds: list[str]) -> None:
    """Measure what was asked for; what stands there of the other database and the other parts stays."""
    kept = known()
    for kind in kinds:
        for part in PARTS:
            found = measure(kind, part)
            kept = kept if SMALL else known()
            kept.setdefault(kind, {})[part] = found
            if not SMALL:
                RESULTS.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        show(kind, kept[kind])


if __name__ == "__main__":
    main(sys.argv[1:] or ["sqlite", "postgresql"])
