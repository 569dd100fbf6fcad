"""The way to another gateway, hop by hop: a fault is named at the hop where it lies."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.flows.exchange.world import CLIENT, PERSONS, World
from tests.ports import free_port
from uruk.cli.examination import Finding
from uruk.cli.hops import examine_way, find_way
from uruk.exchange.api import server_context, wire
from uruk.kernel.api import CodedError, load_settings

Answering = Callable[[ssl.SSLSocket], None]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A country whose gateways do not run; a test puts something of its own in the place of North's."""
    with World(tmp_path) as found:
        yield found


def findings(world: World, peer: str = "north", path: str | None = None) -> list[Finding]:
    settings = load_settings(world.environment(world.country.nodes["south"]))
    return list(examine_way(find_way(settings, peer, path)))


def codes(found: list[Finding], part: str) -> list[tuple[str, str]]:
    return [(one.state, one.code) for one in found if one.part == part]


@contextmanager
def gateway(world: World, answer: Answering, encrypted: bool = True) -> Iterator[None]:
    """Something that listens where North's gateway should."""
    north = world.country.nodes["north"]
    trusted = world.country.directory().nodes["south"].trusted
    context = server_context(north.tls, trusted)
    listening = socket.create_server(("127.0.0.1", north.peer_port))

    def serve() -> None:
        with suppress(OSError):
            link, _ = listening.accept()
            with link:
                if encrypted:
                    with context.wrap_socket(link, server_side=True) as safe:
                        answer(safe)
                else:
                    link.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield
    finally:
        listening.close()
        thread.join(10)


def hello(world: World, seconds: float = 0, version: int | None = None) -> Answering:
    """A gateway whose clock is so many seconds ahead, and which has this version of the directory."""
    known = world.country.directory().version if version is None else version

    def answer(link: ssl.SSLSocket) -> None:
        said = wire.Hello("north", "xx", datetime.now(UTC).timestamp() + seconds, known, {})
        link.sendall(wire.pack(wire.HELLO, said))

    return answer


def test_a_gateway_that_answers_is_well_at_every_hop(world: World) -> None:
    with gateway(world, hello(world)):
        found = findings(world)
    assert codes(found, "name") == [("well", "cli.hop_name_well")]
    assert codes(found, "tcp") == [("well", "cli.hop_tcp_well")]
    assert codes(found, "tls") == [("well", "cli.hop_tls_well")]
    assert codes(found, "certificate") == [("well", "cli.hop_certificate_well")]
    assert codes(found, "clock") == [("well", "cli.hop_clock_well")]
    assert codes(found, "directory") == [("well", "cli.hop_directory_well")]
    assert codes(found, "agreement") == [("well", "cli.hop_agreement_well")] * 2


def test_a_name_that_nobody_knows(world: World) -> None:
    world.country.nodes["north"].peer_host = "gateway.invalid"
    world.country.publish()
    found = findings(world)
    assert codes(found, "name") == [("person", "cli.hop_name_fails")]
    assert codes(found, "tcp") == []


def test_a_gateway_that_is_down(world: World) -> None:
    found = findings(world)
    assert codes(found, "tcp") == [("person", "cli.hop_tcp_fails")]
    assert codes(found, "tls") == []


def test_something_else_than_a_gateway(world: World) -> None:
    with gateway(world, hello(world), encrypted=False):
        assert codes(findings(world), "tls") == [("person", "cli.hop_tls_fails")]


def test_another_protocol_over_tls(world: World) -> None:
    with gateway(world, lambda link: link.sendall(wire.pack(wire.PING, wire.Ping(1)))):
        assert codes(findings(world), "tls")[-1] == ("person", "cli.hop_tls_fails")


def test_a_certificate_that_the_directory_does_not_list(world: World) -> None:
    tls = world.country.nodes["north"].gateway / "tls"
    for path in list(tls.iterdir()):
        path.unlink()
    with gateway(world, hello(world)):
        assert codes(findings(world), "certificate") == [("person", "cli.hop_certificate_theirs")]


