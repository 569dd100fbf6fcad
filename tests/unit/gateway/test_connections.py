"""HTTP/1.1 byte by byte: limits, order, what is malformed, what is slow, and ending without losing an answer."""

import asyncio
import contextlib
import json
import re
import socket
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest
import uvloop

from tests.unit.gateway.served import CLIENT, LIMIT, PATH, parted, served
from uruk.gateway import connections, listening
from uruk.gateway.bodies import Body
from uruk.gateway.calls import Call, Reply

GET = f"GET {PATH} HTTP/1.1\r\nHost: g\r\n{CLIENT}\r\n"
POST = f"POST {PATH} HTTP/1.1\r\nHost: g\r\n{CLIENT}\r\n"


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run a test's coroutine as the gateway runs."""
    uvloop.run(work)


def kinds(answer: bytes) -> list[str]:
    """The status line of each answer in what came."""
    return [line.decode() for line in re.findall(rb"HTTP/1\.1 [0-9]{3} [A-Za-z ]+", answer)]


def test_requests_sent_without_waiting_are_answered_in_their_order(tmp_path: Path) -> None:
    async def later_first(call: Call) -> Reply:
        await asyncio.sleep(0.05 if call.target.raw == "/0" else 0)
        return Reply(200, [], Body.of(call.target.raw.encode()), call.request)

    async def work() -> None:
        async with served(tmp_path, answering=later_first) as port:
            asked = "".join(GET.replace("/123 ", f"/{number} ") + "\r\n" for number in range(40))
            answer = await port.say(asked)
            assert kinds(answer) == ["HTTP/1.1 200 OK"] * 40
            places = [answer.index(f"\r\n\r\n/{number}".encode()) for number in range(40)]
            assert places == sorted(places)

    run(work())


def test_a_body_may_come_in_pieces_chunked_or_after_a_question(tmp_path: Path) -> None:
    async def work() -> None:
        async with served(tmp_path) as port:
            chunked = f"{POST}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: no\r\n\r\n"
            assert parted(await port.say(chunked))[2] == b"POST /123\nabcde"
            assert all(name.lower() != b"trailer" for name, _ in port.calls[0].headers)
            reader, writer = await asyncio.open_connection("127.0.0.1", port.port)
            writer.write(f"{POST}Expect: 100-continue\r\nContent-Length: 5\r\n\r\n".encode())
            assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
            writer.write(b"ab")
            writer.write(b"cde")
            writer.write_eof()
            assert parted(await reader.read())[2] == b"POST /123\nabcde"
            writer.close()

    run(work())


def test_a_large_body_goes_through_the_spool_in_and_out(tmp_path: Path) -> None:
    async def mirror(call: Call) -> Reply:
        assert call.body.data is None
        again = port_bodies(tmp_path)
        async for piece in call.body.chunks():
            again.feed(piece)
        return Reply(200, [], again.finish(), call.request)

    async def work() -> None:
        data = bytes(range(256)) * 8192  # two megabytes
        async with served(tmp_path, answering=mirror) as port:
            head = f"{POST}Content-Length: {len(data)}\r\n\r\n".encode()
            status, headers, body = parted(await port.say(head + data))
            assert status == 200 and body == data and headers["content-length"] == str(len(data))
        assert list((tmp_path / "spool").iterdir()) == []

    run(work())


def port_bodies(folder: Path) -> Any:
    """An intake beside the port's own."""
    from uruk.gateway.bodies import Bodies

    return Bodies(folder / "spool").intake(LIMIT)


