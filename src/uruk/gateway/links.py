"""Connections between gateways: TLS 1.3 with certificates that the directory lists, many requests at a time.

Who asks opens the connection; the answers come back on it. Frames written within one turn of the loop leave together.
"""

import asyncio
import math
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from typing import Protocol, cast

import structlog

from uruk.exchange.api import wire
from uruk.gateway.bodies import Bodies, Body
from uruk.gateway.state import State
from uruk.gateway.streams import Answered, Asked, RefusedError, Stream, pass_on
from uruk.kernel.api import CodedError

_LOG = structlog.get_logger("uruk.gateway")
HELLO_S = 10.0
LOOK_S = 5.0
WATCH_S = 0.1
QUIET_S, IDLE_QUIET_S = 5.0, 30.0  # silence before a PING: while somebody waits, and otherwise
PONG_S = 9.0  # counted in looks: noticed after two of them
MAX_UNDER_WAY = 5_000
MAX_UNDER_WAY_BYTES = 32 << 20
MAX_BUFFER_BYTES = 2 << 20


class Directories(Protocol):
    """The store of directory parts, as links use it."""

    def offer(self, part: bytes) -> bool:
        """Take a newer part; whether it was newer."""
        ...

    def parts_newer_than(self, version: int, entries: dict[str, int]) -> list[bytes]:
        """The parts that are newer than what somebody has."""
        ...


class Shared(Protocol):
    """What all links of a gateway share (`peers.Ends`)."""

    state: State
    bodies: Bodies
    directories: Directories

    def opened(self, link: "Link") -> None:
        """A link has come up."""
        ...

    def ended(self, link: "Link") -> None:
        """A link is gone."""
        ...

    def arrived(self, link: "Link", head: wire.RequestHead, whole: "asyncio.Future[tuple[Body, wire.Proof]]") -> None:
        """Take a request."""
        ...

    def hello(self) -> wire.Hello:
        """What is said first."""
        ...


