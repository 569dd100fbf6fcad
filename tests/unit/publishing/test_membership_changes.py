"""Whoever asks again, changes keys, is restored or refused: what the list of members does then."""

from dataclasses import replace
from datetime import timedelta
from email.message import Message
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest

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
from uruk.acts.api import directory_store, identity_signers, receipt_of
from uruk.acts.keyring import make_key
from uruk.acts.models import Act, ActReceipt, InstitutionKey
from uruk.exchange.api import (
    DirectoryStore,
    build_members,
    members_after,
    members_body,
    read_members,
    read_part,
    read_request,
)
from uruk.exchange.directory.parts import TIMESTAMP
from uruk.kernel.api import Actor, CodedError, FixedClock, Settings
from uruk.publishing import entry, fetching, identities
from uruk.publishing.api import (
    authority_round,
    current_root,
    open_proposals,
    own_request,
    propose,
    publish_entry,
    publish_timestamp,
    receive_request,
    refuse_proposal,
    renew_identity,
    renew_root,
    take_identities,
)
from uruk.publishing.entry import entry_signers, fetch_from, make_entry_key
from uruk.trust.api import MemorySigner, parse_statement, verify_receipt

__all__ = ["authority", "joined", "keepers", "root_keys", "south"]

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


def proposed(keepers: tuple[Officer, Officer]) -> list[Any]:
    return list(open_proposals(keepers[0].actor))


def test_every_version_of_root_and_timestamp_stands_in_the_authoritys_log(joined: str, clock: FixedClock) -> None:
    clock.advance(timedelta(hours=6))
    authority_round()
    held = directory_store().held()
    said = [parse_statement(bytes(act.statement)) for act in Act.objects.filter(type="directory.published")]
    parts = {(one.body["part"], one.body["version"]): one.body["digest"] for one in said}
    assert parts["root", 1] == held.root.part.digest
    stamps = directory_store()._versions(TIMESTAMP)
    assert [version for part, version in sorted(parts) if part == "timestamp"] == stamps
    assert parts["timestamp", stamps[-1]] == held.timestamp.part.digest
    assert ActReceipt.objects.count() == Act.objects.count()


def test_a_stranger_who_asks_for_the_same_name_takes_nobodys_place(
    joined: str, keepers: tuple[Officer, Officer], south: OtherNode, clock: FixedClock
) -> None:
    stranger = OtherNode(clock)
    receive_request(south.request())
    clock.advance(timedelta(seconds=1))
    receive_request(stranger.request())
    receive_request(stranger.request())
    keys = [one.body["key"] for one in proposed(keepers)]
    assert keys == [south.entry_key.public_key, stranger.entry_key.public_key]
    approve(keepers)
    assert directory_store().current().nodes["south"].entry_key == south.entry_key.public_key
    authority_round()
    assert [one for one in proposed(keepers) if one.hindrance is None] == []
    refused("exchange.request_unsigned", lambda: receive_request(stranger.request()))


def test_an_old_request_sent_anew_brings_nobody_back(
    joined: str, keepers: tuple[Officer, Officer], south: OtherNode, clock: FixedClock
) -> None:
    old = south.request()
    receive_request(old)
    approve(keepers)
    receive_request(south.request(left_at=clock.now()))
    approve(keepers)
    refused("exchange.directory_unended", lambda: receive_request(old))
    assert proposed(keepers) == []


def test_what_a_person_refused_is_not_proposed_again(
    joined: str, keepers: tuple[Officer, Officer], south: OtherNode, clock: FixedClock
) -> None:
    receive_request(south.request())
    (waiting,) = proposed(keepers)
    refuse_proposal(keepers[0].actor, waiting.id, "the keys differ")
    authority_round()
    assert proposed(keepers) == []
    clock.advance(timedelta(minutes=1))
    receive_request(south.request())
    assert len(proposed(keepers)) == 1


