"""A node's processes: started together, restarted where that is safe, stopped in order, never left behind."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.ports import free_port
from uruk.kernel.api import SETTINGS, CodedError, load_settings
from uruk.trust.api import LogClient
from uruk.web.child import PARENT_PIPE
from uruk.web.server import _SECRETS, RESTARTS_PERIOD_S, NodeProcesses, child_environment

ROOT = Path(__file__).resolve().parents[3]
LIMIT_S = 90.0


def until(condition: Callable[[], object]) -> None:
    """Wait for a condition, with a limit that only a failure reaches."""
    limit = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < limit, "this never came true"
        time.sleep(0.05)


class Node:
    """A node that runs beside the test."""

    def __init__(self, data: Path) -> None:
        self.data, self.port = data, free_port()
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("URUK_")},
            "URUK_DATA": str(data),
            "URUK_MODE": "demonstration",
            "URUK_COUNTRY": str(ROOT / "tests" / "countries" / "minimal"),
            "URUK_LISTEN": f"127.0.0.1:{self.port}",
            "URUK_PUBLIC_URL": f"http://localhost:{self.port}/",
            "PYTHONPATH": str(ROOT / "src"),
        }
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "uruk.web.server"], env=environment, stderr=subprocess.DEVNULL
        )
        until(self.answers)
        until(lambda: len(self.children()) == 3)

    def answers(self) -> bool:
        assert self.process.poll() is None, "the node ended by itself"
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=10) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def children(self) -> dict[str, int]:
        """The name and process id of each of the node's processes."""
        found = {}
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = path.read_bytes().split(b"\0")
                parent = int((path.parent / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, IndexError):
                continue
            if parent == self.process.pid and b"uruk.web.process" in words:
                found[words[words.index(b"uruk.web.process") + 1].decode()] = int(path.parent.name)
        return found


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Node]:
    running = Node(tmp_path / "node")
    yield running
    if running.process.poll() is None:
        running.process.kill()
    running.process.wait()


def answers_of_log(data: Path) -> bool:
    """Whether the log's process answers at its socket."""
    client = LogClient(data / "log.sock")
    try:
        return client.logs() == ()
    except CodedError:
        return False
    finally:
        client.close()


def alive(process: int) -> bool:
    """Whether a process runs; one that ended and was not waited for does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_node_starts_serves_restarts_its_log_and_stops_clean(node: Node) -> None:
    assert answers_of_log(node.data)
    keys = json.loads((node.data / "public" / "keys.json").read_text())
    assert keys["uruk"] == "keys/1"
    before = node.children()
    assert set(before) == {"log", "pages", "jobs"}
    os.kill(before["log"], signal.SIGKILL)
    until(lambda: node.children().get("log", before["log"]) != before["log"])
    until(lambda: answers_of_log(node.data))
    running = node.children()
    node.process.send_signal(signal.SIGTERM)
    assert node.process.wait(LIMIT_S) == 0
    assert not any(alive(process) for process in running.values())
    assert not (node.data / "log.sock").exists()


def test_who_forks_holds_no_rows_no_socket_and_no_thread(node: Node) -> None:
    """What it held at the moment of a fork would be held twice, or by nobody."""
    held = {str(path.readlink()).partition(":")[0] for path in Path(f"/proc/{node.process.pid}/fd").iterdir()}
    assert not [name for name in held if str(node.data) in name or name == "socket"]
    assert len(list(Path(f"/proc/{node.process.pid}/task").iterdir())) == 1


def test_no_process_outlives_a_node_that_was_killed(node: Node) -> None:
    running = node.children()
    node.process.kill()
    node.process.wait()
    until(lambda: not any(alive(process) for process in running.values()))


def test_a_node_without_pages_ends(node: Node) -> None:
    os.kill(node.children()["pages"], signal.SIGKILL)
    assert node.process.wait(LIMIT_S) == 1


def test_a_node_whose_log_does_not_start_ends_and_says_so(tmp_path: Path) -> None:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("URUK_")},
        "URUK_DATA": str(tmp_path / "node"),
        "URUK_MODE": "production",  # without a passphrase no key can be opened
        "PYTHONPATH": str(ROOT / "src"),
    }
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    node = [sys.executable, "-m", "uruk.web.server"]
    ended = subprocess.run(node, env=environment, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    assert ended.returncode == 1
    assert "acts.passphrase_missing" in ended.stderr
    assert "web.log_not_started" in ended.stderr


def test_a_node_that_cannot_be_prepared_says_which_step(tmp_path: Path) -> None:
    def fail() -> int:
        raise CodedError("web.database_unknown", scheme="oracle")

    node = NodeProcesses(load_settings({"URUK_DATA": str(tmp_path)}))
    with pytest.raises(CodedError) as refused:
        node._do("prepare", fail)
    node.stop()
    assert (refused.value.code, refused.value.values) == ("web.not_prepared", {"part": "prepare"})


def test_each_process_is_told_every_setting(tmp_path: Path) -> None:
    given = {"URUK_DATA": str(tmp_path), "URUK_NODE": "basra", "URUK_THREADS": "3"}
    told = child_environment(load_settings(given), 7)
    assert load_settings(told) == load_settings(given)
    assert {each.name for each in SETTINGS} <= set(told)
    assert told[PARENT_PIPE] == "7"


def test_the_gateway_is_told_no_secret() -> None:
    given = {
        "URUK_KEY_PASSPHRASE": "one that opens seal keys",
        "URUK_DATABASE": "postgresql://u:p@h/n",
        "URUK_NODE": "x",
    }
    told = child_environment(load_settings(given), 7, without=_SECRETS)
    assert {each.name for each in SETTINGS} - set(told) == {each.name for each in SETTINGS if each.kind == "secret"}
    assert "one that opens seal keys" not in told.values()
    assert load_settings(told).node == "x"


def test_a_process_may_end_now_and_then_but_not_again_and_again() -> None:
    moments = iter([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, RESTARTS_PERIOD_S + 4.5])
    processes = NodeProcesses(load_settings({}), monotonic=lambda: next(moments))
    assert [processes._may_restart("jobs") for _ in range(7)] == [True] * 5 + [False, True]
