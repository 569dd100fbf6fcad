"""An information-system port with a made-up exchange behind it, and a caller that speaks bytes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from uruk.exchange.api import (
    CountryDirectory,
    HostedMember,
    Member,
    MemberEntry,
    Names,
    NodeEntry,
    Snapshot,
    System,
)
from uruk.gateway.bodies import Bodies, Body
from uruk.gateway.calls import Call, Reply
from uruk.gateway.connections import Connection
from uruk.gateway.credentials import Credential, credential_of
from uruk.gateway.listening import Listener
from uruk.gateway.metrics import Metrics
from uruk.gateway.server import InformationSystems, Page
from uruk.gateway.state import State
from uruk.kernel.api import FixedClock, Text

NOW = datetime(2026, 11, 23, 16, tzinfo=UTC)
NAMES = Names("نظام", "سیستەم", "System")
TEXT = Text(ar="وزارة", ckb="وەزارەت", en="Ministry")
LIMIT = 3 << 20
PATH = "/r1/xx/GOV/interior/persons/by-number/123"
CLIENT = "X-Road-Client: xx/GOV/agriculture/season-plan"


def snapshot(protection: str = "none", members: int = 1, **more: object) -> Snapshot:
    """A node's snapshot with `members` institutions: agriculture and others."""
    systems = (System("season-plan", NAMES, protection=protection, **more),)  # type: ignore[arg-type]
    codes = ["agriculture", "water", "post"][:members]
    return Snapshot("xx", "fields", 0, tuple(HostedMember(code, f"xx/GOV/{code}", NAMES, systems) for code in codes))


def directory() -> CountryDirectory:
    """A country of two members on two nodes."""
    members = {
        f"xx/GOV/{code}": MemberEntry(Member("xx", "GOV", code), TEXT, b"\0" * 32, node, True, False, NOW)
        for code, node in (("agriculture", "fields"), ("interior", "towers"))
    }
    nodes = {
        "towers": NodeEntry(
            "towers", "interior", "https://towers/", b"", (), gateways=("towers:5500",), certificates=("ab" * 32,),
            subsystems={"xx/GOV/interior/persons": TEXT},
        ),
        "fields": NodeEntry("fields", "agriculture", "https://fields/", b"", ()),
    }  # fmt: skip
    return CountryDirectory("xx", 3, b"\0" * 32, NOW, "xx/GOV/interior", members, nodes)


Answering = Callable[[Call], Awaitable[Reply]]


async def echo(call: Call) -> Reply:
    """What it was asked, as its answer."""
    data = call.body.data if call.body.data is not None else b"".join([piece async for piece in call.body.chunks()])
    text = f"{call.method} {call.target.raw}\n".encode() + data
    return Reply(200, [(b"content-type", b"text/plain"), (b"x-kept", b"yes")], Body.of(text), call.request)


@dataclass
class Served:
    """A port that answers, and what it was asked."""

    port: int
    listener: Listener
    state: State
    metrics: Metrics
    calls: list[Call] = field(default_factory=list)
    answering: Answering = echo

    async def ask(self, call: Call) -> Reply:
        """The exchange's side."""
        self.calls.append(call)
        return await self.answering(call)

    async def pick_up(self, client: str, request: bytes) -> Reply:
        """The exchange's side of later delivery."""
        return Reply(200, [], Body.of(f"{client} {request.hex()}".encode()), request)

    async def say(self, text: str | bytes, *, end: bool = True) -> bytes:
        """Send bytes on a new connection; return all that comes until the gateway closes."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(text if isinstance(text, bytes) else text.encode())
        if end:
            writer.write_eof()
        found = await asyncio.wait_for(reader.read(), 5)
        writer.close()
        return found

    async def get(self, path: str, *headers: str) -> tuple[int, dict[str, str], bytes]:
        """One GET: status, headers in small letters, body."""
        lines = "".join(f"{line}\r\n" for line in headers)
        return parted(await self.say(f"GET {path} HTTP/1.1\r\nHost: gateway\r\n{lines}\r\n"))


def parted(answer: bytes) -> tuple[int, dict[str, str], bytes]:
    """An answer as status, headers and body."""
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = [line.partition(": ")[::2] for line in lines]
    return int(first.split(" ")[1]), {name.lower(): value for name, value in pairs}, body


def over_tcp(transport: asyncio.Transport) -> Credential:
    """The credential of a plain connection."""
    return credential_of("plain", transport.get_extra_info("peername"), None)


@asynccontextmanager
async def served(
    folder: Path,
    *,
    answering: Answering = echo,
    shown: Snapshot | None = None,
    style: str = "legacy",
    pages: Callable[[State], dict[str, Page]] = lambda state: {},
    closed: frozenset[str] = frozenset(),
    credential: Callable[[asyncio.Transport], Credential] = over_tcp,
    limit: int = LIMIT,
) -> AsyncIterator[Served]:
    """A port on loopback, for as long as the block runs."""
    state = State(shown or snapshot(), directory(), FixedClock(NOW), timedelta(days=7))
    metrics = Metrics()
    found = Served(0, None, state, metrics, answering=answering)  # type: ignore[arg-type]
    systems = InformationSystems(
        found, state, metrics, pages=pages(state), closed=closed, style=style, limit=limit  # type: ignore[arg-type]
    )  # fmt: skip
    found.listener = listener = Listener(systems, Bodies(folder / "spool"), credential)
    server = await asyncio.get_running_loop().create_server(lambda: Connection(listener), "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    try:
        yield found
    finally:
        server.close()
        await listener.drain(5)
