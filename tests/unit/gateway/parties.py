"""Gateways without sockets: two nodes of a small country in one loop, a wire between them that tests may tamper with.

north hosts Interior and Justice, south hosts Agriculture, hub the authority.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec

from tests.flows.exchange.country import INSTANCE, NAMES, Country, Node
from uruk.exchange.api import (
    Agreement,
    Endpoint,
    EvidenceStore,
    Offer,
    SubjectRule,
    System,
    Target,
    UsageIndex,
    new_request,
    read_snapshot,
    statements,
    wire,
)
from uruk.gateway.bodies import Bodies, Body
from uruk.gateway.calls import Call, Headers, Reply, UpstreamReply
from uruk.gateway.consumer import Consumer
from uruk.gateway.heads import read_head
from uruk.gateway.journal import Journal
from uruk.gateway.outbox import Deliveries
from uruk.gateway.outbox_store import OutboxStore
from uruk.gateway.provider import Provider
from uruk.gateway.refusals import Refusals
from uruk.gateway.state import State
from uruk.gateway.streams import Answered, RefusedError
from uruk.gateway.verifying import Verifier
from uruk.kernel.api import CodedError, FixedClock
from uruk.trust.api import FolderKnown, LogNames, LogWriter, log_keys, own_key_store

CLIENT = f"{INSTANCE}/GOV/agriculture/season-plan"
PERSONS = f"{INSTANCE}/GOV/interior/persons/by-number"
LETTERS = f"{INSTANCE}/GOV/interior/persons/letters"
INTERIOR_SYSTEM = f"{INSTANCE}/GOV/interior/persons"
COURTS = f"{INSTANCE}/GOV/justice/courts/rulings"
NUMBER = "199001011234"
LAW = "plan-rules/1"
BY_NUMBER = Endpoint(
    "GET", "/*", idempotent=True, personal=True, subjects=(SubjectRule("path", "0"),), fields=("/name", "/deceased")
)
ANY_LETTER = Endpoint("*", "/**")
PERSON = b'{"name": "Zaynab", "deceased": false, "address": "nobody asked for it"}'


@dataclass
class Systems:
    """The information systems of a node: `answer` is what they say; `seen` what reached them."""

    answer: Callable[[str, bytes], UpstreamReply] = field(
        default_factory=lambda: (
            lambda target, body: UpstreamReply(200, ((b"content-type", b"application/json"),), Body.of(PERSON))
        )
    )
    seen: list[tuple[str, str, bytes]] = field(default_factory=list)
    limits: list[int] = field(default_factory=list)
    gate: asyncio.Event | None = None

    async def forward(
        self, system: System, service_code: str, method: str, target: Target, pairs: Headers, body: Body, limit: int
    ) -> UpstreamReply:
        """As `Upstream.forward`."""
        self.limits.append(limit)
        data = b"".join([piece async for piece in body.chunks()])
        self.seen.append((method, f"{service_code}{target.raw}", data))
        if self.gate is not None:
            await self.gate.wait()
        return self.answer(target.raw, data)


class Wire:
    """What a provider sees of a link from `node`, in place of TLS; it answers one request."""

    def __init__(self, node: str, bodies: Bodies, limit: int) -> None:
        self.node, self.closed = node, False
        self.under_way = self.under_way_bytes = 0
        self.answer: asyncio.Future[Answered] = asyncio.get_running_loop().create_future()
        self._bodies, self._limit = bodies, limit
        self.expected: list[int] = []

    def send(self, kind: int, message: Any) -> None:
        """A refusal is all that comes this way."""
        assert kind == wire.REFUSED
        if not self.answer.done():
            self.answer.set_exception(RefusedError(message.code, **message.values))

    def expect(self, head: wire.RequestHead, limit: int, whole: "asyncio.Future[Any]") -> None:
        """A body is let in."""
        self.expected.append(limit)

    async def send_answer(self, head: wire.AnswerHead, body: Body, proof: wire.Proof) -> None:
        """The answer, copied as a wire copies it."""
        intake = self._bodies.intake(self._limit)
        async for piece in body.chunks():
            intake.feed(piece)
        if not self.answer.done():
            self.answer.set_result(Answered(head, intake.finish(), proof))


Tamper = Callable[[wire.RequestHead, wire.Proof], tuple[wire.RequestHead, wire.Proof]]


class Party:
    """One gateway: everything but sockets. `peers` is filled by `Parties`."""

    def __init__(self, node: Node, clock: FixedClock) -> None:
        self.node, self.clock = node, clock
        self.peers: dict[str, Party] = {}
        self.systems = Systems()
        self.away: set[str] = set()
        self.lose: list[str] = []  # what happens to the next requests: "request" or "answer" is lost
        self.tamper: Tamper = lambda head, proof: (head, proof)
        self.tamper_answer: Callable[[Answered], Answered] = lambda answered: answered
        self.open()

    def open(self) -> None:
        """Start, as the process does."""
        folder = self.node.gateway
        self.state = State(read_snapshot(folder), self.node.directory.current(), self.clock, timedelta(days=7))
        self.bodies = Bodies(folder / "spool")
        self.evidence = EvidenceStore(folder / "evidence", self.bodies.folder)
        self.writer = LogWriter(
            folder / "trust",
            self.node.folder / "public" / "log",
            LogNames(INSTANCE, self.node.code, 1),
            log_keys(own_key_store(folder)),
            clock=self.clock,
            latest=FolderKnown(folder / "trust" / "known"),
            asides=self.evidence,
        )
        self.bodies.empty()
        self.journal = Journal(self.writer, self.evidence)
        self.usage = UsageIndex(self.node.folder / "usage", self.clock)
        self.verifier = Verifier(self.state)
        self.refusals = Refusals(self.state, self.journal)
        self.provider = Provider(
            self.state,
            self.journal,
            self.verifier,
            self.systems,
            self.usage,
            self.refusals,
            (),  # type: ignore[arg-type]
        )
        self.consumer = Consumer(self.state, self.journal, self, self.verifier, 64 << 20)  # type: ignore[arg-type]
        self.store = OutboxStore(folder / "outbox.db")
        self.deliveries = Deliveries(self.consumer, self.store, self.state, self.journal)
        self.journal.start()

    def close(self) -> None:
        """Stop in order."""
        self.journal.close()
        self.usage.close()
        self.store.close()

    def crash(self) -> None:
        """Stop as SIGKILL does: nothing is settled, nothing flushed; the next `open` finds what the disk has."""
        self.journal._work.put(None)
        self.journal._disk.join()
        self.journal._stop.set()
        self.journal._settler.join()
        self.writer._opened.close()
        self.evidence._index._db.close()
        for file, _ in self.evidence._files.values():
            file.close()
        self.usage.close()
        self.store.close()

    # In place of `PeerClient` and its links

    def present(self, code: str) -> None:
        """A line is made anew each time."""

    async def link(self, node: Any) -> "Line":
        """A line to a node, unless it is away."""
        if node.code in self.away:
            raise CodedError("exchange.peer_unreachable", node=node.code, operator=node.operator, reason="refused")
        return Line(self, self.peers[node.code])

    # What tests do

    def call(self, target: str = f"/{NUMBER}", service: str = PERSONS, **more: Any) -> Call:
        """A call of an information system of this node."""
        client, method = more.pop("client", CLIENT), more.pop("method", "GET")
        body = more.pop("body", b"")
        pairs = [(b"X-Road-Client", client.encode()), *more.pop("pairs", ())]
        head = read_head(method, f"/r1/{service}{target}", pairs, more.pop("request", None) or new_request(), INSTANCE)
        intake = self.bodies.intake(1 << 30)
        intake.feed(body)
        return Call(
            head.request, head.client, head.service, head.method, head.target, head.id, head.headers, head.header_part,
            head.purpose, head.law, head.subject, more.pop("later", False), more.pop("wait_s", 60.0), intake.finish(),
        )  # fmt: skip

    async def ask(self, *given: Any, **more: Any) -> Reply:
        """Carry a call."""
        return await self.deliveries.ask(self.call(*given, **more))

    async def take(
        self, head: wire.RequestHead, proof: wire.Proof, body: Body, node: str, asker: "Party | None" = None
    ) -> Answered:
        """Have this gateway's provider take a request that came from `node`; the answer goes to the asker's spool."""
        line = Wire(node, (asker or self).bodies, 64 << 20)
        whole: asyncio.Future[tuple[Body, wire.Proof]] = asyncio.get_running_loop().create_future()
        intake = self.bodies.intake(1 << 30)
        async for piece in body.chunks():
            intake.feed(piece)
        whole.set_result((intake.finish(), proof))
        self.provider.take(line, head, whole)  # type: ignore[arg-type]
        return await line.answer

    def statement(self, request: bytes, role: int) -> bytes:
        """What this gateway's log says of one place of an exchange."""
        return self.writer.receipt(statements.act_of(request, role)).statement

    def has(self, request: bytes, role: int) -> bool:
        """Whether there is an entry."""
        return bool(self.writer.known([statements.act_of(request, role).bytes]))