def test_a_list_that_hides_another_change_cannot_be_proposed(
    joined: str, keepers: tuple[Officer, Officer], south: OtherNode
) -> None:
    held = directory_store().held().members
    raw = members_after(read_request(south.request()), held, held.published)
    other = read_members(read_part(raw))
    (gardens,) = [one for one in other.nodes.values() if one.code != "south"]
    nodes = [other.nodes["south"], replace(gardens, url="http://elsewhere.example/")]
    hidden = build_members("xx", other.version, other.published, tuple(other.members.values()), nodes)
    body = members_body(hidden) | {"node": "south"}

    def attempt(raw: bytes, **changes: Any) -> None:
        propose(Actor.system(None), "membership", body | changes, "gardens", raw)

    refused("exchange.change_hidden", lambda: attempt(hidden))
    refused("publishing.members_superseded", lambda: attempt(hidden, digest=bytes(32)))


def test_one_person_cannot_approve_twice(joined: str, keepers: tuple[Officer, Officer], south: OtherNode) -> None:
    receive_request(south.request())
    one = keepers[0]
    refused("publishing.approved_already", lambda: approve((one, one)))
    assert "south" not in directory_store().current().nodes


def test_a_nodes_key_is_changed_without_a_moment_in_which_it_has_none(
    joined: str, keepers: tuple[Officer, Officer], node: Settings, clock: FixedClock
) -> None:
    (before,) = entry_signers()
    make_entry_key()
    after = entry_signers()[0]
    assert publish_entry() == 1
    receive_request(own_request("xx"))
    approve(keepers)
    found = directory_store().current().nodes[node.node]
    assert (found.entry_key, found.former) == (after.public_key, (before.public_key,))
    assert found.keys is not None
    assert publish_entry() == 0
    clock.advance(timedelta(days=1, hours=1))
    assert publish_entry() == 1


def test_a_restored_node_lists_what_it_listed_before(joined: str, node: Settings, clock: FixedClock) -> None:
    before = directory_store().held().entries[node.node].keys.institutions["gardens"]
    InstitutionKey.objects.filter(institution="gardens", use="seal").delete()
    make_key("gardens", "seal", 2)
    clock.advance(timedelta(days=1, hours=1))
    assert publish_entry() == 1
    after = directory_store().held().entries[node.node].keys.institutions["gardens"]
    assert {one.kid for one in before.seals} < {one.kid for one in after.seals}
    assert [one.retired_at for one in after.seals if one.kid == before.seals[0].kid] == [clock.now()]


