"""The life of a gateway's process: it reloads without dropping a request, drains when told, ends with its parent."""

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import Request, urlopen

import msgspec

from tests.flows.exchange.load import Callers
from tests.flows.exchange.world import CLIENT, LETTERS, PERSONS, WAIT_S, World
from uruk.exchange.api import open_or_create


def until(holds: "object", limit_s: float = WAIT_S) -> None:
    """Wait until a function says yes."""
    assert callable(holds)
    end = time.monotonic() + limit_s
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def health(world: World, code: str) -> dict[str, object]:
    """What a gateway says of itself."""
    found: dict[str, object] = world.request(code, "GET", "/health").json
    return found


def test_a_new_snapshot_and_directory_count_without_a_request_being_dropped(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        world.start_all()
        assert world.ask("/x", LETTERS).status == 200
        with Callers(world) as callers:
            callers.wait_for(5)
            world.country.agreements = world.country.agreements[:1]
            world.country.write_snapshots(made_at=7)
            world.country.publish()
            until(lambda: world.ask("/x", LETTERS).headers.get("x-road-error") == "Server.ServerProxy.AccessDenied")
            until(lambda: health(world, "south")["directory"]["version"] == 2)  # type: ignore[index]
            callers.wait_for(5)
        assert set(callers.kinds) == {(200, "")} and callers.lost == 0
        assert "1970-01-01T00:00:07Z" in str(health(world, "south")["snapshot"])


def test_a_snapshot_that_cannot_be_read_is_told_and_the_last_one_counts(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        world.start_all()
        path = world.country.nodes["south"].gateway / "snapshot.json"
        whole = path.read_bytes()
        path.write_bytes(whole[:50])
        until(lambda: health(world, "south")["status"] == "degraded")
        (problem,) = [one for one in health(world, "south")["problems"] if one["check"] == "reload"]  # type: ignore[attr-defined]
        assert problem["code"] == "exchange.snapshot_malformed" and world.ask().status == 200
        other = msgspec.json.decode(whole) | {"node": "elsewhere"}
        path.write_bytes(json.dumps(other).encode())
        until(lambda: "elsewhere" in json.dumps(health(world, "south")["problems"]))
        assert world.ask().status == 200
        path.write_bytes(whole)
        until(lambda: not [one for one in health(world, "south")["problems"] if one["check"] == "reload"])  # type: ignore[attr-defined]


def test_a_gateway_that_is_told_to_stop_answers_what_is_under_way(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        world.start_all()
        assert world.provider is not None
        inside, told = threading.Event(), threading.Event()

        def slow(method: str, path: str, headers: object, body: bytes) -> tuple[int, dict[str, str], bytes]:
            inside.set()
            told.wait(WAIT_S)
            time.sleep(0.3)
            return 200, {}, b"late"

        world.provider.answer = slow
        answers = []
        caller = threading.Thread(target=lambda: answers.append(world.ask("/x", LETTERS)))
        caller.start()
        assert inside.wait(WAIT_S)
        for code in ("south", "north"):
            world.processes[code].send_signal(signal.SIGTERM)
        told.set()
        caller.join(WAIT_S)
        assert [(one.status, one.body, one.headers.get("connection")) for one in answers] == [(200, b"late", "close")]
        assert [world.processes.pop(code).wait(WAIT_S) for code in ("south", "north")] == [0, 0]
        assert not (world.country.nodes["south"].gateway / "gateway.sock").exists()


def test_a_gateway_ends_with_its_parent(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        node = world.country.nodes["south"]
        theirs, ours = os.pipe()
        os.set_inheritable(theirs, True)
        environment = world.environment(node) | {"NODE_PARENT_PIPE": str(theirs)}
        command = [sys.executable, "-m", "uruk.gateway.process"]
        with (tmp_path / "gateway.log").open("wb") as log:
            process = subprocess.Popen(command, env=environment, pass_fds=(theirs,), stdout=log, stderr=log)
        os.close(theirs)
        world.processes["south"] = process
        world.wait_for("south")
        os.close(ours)
        assert process.wait(WAIT_S) == 0


def test_a_gateway_without_a_snapshot_or_without_its_log_says_so(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        node = world.country.nodes["hub"]
        (node.gateway / "snapshot.json").unlink()
        command = [sys.executable, "-m", "uruk.gateway.process"]
        done = subprocess.run(
            command, env=world.environment(node), check=False, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 1 and "exchange.snapshot_missing" in done.stderr
        world.start_all("south")
        twice = subprocess.run(
            command,
            env=world.environment(world.country.nodes["south"]),
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert twice.returncode == 1 and "trust.log_" in twice.stderr


def test_health_names_a_directory_that_is_not_there(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        node = world.country.nodes["south"]
        (node.folder / "directory").rename(node.folder / "elsewhere")
        world.start("south")
        found = health(world, "south")
        assert found["status"] == "failed" and "directory" in [one["check"] for one in found["problems"]]  # type: ignore[attr-defined]
        refused = world.ask()
        assert refused.headers["x-road-error"] == "Server.ClientProxy.OutdatedGlobalConf"
        (node.folder / "elsewhere").rename(node.folder / "directory")
        world.start("north")
        until(lambda: world.ask().status == 200)


def test_systems_are_let_in_over_tls_with_their_certificate(tmp_path: Path) -> None:
    made = open_or_create(tmp_path / "plan", "season-plan", datetime.now(UTC))
    with World(tmp_path / "w", URUK_GATEWAY_TLS_LISTEN="127.0.0.1:0", URUK_XROAD_ERRORS="new") as world:
        south = world.country.nodes["south"]
        (system,) = south.systems["agriculture"]
        changed = {"protection": "mutual", "certificates": (made.sha256,), "trusted": made.cert_pem.decode()}
        south.systems["agriculture"] = (msgspec.structs.replace(system, **changed),)
        world.country.write_snapshots()
        world.start_all()
        refused = world.ask()
        assert refused.headers["x-road-error"] == "server.clientproxy.ssl_authentication_failed"
        port = int(world.said("south").rpartition("ports=[")[2].partition("]")[0].split(",")[1])
        context = ssl.create_default_context(cadata=south.tls.cert_pem.decode())
        context.check_hostname = False
        context.load_cert_chain(made.cert_path, made.key_path)
        asked = Request(f"https://127.0.0.1:{port}/r1/{PERSONS}/199001011234", headers={"X-Road-Client": CLIENT})
        with urlopen(asked, context=context, timeout=WAIT_S) as answer:
            assert answer.status == 200 and json.loads(answer.read())["name"] == "زينب كاظم"


def test_metrics_count_both_sides(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        world.start_all()
        assert world.ask().status == 200
        client, producer = (world.request(code, "GET", "/metrics").body.decode() for code in ("south", "north"))
        assert 'uruk_exchange_messages_total{security_server_type="Client"' in client
        assert 'uruk_exchange_messages_total{security_server_type="Producer"' in producer
        assert "uruk_log_up 1" in client and "uruk_gateway_links 1" in producer


def test_a_port_that_is_taken_ends_the_gateway_cleanly(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        node = world.country.nodes["south"]
        with socket.socket() as other:
            other.bind(("127.0.0.1", node.port))
            other.listen()
            command = [sys.executable, "-m", "uruk.gateway.process"]
            done = subprocess.run(
                command, env=world.environment(node), check=False, capture_output=True, text=True, timeout=60
            )
        assert done.returncode == 1 and "gateway did not start" in done.stderr and "Traceback" not in done.stderr
        world.start_all("south")
