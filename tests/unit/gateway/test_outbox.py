"""Later delivery: accepted at once, tried until it is answered or over, never delivered twice, over kills as well."""

import asyncio
import sqlite3
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from tests.unit.gateway.parties import CLIENT, LETTERS, PERSONS, Parties, Party, played, refused
from uruk.exchange.api import statements
from uruk.gateway import outbox as module
from uruk.gateway.bodies import Body
from uruk.gateway.calls import Call, UpstreamReply
from uruk.gateway.outbox import VALID_S
from uruk.kernel.api import CodedError
from uruk.trust.api import parse_statement

LARGE = bytes(range(256)) * 4096 * 2  # 2 MiB


async def accepted(party: Party, **more) -> Call:
    """A call that was accepted for later."""
    call = party.call(service=more.pop("service", LETTERS), later=True, **more)
    reply = await party.deliveries.ask(call)
    call.body.release()
    assert (reply.status, reply.request) == (202, call.request)
    assert dict(reply.headers)[b"location"] == f"/messages/{UUID(bytes=call.request)}".encode()
    return call


async def tried(party: Party, call: Call) -> None:
    """One attempt, whether or not it is due."""
    await party.deliveries._try(call.request)


def said_in(party: Party, kind: str) -> list[dict]:
    """The bodies of all statements of a type in a party's log."""
    party.writer.settle()
    (log,) = party.writer._logs.all()
    found = [one.statement for one in party.writer._contents.contents(log.row.id, 0, 1000)]
    return [one.body for one in map(parse_statement, found) if one.type == kind]


def test_a_message_waits_for_its_peer_and_is_picked_up_by_who_sent_it(tmp_path: Path) -> None:
    async def journey(found: Parties) -> None:
        south = found.south
        south.away = {"north"}
        call = await accepted(south)
        for _ in range(2):
            await tried(south, call)
        assert (await south.deliveries.pick_up(CLIENT, call.request)).status == 202
        assert not said_in(south, "message.dispatched"), "nothing is dispatched while nobody is there"
        south.away = set()
        await tried(south, call)
        reply = await south.deliveries.pick_up(CLIENT, call.request)
        assert (reply.status, reply.body.data) == (
            200,
            b'{"name": "Zaynab", "deceased": false, "address": "nobody asked for it"}',
        )
        (told,) = said_in(south, "message.accepted")
        assert (told["message"], told["client"], told["service"]) == (call.request, CLIENT, LETTERS)
        assert [one["attempt"] for one in said_in(south, "message.dispatched")] == [1]
        assert south.deliveries.waiting() == 0

    played(tmp_path, journey)


def test_only_the_subsystem_that_sent_it_finds_a_message(tmp_path: Path) -> None:
    async def journey(found: Parties) -> list[str]:
        call = await accepted(found.south)
        other = await found.south.deliveries.pick_up("xx/GOV/agriculture/other", call.request)
        nothing = await found.south.deliveries.pick_up(CLIENT, statements.new_request())
        return [refused(other), refused(nothing)]

    assert played(tmp_path, journey) == ["exchange.message_unknown"] * 2


@pytest.mark.parametrize("lost", ["request", "answer"])
def test_a_message_whose_outcome_is_open_is_asked_for_again_under_its_id(tmp_path: Path, lost: str) -> None:
    async def journey(found: Parties) -> None:
        south = found.south
        call = await accepted(south)
        south.lose = [lost]
        reached, calls = south.link, []

        async def link(node):
            """There for the first two times that the node is looked for, and then away."""
            calls.append(node.code)
            south.away = {"north"} if len(calls) > 2 else set()
            return await reached(node)

        south.link = link
        original = south.deliveries._call
        south.deliveries._call = lambda message: quick(original(message))
        await tried(south, call)
        assert (await south.deliveries.pick_up(CLIENT, call.request)).status == 202
        south.link, south.away = reached, set()
        found.clock.advance(timedelta(minutes=10))
        for _ in range(2):  # where it never arrived, the second attempt is under a new id
            await tried(south, call)
        assert (await south.deliveries.pick_up(CLIENT, call.request)).status == 200
        assert len(found.north.systems.seen) == 1

    def quick(call: Call) -> Call:
        call.wait_s = 0.3
        return call

    played(tmp_path, journey)


def test_a_message_whose_provider_is_away_is_sent_anew(tmp_path: Path) -> None:
    async def journey(found: Parties) -> None:
        def unreachable(target: str, body: bytes) -> UpstreamReply:
            raise CodedError("exchange.provider_unreachable", system="persons", reason="refused")

        answer, found.north.systems.answer = found.north.systems.answer, unreachable
        call = await accepted(found.south)
        await tried(found.south, call)
        assert (await found.south.deliveries.pick_up(CLIENT, call.request)).status == 202
        found.north.systems.answer = answer
        await tried(found.south, call)
        assert (await found.south.deliveries.pick_up(CLIENT, call.request)).status == 200
        requests = {one["request"] for one in said_in(found.south, "message.dispatched")}
        assert len(requests) == 2

    played(tmp_path, journey)


