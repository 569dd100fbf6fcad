"""Officers who read persons' records, each reading noted: run by registries_bulk.py in a process for each processor.

registries_readers.py OFFICER FIRST LAST THREADS SECONDS; prints how many were read, once it is told to begin (a line).
"""

import random
import sys
import threading
import time
from uuid import UUID

from benchmarks.registries_base import HOME, tell, values

from uruk.kernel.api import Actor
from uruk.registries.api import get_record


class Reader(threading.Thread):
    """One officer at one record after another, never at the same one twice."""

    def __init__(self, officer: Actor, numbers: list[str], until: float) -> None:
        super().__init__()
        self.officer, self.numbers, self.until = officer, numbers, until
        self.waited: list[float] = []

    def run(self) -> None:
        """Read until the time is over."""
        for number in self.numbers:
            begun = time.perf_counter()
            if begun > self.until:
                return
            get_record(self.officer, HOME, "sets", key=number)
            self.waited.append(time.perf_counter() - begun)
        raise AssertionError("too few records for so many readings")


def main(officer: str, first: int, last: int, threads: int, seconds: float) -> None:
    """Read with so many threads at once."""
    actor = Actor(channel="desk", person=UUID(officer), institution=HOME, role="registrar")
    numbers = [values(at)["number"] for at in range(first, last)]
    random.Random(first).shuffle(numbers)
    get_record(actor, HOME, "sets", key=numbers.pop())
    print("ready", flush=True)
    sys.stdin.readline()
    until, cpu = time.perf_counter() + seconds, time.process_time()
    readers = [Reader(actor, numbers[place::threads], until) for place in range(threads)]
    for one in readers:
        one.start()
    for one in readers:
        one.join()
    waited = [each for one in readers for each in one.waited]
    tell({"waited": waited, "cpu": time.process_time() - cpu})


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:5]), float(sys.argv[5]))