class Line:
    """A consumer's link to another party; `lose` says what gets lost on it."""

    closed = False

    def __init__(self, here: Party, there: Party) -> None:
        self._here, self._there = here, there

    async def ask(
        self, make: Callable[[int], wire.RequestHead], body: Body, proof: wire.Proof, limit: int, deadline: float
    ) -> Answered:
        """As `Link.ask`."""
        async with asyncio.timeout_at(deadline):
            return await self._asked(make, body, proof, limit)

    async def _asked(
        self, make: Callable[[int], wire.RequestHead], body: Body, proof: wire.Proof, limit: int
    ) -> Answered:
        here = self._here
        lost = here.lose.pop(0) if here.lose else ""
        if lost == "request":
            raise CodedError("exchange.link_lost", node=self._there.node.code)
        head, proof = here.tamper(copied(make(1)), proof)
        answered = await self._there.take(head, proof, body, here.node.code, here)
        if answered.body.length > limit:
            raise CodedError("exchange.answer_too_large", limit=limit)
        if lost == "answer":
            raise CodedError("exchange.link_lost", node=self._there.node.code)
        return here.tamper_answer(answered)


def copied(head: wire.RequestHead) -> wire.RequestHead:
    """A head as it comes off a wire."""
    return wire.take(bytearray(wire.pack(wire.REQUEST, head)))[1]  # type: ignore[index,no-any-return]


