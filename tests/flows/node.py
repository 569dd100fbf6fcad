"""A real node for the journeys: the server's processes on a temporary folder, a country in force, its people."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from tests.ports import free_port
from tests.stem import run as beside

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "the password of everybody here"
START_LIMIT_S = 90
STOP_LIMIT_S = 20


@dataclass
class Node:
    """A running node: its address, its folder, who lives there, and the passkeys and sessions of officers so far."""

    root: str
    data: Path
    environment: dict[str, str]
    people: dict[str, str] = field(default_factory=dict)
    passkeys: dict[str, dict[str, Any]] = field(default_factory=dict)
    sessions: dict[str, Any] = field(default_factory=dict)

    def run(self, module: str, *words: str) -> str:
        """Run a module of ours beside the node, and return what it printed."""
        done = beside(self.environment, module, *words)
        assert done.returncode == 0, done.stderr[-4000:]
        return done.stdout


def environment(data: Path, port: int) -> dict[str, str]:
    """What the node's processes see: a demonstration under the name that passkeys are bound to."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("URUK_", "DJANGO_"))}
    return {
        **kept,
        "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT))),
        "URUK_DATA": str(data),
        "URUK_NODE": "flows",
        "URUK_MODE": "demonstration",
        "URUK_PUBLIC_URL": f"http://localhost:{port}/",
        "URUK_LISTEN": f"127.0.0.1:{port}",
        "URUK_GATEWAY_LISTEN": f"127.0.0.1:{free_port()}",
        "URUK_PEER_LISTEN": f"127.0.0.1:{free_port()}",
        # However slow the machine: journeys that follow each other share their officers' sessions.
        "URUK_DESK_SESSION_MINUTES": "600",
    }


def start(data: Path, **more: str) -> tuple[Node, "subprocess.Popen[bytes]"]:
    """Start a node and wait until its pages answer; then put the country in force and let its people in.

    `more`: what its processes see beside that (another country).
    """
    port = free_port()
    node = Node(f"http://localhost:{port}/", data, environment(data, port) | more)
    data.mkdir(parents=True, exist_ok=True)
    with (data / "server.log").open("wb") as log:
        command = [sys.executable, "-m", "uruk.web.server"]
        process = subprocess.Popen(
            command, env=node.environment, cwd=ROOT, stdout=log, stderr=log, start_new_session=True
        )
    try:
        _wait(node, process)
        node.people.update(json.loads(node.run("tests.flows.furnish", PASSWORD)))
    except BaseException:
        stop(process)
        raise
    return node, process


def stop(process: "subprocess.Popen[bytes]") -> None:
    """Stop the node in order; after the limit, end all its processes."""
    process.terminate()
    try:
        process.wait(STOP_LIMIT_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait(node: Node, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(f"{node.root}metrics", timeout=2) as answer:
                assert answer.status == 200
                return
        except (URLError, OSError):
            time.sleep(0.1)
    log = (node.data / "server.log").read_text(encoding="utf-8", errors="replace")
    raise RuntimeError(f"the node did not start:\n{log[-4000:]}")
