"""What one exchange costs in Python, counted: python benchmarks/exchange_calls.py

Two gateways in one process, without sockets, TLS and HTTP: statements, headers, decisions, log, evidence, verification,
both sides together. Function calls are counted, and do not change with what else the machine does; the thread's own
time is the least of several rounds. Nothing is kept: it is for comparing a change with what was there before.

MESSAGES (default 2,048): how many are counted. ROWS (default 40): how many functions are shown, by their calls.
"""

import asyncio
import cProfile
import os
import pstats
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests.unit.gateway.parties import Parties, parties  # noqa: E402

MESSAGES = int(os.environ.get("MESSAGES", "2_048"))
ROWS = int(os.environ.get("ROWS", "40"))
AT_ONCE, ROUNDS = 32, 5


async def main() -> None:
    """Count, and print it."""
    with tempfile.TemporaryDirectory(prefix="uruk-bench-", dir="/dev/shm") as name:
        async with parties(Path(name)) as found:
            await carried(found, 10 * AT_ONCE)
            times = [await timed(found, 20 * AT_ONCE) for _ in range(ROUNDS)]
            profile = cProfile.Profile()
            count = await carried(found, MESSAGES, profile)
    show(pstats.Stats(profile), count, min(times))


async def carried(found: Parties, count: int, profile: cProfile.Profile | None = None) -> int:
    """Carry at least so many messages, many at a time; return how many."""
    rounds = -(-count // AT_ONCE)
    for _ in range(rounds):
        calls = [found.south.call() for _ in range(AT_ONCE)]
        if profile is not None:
            profile.enable()
        replies = await asyncio.gather(*(found.south.deliveries.ask(call) for call in calls))
        if profile is not None:
            profile.disable()
        assert all(reply.error is None for reply in replies)
    return rounds * AT_ONCE


async def timed(found: Parties, count: int) -> float:
    """Microseconds of this thread for one exchange."""
    began = time.thread_time()
    done = await carried(found, count)
    return (time.thread_time() - began) / done * 1e6


def show(stats: pstats.Stats, count: int, least_us: float) -> None:
    """Calls an exchange: of Python's own functions and of built-in ones; then the functions with most calls."""
    rows = stats.stats.items()  # type: ignore[attr-defined]
    own = sum(row[1] for place, row in rows if place[0] != "~")
    built_in = sum(row[1] for place, row in rows if place[0] == "~")
    print(f"{own / count:.1f} calls of Python, {built_in / count:.1f} built in; {least_us:.0f} us of the thread")
    for (file, line, name), row in sorted(rows, key=lambda item: -item[1][1])[:ROWS]:
        print(f"{row[1] / count:7.2f} calls {row[2] / count * 1e6:7.1f} us  {Path(file).name}:{line} {name}")


if __name__ == "__main__":
    asyncio.run(main())
