"""The tracker: a member tells who read somebody's data to that person alone, as the sign-in institution's log says."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest

from tests.flows.exchange.country import Country
from tests.unit.exchange.usage.rows import NUMBER, Reads
from uruk.exchange.api import (
    TOKEN_HEADER,
    USAGE_ASKED,
    CountryDirectory,
    HostedMember,
    Names,
    Snapshot,
    UsageIndex,
    encode_token,
    read_target,
    token_body,
)
from uruk.gateway.calls import Asked
from uruk.gateway.tracker import Tracker
from uruk.kernel.api import FixedClock
from uruk.trust.api import LogNames, LogWriter, Receipt, build_statement, log_keys, own_key_store

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
SERVICE = "xx/GOV/agriculture/uruk/tracker"
ASKER = "xx/GOV/interior/uruk"
NAMES = Names("الزراعة", "کشتوکاڵ", "Agriculture")


class World:
    """Interior (north) signs citizens in and asks; Agriculture (south) keeps data and is asked; Tax shares south."""

    def __init__(self, folder: Path) -> None:
        self.country = Country(folder, {"north": ("interior",), "south": ("agriculture", "tax")}, NOW)
        self.country.publish()
        self.clock = FixedClock(NOW + timedelta(seconds=10))
        self.directory: CountryDirectory = self.country.directory()
        members = tuple(HostedMember(code, f"xx/GOV/{code}", NAMES) for code in ("agriculture", "tax"))
        self.snapshot = Snapshot("xx", "south", 0, members)
        self.index = UsageIndex(folder / "usage", self.clock)
        self.own: dict[UUID, Receipt] = {}
        self.tracker = Tracker(self, self.index, self.own.__getitem__)
        self.reads = Reads()
        self._writers: dict[str, LogWriter] = {}

    def read(self, subject: str = NUMBER, **changes: Any) -> Any:
        """Somebody read a person's data at Agriculture, a minute ago."""
        consumer = changes.pop("consumer", "xx/GOV/interior/persons")
        facts = {"holder": "agriculture", "consumer": consumer} | changes
        row = self.reads.row(subject, NOW - timedelta(minutes=1), **facts)
        self.index.add([row])
        return row

    def token(self, author: str = "interior", kind: str = USAGE_ASKED, at: datetime = NOW, **changes: Any) -> Receipt:
        """The receipt of the act by which the sign-in institution says that a citizen asks."""
        body = token_body(NUMBER, [SERVICE[:18]], "north", uuid4().bytes, at) | changes
        statement = build_statement(
            statement_type=kind, role="asked", author=author, act=uuid4(), time=int(at.timestamp()),
            directory_version=1, directory_digest=bytes(32), body=body,
        )  # fmt: skip
        return self._writer(author).append(author, _act(statement), statement)

    def ask(self, target: str = f"/v2/findUsage?userCode={NUMBER}", token: Receipt | None = None, **more: Any) -> Any:
        """One question; status and JSON of the answer."""
        headers = list(more.pop("headers", ()))
        if token is not None:
            headers.append((TOKEN_HEADER.encode(), encode_token(token).encode()))
        asked = Asked(
            more.pop("client", ASKER), more.pop("service", SERVICE), more.pop("method", "GET"), read_target(target),
            bytes(16), headers,
        )  # fmt: skip
        found = asyncio.run(self.tracker.answer(asked))
        return found.status, json.loads(found.body.data or b"")

    def _writer(self, author: str) -> LogWriter:
        node = self.country.node_of(author)
        if node.code not in self._writers:
            names, keys = LogNames("xx", node.code, shard=1), log_keys(own_key_store(node.gateway))
            trust = node.gateway / "trust"
            trust.mkdir()
            self._writers[node.code] = LogWriter(trust, node.folder / "public", names, keys, clock=FixedClock(NOW))
        return self._writers[node.code]

    def close(self) -> None:
        for writer in self._writers.values():
            writer.close()
        self.index.close()


def _act(statement: bytes) -> UUID:
    from uruk.trust.api import parse_statement

    return parse_statement(statement).act


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """The country of two nodes."""
    made = World(tmp_path)
    yield made
    made.close()


