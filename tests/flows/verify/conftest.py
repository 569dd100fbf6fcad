"""A node of their own for those who verify: documents issued on it, holders seen; it may be killed and comes back."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.flows.node import Node, start, stop


@dataclass(frozen=True)
class Paper:
    """A document as its holder has it in hand: number, check code, what its QR holds, its file."""

    id: str
    number: str
    check_code: str
    code: str
    url: str
    path: Path


@dataclass
class Office:
    """A running node and the papers issued on it: `certificate` (filled), `letter` (sealed), `revoked`."""

    node: Node
    process: "subprocess.Popen[bytes]"
    papers: dict[str, Paper]

    @property
    def root(self) -> str:
        """The address of the node."""
        return self.node.root

    def paper(self, name: str) -> Paper:
        """A paper by its short name."""
        names = {
            "certificate": "graduation-certificate",
            "letter": "official-letter",
            "revoked": "residence-confirmation",
        }
        return self.papers[names[name]]

    def kill(self) -> None:
        """Kill all of the node's processes at once."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def open_office(folder: Path) -> Office:
    """Start a node and issue the country's example documents on it."""
    node, process = start(folder / "node")
    try:
        said = node.run("tests.flows.verify.issue", json.dumps(node.people), str(folder))
    except BaseException:
        stop(process)
        raise
    found = json.loads(said)
    papers = {name: Paper(**{**values, "path": Path(values["path"])}) for name, values in found.items()}
    return Office(node, process, papers)


@pytest.fixture(scope="package")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The office that these journeys share."""
    found = open_office(tmp_path_factory.mktemp("verify"))
    yield found
    stop(found.process)
