"""Who read my data, over the exchange: three nodes, two that keep personal data, one citizen, one list."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from tests.flows.exchange.world import CLIENT, LAW, World
from uruk.exchange.api import USAGE_ASKED, Asker, FindUsage, UsageIndex, token_body
from uruk.kernel.api import CodedError
from uruk.trust.api import LogNames, LogWriter, Receipt, build_statement, log_keys, own_key_store, verify_receipt

NUMBER = "199001011234"
INTERIOR, AGRICULTURE = "xx/GOV/interior", "xx/GOV/agriculture"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Interior signs in and keeps data, as Agriculture does."""
    with World(tmp_path) as made:
        made.country.personal = {"interior", "agriculture"}
        made.country.publish()
        yield made


def token(world: World, subject: str = NUMBER, kind: str = USAGE_ASKED, author: str = "interior") -> Receipt:
    """Interior says in its log that a citizen asks: written before its gateway opens that log."""
    node, now = world.country.node_of(author), datetime.now(UTC)
    body = token_body(subject, [INTERIOR, AGRICULTURE], node.code, uuid4().bytes, now)
    statement = build_statement(
        statement_type=kind, role="asked", author=author, act=(act := uuid4()), time=int(now.timestamp()),
        directory_version=1, directory_digest=bytes(32), body=body,
    )  # fmt: skip
    keys, names = log_keys(own_key_store(node.gateway)), LogNames("xx", node.code, shard=1)
    (node.gateway / "trust").mkdir(exist_ok=True)
    writer = LogWriter(node.gateway / "trust", node.folder / "public" / "log", names, keys)
    try:
        return writer.append(author, act, statement)
    finally:
        writer.close()


def asker(world: World, proof: Receipt, subject: str = NUMBER, wait_s: float = 20.0) -> Asker:
    """The sign-in institution's node, asking by its own gateway."""
    return Asker(world.country.node_of("interior").gateway / "gateway.sock", INTERIOR, proof, subject, wait_s)


def test_a_read_over_the_exchange_is_in_the_citizens_list_with_a_receipt_that_verifies(world: World) -> None:
    proof = token(world)
    world.start_all()
    assert world.ask(f"/{NUMBER}", headers={"Uruk-Purpose": "case 7"}).status == 200
    assert world.ask("/199001015555").status == 200
    answers = asker(world, proof).usages([INTERIOR, AGRICULTURE])
    mine = answers[INTERIOR]
    assert isinstance(mine, FindUsage), world.said("north")
    [usage] = mine.usages
    assert (mine.total_usages, usage.receiver_system) == (1, CLIENT)
    assert usage.uruk is not None and (usage.uruk.law, usage.uruk.purpose) == (LAW, "case 7")
    assert abs(datetime.fromisoformat(usage.logtime) - datetime.now(UTC)) < timedelta(minutes=1)
    assert isinstance(answers[AGRICULTURE], FindUsage) and answers[AGRICULTURE].total_usages == 0
    given = asker(world, proof).receipt(INTERIOR, usage.uruk.reference)
    keys = world.country.directory().keys(INTERIOR)
    shown = verify_receipt(Receipt.parse(given.receipt), keys, type="message.answer", role="sent", author="interior")
    assert shown.statement.body["client"] == CLIENT and NUMBER.encode() not in shown.statement.raw


def test_asking_leaves_no_reading_behind(world: World) -> None:
    proof = token(world)
    world.start_all()
    asker(world, proof).usages([INTERIOR, AGRICULTURE])
    for code in ("north", "south"):
        world.stop(code)
        index = UsageIndex(world.country.nodes[code].folder / "usage")
        now = datetime.now(UTC)
        for holder in ("interior", "agriculture"):
            assert index.find(holder, NUMBER, now - timedelta(days=1), now + timedelta(days=1)).total == 0


def test_whoever_does_not_answer_is_named_and_the_others_are_shown(world: World) -> None:
    proof = token(world)
    world.start_all()
    world.ask(f"/{NUMBER}")
    world.stop("south")
    answers = asker(world, proof, wait_s=5.0).usages([INTERIOR, AGRICULTURE])
    assert isinstance(answers[INTERIOR], FindUsage) and answers[INTERIOR].total_usages == 1
    silent = answers[AGRICULTURE]
    assert isinstance(silent, CodedError) and silent.code == "exchange.usage_unanswered"
    assert silent.values["member"] == AGRICULTURE


def test_nobody_asks_for_another_with_their_own_token(world: World) -> None:
    proof = token(world)
    world.start_all()
    world.ask("/199001015555")
    answer = asker(world, proof, subject="199001015555").usages([INTERIOR])[INTERIOR]
    assert isinstance(answer, CodedError) and answer.values["reason"] == "exchange.usage_token_refused"


def test_an_information_system_cannot_ask_in_the_nodes_place(world: World) -> None:
    world.start_all()
    line = f"/r1/{INTERIOR}/uruk/tracker/v2/findUsage?userCode={NUMBER}"
    refused = world.request("north", "GET", line, {"X-Road-Client": f"{INTERIOR}/uruk"})
    assert refused.json["type"] == "Server.ClientProxy.UnknownMember"
    without = world.request("south", "GET", line, {"X-Road-Client": CLIENT})
    assert without.status == 401 and without.json["code"] == "exchange.usage_token_missing"


def test_a_read_is_found_after_the_gateway_was_killed(world: World) -> None:
    proof = token(world)
    world.start_all()
    assert world.ask(f"/{NUMBER}").status == 200
    world.kill("north")
    world.start("north")
    answer = asker(world, proof).usages([INTERIOR])[INTERIOR]
    assert isinstance(answer, FindUsage) and answer.total_usages == 1