@pytest.mark.parametrize(
    "text",
    [
        "nonsense\r\n\r\n",
        GET.replace("HTTP/1.1", "HTTP/2.0") + "\r\n",
        GET + "Folded: a\r\n b\r\n\r\n",
        GET + "Bad header: x\r\n\r\n",
        GET + "Control: \x01\r\n\r\n",
        POST + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        POST + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        POST + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        POST + "Content-Length: -1\r\n\r\n",
        GET.replace("/123", "/12#3") + "\r\n",
        GET.replace("/123 ", "/1 23 ") + "\r\n",
        "".join([GET, *(f"H{number}: x\r\n" for number in range(200)), "\r\n"]),
        GET + f"Long: {'x' * 40_000}\r\n\r\n",
        "CONNECT gateway:443 HTTP/1.1\r\nHost: g\r\n\r\n",
        "FETCH /r1/x HTTP/1.1\r\nHost: g\r\n\r\n",
    ],
)
def test_what_is_no_request_is_answered_with_400_and_harms_nobody(tmp_path: Path, text: str) -> None:
    async def work() -> None:
        async with served(tmp_path) as port:
            status, headers, body = parted(await port.say(text.encode("latin-1")))
            assert status in (400, 404) and headers["x-road-error"] == "Client.BadRequest"
            assert json.loads(body)["message"] and not port.calls
            assert (await port.get(PATH, CLIENT))[0] == 200

    run(work())


def test_a_method_that_x_road_does_not_know_is_refused(tmp_path: Path) -> None:
    async def work() -> None:
        async with served(tmp_path) as port:
            status, _, _ = parted(await port.say(GET.replace("GET ", "PROPFIND ") + "\r\n"))
            assert status == 400 and "exchange.method_unknown" in port.metrics.text()

    run(work())


def test_a_head_without_an_end_is_not_gathered_for_ever(tmp_path: Path) -> None:
    async def work() -> None:
        async with served(tmp_path) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port.port)
            writer.write(GET.encode())
            while not writer.is_closing():
                writer.write(b"X: " + b"y" * 4096 + b"\r\n")
                await asyncio.sleep(0)
            with contextlib.suppress(ConnectionError):  # who goes on sending may not get to read it
                assert kinds(await reader.read()) == ["HTTP/1.1 400 Bad Request"]
            assert (await port.get(PATH, CLIENT))[0] == 200 and len(port.calls) == 1

    run(work())


def test_a_body_over_the_limit_is_refused_before_it_is_read_and_while_it_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "LINGER_S", -1.0)
    monkeypatch.setattr(listening, "SWEEP_S", 0.01)

    async def work() -> None:
        async with served(tmp_path, limit=1000) as port:
            status, headers, _ = parted(await port.say(f"{POST}Content-Length: 1001\r\n\r\n", end=False))
            assert (status, headers["connection"]) == (500, "close")
            text = f"{POST}Transfer-Encoding: chunked\r\n\r\n" + "100\r\n" + "x" * 256 + "\r\n"
            chunks = f"{POST}Transfer-Encoding: chunked\r\n\r\n" + ("100\r\n" + "x" * 256 + "\r\n") * 5 + "0\r\n\r\n"
            assert text and parted(await port.say(chunks))[0] == 500
            assert not port.calls and "exchange.request_too_large" in port.metrics.text()

    run(work())


def test_who_asks_before_sending_is_refused_without_sending(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "LINGER_S", -1.0)
    monkeypatch.setattr(listening, "SWEEP_S", 0.01)

    async def work() -> None:
        async with served(tmp_path) as port:
            head = f"POST {PATH} HTTP/1.1\r\nHost: g\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"
            answer = await port.say(head, end=False)
            assert kinds(answer) == ["HTTP/1.1 400 Bad Request"]

    run(work())


def test_a_caller_that_asks_for_another_protocol_is_answered_in_this_one(tmp_path: Path) -> None:
    async def work() -> None:
        async with served(tmp_path) as port:
            wish = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\n\r\n"
            assert kinds(await port.say(GET + wish + GET + "\r\n")) == ["HTTP/1.1 200 OK"] * 2

    run(work())


def test_a_connection_lives_as_long_as_its_protocol_says(tmp_path: Path) -> None:
    async def work() -> None:
        async with served(tmp_path) as port:
            old = GET.replace("HTTP/1.1", "HTTP/1.0") + "\r\n"
            assert parted(await port.say(old, end=False))[1]["connection"] == "close"
            assert parted(await port.say(GET + "Connection: close\r\n\r\n", end=False))[1]["connection"] == "close"

    run(work())


