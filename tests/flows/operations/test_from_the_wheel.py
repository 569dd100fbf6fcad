"""One institution from the built wheel, by an ordinary user: init, up, TLS, backup, restore, upgrade, gateway."""

import http.client
import json
import os
import shutil
import signal
import ssl
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hatchling.builders.wheel import WheelBuilder

from tests.demonstration import ROOT, database, environment
from tests.ports import free_port
from uruk.cli.gateway_health import gateway_health

pytestmark = pytest.mark.database
LIMIT_S = 240
SYSTEM = "iq/GOV/agriculture/season-plan"
# Whoever runs the suite may be root; inside, it is a user without any right of root's.
_ORDINARY = ["unshare", "--user", "--map-user=1000", "--map-group=1000", "--"] if os.geteuid() == 0 else []


@dataclass
class Machine:
    """A machine with the wheel installed, and the folder of a node."""

    program: Path
    folder: Path
    database: str

    @property
    def data(self) -> Path:
        """The node's data."""
        return self.folder / "data"

    def words(self, *words: str) -> list[str]:
        """A command as it is typed."""
        return [*_ORDINARY, str(self.program), *words]

    def type(self, *words: str, code: int = 0) -> list[dict[str, Any]]:
        """Type a command of the node with ``--json``; what it printed."""
        settings = ("--settings", str(self.folder / "uruk.env")) if words[0] != "init" else ()
        done = subprocess.run(
            self.words(*settings, *words, "--json"),
            check=False, capture_output=True, text=True, timeout=LIMIT_S, env=self.environment, cwd=self.folder.parent,
        )  # fmt: skip
        assert done.returncode == code, done.stdout + done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    @property
    def environment(self) -> dict[str, str]:
        """A shell without a setting and without this checkout."""
        found = environment(HOME=str(self.folder.parent))
        return {name: value for name, value in found.items() if name != "PYTHONPATH"}

    @contextmanager
    def up(self) -> Iterator[dict[str, Any]]:
        """The node, from when it says where it answers until Ctrl-C."""
        words = self.words("--settings", str(self.folder / "uruk.env"), "up", "--json")
        with (self.folder / "up.log").open("ab") as log:
            process = subprocess.Popen(
                words, env=self.environment, cwd=self.folder.parent, stdout=subprocess.PIPE, stderr=log, text=True
            )
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            assert line, (self.folder / "up.log").read_text(errors="replace")[-4000:]
            yield json.loads(line)
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=LIMIT_S)
        assert process.returncode == 0

    def officers(self) -> set[str]:
        """Who holds an office."""
        return {line["officer"] for line in self.type("officer", "list")}

    def appoint(self, name: str) -> None:
        """An act of the institution."""
        self.type("officer", "add", name, "--institution", "agriculture", "--role", "planner")

    def logs(self) -> list[tuple[str, bool]]:
        """Each log of acts and whether something of it was lost."""
        return [(line["origin"], line["broken"] is not None) for line in self.type("log", "show") if "origin" in line]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`uruk` of a wheel that was built from a copy of what is here, installed beside the libraries of this run."""
    folder = tmp_path_factory.mktemp("installed")
    copy = folder / "uruk"
    for name in ("src", "countries", "packaging", "requirements"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    built = next(iter(WheelBuilder(str(copy)).build(directory=str(copy / "dist"))))
    venv.create(folder / "opt", with_pip=True)
    (own,) = (folder / "opt" / "lib").glob("python*/site-packages")
    (libraries,) = (path for path in map(Path, sys.path) if path.name == "site-packages")
    (own / "libraries.pth").write_text(f"{libraries}\n", encoding="utf-8")
    pip = [folder / "opt" / "bin" / "python", "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", built]
    subprocess.run(pip, check=True, env=environment(PIP_DISABLE_PIP_VERSION_CHECK="1"), timeout=LIMIT_S)
    return folder / "opt" / "bin" / "uruk"


@pytest.fixture(scope="module")
def machine(program: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine on which a node of Agriculture was made, on the database of this run."""
    with database("wheel") as url:
        found = Machine(program, tmp_path_factory.mktemp("machine") / "node", url)
        ports = [str(free_port()) for _ in range(4)]
        listen = [f"127.0.0.1:{port}" for port in ports]
        found.type(
            "init", str(found.folder), "--institution", "agriculture", "--url", f"http://localhost:{ports[0]}/",
            "--listen", listen[0], "--gateway", listen[1], "--gateway-tls", listen[2], "--peers", listen[3],
            *(("--database", url) if url else ()),
        )  # fmt: skip
        yield found