def test_our_certificate_that_the_other_side_does_not_know(world: World) -> None:
    with gateway(world, lambda link: link.close()):
        assert codes(findings(world), "certificate") == [("person", "cli.hop_certificate_ours")]


def test_garbage_instead_of_a_greeting(world: World) -> None:
    with gateway(world, lambda link: link.sendall(b"\0\0\0\0\0")):
        assert codes(findings(world), "certificate") == [("person", "cli.hop_certificate_ours")]


@pytest.mark.parametrize("seconds", [90, -3600])
def test_a_clock_that_is_off(world: World, seconds: int) -> None:
    with gateway(world, hello(world, seconds)):
        assert codes(findings(world), "clock") == [("person", "cli.hop_clock_off")]


def test_a_directory_of_another_version(world: World) -> None:
    with gateway(world, hello(world, version=99)):
        assert ("note", "cli.hop_directory_differs") in codes(findings(world), "directory")


@pytest.mark.parametrize(
    ("days", "expected"), [(3, ("note", "cli.hop_directory_late")), (30, ("person", "cli.hop_directory_ended"))]
)
def test_a_directory_that_the_authority_has_not_confirmed_for_days(
    tmp_path: Path, days: int, expected: tuple[str, str]
) -> None:
    class Old(World):
        def prepare(self) -> None:
            self.country.now -= timedelta(days=days)
            self.country.since -= timedelta(days=days)

    with Old(tmp_path) as world:
        assert expected in codes(findings(world), "directory")


def test_a_node_that_has_not_said_where_its_gateway_is(world: World) -> None:
    way = find_way(load_settings(world.environment(world.country.nodes["south"])), "north")
    silent = replace(way, node=replace(way.node, gateways=()))
    assert ("person", "cli.hop_no_gateway") in codes(list(examine_way(silent)), "directory")


def test_no_agreement_with_whom_is_named(world: World) -> None:
    assert codes(findings(world, "hub"), "agreement") == [("person", "cli.hop_agreement_none")]


@pytest.mark.parametrize(
    ("peer", "count"),
    [("interior", 2), ("interior/persons", 2), ("interior/persons/by-number", 1), (PERSONS, 1), ("xx/GOV/interior", 2)],
)
def test_agreements_are_those_below_what_is_named(world: World, peer: str, count: int) -> None:
    found = [one for one in findings(world, peer) if one.code == "cli.hop_agreement_well"]
    assert len(found) == count
    assert {one.values["consumer"] for one in found} == {CLIENT}


def test_whoever_the_directory_does_not_know_is_named_with_those_it_knows(world: World) -> None:
    with pytest.raises(CodedError) as unknown:
        findings(world, "nowhere")
    assert unknown.value.code == "cli.peer_unknown"
    assert "interior" in str(unknown.value.values["known"])


def test_our_own_gateway_that_does_not_run(world: World) -> None:
    assert codes(findings(world), "gateway") == [("person", "cli.gateway_silent")]


def test_real_gateways_answer_and_a_system_is_asked_by_its_path(world: World) -> None:
    world.start_all()
    assert codes(findings(world), "provider") == [
        ("well", "cli.hop_provider_well"),
        ("note", "cli.hop_system_unasked"),
    ]
    path = "/199001011234"
    assert codes(findings(world, PERSONS, path), "provider") == [("well", "cli.hop_provider_well")]


def test_a_system_that_is_down_is_told_from_its_gateway_that_is_not(tmp_path: Path) -> None:
    port = free_port()
    with World(tmp_path, provider_url=f"http://127.0.0.1:{port}") as world:
        world.start_all()
        found = findings(world, PERSONS, "/199001011234")
    assert codes(found, "clock") == [("well", "cli.hop_clock_well")]
    (failed,) = [one for one in found if one.part == "provider"]
    assert (failed.state, failed.code) == ("person", "cli.hop_provider_fails")
    assert str(failed.values["type"]).startswith("Server.ServerProxy")


def test_sentences_are_whole_in_three_languages(world: World) -> None:
    for found in findings(world):
        for language in ("ar", "ckb", "en"):
            assert "{" not in found.sentence(language)
