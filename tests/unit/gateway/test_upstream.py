"""Towards providers: what is sent, what comes back, and how sure the gateway is of what happened."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import uvloop

from tests.unit.gateway.served import NAMES
from uruk.exchange.api import System, open_or_create, read_target
from uruk.gateway import exchanging, upstream
from uruk.gateway.bodies import Bodies, Body
from uruk.gateway.calls import UpstreamReply
from uruk.gateway.upstream import Upstream
from uruk.kernel.api import CodedError

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
Answering = Callable[[bytes, asyncio.StreamWriter], Awaitable[bool]]


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run a test's coroutine as the gateway runs."""
    uvloop.run(work)


@dataclass
class Provider:
    """A provider that answers with given bytes; `heads` is what it was sent."""

    upstream: Upstream
    system: System
    heads: list[bytes] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    connections: int = 0
    tasks: "set[asyncio.Task[None] | None]" = field(default_factory=set)

    async def left(self) -> None:
        """Return when the gateway has no connection to it any more."""
        while self.upstream.connections:
            await asyncio.sleep(0)

    async def ask(self, method: str = "GET", raw: str = "/1", body: bytes = b"", **more: Any) -> UpstreamReply:
        """Forward one request."""
        pairs = more.get("pairs", [(b"X-Road-Client", b"xx/GOV/a/b")])
        given = more.get("given", Body.of(body))
        return await self.upstream.forward(
            more.get("system", self.system), "by-number", method, read_target(raw), pairs, given,
            more.get("limit", 1 << 30),
        )  # fmt: skip


@asynccontextmanager
async def provider(
    folder: Path,
    answer: bytes | Answering = OK,
    *,
    tls: ssl.SSLContext | None = None,
    limit: int = 1 << 20,
    socket: Path | None = None,
    **more: Any,
) -> AsyncIterator[Provider]:
    """A provider on loopback, or at a socket. An `answer` of bytes is given to each request; a function does as it
    likes.
    """
    found = Provider(Upstream(Bodies(folder / "spool"), limit=limit), System("persons", NAMES))

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        found.connections += 1
        found.tasks.add(asyncio.current_task())
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                found.heads.append(head)
                length = next((int(line[16:]) for line in head.split(b"\r\n") if line.startswith(b"content-length")), 0)
                found.bodies.append(await reader.readexactly(length))
                if isinstance(answer, bytes):
                    writer.write(answer)
                elif not await answer(head, writer):
                    writer.close()
                    await writer.wait_closed()
                    return
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()

    if socket is not None:
        server = await asyncio.start_unix_server(serve, socket)
        place = f"http+unix://{quote(str(socket), safe='')}/base"
    else:
        server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
        place = f"{'https' if tls else 'http'}://127.0.0.1:{server.sockets[0].getsockname()[1]}/base"
    found.system = System("persons", NAMES, url=place, **more)
    try:
        yield found
    finally:
        found.upstream.close()
        server.close()
        for task in found.tasks - {None}:
            task.cancel()  # type: ignore[union-attr]
        await asyncio.gather(*found.tasks - {None})  # type: ignore[arg-type]
        await asyncio.sleep(0.01)


async def refused(work: Coroutine[Any, Any, UpstreamReply]) -> CodedError:
    """The error that a request came back with."""
    with pytest.raises(CodedError) as told:
        await work
    return told.value


def test_a_request_goes_on_as_it_was_decided_on(tmp_path: Path) -> None:
    async def work() -> None:
        async with provider(tmp_path) as there:
            reply = await there.ask("POST", "/a%20b?x=%3D", b"abc", pairs=[(b"Accept", b"*/*"), (b"Cookie", b"c")])
            assert (reply.status, reply.body.data) == (200, b"ok")
            first, *lines = there.heads[0].decode().split("\r\n")
            assert first == "POST /base/by-number/a%20b?x=%3D HTTP/1.1" and there.bodies == [b"abc"]
            assert lines[1:4] == ["Accept: */*", "Cookie: c", "content-length: 3"] and lines[0].startswith("host: 127.")
            await there.ask("GET", "")
            assert (
                there.heads[1].startswith(b"GET /base/by-number HTTP/1.1") and b"content-length" not in there.heads[1]
            )
            assert there.connections == 1

    run(work())


