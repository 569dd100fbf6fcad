"""An identity forged between two tenants of one node is refused at every link of the chain.

TLS certificate → node → member's node → author → addressee → subsystem → statement → log origin
"""

from collections.abc import Callable, Coroutine
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.unit.gateway.parties import COURTS, INTERIOR_SYSTEM, LETTERS, PERSONS, Parties, changed, played, refused
from uruk.exchange.api import headers, statements, wire
from uruk.gateway.bodies import Body
from uruk.gateway.calls import Reply
from uruk.gateway.consumer import proof_of
from uruk.gateway.streams import Answered
from uruk.kernel.api import CodedError, new_id

COURT_SYSTEM = "xx/GOV/justice/courts"


async def taken(found: Parties, head: wire.RequestHead, proof: wire.Proof, node: str) -> str:
    """The code with which north refuses a request that came from `node`."""
    with pytest.raises(CodedError) as caught:
        await found.north.take(head, proof, Body.of(head.body or b""), node)
    return caught.value.code


async def sent(found: Parties, **more: Any) -> tuple[wire.RequestHead, wire.Proof]:
    """A true request of Agriculture's season plan, as it travels."""
    one = await found.south.consumer.send(found.south.call(**more))
    return one.head(1), one.proof


def test_what_is_true_is_let_in_and_only_the_agreed_fields_come_back(tmp_path: Path) -> None:
    async def journey(found: Parties) -> Reply:
        return await found.south.ask()

    reply = played(tmp_path, journey)
    assert (reply.status, reply.error, reply.body.data) == (200, None, b'{"name":"Zaynab","deceased":false}')


def test_a_node_speaks_only_for_the_members_that_the_directory_places_on_it(tmp_path: Path) -> None:
    """TLS certificate: the request is true in every part, but came over another node's connection."""

    async def journey(found: Parties) -> list[str]:
        head, proof = await sent(found)
        return [await taken(found, head, proof, node) for node in ("hub", "north")]

    assert played(tmp_path, journey) == ["exchange.sender_elsewhere"] * 2


def test_a_tenant_does_not_speak_as_its_neighbours_author(tmp_path: Path) -> None:
    """Author: Justice signs, but says that Interior's system asks; both are on the node whose certificate it is."""

    async def journey(found: Parties) -> str:
        head, proof = await forged(found, client=INTERIOR_SYSTEM, author="justice", log="justice")
        return await taken(found, head, proof, "north")

    assert played(tmp_path, journey) == "exchange.author_differs"


def test_a_tenants_log_does_not_sign_for_its_neighbour(tmp_path: Path) -> None:
    """Log origin: author and client say Interior, the entry is in the log of Justice on the same node."""

    async def journey(found: Parties) -> str:
        head, proof = await forged(found, client=INTERIOR_SYSTEM, author="interior", log="justice", service=COURTS)
        return await taken(found, head, proof, "north")

    assert played(tmp_path, journey) == "trust.log_unlisted"


def test_a_tenants_system_has_no_access_under_its_neighbours_agreement(tmp_path: Path) -> None:
    """Subsystem: another system of the same member, and one of another member, have no agreement."""

    async def journey(found: Parties) -> list[str]:
        first, proof = await forged(found, client=COURT_SYSTEM, author="justice", log="justice")
        other, its_proof = await forged(found, client="xx/GOV/interior/archive", author="interior", log="interior")
        return [await taken(found, first, proof, "north"), await taken(found, other, its_proof, "north")]

    assert played(tmp_path, journey) == ["exchange.access_denied"] * 2


def test_a_request_is_taken_only_by_the_gateway_it_is_addressed_to(tmp_path: Path) -> None:
    """Addressee: a node that received a request cannot present it to another, nor to its neighbour as its own."""

    async def journey(found: Parties) -> list[str]:
        head, proof = await sent(found)
        to_hub = changed(head, service="xx/GOV/authority/desk/anything")
        to_neighbour = redirected(head, COURTS)
        return [await taken(found, to_hub, proof, "south"), await taken(found, to_neighbour, proof, "south")]

    assert played(tmp_path, journey) == ["exchange.not_hosted", "trust.receipt_inclusion"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"client": "xx/GOV/agriculture/other"}, "exchange.parts_differ"),
        ({"target": "/200001011234"}, "exchange.parts_differ"),
        ({"method": "HEAD"}, "exchange.parts_differ"),
        ({"id": "another"}, "exchange.parts_differ"),
        ({"purpose": "another"}, "exchange.parts_differ"),
        ({"law": "another/1"}, "exchange.parts_differ"),
        ({"header_part": b"GET\r\n/r1/xx\r\n"}, "exchange.parts_differ"),
        ({"content": bytes(32)}, "exchange.parts_differ"),
        ({"length": 1}, "exchange.parts_differ"),
        ({"body": b"more"}, "exchange.parts_differ"),
        ({"agreement": bytes(32)}, "trust.receipt_inclusion"),
        ({"directory_version": 99}, "trust.receipt_inclusion"),
        ({"author": "justice"}, "exchange.author_differs"),
        ({"request": bytes(16)}, "exchange.request_id_malformed"),
    ],
)
def test_no_part_of_a_request_can_be_exchanged(tmp_path: Path, changes: dict[str, Any], code: str) -> None:
    async def journey(found: Parties) -> str:
        head, proof = await sent(found)
        return await taken(found, changed(head, **changes), proof, "south")

    assert played(tmp_path, journey) == code


