"""How a provider's gateway comes to an answer: log the request, forward it, rebuild, log the answer.

The promise: no request id has two different logged answers, and no acknowledged one has none.
"""

from dataclasses import dataclass

import structlog

from uruk.exchange.api import (
    Decision,
    HostedMember,
    Record,
    UsageIndex,
    check_claimed,
    pack_usages,
    statements,
    wire,
)
from uruk.gateway.bodies import Body, kept_body
from uruk.gateway.calls import Asked, BuiltIn, UpstreamReply
from uruk.gateway.consumer import proof_of, travelling
from uruk.gateway.journal import Journal
from uruk.gateway.noting import note, rows_of, subjects_in_answer, subjects_in_request
from uruk.gateway.shaping import Shaped, fault, shaped
from uruk.gateway.state import State
from uruk.gateway.upstream import Upstream
from uruk.gateway.verifying import Heard
from uruk.kernel.api import CodedError
from uruk.trust.api import parse_statement

_LOG = structlog.get_logger("uruk.gateway")


@dataclass(slots=True)
class Allowed:
    """A request that was let in: whose it is, under which decision or as which built-in service.

    `limit` is how many bytes its body may have; `agreement` the digest it was judged by; `keep_until` in Unix seconds.
    A request that is known from before but would not be let in any more has neither decision nor built-in service.
    """

    heard: Heard
    member: HostedMember
    decision: Decision | None
    built_in: BuiltIn | None
    limit: int
    keep_until: int
    agreement: bytes = b""

    @property
    def is_idempotent(self) -> bool:
        """Whether it may be forwarded again."""
        return self.built_in is not None or (self.decision is not None and self.decision.endpoint.idempotent)


@dataclass(slots=True)
class Ready:
    """An answer that is logged: what its statement says, its header part, body and proof."""

    facts: statements.AnswerFacts
    at: statements.Reference
    header_part: bytes
    body: Body
    proof: wire.Proof

    def head(self, stream: int) -> wire.AnswerHead:
        """The answer as a frame on a link."""
        facts, at = self.facts, self.at
        inline = facts.length <= wire.INLINE_BYTES
        data, proof = (self.body.data, self.proof) if inline else (None, None)
        return wire.AnswerHead(
            stream, facts.request, facts.statement, facts.status, facts.header, facts.content, facts.length,
            facts.agreement, facts.outcome, at.author, at.time, at.directory_version, at.directory_digest,
            self.header_part, data, proof,
        )  # fmt: skip


