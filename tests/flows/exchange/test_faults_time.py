"""Clocks that jump by an hour, and certificates that expire while messages flow."""

import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.flows.exchange.country import Node
from tests.flows.exchange.load import Callers, Logs
from tests.flows.exchange.world import Answer, World
from uruk.exchange.api import open_or_create
from uruk.exchange.tls import VALID_FOR

HOUR = 3600
LIFE_S = 12


class ShiftedWorld(World):
    """A world in which each gateway's clock can be set off."""

    def command(self, node: Node) -> list[str]:
        """The gateway, its clock as `shift` says."""
        if not self._file(node).exists():
            self._file(node).write_text("0", encoding="ascii")
        return [sys.executable, "-m", "tests.flows.exchange.shifted", str(self._file(node))]

    def environment(self, node: Node) -> dict[str, str]:
        """As usual, with the tests on the path."""
        found = super().environment(node)
        return found | {"PYTHONPATH": f"{found['PYTHONPATH']}:{Path(__file__).parents[3]}"}

    def shift(self, code: str, seconds: int) -> None:
        """Set a node's clock off by so many seconds."""
        self._file(self.country.nodes[code]).write_text(str(seconds), encoding="ascii")

    def _file(self, node: Node) -> Path:
        return node.folder / "shift"


def until(world: World, status: int, limit_s: float = 30.0) -> Answer:
    """Ask until that is the answer: what was read at the beginning of a second may still be the old time."""
    end = time.monotonic() + limit_s
    while (answer := world.ask()).status != status:
        assert time.monotonic() < end, f"{answer}\n{world.told_by_all()}"
        time.sleep(0.05)
    return answer


@pytest.mark.parametrize("code", ["north", "south"])
@pytest.mark.parametrize("jump", [HOUR, -HOUR])
def test_a_clock_that_jumps_by_an_hour_is_told_and_heals_by_itself(tmp_path: Path, code: str, jump: int) -> None:
    with ShiftedWorld(tmp_path) as world:
        world.start_all()
        first = world.ask()
        assert first.status == 200
        world.shift(code, jump)
        refused = until(world, 500)
        assert refused.headers["x-road-error"].startswith("Server.")
        assert str(HOUR)[:2] in refused.json["message"], refused.json["message"]
        world.shift(code, 0)
        again = until(world, 200)
        for each in list(world.processes):
            assert world.stop(each) == 0, world.said(each)
        with Logs(world) as logs:
            assert logs.check_answers() >= 2
        assert first.request_id != again.request_id


def test_clocks_that_jump_together_stop_nothing(tmp_path: Path) -> None:
    with ShiftedWorld(tmp_path) as world:
        world.start_all()
        with Callers(world, 2) as callers:
            callers.wait_for(3)
            for jump in (HOUR, 0, -HOUR, 0):
                for code in ("north", "south"):
                    world.shift(code, jump)
                callers.wait_for(3)
        for code in list(world.processes):
            assert world.stop(code) == 0, world.said(code)
        with Logs(world) as logs:
            logs.check_acknowledged(callers.answered)


class ExpiringWorld(World):
    """North's certificate ends in a few seconds."""

    def prepare(self) -> None:
        """Make the certificate before it is listed."""
        north = self.country.nodes["north"]
        at = datetime.now(UTC) - VALID_FOR + timedelta(seconds=LIFE_S)
        open_or_create(north.gateway / "tls", "north", at)


def test_a_certificate_that_expires_under_load_ends_no_connection_and_its_successor_takes_over(tmp_path: Path) -> None:
    with ExpiringWorld(tmp_path) as world:
        north = world.country.nodes["north"]
        world.start_all()
        with Callers(world, 2) as callers:
            callers.wait_for(2)
            left = (north.tls.until - datetime.now(UTC)).total_seconds()
            time.sleep(max(0.0, left) + 0.5)
            callers.wait_for(5)
        assert {status for status, _ in callers.kinds} == {200}
        assert datetime.now(UTC) > north.tls.until
        world.stop("south")
        world.start("south")
        refused = world.ask()
        assert refused.status == 500, "no new connection with an expired certificate"
        assert refused.headers["x-road-error"].startswith("Server.ClientProxy.")
        for name in ("cert.pem", "key.pem"):
            (north.gateway / "tls" / name).unlink()
        north.now = datetime.now(UTC)
        assert north.tls.until > datetime.now(UTC)
        world.country.publish()
        world.stop("north")
        world.start("north")
        until(world, 200)
