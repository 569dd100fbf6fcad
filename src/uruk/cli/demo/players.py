"""The other end of the players: asks a node's process to play a part, and prints the steps as they come."""

import json
import os
import subprocess
import sys
from typing import Any

from uruk.cli.demo.report import Report
from uruk.cli.demo.server import DemoNode

STOP_LIMIT_S = 10


class Player:
    """The process that plays the parts of one node."""

    def __init__(self, node: DemoNode, report: Report) -> None:
        self.node, self._report = node, report
        self._process: subprocess.Popen[str] | None = None

    def play(self, deed: str, **asked: Any) -> Any:
        """Have a part played, and return its result; RuntimeError with the reason where it came out wrong."""
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps({"do": deed, **asked}, default=str) + "\n")
        process.stdin.flush()
        for line in process.stdout:
            said = json.loads(line)
            if "result" in said:
                return said["result"]
            if "failed" in said:
                raise RuntimeError(f"{self.node.name}: {said['failed']}")
            self._report.repeat({**said, "node": self.node.name})
        raise RuntimeError(f"{self.node.name}: the player ended while it played {deed}")

    def stop(self) -> None:
        """End the process."""
        if self._process is None:
            return
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _running(self) -> "subprocess.Popen[str]":
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "uruk.cli.demo.player"],
                env={**os.environ, **self.node.environment},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
            )
        return self._process
