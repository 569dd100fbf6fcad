"""Later delivery: a call with `Prefer: respond-async` waits in a durable outbox until its provider can be reached.

    accepted (logged at once) → each attempt: dispatched (logged) → answered, or ended by an error

A request whose outcome is open keeps its id over all attempts, so that the provider answers it once. Where the
provider's gateway refuses it, it never arrived there; where that gateway says that it reached no information system, it
arrived nowhere: then it is sent anew under another id.
"""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any
from uuid import UUID

import structlog
from msgspec import structs

from uruk.exchange.api import encode_address, headers, new_request, read_target, statements
from uruk.gateway.bodies import Body, Spooled, kept_body
from uruk.gateway.calls import Call, Reply
from uruk.gateway.consumer import Consumer, Sent, fault_of, refusal
from uruk.gateway.heads import PREFIX
from uruk.gateway.journal import Journal
from uruk.gateway.outbox_store import ANSWERED, MAX_WAITING, WAITING, Message, OutboxStore
from uruk.gateway.state import State
from uruk.gateway.streams import RefusedError
from uruk.kernel.api import CodedError, new_id
from uruk.trust.api import build_statement

_LOG = structlog.get_logger("uruk.gateway")
VALID_S = 30 * 86_400
AT_A_TIME = 16
LOOK_S = 1.0
BACK_OFF_S = (2, 5, 15, 60, 300)
ACCEPTED, DISPATCHED = "message.accepted", "message.dispatched"
# Refusals that may pass: whose clock, directory, quota, disk or agreement may be in order later.
_PASSING = frozenset(
    "exchange." + name
    for name in (
        "peer_unreachable", "outcome_unknown", "link_lost", "gateway_stopping", "directory_too_old", "quota_exceeded",
        "usage_unavailable", "gateway_busy", "agreement_not_begun", "spool_full", "unwitnessed", "outbox_full",
    )
) | {"trust.disk_low", "trust.disk_full", "trust.log_unlisted", "trust.log_not_yet"}  # fmt: skip
# Refusals of a statement that has grown old while its outcome was open: it never arrived.
_TOO_OLD = frozenset(("exchange.clocks_differ", "exchange.request_expired"))
_CERTAINLY_NOT_DELIVERED = frozenset(("exchange.provider_unreachable", "exchange.provider_not_connected"))


