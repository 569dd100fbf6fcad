"""What is known about me, over the exchange: every institution answers the person who asks, and nobody else unseen."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from tests.flows.exchange.test_who_read import AGRICULTURE, INTERIOR, NUMBER, asker, token
from tests.flows.exchange.world import CLIENT, Provider, World
from uruk.exchange.api import (
    RECORDS_ASKED,
    RECORDS_KEEP_DAYS,
    Asker,
    EvidenceStore,
    KnownRecords,
    UsageIndex,
    statements,
)
from uruk.kernel.api import CodedError
from uruk.trust.api import Receipt, verify_receipt

ACT = "0b54c1d2-0000-4000-8000-000000000002"


def pages(method: str, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
    """The pages of both nodes: a card about one number, in the language that is asked for."""
    facts = [{"label": headers["accept-language"], "value": headers["uruk-subject"]}]
    card = {
        "registry": "cards", "title": path, "name": "", "record": ACT, "act": ACT, "status": "live",
        "changedAt": "2026-11-26T09:00:00Z", "validFrom": None, "facts": facts, "withheld": [],
    }  # fmt: skip
    records = [card] if headers["uruk-subject"] == NUMBER else []
    return 200, {"Content-Type": "application/json"}, json.dumps({"records": records}).encode()


@pytest.fixture
def provider() -> Iterator[Provider]:
    """What answers in the place of both nodes' pages."""
    found = Provider(pages)
    yield found
    found.close()


@pytest.fixture
def world(tmp_path: Path, provider: Provider) -> Iterator[World]:
    """Interior signs in and keeps data, as Agriculture does; each node's pages answer persons."""
    with World(tmp_path) as made:
        made.country.personal = {"interior", "agriculture"}
        for code in ("interior", "agriculture"):
            made.country.node_of(code).persons[code] = f"{provider.url}/persons/{code}"
        made.country.publish()
        made.country.write_snapshots()
        yield made


def known(world: World, proof: Receipt, subject: str = NUMBER, language: str = "ckb") -> dict[str, object]:
    """What both answer."""
    return dict(asker(world, proof, subject).records([INTERIOR, AGRICULTURE], language))


def test_every_member_that_keeps_data_answers_the_person_in_their_language(world: World) -> None:
    proof = token(world, kind=RECORDS_ASKED)
    world.start_all()
    for member, answer in known(world, proof).items():
        assert isinstance(answer, KnownRecords), world.said("south")
        [card] = answer.records
        assert card.title == f"/persons/{member.rpartition('/')[2]}/records"
        assert [(one.label, one.value) for one in card.facts] == [("ckb", NUMBER)]


def test_that_their_records_were_given_stands_among_the_persons_readings_with_a_receipt(world: World) -> None:
    proof = token(world, kind=RECORDS_ASKED)
    world.start_all()
    known(world, proof)
    world.stop("south")
    index, now = UsageIndex(world.country.nodes["south"].folder / "usage"), datetime.now(UTC)
    [row] = index.find("agriculture", NUMBER, now - timedelta(days=1), now + timedelta(days=1)).usages
    assert (row.consumer, row.service) == (f"{INTERIOR}/uruk", f"{AGRICULTURE}/uruk/records")
    assert "What the state knows about me" in str(row.action.en) and row.source == "exchange"
    world.start("south")
    again = asker(world, token_of_readings(world))
    given = again.receipt(AGRICULTURE, str(UUID(bytes=row.reference)))
    keys = world.country.directory().keys(AGRICULTURE)
    shown = verify_receipt(Receipt.parse(given.receipt), keys, type="message.answer", role="sent", author="agriculture")
    assert shown.statement.body["client"] == f"{INTERIOR}/uruk" and NUMBER.encode() not in shown.statement.raw


def token_of_readings(world: World) -> Receipt:
    """Later the same person asks who read their data: written while the sign-in institution's gateway is down."""
    world.stop("north")
    proof = token(world)
    world.start("north")
    return proof


def test_the_evidence_of_it_is_kept_for_a_month_and_no_longer(world: World) -> None:
    proof = token(world, kind=RECORDS_ASKED)
    world.start_all()
    known(world, proof)
    for code in ("north", "south"):
        world.stop(code)
        gateway = world.country.nodes[code].gateway
        records = [record for _, record in EvidenceStore(gateway / "evidence", gateway / "spool").after(0)]
        assert {one.role for one in records} >= {statements.ANSWERED}
        for one in records:
            left = datetime.fromtimestamp(one.keep_until, UTC) - datetime.now(UTC)
            assert timedelta(0) < left <= timedelta(days=RECORDS_KEEP_DAYS)


def test_whoever_does_not_answer_is_named_and_the_others_are_shown(world: World) -> None:
    proof = token(world, kind=RECORDS_ASKED)
    world.start_all()
    world.stop("south")
    answers = dict(asker(world, proof, wait_s=5.0).records([INTERIOR, AGRICULTURE], "ar"))
    assert isinstance(answers[INTERIOR], KnownRecords)
    silent = answers[AGRICULTURE]
    assert isinstance(silent, CodedError) and silent.code == "exchange.usage_unanswered"
    assert silent.values["member"] == AGRICULTURE


def test_nobody_asks_for_another_with_their_own_token_nor_with_a_token_for_readings(world: World) -> None:
    proof, readings = token(world, kind=RECORDS_ASKED), None
    readings = token(world)
    world.start_all()
    for asked in (known(world, proof, subject="199001015555"), known(world, readings)):
        for answer in asked.values():
            assert isinstance(answer, CodedError) and answer.values["reason"] == "exchange.usage_token_refused"


def test_another_member_is_refused_with_a_token_of_its_own_and_with_the_persons(
    world: World, provider: Provider
) -> None:
    proofs = token(world, kind=RECORDS_ASKED, author="agriculture"), token(world, kind=RECORDS_ASKED)
    world.start_all()
    for proof in proofs:
        socket = world.country.node_of("agriculture").gateway / "gateway.sock"
        answers = Asker(socket, AGRICULTURE, proof, NUMBER, 20.0).records([INTERIOR, AGRICULTURE], "ar")
        for answer in answers.values():
            assert isinstance(answer, CodedError) and answer.values["reason"] == "exchange.usage_token_refused"
    assert provider.seen == []


def test_an_information_system_cannot_ask_in_the_persons_place(world: World) -> None:
    world.start_all()
    line = f"/r1/{INTERIOR}/uruk/records/v1/records?userCode={NUMBER}"
    refused = world.request("north", "GET", line, {"X-Road-Client": f"{INTERIOR}/uruk"})
    assert refused.json["type"] == "Server.ClientProxy.UnknownMember"
    without = world.request("south", "GET", line, {"X-Road-Client": CLIENT})
    assert without.status == 401 and without.json["code"] == "exchange.usage_token_missing"
