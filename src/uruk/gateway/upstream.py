"""Towards the information systems of providers: HTTP/1.1 over connections kept alive, one write a request.

It says exactly how sure it is: `exchange.provider_unreachable` only where no byte of the request can have arrived, and
`exchange.outcome_unknown` for anything that goes wrong later. It follows no redirects and repeats nothing.
"""

import asyncio
import ssl
import time
from collections import deque
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote, urlsplit

from uruk.exchange.api import System, Target, headers
from uruk.gateway.calls import Headers, UpstreamReply
from uruk.gateway.exchanging import MAX_ANSWER_BYTES, ProviderConnection
from uruk.kernel.api import CodedError

if TYPE_CHECKING:
    from uruk.gateway.bodies import Bodies, Body

MAX_CONNECTIONS = 256  # to one system
CONNECT_S = 10.0
WATCH_S = 0.1
# How long the providers' systems took for the request at hand: a list of one, laid down by who wants to know.
WAITED: ContextVar[list[float] | None] = ContextVar("WAITED", default=None)
# A provider may close what is idle at any moment; the shorter we keep it, the seldomer a request meets the closing.
IDLE_S = 2.0


@dataclass(slots=True)
class _Pool:
    """The connections to one system: those that are free, how many there are, and who waits for one."""

    free: deque[ProviderConnection] = field(default_factory=deque)
    open: int = 0
    waiting: deque["asyncio.Future[None]"] = field(default_factory=deque)


