"""What the connections of information systems share: who answers, the body's place, dates, limits, draining."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Protocol

import structlog

from uruk.gateway.calls import Headers, Where
from uruk.gateway.credentials import Credential
from uruk.kernel.api import CodedError

if TYPE_CHECKING:
    from uruk.gateway.bodies import Bodies, Body, Intake

_LOG = structlog.get_logger("uruk.gateway")
MAX_CONNECTIONS = 20_000
MAX_UNDER_WAY = 8_192
SWEEP_S = 1.0
_REASONS = {status.value: status.phrase.encode() for status in HTTPStatus}
_LINES = {code: b"HTTP/1.1 %d %b\r\n" % (code, _REASONS.get(code, b"Unknown")) for code in range(200, 600)}


@dataclass(slots=True)
class Incoming:
    """A request whose head has come. `context` is what `open` made of it; `refusal` why it is not answered.

    `where`: at which hop the fault lies if it is refused now; `request`: R, once it has one.
    """

    method: str
    url: str
    headers: list[tuple[bytes, bytes]]
    credential: Credential
    keep_alive: bool
    arrived_at: float
    body: "Body | None" = None
    refusal: CodedError | None = None
    context: Any = None
    where: Where = "client"
    request: bytes = b""

    def release(self) -> None:
        """Let go of the body."""
        if self.body is not None:
            self.body.release()
            self.body = None


@dataclass(slots=True)
class Answer:
    """What is answered. The gateway sets Content-Length, Connection and, where it is missing, Date."""

    status: int
    headers: Headers = field(default_factory=tuple)
    body: "bytes | Body" = b""

    @property
    def data(self) -> bytes | None:
        """The whole body, or None where it is not held in memory."""
        return self.body if isinstance(self.body, bytes) else self.body.data

    def head(self, date: bytes, close: bool, bodiless: bool) -> bytes:
        """Status line and headers."""
        parts = [_LINES[self.status]]
        dated = False
        for name, value in self.headers:
            parts.append(b"%b: %b\r\n" % (name, value))
            dated = dated or (len(name) == 4 and name.lower() == b"date")
        if not dated:
            parts.append(date)
        if not bodiless:
            parts.append(b"content-length: %d\r\n" % self._length())
        parts.append(b"connection: close\r\n\r\n" if close else b"\r\n")
        return b"".join(parts)

    def release(self) -> None:
        """Let go of the body."""
        if not isinstance(self.body, bytes):
            self.body.release()

    def _length(self) -> int:
        return len(self.body) if isinstance(self.body, bytes) else self.body.length


@dataclass(frozen=True, slots=True)
class Content:
    """The body that a head announces: its length (0: not said), and whether the caller waits to be told to send."""

    length: int
    continues: bool


UNKNOWN = Content(0, False)


def content_of(headers: Iterable[tuple[bytes, bytes]]) -> Content | None:
    """What a head says of its body, or None where none follows; `exchange.request_malformed` for unknown codings."""
    length, chunked, continues = 0, False, False
    for name, value in headers:
        if len(name) not in (6, 14, 17):
            continue
        small = name.lower()
        if small == b"content-length":
            length = int(value)
        elif small == b"transfer-encoding":
            if value.lower() != b"chunked":
                raise CodedError("exchange.request_malformed")
            chunked = True
        elif small == b"expect":
            continues = value.lower() == b"100-continue"
    return Content(length, continues) if length or chunked else None


class Handler(Protocol):
    """Who opens and answers requests."""

    def open(self, incoming: Incoming) -> int:
        """Judge a head before its body; return how many bytes the body may have. A CodedError refuses it."""
        ...

    async def handle(self, incoming: Incoming) -> Answer:
        """Answer a whole request."""
        ...

    def refuse(self, incoming: Incoming, error: CodedError) -> Answer:
        """The answer that stands for an error."""
        ...


class Party(Protocol):
    """A connection, as its listener knows it."""

    deadline: float

    def expire(self) -> None:
        """Its deadline has passed."""
        ...

    def end(self) -> None:
        """End after the request under way."""
        ...

    def abort(self) -> None:
        """End now."""
        ...


class Listener:
    """One way in, with all its connections. Lives in one event loop."""

    def __init__(
        self,
        handler: Handler,
        bodies: "Bodies",
        credential: Callable[[asyncio.Transport], Credential],
        *,
        loop: asyncio.AbstractEventLoop | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.loop = loop or asyncio.get_running_loop()
        self.now, self.credential, self.open = now, credential, handler.open
        self.intake: Callable[[int], Intake] = bodies.intake
        self._handler = handler
        self._parties: set[Party] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._ended = False
        self._sweep()

    def join(self, party: Party) -> bool:
        """Take up a connection; False where there are too many, or the gateway is ending."""
        if len(self._parties) >= MAX_CONNECTIONS or self._ended:
            return False
        self._parties.add(party)
        return True

    def leave(self, party: Party) -> None:
        """A connection has gone."""
        self._parties.discard(party)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run the answering of a request."""
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    async def answer(self, incoming: Incoming) -> Answer:
        """The answer to a request; whatever happens there is one."""
        try:
            if incoming.refusal is not None:
                raise incoming.refusal
            if len(self._tasks) > MAX_UNDER_WAY:
                raise CodedError("exchange.gateway_busy")
            return await self._handler.handle(incoming)
        except CodedError as error:
            return self._handler.refuse(incoming, error)
        except Exception:
            _LOG.exception("request failed")
            return self._handler.refuse(incoming, CodedError("exchange.gateway_failed"))
        finally:
            incoming.release()

    @property
    def connections(self) -> int:
        """How many connections there are."""
        return len(self._parties)

    @property
    def under_way(self) -> int:
        """How many connections have a request that is being answered."""
        return len(self._tasks)

    async def drain(self, limit_s: float) -> None:
        """Take nothing new, answer what is under way, close every connection; after the limit whatever is left."""
        self._ended = True
        for party in list(self._parties):
            party.end()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=limit_s)
        await asyncio.sleep(0)
        for party in list(self._parties):
            party.abort()
        self._timer.cancel()

    def _sweep(self) -> None:
        self.date = b"date: %b\r\n" % formatdate(self.now(), usegmt=True).encode()
        moment = self.loop.time()
        for party in [party for party in self._parties if party.deadline < moment]:
            party.expire()
        self._timer = self.loop.call_later(SWEEP_S, self._sweep)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _LOG.error("connection failed", error=repr(error))