def test_a_message_without_an_agreement_ends_at_delivery(tmp_path: Path) -> None:
    async def journey(found: Parties) -> str:
        call = await accepted(found.south)
        found.agree()
        await tried(found.south, call)
        return refused(await found.south.deliveries.pick_up(CLIENT, call.request))

    assert played(tmp_path, journey) == "exchange.access_denied"


def test_a_message_is_over_after_thirty_days(tmp_path: Path) -> None:
    async def journey(found: Parties) -> str:
        found.south.away = {"north"}
        call = await accepted(found.south)
        found.clock.advance(timedelta(seconds=VALID_S + 1))
        await tried(found.south, call)
        return refused(await found.south.deliveries.pick_up(CLIENT, call.request))

    assert played(tmp_path, journey) == "exchange.request_expired"


def test_a_message_outlives_a_kill_with_its_large_body(tmp_path: Path) -> None:
    async def journey(found: Parties) -> None:
        south = found.south
        south.away = {"north"}
        call = await accepted(south, method="POST", body=LARGE)
        await asyncio.to_thread(south.crash)
        south.open()
        south.away = set()
        await tried(south, call)
        reply = await south.deliveries.pick_up(CLIENT, call.request)
        assert reply.error is None, (reply, south.deliveries._store.find(call.request))
        assert (reply.status, found.north.systems.seen[0][2]) == (200, LARGE)
        assert list((south.node.gateway / "outbox").iterdir()) == []

    played(tmp_path, journey)


def test_an_answer_that_came_just_before_a_kill_is_not_asked_for_again(tmp_path: Path) -> None:
    async def journey(found: Parties) -> None:
        south = found.south
        call = await accepted(south, service=PERSONS)
        message = south.store.find(call.request)
        await tried(south, call)
        south.store.put(message)  # as if the gateway had ended before it noted so
        await tried(south, call)
        assert (await south.deliveries.pick_up(CLIENT, call.request)).status == 200
        assert len(found.north.systems.seen) == 1

    played(tmp_path, journey)


def test_the_outbox_tries_by_itself_what_is_due(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK_S", 0.01)

    async def journey(found: Parties) -> None:
        calls = [await accepted(found.south, target=f"/{number}") for number in range(20)]
        running = asyncio.ensure_future(found.south.deliveries.run())
        while found.south.deliveries.waiting():
            await asyncio.sleep(0.01)
        running.cancel()
        await found.south.deliveries.drain()
        states = [(await found.south.deliveries.pick_up(CLIENT, call.request)).status for call in calls]
        assert states == [200] * 20
        assert len(found.north.systems.seen) == 20

    played(tmp_path, journey)


def test_an_outbox_that_cannot_be_read_for_a_moment_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOK_S", 0.01)

    async def journey(found: Parties) -> None:
        store = found.south.store
        call = await accepted(found.south)
        failing = {"due": 2, "find": 2}

        def sometimes(name):
            original = getattr(store, name)

            def locked(*given):
                failing[name] -= 1
                if failing[name] >= 0:
                    raise sqlite3.OperationalError("database is locked")
                return original(*given)

            return locked

        for name in failing:
            monkeypatch.setattr(store, name, sometimes(name))
        running = asyncio.ensure_future(found.south.deliveries.run())
        async with asyncio.timeout(30):
            while found.south.deliveries.waiting():
                await asyncio.sleep(0.01)
        running.cancel()
        await found.south.deliveries.drain()
        assert (await found.south.deliveries.pick_up(CLIENT, call.request)).status == 200

    played(tmp_path, journey)


@pytest.mark.parametrize("times", [1, 2, 3])
def test_an_answer_that_could_not_be_noted_at_once_is_not_told_as_a_failure(tmp_path: Path, times: int) -> None:
    async def journey(found: Parties) -> None:
        south, left = found.south, [times]
        call = await accepted(south, body=LARGE)
        put = south.store.put

        def full(message: module.Message) -> None:
            left[0] -= 1
            if left[0] >= 0:
                raise CodedError("exchange.outbox_full")
            put(message)

        south.store.put = full
        for _ in range(4):
            await tried(south, call)
        reply = await south.deliveries.pick_up(CLIENT, call.request)
        assert (reply.status, south.deliveries.waiting()) == (200, 0)
        assert len(found.north.systems.seen) == 1
        assert list((south.node.gateway / "outbox").iterdir()) == []

    played(tmp_path, journey)


def test_a_full_outbox_takes_nothing_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def journey(found: Parties) -> list[str]:
        monkeypatch.setattr(module, "MAX_WAITING", 1)
        await accepted(found.south)
        many = await found.south.deliveries.ask(found.south.call(service=LETTERS, later=True))
        monkeypatch.undo()

        class Full:
            def execute(self, *_: object) -> None:
                raise sqlite3.OperationalError("database or disk is full")

        whole, found.south.store._db = found.south.store._db, Full()
        with pytest.raises(CodedError) as caught:
            found.south.store.put(message_of())
        found.south.store._db = whole
        return [refused(many), caught.value.code]

    def message_of() -> module.Message:
        return module.Message(
            bytes(16), CLIENT, LETTERS, "GET", "/", "id", [], "", "", "", b"", "", 0, Body.of(b"").sha256, 0, bytes(16)
        )

    assert played(tmp_path, journey) == ["exchange.outbox_full"] * 2
