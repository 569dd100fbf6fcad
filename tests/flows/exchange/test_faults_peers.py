"""A peer that is slow, gone, cut off or talks garbage harms nobody but those who ask it."""

import os
import socket
import ssl
import threading
import time
from pathlib import Path

import pytest

from tests.flows.exchange.load import Callers
from tests.flows.exchange.world import CLIENT, LETTERS, PERSONS, World, person
from uruk.exchange.api import client_context
from uruk.exchange.messages import wire

CONNECTIONS = int(os.environ.get("URUK_OPEN_CONNECTIONS", "500"))


@pytest.fixture
def world(tmp_path: Path):
    with World(tmp_path) as made:
        made.start_all()
        yield made


def test_who_asks_a_node_that_is_stopped_is_told_whom_it_waits_for(world: World) -> None:
    assert world.ask().status == 200
    world.stop("north")
    answer = world.ask()
    assert answer.status == 500
    assert answer.headers["x-road-error"].startswith("Server.ClientProxy.")
    assert "xx/GOV/interior" in answer.json["message"] or "north" in answer.json["message"]
    world.start("north")
    with Callers(world, 1) as callers:
        callers.wait_for(1)


def test_a_provider_that_is_slow_keeps_no_other_request_waiting(world: World) -> None:
    released = threading.Event()

    def slow_letters(method, path, headers, body):
        if "/letters" in path:
            released.wait(30)
        return person(method, path, headers, body)

    assert world.provider is not None
    world.provider.answer = slow_letters
    waiting = [threading.Thread(target=world.ask, args=(f"/{n}", LETTERS), daemon=True) for n in range(8)]
    for one in waiting:
        one.start()
    try:
        while not any("/letters" in path for _, path, _, _ in world.provider.seen):
            time.sleep(0.02)
        assert [world.ask(f"/19900101{n:04}").status for n in range(10)] == [200] * 10
        assert any(one.is_alive() for one in waiting), "the slow ones still wait, and held nobody up"
    finally:
        released.set()
        for one in waiting:
            one.join(30)


def test_garbage_at_the_peers_port_closes_that_connection_and_no_other(world: World) -> None:
    south, north = world.country.nodes["south"], world.country.nodes["north"]
    with Callers(world, 2) as callers:
        callers.wait_for(2)
        for data in (b"GET / HTTP/1.1\r\n\r\n", bytes(1000), b"\x16\x03\x01" + os.urandom(500)):
            assert said_to(north.peer_port, data) is not None
        context = client_context(south.tls, north.tls.cert_pem.decode())
        for data in (os.urandom(2000), b"\xff\xff\xff\xff\x01", wire.pack(wire.PING, wire.Ping(1))[:-1] + b"\xc1",
                     wire.pack(wire.REQUEST, wire.Ping(1)), wire.pack(wire.END, wire.Ping(7)) * 100):  # fmt: skip
            plain = socket.create_connection(("127.0.0.1", north.peer_port), 10)
            with context.wrap_socket(plain) as peer:
                peer.settimeout(60)
                peer.sendall(data)
                ended(peer)
        callers.wait_for(5)
    assert {status for status, _ in callers.kinds} == {200}
    assert callers.lost == 0
    assert world.processes["north"].poll() is None


def said_to(port: int, data: bytes) -> bytes:
    """What a server says to bytes until it closes."""
    with socket.create_connection(("127.0.0.1", port), 10) as plain:
        plain.settimeout(60)  # a head that never ends is given up after its own time
        plain.sendall(data)
        try:
            return plain.recv(65536)
        except ConnectionResetError:
            return b""


def ended(peer: ssl.SSLSocket) -> None:
    """Wait until the other side has closed (what it said first is its own affair)."""
    try:
        while peer.recv(65536):
            continue
    except (ConnectionResetError, ssl.SSLError):
        return


def test_many_open_connections_are_held_and_the_next_caller_is_answered(world: World) -> None:
    """Idle connections of information systems; `make soak` opens 10,000."""
    port = world.country.nodes["south"].port
    opened = []
    try:
        for _ in range(CONNECTIONS):
            one = socket.create_connection(("127.0.0.1", port), 30)
            one.sendall(b"GET /health HTTP/1.1\r\n")
            opened.append(one)
        assert world.ask().status == 200
        opened[0].sendall(b"Host: x\r\n\r\n")
        opened[0].settimeout(30)
        assert opened[0].recv(12).startswith(b"HTTP/1.1 ")
    finally:
        for one in opened:
            one.close()
    assert world.ask().status == 200


@pytest.mark.parametrize(
    "data",
    [
        b"\x00" * 100, b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET " + b"/a" * 50_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nA" + b"b" * 900_000, b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 5000 + b"\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)  # fmt: skip
def test_garbage_at_the_information_systems_port_is_answered_with_400_or_closed(world: World, data: bytes) -> None:
    answer = said_to(world.country.nodes["south"].port, data)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 4"), answer[:100]
    assert world.ask().status == 200


def test_a_caller_that_goes_away_half_way_leaves_nothing_hanging(world: World) -> None:
    line = f"POST /r1/{LETTERS}/x HTTP/1.1\r\nHost: x\r\nX-Road-Client: {CLIENT}\r\nContent-Length: 1000\r\n\r\nhalf"
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", world.country.nodes["south"].port), 10) as plain:
            plain.sendall(line.encode())
    answer = world.ask("/x", LETTERS, method="POST", body=b"whole")
    assert (answer.status, answer.body) == (200, b"whole")
    assert world.ask(service=PERSONS).status == 200
