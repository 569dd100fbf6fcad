"""The typed client, with and without asyncio, against a port as information systems meet it."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import uvloop

from tests.unit.gateway.served import Served, served
from uruk.exchange.api import is_request_id
from uruk.exchange.asking import _place
from uruk.exchange.client import Answer, AsyncClient, Client, ExchangeError, Waiting
from uruk.gateway.bodies import Body
from uruk.gateway.calls import Call, Reply
from uruk.gateway.listing import CLIENTS, Listing
from uruk.kernel.api import CodedError

ME = "xx/GOV/agriculture/season-plan"
PERSONS = "xx/GOV/interior/persons/by-number"
Ask = Callable[..., Coroutine[Any, Any, Any]]


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run a test's coroutine."""
    uvloop.run(work)


def both(port: Served) -> list[tuple[str, Ask]]:
    """Both clients as one kind of function: (name of a method, arguments) → what it gives."""

    async def plain(name: str, *args: Any, **given: Any) -> Any:
        def work() -> Any:
            with Client(f"http://127.0.0.1:{port.port}", ME) as client:
                return getattr(client, name)(*args, **given)

        with ThreadPoolExecutor(1) as pool:
            return await asyncio.get_running_loop().run_in_executor(pool, work)

    async def awaited(name: str, *args: Any, **given: Any) -> Any:
        async with AsyncClient(f"http://127.0.0.1:{port.port}", ME) as client:
            return await getattr(client, name)(*args, **given)

    return [("plain", plain), ("awaited", awaited)]


def test_both_clients_ask_and_read_the_answer(tmp_path: Path) -> None:
    async def work() -> None:
        async with served(tmp_path) as port:
            for _, ask in both(port):
                answer = await ask(
                    "get", PERSONS, "/12%20a", query={"at": "2026"}, purpose="الخطة", law="law-1", subject="12"
                )
                assert answer == Answer(200, answer.headers, b"GET /12%20a?at=2026\n")
                assert answer.request_hash and len(answer.request_id) == 36
                call = port.calls[-1]
                assert (call.purpose, call.law, call.subject, call.client) == ("الخطة", "law-1", "12", ME)
                assert is_request_id(call.request)

    run(work())


def test_both_clients_send_json_and_bytes(tmp_path: Path) -> None:
    async def work() -> None:
        async with served(tmp_path) as port:
            for _, ask in both(port):
                answer = await ask("post", PERSONS, json={"name": "زينب"}, message_id="one")
                assert json.loads(answer.body.partition(b"\n")[2]) == {"name": "زينب"}
                assert (b"Content-Type", b"application/json") in port.calls[-1].headers and port.calls[-1].id == "one"
                answer = await ask("request", "PUT", PERSONS, body=b"\x00\x01", headers={"Content-Type": "image/png"})
                assert answer.body == b"PUT \n\x00\x01"

    run(work())


@pytest.mark.parametrize("style", ["legacy", "new"])
def test_the_exchanges_own_errors_are_raised_in_either_style(tmp_path: Path, style: str) -> None:
    async def refusing(call: Call) -> Reply:
        error = CodedError("exchange.quota_exceeded", agreement="a", retry_after=9)
        return Reply(0, [], None, call.request, error, "far")

    async def work() -> None:
        async with served(tmp_path, answering=refusing, style=style) as port:
            for _, ask in both(port):
                with pytest.raises(ExchangeError) as told:
                    await ask("get", PERSONS)
                error = told.value
                assert (error.name, error.where, error.retry_after_s) == ("access_denied", "far gateway", 9)
                assert error.status == 500 and error.message and error.detail

    run(work())


def test_a_providers_own_error_is_an_answer(tmp_path: Path) -> None:
    async def failing(call: Call) -> Reply:
        return Reply(404, [], Body.of(b"{}"), call.request)

    async def work() -> None:
        async with served(tmp_path, answering=failing) as port:
            for _, ask in both(port):
                assert (await ask("get", PERSONS)).status == 404

    run(work())


