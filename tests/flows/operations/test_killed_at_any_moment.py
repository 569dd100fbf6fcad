"""SIGKILL of any process of a node, or of all, while three institutions act from its first moment on.

Afterwards every acknowledged act has its receipt, the logs are whole and the doctor finds nothing wrong with them. Few
rounds in the suite; `make soak` sets URUK_KILL_ROUNDS. The seed is URUK_KILL_SEED.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.flows.node import ROOT, environment
from tests.ports import free_port
from tests.processes import processes
from uruk.trust.log.check import check_log

ROUNDS = int(os.environ.get("URUK_KILL_ROUNDS", "3"))
SEED = int(os.environ.get("URUK_KILL_SEED", "20261126"))
LIMIT_S = 90.0
PARTS = ("log", "jobs", "pages", "all", "log")


class Place:
    """A node beside the test, and those who act on it."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "node"
        self.environment = environment(self.data, free_port()) | {
            "URUK_COUNTRY": str(ROOT / "tests" / "countries" / "minimal")
        }
        self.beside = self.environment | {"URUK_DATA": f"{self.data}/."}  # no part of the node
        self.told = folder / "told"
        self.start()
        self.wait_for(lambda: self.part("jobs"))

    def start(self) -> None:
        self.server = subprocess.Popen(
            [sys.executable, "-m", "uruk.web.server"],
            env=self.environment,
            cwd=ROOT,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def part(self, name: str) -> int:
        """The process id of a part of the node, or 0."""
        found = processes(self.data.parent).get("node", [])
        return next((one.id for one in found if one.part == name), 0)

    def kill(self, name: str) -> None:
        """Kill a part, which the server starts again; or all of it, or what ends all of it."""
        if name == "all":
            os.killpg(self.server.pid, signal.SIGKILL)
        elif number := self.part(name):
            os.kill(number, signal.SIGKILL)

    def wait_for(self, condition: Callable[[], object]) -> None:
        """Wait, and start the node again where it ended, as who looks after it does."""
        limit = time.monotonic() + LIMIT_S
        while not condition():
            assert time.monotonic() < limit, "this never came true"
            if self.server.poll() is not None:
                self.start()
            time.sleep(0.1)

    def lines(self) -> list[str]:
        return self.told.read_text().splitlines()

    def wait_for_acts(self, more: int) -> None:
        """Wait until each institution was told of so many more acts."""
        before = self.counts()
        self.wait_for(lambda: all(told >= was + more for told, was in zip(self.counts(), before, strict=True)))

    def counts(self) -> list[int]:
        found = [line.split()[0] for line in self.lines()]
        return [found.count(code) for code in ("interior", "health", "justice")]

    def is_right(self) -> bool:
        """Whether all that was acknowledged is there, and nothing is left half done."""
        wrong = self.run("tests.flows.operations.acting", "check", given=self.told.read_text())
        sys.stderr.write(f"seed {SEED}: {wrong}")
        return not wrong

    def run(self, *words: str, given: str = "") -> str:
        """What a command beside the node prints."""
        done = subprocess.run(  # noqa: PLW1510
            [sys.executable, "-m", *words], env=self.beside, cwd=ROOT, input=given, capture_output=True, text=True,
            timeout=600,
        )  # fmt: skip
        assert done.returncode == 0 or "doctor" in words, done.stderr[-4000:]
        return done.stdout


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    found = Place(tmp_path)
    yield found
    if found.server.poll() is None:
        os.killpg(found.server.pid, signal.SIGKILL)
    found.server.wait()


def test_nothing_that_was_acknowledged_is_lost_whichever_process_of_a_node_is_killed(place: Place) -> None:
    chance = random.Random(SEED)
    with place.told.open("wb") as told, (place.data / "acting.log").open("wb") as said:
        acting = subprocess.Popen(
            [sys.executable, "-m", "tests.flows.operations.acting", "act"],
            env=place.beside,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=told,
            stderr=said,
        )
    try:
        place.wait_for_acts(1)
        for _ in range(ROUNDS):
            time.sleep(chance.random() * 0.5)
            place.kill(chance.choice(PARTS))
            place.wait_for_acts(2)
    finally:
        acting.kill()
        acting.wait()
        assert acting.stdin is not None
        acting.stdin.close()
    # A node whose part was killed last may still be about to end: it is started again, and completes what was begun.
    place.wait_for(place.is_right)
    place.wait_for(lambda: place.part("jobs") and place.part("pages"))
    grave = [one for one in findings(place) if one["part"] in ("log", "acts", "database")]
    assert [one for one in grave if one["state"] == "person"] == [], f"seed {SEED}"
    place.server.terminate()
    assert place.server.wait(LIMIT_S) == 0
    assert check_log(place.data / "trust", place.data / "public" / "log") == [], f"seed {SEED}"


def findings(place: Place) -> list[dict[str, str]]:
    """What the doctor finds."""
    return [json.loads(line) for line in place.run("uruk.cli.main", "doctor", "--json").splitlines()]
