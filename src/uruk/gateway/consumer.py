"""The consumer's side of an exchange: log what is sent, bring it to its provider, verify and log what comes back."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Any

import msgspec

from uruk.exchange.api import (
    RECORDS_KEEP_DAYS,
    RECORDS_SERVICE,
    Agreement,
    HostedMember,
    NodeEntry,
    Record,
    WitnessPolicy,
    headers,
    statements,
    wire,
)
from uruk.gateway.bodies import Body
from uruk.gateway.calls import Call, Reply, Where
from uruk.gateway.journal import Journal, Logged
from uruk.gateway.links import Link
from uruk.gateway.peers import PeerClient, unreachable
from uruk.gateway.state import State
from uruk.gateway.streams import Answered, RefusedError
from uruk.gateway.verifying import Verifier
from uruk.kernel.api import CodedError
from uruk.trust.api import ReceiptParts

VALIDITY_S = 60
ASK_AGAIN_S = 0.2
KEEP_DAYS = 365  # where the consumer's node knows no agreement
_DAY_S = 86_400
_MANY = 4096  # pairs of consumer and service whose agreement is remembered


@dataclass(slots=True)
class Sent:
    """A request whose statement is in our log: what it said, and its proof. `limit`: the bytes its answer may have."""

    call: Call
    member: HostedMember
    node: NodeEntry
    facts: statements.RequestFacts
    at: statements.Reference
    statement: bytes
    proof: wire.Proof
    keep_until: int
    limit: int

    def head(self, stream: int, again: bool = False) -> wire.RequestHead:
        """The request as a frame; `again`: it may have arrived before."""
        facts, at, body = self.facts, self.at, self.call.body
        inline = body.length <= wire.INLINE_BYTES
        return wire.RequestHead(
            stream, facts.request, facts.client, facts.service, facts.method, facts.target, facts.id, facts.purpose,
            facts.law, facts.header, facts.content, facts.length, facts.agreement, facts.until, at.author, at.time,
            at.directory_version, at.directory_digest, self.call.header_part,
            body.data if inline else None, self.proof if inline else None, again,
        )  # fmt: skip


class Consumer:
    """Carries the calls of this node's information systems. `limit`: the bytes an answer may have at the most."""

    def __init__(
        self,
        state: State,
        journal: Journal,
        peers: PeerClient,
        verifier: Verifier,
        limit: int,
        witnessed: WitnessPolicy | None = None,
    ) -> None:
        self._state, self._journal, self._peers, self._verifier = state, journal, peers, verifier
        self._limit, self._witnessed = limit, witnessed
        self._agreed: dict[tuple[str, str], tuple[int, _Terms]] = {}
        state.watch(self._agreed.clear)

    async def ask(self, call: Call) -> Reply:
        """Carry a call to its provider and bring back the answer; a refusal comes back as a reply with `error`."""
        sent = None
        try:
            sent = await self.send(call)
            return await self.deliver(sent)
        except RefusedError as error:
            return refusal(call.request, error, "far")
        except CodedError as error:
            if sent is not None and error.code == "exchange.outcome_unknown":
                await self.log_missing(sent.facts.request, sent.member, error.code)
            return refusal(call.request, error, "own")

    async def send(self, call: Call, validity_s: int = VALIDITY_S) -> Sent:
        """Log that the request is sent. `exchange.member_unknown`, `exchange.directory_too_old`, `trust.disk_low`."""
        member = self._state.hosted(call.client)
        self.check_ready(member, call.body.length)
        node = self._state.node_of(call.service)
        facts, at, terms = self._facts(call, member, validity_s)
        keep_until = at.time + terms.keep_days * _DAY_S
        statement = statements.request_sent(facts, at)
        record = Record(
            call.request, statements.SENT, keep_until, call.header_part, call.body.data or b"", call.body.name,
            institution=member.institution,
        )  # fmt: skip
        act = statements.act_bytes(call.request, statements.SENT)
        if call.body.spooled is not None:
            await call.body.durable()
        logged = await self._journal.append(member.institution, act, statement, record)
        return Sent(call, member, node, facts, at, statement, proof_of(logged), keep_until, terms.limit)

    def check_ready(self, member: HostedMember, body_bytes: int) -> None:
        """Refuse to begin where directory, disk or witnesses do not allow it."""
        self._state.check_directory()
        self._journal.check_space(body_bytes)
        if self._witnessed is not None:
            self._witnessed.check(member.institution, self._state.time())

    def sent_before(self, call: Call) -> Sent | None:
        """The call as it was logged by an earlier attempt, or None where it was not."""
        try:
            receipt = self._journal.writer.receipt(statements.act_of(call.request, statements.SENT))
        except CodedError:
            return None
        facts, at = statements.read_request(receipt.statement)
        member, node = self._state.hosted(call.client), self._state.node_of(call.service)
        terms, proof = self._terms(call.client, call.service, at.time), travelling(receipt.parts)
        keep_until = at.time + terms.keep_days * _DAY_S
        return Sent(call, member, node, facts, at, receipt.statement, proof, keep_until, terms.limit)

    async def reach(self, service: str) -> None:
        """Return when there is a link to a service's node; `exchange.peer_unreachable`, `exchange.member_unknown`."""
        await self._peers.link(self._state.node_of(service))

    async def deliver(self, sent: Sent, again: bool = False) -> Reply:
        """Bring a logged request to its provider; verify and log the answer.

        `again`: it may have arrived before. Errors: the provider's gateway's refusal, which says that the request
        never arrived (but for `exchange.outcome_unknown`); `exchange.peer_unreachable` where it was certainly not
        delivered, `exchange.outcome_unknown` where it may have been.
        """
        answered = await self._answer(sent, again)
        try:
            sent.call.answered_at = self._state.time()
            head, service = answered.head, sent.facts.service
            request, at = sent.facts.request, sent.at.time
            self._verifier.check_answer(head, request, sent.statement, at, service, sent.node.code)
            statement = self._verifier.prove_answer(
                head, sent.facts.client, service, answered.proof, answered.body.sha256, answered.body.length
            )
            await self._log_answer(sent, answered, statement)
            return reply_of(answered)
        except BaseException:
            answered.body.release()
            raise

    async def log_missing(self, request: bytes, member: HostedMember, code: str) -> None:
        """Log that the caller was told `code`, for no answer came; where even that fails, the caller is told still."""
        statement = statements.answer_missing(request, code, self._state.reference(member))
        act = statements.act_bytes(request, statements.ANSWER_RECEIVED)
        with suppress(CodedError):
            await self._journal.append(member.institution, act, statement)

    async def _answer(self, sent: Sent, again: bool) -> Answered:
        """The answer that comes within the time that the caller waits; asked again where a link breaks."""
        call, loop = sent.call, asyncio.get_running_loop()
        deadline = loop.time() + call.wait_s
        try:
            while True:
                link = self._peers.present(sent.node.code)
                if link is None:
                    async with asyncio.timeout_at(deadline):
                        link = await self._link(sent.node, again)
                call.sent_at = self._state.time()
                make, again = partial(sent.head, again=again), True
                try:
                    return await link.ask(make, call.body, sent.proof, sent.limit, deadline)
                except CodedError as error:
                    if error.code != "exchange.link_lost":
                        raise
        except TimeoutError:
            if not again:
                raise unreachable(sent.node, "timeout") from None
            raise CodedError("exchange.outcome_unknown", service=sent.facts.service) from None

    async def _link(self, node: NodeEntry, again: bool) -> Link:
        """A link to the node. Who has asked already waits for it, for only the far gateway knows the outcome."""
        while True:
            try:
                return await self._peers.link(node)
            except CodedError:
                if not again:
                    raise
            await asyncio.sleep(ASK_AGAIN_S)

    async def _log_answer(self, sent: Sent, answered: Answered, statement: bytes) -> None:
        proof, request = answered.proof, sent.facts.request
        facts = statements.ReceivedFacts(
            request, statements.statement_digest(statement), self._verifier.origin(proof), proof.index
        )
        record = Record(
            request, statements.ANSWER_RECEIVED, sent.keep_until, answered.head.header_part,
            answered.body.data or b"", answered.body.name, statement, proof, sent.member.institution,
        )  # fmt: skip
        act = statements.act_bytes(request, statements.ANSWER_RECEIVED)
        ours = statements.answer_received(facts, self._state.reference(sent.member))
        if answered.body.spooled is not None:
            await answered.body.durable()
        await self._journal.append(sent.member.institution, act, ours, record)

    def _facts(
        self, call: Call, member: HostedMember, validity_s: int
    ) -> tuple[statements.RequestFacts, statements.Reference, "_Terms"]:
        at = self._state.reference(member)
        terms = self._terms(call.client, call.service, at.time)
        facts = statements.RequestFacts(
            call.request, call.client, call.service, call.method, call.target.raw, call.id, call.purpose, call.law,
            sha256(call.header_part).digest(), call.body.sha256, call.body.length, terms.agreement,
            at.time + validity_s,
        )  # fmt: skip
        return facts, at, terms

    def _terms(self, client: str, service: str, now: int) -> "_Terms":
        """What a consumer goes by. Asked for each message: worked out once a second for each consumer and service."""
        key = client, service
        found = self._agreed.get(key)
        if found is None or found[0] != now:
            known = self._state.access.agreements(client, service, now)
            if len(self._agreed) >= _MANY:
                self._agreed.clear()
            found = self._agreed[key] = now, _terms_of(known, service, self._limit)
        return found[1]