def test_another_requests_id_cannot_be_put_on_a_request(tmp_path: Path) -> None:
    async def journey(found: Parties) -> str:
        head, proof = await sent(found)
        other, _ = await sent(found)
        return await taken(found, changed(head, request=other.request), proof, "south")

    assert played(tmp_path, journey) == "exchange.parts_differ"


def test_a_log_that_showed_two_histories_proves_nothing_any_more(tmp_path: Path) -> None:
    async def journey(found: Parties) -> str:
        head, proof = await sent(found)
        directory = found.north.state.directory
        object.__setattr__(directory.nodes["south"], "quarantined", frozenset(["xx/agriculture/south/1/1"]))
        directory.__dict__.pop("_quarantined", None)
        return await taken(found, head, proof, "south")

    assert played(tmp_path, journey) == "exchange.log_quarantined"


def test_a_member_that_has_left_is_unknown(tmp_path: Path) -> None:
    async def journey(found: Parties) -> tuple[str, str]:
        head, proof = await sent(found)
        found.country.left["agriculture"] = found.clock.now()
        found.publish()
        return await taken(found, head, proof, "south"), refused(await found.south.ask())

    assert played(tmp_path, journey)[0] == "exchange.member_unknown"


# Answers, at the consumer


def answered_by(change: Callable[[Parties, Answered], Answered]) -> Callable[[Parties], Coroutine[Any, Any, str]]:
    async def journey(found: Parties) -> str:
        found.south.tamper_answer = lambda answered: change(found, answered)
        reply = await found.south.ask(service=LETTERS)
        assert not found.south.has(reply.request, statements.ANSWER_RECEIVED)
        return refused(reply)

    return journey


def test_an_answer_of_the_neighbour_is_none(tmp_path: Path) -> None:
    def change(found: Parties, answered: Answered) -> Answered:
        return Answered(changed(answered.head, author="justice"), answered.body, answered.proof)

    assert played(tmp_path, answered_by(change)) == "exchange.author_differs"


def test_an_answer_to_another_request_is_none(tmp_path: Path) -> None:
    def change(found: Parties, answered: Answered) -> Answered:
        return Answered(changed(answered.head, statement=bytes(32)), answered.body, answered.proof)

    assert played(tmp_path, answered_by(change)) == "exchange.parts_differ"


@pytest.mark.parametrize("name", ["status", "agreement", "outcome", "directory_version"])
def test_no_part_of_an_answer_can_be_exchanged(tmp_path: Path, name: str) -> None:
    values = {"status": 201, "agreement": bytes(32), "outcome": "exchange.access_denied", "directory_version": 77}

    def change(found: Parties, answered: Answered) -> Answered:
        return Answered(changed(answered.head, **{name: values[name]}), answered.body, answered.proof)

    assert played(tmp_path, answered_by(change)) == "trust.receipt_inclusion"


def test_an_answer_with_another_header_or_body_is_none(tmp_path: Path) -> None:
    def body(found: Parties, answered: Answered) -> Answered:
        return Answered(answered.head, Body.of(b"another"), answered.proof)

    def header(found: Parties, answered: Answered) -> Answered:
        return Answered(changed(answered.head, header_part=b"200\r\n"), answered.body, answered.proof)

    assert played(tmp_path / "1", answered_by(body)) == "exchange.parts_differ"
    assert played(tmp_path / "2", answered_by(header)) == "exchange.parts_differ"


def test_an_answer_of_another_time_is_none(tmp_path: Path) -> None:
    def change(found: Parties, answered: Answered) -> Answered:
        return Answered(changed(answered.head, time=answered.head.time + 61), answered.body, answered.proof)

    assert played(tmp_path, answered_by(change)) == "exchange.clocks_differ"


# Forging


def redirected(head: wire.RequestHead, service: str) -> wire.RequestHead:
    """The same request to another service, with a header part that says so."""
    method, line, pairs = headers.read_header_part(head.header_part)
    part = headers.header_part(method, line.replace(PERSONS, service), pairs)
    return changed(head, service=service, header_part=part, header=sha256(part).digest())  # type: ignore[no-any-return]


async def forged(
    found: Parties, client: str, author: str, log: str, service: str = PERSONS
) -> tuple[wire.RequestHead, wire.Proof]:
    """A request that north's operator makes up: as `client`, stated by `author`, logged in the log of `log`."""
    north = found.north
    call = north.call(client=client, service=service)
    at = statements.Reference(author, int(found.clock.now().timestamp()), 1, bytes(32))
    facts = statements.RequestFacts(
        call.request, client, call.service, call.method, call.target.raw, call.id, "", "",
        sha256(call.header_part).digest(), call.body.sha256, 0, b"", at.time + 60,
    )  # fmt: skip
    statement = statements.request_sent(facts, at)
    logged = await north.journal.append(log, new_id().bytes, statement)
    head = wire.RequestHead(
        1, call.request, client, call.service, call.method, call.target.raw, call.id, "", "", facts.header,
        facts.content, 0, b"", facts.until, author, at.time, 1, bytes(32), call.header_part, b"", proof_of(logged),
    )  # fmt: skip
    return head, head.proof  # type: ignore[return-value]