class _Seat:
    """One connection's place in its pool, given back once."""

    def __init__(self, pool: _Pool) -> None:
        self._pool: _Pool | None = pool
        pool.open += 1

    def leave(self) -> None:
        """The connection has ended, or was never made."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.open -= 1
            _wake(pool)


class Upstream:
    """Forwards requests to information systems. Lives in one event loop."""

    def __init__(self, bodies: "Bodies", *, limit: int = MAX_ANSWER_BYTES) -> None:
        self._bodies, self._limit = bodies, limit
        self._pools: dict[tuple[str, str], _Pool] = {}
        self._sweeper: asyncio.TimerHandle | None = None
        self._busy: set[ProviderConnection] = set()
        self._watching: asyncio.TimerHandle | None = None
        self._closed = False

    async def forward(
        self,
        system: System,
        service_code: str,
        method: str,
        target: Target,
        pairs: Headers,
        body: "Body",
        limit: int = MAX_ANSWER_BYTES,
    ) -> UpstreamReply:
        """Forward a request to `{system.url}/{service_code}{target.raw}` and return what came back.

        `pairs` are end-to-end headers; `limit` is how many bytes the answer may have. Errors:
        `exchange.provider_not_connected`, `exchange.provider_unreachable` (certainly not delivered),
        `exchange.outcome_unknown` (perhaps delivered), `exchange.provider_malformed` and `exchange.answer_too_large`
        (delivered).
        """
        if not system.url:
            raise CodedError("exchange.provider_not_connected", system=system.code)
        place = _place(system.url)
        head = _head(place, service_code, method, target, pairs, body.length)
        pool = self._pools.setdefault((system.url, system.ca), _Pool())
        began = time.monotonic()
        connection = await self._connected(system, place, pool)
        self._busy.add(connection)
        if self._watching is None:
            self._watch()
        try:
            answered = await connection.ask(method, head, body, system.timeout_s, min(limit, self._limit))
        finally:
            self._busy.discard(connection)
            self._give_back(pool, connection)
            _note_wait(time.monotonic() - began)
        status, found, answer = answered
        return UpstreamReply(status, headers.forwarded_answer(found), answer)

    @property
    def connections(self) -> int:
        """How many connections there are."""
        return sum(pool.open for pool in self._pools.values())

    def close(self) -> None:
        """Close what is free; what is in use closes after its answer."""
        self._closed = True
        for timer in (self._sweeper, self._watching):
            if timer is not None:
                timer.cancel()
        for pool in self._pools.values():
            while pool.free:
                pool.free.pop().close()

    async def _connected(self, system: System, place: "Place", pool: _Pool) -> ProviderConnection:
        """A free connection, else a new one, else the next that becomes free within the system's time."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + system.timeout_s
        while True:
            while pool.free:
                connection = pool.free.pop()
                if connection.is_fit(loop.time() - IDLE_S):
                    return connection
                connection.close()
            if pool.open < MAX_CONNECTIONS:
                return await self._connect(system, place, pool)
            await self._wait(system, pool, deadline - loop.time())

    async def _wait(self, system: System, pool: _Pool, limit_s: float) -> None:
        waiter = asyncio.get_running_loop().create_future()
        pool.waiting.append(waiter)
        try:
            await asyncio.wait_for(waiter, limit_s)
        except TimeoutError:
            raise CodedError("exchange.provider_unreachable", system=system.code, reason="busy") from None

    async def _connect(self, system: System, place: "Place", pool: _Pool) -> ProviderConnection:
        seat = _Seat(pool)
        opening = _open(place, system.ca, lambda: ProviderConnection(system.code, self._bodies, seat.leave))
        try:
            return (await asyncio.wait_for(opening, min(CONNECT_S, system.timeout_s)))[1]
        except (OSError, TimeoutError) as error:
            seat.leave()
            raise CodedError("exchange.provider_unreachable", system=system.code, reason=_reason(error)) from None
        except BaseException:
            seat.leave()
            raise

    def _give_back(self, pool: _Pool, connection: ProviderConnection) -> None:
        if connection.reusable and not self._closed:
            pool.free.append(connection)
            _wake(pool)
            self._sweep_later()
        else:
            connection.close()

    def _watch(self) -> None:
        """While anybody is asked, look now and then for who is silent for too long: one timer for all of them."""
        now = asyncio.get_running_loop().time()
        for connection in [one for one in self._busy if one.deadline <= now]:
            connection.expire()
        again = asyncio.get_running_loop().call_later(WATCH_S, self._watch) if self._busy else None
        self._watching = again

    def _sweep_later(self) -> None:
        if self._sweeper is None:
            self._sweeper = asyncio.get_running_loop().call_later(IDLE_S, self._sweep)

    def _sweep(self) -> None:
        """Close what has been free too long; the newest are taken first, so the oldest stand in front."""
        self._sweeper = None
        oldest = asyncio.get_running_loop().time() - IDLE_S
        for pool in self._pools.values():
            while pool.free and not pool.free[0].is_fit(oldest):
                pool.free.popleft().close()
        if any(pool.free for pool in self._pools.values()):
            self._sweep_later()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a system is: its URL taken apart. `socket`: a path on this machine, instead of host and port."""

    tls: bool
    host: str
    port: int
    authority: bytes
    path: str
    socket: str = ""


@lru_cache(maxsize=1024)
def _place(url: str) -> Place:
    parts: SplitResult = urlsplit(url)
    if parts.scheme == "http+unix":
        return Place(False, "", 0, b"localhost", parts.path.rstrip("/"), unquote(parts.netloc))
    tls = parts.scheme == "https"
    host = parts.hostname or ""
    shown = f"[{host}]" if ":" in host else host.encode("idna").decode("ascii")
    authority = f"{shown}:{parts.port}" if parts.port else shown
    return Place(tls, host, parts.port or (443 if tls else 80), authority.encode("ascii"), parts.path.rstrip("/"))


async def _open(
    place: Place, ca: str, protocol: Callable[[], ProviderConnection]
) -> tuple[asyncio.Transport, ProviderConnection]:
    """A connection to a system; to a socket of this machine without TLS."""
    loop = asyncio.get_running_loop()
    if place.socket:
        return await loop.create_unix_connection(protocol, place.socket)
    context = _context(ca) if place.tls else None
    name = place.host if context else None
    return await loop.create_connection(protocol, place.host, place.port, ssl=context, server_hostname=name)


@lru_cache(maxsize=256)
def _context(ca: str) -> ssl.SSLContext:
    """How a provider's address is verified: by its own list of authorities where it has one, else the machine's."""
    context = ssl.create_default_context(cadata=ca or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.set_alpn_protocols(["http/1.1"])
    return context


def _head(place: Place, code: str, method: str, target: Target, pairs: Headers, length: int) -> bytes:
    lines = [
        f"{method} {place.path}/{code}{target.raw} HTTP/1.1\r\nhost: ".encode("ascii"),
        place.authority,
        b"\r\n",
    ]
    lines += [b"%b: %b\r\n" % pair for pair in pairs]
    if length or method in ("POST", "PUT", "PATCH"):
        lines.append(b"content-length: %d\r\n" % length)
    lines.append(b"\r\n")
    return b"".join(lines)


def _note_wait(seconds: float) -> None:
    waited = WAITED.get()
    if waited is not None:
        waited[0] += seconds


def _wake(pool: _Pool) -> None:
    while pool.waiting:
        waiter = pool.waiting.popleft()
        if not waiter.done():
            waiter.set_result(None)
            return


def _reason(error: BaseException) -> str:
    """What the machine says, in short."""
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"certificate: {error.verify_message}"[:160]
    return (str(getattr(error, "strerror", "") or error) or type(error).__name__)[:160]
