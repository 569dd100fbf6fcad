"""Yesterday's copy of a node's folder put back, as docs/operations.md says: what is lost is said, and work goes on."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from tests.demonstration import MINIMAL, ROOT, environment
from tests.ports import free_port
from tests.stem import run
from uruk.trust.api import Directory, Receipt, verify_receipt

LIMIT_S = 120


@dataclass
class Terminal:
    """An administrator's terminal beside one node's folder."""

    data: Path
    settings: dict[str, str]

    def type(self, *words: str, code: int = 0) -> list[dict[str, Any]]:
        """Type a command with ``--json`` and return what it printed."""
        done = run(self.settings, "uruk.cli.main", *words, "--json", limit_s=LIMIT_S)
        assert done.returncode == code, done.stdout + done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def appoint(self, name: str) -> None:
        """An act of the institution, made at the terminal."""
        self.type("officer", "add", name, "--institution", "town", "--role", "writer")

    @contextmanager
    def served(self) -> Iterator[None]:
        """The node runs: from when its pages answer until it has stopped in order."""
        process = subprocess.Popen(
            [sys.executable, "-m", "uruk.web.server"], env=self.settings, cwd=ROOT, stderr=subprocess.DEVNULL
        )
        try:
            self._wait(process)
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            code = process.wait(timeout=LIMIT_S)
        assert code == 0

    def _wait(self, process: "subprocess.Popen[bytes]") -> None:
        limit = time.monotonic() + LIMIT_S
        while True:
            assert process.poll() is None and time.monotonic() < limit, "the node did not start"
            try:
                with urlopen(f"{self.settings['URUK_PUBLIC_URL']}metrics", timeout=5) as answer:
                    assert answer.status == 200
                return
            except OSError:
                time.sleep(0.2)

    def wait_for_gateway(self) -> None:
        """Wait until the node's own way into its gateway is there: the doctor asks by it."""
        limit = time.monotonic() + LIMIT_S
        while not (self.data / "gateway" / "gateway.sock").is_socket():
            assert time.monotonic() < limit, "the gateway did not start"
            time.sleep(0.2)


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """A node that was backed up, went on, and had yesterday's copy put back; it is running again."""
    folder, port = tmp_path_factory.mktemp("restored"), free_port()
    settings = environment(
        URUK_DATA=str(folder / "node"),
        URUK_NODE="test",
        URUK_MODE="demonstration",
        URUK_COUNTRY=str(MINIMAL),
        URUK_PUBLIC_URL=f"http://localhost:{port}/",
        URUK_LISTEN=f"127.0.0.1:{port}",
        URUK_GATEWAY_LISTEN=f"127.0.0.1:{free_port()}",
        URUK_PEER_LISTEN=f"127.0.0.1:{free_port()}",
    )
    found = Terminal(folder / "node", settings)
    with found.served():
        assert run(settings, "uruk.cli.main", "load", limit_s=LIMIT_S).returncode == 0
        found.appoint("first.officer")
    shutil.copytree(found.data, folder / "yesterday", ignore=shutil.ignore_patterns("known"))
    for name in ("second.officer", "third.officer"):
        found.appoint(name)
    put_back(folder / "yesterday", found.data)
    with found.served():
        found.wait_for_gateway()
        yield found


def put_back(copy: Path, data: Path) -> None:
    """As rsync with ``--delete --exclude=/trust/known``: what the node remembers of its logs stays."""
    known = data.parent / "known"
    (data / "trust" / "known").rename(known)
    shutil.rmtree(data)
    shutil.copytree(copy, data)
    known.rename(data / "trust" / "known")
    assert os.access(data / "trust" / "known" / "place", os.R_OK)


def test_the_restored_log_is_closed_and_the_next_generation_opened(terminal: Terminal) -> None:
    first, second = (line for line in terminal.type("log", "show") if "origin" in line)
    assert (first["origin"], first["broken"]) == ("mn/town/test/0/1", "behind")
    assert first["closed"] is not None
    assert (second["origin"], second["closed"]) == ("mn/town/test/0/2", None)


def test_what_was_lost_is_told_entry_by_entry(terminal: Terminal) -> None:
    first = terminal.type("log", "show")[0]
    size = first["size"]
    assert first["lost"] == f"Entries {size} to {size + 1} are lost here. Who has a receipt for one can send it back."


def test_the_doctor_tells_it_as_well(terminal: Terminal) -> None:
    found = terminal.type("doctor", code=doctor_code(terminal))
    lost = [line["sentence"] for line in found if line["code"] == "cli.doctor_lost"]
    assert len(lost) == 1 and "mn/town/test/0/1" in lost[0] and " 2 are lost" in lost[0]
    assert "cli.log_answers" in {line["code"] for line in found}


def doctor_code(terminal: Terminal) -> int:
    """The disk of the machine that runs the tests decides whether somebody is needed."""
    usage = shutil.disk_usage(terminal.data)
    return 0 if usage.free * 100 // usage.total >= 10 else 1


def test_the_institution_publishes_the_break_in_its_next_log(terminal: Terminal) -> None:
    receipt = Receipt.parse(receipts_of(terminal, "log.broken")[0])
    directory = Directory.parse((terminal.data / "public" / "keys.json").read_bytes())
    found = verify_receipt(receipt, directory, type="log.broken", role="published", author="town")
    assert found.origin == "mn/town/test/0/2"
    body = found.statement.body
    assert (body["origin"], body["reason"], body["known_size"] - body["size"]) == ("mn/town/test/0/1", "behind", 2)


def test_both_logs_are_in_keys_json_and_the_old_one_is_retired(terminal: Terminal) -> None:
    directory = Directory.parse((terminal.data / "public" / "keys.json").read_bytes())
    first, second, _ = directory.institution("town").logs
    assert first.retired_at is not None and second.retired_at is None


def test_work_goes_on_and_every_byte_is_right(terminal: Terminal) -> None:
    terminal.appoint("second.officer")
    names = {line["officer"] for line in terminal.type("officer", "list")}
    assert {"first.officer", "second.officer"} <= names and "third.officer" not in names
    assert terminal.type("log", "check") == []


def receipts_of(terminal: Terminal, kind: str) -> list[str]:
    """The receipts of the node's acts of a type, as its database holds them."""
    import sqlite3

    with sqlite3.connect(f"file:{terminal.data}/db.sqlite3?mode=ro", uri=True) as database:
        query = "SELECT receipt FROM acts_actreceipt JOIN acts_act ON acts_act.id = act_id WHERE type = ?"
        found = [row[0] for row in database.execute(query, (kind,))]
    database.close()
    return found
