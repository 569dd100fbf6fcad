"""A gateway whose clock is off by as many seconds as a file says at that moment: `shifted.py FILE`."""

import runpy
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from uruk.kernel.clock import SystemClock


def main() -> None:
    shift = Path(sys.argv[1])

    def now(_: SystemClock) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(shift.read_text(encoding="ascii")))

    SystemClock.now = now  # type: ignore[method-assign]
    SystemClock.seconds = lambda clock: now(clock).timestamp()  # type: ignore[assignment, misc]
    runpy.run_module("uruk.gateway.process", run_name="__main__")


if __name__ == "__main__":
    main()