def test_an_entry_that_did_not_reach_the_authority_is_sent_again(joined: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[bytes] = []
    monkeypatch.setattr(entry, "send_part", sent.append)
    make_institution("birds")
    assert publish_entry() == 1
    assert publish_entry() == 0
    assert len(set(sent)) == 1 and len(sent) == 2
    publish_timestamp()
    assert publish_entry() == 0
    assert len(sent) == 2


def test_a_part_that_is_refused_keeps_none_of_the_others_out(
    joined: str, keepers: tuple[Officer, Officer], south: OtherNode, tmp_path: Path
) -> None:
    other = DirectoryStore(tmp_path / "other")
    other.pin(fetched("/directory/root/1.json"))
    fetch_from(other, "http://authority.example/", fetched)
    receive_request(south.request())
    approve(keepers)
    make_institution("birds")
    publish_entry()
    publish_timestamp()

    def garbled(url: str) -> bytes:
        return b"{}" if "/entries/" in url else fetched(url)

    fetch_from(other, "http://authority.example/", garbled)
    assert "south" in other.held().members.nodes
    version = other.current().version
    fetch_from(other, "http://authority.example/", fetched)
    assert other.current().version > version
    assert other.current() == directory_store().current()


def test_a_refusal_of_the_authority_is_told_in_its_own_words(joined: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(request: Any, timeout: float) -> None:
        answer = post("/directory/requests", request.data)
        assert answer.status_code == 400
        raise HTTPError(request.full_url, 400, "", Message(), BytesIO(answer.content))

    monkeypatch.setattr(fetching, "urlopen", refusing)
    with pytest.raises(CodedError) as found:
        entry.ask("http://authority.example/", b"{}")
    assert found.value.code == "publishing.authority_refused"
    assert found.value.sentence("ar")


def test_a_node_joins_under_whichever_root_has_the_fingerprint(
    joined: str, root_keys: list[MemorySigner], monkeypatch: pytest.MonkeyPatch
) -> None:
    renew_root(root_keys[:2])

    def get(url: str) -> bytes:
        try:
            return fetched(url)
        except OSError:
            raise HTTPError(url, 404, "", Message(), None) from None

    monkeypatch.setattr(entry, "fetch", get)
    url = "http://authority.example/"
    assert read_part(entry._root_of(url, current_root().fingerprint)).version == 2
    assert read_part(entry._root_of(url, "")).version == 1
    refused("publishing.root_differs", lambda: entry._root_of(url, "00" * 32))


def test_a_timestamp_key_that_others_may_know_is_replaced_with_the_root(
    joined: str, root_keys: list[MemorySigner], clock: FixedClock
) -> None:
    before = directory_store().current()
    assert renew_root(root_keys[:2], new_timestamp_key=True) == 2
    found = directory_store().current()
    assert found.version == before.version + 1
    assert found.nodes == before.nodes
    assert directory_store().country_of(before.version) == before


def test_an_institutions_identity_key_is_changed_by_one_command_and_one_approval(
    joined: str, keepers: tuple[Officer, Officer], clock: FixedClock
) -> None:
    """At no moment is the institution without keys, and what it logged before still counts."""

    def listed() -> tuple[bytes, bytes]:
        found = directory_store().current()
        return found.member("xx/GOV/gardens").identity, found.entry("xx/GOV/gardens").identity

    (before,) = {one.public_key for one in identity_signers("gardens")}
    earlier = receipt_of(Act.objects.filter(author="gardens").first().pk)
    found = renew_identity("gardens")
    assert (found.waits, found.change.renewed) == (True, "gardens/identity/2")
    after = identity_signers("gardens")[1].public_key
    assert listed() == (before, before)
    (proposal,) = open_proposals(keepers[0].actor)
    assert any(after.hex() in line.value.get("ckb") for line in proposal.summary.lines)
    approve(keepers)
    assert listed() == (after, before)
    assert take_identities() == 1
    assert publish_entry() == 1 and publish_timestamp() == 1
    assert listed() == (after, after)
    assert directory_store().current().member("xx/GOV/gardens").former == (before,)
    verify_receipt(earlier, directory_store().current().keys("xx/GOV/gardens"), author="gardens", at=clock.now())
    assert take_identities() == 0
    assert own_request("xx") and [one.public_key for one in identity_signers("gardens")] == [after]


def test_a_node_asks_its_authority_to_list_the_new_identity_key(
    joined: str, keepers: tuple[Officer, Officer], monkeypatch: pytest.MonkeyPatch, node: Settings
) -> None:
    def brought(url: str, body: bytes) -> None:
        assert post(url.removeprefix("http://authority.example"), body).status_code in (200, 202)

    monkeypatch.setattr(identities, "is_authority", lambda: False)
    monkeypatch.setattr(entry, "post", brought)
    refused("publishing.authority_silent", lambda: renew_identity("gardens"))
    here = replace(node, authority_url="http://authority.example/")
    monkeypatch.setattr(entry, "node_settings", lambda: here)
    again = renew_identity("gardens")
    assert (again.waits, again.change.renewed) == (True, "gardens/identity/2")
    approve(keepers)
    assert take_identities() == 1


def test_an_identity_key_that_the_authority_lists_already_is_in_force_at_once(
    joined: str, keepers: tuple[Officer, Officer]
) -> None:
    renew_identity("gardens")
    approve(keepers)
    assert renew_identity("gardens").waits is False
    assert directory_store().current().member("xx/GOV/gardens").identity == identity_signers("gardens")[0].public_key


def test_the_identity_key_of_a_node_that_joined_nothing_is_changed_at_once(institution: str) -> None:
    found = renew_identity(institution)
    assert (found.waits, found.change.renewed) == (False, f"{institution}/identity/2")