class Link(asyncio.Protocol):
    """One connection, whichever side opened it. `node` is the peer, known from its certificate once connected."""

    def __init__(self, ends: Shared, expected: str | None = None) -> None:
        self._ends, self._expected = ends, expected
        self._loop = asyncio.get_running_loop()
        self._incoming = bytearray()
        self._outgoing: list[bytes] = []
        self._writable: asyncio.Future[None] | None = None
        self._asked: dict[int, Asked] = {}
        self._arriving: dict[int, Stream] = {}
        self._last_stream = 0
        self._heard_at, self._pinged_at = self._loop.time(), 0.0
        self._ping: asyncio.TimerHandle | None = None
        self._watching: asyncio.TimerHandle | None = None
        self.node = self.certificate = ""
        self.offset_s = 0.0
        self.under_way = self.under_way_bytes = 0
        self.ready: asyncio.Future[None] = self._loop.create_future()
        self.closed = False

    # Asking

    async def ask(
        self,
        make: Callable[[int], wire.RequestHead],
        body: Body,
        proof: wire.Proof,
        limit: int,
        deadline: float = math.inf,
    ) -> Answered:
        """Send a request and wait for its answer; `make` gives its head for a number of stream.

        Errors: the far gateway's refusal; `exchange.link_lost` where the connection ended before the answer came;
        TimeoutError at the deadline (the loop's time), or a moment later.
        """
        stream = self._last_stream = self._last_stream + 1
        asked = self._asked[stream] = Asked(limit, self._loop.create_future(), deadline)
        self._watch()
        try:
            self.send(wire.REQUEST, make(stream))
            if body.length > wire.INLINE_BYTES:
                async with asyncio.timeout_at(None if deadline == math.inf else deadline):
                    await self._send_body(stream, body, proof, asked.future)
            return await asked.future
        finally:
            self._give_up(stream, asked)

    def _watch(self) -> None:
        """While anything is asked, look now and then for what has waited too long: one timer for all of it."""
        if self._watching is None:
            self._watching = self._loop.call_later(WATCH_S, self._expire)

    def _expire(self) -> None:
        self._watching = None
        now = self._loop.time()
        for asked in self._asked.values():
            if asked.deadline <= now and not asked.future.done():
                asked.future.set_exception(TimeoutError())
        if self._asked:
            self._watch()

    def _give_up(self, stream: int, asked: Asked) -> None:
        """Forget a request of ours; where its answer has not come whole, the far side may stop."""
        del self._asked[stream]
        coming, future = asked.stream, asked.future
        if coming is not None and not coming.whole.done():
            coming.intake.release()
            coming.whole.cancel()
        if not future.done():
            future.cancel()
        gave_up = future.cancelled() or isinstance(future.exception(), TimeoutError)
        if gave_up and not self.closed:
            self.send(wire.CANCEL, wire.Cancel(stream))

    async def send_answer(self, head: wire.AnswerHead, body: Body, proof: wire.Proof) -> None:
        """Send an answer; a body that does not stand in the head follows it."""
        self.send(wire.ANSWER, head)
        if body.length > wire.INLINE_BYTES:
            await self._send_body(head.stream, body, proof, None)

    async def _send_body(
        self, stream: int, body: Body, proof: wire.Proof, answer: "asyncio.Future[Answered] | None"
    ) -> None:
        """Send a body in frames, as fast as the peer takes them; who has answered already is sent no more of it."""
        async for chunk in body.chunks():
            for start in range(0, len(chunk), wire.CHUNK_BYTES):
                if self.closed:
                    raise CodedError("exchange.link_lost", node=self.node)
                if answer is not None and answer.done():
                    self.send(wire.CANCEL, wire.Cancel(stream))
                    return
                self.send(wire.BODY, wire.Body(stream, chunk[start : start + wire.CHUNK_BYTES]))
                await self._drained()
        self.send(wire.END, wire.End(stream, proof))

    def send(self, kind: int, message: object) -> None:
        """Send a frame; it leaves with the others of this turn."""
        if not self._outgoing:
            self._loop.call_soon(self._flush)
        self._outgoing.append(wire.pack(kind, message))  # type: ignore[arg-type]

    def _flush(self) -> None:
        outgoing, self._outgoing = self._outgoing, []
        if not self.closed:
            self._transport.write(outgoing[0] if len(outgoing) == 1 else b"".join(outgoing))

    async def _drained(self) -> None:
        if self._writable is not None:
            await self._writable
        else:
            await asyncio.sleep(0)  # the frames of others go between ours

    def close(self) -> None:
        """End the connection."""
        if not self.closed:
            self._transport.close()

    # The transport's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Connected and encrypted: who is it?"""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's are none by inheritance
        tls = transport.get_extra_info("ssl_object")
        self.certificate = sha256(tls.getpeercert(binary_form=True) or b"").hexdigest()
        node = self._ends.state.directory.node_by_certificate(self.certificate)
        strange = node is None or (self._expected is not None and node != self._expected)
        if node is None or strange or tls.selected_alpn_protocol() != wire.PROTOCOL:
            _LOG.warning("peer not in the directory", peer=str(transport.get_extra_info("peername")))
            self._transport.abort()
            return
        self.node = node
        self._transport.set_write_buffer_limits(high=MAX_BUFFER_BYTES)
        self._ends.opened(self)
        self.send(wire.HELLO, self._ends.hello())
        self._ping = self._loop.call_later(HELLO_S, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection has ended."""
        self.closed = True
        self._ends.ended(self)
        lost = CodedError("exchange.link_lost", node=self.node)
        if not self.ready.done():
            self.ready.set_exception(lost)
            self.ready.exception()
        for asked in list(self._asked.values()):
            if not asked.future.done():
                asked.future.set_exception(lost)
        for stream in [*self._arriving.values(), *(one.stream for one in self._asked.values() if one.stream)]:
            stream.intake.release()
            if not stream.whole.done():
                stream.whole.set_exception(lost)
                stream.whole.exception()
        self._arriving.clear()
        self.resume_writing()
        for timer in (self._ping, self._watching):
            if timer is not None:
                timer.cancel()

    def data_received(self, data: bytes) -> None:
        """Read frames; what is no frame ends the connection."""
        self._incoming += data
        self._heard_at, self._pinged_at = self._loop.time(), 0.0
        try:
            for kind, message in wire.take_all(self._incoming):
                self._heard(kind, message)
        except CodedError as error:
            _LOG.warning("link ended", node=self.node, error=error.code)
            self._transport.abort()

    def pause_writing(self) -> None:
        """The peer takes slower than we send."""
        if self._writable is None:
            self._writable = self._loop.create_future()

    def resume_writing(self) -> None:
        """The peer has caught up."""
        if self._writable is not None and not self._writable.done():
            self._writable.set_result(None)
        self._writable = None

    # Frames

    def _heard(self, kind: int, message: object) -> None:
        handler = _HANDLERS.get(kind)
        if handler is None or (kind != wire.HELLO and not self.ready.done()):
            raise CodedError("exchange.frame_malformed")
        handler(self, message)

    def _hello(self, hello: wire.Hello) -> None:
        if hello.node != self.node or hello.instance != self._ends.state.directory.instance:
            raise CodedError("exchange.frame_malformed")
        self.offset_s = hello.now - self._ends.state.clock.now().timestamp()
        parts = self._ends.directories.parts_newer_than(hello.directory_version, hello.entries)
        for part in parts:
            self.send(wire.DIRECTORY, wire.DirectoryParts([part]))
        if not self.ready.done():
            self.ready.set_result(None)

    def _parts(self, message: wire.DirectoryParts) -> None:
        for part in message.parts:
            with suppress(CodedError):  # a part that does not verify is nobody's
                self._ends.directories.offer(part)

    def _request(self, head: wire.RequestHead) -> None:
        if head.stream in self._arriving:
            raise CodedError("exchange.frame_malformed")
        if head.body is not None and head.proof is not None:
            whole: asyncio.Future[tuple[Body, wire.Proof]] = self._loop.create_future()
            whole.set_result((Body.of(head.body), head.proof))
        elif head.length <= wire.INLINE_BYTES:
            raise CodedError("exchange.frame_malformed")
        else:
            whole = self._loop.create_future()
        self._ends.arrived(self, head, whole)

    def expect(self, head: wire.RequestHead, limit: int, whole: "asyncio.Future[tuple[Body, wire.Proof]]") -> None:
        """Take in the body of a request that was let in; one that is not expected is dropped as it comes."""
        self._arriving[head.stream] = Stream(head, self._ends.bodies.intake(limit), whole)

    def _body(self, message: wire.Body) -> None:
        stream = self._stream(message.stream)
        if stream is None:
            return  # refused, or given up: what is still coming goes by
        try:
            stream.intake.feed(message.data)
        except CodedError as error:
            self._drop(message.stream, stream, error)

    def _end(self, message: wire.End) -> None:
        stream = self._stream(message.stream)
        if stream is None:
            return
        self._arriving.pop(message.stream, None)
        try:
            body = stream.intake.finish()
        except (CodedError, OSError) as error:
            coded = error if isinstance(error, CodedError) else CodedError("exchange.spool_full")
            self._drop(message.stream, stream, coded)
            return
        if stream.whole.done():
            body.release()
        else:
            stream.whole.set_result((body, message.proof))

    def _stream(self, number: int) -> Stream | None:
        asked = self._asked.get(number)
        return asked.stream if asked is not None and asked.stream is not None else self._arriving.get(number)

    def _drop(self, number: int, stream: Stream, error: CodedError) -> None:
        self._arriving.pop(number, None)
        stream.intake.release()
        if not stream.whole.done():
            stream.whole.set_exception(error)

    def _answer(self, head: wire.AnswerHead) -> None:
        asked = self._asked.get(head.stream)
        if asked is None or asked.future.done():
            return  # nobody waits any more
        if asked.stream is not None:
            raise CodedError("exchange.frame_malformed")
        if head.body is not None and head.proof is not None:
            asked.future.set_result(Answered(head, Body.of(head.body), head.proof))
            return
        if head.length > asked.limit:
            asked.future.set_exception(CodedError("exchange.answer_too_large", limit=asked.limit))
            return
        whole: asyncio.Future[tuple[Body, wire.Proof]] = self._loop.create_future()
        asked.stream = Stream(head, self._ends.bodies.intake(asked.limit), whole)
        whole.add_done_callback(lambda done: pass_on(head, done, asked.future))

    def _refused(self, refused: wire.Refused) -> None:
        asked = self._asked.get(refused.stream)
        if asked is not None and not asked.future.done():
            code = refused.code if refused.code.startswith(("exchange.", "trust.")) else "exchange.frame_malformed"
            asked.future.set_exception(RefusedError(code, **refused.values))

    def _cancel(self, message: wire.Cancel) -> None:
        stream = self._arriving.get(message.stream)
        if stream is not None:
            self._drop(message.stream, stream, CodedError("exchange.link_lost", node=self.node))

    def _pinged(self, ping: wire.Ping) -> None:
        self.send(wire.PONG, ping)

    def _ponged(self, _: wire.Ping) -> None:
        """Heard: that is all."""

    def _look(self) -> None:
        """Now and then: whether the peer still answers; HELLO must have come by the first time.

        Where somebody waits, silence is noticed within seconds: a line that was cut says nothing by itself.
        """
        now = self._loop.time()
        if not self.ready.done() or (self._pinged_at and now - self._pinged_at > PONG_S):
            self._transport.abort()
            return
        if not self._pinged_at and now - self._heard_at >= (QUIET_S if self._asked else IDLE_QUIET_S):
            self._pinged_at = now
            self.send(wire.PING, wire.Ping(0))
        self._ping = self._loop.call_later(LOOK_S, self._look)


_HANDLERS: dict[int, Callable[[Link, object], None]] = {
    wire.HELLO: Link._hello,  # type: ignore[dict-item]
    wire.DIRECTORY: Link._parts,  # type: ignore[dict-item]
    wire.REQUEST: Link._request,  # type: ignore[dict-item]
    wire.BODY: Link._body,  # type: ignore[dict-item]
    wire.END: Link._end,  # type: ignore[dict-item]
    wire.ANSWER: Link._answer,  # type: ignore[dict-item]
    wire.REFUSED: Link._refused,  # type: ignore[dict-item]
    wire.CANCEL: Link._cancel,  # type: ignore[dict-item]
    wire.PING: Link._pinged,  # type: ignore[dict-item]
    wire.PONG: Link._ponged,  # type: ignore[dict-item]
}