def test_who_sends_too_slowly_is_told_and_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEAD_S", -1.0)
    monkeypatch.setattr(listening, "SWEEP_S", 0.01)

    async def work() -> None:
        async with served(tmp_path) as port:
            status, headers, _ = parted(await port.say("GET / HT", end=False))
            assert status == 408 and headers["x-road-error"] == "Client.BadRequest"
            assert "exchange.request_timeout" in port.metrics.text()

    run(work())


def test_a_connection_that_asks_nothing_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "IDLE_S", -1.0)
    monkeypatch.setattr(listening, "SWEEP_S", 0.01)

    async def work() -> None:
        async with served(tmp_path) as port:
            assert kinds(await port.say(GET + "\r\n", end=False)) == ["HTTP/1.1 200 OK"]

    run(work())


def test_draining_answers_what_is_under_way_and_takes_nothing_new(tmp_path: Path) -> None:
    going = asyncio.Event()

    async def slow(call: Call) -> Reply:
        going.set()
        await asyncio.sleep(0.05)
        return Reply(200, [], Body.of(b"done"), call.request)

    async def work() -> None:
        async with served(tmp_path, answering=slow) as port:
            asked = asyncio.ensure_future(port.say(GET + "\r\n", end=False))
            idle_reader, idle_writer = await asyncio.open_connection("127.0.0.1", port.port)
            await going.wait()
            await port.listener.drain(5)
            status, headers, body = parted(await asked)
            assert (status, body, headers["connection"]) == (200, b"done", "close")
            assert await idle_reader.read() == b"" and port.listener.connections == 0
            idle_writer.close()

    run(work())


def test_a_caller_that_leaves_does_not_break_the_gateway(tmp_path: Path) -> None:
    going, let_go = asyncio.Event(), asyncio.Event()

    async def slow(call: Call) -> Reply:
        going.set()
        await let_go.wait()
        return Reply(200, [], Body.of(b"x" * 500_000), call.request)

    async def work() -> None:
        async with served(tmp_path, answering=slow) as port:
            _, writer = await asyncio.open_connection("127.0.0.1", port.port)
            writer.write(f"{GET}\r\n".encode())
            await going.wait()
            writer.transport.abort()
            await asyncio.sleep(0.01)
            let_go.set()
            assert (await port.get(PATH, CLIENT))[0] == 200 and port.listener.connections == 0

    run(work())


def test_a_caller_that_reads_slowly_gets_all_of_a_large_answer(tmp_path: Path) -> None:
    size = 900_000

    async def large(call: Call) -> Reply:
        return Reply(200, [], Body.of(b"z" * size), call.request)

    async def work() -> None:
        async with served(tmp_path, answering=large) as port:
            with socket.create_connection(("127.0.0.1", port.port)) as caller:
                caller.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
                caller.sendall(f"{GET}Connection: close\r\n\r\n".encode())
                caller.setblocking(False)
                assert len(parted(await all_of(caller))[2]) == size

    run(work())


async def all_of(caller: socket.socket) -> bytes:
    """Read a socket to its end in small steps."""
    loop, found = asyncio.get_running_loop(), b""
    while piece := await loop.sock_recv(caller, 16384):
        found += piece
    return found


def test_too_many_requests_at_once_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "MAX_UNDER_WAY", 0)

    async def work() -> None:
        async with served(tmp_path) as port:
            assert (await port.get(PATH, CLIENT))[0] == 503
            assert "exchange.gateway_busy" in port.metrics.text()

    run(work())


def test_too_many_connections_are_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "MAX_CONNECTIONS", 0)

    async def work() -> None:
        async with served(tmp_path) as port:
            with pytest.raises((ConnectionError, IndexError)):
                await port.get(PATH, CLIENT)

    run(work())