def test_the_nodes_own_pages_are_reached_by_their_socket(tmp_path: Path) -> None:
    async def work() -> None:
        async with provider(tmp_path, socket=tmp_path / "Pages 1.sock") as there:
            reply = await there.ask("GET", "/W1")
            assert (reply.status, reply.body.data) == (200, b"ok")
            assert there.heads[0].startswith(b"GET /base/by-number/W1 HTTP/1.1\r\nhost: localhost\r\n")
        async with provider(tmp_path) as there:
            gone = System("persons", NAMES, url=f"http+unix://{quote(str(tmp_path / 'no.sock'), safe='')}/base")
            error = await refused(there.ask(system=gone))
            assert error.code == "exchange.provider_unreachable"

    run(work())


def test_headers_of_the_connection_stay_with_it_and_redirects_are_answers(tmp_path: Path) -> None:
    own = b"Server: s\r\nX-Road-Id: forged\r\nKeep-Alive: 5\r\n"
    answer = b"HTTP/1.1 302 Found\r\nLocation: /x\r\n" + own + b"Content-Length: 0\r\n\r\n"

    async def work() -> None:
        async with provider(tmp_path, answer) as there:
            reply = await there.ask()
            assert reply.status == 302 and list(reply.headers) == [(b"Location", b"/x")] and there.connections == 1

    run(work())


