"""The country's directory at its authority: a root, requests that two persons approve, timestamps, files for others."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from tests.fixtures import Officer, make_institution
from tests.unit.publishing.membership import (
    OtherNode,
    approve,
    authority,
    fetched,
    joined,
    keepers,
    post,
    refused,
    root_keys,
    south,
)
from uruk.acts.api import directory_store, find_statement, receipt_of
from uruk.exchange.api import (
    DirectoryStore,
    read_part,
)
from uruk.exchange.directory.joining import MAX_REQUEST_BYTES
from uruk.kernel.api import FixedClock, Settings
from uruk.publishing.api import (
    approve_proposal,
    authority_round,
    current_root,
    init_authority,
    open_proposals,
    own_request,
    proposal_options,
    publish_entry,
    publish_timestamp,
    receive_part,
    receive_request,
    renew_root,
)
from uruk.publishing.entry import fetch_from
from uruk.trust.api import MemorySigner

__all__ = ["authority", "joined", "keepers", "root_keys", "south"]

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


def test_the_first_members_are_the_authoritys_own_approved_by_two_persons(joined: str, node: Settings) -> None:
    found = directory_store().current()
    assert found.authority == "xx/GOV/gardens"
    assert found.node_of("xx/GOV/gardens").code == node.node
    assert found.entry("xx/GOV/gardens").logs
    assert joined == current_root().fingerprint


def test_each_version_of_the_list_is_an_act_of_the_authority_with_two_persons_in_its_statement(
    keepers: tuple[Officer, Officer], root_keys: list[MemorySigner]
) -> None:
    init_authority("gardens", root_keys, 2)
    decided = approve(keepers)
    assert decided.state == "carried_out"
    statement = find_statement(decided.act)
    assert (statement.type, statement.role, statement.author) == ("directory.published", "published", "gardens")
    assert statement.body["version"] == 1
    assert len(statement.approvals) == 2
    assert receipt_of(decided.act)


def test_a_node_joins_by_one_request_and_one_approval_by_two_persons(
    joined: str, keepers: tuple[Officer, Officer], south: OtherNode
) -> None:
    assert post("/directory/requests", south.request()).status_code == 202
    assert [one.body["node"] for one in open_proposals(keepers[0].actor)] == ["south"]
    approve(keepers)
    found = directory_store().current()
    assert found.member("xx/GOV/water").node == "south"
    assert found.nodes["south"].url == "http://south.example/"
    assert open_proposals(keepers[0].actor) == ()
    assert authority_round() == 0


def test_what_two_persons_read_names_node_operator_institution_and_keys(
    joined: str, keepers: tuple[Officer, Officer], south: OtherNode
) -> None:
    receive_request(south.request())
    (proposal,) = open_proposals(keepers[0].actor)
    read = " ".join(line.value.get("ar") for line in proposal.summary.lines)
    for part in ("south", "Ministry of Water", "xx/GOV/water", south.entry_key.public_key.hex(),
                 south.identity.public_key.hex()):  # fmt: skip
        assert part in read


def test_a_request_is_signed_with_every_key_that_it_speaks_of(joined: str, south: OtherNode) -> None:
    refused("exchange.request_unsigned", lambda: receive_request(south.request(south.entry_key)))
    refused("exchange.request_unsigned", lambda: receive_request(south.request(south.identity)))
    answer = post("/directory/requests", south.request(south.identity))
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "exchange.request_unsigned"


def test_nobody_takes_over_a_node_or_an_institution_by_asking(
    joined: str, keepers: tuple[Officer, Officer], south: OtherNode, clock: FixedClock
) -> None:
    receive_request(south.request())
    approve(keepers)
    thief = OtherNode(clock)
    refused("exchange.request_unsigned", lambda: receive_request(thief.request()))
    old, south.entry_key = south.entry_key, MemorySigner.generate("ed25519")
    refused("exchange.request_unsigned", lambda: receive_request(south.request()))
    receive_request(south.request(south.entry_key, south.identity, old))
    approve(keepers)
    listed = directory_store().current().nodes["south"]
    assert listed.entry_key == south.entry_key.public_key
    assert listed.former == (old.public_key,)


def test_who_leaves_asks_and_is_listed_as_left(
    joined: str, keepers: tuple[Officer, Officer], south: OtherNode, clock: FixedClock
) -> None:
    receive_request(south.request())
    approve(keepers)
    receive_request(south.request(left_at=clock.now()))
    approve(keepers)
    refused("exchange.member_unknown", lambda: directory_store().current().member("xx/GOV/water"))


def test_of_two_requests_the_second_is_proposed_anew_after_the_first(
    joined: str, keepers: tuple[Officer, Officer], south: OtherNode
) -> None:
    receive_request(south.request())
    receive_request(own_request("xx", operator="Gardens of the town"))
    first, second = open_proposals(keepers[0].actor)
    approve(keepers)
    assert authority_round() == 0
    waiting = [one for one in open_proposals(keepers[0].actor) if one.hindrance is None]
    assert len(waiting) == 1
    assert waiting[0].id not in (first.id, second.id)
    for one in keepers:
        approve_proposal(one.actor, waiting[0].id, one.passkey.get(proposal_options(one.actor, waiting[0].id)))
    found = directory_store().current()
    assert found.nodes["south"]
    assert found.node_of("xx/GOV/gardens").operator == "Gardens of the town"


def test_others_fetch_the_directory_as_files_and_verify_each(
    joined: str, keepers: tuple[Officer, Officer], south: OtherNode, tmp_path: Path
) -> None:
    receive_request(south.request())
    approve(keepers)
    other = DirectoryStore(tmp_path / "other")
    other.pin(fetched("/directory/root/1.json"))
    assert fetch_from(other, "http://authority.example/", fetched) > 0
    assert other.current() == directory_store().current()
    assert fetch_from(other, "http://authority.example/", fetched) == 0


def test_files_that_are_no_parts_are_not_handed_out(joined: str) -> None:
    for path in (
        "../secret",
        "root/1.json.part",
        "newest",
        ".lock",
        "entries/../root/1.json",
        "root/01x.json",
        "root/9.json",
    ):
        assert Client().get(f"/directory/{path}").status_code == 404
    assert Client().get("/directory/root/1.json").headers["Cache-Control"].endswith("immutable")
    assert Client().get("/directory/timestamp.json").headers["Cache-Control"] == "no-cache"


def test_a_newer_part_is_taken_from_anybody_and_timestamped(joined: str, clock: FixedClock) -> None:
    before = directory_store().current().version
    make_institution("birds")
    assert publish_entry() == 1
    assert publish_entry() == 0
    newest = directory_store().held().entries[next(iter(directory_store().held().entries))]
    assert post("/directory/parts", newest.part.raw).json() == {"newer": False}
    assert publish_timestamp() == 1
    assert directory_store().current().version == before + 1
    assert post("/directory/parts", b"{}").json()["error"]["code"] == "exchange.directory_malformed"
    assert post("/directory/requests", b"x" * (MAX_REQUEST_BYTES + 1)).status_code == 413


def test_a_timestamp_is_renewed_every_six_hours(joined: str, clock: FixedClock) -> None:
    assert authority_round() == 0
    clock.advance(timedelta(hours=6))
    assert authority_round() == 1


def test_only_the_authority_takes_requests(south: OtherNode, joined: str, node: Settings) -> None:
    (node.data / "keys").rename(node.data / "elsewhere")
    refused("publishing.no_authority", lambda: receive_request(south.request()))
    assert authority_round() == 0
    assert receive_part(directory_store().held().root.part.raw) is False


def test_an_authority_needs_two_persons_and_enough_keys(
    officer: Callable[..., Officer], root_keys: list[MemorySigner]
) -> None:
    officer("keeper", "gardens")
    refused("publishing.approvers_missing", lambda: init_authority("gardens", root_keys, 2))
    refused("publishing.approvers_missing", lambda: init_authority("nowhere", root_keys, 2))
    refused("publishing.root_keys_too_few", lambda: init_authority("gardens", root_keys, 4))


def test_a_new_root_lists_who_may_approve_now(
    joined: str, root_keys: list[MemorySigner], officer: Callable[..., Officer]
) -> None:
    officer("keeper", "gardens")
    refused("exchange.root_refused", lambda: renew_root(root_keys[:1]))
    assert renew_root(root_keys[:2]) == 2
    assert len(current_root().approvers) == 3
    assert directory_store().current().nodes


def test_requests_have_a_maximum(joined: str, clock: FixedClock, node: Settings) -> None:
    folder = node.data / "directory-requests"
    folder.mkdir(exist_ok=True)
    for number in range(100):
        (folder / f"node-{number}.json").write_bytes(b"{}")
    refused("publishing.requests_too_many", lambda: receive_request(OtherNode(clock).request()))
    authority_round()
    assert list(folder.glob("*.json")) == []
    receive_request(OtherNode(clock).request())


def test_what_is_asked_for_names_the_nodes_own_institutions(joined: str, node: Settings) -> None:
    part = read_part(own_request("xx"))
    assert set(part.content["members"]) == {"xx/GOV/gardens", "xx/GOV/interior"}
    assert part.content["nodes"][node.node]["url"].endswith("/")
