"""A node's logs before the witnesses of its country: receipts, delays, breaks, and the node as a witness."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.unit.exchange.witness.country import Country
from uruk.acts import country as country_module
from uruk.acts import witnessing
from uruk.acts.api import (
    Deed,
    compare_others,
    cosigner,
    country_directory,
    directory,
    find_statement,
    known_witnesses,
    node_logs,
    perform,
    publish_breaks,
    receipt_of,
    timestamp_checkpoints,
    witness_answers,
    witness_checkpoints,
    witness_delays,
    witness_key,
)
from uruk.acts.models import LogBreak
from uruk.exchange.api import Member, MemberEntry, NodeEntry, Submitter
from uruk.kernel.api import Actor, CodedError, FixedClock, Settings, Text
from uruk.trust.api import Receipt, parse_statement, verify_receipt


def act(institution: str) -> Receipt:
    deed = Deed(type="test.done", role="decided", author=institution, body={}, rows=lambda _: None)
    return perform(Actor.system(institution), deed)


def again(receipt: Receipt) -> Receipt:
    found = receipt_of(parse_statement(receipt.statement).act)
    assert found is not None
    return found


class Joined:
    """This node in a country with two others that witness its logs."""

    def __init__(self, folder: Path, clock: FixedClock, settings: Settings, institution: str) -> None:
        self.others = Country.make(folder, clock, ("water", "centre"))
        self.away = False
        self.sent: list[str] = []
        names = Text("وزارة", "وەزارەت", "Ministry")
        identity = directory().institution(institution).identity
        own = MemberEntry(Member("iq", "GOV", institution), names, identity, settings.node, False, False, clock.now())
        entry = NodeEntry(
            settings.node, "operator of interior", "http://interior/", bytes(32), ("water-node", "centre-node")
        )
        country = self.others.directory
        self.others.directory = replace(
            country,
            instance="xx",
            members={**country.members, f"iq/GOV/{institution}": own},
            nodes={**country.nodes, settings.node: entry},
        )
        self.own = settings.node
        self.follow()

    def follow(self) -> None:
        """The directory learns our newest keys."""
        nodes = dict(self.others.directory.nodes)
        nodes[self.own] = replace(nodes[self.own], keys=directory(), version=nodes[self.own].version + 1)
        self.others.directory = replace(self.others.directory, nodes=nodes)

    def current(self) -> Any:
        return self.others.directory

    def post(self, url: str, body: bytes) -> tuple[int, bytes]:
        self.sent.append(url)
        if self.away:
            raise OSError("away")
        return self.others.post(url, body)


@pytest.fixture
def joined(
    institution: str, node: Settings, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Joined:
    found = Joined(tmp_path / "others", clock, node, institution)
    monkeypatch.setattr(country_module, "directory_store", lambda: found)
    monkeypatch.setattr(witnessing, "directory_store", lambda: found)

    def submitter(*given: Any) -> Submitter:
        return Submitter(*given, found.post)

    monkeypatch.setattr(witnessing, "Submitter", submitter)
    return found


def test_a_receipt_is_witnessed_as_soon_as_its_log_is(
    institution: str, log: Any, joined: Joined, clock: FixedClock
) -> None:
    receipt = act(institution)
    log.settle()
    clock.advance(timedelta(minutes=1))
    joined.follow()
    assert witness_checkpoints() == 1
    found = verify_receipt(again(receipt), directory(), witnesses=known_witnesses(institution))
    assert (found.grade, found.proved_at) == ("witnessed", clock.now())
    assert found.operators == ("operator of centre", "operator of water")
    assert again(receipt).statement == receipt.statement


def test_the_last_checkpoint_of_a_log_that_was_closed_is_witnessed_like_any_other(
    institution: str, log: Any, joined: Joined, clock: FixedClock
) -> None:
    last = act(institution)
    log.renew(institution)
    log.settle()
    joined.follow()
    assert witness_checkpoints() == 1
    found = verify_receipt(again(last), directory(), witnesses=known_witnesses(institution))
    assert (found.origin[-1], found.grade) == ("1", "witnessed")
    assert act(institution).origin.endswith("/0/2")


def test_the_checkpoint_that_was_timestamped_is_the_one_that_is_witnessed(
    institution: str, log: Any, joined: Joined, clock: FixedClock
) -> None:
    receipt = act(institution)
    log.settle()
    joined.follow()
    timestamp_checkpoints()
    stamped = clock.now()
    act(institution)
    log.settle()
    clock.advance(timedelta(minutes=1))
    witness_checkpoints()
    best = again(receipt)
    assert best.timestamp is not None and best.grade == "witnessed"
    assert verify_receipt(best, directory(), witnesses=known_witnesses(institution)).proved_at == stamped


def test_cosignatures_that_todays_directory_does_not_know_are_left_out(
    institution: str, log: Any, joined: Joined
) -> None:
    receipt = act(institution)
    log.settle()
    joined.follow()
    witness_checkpoints()
    joined.others.change("water", witness_key="")
    found = verify_receipt(again(receipt), directory(), witnesses=known_witnesses(institution))
    assert found.operators == ("operator of centre",)
    joined.others.change("centre", witness_key="")
    assert again(receipt).grade == "signed"


def test_damaged_tiles_cost_the_grade_but_never_the_receipt(
    institution: str, log: Any, joined: Joined, node: Settings
) -> None:
    receipts = [act(institution) for _ in range(3)]
    log.settle()
    joined.follow()
    witness_checkpoints()
    for path in (node.data / "public" / "log" / receipts[0].origin / "tile" / "0").rglob("*"):
        if path.is_file():
            path.write_bytes(b"")
    assert again(receipts[0]) == receipts[0]


def test_with_no_witness_in_reach_acts_go_on_and_the_delay_is_told(
    institution: str, log: Any, joined: Joined, clock: FixedClock
) -> None:
    joined.away = True
    act(institution)
    log.settle()
    joined.follow()
    assert witness_checkpoints() == 0
    clock.advance(timedelta(hours=25))
    assert act(institution).grade == "signed"
    (delay,) = witness_delays()
    assert delay.is_alarming(clock.now()) and delay.is_refused(clock.now())
    assert {answer.error for answer in witness_answers()} == {"unreachable"}


def test_a_log_of_which_others_saw_more_is_not_continued(
    institution: str, log: Any, joined: Joined, monkeypatch: pytest.MonkeyPatch
) -> None:
    act(institution)
    log.settle()
    joined.follow()
    monkeypatch.setattr(joined, "post", lambda url, body: (409, b"7\n"))
    witness_checkpoints()
    receipt = act(institution)
    assert receipt.origin.endswith("/2")
    assert publish_breaks() == 1 and publish_breaks() == 0
    broken = LogBreak.objects.get()
    said = find_statement(broken.act_id)
    assert said is not None and (said.body["reason"], said.body["size"], said.body["known_size"]) == ("behind", 1, 7)
    assert [answer.is_behind for answer in witness_answers()] == [True, True]


def test_a_quarantined_log_is_not_continued(institution: str, log: Any, joined: Joined) -> None:
    receipt = act(institution)
    log.settle()
    joined.follow()
    joined.others.change("water", quarantined=frozenset({receipt.origin}))
    witness_checkpoints()
    assert act(institution).origin.endswith("/2")
    assert publish_breaks() == 1
    said = find_statement(LogBreak.objects.get().act_id)
    assert said is not None and said.body["reason"] == "forked"


def test_who_has_joined_no_country_is_witnessed_by_nobody(institution: str, log: Any) -> None:
    act(institution)
    log.settle()
    assert country_directory() is None
    assert (witness_checkpoints(), compare_others(), known_witnesses(institution)) == (0, 0, ())


def test_a_directory_that_cannot_be_read_is_as_good_as_none(institution: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Damaged:
        def current(self) -> Any:
            raise CodedError("exchange.directory_malformed", place="/")

    monkeypatch.setattr(country_module, "directory_store", Damaged)
    assert country_directory() is None


def test_the_nodes_own_key_as_a_witness_is_made_once(institution: str, node: Settings) -> None:
    key = witness_key()
    assert key.startswith(f"xx/{node.node}/witness/1+") and witness_key() == key
    assert cosigner().key.name == f"xx/{node.node}/witness/1"


def test_the_gateways_logs_are_of_the_node_too(institution: str, node: Settings, log: Any) -> None:
    act(institution)
    assert [info.origin.split("/")[3] for info in node_logs()] == ["0"]


def test_others_that_showed_two_histories_are_counted(institution: str, joined: Joined) -> None:
    assert compare_others() == 0