class Answering:
    """Brings requests that were let in to their one logged answer."""

    def __init__(self, state: State, journal: Journal, upstream: Upstream, usage: UsageIndex) -> None:
        self._state, self._journal = state, journal
        self._upstream, self._usage = upstream, usage

    async def answer(self, allowed: Allowed, body: Body, proof: wire.Proof, origin: str) -> Ready:
        """Answer a request whose proof, from the log `origin`, was verified.

        Errors before it is logged: subjects that differ, a full disk, `exchange.request_repeated` where another
        request has its id. What fails later is `exchange.outcome_unknown`.
        """
        heard = allowed.heard
        subjects_in_request(allowed.decision, heard, body)
        if await self._is_repeated(allowed, body, proof, origin):
            return await self.again(heard, allowed)
        try:
            return await self._log_answer(allowed, body, await self._shaped(allowed, body))
        except CodedError as error:
            _LOG.error("answer not logged", request=heard.head.request.hex(), error=error.code)
            raise CodedError("exchange.outcome_unknown", service=heard.head.service) from error

    async def again(self, heard: Heard, allowed: Allowed | None) -> Ready:
        """Answer a request that is in our log already, from before a crash or a lost link.

        What was answered is answered alike. What was not is forwarded again only where that is harmless and still
        allowed; else nobody knows its outcome, and that is its answer. `exchange.request_repeated` where what is in
        our log is another request.
        """
        known = self.find_received(heard.head.request)
        if known is None or known.statement != heard.sent:
            raise CodedError("exchange.request_repeated")
        answered = self._logged(heard.head.request)
        if answered is not None:
            return answered
        allowed = allowed or self._known_from_before(heard, known)
        body = kept_body(self._journal.evidence, known, heard.head.length, heard.head.content)
        if allowed.is_idempotent:
            return await self._log_answer(allowed, body, await self._shaped(allowed, body))
        error = CodedError("exchange.outcome_unknown", service=heard.head.service)
        return await self._log_answer(allowed, body, fault(error))

    def find_received(self, request: bytes) -> Record | None:
        """The evidence of a request that is in our log, or None."""
        if not self._journal.writer.known([statements.act_bytes(request, statements.RECEIVED)]):
            return None
        return self._journal.evidence.find(request, statements.RECEIVED)

    # The request

    async def _is_repeated(self, allowed: Allowed, body: Body, proof: wire.Proof, origin: str) -> bool:
        """Log that the request is received; True where its id is in the log already."""
        heard, institution = allowed.heard, allowed.member.institution
        hidden = allowed.decision.agreement.hidden_until if allowed.decision else 0
        facts = statements.ReceivedFacts(
            heard.head.request, heard.digest, origin, proof.index, allowed.agreement, hidden
        )
        record = Record(
            heard.head.request, statements.RECEIVED, allowed.keep_until, heard.head.header_part,
            body.data or b"", body.name, heard.sent, proof, institution,
        )  # fmt: skip
        statement = statements.request_received(facts, self._state.reference(allowed.member))
        act = statements.act_bytes(heard.head.request, statements.RECEIVED)
        if body.spooled is not None:
            await body.durable()
        try:
            return (await self._journal.append(institution, act, statement, record)).repeated
        except CodedError as error:
            if error.code == "trust.act_conflict":
                return True
            if error.code == "trust.act_forgotten":
                raise CodedError("exchange.request_repeated") from error
            raise

    def _known_from_before(self, heard: Heard, known: Record) -> Allowed:
        act = statements.act_of(heard.head.request, statements.RECEIVED)
        judged_by = parse_statement(self._journal.writer.receipt(act).statement).body["agreement"]
        return Allowed(heard, self._state.hosted(heard.head.service), None, None, 0, known.keep_until, judged_by)

    # The information system

    async def _shaped(self, allowed: Allowed, body: Body) -> Shaped:
        """What the information system answers, as far as it may go back; a fault becomes an answer too."""
        heard, decision = allowed.heard, allowed.decision
        try:
            reply = await self._forward(allowed, body)
            return shaped(reply, decision.endpoint if decision else None, heard.head.method)
        except CodedError as error:
            return fault(error)
        except Exception:
            _LOG.exception("forwarding failed", request=heard.head.request.hex())
            return fault(CodedError("exchange.outcome_unknown", service=heard.head.service))

    async def _forward(self, allowed: Allowed, body: Body) -> UpstreamReply:
        heard, decision = allowed.heard, allowed.decision
        head = heard.head
        if decision is None:
            assert allowed.built_in is not None
            return await allowed.built_in.answer(
                Asked(head.client, head.service, head.method, heard.target, head.request, heard.headers)
            )
        pairs = heard.headers
        if decision.endpoint.fields is not None:
            pairs = [pair for pair in pairs if len(pair[0]) != 15 or pair[0].lower() != b"accept-encoding"]
            pairs.append((b"accept-encoding", b"identity"))
        return await self._upstream.forward(
            decision.system, decision.offer.code, head.method, heard.target, pairs, body,
            decision.agreement.body_limit_bytes,
        )  # fmt: skip

    # The answer

    async def _log_answer(self, allowed: Allowed, body: Body, answer: Shaped) -> Ready:
        """Log the answer with its evidence, note whose data it is about, and make it ready to be sent."""
        heard, decision, member = allowed.heard, allowed.decision, allowed.member
        subjects, answer = _noted(decision, heard, body, answer)
        head, at = heard.head, self._state.reference(member)
        rows = rows_of(decision, heard, subjects, member, at.time, answer.subject)
        facts = statements.AnswerFacts(
            head.request, heard.digest, head.client, head.service, answer.status, answer.header, answer.body.sha256,
            answer.body.length, allowed.agreement, answer.outcome,
        )  # fmt: skip
        record = Record(
            head.request, statements.ANSWERED, allowed.keep_until, answer.header_part,
            answer.body.data or b"", answer.body.name, institution=member.institution,
            usage=pack_usages(rows) if rows else b"",
        )  # fmt: skip
        act = statements.act_bytes(head.request, statements.ANSWERED)
        if answer.body.spooled is not None:
            await answer.body.durable()
        try:
            logged = await self._journal.append(member.institution, act, statements.answer_sent(facts, at), record)
        except CodedError as error:
            before = self._logged(head.request) if error.code == "trust.act_conflict" else None
            if before is None:
                raise
            return before
        finally:
            answer.body.release()
        if rows:
            note(self._usage, rows, logged.number)
        kept = kept_body(self._journal.evidence, record, facts.length, facts.content)
        return Ready(facts, at, answer.header_part, kept, proof_of(logged))

    def _logged(self, request: bytes) -> Ready | None:
        """The answer that is in our log, or None."""
        act = statements.act_of(request, statements.ANSWERED)
        record = self._journal.evidence.find(request, statements.ANSWERED)
        if record is None or not self._journal.writer.known([act.bytes]):
            return None  # evidence without an entry: nobody was answered
        receipt = self._journal.writer.receipt(act)
        facts, at = statements.read_answer(receipt.statement), statements.read_reference(receipt.statement)
        body = kept_body(self._journal.evidence, record, facts.length, facts.content)
        return Ready(facts, at, record.header_part, body, travelling(receipt.parts))


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