def over_tls(machine: Machine, address: str, certificate: Path | None) -> tuple[int, dict[str, Any]]:
    """What the gateway answers over TLS to who says it is `season-plan`; it shows its own certificate itself."""
    context = ssl.create_default_context(cafile=str(machine.data / "gateway" / "tls" / "cert.pem"))
    context.check_hostname = False
    if certificate is not None:
        context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    host, port = address.removeprefix("https://").rstrip("/").split(":")
    link = http.client.HTTPSConnection(host, int(port), context=context, timeout=30)
    try:
        link.request("GET", "/r1/iq/GOV/agriculture/season-plan/listMethods", headers={"X-Road-Client": SYSTEM})
        answer = link.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        link.close()


def told_over_tls(machine: Machine, address: str, certificate: Path) -> str:
    """The same, from when the gateway knows a certificate that was admitted just now."""
    limit = time.monotonic() + LIMIT_S
    while True:
        try:
            return str(over_tls(machine, address, certificate)[1]["type"])
        except (OSError, http.client.HTTPException):
            assert time.monotonic() < limit
            time.sleep(0.2)


def test_a_node_is_made_started_kept_and_put_back(machine: Machine) -> None:
    """The whole life of a node; the steps follow each other as they do for its administrator."""
    backups = machine.folder.parent / "backups"
    with machine.up() as told:
        assert told["health"] in {"ok", "degraded", "failed"}  # alone it has no directory, and says so
        assert all(problem.strip() for problem in told["problems"])
        machine.type("system", "admit", "agriculture/season-plan", "--new", str(machine.folder / "season-plan"))
        # Without the certificate nobody is let in; with it one is told that this node is in no country yet.
        assert over_tls(machine, told["gateway_tls"], None)[1]["type"] == "Server.ClientProxy.SslAuthenticationFailed"
        known = told_over_tls(machine, told["gateway_tls"], machine.folder / "season-plan")
        assert known == "Server.ClientProxy.OutdatedGlobalConf"
        machine.appoint("first.officer")
        (made,) = machine.type("backup", str(backups / "first"))
        assert made["database"] == ("postgresql" if machine.database else "sqlite")
        machine.appoint("second.officer")
        machine.type("restore", str(backups / "first"), code=1)  # not under a running node
    assert machine.officers() == {"first.officer", "second.officer"}

    (restored,) = machine.type("restore", str(backups / "first"))
    assert Path(restored["aside"]).is_dir()
    assert machine.logs() == [("iq/agriculture/agriculture/0/1", True)]
    with machine.up():
        assert machine.officers() == {"first.officer"}
        machine.appoint("third.officer")
    assert ("iq/agriculture/agriculture/0/2", False) in machine.logs()
    assert machine.type("log", "check") == []

    (upgraded,) = machine.type("upgrade", "--backup", str(backups / "before"))
    assert upgraded["before"] == upgraded["now"] != "-"
    assert (backups / "before" / "backup.json").is_file()
    with machine.up():
        assert machine.officers() == {"first.officer", "third.officer"}


def test_the_gateway_runs_alone(machine: Machine) -> None:
    words = machine.words("--settings", str(machine.folder / "uruk.env"), "gateway")
    process = subprocess.Popen(words, env=machine.environment, stderr=subprocess.DEVNULL)
    try:
        limit = time.monotonic() + LIMIT_S
        while (health := gateway_health(machine.data)) is None:
            assert process.poll() is None and time.monotonic() < limit
            time.sleep(0.1)
        assert health["institutions"] == ["agriculture"]
        environ = Path(f"/proc/{process.pid}/environ").read_bytes()
        assert b"URUK_KEY_PASSPHRASE" not in environ and b"URUK_DATABASE" not in environ
    finally:
        process.terminate()
        assert process.wait(LIMIT_S) == 0


def test_a_second_node_is_not_made_over_the_first(machine: Machine) -> None:
    words = ("init", str(machine.folder), "--institution", "agriculture", "--url", "http://localhost/")
    assert machine.type(*words, code=1) == []


def test_an_institution_that_the_country_does_not_have_gets_no_node(machine: Machine) -> None:
    words = ("init", str(machine.folder.parent / "other"), "--institution", "nobody", "--url", "http://localhost/")
    assert machine.type(*words, code=1) == []
    assert not (machine.folder.parent / "other").exists()
