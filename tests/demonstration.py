"""One demonstration, played once for all tests that read what it left: each of the countries that the suite knows."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.processes import Process, processes
from uruk.cli.demo.server import USUAL_PORT
from uruk.cli.demo.standing import find_standing
from uruk.trust.api import Receipt
from uruk.trust.log.known import settle_in

ROOT = Path(__file__).resolve().parents[1]
MINIMAL = ROOT / "tests" / "countries" / "minimal"
LAST = "played"
LIMIT_S = 400


@dataclass(frozen=True)
class Demonstration:
    """What `uruk demo --json --data` printed and left: a folder for each node.

    `up` is what was seen of each node's processes after the last step, when all were up again.
    """

    data: Path
    steps: tuple[dict[str, Any], ...]
    up: dict[str, list[Process]] = field(default_factory=dict)

    @property
    def nodes(self) -> tuple[str, ...]:
        """The nodes, as the first line names them."""
        return tuple(self.steps[0]["nodes"])

    @property
    def home(self) -> str:
        """The node on which a document was revoked: the one that tests of documents look at."""
        return str(self.step("revoked")[0]["node"])

    def public(self, node: str = "") -> Path:
        """The public folder of a node; of `home` where none is named."""
        return self.data / (node or self.home) / "public"

    @property
    def keys(self) -> Path:
        """The keys.json of `home`."""
        return self.public() / "keys.json"

    def step(self, name: str, node: str = "") -> list[dict[str, Any]]:
        """All lines of one step, of one node or of all."""
        return [step for step in self.steps if step["step"] == name and node in ("", step.get("node"))]

    def receipts(self, node: str = "") -> list[str]:
        """Every receipt that was printed of entries in the logs of one node, or of all."""
        found = [step["receipt"] for step in self.steps if "receipt" in step]
        return [one for one in found if node in ("", Receipt.parse(one).origin.split("/")[2])]


def environment(**more: str) -> dict[str, str]:
    """A shell's environment: `uruk` first on the path, no setting of the test run."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("URUK_", "DJANGO_"))}
    path = f"{Path(sys.executable).parent}:{kept['PATH']}"
    return {**kept, "PATH": path, "PYTHONPATH": str(ROOT / "src"), **more}


def typed(data: Path, *words: str, **settings: str) -> "subprocess.Popen[str]":
    """The demonstration, into a folder; home, temporary and working folder are an empty one beside it."""
    _usual_port_held()
    elsewhere = data.parent / "elsewhere"
    elsewhere.mkdir(exist_ok=True)
    places = {"HOME": str(elsewhere), "TMPDIR": str(elsewhere)}
    command = [sys.executable, "-m", "uruk.cli.main", "demo", *words, "--json", "--data", str(data)]
    with (data.parent / "complaints").open("w", encoding="utf-8") as complaints:
        return subprocess.Popen(
            command,
            cwd=elsewhere,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
            env=environment(**places, **settings),
        )


@cache
def _usual_port_held() -> socket.socket:
    """No demonstration of this suite has the usual port: one that is to go on there would find the next one at it."""
    held = socket.socket(socket.AF_UNIX)
    with suppress(OSError):  # another process of the suite holds it
        held.bind(f"\0uruk-demo-{USUAL_PORT}")
    return held


def ended(process: "subprocess.Popen[str]", data: Path, printed: str) -> tuple[dict[str, Any], ...]:
    """What it printed, line for line, when it has ended well."""
    printed += process.communicate(timeout=LIMIT_S)[0]
    complaints = (data.parent / "complaints").read_text(encoding="utf-8")
    assert process.returncode == 0, f"{printed[-2000:]}\n{complaints[-4000:]}"
    (data.parent / "demo.jsonl").write_text(printed, encoding="utf-8")
    return tuple(json.loads(line) for line in printed.splitlines())


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    """The demonstration of the bundled country, which stayed up until Ctrl-C; it may go on elsewhere (`going_on`).

    Tests that use it run in one process: see tests/workers.py.
    """
    data = tmp_path_factory.mktemp("played") / "demo"
    process = typed(data)
    printed = _read_to(LAST, process)
    up = processes(data)
    process.send_signal(signal.SIGINT)
    found = Demonstration(data, ended(process, data, printed), up)
    standing = find_standing(data)
    assert standing is not None
    with _held(standing.ports()):
        yield found


@contextmanager
def going_on(played: Demonstration, data: Path) -> Iterator[None]:
    """The nodes of a demonstration that was played are up again, on a copy of its folder, until Ctrl-C."""
    shutil.copytree(played.data, data, symlinks=True, ignore=shutil.ignore_patterns("*.sock"))
    # A log notices that its folder is a copy, and would begin another. Where it was played, nobody goes on.
    for mark in data.rglob("place.is"):
        settle_in(mark.parent)
    process = typed(data)
    printed = _read_to("listening", process)
    yield
    process.send_signal(signal.SIGINT)
    ended(process, data, printed)


def _read_to(step: str, process: "subprocess.Popen[str]") -> str:
    """What it prints up to the line of a step."""
    assert process.stdout is not None
    printed = ""
    for line in process.stdout:
        printed += line
        if json.loads(line)["step"] == step:
            break
    return printed


@contextmanager
def _held(ports: Iterable[int]) -> Iterator[None]:
    """Nobody is given these ports meanwhile; who knows them can listen there all the same."""
    with ExitStack() as stack:
        for port in ports:
            held = stack.enter_context(socket.socket())
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            held.bind(("127.0.0.1", port))
        yield


@contextmanager
def database(purpose: str = "played") -> Iterator[str]:
    """A database of its own on the server of this run: its URL, or nothing where the suite runs on SQLite."""
    server = os.environ.get("URUK_TEST_POSTGRES", "")
    if not server:
        yield ""
        return
    name = f"uruk_{purpose}_{os.getpid()}"
    with closing(psycopg.connect(server, autocommit=True)) as link:
        link.execute(f"CREATE DATABASE {name}")
        yield f"{server.rpartition('/')[0]}/{name}"
        link.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def minimal_demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    """The same journey in a country that was written for tests alone, on the database of this run."""
    with database() as url:
        data = tmp_path_factory.mktemp("minimal") / "demo"
        settings = {"URUK_COUNTRY": str(MINIMAL), "URUK_DATABASE": url}
        process = typed(data, "--once", "--people", "300", "--seed", "7", **settings)
        yield Demonstration(data, ended(process, data, ""))
