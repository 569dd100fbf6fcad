"""The records: a member tells what is known about somebody to that person alone, and tells them that it did."""

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.unit.exchange.usage.rows import NUMBER
from tests.unit.gateway.test_tracker import NAMES, NOW
from tests.unit.gateway.test_tracker import World as TrackerWorld
from uruk.exchange.api import (
    RECORDS_ASKED,
    RECORDS_GIVEN,
    TOKEN_HEADER,
    USAGE_ASKED,
    HostedMember,
    Known,
    KnownRecord,
    KnownRecords,
    Snapshot,
    encode_token,
    read_target,
)
from uruk.gateway.bodies import Body
from uruk.gateway.calls import Asked, UpstreamReply
from uruk.gateway.records import Records
from uruk.kernel.api import CodedError
from uruk.trust.api import Receipt

OTHER = "199001015555"
MEMBER = "xx/GOV/agriculture"
SERVICE, ASKER = f"{MEMBER}/uruk/records", "xx/GOV/interior/uruk"
CARD = KnownRecord(
    "cards", "البطاقات", "علي", "0b54c1d2-0000-4000-8000-000000000001", "0b54c1d2-0000-4000-8000-000000000002", "live",
    "2026-11-26T09:00:00Z", "2020-01-01", [Known("الاسم", "علي")], [Known("ملاحظة", "رئيس")],
)  # fmt: skip


class Pages:
    """The node's own pages: what they were asked, and what they answer."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[bytes, bytes]]] = []
        self.answer: bytes | CodedError = b""
        self.status = 200

    async def forward(self, system: Any, code: str, method: str, target: Any, pairs: Any, *_: Any) -> UpstreamReply:
        self.asked.append((f"{system.url}/{code}", method, dict(pairs)))
        if isinstance(self.answer, CodedError):
            raise self.answer
        return UpstreamReply(self.status, (), Body.of(self.answer))


class World(TrackerWorld):
    """The same country; Agriculture's pages answer persons, those of the tax office are for nobody."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        members = (
            HostedMember("agriculture", MEMBER, NAMES, persons="http+unix://x/persons/agriculture"),
            HostedMember("tax", "xx/GOV/tax", NAMES),
        )
        self.snapshot = Snapshot("xx", "south", 0, members)
        self.pages = Pages()
        self.pages.answer = json.dumps({"records": [_plain(CARD)]}).encode()
        self.records = Records(self, self.index, self.pages)  # type: ignore[arg-type]

    def question(self, number: str = NUMBER, token: Receipt | None = None, **more: Any) -> UpstreamReply:
        """What is answered to one question."""
        headers = [*more.pop("headers", ())]
        if token is not None:
            headers.append((TOKEN_HEADER.encode(), encode_token(token).encode()))
        target = read_target(more.pop("target", f"/v1/records?userCode={number}"))
        asked = Asked(
            more.pop("client", ASKER), more.pop("service", SERVICE), more.pop("method", "GET"), target, bytes(16),
            headers,
        )  # fmt: skip
        return asyncio.run(self.records.answer(asked))

    def own_token(self, **changes: Any) -> Receipt:
        """The token of a citizen who asks for what is known about them."""
        return self.token(kind=changes.pop("kind", RECORDS_ASKED), **changes)


def _plain(found: Any) -> Any:
    import msgspec

    return msgspec.to_builtins(found)


def told(reply: UpstreamReply) -> tuple[int, Any]:
    """Status and body of an answer."""
    return reply.status, json.loads(reply.body.data or b"")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """The country of two nodes."""
    made = World(tmp_path)
    yield made
    made.close()


def test_a_person_is_told_what_is_known_about_them_in_their_language(world: World) -> None:
    reply = world.question(token=world.own_token(), headers=[(b"Accept-Language", b"ckb")])
    assert told(reply) == (200, _plain(KnownRecords([CARD])))
    [(url, method, pairs)] = world.pages.asked
    assert (url, method) == ("http+unix://x/persons/agriculture/records", "GET")
    assert pairs[b"uruk-subject"] == NUMBER.encode() and pairs[b"accept-language"] == b"ckb"
    assert NUMBER not in url, "no number stands in an address of the pages"


def test_that_it_was_given_is_to_be_told_to_its_person(world: World) -> None:
    assert world.question(token=world.own_token()).subject == NUMBER