def test_a_citizen_is_told_who_read_their_data_why_on_which_law_and_when(world: World) -> None:
    row = world.read()
    status, answer = world.ask(token=world.token())
    assert status == 200 and answer["totalUsages"] == 1
    [usage] = answer["usages"]
    assert usage["logtime"] == "2026-11-26T08:59:00Z" and usage["action"] == "خطة الموسم"
    assert (usage["receiverCode"], usage["receiverSystem"]) == ("interior", "xx/GOV/interior/persons")
    assert usage["receiverName"] == "اسم", "as the directory names the member"
    detail = usage["uruk"]
    assert (detail["law"], detail["purpose"], detail["source"]) == ("agriculture/7", "case 7", "exchange")
    assert detail["reference"] == str(UUID(bytes=row.reference)) and detail["hiddenUntil"] is None


def test_the_sentence_comes_in_the_language_that_is_asked_for(world: World) -> None:
    world.read()
    _, answer = world.ask(token=world.token(), headers=[(b"Accept-Language", b"de, en;q=0.5")])
    assert answer["usages"][0]["action"] == "The season's plan"


def test_an_officer_of_the_holder_is_shown_under_the_holders_own_name(world: World) -> None:
    world.read(consumer="agriculture", source="officer", service="document.read")
    _, answer = world.ask(token=world.token())
    assert answer["usages"][0]["receiverName"] == NAMES.ar
    assert answer["usages"][0]["uruk"]["source"] == "officer"


def test_a_member_tells_only_of_its_own_records_not_of_those_beside_it_on_the_node(world: World) -> None:
    world.read(holder="tax")
    assert world.ask(token=world.token())[1]["totalUsages"] == 0


def test_what_is_hidden_is_told_once_its_day_has_come(world: World) -> None:
    until = NOW + timedelta(days=30)
    world.read(hidden_until=int(until.timestamp()), hidden_law="procedure/40")
    assert world.ask(token=world.token())[1] == {"totalUsages": 0, "usages": []}
    world.clock.set(until + timedelta(seconds=1))
    [usage] = world.ask(token=world.token(at=until))[1]["usages"]
    assert (usage["uruk"]["hiddenUntil"], usage["uruk"]["hiddenLaw"]) == ("2026-12-26T09:00:00Z", "procedure/40")


def test_without_a_token_nothing_is_told(world: World) -> None:
    world.read()
    status, answer = world.ask()
    assert (status, answer["code"]) == (401, "exchange.usage_token_missing")


def test_a_token_is_the_sign_in_institutions_alone(world: World) -> None:
    world.read()
    refused = [
        ("author", world.token(author="agriculture"), {}),
        ("signature", world.token(kind="usage.answered"), {}),
        ("audience", world.token(audience=["xx/GOV/tax"]), {}),
        ("node", world.token(node="south"), {}),
        ("node", world.token(), {"client": "xx/GOV/tax/uruk"}),
        ("subject", world.token(), {"target": "/v2/findUsage?userCode=199012345679"}),
        ("subject", world.token(), {"headers": [(b"X-Road-UserId", b"199012345679")]}),
        ("body", world.token(nonce=b"short"), {}),
        ("body", world.token(more=1), {}),
    ]
    for reason, token, more in refused:
        status, answer = world.ask(token=token, **more)
        assert (status, answer["code"]) == (403, "exchange.usage_token_refused"), reason
        assert reason in answer["message"]


def test_a_token_whose_log_showed_two_histories_is_none(world: World) -> None:
    token = world.token()
    quarantined = frozenset({token.origin})
    nodes = {code: replace(one, quarantined=quarantined) for code, one in world.directory.nodes.items()}
    world.directory = replace(world.directory, nodes=nodes)
    assert world.ask(token=token)[1]["code"] == "exchange.usage_token_refused"


def test_a_token_that_was_changed_or_cut_is_refused(world: World) -> None:
    good = encode_token(world.token()).encode()
    for value in (good[:-8], b"", b"%%%", good[:200] + b"A" + good[201:]):
        status, answer = world.ask(headers=[(TOKEN_HEADER.encode(), value)])
        assert (status, answer["code"]) == (403, "exchange.usage_token_refused")


def test_a_token_lives_five_minutes_however_it_says_so(world: World) -> None:
    token, long = world.token(), world.token(until=int(NOW.timestamp()) + 3600)
    assert world.ask(token=long)[1]["code"] == "exchange.usage_token_expired"
    world.clock.set(NOW + timedelta(seconds=301))
    assert world.ask(token=token)[1]["code"] == "exchange.usage_token_expired"