def changed(head: Any, **changes: Any) -> Any:
    """A frame with other fields."""
    return msgspec.structs.replace(head, **changes)


@dataclass
class Parties:
    """The country and its gateways."""

    country: Country
    clock: FixedClock
    south: Party
    north: Party
    hub: Party

    @property
    def all(self) -> Iterator[Party]:
        """Every gateway."""
        yield from (self.south, self.north, self.hub)

    def agree(self, *agreements: Agreement) -> None:
        """Put other agreements in force."""
        self.country.agreements = agreements
        self.publish()

    def publish(self) -> None:
        """Bring the country's newest directory and snapshots to every gateway."""
        self.country.now = self.clock.now()
        self.country.publish()
        self.country.write_snapshots()
        for party in self.all:
            party.state.take(read_snapshot(party.node.gateway), party.node.directory.current())


def agreement(country: Country, service: str = PERSONS, endpoint: Endpoint = BY_NUMBER, **more: Any) -> Agreement:
    """An agreement of Agriculture, in force for a month."""
    at = int(country.now.timestamp())
    given: dict[str, Any] = {
        "digest": service.encode().hex()[-64:].rjust(64, "0"),
        "code": service.rpartition("/")[2],
        "consumer": CLIENT,
        "service": service,
        "endpoints": (endpoint,),
        "purpose": NAMES,
        "law": LAW,
        "valid_from": at - 86_400,
        "valid_until": at + 30 * 86_400,
    }
    return Agreement(**given | more)


def country_at(folder: Path) -> Country:
    """Two tenants on one node, and a consumer on another."""
    country = Country(folder, {"south": ("agriculture",), "north": ("interior", "justice"), "hub": ("authority",)})
    north, south = country.nodes["north"], country.nodes["south"]
    persons = tuple(Offer(code, NAMES, ()) for code in ("by-number", "letters"))
    north.systems["interior"] = (System("persons", NAMES, url="http://persons.example", offers=persons),)
    north.systems["justice"] = (
        System("courts", NAMES, url="http://courts.example", offers=(Offer("rulings", NAMES, ()),)),
    )
    south.systems["agriculture"] = (System("season-plan", NAMES),)
    country.agreements = (
        agreement(country),
        agreement(country, LETTERS, ANY_LETTER, body_limit_bytes=64 << 20),
        agreement(country, COURTS, ANY_LETTER),
        agreement(country, COURTS, ANY_LETTER, code="persons", consumer=INTERIOR_SYSTEM),
    )
    country.publish()
    country.write_snapshots()
    return country


@asynccontextmanager
async def parties(folder: Path) -> AsyncIterator[Parties]:
    """The country, its gateways running in this loop."""
    country = country_at(folder)
    clock = FixedClock(country.now)
    found = Parties(country, clock, *(Party(country.nodes[code], clock) for code in ("south", "north", "hub")))
    for one in found.all:
        one.peers = {each.node.code: each for each in found.all}
    try:
        yield found
    finally:
        for one in found.all:
            await one.provider.drain()
            await asyncio.to_thread(one.close)


def played(folder: Path, journey: Callable[[Parties], Coroutine[Any, Any, Any]]) -> Any:
    """Run a journey among the gateways of a fresh country."""

    async def run() -> Any:
        async with parties(folder) as found:
            return await journey(found)

    return asyncio.run(run())


def refused(reply: Reply) -> str:
    """The code with which a call was refused."""
    assert reply.error is not None, reply
    return reply.error.code