def test_where_nothing_is_known_nothing_was_read(world: World) -> None:
    world.pages.answer = b'{"records": []}'
    reply = world.question(token=world.own_token())
    assert told(reply) == (200, {"records": []}) and reply.subject == ""


def test_asked_again_within_ten_minutes_it_is_one_reading_and_by_another_it_is_two(world: World) -> None:
    world.read(consumer=ASKER, service=SERVICE, action=RECORDS_GIVEN)
    assert told(world.question(token=world.own_token()))[0] == 200
    assert world.question(token=world.own_token()).subject == ""
    world.clock.advance(timedelta(minutes=10))
    assert world.question(token=world.own_token(at=world.clock.now())).subject == NUMBER


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"kind": USAGE_ASKED}, "signature"),
        ({"author": "tax"}, "author"),
        ({"author": "agriculture"}, "author"),
        ({"audience": ["xx/GOV/tax"]}, "audience"),
        ({"node": "south"}, "node"),
        ({"subject": OTHER}, "subject"),
    ],
)
def test_a_token_that_does_not_say_exactly_this_opens_nothing(
    world: World, changed: dict[str, Any], reason: str
) -> None:
    status, answer = told(world.question(token=world.own_token(**changed), headers=[(b"Accept-Language", b"en")]))
    assert (status, answer["code"]) == (403, "exchange.usage_token_refused") and reason in answer["message"]
    assert world.pages.asked == []


def test_another_persons_number_is_refused(world: World) -> None:
    status, answer = told(world.question(OTHER, token=world.own_token()))
    assert (status, answer["code"]) == (403, "exchange.usage_token_refused") and world.pages.asked == []
    named = [(b"X-Road-UserId", OTHER.encode())]
    assert told(world.question(token=world.own_token(), headers=named))[0] == 403


def test_another_members_node_cannot_use_the_token(world: World) -> None:
    assert told(world.question(token=world.own_token(), client="xx/GOV/tax/uruk"))[0] == 403
    assert world.pages.asked == []


def test_without_a_token_too_late_or_twice_nothing_is_told(world: World) -> None:
    assert told(world.question())[1]["code"] == "exchange.usage_token_missing"
    token = world.own_token()
    assert told(world.question(token=token))[0] == 200
    assert told(world.question(token=token))[1]["code"] == "exchange.usage_token_used"
    late = world.own_token()
    world.clock.set(NOW + timedelta(minutes=6))
    assert told(world.question(token=late))[1]["code"] == "exchange.usage_token_expired"
    assert len(world.pages.asked) == 1


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"method": "POST"}, 405, "exchange.method_refused"),
        ({"target": f"/v2/records?userCode={NUMBER}"}, 400, "exchange.usage_question_malformed"),
        ({"target": "/v1/records"}, 400, "exchange.usage_question_malformed"),
    ],
)
def test_another_question_is_refused(world: World, asked: dict[str, Any], status: int, code: str) -> None:
    found = told(world.question(token=world.own_token(), **asked))
    assert found[1]["code"] == code and world.pages.asked == []


@pytest.mark.parametrize("answer", [b"no json", b"{}", b'{"records": [{"registry": "cards"}]}', b"[]"])
def test_what_the_pages_answer_otherwise_is_a_fault_and_not_passed_on(world: World, answer: bytes) -> None:
    world.pages.answer = answer
    reply = world.question(token=world.own_token())
    assert (reply.status, told(reply)[1]["code"]) == (503, "exchange.provider_malformed") and reply.subject == ""


def test_pages_that_are_away_or_refuse_are_a_fault(world: World) -> None:
    world.pages.answer = CodedError("exchange.provider_unreachable", system="uruk", reason="refused")
    assert told(world.question(token=world.own_token()))[0] == 503
    world.pages.answer, world.pages.status = b"{}", 404
    assert told(world.question(token=world.own_token()))[0] == 503


def test_only_members_that_keep_personal_data_have_the_service(world: World) -> None:
    assert world.records.knows(SERVICE)
    for other in (
        "xx/GOV/tax/uruk/records",
        "xx/GOV/interior/uruk/records",
        f"{MEMBER}/uruk/record",
        f"{MEMBER}/x/records",
    ):
        assert not world.records.knows(other)
