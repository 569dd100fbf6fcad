"""What is over is forgotten by both parties: bodies, headers, receipts, salts, statements; that it went is logged."""

import asyncio
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from tests.unit.gateway.parties import LETTERS, NUMBER, Parties, agreement, played, refused
from uruk.exchange.api import month_of, statements
from uruk.gateway import retention as module
from uruk.gateway.bodies import Body
from uruk.gateway.calls import UpstreamReply
from uruk.gateway.retention import FORGOTTEN, Retention
from uruk.kernel.api import CodedError
from uruk.trust.api import parse_statement

LARGE = b"a letter about somebody " * 100_000
WORDS = b"the words of a letter that somebody wrote"
DAYS = 40


async def exchanged(found: Parties) -> bytes:
    """One small and one large letter, and a year later than their evidence may be kept."""
    found.agree(agreement(found.country, LETTERS, found.country.agreements[1].endpoints[0], keep_days=DAYS))
    found.north.systems.answer = lambda target, body: UpstreamReply(200, (), Body.of(WORDS))
    first = await found.south.ask(service=LETTERS, method="POST", body=LARGE)
    assert first.error is None
    found.clock.advance(timedelta(days=DAYS + 32))
    return first.request


def retention(party: object) -> Retention:
    return Retention(party.state, party.journal, party.store)  # type: ignore[attr-defined]


def test_nothing_goes_before_its_month_is_over(tmp_path: Path) -> None:
    async def journey(found: Parties) -> None:
        request = await exchanged(found)
        found.clock.advance(-timedelta(days=DAYS + 32))
        assert await retention(found.north).round() == 0
        assert found.north.evidence.find(request, statements.ANSWERED) is not None

    played(tmp_path, journey)


@pytest.mark.parametrize("side", ["north", "south"])
def test_both_parties_forget_bodies_receipts_salts_and_statements_and_say_so(tmp_path: Path, side: str) -> None:
    async def journey(found: Parties) -> None:
        request = await exchanged(found)
        party = getattr(found, side)
        roles = (statements.RECEIVED, statements.ANSWERED)
        roles = roles if side == "north" else (statements.SENT, statements.ANSWER_RECEIVED)
        before = sum(1 for _ in party.node.gateway.rglob("*"))
        assert await retention(party).round() == 1
        for role in roles:
            assert party.evidence.find(request, role) is None
            with pytest.raises(CodedError, match=r"trust\.act_forgotten"):
                party.statement(request, role)
        assert sum(1 for _ in party.node.gateway.rglob("*")) < before
        author = "interior" if side == "north" else "agriculture"
        said = [parse_statement(content.statement) for content in contents(party, author) if content.statement]
        (forgotten,) = [one for one in said if one.type == FORGOTTEN]
        assert (forgotten.role, forgotten.author) == ("forgotten", author)
        assert forgotten.body == {"month": party_month(found), "records": 2}
        assert await retention(party).round() == 0

    played(tmp_path, journey)


def party_month(found: Parties) -> str:
    return month_of(int((found.clock.now() - timedelta(days=32)).timestamp()))


def contents(party: object, author: str) -> list[object]:
    party.writer.settle()  # type: ignore[attr-defined]
    (log,) = party.writer._logs.all()  # type: ignore[attr-defined]
    return list(party.writer._contents.contents(log.row.id, 0, 100))  # type: ignore[attr-defined]


def test_a_round_that_is_cut_off_anywhere_is_made_good_by_the_next(tmp_path: Path) -> None:
    async def journey(found: Parties) -> None:
        request = await exchanged(found)
        north = found.north
        for name, target in (("forget_many", north.writer), ("destroy", north.evidence), ("drop_note", north.evidence)):
            original = getattr(target, name)

            def cut_off(*_: object, name: str = name) -> None:
                raise CodedError("trust.log_stopped", at=name)

            setattr(target, name, cut_off)
            with pytest.raises(CodedError, match=r"trust\.log_stopped"):
                await retention(north).round()
            setattr(target, name, original)
        assert await retention(north).round() == 1
        assert north.evidence.find(request, statements.RECEIVED) is None
        said = [parse_statement(one.statement) for one in contents(north, "interior") if one.statement]
        assert [one.type for one in said].count(FORGOTTEN) == 1

    played(tmp_path, journey)


def test_what_was_forgotten_is_not_received_again(tmp_path: Path) -> None:
    async def journey(found: Parties) -> str:
        sent = await found.south.consumer.send(found.south.call(service=LETTERS))
        await found.south.consumer.deliver(sent)
        found.clock.advance(timedelta(days=366 + 32))
        await retention(found.north).round()
        found.clock.advance(-timedelta(days=366 + 32))
        with pytest.raises(CodedError) as caught:
            await found.north.take(sent.head(1), sent.proof, sent.call.body, "south")
        assert len(found.north.systems.seen) == 1
        return caught.value.code

    assert played(tmp_path, journey) == "exchange.request_repeated"


def test_no_file_holds_a_word_of_it_any_more(tmp_path: Path) -> None:
    async def journey(found: Parties) -> None:
        await exchanged(found)
        for party in (found.north, found.south):
            await retention(party).round()
        holding = [path for path in tmp_path.rglob("*") if path.is_file() and holds(path)]
        assert holding == []

    def holds(path: Path) -> bool:
        data = path.read_bytes()
        return any(word in data for word in (WORDS, LARGE[:24], NUMBER.encode()))

    played(tmp_path, journey)


def test_a_forgotten_answer_cannot_be_picked_up(tmp_path: Path) -> None:
    async def journey(found: Parties) -> str:
        call = found.south.call(service=LETTERS, later=True)
        await found.south.deliveries.ask(call)
        await found.south.deliveries._try(call.request)
        assert (await found.south.deliveries.pick_up(call.client, call.request)).status == 200
        await found.south.journal.append("agriculture", statements.new_request(), b"another")
        found.south.evidence.destroy(month_of(int((found.clock.now() + timedelta(days=365)).timestamp())))
        return refused(await found.south.deliveries.pick_up(call.client, call.request))

    assert played(tmp_path, journey) == "exchange.message_forgotten"


def test_a_round_that_failed_for_whatever_reason_is_followed_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ROUND_S", 0.01)

    async def journey(found: Parties) -> None:
        retention = Retention(found.north.state, found.north.journal, found.north.store)
        errors, done = [OSError(28, "full"), sqlite3.OperationalError("locked")], asyncio.Event()

        async def round_() -> int:
            if errors:
                raise errors.pop()
            done.set()
            return 0

        monkeypatch.setattr(retention, "round", round_)
        running = asyncio.ensure_future(retention.run())
        async with asyncio.timeout(30):
            await done.wait()
        running.cancel()

    played(tmp_path, journey)