@dataclass(slots=True, frozen=True)
class _Terms:
    """What agreements say: the digest a consumer goes by (b"": it knows none), days of evidence, bytes of an answer."""

    agreement: bytes
    keep_days: int
    limit: int


def _terms_of(known: Sequence[Agreement], service: str, limit: int) -> _Terms:
    """The newest agreement counts; the widest of them bounds an answer, for the provider may go by another."""
    if not known:
        days = RECORDS_KEEP_DAYS if service.endswith(f"/{RECORDS_SERVICE}") else KEEP_DAYS
        return _Terms(b"", days, limit)
    widest = max(one.body_limit_bytes for one in known)
    return _Terms(bytes.fromhex(known[0].digest), known[0].keep_days, min(limit, widest))


def proof_of(logged: Logged) -> wire.Proof:
    """A receipt of ours as it travels."""
    return travelling(logged.receipt.parts)


def travelling(parts: ReceiptParts) -> wire.Proof:
    """The parts of a receipt as they travel."""
    return wire.Proof(parts.salt, parts.index, parts.path, parts.checkpoint)


def refusal(request: bytes, error: CodedError, where: Where) -> Reply:
    """The reply to a call that was refused, or whose answer stands for a fault."""
    return Reply(0, (), None, request, error, where)


def reply_of(answered: Answered) -> Reply:
    """The reply to the information system: the provider's own answer, or the fault that stands for it."""
    head, body = answered.head, answered.body
    if head.outcome != "answered":
        body.release()
        return refusal(head.request, fault_of(head.outcome, body), "far")
    status, pairs = headers.read_answer_part(head.header_part)
    if status != head.status:
        raise CodedError("exchange.parts_differ", part="status")
    return Reply(status, pairs, body, head.request)


def fault_of(code: str, body: Body) -> CodedError:
    """The error that an answer of this outcome stands for; its values stand in the body."""
    values: dict[str, Any] = {}
    with suppress(msgspec.MsgspecError):
        values = msgspec.json.decode(body.data or b"{}", type=dict[str, str | int])
    return CodedError(code, **values)


def fault_body(error: CodedError) -> Body:
    """The body of an answer that stands for a fault."""
    values = {name: value if isinstance(value, int) else str(value) for name, value in error.values.items()}
    return Body.of(msgspec.json.encode(values))