class Deliveries:
    """What a gateway's information systems ask, at once or later."""

    def __init__(self, consumer: Consumer, store: OutboxStore, state: State, journal: Journal) -> None:
        self._consumer, self._store, self._state, self._journal = consumer, store, state, journal
        self._under_way: set[bytes] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        state.watch(store.hurry)

    def ask(self, call: Call) -> Coroutine[Any, Any, Reply]:
        """Carry a call now, or accept it for later; to be awaited."""
        return self._later(call) if call.respond_async else self._consumer.ask(call)

    async def _later(self, call: Call) -> Reply:
        try:
            return await self._accept(call)
        except CodedError as error:
            return refusal(call.request, error, "own")

    async def pick_up(self, client: str, request: bytes) -> Reply:
        """The answer to a message, for the subsystem that sent it; 202 while there is none."""
        message = self._store.find(request)
        if message is None or message.client != client:
            return refusal(request, CodedError("exchange.message_unknown"), "client")
        if message.state == WAITING:
            return _waits(message)
        if message.state != ANSWERED:
            return refusal(request, CodedError(message.state, service=message.service), "own")
        return self._picked_up(message)

    def waiting(self) -> int:
        """How many messages wait for their answer."""
        return self._store.waiting()

    # Accepting

    async def _accept(self, call: Call) -> Reply:
        self._consumer.check_ready(self._state.hosted(call.client), call.body.length)
        self._state.directory.member(call.service)
        if self._store.waiting() >= MAX_WAITING:
            raise CodedError("exchange.outbox_full")
        until = int(self._state.clock.now().timestamp()) + VALID_S
        message = Message(
            call.request, call.client, call.service, call.method, call.target.raw, call.id, list(call.headers),
            call.purpose, call.law, call.subject, call.body.data or b"", call.body.name, call.body.length,
            call.body.sha256, until, call.request,
        )  # fmt: skip
        await call.body.durable()
        call.body.link(self._store.folder)
        await self._log(message, ACCEPTED, {"content": call.body.sha256, "until": until})
        await asyncio.to_thread(self._store.put, message)
        return _waits(message)

    async def _log(self, message: Message, kind: str, more: dict[str, object]) -> None:
        member = self._state.hosted(message.client)
        act, at = new_id(), self._state.reference(member)
        facts = {"message": message.id, "client": message.client, "service": message.service}
        statement = build_statement(
            statement_type=kind,
            role="sent",
            author=member.institution,
            act=act,
            time=at.time,
            directory_version=at.directory_version,
            directory_digest=at.directory_digest,
            body={**facts, **more},
        )
        await self._journal.append(member.institution, act.bytes, statement)

    # Delivering

    async def run(self) -> None:
        """Try what is due, until cancelled."""
        while True:
            try:
                self._begin_due()
            except Exception:  # a store that is busy, a disk that fails: whatever it is, others are still to be tried
                _LOG.exception("outbox not read")
            await asyncio.sleep(LOOK_S)

    def _begin_due(self) -> None:
        now = self._state.clock.now().timestamp()
        for message_id in self._store.due(now, AT_A_TIME + len(self._under_way)):
            if message_id not in self._under_way and len(self._under_way) < AT_A_TIME:
                self._under_way.add(message_id)
                task = asyncio.ensure_future(self._try(message_id))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def drain(self) -> None:
        """Wait for the attempts that are under way."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def _try(self, message_id: bytes) -> None:
        try:
            message = self._store.find(message_id)
            assert message is not None
            await self._try_one(message)
        except Exception:  # it is due still, and tried again
            _LOG.exception("delivery failed", message=message_id.hex())
        finally:
            self._under_way.discard(message_id)

    async def _try_one(self, message: Message) -> None:
        try:
            await self._attempt(message)
        except CodedError as error:
            await self._failed(message, error)
        except Exception:
            _LOG.exception("delivery failed", message=message.id.hex())
            await self._postpone(message)

    async def _attempt(self, message: Message) -> None:
        if self._is_answered(message):  # and the gateway ended before it noted so
            return await self._end(message, ANSWERED)
        if self._state.clock.now().timestamp() >= message.until:
            raise CodedError("exchange.request_expired")
        await self._consumer.reach(message.service)  # nothing is logged while the peer is away
        reply = await self._dispatch(message)
        if reply.error is not None and reply.error.code in _CERTAINLY_NOT_DELIVERED:
            message.request = new_request()
            return await self._postpone(message)
        return await self._end(message, ANSWERED)

    async def _dispatch(self, message: Message) -> Reply:
        call = self._call(message)
        before = self._consumer.sent_before(call)
        sent = before or await self._send(call)
        message.attempts += 1
        await self._log(message, DISPATCHED, {"request": message.request, "attempt": message.attempts})
        reply = await self._consumer.deliver(sent, again=before is not None)
        if reply.body is not None:
            reply.body.release()
        return reply

    async def _send(self, call: Call) -> Sent:
        """Log that a message is sent; a large body is in the spool meanwhile, from where evidence takes it."""
        spool = self._journal.evidence.spool
        call.body.link(spool)
        try:
            return await self._consumer.send(call)
        finally:
            if call.body.spooled is not None:
                (spool / call.body.spooled.path.name).unlink(missing_ok=True)

    def _is_answered(self, message: Message) -> bool:
        act = statements.act_of(message.request, statements.ANSWER_RECEIVED)
        return bool(self._journal.writer.known([act.bytes]))

    async def _failed(self, message: Message, error: CodedError) -> None:
        never_arrived = isinstance(error, RefusedError) and error.code != "exchange.outcome_unknown"
        if error.code in _PASSING or (never_arrived and error.code in _TOO_OLD):
            if never_arrived:
                message.request = new_request()  # the statement under the old one grows too old
            return await self._postpone(message)
        return await self._end(message, error.code)

    async def _postpone(self, message: Message) -> None:
        wait_s = BACK_OFF_S[min(message.attempts, len(BACK_OFF_S) - 1)]
        message.due = self._state.clock.now().timestamp() + wait_s
        with suppress(CodedError):  # not written: it is due already, and tried again
            await asyncio.to_thread(self._store.put, message)

    async def _end(self, message: Message, state: str) -> None:
        """Note how it ended; what is kept of it from here on is evidence."""
        call = self._call(message)
        if state != ANSWERED and self._consumer.sent_before(call) is not None:
            await self._consumer.log_missing(message.request, self._state.hosted(message.client), state)
        file = self._body(message).spooled
        # A message of its own: where it cannot be written, the one at hand is as it was.
        ended = structs.replace(message, state=state, due=None, body=b"", spooled="")
        await asyncio.to_thread(self._store.put, ended)
        if file is not None:
            file.path.unlink(missing_ok=True)

    def _call(self, message: Message) -> Call:
        """The call as it was, under the id that it is sent with now."""
        name = b"x-road-request-id"
        given = str(UUID(bytes=message.request)).encode()
        pairs = [(key, given if key.lower() == name else value) for key, value in message.headers]
        line = f"{PREFIX}{encode_address(message.service)}{message.target}"
        return Call(
            message.request, message.client, message.service, message.method, read_target(message.target),
            message.xroad_id, pairs, headers.header_part(message.method, line, pairs), message.purpose, message.law,
            message.subject, True, 60.0, self._body(message),
        )  # fmt: skip

    def _body(self, message: Message) -> Body:
        if not message.spooled:
            return Body.of(message.body)
        return Body(None, message.length, message.digest, None, Spooled.named(self._store.folder, message.spooled))

    def _picked_up(self, message: Message) -> Reply:
        record = self._journal.evidence.find(message.request, statements.ANSWER_RECEIVED)
        if record is None:
            return refusal(message.id, CodedError("exchange.message_forgotten"), "own")
        said = statements.read_answer(record.statement)
        body = kept_body(self._journal.evidence, record, said.length, said.content)
        if said.outcome != "answered":
            return refusal(message.id, fault_of(said.outcome, body), "far")
        status, pairs = headers.read_answer_part(record.header_part)
        return Reply(status, pairs, body, message.request)


def _waits(message: Message) -> Reply:
    """202: it is accepted, and where its answer will be."""
    place = f"/messages/{UUID(bytes=message.id)}".encode()
    pairs = [(b"location", place), (b"preference-applied", b"respond-async"), (b"retry-after", b"5")]
    return Reply(202, pairs, Body.of(b""), message.id)
