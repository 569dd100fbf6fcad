"""The demonstration's port: the usual one, unless somebody has it or another demonstration is about to."""

import socket
import subprocess
import sys

from uruk.cli.demo.server import free_port

CLAIM = "from uruk.cli.demo.server import free_port; print(free_port({port}), flush=True); input()"


def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_port_that_somebody_listens_at_is_not_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert free_port(port) not in {0, port}


def test_two_demonstrations_that_start_at_once_get_two_ports() -> None:
    port = unused_port()
    command = [sys.executable, "-c", CLAIM.format(port=port)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert int(other.stdout.readline()) == port
        assert free_port(port) not in {0, port}
        other.communicate("\n", timeout=30)
    assert free_port(port) == port