def test_a_message_is_left_for_later_and_picked_up(tmp_path: Path) -> None:
    async def later(call: Call) -> Reply:
        return Reply(202, [(b"location", b"/messages/" + port_id(call).encode())], None, call.request)

    async def work() -> None:
        async with served(tmp_path, answering=later) as port:
            for _, ask in both(port):
                waiting = await ask("send_later", "POST", PERSONS, json=1)
                assert isinstance(waiting, Waiting) and port.calls[-1].respond_async
                answer = await ask("pick_up", waiting)
                assert answer.body.startswith(ME.encode())

    run(work())


def port_id(call: Call) -> str:
    """A request's id as it is written in addresses."""
    from uuid import UUID

    return str(UUID(bytes=call.request))


def test_while_there_is_no_answer_nothing_is_picked_up(tmp_path: Path) -> None:
    async def work() -> None:
        async with served(tmp_path) as port:

            async def still(client: str, request: bytes) -> Reply:
                return Reply(202, [(b"location", b"/messages/x")], None, request)

            port.pick_up = still  # type: ignore[method-assign]
            for _, ask in both(port):
                assert await ask("pick_up", Waiting("01a2153c-ef70-777b-a1ed-19d372bd410c")) is None

    run(work())


def test_both_clients_list_members_and_what_is_offered(tmp_path: Path) -> None:
    async def listing(call: Call) -> Reply:
        code = call.service.rpartition("/")[2]
        body = {"service": [{"service_code": code}]} if code != "getOpenAPI" else {"openapi": call.target.query}
        return Reply(200, [], Body.of(json.dumps(body).encode()), call.request)

    async def work() -> None:
        pages = {"pages": lambda state: {CLIENTS: Listing(state).clients}}
        async with served(tmp_path, answering=listing, **pages) as port:  # type: ignore[arg-type]
            for _, ask in both(port):
                assert [one["id"]["object_type"] for one in await ask("members")] == ["MEMBER", "MEMBER", "SUBSYSTEM"]
                assert await ask("methods", "xx/GOV/interior/persons") == [{"service_code": "listMethods"}]
                allowed = await ask("methods", "xx/GOV/interior/persons", allowed=True)
                assert allowed == [{"service_code": "allowedMethods"}]
                assert await ask("description", PERSONS) == {"openapi": "serviceCode=by-number"}

    run(work())


def test_a_client_keeps_its_connection_and_opens_it_again(tmp_path: Path) -> None:
    async def work() -> None:
        async with served(tmp_path) as port:

            def asking() -> None:
                client = Client(f"http://127.0.0.1:{port.port}", ME)
                client.get(PERSONS)
                first = client._connection
                client.get(PERSONS)
                assert client._connection is first
                client._used_at -= 1000
                client.get(PERSONS)
                assert client._connection is not first
                client.close()

            with ThreadPoolExecutor(1) as pool:
                await asyncio.get_running_loop().run_in_executor(pool, asking)

    run(work())


def test_a_gateway_that_is_not_there_is_an_oserror(tmp_path: Path) -> None:
    with pytest.raises(OSError), Client(f"unix:{tmp_path / 'none.sock'}", ME) as client:
        client.get(PERSONS)

    async def work() -> None:
        async with AsyncClient(f"unix:{tmp_path / 'none.sock'}", ME) as client:
            with pytest.raises(OSError):
                await client.get(PERSONS)

    run(work())


@pytest.mark.parametrize(
    ("written", "where", "name"),
    [
        ("Client.BadRequest", "caller", "bad_request"),
        ("client.bad_request", "caller", "bad_request"),
        ("Server.ClientProxy.UnknownMember", "own gateway", "unknown_member"),
        ("server.clientproxy.unknown_member", "own gateway", "unknown_member"),
        ("Server.ServerProxy.ServiceFailed.HttpError", "far gateway", "service_failed.http_error"),
        ("Odd", "unknown", "odd"),
    ],
)
def test_an_errors_type_tells_the_hop(written: str, where: str, name: str) -> None:
    assert _place(written) == (where, name)


def test_the_client_needs_no_django() -> None:
    code = "import sys, uruk.exchange.client; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
