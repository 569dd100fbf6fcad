"""A disk that runs full: nothing new is begun, what was begun finishes, and when there is room again all goes on."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.flows.exchange.load import Callers, Logs
from tests.flows.exchange.test_faults_network import check
from tests.flows.exchange.world import LETTERS, World

DISK_BYTES = 256 << 20
MAY_MOUNT = os.geteuid() == 0


class SmallDisk(World):
    """South's gateway has a small disk of its own (in memory)."""

    def prepare(self) -> None:
        """Mount it before anything is written there."""
        folder = self.country.nodes["south"].gateway
        kept = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES},mode=700", "tmpfs", str(folder)],
            check=True,
            capture_output=True,
        )
        for name, data in kept.items():
            (folder / name).write_bytes(data)

    @property
    def disk(self) -> Path:
        """Where it is mounted."""
        return self.country.nodes["south"].gateway

    def fill(self, leave_percent: float) -> None:
        """Write until so much is free."""
        wanted = int(DISK_BYTES * leave_percent / 100)
        with (self.disk / "filling").open("ab", 0) as file, suppress(OSError):  # the gateway fills it as well
            while (free := shutil.disk_usage(self.disk).free) > wanted:
                file.write(bytes(min(1 << 20, free - wanted)))

    def empty(self) -> None:
        """Make room."""
        (self.disk / "filling").unlink()


@pytest.fixture
def small(tmp_path: Path) -> Iterator[SmallDisk]:
    try:
        with SmallDisk(tmp_path) as world:
            world.start_all()
            yield world
    finally:
        subprocess.run(["umount", "-l", str(tmp_path / "south" / "gateway")], check=False, capture_output=True)


def wait_for(world: World, status: int, limit_s: float = 30.0, **call: object) -> str:
    """Ask until that is the answer; its error."""
    end = time.monotonic() + limit_s
    while (answer := world.ask(**call)).status != status:  # type: ignore[arg-type]
        assert time.monotonic() < end, f"{answer}\n{world.told_by_all()}"
        time.sleep(0.1)
    return answer.headers.get("x-road-error", "")


if MAY_MOUNT:  # elsewhere these are no tests

    def test_below_a_tenth_no_large_bodies_are_taken_and_small_requests_go_on(small: SmallDisk) -> None:
        body = bytes(3 << 20)
        assert small.ask("/x", LETTERS, method="POST", body=body).body == body
        small.fill(leave_percent=8)
        assert wait_for(small, 500, target="/x", service=LETTERS, method="POST", body=body).startswith(
            "Server.ClientProxy."
        )
        small.empty()  # what was still taken may have brought it below a twentieth
        small.fill(leave_percent=8)
        assert wait_for(small, 200) == ""
        small.empty()
        assert wait_for(small, 200, target="/x", service=LETTERS, method="POST", body=body) == ""

    def test_below_a_twentieth_nothing_new_is_begun_and_it_goes_on_when_there_is_room(small: SmallDisk) -> None:
        with Callers(small, 2) as callers:
            callers.wait_for(3)
            small.fill(leave_percent=4)
            assert wait_for(small, 500).startswith("Server.ClientProxy.")
            assert small.processes["south"].poll() is None
            small.empty()
            callers.wait_for(5)
        check(small, callers)

    def test_a_disk_without_any_room_loses_nothing_that_was_acknowledged(small: SmallDisk) -> None:
        """Filled at once, past every reserve, while messages flow: the gateway may stop, but not lie."""
        with Callers(small, 4) as callers:
            callers.wait_for(5)
            small.fill(leave_percent=0)
            time.sleep(1)
            small.empty()
            if small.processes["south"].poll() is not None:
                small.start("south")
            callers.wait_for(3)
        for code in list(small.processes):
            small.stop(code)
        with Logs(small) as logs:
            logs.check_acknowledged(callers.answered)
            logs.check_answers()
