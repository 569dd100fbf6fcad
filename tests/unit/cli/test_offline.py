"""The demonstration's second person has no network: whatever would leave the machine is refused."""

import socket
import subprocess
import sys

import pytest

from tests.demonstration import environment

PROGRAM = """
import runpy, socket, sys
sys.argv = ["uruk", "--help"]
try:
    runpy.run_module({module!r}, run_name="__main__")
except SystemExit as end:
    assert not end.code
socket.create_connection(("127.0.0.1", {port})).close()
"""


@pytest.mark.parametrize(("module", "reached"), [("uruk.cli.main", True), ("uruk.cli.demo.offline", False)])
def test_only_the_command_without_a_network_reaches_nobody(module: str, reached: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as somebody:
        program = PROGRAM.format(module=module, port=somebody.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-c", program], check=False, capture_output=True, text=True, timeout=60, env=environment()
        )
    assert (done.returncode == 0) is reached, done.stderr
    assert ("there is no network here" in done.stderr) is not reached
