"""Load for the exchange's benchmark: wrk, and what the processes under it cost."""

import os
import re
import resource
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TICKS = os.sysconf("SC_CLK_TCK")
# wrk's own summary is rounded; a script's done() has the figures themselves, in microseconds.
SCRIPT = """
wrk.method = "GET"
{headers}
local pause = {pause_ms}
function delay()
  if pause == 0 then return 0 end
  return pause * (0.5 + math.random())
end
function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format("FOUND %d %d %d %f %f %f %f %f\\n", summary.requests, summary.duration,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50), latency:percentile(90), latency:percentile(99), latency:percentile(99.9), latency.max))
end
"""


@dataclass(frozen=True)
class Load:
    """How requests are made: their address and headers."""

    url: str
    headers: dict[str, str]
    folder: Path

    def run(self, callers: int, seconds: float, pause_ms: float = 0) -> dict[str, Any]:
        """Call with so many callers at once, each pausing so long between its calls; figures of one run.

        Without delay() wrk sends its next request at once, so it is left out of the script where nobody pauses.
        """
        lines = "\n".join(f'wrk.headers["{name}"] = "{value}"' for name, value in self.headers.items())
        text = SCRIPT.replace("{headers}", lines).replace("{pause_ms}", str(pause_ms))
        if not pause_ms:
            text = re.sub(r"function delay.*?\nend\n", "", text, flags=re.DOTALL)
        script = self.folder / "load.lua"
        script.write_text(text, encoding="ascii")
        command = ["wrk", f"-t{min(callers, 2)}", f"-c{callers}", f"-d{seconds:.0f}s", "--timeout", "30s", "-s"]
        done = subprocess.run([*command, str(script), self.url], capture_output=True, text=True, check=True)
        found = re.search(r"^FOUND (.*)$", done.stdout, re.MULTILINE)
        assert found, done.stdout + done.stderr
        count, duration_us, errors, *latency = (float(number) for number in found[1].split())
        names = ("p50_ms", "p90_ms", "p99_ms", "p999_ms", "max_ms")
        return {
            "callers": callers,
            "requests": round(count),
            "errors": round(errors),
            "per_s": round(count / duration_us * 1e6, 1),
            **{name: round(value / 1000, 2) for name, value in zip(names, latency, strict=True)},
        }

    def measured(self, pids: list[int], callers: int, seconds: float, pause_ms: float = 0) -> dict[str, Any]:
        """As `run`, with the CPU time that an exchange took in these processes, in microseconds."""
        before = sum(map(cpu_s, pids))
        found = self.run(callers, seconds, pause_ms)
        found["cpu_us_per_exchange"] = round((sum(map(cpu_s, pids)) - before) / max(1, found["requests"]) * 1e6)
        return found


def cpu_s(pid: int) -> float:
    """User and system time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident_mb(pid: int) -> float:
    """Resident memory of a process."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return round(pages * resource.getpagesize() / 1e6, 1)


def children(pid: int) -> list[int]:
    """The children of a process."""
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(one) for one in text.split()]


def bytes_below(*folders: Path) -> int:
    """What the files of folders take on disk, in bytes."""
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return sum(path.stat().st_blocks * 512 for path in files)
