"""A node that a command started ends with the command, also where that is killed."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.demonstration import environment
from tests.ports import free_port
from tests.processes import processes

STARTS = """
import signal, sys
from uruk.cli.child import start_node
start_node({"URUK_DATA": sys.argv[1]})
signal.pause()
"""
LIMIT_S = 90.0


def test_a_node_is_gone_when_the_command_that_started_it_was_killed(tmp_path: Path) -> None:
    node = tmp_path / "node"
    node.mkdir()
    told = {
        "URUK_MODE": "demonstration",
        "URUK_LISTEN": f"127.0.0.1:{free_port()}",
        "URUK_GATEWAY_LISTEN": f"127.0.0.1:{free_port()}",
        "URUK_PEER_LISTEN": f"127.0.0.1:{free_port()}",
    }
    command = subprocess.Popen(
        [sys.executable, "-c", STARTS, str(node)], env=environment(**told), stderr=subprocess.DEVNULL
    )
    until(lambda: processes(tmp_path) != {})
    command.kill()
    command.wait()
    until(lambda: processes(tmp_path) == {})


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LIMIT_S
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)
