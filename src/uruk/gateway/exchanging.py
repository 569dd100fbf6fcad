"""One connection to a provider's information system: one request at a time, its answer taken in as a body."""

import asyncio
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

import httptools

from uruk.kernel.api import CodedError

if TYPE_CHECKING:
    from uruk.gateway.bodies import Bodies, Body, Intake

MAX_ANSWER_BYTES = 1 << 30
MAX_HEAD_BYTES = 64 * 1024
MAX_HEADERS = 200
BODY_IDLE_S = 30.0
_INFORMATIONAL = range(100, 200)

Answered = tuple[int, list[tuple[bytes, bytes]], "Body"]


class ProviderConnection(asyncio.Protocol):
    """Asks one thing after the other. `gone` is called once when the connection has ended."""

    def __init__(self, system: str, bodies: "Bodies", gone: Callable[[], None]) -> None:
        self._system, self._bodies, self._on_gone = system, bodies, gone
        self._loop = asyncio.get_running_loop()
        self._answer: asyncio.Future[Answered] | None = None
        self._writable: asyncio.Future[None] | None = None
        self.deadline = math.inf  # for the next sign of life, in the loop's time
        self._gone = self._closing = False
        self.reusable = False
        self._free_since = 0.0
        self._method, self._limit = "GET", 0
        self._intake: Intake | None = None

    async def ask(self, method: str, head: bytes, body: "Body", timeout_s: float, limit: int) -> Answered:
        """Send a request and take in its answer, up to `limit` bytes; its first must come within `timeout_s`.

        `exchange.outcome_unknown`, `exchange.provider_malformed`, `exchange.answer_too_large`; and
        `exchange.provider_unreachable` where the connection had ended before anything was sent.
        """
        self.reusable = False
        self._method, self._limit = method, limit
        self._parser = httptools.HttpResponseParser(self)
        self._new_answer()
        answer = self._answer = self._loop.create_future()
        self._expect(timeout_s)
        try:
            if body.data is None:
                await self._send_slowly(head, body)
            else:
                self._send(head + body.data)
            answered: Answered = await answer
            return answered
        finally:
            self.deadline = math.inf
            self._drop_body()
            self._answer = None
            if not answer.done():
                answer.cancel()
            elif not answer.cancelled():
                answer.exception()  # told already, by what sending raised

    def is_fit(self, oldest: float) -> bool:
        """Whether it may be asked again: open, and not idle since before `oldest` (the loop's time)."""
        return not (self._gone or self._closing) and self._free_since >= oldest

    def close(self) -> None:
        """End the connection."""
        self._closing = True
        self._transport.close()

    # The transport's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Connected."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's are none by class

    def connection_lost(self, exc: Exception | None) -> None:
        """The system has closed, or we have."""
        self._gone = True
        if self._answer is not None and self._in_body and self._open_ended and exc is None:
            self._finish()  # an answer that names no length ends with its connection
        self.reusable = False
        self._fail("exchange.outcome_unknown")
        self.resume_writing()
        self._on_gone()

    def data_received(self, data: bytes) -> None:
        """Read what came."""
        if self._answer is None:  # nobody asked
            self._closing = True
            self._transport.abort()
            return
        self._received += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._fail("exchange.provider_malformed")
        except httptools.HttpParserError:
            self._fail("exchange.provider_malformed")
        if not self._in_body and self._received > MAX_HEAD_BYTES:
            self._fail("exchange.provider_malformed")

    def pause_writing(self) -> None:
        """The system takes the request slower than it comes."""
        if self._writable is None:
            self._writable = self._loop.create_future()

    def resume_writing(self) -> None:
        """The system has caught up."""
        if self._writable is not None and not self._writable.done():
            self._writable.set_result(None)
        self._writable = None

    # The parser's side

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header, or a trailer, which is not heard."""
        if not self._in_body and len(self._headers) <= MAX_HEADERS:
            self._headers.append((name, value.rstrip(b" \t")))

    def on_headers_complete(self) -> None:
        """The head has come: what follows is the body."""
        status = self._parser.get_status_code()
        if status in _INFORMATIONAL:
            self._interim = True
            return
        self._in_body = True
        if len(self._headers) > MAX_HEADERS or not 200 <= status <= 599:
            self._fail("exchange.provider_malformed")
            return
        self._expect(BODY_IDLE_S)
        self._status, self._open_ended = status, not _has_length(self._headers)
        self._intake = self._bodies.intake(self._limit)
        if self._method == "HEAD":
            self._keeps = self._parser.should_keep_alive()
            self._finish()

    def on_body(self, data: bytes) -> None:
        """A piece of the body."""
        if self._intake is None:
            return
        self._expect(BODY_IDLE_S)
        try:
            self._intake.feed(data)
        except CodedError:
            self._fail("exchange.answer_too_large", limit=self._limit)

    def on_message_complete(self) -> None:
        """The answer is whole."""
        if self._interim:  # 100 Continue and its like: the answer is still to come
            self._new_answer()
        elif self._in_body and not self._complete:
            self._keeps = self._parser.should_keep_alive()
            self._finish()

    # Inside

    def _new_answer(self) -> None:
        self._headers: list[tuple[bytes, bytes]] = []
        self._in_body = self._interim = self._complete = self._keeps = self._open_ended = False
        self._received = self._status = 0

    def _send(self, data: bytes) -> None:
        if self._gone:
            raise CodedError("exchange.provider_unreachable", system=self._system, reason="closed")
        self._transport.write(data)

    async def _send_slowly(self, head: bytes, body: "Body") -> None:
        """Send a body that is not held in memory, as fast as it is taken."""
        self._send(head)
        async for piece in body.chunks():
            if self._gone or self._answer is None or self._answer.done():
                return  # answered before it was heard out, or gone: the future says which
            self._transport.write(piece)
            if self._writable is not None:
                await self._writable

    def _finish(self) -> None:
        intake, self._intake = self._intake, None
        self._complete = True
        if intake is None or self._answer is None or self._answer.done():
            return
        try:
            body = intake.finish()
        except CodedError as error:
            self._answer.set_exception(error)
            return
        self._answer.set_result((self._status, self._headers, body))
        self.reusable = self._keeps and not self._gone
        self._free_since = self._loop.time()

    def _fail(self, code: str, **values: object) -> None:
        self._drop_body()
        self.reusable = False
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(CodedError(code, system=self._system, service=self._system, **values))
        if not self._gone:
            self._closing = True
            self._transport.abort()

    def _expect(self, limit_s: float) -> None:
        """The next sign of life must come within the limit; whoever sweeps sees to it (`expire`)."""
        self.deadline = self._loop.time() + limit_s

    def expire(self) -> None:
        """The deadline has passed."""
        self._fail("exchange.outcome_unknown")

    def _drop_body(self) -> None:
        if self._intake is not None:
            self._intake.release()
            self._intake = None


def _has_length(pairs: list[tuple[bytes, bytes]]) -> bool:
    names = [name.lower() for name, _ in pairs if len(name) in (14, 17)]
    return b"content-length" in names or b"transfer-encoding" in names
