"""How fast the exchange is, beside nginx over two hops. Run: python benchmarks/exchange.py

Two gateways, each a process with its own keys and log, carry a GET to a provider and back: signed, decided, logged four
times, each entry on the disk before anybody is told. nginx carries the same request over the same two hops with mutual
TLS and does none of that. Callers are wrk's; nginx and the exchange take turns. Kept in results/exchange.json.

SECONDS (default 10): how long each turn lasts. MESSAGES (default 1,000,000): how far the logs grow. AGREEMENTS (default
10,000). FOLDER (default: a disk's, /var/tmp): where the nodes' folders are made. PROFILE=1: where the consumer's
gateway spends its time, as well.
"""

import json
import os
import pstats
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from benchmarks.exchange_load import Load, bytes_below, resident_mb  # noqa: E402
from benchmarks.exchange_nginx import ANSWER, Baseline, baseline  # noqa: E402
from benchmarks.log import machine  # noqa: E402
from tests.flows.exchange.country import Node  # noqa: E402
from tests.flows.exchange.world import BY_NUMBER, CLIENT, LAW, PERSONS, World  # noqa: E402

SECONDS = float(os.environ.get("SECONDS", "10"))
MESSAGES = int(os.environ.get("MESSAGES", "1_000_000"))
AGREEMENTS = int(os.environ.get("AGREEMENTS", "10_000"))
CALLERS = (1, 8, 32, 128)
TURNS = 3
# Tests write to memory; what a disk costs is measured here.
FOLDER = os.environ.get("FOLDER", "/var/tmp")
TARGET = f"/r1/{PERSONS}/199001011234"
HEADERS = {"X-Road-Client": CLIENT, "Uruk-Purpose": "season plan", "Uruk-Legal-Basis": LAW}
RESULTS = ROOT / "benchmarks" / "results" / "exchange.json"


def main() -> None:
    """Measure everything, print it, keep it."""
    if shutil.which("wrk") is None or shutil.which("nginx") is None:
        sys.exit("wrk and nginx are needed: apt-get install wrk nginx-light")
    with tempfile.TemporaryDirectory(prefix="uruk-bench-", dir=FOLDER) as name:
        folder = Path(name)
        with baseline(folder / "nginx") as hops:
            results = measured(folder, hops)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print(f"kept in {RESULTS.relative_to(ROOT)}")


def measured(folder: Path, hops: Baseline) -> dict[str, Any]:
    """All figures."""
    found: dict[str, Any] = {"machine": {**machine(), "filesystem": filesystem()}, "body_bytes": len(ANSWER)}
    with gateways(folder / "few", hops, 10) as world:
        found["callers"] = list(beside_nginx(world, hops, folder))
        peak = max(row["exchange"]["per_s"] for row in found["callers"])
        found["half_of_peak"] = at_half(world, folder, peak)
        found["growth"] = list(growth(world, folder))
    with gateways(folder / "many", hops, AGREEMENTS) as world:
        found["agreements"] = {"count": AGREEMENTS, **at(world, folder, 32)}
        print(f"{AGREEMENTS:,} agreements: {said(found['agreements'])}")
    if os.environ.get("PROFILE"):
        found["profile"] = profile(folder / "profiled", hops, folder)
    return found


def filesystem() -> str:
    """Of which kind the folders' file system is: `tmpfs` waits for no disk."""
    return subprocess.run(("stat", "-f", "-c", "%T", FOLDER), capture_output=True, text=True, check=True).stdout.strip()


def gateways(folder: Path, hops: Baseline, agreements: int) -> World:
    """Two gateways that serve, with so many agreements between them."""
    world = World(folder, {"north": ("interior",), "south": ("agriculture",), "hub": ("authority",)}, hops.provider)
    more = tuple(
        world.agreement(f"agreement-{number}", PERSONS, (BY_NUMBER,), "33", consumer=f"xx/GOV/body-{number}/system")
        for number in range(max(0, agreements - len(world.country.agreements)))
    )
    world.country.agreements += more
    world.country.write_snapshots()
    world.start_all()
    assert world.ask().status == 200, world.said("south")
    return world


def load(world: World, folder: Path) -> Load:
    """The callers of the exchange."""
    return Load(f"http://127.0.0.1:{world.country.nodes['south'].port}{TARGET}", HEADERS, folder)


def pids(world: World) -> list[int]:
    """The two gateways."""
    return [process.pid for process in world.processes.values()]


def at(world: World, folder: Path, callers: int, seconds: float = SECONDS, pause_ms: float = 0) -> dict[str, Any]:
    """Figures of the exchange with so many callers."""
    return load(world, folder).measured(pids(world), callers, seconds, pause_ms)