ANSWERS = [
    (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nTrailer: x\r\n\r\n", b"abc"),
    (b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", b"abc"),
    (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
    (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n", b""),
]


@pytest.mark.parametrize(("answer", "body"), ANSWERS)
def test_every_way_to_end_an_answer_is_understood(tmp_path: Path, answer: bytes, body: bytes) -> None:
    async def work() -> None:
        async with provider(tmp_path, answer) as there:
            for _ in range(2):
                reply = await there.ask()
                assert reply.body.data == body and (b"Link", b"x") not in list(reply.headers)
            assert there.connections == 1

    run(work())


def test_an_answer_may_end_with_its_connection(tmp_path: Path) -> None:
    async def closing(head: bytes, writer: asyncio.StreamWriter) -> bool:
        writer.write(b"HTTP/1.0 200 OK\r\n\r\nwhole")
        return False

    async def work() -> None:
        async with provider(tmp_path, closing) as there:
            assert (await there.ask()).body.data == b"whole"
            assert (await there.ask()).body.data == b"whole" and there.connections == 2

    run(work())


def test_head_has_no_body_whatever_its_length_says(tmp_path: Path) -> None:
    async def work() -> None:
        async with provider(tmp_path, b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n") as there:
            for _ in range(2):
                assert (await there.ask("HEAD")).body.length == 0
            assert there.connections == 1

    run(work())


def test_a_large_body_is_sent_in_pieces_and_a_large_answer_taken_in(tmp_path: Path) -> None:
    data = bytes(range(256)) * 6000

    async def work() -> None:
        answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(data), data)
        async with provider(tmp_path, answer, limit=4 << 20) as there:
            intake = Bodies(tmp_path / "spool").intake(4 << 20)
            intake.feed(data)
            body = intake.finish()
            reply = await there.ask("PUT", given=body)
            assert there.bodies == [data] and reply.body.data is None
            assert b"".join([piece async for piece in reply.body.chunks()]) == data

    run(work())


def test_nothing_is_sent_to_a_system_that_is_nowhere(tmp_path: Path) -> None:
    async def work() -> None:
        async with provider(tmp_path) as there:
            error = await refused(there.ask(system=System("persons", NAMES)))
            assert error.code == "exchange.provider_not_connected"
            error = await refused(there.ask(system=System("persons", NAMES, url="http://127.0.0.1:1/")))
            assert error.code == "exchange.provider_unreachable" and "refused" in str(error.values["reason"]).lower()

    run(work())


UNSURE = [
    b"",
    b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
]


@pytest.mark.parametrize("said", UNSURE)
def test_a_connection_that_ends_before_its_answer_leaves_the_outcome_unknown(tmp_path: Path, said: bytes) -> None:
    async def ending(head: bytes, writer: asyncio.StreamWriter) -> bool:
        writer.write(said)
        return False

    async def work() -> None:
        async with provider(tmp_path, ending) as there:
            assert (await refused(there.ask())).code == "exchange.outcome_unknown"
            assert len(there.heads) == 1
            await asyncio.wait_for(there.left(), 5)
        assert list((tmp_path / "spool").iterdir()) == []

    run(work())


def test_a_provider_that_is_silent_is_given_up_after_its_time(tmp_path: Path) -> None:
    async def silent(head: bytes, writer: asyncio.StreamWriter) -> bool:
        await asyncio.sleep(60)
        return True

    async def work() -> None:
        async with provider(tmp_path, silent, timeout_s=0) as there:
            assert (await refused(there.ask())).code in ("exchange.outcome_unknown", "exchange.provider_unreachable")

    run(work())


def test_a_provider_that_stops_in_the_middle_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchanging, "BODY_IDLE_S", 0.01)

    async def stopping(head: bytes, writer: asyncio.StreamWriter) -> bool:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
        await asyncio.sleep(60)
        return True

    async def work() -> None:
        async with provider(tmp_path, stopping) as there:
            assert (await refused(there.ask())).code == "exchange.outcome_unknown"

    run(work())


MALFORMED = [
    b"nonsense\r\n\r\n",
    b"HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
    b"HTTP/1.1 200 OK\r\n" + b"H: x\r\n" * 300 + b"\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000,
]


@pytest.mark.parametrize("answer", MALFORMED)
def test_what_is_no_answer_is_said_to_be_none(tmp_path: Path, answer: bytes) -> None:
    async def work() -> None:
        async with provider(tmp_path, answer) as there:
            assert (await refused(there.ask())).code == "exchange.provider_malformed"
            await asyncio.wait_for(there.left(), 5)

    run(work())


def test_an_answer_over_the_limit_is_not_taken_in(tmp_path: Path) -> None:
    async def work() -> None:
        answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + b"x" * 2000
        async with provider(tmp_path, answer, limit=1000) as there:
            assert (await refused(there.ask())).code == "exchange.answer_too_large"
        async with provider(tmp_path, answer) as there:
            told = await refused(there.ask(limit=1999))
            assert (told.code, told.values["limit"]) == ("exchange.answer_too_large", 1999)
            assert (await there.ask(limit=2000)).status == 200, "each request has its own limit"

    run(work())


def test_a_system_gets_only_so_many_connections_and_the_rest_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upstream, "MAX_CONNECTIONS", 2)

    async def work() -> None:
        async with provider(tmp_path) as there:
            replies = await asyncio.gather(*(there.ask() for _ in range(20)))
            assert [reply.status for reply in replies] == [200] * 20 and there.connections == 2

    run(work())


def test_an_idle_connection_is_not_trusted_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upstream, "IDLE_S", -1.0)

    async def work() -> None:
        async with provider(tmp_path) as there:
            await there.ask()
            await there.ask()
            assert there.connections == 2

    run(work())


def test_a_provider_over_tls_must_be_certified_as_it_was_said(tmp_path: Path) -> None:
    made = open_or_create(tmp_path / "tls", "127.0.0.1", datetime.now(UTC))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made.cert_path, made.key_path)
    other = open_or_create(tmp_path / "other", "127.0.0.1", datetime.now(UTC))

    async def work() -> None:
        async with provider(tmp_path, tls=context, ca=other.cert_pem.decode()) as there:
            error = await refused(there.ask())
            assert error.code == "exchange.provider_unreachable" and "certificate" in str(error.values["reason"])
            assert there.heads == []
            await asyncio.wait_for(there.left(), 5)

    run(work())
