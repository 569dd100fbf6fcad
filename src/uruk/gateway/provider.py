"""The provider's side of an exchange: judge who asks and under which agreement, before a byte of the body is taken."""

import asyncio
import time
from collections.abc import Coroutine, Sequence
from typing import Any

import structlog

from uruk.exchange.api import Quota, UsageIndex, WitnessPolicy, check_demands, wire
from uruk.gateway.answering import Allowed, Answering, Ready
from uruk.gateway.bodies import Body
from uruk.gateway.calls import BuiltIn
from uruk.gateway.journal import Journal
from uruk.gateway.links import MAX_UNDER_WAY, MAX_UNDER_WAY_BYTES, Link
from uruk.gateway.metrics import Metrics
from uruk.gateway.refusals import Refusals
from uruk.gateway.state import State
from uruk.gateway.upstream import WAITED, Upstream
from uruk.gateway.verifying import Heard, Verifier
from uruk.kernel.api import CodedError

_LOG = structlog.get_logger("uruk.gateway")
_DAY_S = 86_400
_MANY = 4096  # services of which is remembered whether they are built in
BUILT_IN_LIMIT = 64 * 1024
Whole = asyncio.Future[tuple[Body, wire.Proof]]


class Provider:
    """Answers other gateways for this node's members."""

    def __init__(
        self,
        state: State,
        journal: Journal,
        verifier: Verifier,
        upstream: Upstream,
        usage: UsageIndex,
        refusals: Refusals,
        built_in: Sequence[BuiltIn],
        witnessed: WitnessPolicy | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        self._state, self._journal, self._verifier = state, journal, verifier
        self._usage, self._refusals = usage, refusals
        self._built_in, self._witnessed, self._metrics = built_in, witnessed, metrics
        self._answering = Answering(state, journal, upstream, usage)
        self._quota = Quota()
        self._running: dict[bytes, tuple[bytes, asyncio.Future[Ready]]] = {}
        self._known_services: dict[str, BuiltIn | None] = {}
        state.watch(self._known_services.clear)
        self._tasks: set[asyncio.Task[None]] = set()

    def take(self, link: Link, head: wire.RequestHead, whole: Whole) -> None:
        """Take a request from a link: judge its head at once, the rest when its body is here."""
        try:
            _check_under_way(link)
            running = self._running.get(head.request)
            before = running is not None or (head.again and self._is_known(head.request))
            heard = self._verifier.hear(head, link.node, fresh=not before)
            if before:
                self._begin(link, head, self._repeat(heard))
                return
            allowed = self._admit(heard)
            self._quota_of(allowed)
        except CodedError as error:
            self._refuse(link, head, error)
            return
        if head.body is None:
            link.expect(head, allowed.limit, whole)
        self._begin(link, head, self._first(allowed, whole))

    async def drain(self) -> None:
        """Wait until every request that was taken is answered."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    def _is_known(self, request: bytes) -> bool:
        return self._answering.find_received(request) is not None

    # Deciding

    def _admit(self, heard: Heard) -> Allowed:
        """Identity is verified; now agreement and demands, from the head alone."""
        head, member = heard.head, self._state.hosted(heard.head.service)
        now = int(self._state.time())
        self._state.check_directory()
        self._journal.check_space(head.length)
        if self._witnessed is not None:
            self._witnessed.check(member.institution, now)
        built_in = self._built_in_of(head.service)
        if built_in is not None:
            _check_length(head.length, BUILT_IN_LIMIT)
            return Allowed(heard, member, None, built_in, BUILT_IN_LIMIT, now + built_in.keep_days * _DAY_S)
        decision = self._state.access.decide(head.client, head.service, head.method, heard.target, now, head.law)
        agreement = decision.agreement
        check_demands(decision, head.purpose, head.law, heard.said.subject)
        _check_length(head.length, agreement.body_limit_bytes)
        if decision.endpoint.personal:
            self._usage.check()
        return Allowed(
            heard, member, decision, None, agreement.body_limit_bytes, now + agreement.keep_days * _DAY_S,
            bytes.fromhex(agreement.digest),
        )  # fmt: skip

    def _built_in_of(self, service: str) -> BuiltIn | None:
        if service not in self._known_services:
            if len(self._known_services) >= _MANY:
                self._known_services.clear()
            found = next((one for one in self._built_in if one.knows(service)), None)
            self._known_services[service] = found
        return self._known_services[service]

    def _quota_of(self, allowed: Allowed) -> None:
        if allowed.decision is not None:
            self._quota.take(allowed.decision.agreement, time.monotonic())

    def _refuse(self, link: Link, head: wire.RequestHead, error: CodedError) -> None:
        values = {name: value if isinstance(value, int) else str(value) for name, value in error.values.items()}
        link.send(wire.REFUSED, wire.Refused(head.stream, error.code, values))
        self._refusals.count(link.node, head.service, error.code)

    # Answering

    def _begin(self, link: Link, head: wire.RequestHead, answer: Coroutine[Any, Any, Ready]) -> None:
        link.under_way += 1
        link.under_way_bytes += len(head.body or b"")
        task = asyncio.get_running_loop().create_task(self._serve(link, head, answer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, link: Link, head: wire.RequestHead, answer: Coroutine[Any, Any, Ready]) -> None:
        began, waited = time.monotonic(), [0.0]
        WAITED.set(waited)
        try:
            ready = await answer
            self._count(head, ready, time.monotonic() - began, waited[0])
            if not link.closed:
                await link.send_answer(ready.head(head.stream), ready.body, ready.proof)
        except CodedError as error:
            if not link.closed:
                self._refuse(link, head, error)
        except Exception:
            _LOG.exception("request failed", request=head.request.hex())
            if not link.closed:
                self._refuse(link, head, _unknown(head.service))
        finally:
            link.under_way -= 1
            link.under_way_bytes -= len(head.body or b"")

    def _count(self, head: wire.RequestHead, ready: Ready, seconds: float, waited_s: float) -> None:
        """Count an answer, as X-Road's "Producer" side."""
        if self._metrics is None:
            return
        outcome = ready.facts.outcome
        self._metrics.answered(
            (head.client, head.service, head.method),
            ready.facts.status,
            "" if outcome == "answered" else outcome,
            (seconds, waited_s),
            (head.length + len(head.header_part), ready.body.length),
        )

    async def _first(self, allowed: Allowed, whole: Whole) -> Ready:
        """Answer a request that came for the first time, as far as we know."""
        body, proof = await whole
        try:
            running = self._running.get(allowed.heard.head.request)
            if running is not None:  # it came twice, and the other one's body was here first
                return await self._same(allowed.heard, running)
            checkpoint = self._verifier.prove(allowed.heard, proof, body.sha256, body.length)
            return await self._run(allowed.heard, self._answering.answer(allowed, body, proof, checkpoint.origin))
        finally:
            body.release()

    async def _repeat(self, heard: Heard) -> Ready:
        """Answer a request that came before; what is sent of its body again is not needed."""
        running = self._running.get(heard.head.request)
        if running is not None:
            return await self._same(heard, running)
        allowed = None
        try:
            allowed = self._admit(heard)
        except CodedError as error:
            _LOG.info("repeated request would not be let in any more", error=error.code)
        return await self._run(heard, self._answering.again(heard, allowed))

    async def _same(self, heard: Heard, running: "tuple[bytes, asyncio.Future[Ready]]") -> Ready:
        digest, future = running
        if digest != heard.digest:
            raise CodedError("exchange.request_repeated")
        return await asyncio.shield(future)

    async def _run(self, heard: Heard, answer: Coroutine[Any, Any, Ready]) -> Ready:
        """Come to an answer once, however often it is asked for meanwhile: whoever asks again waits for this one.

        Whoever asked may go away; what was begun is brought to its logged answer, for nobody cancels its task.
        """
        request, future = heard.head.request, asyncio.get_running_loop().create_future()
        self._running[request] = heard.digest, future
        try:
            ready = await answer
            future.set_result(ready)
            return ready
        except BaseException as error:
            future.set_exception(error if isinstance(error, CodedError) else _unknown(heard.head.service))
            future.exception()  # told by whoever asked first, also where nobody else did
            raise
        finally:
            del self._running[request]


def _unknown(service: str) -> CodedError:
    return CodedError("exchange.outcome_unknown", service=service)


def _check_under_way(link: Link) -> None:
    if link.under_way >= MAX_UNDER_WAY or link.under_way_bytes >= MAX_UNDER_WAY_BYTES:
        raise CodedError("exchange.gateway_busy")


def _check_length(length: int, limit: int) -> None:
    if length > limit:
        raise CodedError("exchange.request_too_large", limit=limit)
