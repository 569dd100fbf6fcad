"""No request id has two different logged answers, no acknowledged one has none: repeated, lost, killed."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from tests.unit.gateway.parties import LETTERS, PERSONS, Parties, changed, played, refused
from uruk.exchange.api import read_snapshot, statements
from uruk.gateway.bodies import Body
from uruk.gateway.calls import Reply, UpstreamReply
from uruk.gateway.consumer import Sent, proof_of
from uruk.kernel.api import CodedError, new_id
from uruk.trust.api import parse_statement

LARGE = bytes(range(256)) * 4096 * 3  # 3 MiB


async def taken_again(found: Parties, sent, again: bool, node: str = "south"):
    head = changed(sent.head(1, again), again=again)
    return await found.north.take(head, sent.proof, sent.call.body, node)


@pytest.mark.parametrize("service", [PERSONS, LETTERS])
@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("later_s", [0, 5])
def test_a_repeated_request_gets_the_same_answer_and_reaches_the_system_once(
    tmp_path: Path, service: str, again: bool, later_s: int
) -> None:
    async def journey(found: Parties) -> None:
        sent = await found.south.consumer.send(found.south.call(service=service))
        first = await taken_again(found, sent, False)
        found.clock.advance(timedelta(seconds=later_s))
        second = await taken_again(found, sent, again)
        assert changed(first.head, proof=None) == changed(second.head, proof=None)
        assert first.body.data == second.body.data
        assert len(found.north.systems.seen) == 1

    played(tmp_path, journey)


def test_a_repeat_while_the_first_is_under_way_waits_for_its_answer(tmp_path: Path) -> None:
    async def journey(found: Parties) -> None:
        found.north.systems.gate = asyncio.Event()
        sent = await found.south.consumer.send(found.south.call(service=LETTERS))
        tasks = [asyncio.ensure_future(taken_again(found, sent, again)) for again in (False, False, True)]
        while not found.north.systems.seen:
            await asyncio.sleep(0)
        found.north.systems.gate.set()
        answers = await asyncio.gather(*tasks)
        assert len({answer.head.content for answer in answers}) == 1
        assert len(found.north.systems.seen) == 1

    played(tmp_path, journey)


def test_a_replay_with_other_content_is_refused_and_the_evidence_stays(tmp_path: Path) -> None:
    async def journey(found: Parties) -> str:
        sent = await found.south.consumer.send(found.south.call(service=LETTERS))
        await taken_again(found, sent, False)
        other = found.south.call("/other", service=LETTERS, request=sent.facts.request)
        with pytest.raises(CodedError, match=r"trust\.act_conflict"):
            await found.south.consumer.send(other)
        kept = found.north.evidence.find(sent.facts.request, statements.RECEIVED)
        facts, at, _ = found.south.consumer._facts(other, sent.member, 60)
        statement = statements.request_sent(facts, at)
        logged = await found.south.journal.append("agriculture", new_id().bytes, statement)

        forged = Sent(other, sent.member, sent.node, facts, at, statement, proof_of(logged), 0, 1 << 20)
        codes = []
        for again in (False, True):
            with pytest.raises(CodedError) as caught:
                await taken_again(found, forged, again)
            codes.append(caught.value.code)
        assert found.north.evidence.find(sent.facts.request, statements.RECEIVED) == kept
        assert len(found.north.systems.seen) == 1
        return codes

    assert played(tmp_path, journey) == ["exchange.request_repeated"] * 2


def test_a_request_that_is_too_old_was_never_received_and_is_refused(tmp_path: Path) -> None:
    async def journey(found: Parties) -> list[str]:
        sent = await found.south.consumer.send(found.south.call())
        codes = []
        for seconds in (61, 0):
            found.clock.advance(timedelta(seconds=seconds))
            with pytest.raises(CodedError) as caught:
                await taken_again(found, sent, True)
            codes.append((caught.value.code, caught.value.values))
        return codes

    assert played(tmp_path, journey) == [("exchange.clocks_differ", {"seconds": -61})] * 2


def test_what_was_answered_is_answered_again_whatever_time_agreement_and_quota_say(tmp_path: Path) -> None:
    async def journey(found: Parties) -> None:
        sent = await found.south.consumer.send(found.south.call())
        first = await taken_again(found, sent, False)
        found.agree()
        found.clock.advance(timedelta(hours=2))
        again = await taken_again(found, sent, True)
        assert again.body.data == first.body.data
        assert refused(await found.south.ask()) == "exchange.access_denied"

    played(tmp_path, journey)


@pytest.mark.parametrize("lost", ["request", "answer"])
def test_a_lost_link_is_asked_again_and_the_caller_notices_nothing(tmp_path: Path, lost: str) -> None:
    async def journey(found: Parties) -> None:
        found.south.lose = [lost]
        reply = await found.south.ask(service=LETTERS)
        assert (reply.status, reply.error) == (200, None)
        assert len(found.north.systems.seen) == 1
        assert all(found.south.has(reply.request, role) for role in (statements.SENT, statements.ANSWER_RECEIVED))
        assert all(found.north.has(reply.request, role) for role in (statements.RECEIVED, statements.ANSWERED))

    played(tmp_path, journey)


def test_who_cannot_learn_the_outcome_is_told_so_and_that_is_logged(tmp_path: Path) -> None:
    async def journey(found: Parties) -> None:
        found.north.systems.gate = asyncio.Event()
        call = found.south.call(service=LETTERS, wait_s=0.05)
        reply = await found.south.consumer.ask(call)
        assert refused(reply) == "exchange.outcome_unknown"
        said = parse_statement(found.south.statement(call.request, statements.ANSWER_RECEIVED))
        assert (said.type, said.role) == ("message.answer", "missing")
        assert said.body == {"request": call.request, "code": "exchange.outcome_unknown"}
        found.north.systems.gate.set()

    played(tmp_path, journey)


def test_who_was_never_reached_is_said_to_be_away(tmp_path: Path) -> None:
    async def journey(found: Parties) -> tuple[str, object]:
        found.south.away = {"north"}
        reply = await found.south.ask()
        return refused(reply), reply.error and reply.error.values["operator"]

    assert played(tmp_path, journey) == ("exchange.peer_unreachable", "operator of north")


async def received_and_killed(found: Parties, service: str):
    """North logs that it received a request, and is killed before it has an answer."""
    found.north.systems.gate = asyncio.Event()
    sent = await found.south.consumer.send(found.south.call(service=service, body=b"", method="GET"))
    task = asyncio.ensure_future(taken_again(found, sent, False))
    while not found.north.systems.seen:
        await asyncio.sleep(0.01)
    task.cancel()
    for each in list(found.north.provider._running.values()):
        each[1].cancel()
    for one in list(found.north.provider._tasks):
        one.cancel()
    await asyncio.sleep(0)
    await asyncio.to_thread(found.north.crash)
    found.north.systems.gate = None
    found.north.systems.seen.clear()
    found.north.open()
    return sent


def test_after_a_kill_what_is_idempotent_is_forwarded_again(tmp_path: Path) -> None:
    async def journey(found: Parties) -> None:
        sent = await received_and_killed(found, PERSONS)
        answered = await taken_again(found, sent, True)
        assert (answered.head.outcome, len(found.north.systems.seen)) == ("answered", 1)

    played(tmp_path, journey)


def test_after_a_kill_what_is_not_idempotent_has_an_unknown_outcome_for_good(tmp_path: Path) -> None:
    async def journey(found: Parties) -> None:
        sent = await received_and_killed(found, LETTERS)
        for again in (True, False, True):
            answered = await taken_again(found, sent, again)
            assert (answered.head.outcome, found.north.systems.seen) == ("exchange.outcome_unknown", [])
        assert refused(await found.south.consumer.deliver(sent, again=True)) == "exchange.outcome_unknown"

    played(tmp_path, journey)


def test_after_a_kill_what_was_answered_is_answered_alike(tmp_path: Path) -> None:
    async def journey(found: Parties) -> None:
        found.north.systems.answer = lambda target, body: UpstreamReply(200, (), Body.of(LARGE))
        sent = await found.south.consumer.send(found.south.call(service=LETTERS))
        first = await taken_again(found, sent, False)
        await asyncio.to_thread(found.north.crash)
        found.north.open()
        second = await taken_again(found, sent, True)
        assert (first.head.content, second.body.length) == (second.head.content, len(LARGE))
        assert len(found.north.systems.seen) == 1

    played(tmp_path, journey)


def test_a_request_beyond_its_agreements_limits_is_refused_before_its_body_is_taken(tmp_path: Path) -> None:
    async def journey(found: Parties) -> list[str]:
        big = await found.south.ask(service=LETTERS, method="POST", body=bytes(65 << 20))
        told = await found.south.ask("/", service=LETTERS, pairs=[(b"Uruk-Legal-Basis", b"another/9")])
        return [refused(big), refused(told)]

    assert played(tmp_path, journey) == ["exchange.request_too_large", "exchange.legal_basis_differs"]


def test_an_answer_is_bounded_by_its_agreement_at_both_ends(tmp_path: Path) -> None:
    """The provider's gateway takes no more from its system; the consumer's takes no more from that gateway."""

    async def journey(found: Parties) -> list[str]:
        narrow = [changed(one, body_limit_bytes=1 << 20) for one in found.country.agreements]
        found.agree(*narrow)
        found.north.systems.answer = lambda target, body: UpstreamReply(200, (), Body.of(bytes((1 << 20) + 1)))
        told = await found.south.ask(service=LETTERS, method="POST", body=b"x")
        assert found.north.systems.limits == [1 << 20]
        return [refused(told)]

    assert played(tmp_path, journey) == ["exchange.answer_too_large"]


def test_a_large_body_passes_encrypted_and_stays_with_the_evidence_of_its_month(tmp_path: Path) -> None:
    async def journey(found: Parties) -> None:
        found.north.systems.answer = lambda target, body: UpstreamReply(200, (), Body.of(body[::-1]))
        reply: Reply = await found.south.ask(service=LETTERS, method="POST", body=LARGE)
        assert reply.body is not None
        assert b"".join([piece async for piece in reply.body.chunks()]) == LARGE[::-1]
        reply.body.release()
        assert found.north.systems.seen[0][2] == LARGE
        record = found.north.evidence.find(reply.request, statements.RECEIVED)
        folder = found.north.evidence.folder_of(record)
        assert (folder / record.spooled.partition(":")[0]).stat().st_size > len(LARGE)
        assert not any(LARGE[:64] in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
        assert [path for party in found.all for path in party.bodies.folder.iterdir() if party is found.north] == []

    played(tmp_path, journey)


def test_a_reload_in_the_middle_changes_nothing_for_what_is_under_way(tmp_path: Path) -> None:
    async def journey(found: Parties) -> None:
        found.north.systems.gate = asyncio.Event()
        task = asyncio.ensure_future(found.south.ask())
        while not found.north.systems.seen:
            await asyncio.sleep(0.01)
        found.agree()
        found.north.state.take(read_snapshot(found.north.node.gateway), found.north.node.directory.current())
        found.north.systems.gate.set()
        assert (await task).status == 200

    played(tmp_path, journey)
