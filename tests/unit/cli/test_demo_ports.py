"""The demonstration's port: the usual one, unless somebody has it or another demonstration is about to."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from uruk.cli.demo.server import Ports

CLAIM = """
from uruk.cli.demo.server import Ports
ports = Ports()
print(ports.usual({port}), flush=True)
input()
"""


@pytest.fixture
def ports() -> Iterator[Ports]:
    with closing(Ports()) as found:
        yield found


def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_port_that_somebody_listens_at_is_not_taken(ports: Ports) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert ports.usual(port) not in {0, port}


def test_two_demonstrations_that_start_at_once_get_two_ports(ports: Ports) -> None:
    port = unused_port()
    command = [sys.executable, "-c", CLAIM.format(port=port)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert int(other.stdout.readline()) == port
        assert ports.usual(port) not in {0, port}
        other.communicate("\n", timeout=30)
    assert ports.usual(port) == port


def test_no_free_port_is_handed_out_twice_or_given_to_whoever_connects(ports: Ports) -> None:
    first = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text(encoding="ascii").split()[0])
    with closing(Ports()) as others:
        found = [ports.free() for _ in range(20)] + [others.free() for _ in range(20)]
    assert len(set(found)) == len(found) and max(found) < first


def test_a_demonstration_that_ended_leaves_its_port_to_the_next(ports: Ports) -> None:
    port = unused_port()
    assert ports.usual(port) == port
    ports.close()
    with closing(Ports()) as next_ones:
        assert next_ones.usual(port) == port
