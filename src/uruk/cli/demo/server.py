"""The demonstration's node: `uruk serve` in a process of its own, on a free port, with its data in one folder."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from uruk.cli.child import start_node
from uruk.cli.demo.standing import Place
from uruk.kernel.api import CodedError, try_port

USUAL_PORT = 8000
START_LIMIT_S = 180
STOP_LIMIT_S = 15
# Below those that the system hands to whoever connects somewhere: one of them may be gone before a node listens there.
_FREE = range(20_000, 32_000)


class Ports:
    """Hands out ports that nobody listens at. Until it is closed, no other demonstration gets the same ones."""

    def __init__(self) -> None:
        self._claims: list[socket.socket] = []

    def usual(self, port: int = USUAL_PORT) -> int:
        """The usual port when nobody holds it, else any free one."""
        return port if self._claimed(port) and _is_free(port) else self.free()

    def free(self) -> int:
        """Any port that nobody holds."""
        return next(port for port in random.sample(_FREE, len(_FREE)) if self._claimed(port) and _is_free(port))

    def again(self, port: int) -> None:
        """Claim a port of an earlier run; ``cli.demo_port_taken`` where somebody has it now."""
        if not (self._claimed(port) and _is_free(port)):
            raise CodedError("cli.demo_port_taken", port=port)

    def close(self) -> None:
        """Give up what was claimed."""
        while self._claims:
            self._claims.pop().close()

    def _claimed(self, port: int) -> bool:
        """Whether this is the first demonstration to want the port."""
        # Between looking at a port and listening there another demonstration could take it. A name without a file
        # (Linux's abstract sockets) says whose it is; elsewhere the race stays, and loses with a clear error.
        if sys.platform != "linux":
            return True
        claim = socket.socket(socket.AF_UNIX)
        try:
            claim.bind(f"\0uruk-demo-{port}")
        except OSError:
            claim.close()
            return False
        self._claims.append(claim)
        return True


def _is_free(port: int) -> bool:
    try:
        try_port(f"127.0.0.1:{port}")
    except OSError:
        return False
    return True


class DemoNode:
    """One node of the demonstration: `environment` is what its processes and its player see of it.

    `name` is the node's code, `place` its ports, `hosts` the institutions that live on it (none named: all),
    `authority` the address of the node that keeps the country's directory ("" on that node itself); `clock`: the file
    that its clock goes by.
    """

    def __init__(
        self,
        name: str,
        data: Path,
        place: Place,
        hosts: Sequence[str] = (),
        authority: str = "",
        clock: Path | None = None,
    ) -> None:
        self.name, self.data = name, data
        # Passkeys are bound to a name, so the address says `localhost`, not 127.0.0.1.
        self.url = f"http://localhost:{place.pages}/"
        self.gateway = f"http://127.0.0.1:{place.gateway}/"
        self.environment = {
            "URUK_MODE": "demonstration",
            "URUK_NODE": name,
            "URUK_DATA": str(data),
            "URUK_PUBLIC_URL": self.url,
            "URUK_LISTEN": f"127.0.0.1:{place.pages}",
            "URUK_INSTITUTIONS": ",".join(hosts),
            "URUK_GATEWAY_LISTEN": f"127.0.0.1:{place.gateway}",
            "URUK_PEER_LISTEN": f"127.0.0.1:{place.peers}",
            "URUK_AUTHORITY_URL": authority,
            "URUK_DEMO_CLOCK": "" if clock is None else str(clock),
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the processes and wait until the pages answer; errors: RuntimeError with the server's log."""
        self.begin()
        self.wait_until_ready()

    def begin(self) -> None:
        """Start the processes."""
        self.data.mkdir(parents=True, exist_ok=True)
        with self._log.open("ab") as log:
            self._process = start_node(self.environment, log)

    def wait_until_ready(self) -> None:
        """Return when the pages answer; errors: RuntimeError with the server's log."""
        deadline = time.monotonic() + START_LIMIT_S
        while not self._answers():
            if self._process is None or self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"the node did not start:\n{self._log.read_text(errors='replace')[-4000:]}")
            time.sleep(0.1)

    def wait(self) -> None:
        """Wait until the node ends by itself."""
        if self._process is not None:
            self._process.wait()

    def stop(self) -> None:
        """Ask the node to stop; after the limit, end it."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    @property
    def _log(self) -> Path:
        return self.data / "server.log"

    def _answers(self) -> bool:
        try:
            with urlopen(f"{self.url}metrics", timeout=2) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False
