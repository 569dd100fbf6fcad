"""The network cut both ways and one way: callers are told, others go on, and it heals by itself.

The real cuts need network namespaces, which only root may make; a peer that is stopped (SIGSTOP) is cut both ways for
anybody.
"""

import http.client
import itertools
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.exchange.country import Node
from tests.flows.exchange.load import Callers, Logs
from tests.flows.exchange.world import WAIT_S, World

NUMBERS = itertools.count(os.getpid() % 200)
MAY_CUT = os.geteuid() == 0 and shutil.which("ip") is not None


def test_a_peer_that_says_nothing_at_all_is_given_up_and_found_again(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        world.start_all()
        north = world.processes["north"]
        with Callers(world, 2) as callers:
            callers.wait_for(3)
            north.send_signal(signal.SIGSTOP)
            try:
                wait_for_refusal(callers)
            finally:
                north.send_signal(signal.SIGCONT)
            callers.wait_for(5)
        check(world, callers)


def wait_for_refusal(callers: Callers, limit_s: float = 90.0) -> None:
    """Wait until a caller is told that the other side is away."""
    end = time.monotonic() + limit_s
    while not any(status == 500 for status, _ in callers.kinds):
        assert time.monotonic() < end, f"{callers.kinds}\n{callers.world.told_by_all()}"
        time.sleep(0.05)


def check(world: World, callers: Callers) -> None:
    """Stop both, and compare their logs with what was told."""
    for code in list(world.processes):
        assert world.stop(code) == 0, world.said(code)
    assert all(error for status, error in callers.kinds if status != 200)
    with Logs(world) as logs:
        logs.check_acknowledged(callers.answered)
        logs.check_answers()


class Cable:
    """South in a network namespace of its own; a cable between it and north's side, to be cut."""

    def __init__(self) -> None:
        number = next(NUMBERS) % 250
        self.space, self.here, self.there = f"uruk{number}", f"ukh{number}", f"ukt{number}"
        self.north, self.south = f"10.213.{number}.1", f"10.213.{number}.2"
        run(f"ip netns add {self.space}")
        run(f"ip link add {self.here} type veth peer name {self.there} netns {self.space}")
        run(f"ip addr add {self.north}/24 dev {self.here}")
        run(f"ip link set {self.here} up")
        self.inside(f"ip addr add {self.south}/24 dev {self.there}")
        self.inside(f"ip link set {self.there} up")
        self.inside("ip link set lo up")

    def inside(self, command: str) -> None:
        """Run a command on south's side."""
        run(f"ip netns exec {self.space} {command}")

    def cut(self) -> None:
        """Nothing goes through, either way."""
        run(f"ip link set {self.here} down")

    def mend(self) -> None:
        """Everything goes through."""
        run(f"ip link set {self.here} up")

    def cut_answers(self) -> None:
        """What south says arrives; what north says does not."""
        run(f"ip route add blackhole {self.south}/32")

    def mend_answers(self) -> None:
        """As before."""
        run(f"ip route del blackhole {self.south}/32")

    def take_away(self) -> None:
        """Undo everything."""
        subprocess.run(["ip", "route", "del", "blackhole", f"{self.south}/32"], check=False, capture_output=True)
        run(f"ip netns del {self.space}")


def run(command: str) -> None:
    subprocess.run(command.split(), check=True, capture_output=True)


class OverSocket(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: Path, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        """Open the socket."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


class CabledWorld(World):
    """North listens on its end of the cable; south lives at the other and is called over it."""

    def __init__(self, folder: Path, cable: Cable) -> None:
        self.cable = cable
        super().__init__(folder)

    def prepare(self) -> None:
        """Put each node at its end."""
        self.country.nodes["north"].peer_host = self.cable.north
        self.country.nodes["south"].peer_host = self.cable.south

    def connect(self, code: str, timeout: float = WAIT_S) -> http.client.HTTPConnection:
        """South's own port is inside; its socket in the file system is for whoever may open it."""
        if code != "south":
            return super().connect(code, timeout)
        return OverSocket(self.country.nodes[code].gateway / "gateway.sock", timeout)

    def command(self, node: Node) -> list[str]:
        """South runs inside its namespace."""
        found = super().command(node)
        return ["ip", "netns", "exec", self.cable.space, *found] if node.code == "south" else found


if MAY_CUT:  # elsewhere these are no tests

    @pytest.fixture
    def cabled(tmp_path: Path) -> Iterator[CabledWorld]:
        cable = Cable()
        try:
            with CabledWorld(tmp_path, cable) as world:
                world.start_all()
                yield world
        finally:
            cable.take_away()

    @pytest.mark.parametrize("way", ["both", "one"])
    def test_a_cut_network_is_told_and_heals_by_itself(cabled: CabledWorld, way: str) -> None:
        cable = cabled.cable
        with Callers(cabled, 2) as callers:
            callers.wait_for(3)
            cable.cut() if way == "both" else cable.cut_answers()
            wait_for_refusal(callers)
            cable.mend() if way == "both" else cable.mend_answers()
            callers.wait_for(5, limit_s=120)
        assert callers.lost == 0
        check(cabled, callers)
