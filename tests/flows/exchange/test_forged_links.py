"""Forged identities over real sockets: another tenant's credential, another protocol, a node that is not listed."""

import json
import socket
import ssl
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import msgspec
import pytest

from tests.flows.exchange.country import INSTANCE, NAMES, Node
from tests.flows.exchange.load import Logs
from tests.flows.exchange.world import CLIENT, PERSONS, WAIT_S, World
from uruk.exchange.api import System, TlsIdentity, client_context, open_or_create
from uruk.exchange.messages import wire

NEIGHBOUR = f"{INSTANCE}/GOV/water/canals"
NODES = {"north": ("interior",), "south": ("agriculture", "water"), "hub": ("authority",)}


class TwoTenants(World):
    """South hosts Agriculture and Water; each has one system, with a certificate of its own."""

    def prepare(self) -> None:
        """Make the certificates of the systems."""
        at = datetime.now(UTC)
        self.own = {name: open_or_create(self.folder / name, name, at) for name in ("season-plan", "canals")}

    @property
    def folder(self) -> Path:
        """Where the systems keep their certificates."""
        return self.country.nodes["south"].folder / "systems"

    def furnish(self) -> None:
        """As usual; then the systems of both tenants, each with its certificate."""
        super().furnish()
        south = self.country.nodes["south"]
        south.systems = {
            "agriculture": (system("season-plan", self.own["season-plan"]),),
            "water": (system("canals", self.own["canals"]),),
        }
        self.country.publish()
        self.country.write_snapshots()

    def _tls_port(self) -> int:
        """The second port that South says it serves; it answers a moment before it has said so."""
        end = time.monotonic() + WAIT_S
        while len(ports := self.said("south").rpartition("ports=[")[2].partition("]")[0].split(",")) < 2:
            assert time.monotonic() < end, self.said("south")
            time.sleep(0.05)
        return int(ports[1])

    def ask_as(self, client: str, shown: TlsIdentity) -> tuple[int, dict[str, object]]:
        """Ask over TLS as a system, with a certificate: status and answer."""
        south = self.country.nodes["south"]
        port = self._tls_port()
        context = ssl.create_default_context(cadata=south.tls.cert_pem.decode())
        context.check_hostname = False
        context.load_cert_chain(shown.cert_path, shown.key_path)
        asked = Request(f"https://127.0.0.1:{port}/r1/{PERSONS}/199001011234", headers={"X-Road-Client": client})
        try:
            with urlopen(asked, context=context, timeout=WAIT_S) as answer:
                return answer.status, json.loads(answer.read())
        except HTTPError as error:
            with error:
                return error.code, json.loads(error.read())


def system(code: str, own: TlsIdentity) -> System:
    """A system that only its own certificate may be."""
    made = System(code, NAMES, protection="mutual")
    return msgspec.structs.replace(made, certificates=(own.sha256,), trusted=own.cert_pem.decode())


def test_a_tenants_certificate_is_not_its_neighbours_system(tmp_path: Path) -> None:
    """Credential: a true certificate of this node, under the name of the system beside it."""
    with TwoTenants(tmp_path, NODES, URUK_GATEWAY_TLS_LISTEN="127.0.0.1:0") as world:
        world.start_all()
        assert world.ask_as(CLIENT, world.own["season-plan"])[0] == 200
        assert world.provider is not None
        seen = len(world.provider.seen)
        for client, shown in ((CLIENT, "canals"), (NEIGHBOUR, "season-plan")):
            status, answer = world.ask_as(client, world.own[shown])
            assert (status, answer["type"]) == (500, "Server.ClientProxy.SslAuthenticationFailed")
        assert world.ask().status == 500, "nor is who shows none"
        assert len(world.provider.seen) == seen
        for code in list(world.processes):
            assert world.stop(code) == 0, world.said(code)
        with Logs(world) as logs:
            assert logs.check_answers() == 1, "what was refused is in nobody's log"


