"""One institution asks another through two gateways: signed, logged on both sides, and refused unless agreed on."""

import asyncio
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha512
from pathlib import Path

import pytest

from tests.flows.exchange.load import Logs, Told
from tests.flows.exchange.world import CLIENT, LETTERS, PERSONS, World
from uruk.exchange.api import statements
from uruk.exchange.client import AsyncClient, Client, ExchangeError
from uruk.trust.api import verify_receipt


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("first")) as found:
        found.start_all()
        yield found


def test_an_answer_brings_back_only_what_was_agreed_on(world: World) -> None:
    answer = world.ask(headers={"X-Road-Id": "one", "Uruk-Purpose": "season-plan"})
    assert (answer.status, answer.json) == (200, {"name": "زينب كاظم", "deceased": False})
    method, path, headers, _ = world.provider.seen[-1] if world.provider else ("", "", {}, b"")
    assert (method, path) == ("GET", "/by-number/199001011234")
    assert headers["x-road-client"] == CLIENT and headers["x-road-id"] == "one"
    assert headers["x-road-request-id"] == answer.request_id and headers["uruk-purpose"] == "season-plan"


def test_the_hash_of_the_request_is_that_of_what_was_sent(world: World) -> None:
    headers = {"X-Road-Id": "two", "Content-Type": "text/plain"}
    answer = world.ask("/a?b=c", LETTERS, method="POST", headers=headers, body=b"letter")
    assert answer.status == 200 and answer.body == b"letter"
    lines = {"X-Road-Client": CLIENT} | headers | {"x-road-request-id": answer.request_id}
    part = f"POST\r\n/r1/{LETTERS}/a?b=c\r\n" + "".join(f"{name}:{value}\r\n" for name, value in lines.items())
    both = sha512(_with_encoding(part).encode()).digest() + sha512(b"letter").digest()
    assert answer.headers["x-road-request-hash"] == b64encode(sha512(both).digest()).decode()


def _with_encoding(part: str) -> str:
    """Python's client sends one header more, in front."""
    first, line, rest = part.split("\r\n", 2)
    return f"{first}\r\n{line}\r\nAccept-Encoding:identity\r\n{rest}"


@pytest.mark.parametrize("method", ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"])
def test_every_verb_goes_all_the_way(world: World, method: str) -> None:
    answer = world.ask("/verb", LETTERS, method=method)
    assert answer.status == 200 and world.provider is not None and world.provider.seen[-1][0] == method


@pytest.mark.parametrize(
    ("client", "line", "kind"),
    [
        (CLIENT, f"{PERSONS}/1/more", "Server.ServerProxy.AccessDenied"),
        (CLIENT, "xx/GOV/interior/persons/unknown", "Server.ServerProxy.UnknownService"),
        (CLIENT, "xx/GOV/nobody/persons/by-number", "Server.ClientProxy.UnknownMember"),
        ("xx/GOV/agriculture/other", PERSONS, "Server.ClientProxy.UnknownMember"),
        ("xx/GOV/interior/persons", PERSONS, "Server.ClientProxy.UnknownMember"),
        (CLIENT, f"{PERSONS}/%2e%2e/letters", "Client.BadRequest"),
    ],
)
def test_what_was_not_agreed_on_is_refused_and_reaches_nobody(world: World, client: str, line: str, kind: str) -> None:
    assert world.provider is not None
    before = len(world.provider.seen)
    answer = world.request("south", "GET", f"/r1/{line}", {"X-Road-Client": client})
    assert answer.headers["x-road-error"] == answer.json["type"] == kind
    assert len(world.provider.seen) == before


def test_a_providers_own_error_is_the_providers(world: World) -> None:
    assert world.provider is not None
    kept, world.provider.answer = world.provider.answer, lambda *_: (418, {"Content-Type": "text/plain"}, b"teapot")
    try:
        answer = world.ask("/x", LETTERS)
        assert (answer.status, answer.body) == (418, b"teapot") and "x-road-error" not in answer.headers
    finally:
        world.provider.answer = kept


def test_meta_services_are_answered_by_the_far_gateway(world: World) -> None:
    found = world.ask("", "xx/GOV/interior/persons/listMethods").json["service"]
    assert [one["service_code"] for one in found] == ["by-number", "letters"]
    found = world.ask("", "xx/GOV/interior/persons/allowedMethods").json["service"]
    assert found[0]["endpoint_list"] == [{"method": "GET", "path": "/*"}]
    told = world.ask("?serviceCode=by-number", "xx/GOV/interior/persons/getOpenAPI").json
    assert told["message"] == "Invalid service type: REST"


async def _asked_at_once(address: str) -> list[int]:
    async with AsyncClient(address, CLIENT) as exchange:
        return [(await exchange.get(PERSONS, f"/19900101123{number}")).status for number in range(3)]


def _asked_in_a_loop(address: str) -> list[int]:
    return asyncio.run(_asked_at_once(address))


def test_the_clients_ask_over_the_port_and_over_the_own_socket(world: World) -> None:
    node = world.country.nodes["south"]
    for address in (f"http://127.0.0.1:{node.port}", f"unix:{node.gateway / 'gateway.sock'}"):
        with Client(address, CLIENT) as exchange:
            answer = exchange.get(PERSONS, "/199001011234", purpose="season-plan")
            assert answer.json()["name"] == "زينب كاظم"
            with pytest.raises(ExchangeError, match="ServerProxy") as told:
                exchange.get("xx/GOV/interior/persons/unknown")
            assert (told.value.where, told.value.name) == ("far gateway", "unknown_service")
            assert [one["service_code"] for one in exchange.methods("xx/GOV/interior/persons", allowed=True)]
        with ThreadPoolExecutor(1) as elsewhere:  # in this thread the browser of other journeys may have its loop
            assert elsewhere.submit(_asked_in_a_loop, address).result() == [200] * 3


def test_both_sides_have_logged_and_signed_what_was_exchanged(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        world.start_all()
        answer = world.ask()
        for code in list(world.processes):
            assert world.stop(code) == 0, world.said(code)
        with Logs(world) as logs:
            request = bytes.fromhex(answer.request_id.replace("-", ""))
            logs.check_acknowledged([Told(request, answer.status, "", 0.0)])
            directory = world.country.directory()
            for role in range(4):
                reader, author = (
                    (logs.provider, "interior")
                    if role in (statements.RECEIVED, statements.ANSWERED)
                    else (logs.consumer, "agriculture")
                )
                receipt = reader.receipt(statements.act_of(request, role))
                keys = directory.keys(world.country.address(author))
                assert verify_receipt(receipt, keys, author=author).statement.author == author