def test_one_question_is_answered_once_for_a_token_and_the_next_page_too(world: World) -> None:
    for _ in range(3):
        world.read()
    token = world.token()
    target = f"/v2/findUsage?userCode={NUMBER}&limit=2"
    assert len(world.ask(target, token)[1]["usages"]) == 2
    assert world.ask(target, token)[1]["code"] == "exchange.usage_token_used"
    assert len(world.ask(f"{target}&offset=2", token)[1]["usages"]) == 1


def test_too_many_questions_at_once_are_refused_until_old_ones_are_over(world: World) -> None:
    from uruk.exchange.api import Nonces
    from uruk.kernel.api import CodedError

    nonces = Nonces(maximum=2)
    nonces.take(b"1", "/", 0.0)
    nonces.take(b"2", "/", 0.0)
    with pytest.raises(CodedError) as caught:
        nonces.take(b"3", "/", 1.0)
    assert caught.value.code == "exchange.usage_busy"
    nonces.take(b"3", "/", 1000.0)


def test_what_cannot_be_read_of_a_question_is_named(world: World) -> None:
    for part, target in (
        ("userCode", "/v2/findUsage"),
        ("periodStart", f"/v2/findUsage?userCode={NUMBER}&periodStart=yesterday"),
        ("limit", f"/v2/findUsage?userCode={NUMBER}&limit=-1"),
        ("offset", f"/v2/findUsage?userCode={NUMBER}&offset=x"),
        ("receipt", f"/v2/receipt/7?userCode={NUMBER}"),
        ("/v3", "/v3"),
    ):
        status, answer = world.ask(target, world.token())
        assert (status, answer["code"]) == (400, "exchange.usage_question_malformed"), target
        assert part in answer["message"]
    status, answer = world.ask(token=world.token(), method="POST")
    assert (status, answer["code"]) == (405, "exchange.method_refused")


def test_the_period_is_read_as_estonia_writes_it_and_with_an_offset(world: World) -> None:
    world.read()
    for start, count in (("2026-11-26T08:59:00", 1), ("2026-11-26T08:59:01", 0), ("2026-11-26T11:59:00+03:00", 1)):
        target = f"/v2/findUsage?userCode={NUMBER}&periodStart={quote(start)}"
        assert world.ask(target, world.token())[1]["totalUsages"] == count, start
    target = f"/v2/findUsage?userCode={NUMBER}&periodEnd=2026-11-26T08:59:00Z"
    assert world.ask(target, world.token())[1]["totalUsages"] == 0


def test_heartbeat_and_period_need_no_token(world: World) -> None:
    assert world.ask("/v2/heartbeat") == (200, {"status": "OK", "message": "API is ready"})
    assert world.ask("/v2/usagePeriod") == (200, {"periodStart": "2023-11-01T00:00:00Z"})


def test_the_receipt_of_a_reading_is_given_to_whose_it_is(world: World) -> None:
    mine, by_officer = world.read(), world.read(receipt="{}", opening=b"salt")
    theirs = world.read("199012345679")
    proof = world.token(author="agriculture")
    world.own[UUID(bytes=mine.reference)] = proof
    question = f"?userCode={NUMBER}"
    status, answer = world.ask(f"/v2/receipt/{UUID(bytes=mine.reference)}{question}", world.token())
    assert (status, answer) == (200, {"receipt": proof.to_json(), "opening": ""})
    _, answer = world.ask(f"/v2/receipt/{UUID(bytes=by_officer.reference)}{question}", world.token())
    assert answer == {"receipt": "{}", "opening": b"salt".hex()}
    status, answer = world.ask(f"/v2/receipt/{UUID(bytes=theirs.reference)}{question}", world.token())
    assert (status, answer["code"]) == (404, "exchange.usage_unknown")


def test_the_tracker_is_that_of_each_member_of_the_node_and_of_no_other(world: World) -> None:
    assert world.tracker.knows(SERVICE) and world.tracker.knows("xx/GOV/tax/uruk/tracker")
    assert not world.tracker.knows("xx/GOV/interior/uruk/tracker")
    assert not world.tracker.knows("xx/GOV/tax/uruk/listMethods")
    assert not world.tracker.knows("xx/GOV/tax/other/tracker")
