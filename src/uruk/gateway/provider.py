"""The provider's side of an exchange: judge, log, forward, rebuild, log the answer, answer.

The promise: no request id has two different logged answers, and no acknowledged one has none.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from uruk.exchange.api import (
    Decision,
    HostedMember,
    Quota,
    Record,
    UsageIndex,
    check_claimed,
    check_demands,
    pack_usages,
    statements,
    wire,
)
from uruk.gateway.bodies import Bodies, Body
from uruk.gateway.calls import Asked, BuiltIn, UpstreamReply
from uruk.gateway.consumer import proof_of, reference_of, travelling
from uruk.gateway.journal import Journal
from uruk.gateway.links import Link
from uruk.gateway.noting import rows_of, subjects_in_answer, subjects_in_request
from uruk.gateway.refusals import Refusals
from uruk.gateway.shaping import Shaped, fault, shaped
from uruk.gateway.state import State
from uruk.gateway.upstream import Upstream
from uruk.gateway.verifying import Heard, Verifier
from uruk.kernel.api import CodedError
from uruk.trust.api import parse_statement

_DAY_S = 86_400
BUILT_IN_LIMIT = 64 * 1024
BUILT_IN_KEEP_DAYS = 365
Whole = asyncio.Future[tuple[Body, wire.Proof]]


@dataclass(slots=True)
class Allowed:
    """A request that was let in: under which decision (None: a built-in service), and whose it is."""

    heard: Heard
    member: HostedMember
    decision: Decision | None
    built_in: BuiltIn | None
    limit: int
    keep_days: int
    agreement: bytes = b""

    @property
    def is_idempotent(self) -> bool:
        """Whether it may be forwarded again."""
        return self.decision is None or self.decision.endpoint.idempotent


@dataclass(slots=True)
class Ready:
    """An answer that is logged: its head without a stream, its body and proof."""

    fields: dict[str, Any]
    body: Body
    proof: wire.Proof

    def head(self, stream: int) -> wire.AnswerHead:
        """The answer as a frame on a link."""
        inline = self.body.length <= wire.INLINE_BYTES
        data, proof = (self.body.data, self.proof) if inline else (None, None)
        return wire.AnswerHead(stream=stream, body=data, proof=proof, **self.fields)


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
        bodies: Bodies,
        built_in: Sequence[BuiltIn],
    ) -> None:
        self._state, self._journal, self._verifier = state, journal, verifier
        self._upstream, self._usage, self._refusals = upstream, usage, refusals
        self._bodies, self._built_in = bodies, built_in
        self._quota = Quota()
        self._running: dict[bytes, tuple[bytes, asyncio.Future[Ready]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def take(self, link: Link, head: wire.RequestHead, whole: Whole) -> None:
        """Take a request from a link: judge its head at once, the rest when its body is here."""
        try:
            allowed = self._admit(self._verifier.hear(head, link.node, self._is_known))
        except CodedError as error:
            self._refuse(link, head, error)
            return
        if head.body is None:
            link.expect(head, allowed.limit, whole)
        task = asyncio.get_running_loop().create_task(self._serve(link, allowed, whole))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def drain(self) -> None:
        """Wait until every request that was taken is answered."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    # Deciding

    def _is_known(self, request: bytes) -> bool:
        return self._journal.evidence.find(request, statements.RECEIVED) is not None

    def _admit(self, heard: Heard) -> Allowed:
        """Identity is verified; now agreement, demands and quota, from the head alone."""
        self._state.check_directory()
        self._journal.check_space()
        head, member = heard.head, self._state.hosted(heard.head.service)
        built_in = next((one for one in self._built_in if one.knows(head.service)), None)
        if built_in is not None:
            _check_length(head.length, BUILT_IN_LIMIT)
            return Allowed(heard, member, None, built_in, BUILT_IN_LIMIT, BUILT_IN_KEEP_DAYS)
        now = int(self._state.clock.now().timestamp())
        decision = self._state.access.decide(head.client, head.service, head.method, heard.target, now, head.law)
        agreement = decision.agreement
        check_demands(decision, head.purpose, head.law, heard.said.subject)
        _check_length(head.length, agreement.body_limit_bytes)
        if decision.endpoint.personal:
            self._usage.check()
        if head.request not in self._running:
            self._quota.take(agreement, time.monotonic())
        return Allowed(
            heard, member, decision, None, agreement.body_limit_bytes, agreement.keep_days,
            bytes.fromhex(agreement.digest),
        )  # fmt: skip

    def _refuse(self, link: Link, head: wire.RequestHead, error: CodedError) -> None:
        values = {name: value if isinstance(value, int) else str(value) for name, value in error.values.items()}
        link.send(wire.REFUSED, wire.Refused(head.stream, error.code, values))
        self._refusals.count(link.node, head.service, error.code)

    # Answering

    async def _serve(self, link: Link, allowed: Allowed, whole: Whole) -> None:
        head = allowed.heard.head
        try:
            body, proof = await whole
        except CodedError as error:
            return self._refuse(link, head, error)
        try:
            ready = await self._once(allowed, body, proof)
            await link.send_answer(ready.head(head.stream), ready.body, ready.proof)
        except CodedError as error:
            if not link.closed:
                self._refuse(link, head, error)
        finally:
            body.release()
        return None

    async def _once(self, allowed: Allowed, body: Body, proof: wire.Proof) -> Ready:
        """Answer a request once, however often it comes while it is under way."""
        heard = allowed.heard
        request, digest = heard.head.request, heard.digest
        running = self._running.get(request)
        if running is not None:
            if running[0] != digest:
                raise CodedError("exchange.request_repeated")
            return await asyncio.shield(running[1])
        checkpoint = self._verifier.prove(heard, proof, body.sha256, body.length)
        future = asyncio.ensure_future(self._answer(allowed, body, proof, checkpoint.origin))
        self._running[request] = digest, future
        try:
            # Whoever asked may go away; what was begun is brought to its logged answer.
            return await asyncio.shield(future)
        finally:
            if future.done():
                self._running.pop(request, None)
            else:
                future.add_done_callback(lambda _: self._running.pop(request, None))

    async def _answer(self, allowed: Allowed, body: Body, proof: wire.Proof, origin: str) -> Ready:
        heard, institution = allowed.heard, allowed.member.institution
        decision = allowed.decision
        subjects_in_request(decision, heard, body)
        hidden = decision.agreement.hidden_until if decision else 0
        facts = statements.ReceivedFacts(
            heard.head.request, heard.digest, origin, proof.index, allowed.agreement, hidden
        )
        record = Record(
            heard.head.request, statements.RECEIVED, self._keep_until(allowed), heard.head.header_part,
            body.data or b"", body.name, heard.sent, proof, institution,
        )  # fmt: skip
        statement = statements.request_received(facts, reference_of(self._state, allowed.member))
        act = statements.act_of(heard.head.request, statements.RECEIVED)
        try:
            await self._journal.append(institution, act, statement, record)
        except CodedError as error:
            if error.code != "trust.act_conflict":
                raise
            return await self._repeated(allowed, body)
        body.keep()
        return await self._log_answer(allowed, body, await self._shaped(allowed, body))

    async def _repeated(self, allowed: Allowed, body: Body) -> Ready:
        """A request that is in our log already, from before a crash or a lost link: the same answer, or none anew."""
        heard = allowed.heard
        known = self._journal.evidence.find(heard.head.request, statements.RECEIVED)
        if known is None or known.statement != heard.sent:
            raise CodedError("exchange.request_repeated")
        answered = self._logged(heard.head.request)
        if answered is not None:
            return answered
        if allowed.is_idempotent:
            return await self._log_answer(allowed, body, await self._shaped(allowed, body))
        error = CodedError("exchange.outcome_unknown", service=heard.head.service)
        return await self._log_answer(allowed, body, fault(error))

    async def _shaped(self, allowed: Allowed, body: Body) -> Shaped:
        """What the information system answers, as far as it may go back; a fault becomes an answer too."""
        heard, decision = allowed.heard, allowed.decision
        try:
            reply = await self._forward(allowed, body)
            return shaped(reply, decision.endpoint if decision else None, heard.head.method)
        except CodedError as error:
            return fault(error)

    async def _forward(self, allowed: Allowed, body: Body) -> UpstreamReply:
        heard, decision = allowed.heard, allowed.decision
        head = heard.head
        if allowed.built_in is not None or decision is None:
            assert allowed.built_in is not None
            return await allowed.built_in.answer(
                Asked(head.client, head.service, head.method, heard.target, head.request, heard.headers)
            )
        pairs = heard.headers
        if decision.endpoint.fields is not None:
            pairs = [pair for pair in pairs if pair[0].lower() != b"accept-encoding"]
            pairs.append((b"accept-encoding", b"identity"))
        return await self._upstream.forward(
            decision.system, decision.offer.code, head.method, heard.target, pairs, body
        )

    async def _log_answer(self, allowed: Allowed, body: Body, answer: Shaped) -> Ready:
        """Log the answer with its evidence, note whose data it is about, and make it ready to be sent."""
        heard, decision, member = allowed.heard, allowed.decision, allowed.member
        subjects, answer = _noted(decision, heard, body, answer)
        rows = rows_of(decision, heard, subjects, member, int(self._state.clock.now().timestamp()))
        head, at = heard.head, reference_of(self._state, member)
        facts = statements.AnswerFacts(
            head.request, heard.digest, head.client, head.service, answer.status, answer.header, answer.body.sha256,
            answer.body.length, allowed.agreement, answer.outcome,
        )  # fmt: skip
        record = Record(
            head.request, statements.ANSWERED, self._keep_until(allowed), answer.header_part,
            answer.body.data or b"", answer.body.name, institution=member.institution, usage=pack_usages(rows),
        )  # fmt: skip
        act = statements.act_of(head.request, statements.ANSWERED)
        try:
            logged = await self._journal.append(member.institution, act, statements.answer_sent(facts, at), record)
        except CodedError as error:
            before = self._logged(head.request) if error.code == "trust.act_conflict" else None
            if before is None:
                raise
            return before
        answer.body.keep()
        if rows:
            self._usage.add_later(rows, logged.number)
        return Ready(_fields(facts, at, answer.header_part), answer.body, proof_of(logged))

    def _logged(self, request: bytes) -> Ready | None:
        """The answer that is in our log, or None."""
        act = statements.act_of(request, statements.ANSWERED)
        record = self._journal.evidence.find(request, statements.ANSWERED)
        if record is None:
            return None
        try:
            receipt = self._journal.writer.receipt(act)
        except CodedError:
            return None  # the evidence was written, the entry was not: nobody was answered
        said = parse_statement(receipt.statement)
        facts = statements.AnswerFacts(**said.body)
        at = statements.Reference(said.author, said.time, said.directory_version, said.directory_digest)
        body = self._kept_body(record, facts)
        return Ready(_fields(facts, at, record.header_part), body, travelling(receipt.parts))

    def _kept_body(self, record: Record, facts: statements.AnswerFacts) -> Body:
        if not record.spooled:
            return Body.of(record.body)
        return Body(None, facts.length, facts.content, None, self._bodies.named(record.spooled))

    def _keep_until(self, allowed: Allowed) -> int:
        return int(self._state.clock.now().timestamp()) + allowed.keep_days * _DAY_S


def _noted(decision: Decision | None, heard: Heard, body: Body, answer: Shaped) -> tuple[tuple[str, ...], Shaped]:
    """The subjects of an exchange; an answer about somebody else than was claimed, or unreadable, is a fault."""
    try:
        subjects = subjects_in_answer(decision, heard, body, answer)
        if decision is not None and decision.endpoint.personal:
            check_claimed(subjects, heard.said.subject)
        return subjects, answer
    except CodedError as error:
        answer.body.release()
        return subjects_in_request(decision, heard, body), fault(error)


def _fields(facts: statements.AnswerFacts, at: statements.Reference, header_part: bytes) -> dict[str, Any]:
    return {
        "request": facts.request,
        "statement": facts.statement,
        "status": facts.status,
        "header": facts.header,
        "content": facts.content,
        "length": facts.length,
        "agreement": facts.agreement,
        "outcome": facts.outcome,
        "author": at.author,
        "time": at.time,
        "directory_version": at.directory_version,
        "directory_digest": at.directory_digest,
        "header_part": header_part,
    }


def _check_length(length: int, limit: int) -> None:
    if length > limit:
        raise CodedError("exchange.request_too_large", limit=limit)
