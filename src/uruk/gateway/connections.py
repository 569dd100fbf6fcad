"""HTTP/1.1 towards information systems, byte by byte: one object a connection, one write an answer.

What comes in is limited in size, number and time; requests that were sent without waiting (pipelining) are answered in
their order. What is asked and answered is another's: see `server.py`.
"""

import asyncio
from collections import deque
from typing import TYPE_CHECKING, cast

import httptools

from uruk.gateway.credentials import Credential
from uruk.gateway.listening import UNKNOWN, Answer, Content, Incoming, Listener, content_of
from uruk.kernel.api import CodedError

if TYPE_CHECKING:
    from uruk.gateway.bodies import Intake

MAX_HEAD_BYTES = 32 * 1024
MAX_HEADERS = 150
MAX_WAITING = 16  # requests sent without waiting, behind the one that is answered
HEAD_S = 30.0  # for a whole head, from its first byte
BODY_IDLE_S = 30.0  # between two pieces of a body
BODY_RATE_BYTES_S = 1024  # slower than this, over all, is nobody who means well
IDLE_S = 75.0  # between two requests
WRITE_S = 60.0  # until a caller has taken up the next piece of an answer
LINGER_S = 2.0  # for what a refused caller still sends
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Connection(asyncio.Protocol):
    """One connection of an information system."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._loop = listener.loop
        self._parser = httptools.HttpRequestParser(self)
        self._waiting: deque[Incoming] = deque()
        self._busy = self._gone = self._closing = self._deaf = False
        self._in_message = self._in_body = False
        self._writable: asyncio.Future[None] | None = None
        self._began = self._received = 0.0
        self.deadline = self._loop.time() + HEAD_S
        self._incoming: Incoming | None = None
        self._content: Content | None = UNKNOWN
        self._intake: Intake | None = None
        self._new_message()

    # The transport's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take up a connection, unless there are too many."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's are none by class
        self._credential: Credential = self._listener.credential(self._transport)
        if not self._listener.join(self):
            self._gone = True
            self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of all that is held for this connection; a request that is under way ends by itself."""
        self._gone = True
        self._listener.leave(self)
        self._drop_body()
        while self._waiting:
            self._waiting.popleft().release()
        self.resume_writing()

    def data_received(self, data: bytes) -> None:
        """Read what came."""
        if self._gone or self._deaf:
            return
        self._received += len(data)
        self._feed(data)
        if self._in_body:
            self._extend()
        elif self._in_message and self._received > MAX_HEAD_BYTES:
            self._malformed()

    def eof_received(self) -> bool:
        """A caller that only says it sends no more still gets its answer."""
        self._closing = True
        return self._busy and self._credential.way != "tls"

    def pause_writing(self) -> None:
        """The caller takes its answer slower than it comes."""
        if self._writable is None:
            self._writable = self._loop.create_future()

    def resume_writing(self) -> None:
        """The caller has caught up."""
        if self._writable is not None and not self._writable.done():
            self._writable.set_result(None)
        self._writable = None

    # The parser's side

    def on_message_begin(self) -> None:
        """A request begins."""
        self._new_message()
        self._in_message = True
        self._began, self._received = self._loop.time(), 0
        self._extend()

    def on_url(self, piece: bytes) -> None:
        """A piece of the target."""
        self._url += piece

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header, or a trailer, which is not heard."""
        if not self._in_body:
            self._size += len(name) + len(value) + 4
            if len(self._headers) <= MAX_HEADERS:
                self._headers.append((name, value.rstrip(b" \t")))

    def on_headers_complete(self) -> None:
        """All that decides whether a body is taken at all has come."""
        self._in_body = True
        parser = self._parser
        incoming = self._incoming = Incoming(
            parser.get_method().decode("ascii"),
            self._url.decode("ascii", "replace"),
            self._headers,
            self._credential,
            parser.should_keep_alive(),
            self._listener.now(),
        )
        try:
            self._check_head(parser.get_http_version())
            self._content = content_of(self._headers)
            self._expect_body(self._listener.open(incoming))
        except CodedError as error:
            self._refuse(error)

    def on_body(self, data: bytes) -> None:
        """A piece of the body."""
        if self._intake is None:
            return
        try:
            self._intake.feed(data)
        except CodedError as error:
            self._refuse(error)

    def on_message_complete(self) -> None:
        """The request is whole."""
        self._in_message = self._in_body = False
        incoming, intake, self._incoming, self._intake = self._incoming, self._intake, None, None
        if incoming is None or incoming.refusal is not None:
            if self._closing and not self._busy:
                self._transport.close()
            return
        if intake is not None:
            try:
                incoming.body = intake.finish()
            except CodedError as error:
                incoming.refusal = error
        self._enqueue(incoming)

    # Reading

    def _new_message(self) -> None:
        self._url = b""
        self._headers: list[tuple[bytes, bytes]] = []
        self._size = 0
        self._incoming, self._content, self._intake = None, UNKNOWN, None

    def _feed(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            # The wish to speak another protocol is not granted; the request stands.
            self._parser = httptools.HttpRequestParser(self)
            rest = data[upgrade.args[0] :]
            if rest and not self._gone:
                self._feed(rest)
        except httptools.HttpParserError:
            self._malformed()

    def _extend(self) -> None:
        """Give the caller time for the next piece; not while it waits for an answer, nor after the last one."""
        if self._busy or self._closing:
            return
        now = self._loop.time()
        if self._in_body:
            slowest = self._began + HEAD_S + BODY_IDLE_S + self._received / BODY_RATE_BYTES_S
            self.deadline = min(now + BODY_IDLE_S, slowest)
        else:
            self.deadline = now + HEAD_S

    def _check_head(self, version: str) -> None:
        if version not in ("1.1", "1.0") or len(self._headers) > MAX_HEADERS:
            raise CodedError("exchange.request_malformed")
        if self._size + len(self._url) > MAX_HEAD_BYTES or not self._url.isascii() or b"#" in self._url:
            raise CodedError("exchange.request_malformed")

    def _expect_body(self, limit: int) -> None:
        """Take in a body, where the head announces one."""
        if self._content is None:
            return
        if self._content.length > limit:
            raise CodedError("exchange.request_too_large", limit=limit)
        self._intake = self._listener.intake(limit)
        if self._content.continues and not self._busy:
            self._transport.write(_CONTINUE)

    def _refuse(self, error: CodedError) -> None:
        """Answer at once, and hear no more of this request than politeness asks."""
        incoming = self._incoming
        self._drop_body()
        if incoming is not None and incoming.refusal is None:
            incoming.refusal = error
            incoming.keep_alive = incoming.keep_alive and self._content is None
            self._enqueue(incoming)

    def _malformed(self, code: str = "exchange.request_malformed") -> None:
        """What came is no request (or not in time): say so, hear no more, and close."""
        if self._deaf or self._gone:
            return
        self._deaf = self._closing = True
        self._drop_body()
        self._in_message = False
        answered, self._incoming = self._incoming is not None and self._incoming.refusal is not None, None
        if not answered:
            incoming = Incoming("GET", "", [], self._credential, False, self._listener.now())
            incoming.refusal = CodedError(code)
            self._enqueue(incoming)
        elif not self._busy:
            self._transport.close()

    def _drop_body(self) -> None:
        if self._intake is not None:
            self._intake.release()
            self._intake = None

    # Answering

    def _enqueue(self, incoming: Incoming) -> None:
        if not self._busy:
            self._busy = True
            self._listener.spawn(self._serve(incoming))
            return
        self._waiting.append(incoming)
        if len(self._waiting) > MAX_WAITING:
            self._transport.pause_reading()
        if len(self._waiting) > MAX_WAITING * 64:  # one read brought thousands: nobody who means well
            self._transport.abort()

    async def _serve(self, incoming: Incoming) -> None:
        """Answer this request and those that wait behind it."""
        while True:
            self.deadline = float("inf")
            answer = await self._listener.answer(incoming)
            if self._gone:
                answer.release()
                break
            await self._write(incoming, answer)
            if not self._goes_on(incoming):
                break
            if not self._waiting:
                self._busy = False
                return
            incoming = self._waiting.popleft()
            if len(self._waiting) == MAX_WAITING and not self._closing:
                self._transport.resume_reading()

    def _goes_on(self, incoming: Incoming) -> bool:
        """Whether the connection goes on after this answer."""
        now = self._loop.time()
        last = self._closing and not self._waiting
        if self._gone or (incoming.keep_alive and not last):
            self.deadline = now + (HEAD_S if self._in_message else IDLE_S)
            return not self._gone
        self._closing, self._busy = True, False
        if self._in_message:
            # Closing now would destroy the answer on its way to one who is still sending.
            self.deadline = now + LINGER_S
        else:
            self._transport.close()
        return False

    async def _write(self, incoming: Incoming, answer: Answer) -> None:
        close = not incoming.keep_alive or (self._closing and not self._waiting)
        bodiless = incoming.method == "HEAD" or answer.status in (204, 304)
        head = answer.head(self._listener.date, close, bodiless)
        try:
            data = b"" if bodiless else answer.data
            if data is not None:
                self._transport.write(head + data if data else head)
                await self._taken()
            else:
                self._transport.write(head)
                await self._stream(answer)
        finally:
            answer.release()

    async def _stream(self, answer: Answer) -> None:
        """Write a body that is not held in memory, as fast as it is taken."""
        assert not isinstance(answer.body, bytes)
        async for piece in answer.body.chunks():
            if self._gone:
                return
            self._transport.write(piece)
            await self._taken()

    async def _taken(self) -> None:
        if self._writable is not None and not self._gone:
            self.deadline = self._loop.time() + WRITE_S
            await self._writable

    # Time

    def expire(self) -> None:
        """The deadline has passed: of a request that did not come, an answer that was not taken, or nothing at all."""
        if self._busy:
            self._transport.abort()
        elif self._in_message and not self._closing:
            self._malformed("exchange.request_timeout")
        else:
            self._transport.close()

    def end(self) -> None:
        """Close after the request that is under way, or now."""
        self._closing = True
        if not self._busy and not self._in_message:
            self._transport.close()

    def abort(self) -> None:
        """Close now."""
        self._transport.abort()