def connected(world: World, own: TlsIdentity, protocols: list[str] | None = None) -> ssl.SSLSocket:
    """A connection to North's port for other gateways, with a certificate, speaking other protocols than ours."""
    north = world.country.nodes["north"]
    context = client_context(own, north.tls.cert_pem.decode())
    if protocols is not None:
        context.set_alpn_protocols(protocols)
    plain = socket.create_connection(("127.0.0.1", north.peer_port), 10)
    plain.settimeout(20)
    try:
        return context.wrap_socket(plain)
    except BaseException:
        plain.close()
        raise


def heard(peer: ssl.SSLSocket) -> bytes:
    """All that North says until it closes, or its greeting."""
    try:
        return peer.recv(65536)
    except (ConnectionResetError, ssl.SSLError):
        return b""


def is_greeted(world: World, own: TlsIdentity, protocols: list[str] | None = None) -> bool:
    """Whether North says HELLO to who connects so; False where it closes without a word."""
    try:
        with connected(world, own, protocols) as peer:
            said = bytearray(heard(peer))
            return any(kind == wire.HELLO for kind, _ in wire.take_all(said))
    except (ConnectionError, ssl.SSLError):
        return False


def test_who_speaks_another_protocol_hears_nothing(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        world.start_all("north")
        south = world.country.nodes["south"].tls
        assert is_greeted(world, south)
        for protocols in (["h2"], ["http/1.1"], [wire.PROTOCOL + "x"], []):
            assert not is_greeted(world, south, protocols), protocols
        assert "peer not in the directory" in world.said("north")


def test_a_node_that_the_directory_does_not_list_hears_nothing(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        world.start_all("north")
        stranger = open_or_create(tmp_path / "stranger", "south", datetime.now(UTC))
        assert not is_greeted(world, stranger), "another key under a listed name"
        assert is_greeted(world, world.country.nodes["south"].tls)


def test_a_node_that_leaves_is_dropped_and_does_not_come_back(tmp_path: Path) -> None:
    """Its certificate stays an anchor of TLS, for those cannot be taken away: what counts is the directory."""
    with World(tmp_path) as world:
        world.start_all()
        assert world.ask().status == 200
        south = world.country.nodes["south"]
        with connected(world, south.tls) as open_link:
            assert heard(open_link)
            leave(world, south)
            assert heard(open_link) == b"", "the link that was there is closed"
        until_dropped(world, south)
        assert world.ask().status == 500


def leave(world: World, node: Node) -> None:
    """The authority lists a node with its institutions as left."""
    world.country.left = dict.fromkeys((node.code, *node.institutions), world.country.now)
    held = world.country.nodes["north"].directory
    held.offer(world.country.members())
    held.offer(world.country.timestamp(world.country.now))


def until_dropped(world: World, node: Node) -> None:
    """Wait until North greets the node no more."""
    end = time.monotonic() + WAIT_S
    while is_greeted(world, node.tls):
        assert time.monotonic() < end, world.said("north")
        time.sleep(0.1)


@pytest.mark.parametrize("answerer", ["stranger", "hub"])
def test_nobody_answers_in_the_place_of_the_node_that_is_asked(tmp_path: Path, answerer: str) -> None:
    """At North's address another listens, with a certificate that is not listed, or with another node's own."""
    with World(tmp_path) as world:
        world.start_all("south")
        north, hub = world.country.nodes["north"], world.country.nodes["hub"]
        shown = hub.tls if answerer == "hub" else open_or_create(tmp_path / "stranger", "north", datetime.now(UTC))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(shown.cert_path, shown.key_path)
        context.set_alpn_protocols([wire.PROTOCOL])
        with socket.create_server(("127.0.0.1", north.peer_port)) as server:
            server.settimeout(0.2)
            accepting = threading.Thread(target=accept, args=(server, context, said := []), daemon=True)
            accepting.start()
            answer = world.ask()
        accepting.join(WAIT_S)
        assert said == [], "nothing was told to who answered"
        assert answer.status == 500
        assert "north" in answer.json["message"] or "interior" in answer.json["message"]


def accept(server: socket.socket, context: ssl.SSLContext, said: list[bytes]) -> None:
    """Let callers in until the server is closed; note what they say once TLS is there."""
    while server.fileno() >= 0:
        try:
            plain, _ = server.accept()
            plain.settimeout(5)
            with context.wrap_socket(plain, server_side=True) as peer:
                if found := heard(peer):
                    said.append(found)
        except OSError:
            continue
