"""Judging what another gateway sent: each link of the chain, before anything is believed.

TLS certificate → node (directory) → member's node → author → addressee → time → header part → statement → proof
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from uruk.exchange.api import Target, encode_address, headers, read_target, statements, wire
from uruk.gateway.calls import Headers
from uruk.gateway.heads import PREFIX, Said, client_address, read_said, written
from uruk.gateway.state import State
from uruk.kernel.api import CodedError
from uruk.trust.api import Checkpoint, SeenCheckpoint, VerifiedCheckpoints

CLOCKS_MAY_DIFFER_S = 60
LONGEST_VALIDITY_S = 30 * 86_400
_MANY = 256  # checkpoints that are remembered together with whose they are


class Held(Protocol):
    """Where checkpoints of others that were verified are remembered, so that peers can tell two histories."""

    def note(self, checkpoint: Checkpoint) -> bool:
        """Remember a verified checkpoint; False where it excludes one that is known."""
        ...


@dataclass(slots=True)
class Heard:
    """A request as its head says it: what travels on, read from the part that was hashed; what was said in headers.

    `sent` is the sender's statement, `digest` its SHA-256, by which the other statements name it.
    """

    head: wire.RequestHead
    target: Target
    headers: Headers
    said: Said
    sent: bytes
    digest: bytes


class Verifier:
    """Verifies for one gateway; remembers which checkpoints' signatures it has verified."""

    def __init__(self, state: State, held: Held | None = None) -> None:
        self._state, self._held = state, held
        self._checkpoints = VerifiedCheckpoints()
        self._judged: dict[tuple[bytes, str, str, int], SeenCheckpoint] = {}
        state.watch(self._judged.clear)

    # A request, at its provider's gateway

    def hear(self, head: wire.RequestHead, node: str, *, fresh: bool = True) -> Heard:
        """Judge a request's head, that came from a node (as its TLS certificate says), all but body and proof.

        Not `fresh`: it is known from before and will be compared with what is logged, so its time may be over.

        Errors: `exchange.member_unknown`, `exchange.sender_elsewhere`, `exchange.author_differs`,
        `exchange.not_hosted`, `exchange.clocks_differ`, `exchange.request_expired`, `exchange.request_id_malformed`,
        `exchange.parts_differ`, and those of reading targets and headers.
        """
        self._check_sender(head.client, head.author, node)
        self._state.hosted(head.service)
        if not statements.is_request_id(head.request):
            raise CodedError("exchange.request_id_malformed")
        if fresh:
            now = int(self._state.time())
            check_time(head.time, now)
            _check_validity(head, now)
        target, pairs, said = _read(head)
        sent = statements.request_sent(_request_facts(head), _reference(head))
        return Heard(head, target, pairs, said, sent, sha256(sent).digest())

    def prove(self, heard: Heard, proof: wire.Proof, body_sha256: bytes, length: int) -> Checkpoint:
        """Judge a request's body and proof: that the sender's log holds its statement about exactly this body.

        Errors: `exchange.parts_differ`, `exchange.log_quarantined`, `trust.log_…`, `trust.receipt_…`.
        """
        head = heard.head
        if body_sha256 != head.content or length != head.length:
            raise CodedError("exchange.parts_differ", part="body")
        return self._proved(heard.sent, proof, head.client, head.author, head.time)

    # An answer, at its consumer's gateway

    def check_answer(
        self, head: wire.AnswerHead, request: bytes, sent: bytes, sent_at: int, service: str, node: str
    ) -> None:
        """Judge an answer's head: from the service's member at its node, to this very request.

        An answer that was logged some time ago is as good: it lies between our request (`sent_at`) and now.
        """
        self._check_sender(service, head.author, node)
        now = int(self._state.time())
        check_time(head.time, sent_at if head.time < sent_at else min(head.time, now))
        if head.request != request or head.statement != statements.statement_digest(sent):
            raise CodedError("exchange.parts_differ", part="request")
        if sha256(head.header_part).digest() != head.header:
            raise CodedError("exchange.parts_differ", part="header")

    def prove_answer(
        self, head: wire.AnswerHead, client: str, service: str, proof: wire.Proof, body_sha256: bytes, length: int
    ) -> bytes:
        """Judge an answer's body and proof; return the provider's statement. Errors as `prove`."""
        if body_sha256 != head.content or length != head.length:
            raise CodedError("exchange.parts_differ", part="body")
        facts = statements.AnswerFacts(
            head.request, head.statement, client, service, head.status, head.header, head.content, head.length,
            head.agreement, head.outcome,
        )  # fmt: skip
        statement = statements.answer_sent(facts, _reference(head))
        self._proved(statement, proof, service, head.author, head.time)
        return statement

    # Both

    def origin(self, proof: wire.Proof) -> str:
        """The log that a proof which was verified is of."""
        return self._checkpoints.read(proof.checkpoint).origin

    def _check_sender(self, address: str, author: str, node: str) -> None:
        member = self._state.listed(address)
        if member.node != node:
            raise CodedError("exchange.sender_elsewhere", address=address[:320], node=node)
        if member.code != author:
            raise CodedError("exchange.author_differs", author=author[:64], address=address[:320])

    def _proved(self, statement: bytes, proof: wire.Proof, address: str, author: str, time: int) -> Checkpoint:
        key = proof.checkpoint, address, author, time
        judged = self._judged.get(key)
        if judged is None:
            directory = self._state.directory
            judged = self._checkpoints.judged(proof.checkpoint, author, time, directory.keys(address))
            if directory.is_quarantined(judged.checkpoint.origin):
                raise CodedError("exchange.log_quarantined", origin=judged.checkpoint.origin)
            if self._held is not None:
                self._held.note(judged.checkpoint)
            if len(self._judged) >= _MANY:
                self._judged.clear()
            self._judged[key] = judged
        judged.verify(statement, proof.salt, proof.index, proof.path)
        return judged.checkpoint


def check_time(said: int, now: int) -> None:
    """Refuse a statement that was not made within a minute: `exchange.clocks_differ` tells by how much."""
    if abs(said - now) > CLOCKS_MAY_DIFFER_S:
        raise CodedError("exchange.clocks_differ", seconds=said - now)


def _check_validity(head: wire.RequestHead, now: int) -> None:
    if not head.time < head.until <= head.time + LONGEST_VALIDITY_S or head.until < now:
        raise CodedError("exchange.request_expired")


def _read(head: wire.RequestHead) -> tuple[Target, Headers, Said]:
    """Target, headers and what they say, from the part that was hashed; it must say what the statement says."""
    if sha256(head.header_part).digest() != head.header:
        raise CodedError("exchange.parts_differ", part="header")
    method, line, pairs = headers.read_header_part(head.header_part)
    said = read_said(pairs)
    wanted = (head.method, f"{PREFIX}{encode_address(head.service)}{head.target}", head.client, head.purpose, head.law)
    request_id = headers.find_header(pairs, b"x-road-request-id")
    same = (method, line, client_address(said), said.purpose, said.law) == wanted and said.id == head.id
    if not same or request_id != written(head.request).encode():
        raise CodedError("exchange.parts_differ", part="header")
    return read_target(head.target), pairs, said


def _request_facts(head: wire.RequestHead) -> statements.RequestFacts:
    return statements.RequestFacts(
        head.request, head.client, head.service, head.method, head.target, head.id, head.purpose, head.law,
        head.header, head.content, head.length, head.agreement, head.until,
    )  # fmt: skip


def _reference(head: wire.RequestHead | wire.AnswerHead) -> statements.Reference:
    return statements.Reference(head.author, head.time, head.directory_version, head.directory_digest)