def beside_nginx(world: World, hops: Baseline, folder: Path) -> Iterator[dict[str, Any]]:
    """At each number of callers: nginx and the exchange in turns, the median turn of each, and their ratio."""
    for callers in CALLERS:
        ours, theirs = [], []
        for _ in range(TURNS):
            theirs.append(Load(f"{hops.url}{TARGET}", HEADERS, folder).measured(hops.pids, callers, SECONDS))
            ours.append(at(world, folder, callers))
        pairs = zip(ours, theirs, strict=True)
        row = {
            "callers": callers,
            "exchange": middle(ours),
            "nginx": middle(theirs),
            "ratio": round(statistics.median(one["per_s"] / other["per_s"] for one, other in pairs), 3),
        }
        row["cpu_ratio"] = round(cpu(row["nginx"]) / cpu(row["exchange"]), 3)
        print(
            f"{callers:>4} callers: {said(row['exchange'])}; nginx {row['nginx']['per_s']:,.0f}/s; "
            f"ratio {row['ratio']}, of CPU {row['cpu_ratio']}"
        )
        yield row


def cpu(row: dict[str, Any]) -> float:
    """CPU time of one exchange, all processes but the callers and the provider, in microseconds."""
    return float(row["cpu_us_per_exchange"])


def at_half(world: World, folder: Path, peak: float) -> dict[str, Any]:
    """Latency at about half of the peak rate: 64 callers that pause between their calls."""
    callers, wanted = 64, peak / 2
    pause = max(1.0, callers / wanted * 1000 - 10)
    for _ in range(3):
        found = at(world, folder, callers, SECONDS, pause)
        if found["per_s"] > wanted * 1.1 or found["per_s"] < wanted * 0.9:
            pause = max(1.0, (pause + 5) * found["per_s"] / wanted - 5)
    print(f"at half of the peak ({wanted:,.0f}/s): {said(found)}")
    return {"wanted_per_s": round(wanted), **found}


def growth(world: World, folder: Path) -> Iterator[dict[str, Any]]:
    """How figures change as messages grow: at 10⁴, 10⁵, … of them. Bytes on disk and memory of each gateway."""
    done = exchanges(world)
    for goal in [10**power for power in range(4, 7) if 10**power <= MESSAGES] or [MESSAGES]:
        while done < goal:
            at(world, folder, 128, min(30.0, max(2.0, (goal - done) / 2000)))
            done = exchanges(world)
        ran = at(world, folder, 32)
        row = {"messages": done, **ran, **weights(world, exchanges(world))}
        print(
            f"after {done:,} messages: {said(row)}; {row['memory_mb']} MB, {row['log_bytes']} log bytes an exchange, "
            f"{row['kept_bytes']} without the journal; evidence {row['evidence_bytes']}"
        )
        yield row


def exchanges(world: World) -> int:
    """How many there were: each leaves two entries in the provider's log."""
    checkpoint = world.country.nodes["north"].folder / "public/log/xx/interior/north/1/1/checkpoint"
    return int(checkpoint.read_text(encoding="utf-8").splitlines()[1]) // 2


def weights(world: World, count: int) -> dict[str, Any]:
    """Memory, and bytes on disk an exchange, both nodes together.

    Log: contents and public tiles, and of the journal, which does not grow with the messages, its share at this count;
    `kept_bytes` is without the journal. Evidence: headers, bodies, the other party's proofs.
    """
    nodes = [node for code, node in world.country.nodes.items() if code in world.processes]
    logs = sum(bytes_below(node.gateway / "trust", node.folder / "public") for node in nodes)
    journal = sum(bytes_below(node.gateway / "trust" / "journal") for node in nodes)
    evidence = sum(bytes_below(node.gateway / "evidence") for node in nodes)
    usage = sum(bytes_below(node.folder / "usage") for node in nodes)
    return {
        "memory_mb": [resident_mb(pid) for pid in pids(world)],
        "log_bytes": round(logs / count),
        "kept_bytes": round((logs - journal) / count),
        "evidence_bytes": round(evidence / count),
        "usage_bytes": round(usage / count),
    }


def middle(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The run with the median rate."""
    return sorted(rows, key=lambda row: row["per_s"])[len(rows) // 2]


def said(row: dict[str, Any]) -> str:
    """One line of figures."""
    return (
        "{per_s:,.0f} exchanges/s, p50 {p50_ms} ms, p99 {p99_ms} ms, {cpu_us_per_exchange} us of CPU, "
        "{errors} errors".format(**row)
    )


class Profiled(World):
    """A world whose gateways say where they spend their time."""

    def command(self, node: Node) -> list[str]:
        """A node's gateway under cProfile."""
        return [sys.executable, "-m", "cProfile", "-o", str(node.folder / "profile"), "-m", "uruk.gateway.process"]


def profile(folder: Path, hops: Baseline, scratch: Path) -> dict[str, list[str]]:
    """The thirty functions of each gateway's loop that take most time themselves, per exchange."""
    with Profiled(folder, None, hops.provider) as world:
        world.start_all()
        count = at(world, scratch, 32)["requests"]
        codes = list(world.processes)
        for code in codes:
            world.stop(code)
    return {code: slowest(pstats.Stats(str(folder / code / "profile")), count) for code in codes}


def slowest(stats: Any, count: int) -> list[str]:
    """Functions by their own time, in microseconds an exchange."""
    rows = sorted(stats.stats.items(), key=lambda item: -item[1][2])[:30]
    return [
        f"{own / count * 1e6:8.1f} us  {calls / count:6.1f} calls  {Path(file).name}:{line} {name}"
        for (file, line, name), (_, calls, own, _, _) in rows
    ]


if __name__ == "__main__":
    main()
