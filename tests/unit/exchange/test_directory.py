"""The country directory: only what the right keys signed counts, versions only grow, what ended stays ended."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.flows.exchange.country import INSTANCE, ROLE, Country, Node
from tests.unit.trust.passkey import ORIGIN, RP_ID, Passkey
from uruk.exchange.api import (
    DirectoryStore,
    build_members,
    build_root,
    build_timestamp,
    carry_on,
    country_of,
    listed,
    open_or_create,
    read_part,
    sign_part,
)
from uruk.exchange.directory.parts import write_part
from uruk.kernel.api import CodedError
from uruk.trust.api import (
    Approver,
    Checkpoint,
    Directory,
    Fork,
    KeyUse,
    MemorySigner,
    NextIdentity,
    delegate,
    log_keys,
    own_key_store,
    parse_checkpoint,
)
from uruk.trust.log.checkpoint import checkpoint_text
from uruk.trust.log.note import sign_note

NODES = {"north": ("interior",), "south": ("agriculture", "water"), "hub": ("authority",)}


@pytest.fixture
def country(tmp_path: Path) -> Country:
    made = Country(tmp_path, NODES)
    made.publish()
    return made


def store(country: Country, node: str = "north") -> DirectoryStore:
    return country.nodes[node].directory


def refused(code: str, deed: Callable[[], object]) -> CodedError:
    with pytest.raises(CodedError) as found:
        deed()
    assert found.value.code == code
    assert found.value.sentence("ar")
    return found.value


def next_root(country: Country, signers: list[MemorySigner], **changes: object) -> bytes:
    """Root 2, signed by these; `changes` to what root 1 says."""
    before = store(country).held().root
    given = {
        "instance": INSTANCE,
        "version": 2,
        "published": country.now,
        "authority": str(before.authority),
        "threshold": before.threshold,
        "keys": before.keys,
        "approvers": before.approvers,
        "rp_id": RP_ID,
        "origins": [ORIGIN],
        "timestamp_key": before.timestamp_key,
        "members_version": country.members_version,
    } | changes
    raw = build_root(**given)  # type: ignore[arg-type]
    for signer in signers:
        raw = sign_part(raw, signer)
    return raw


def test_a_directory_of_verified_parts_tells_members_nodes_and_keys(country: Country) -> None:
    found = store(country).current()
    assert (found.instance, found.version, found.authority) == (INSTANCE, 1, "xx/GOV/authority")
    assert found.member("xx/GOV/interior/persons").personal
    assert found.node_of("xx/GOV/interior").code == "north"
    assert found.node_by_certificate(country.nodes["north"].tls.sha256) == "north"
    assert [log.origin for log in found.entry("xx/GOV/water").logs] == ["xx/water/south/1/1"]
    assert found.keys("xx/GOV/water").node == "south"
    assert len(found.digest) == 32
    refused("exchange.member_unknown", lambda: found.member("xx/GOV/health"))


def test_what_a_peer_brought_is_news_until_it_is_gone_by(country: Country, tmp_path: Path) -> None:
    """A gateway takes parts itself, on its links: it must take them up like those that another process fetched."""
    own = DirectoryStore(tmp_path / "own")
    first, *others = store(country).held().parts()
    own.pin(first.raw)
    for part in others:
        own.offer(part.raw)
    assert own.changed() and own.current().version == 1 and not own.changed()
    own.offer(country.timestamp(country.now))
    assert own.changed() and own.current().version == 2 and not own.changed()


def test_nothing_is_known_before_a_root_is_pinned_and_a_timestamp_came(country: Country, tmp_path: Path) -> None:
    empty = DirectoryStore(tmp_path / "empty")
    refused("exchange.directory_missing", empty.current)
    refused("exchange.directory_missing", lambda: empty.offer(country.root))
    empty.pin(country.root)
    refused("exchange.directory_missing", empty.current)
    refused("exchange.directory_missing", lambda: empty.offer(country.entry(country.nodes["north"])))


def test_another_root_than_the_pinned_one_is_refused(country: Country, tmp_path: Path) -> None:
    store(country).pin(country.root)
    other = Country(tmp_path / "other", NODES)
    refused("exchange.root_refused", lambda: store(country).pin(other.root))


def test_the_parts_that_a_peer_lacks_are_all_it_needs_whatever_it_has(country: Country, tmp_path: Path) -> None:
    fresh = DirectoryStore(tmp_path / "fresh")
    fresh.pin(country.root)
    for raw in store(country).parts_newer_than(0, {}):
        fresh.offer(raw)
    assert fresh.current() == store(country).current()
    versions = {code: node.version for code, node in fresh.current().nodes.items()}
    assert store(country).parts_newer_than(1, versions) == []
    country.publish()
    newer = store(country).parts_newer_than(1, versions)
    assert [read_part(raw).kind for raw in newer] == ["members/1", "entry/1", "entry/1", "entry/1", "timestamp/1"]
    assert all(fresh.offer(raw) for raw in newer)
    assert not any(fresh.offer(raw) for raw in newer)
    assert fresh.current() == store(country).current()


def test_another_process_notices_what_was_kept_and_reads_the_same(country: Country) -> None:
    other = store(country)
    assert other.changed()
    before = other.current()
    assert not other.changed()
    country.publish()
    assert other.changed()
    assert other.current().version == before.version + 1
    assert other.current() == store(country).current()


def test_what_another_process_keeps_within_one_tick_of_the_clock_is_noticed(country: Country, tmp_path: Path) -> None:
    """A file's time has steps of milliseconds, and the number of a file that is gone is given to another one."""
    fresh = DirectoryStore(tmp_path / "fresh")
    fresh.pin(country.root)
    for raw in store(country).parts_newer_than(0, {}):
        fresh.offer(raw)
    reader = DirectoryStore(fresh.folder)
    tick = country.now.timestamp()
    for times in range(1, 7):
        os.utime(fresh.folder / "newest", (tick, tick))
        reader.current()
        for _ in range(times):
            length = (fresh.folder / "newest").stat().st_size
            assert fresh.offer(country.timestamp(country.now))
            assert (fresh.folder / "newest").stat().st_size > length
        os.utime(fresh.folder / "newest", (tick, tick))
        assert reader.changed()
        assert reader.current() == fresh.current()


def test_earlier_versions_are_kept_and_verified_again(country: Country) -> None:
    first = store(country).current()
    country.publish()
    assert store(country).country_of(1) == first
    parts = store(country).parts_of(1)
    assert country_of(parts[0], parts[1:]) == first
    refused("exchange.directory_version_unknown", lambda: store(country).parts_of(7))


@pytest.mark.parametrize("cut", [b"", b"{}", b"[]", b'{"signed":{},"signatures":[]}', b"\xff", b"1"])
def test_what_is_no_part_is_refused(country: Country, cut: bytes) -> None:
    refused("exchange.directory_malformed", lambda: store(country).offer(cut))


def test_a_part_that_is_spelled_otherwise_is_refused(country: Country) -> None:
    raw = country.timestamp(country.now)
    refused("exchange.directory_malformed", lambda: store(country).offer(raw.replace(b":", b": ", 1)))
    refused("exchange.directory_malformed", lambda: store(country).offer(raw + b"\n"))


def test_a_part_of_another_country_is_refused(country: Country) -> None:
    document = json.loads(country.timestamp(country.now))
    foreign = write_part(document["signed"] | {"instance": "yy"})
    refused("exchange.directory_foreign", lambda: store(country).offer(sign_part(foreign, country.timestamp_key)))


def test_a_list_of_members_needs_two_persons_of_the_root(country: Country) -> None:
    held = store(country).held().members
    assert held is not None
    raw = build_members(INSTANCE, 2, country.now, tuple(held.members.values()), tuple(held.nodes.values()))
    one, other = country.approvers
    for approvers in ([], [one], [one, one], [one, Passkey()]):
        signed = country.approved(raw, approvers) if approvers else raw
        refused("exchange.members_unapproved", lambda signed=signed: store(country).offer(signed))
    changed = country.approved(raw, digest=bytes(32))
    refused("exchange.members_unapproved", lambda: store(country).offer(changed))
    elsewhere = country.approved(raw, institution="interior")
    refused("exchange.members_unapproved", lambda: store(country).offer(elsewhere))
    assert store(country).offer(country.approved(raw, [one, other]))


def test_who_left_or_changed_keys_does_not_come_back(country: Country) -> None:
    held = store(country).held().members
    assert held is not None

    def offer(version: int, *members: object) -> bool:
        entries = [*members, *(one for one in held.members.values() if one.code != "water")]
        raw = build_members(INSTANCE, version, country.now, entries, tuple(held.nodes.values()))  # type: ignore[arg-type]
        return store(country).offer(country.approved(raw))

    water, key = held.members["xx/GOV/water"], MemorySigner.generate("ed25519").public_key
    refused("exchange.directory_unended", lambda: offer(2))
    refused("exchange.directory_unended", lambda: offer(2, replace(water, identity=key)))
    assert offer(2, replace(water, left_at=country.now))
    refused("exchange.member_unknown", lambda: store(country).current().member("xx/GOV/water"))
    refused("exchange.directory_unended", lambda: offer(3, water))
    changed = replace(water, identity=key, former=(water.identity,))
    assert offer(3, changed)
    refused("exchange.directory_unended", lambda: offer(4, replace(changed, identity=water.identity, former=(key,))))
    refused("exchange.directory_unended", lambda: offer(4, replace(changed, former=())))


def test_an_entry_counts_only_with_the_approved_key_of_its_node(country: Country) -> None:
    north, south = country.nodes["north"], country.nodes["south"]
    refused("exchange.entry_unsigned", lambda: store(country).offer(country.entry(north, south.entry_key)))
    nowhere = replace(north, code="nowhere", folder=north.folder / "nowhere")
    refused("exchange.entry_unsigned", lambda: store(country).offer(country.entry(nowhere)))
    assert store(country).offer(country.entry(north))


def test_an_entry_cannot_list_logs_of_another_node(country: Country) -> None:
    south = country.nodes["south"]
    elsewhere = country.institution(replace(south, code="north"), "water")
    keys = replace(country.keys(south), institutions={"water": elsewhere})
    refused("exchange.directory_malformed", lambda: store(country).offer(country.entry(south, keys=keys)))
    foreign = replace(country.keys(south), node="north")
    refused("exchange.directory_malformed", lambda: store(country).offer(country.entry(south, keys=foreign)))
    abroad = replace(country.keys(south), instance="yy", institutions={})
    refused("exchange.directory_foreign", lambda: store(country).offer(country.entry(south, keys=abroad)))


def test_a_key_that_ended_stays_ended_and_listed(country: Country) -> None:
    south = country.nodes["south"]
    south.generations["water"] = 2
    store(country).offer(country.entry(south))
    south.generations["water"] = 1
    refused("exchange.directory_unended", lambda: store(country).offer(country.entry(south)))


def test_a_replaced_entry_key_ends_what_it_signed_on_sight(country: Country) -> None:
    north = country.nodes["north"]
    before, north.entry_key = north.entry_key, MemorySigner.generate("ed25519")
    held = store(country).held().members
    assert held is not None
    changed = replace(held.nodes["north"], entry_key=north.entry_key.public_key, former=(before.public_key,))
    nodes = {**held.nodes, "north": changed}
    raw = build_members(INSTANCE, 2, country.now, tuple(held.members.values()), tuple(nodes.values()))
    assert store(country).offer(country.approved(raw))
    assert store(country).current().nodes["north"].keys is None
    refused("exchange.entry_unsigned", lambda: store(country).offer(country.entry(north, before)))
    assert store(country).offer(country.entry(north))
    assert store(country).current().node_of("xx/GOV/interior").gateways


def test_a_timestamp_is_the_authoritys_and_only_grows(country: Country) -> None:
    raw = country.timestamp(country.now)
    document = json.loads(raw)
    forged = sign_part(write_part(document["signed"]), MemorySigner.generate("ed25519"))
    refused("exchange.timestamp_unsigned", lambda: store(country).offer(forged))
    earlier = country.timestamp(country.now - timedelta(days=2))
    refused("exchange.timestamp_unsigned", lambda: store(country).offer(earlier))
    assert store(country).offer(raw)
    assert not store(country).offer(raw)


def test_a_timestamp_counts_when_all_that_it_lists_is_held(country: Country) -> None:
    part = country.entry(country.nodes["south"])
    north, south = store(country), store(country, "south")
    south.offer(part)
    held = south.held()
    assert held.members is not None
    entries = {code: listed(one.part) for code, one in held.entries.items()}
    raw = build_timestamp(INSTANCE, 2, country.now, listed(held.root.part), listed(held.members.part), entries)
    assert north.offer(sign_part(raw, country.timestamp_key))
    assert north.current().version == 1
    assert north.offer(part)
    assert north.current().version == 2
    assert store(country).current() == north.current()


def test_a_root_is_followed_by_one_that_enough_keys_of_both_signed(country: Country) -> None:
    keys = country.root_keys
    stranger = MemorySigner.generate("ed25519")
    refused("exchange.root_refused", lambda: store(country).offer(next_root(country, [keys[0]])))
    refused("exchange.root_refused", lambda: store(country).offer(next_root(country, [keys[0], stranger])))
    new = [MemorySigner.generate("ed25519") for _ in range(2)]
    taken_over = next_root(country, new, keys=[one.public_key for one in new])
    refused("exchange.root_refused", lambda: store(country).offer(taken_over))
    handed_on = next_root(country, [*keys[:2], *new], keys=[one.public_key for one in new])
    assert store(country).offer(handed_on)
    assert not store(country).offer(handed_on)
    assert store(country).held().root.version == 2
    skipping = next_root(country, new, version=4)
    assert not store(country).offer(skipping)


def test_the_authority_moves_only_when_every_key_holder_says_so(country: Country) -> None:
    moved = {"authority": "xx/GOV/interior"}
    refused("exchange.root_refused", lambda: store(country).offer(next_root(country, country.root_keys[:2], **moved)))
    assert store(country).offer(next_root(country, country.root_keys, **moved))


def test_a_replaced_timestamp_key_ends_what_it_said_even_of_the_future(country: Country) -> None:
    country.timestamp_version = 1_000_000
    store(country).offer(country.timestamp(country.now + timedelta(days=10_000)))
    stolen, country.timestamp_key = country.timestamp_key, MemorySigner.generate("ed25519")
    root = next_root(country, country.root_keys[:2], timestamp_key=country.timestamp_key.public_key)
    assert store(country).offer(root)
    refused("exchange.directory_missing", store(country).current)
    held = store(country).held()
    assert held.members is not None
    entries = {code: listed(one.part) for code, one in held.entries.items()}
    raw = build_timestamp(INSTANCE, 2, country.now, listed(held.root.part), listed(held.members.part), entries)
    refused("exchange.timestamp_unsigned", lambda: store(country).offer(sign_part(raw, stolen)))
    assert store(country).offer(sign_part(raw, country.timestamp_key))
    assert store(country).current().version == 2
    assert store(country).current() == DirectoryStore(store(country).folder).current()


def test_who_approves_no_more_approves_nothing_new_whatever_date_it_bears(country: Country) -> None:
    left, stays = country.approvers
    successor = Passkey()
    approvers = [
        Approver(left.approve(b"").key_digest, ROLE, country.since, country.now + timedelta(seconds=5), "person-0"),
        Approver(stays.approve(b"").key_digest, ROLE, country.since, None, "person-1"),
        Approver(successor.approve(b"").key_digest, ROLE, country.now, None, "person-2"),
    ]
    published = country.now + timedelta(seconds=10)
    assert store(country).offer(next_root(country, country.root_keys[:2], approvers=approvers, published=published))
    held = store(country).held().members
    assert held is not None
    backdated = country.now - timedelta(hours=1)
    raw = build_members(INSTANCE, 2, backdated, tuple(held.members.values()), tuple(held.nodes.values()))
    refused("exchange.members_unapproved", lambda: store(country).offer(country.approved(raw)))
    assert store(country).offer(country.approved(raw, [stays, successor]))


def test_freshness_is_a_day_and_then_the_grace(country: Country) -> None:
    found, grace = store(country).current(), timedelta(days=7)
    at = found.published
    assert found.freshness(at + timedelta(hours=24), grace) == "fresh"
    assert found.freshness(at + timedelta(hours=25), grace) == "grace"
    assert found.freshness(at + timedelta(days=8), grace) == "grace"
    assert found.freshness(at + timedelta(days=8, seconds=1), grace) == "too_old"


def checkpoint(country: Country, root: bytes, signer: MemorySigner | None = None) -> Checkpoint:
    """A checkpoint of the log of Water at size 1, signed by the key that is listed."""
    south = country.nodes["south"]
    origin = south.origin("water")
    key = signer or log_keys(own_key_store(south.gateway))(origin)
    return parse_checkpoint(sign_note(checkpoint_text(origin, 1, root), origin, key))


def test_a_log_that_showed_two_histories_is_quarantined_by_whoever_proves_it(country: Country) -> None:
    north = country.nodes["north"]
    one, other = checkpoint(country, bytes(32)), checkpoint(country, b"\x01" * 32)
    north.forks = (Fork(one, other),)
    assert store(country).offer(country.entry(north))
    assert store(country).current().is_quarantined("xx/water/south/1/1")
    assert not store(country).current().is_quarantined("xx/agriculture/south/1/1")


def test_two_histories_that_the_logs_own_key_did_not_sign_prove_nothing(country: Country) -> None:
    stranger = MemorySigner.generate("ed25519")
    country.nodes["north"].forks = (
        Fork(checkpoint(country, bytes(32), stranger), checkpoint(country, b"\x01" * 32, stranger)),
    )
    assert store(country).offer(country.entry(country.nodes["north"]))
    assert not store(country).current().is_quarantined("xx/water/south/1/1")


def changed_keys(country: Country, institution: str, **changes: object) -> Directory:
    """The keys of the south with something said otherwise of one institution."""
    keys = country.keys(country.nodes["south"])
    changed = replace(keys.institutions[institution], **changes)  # type: ignore[arg-type]
    return replace(keys, institutions={**keys.institutions, institution: changed})


def signed_by(node: Node, content: dict[str, object]) -> bytes:
    """An entry of this content with the node's signature."""
    return sign_part(write_part(content), node.entry_key)


def test_another_nodes_certificate_cannot_be_listed_as_ones_own(country: Country) -> None:
    north, south = country.nodes["north"], country.nodes["south"]
    raw = country.entry(south)
    content = json.loads(raw)["signed"] | {"certificates": [north.tls.cert_pem.decode()]}
    refused(
        "exchange.directory_malformed", lambda: store(country).offer(sign_part(write_part(content), south.entry_key))
    )
    assert store(country).current().node_by_certificate(north.tls.sha256) == "north"


def test_a_certificate_of_ones_own_making_in_anothers_name_helps_nobody(country: Country, tmp_path: Path) -> None:
    forged = open_or_create(tmp_path / "forged", "north", country.now)
    south = country.nodes["south"]
    content = json.loads(country.entry(south))["signed"] | {"certificates": [forged.cert_pem.decode()]}
    refused(
        "exchange.directory_malformed", lambda: store(country).offer(sign_part(write_part(content), south.entry_key))
    )
    assert store(country).current().node_by_certificate(forged.sha256) is None


def test_a_node_that_lists_another_nodes_member_lists_nobody(country: Country) -> None:
    south = country.nodes["south"]
    stolen = country.institution(south, "interior")
    keys = country.keys(south)
    entry = country.entry(south, keys=replace(keys, institutions={**keys.institutions, "interior": stolen}))
    assert store(country).offer(entry)
    found = store(country).current()
    assert found.nodes["south"].keys is not None
    assert "interior" not in found.nodes["south"].keys.institutions
    assert found.keys("xx/GOV/interior").node == "north"


def test_an_institution_cannot_vanish_to_come_back_with_keys_that_ended(country: Country) -> None:
    keys = country.keys(country.nodes["south"])
    without = replace(keys, institutions={code: one for code, one in keys.institutions.items() if code != "water"})
    south = country.nodes["south"]
    refused("exchange.directory_unended", lambda: store(country).offer(country.entry(south, keys=without)))
    stranger = MemorySigner.generate("ed25519").public_key
    other = changed_keys(country, "water", identity=stranger, logs=())
    refused("exchange.directory_unended", lambda: store(country).offer(country.entry(south, keys=other)))


@pytest.mark.parametrize("end", ["retired_at", "compromised_since"])
def test_a_log_keys_end_may_come_earlier_and_never_later(country: Country, end: str) -> None:
    south, at = country.nodes["south"], country.now - timedelta(hours=1)
    (log,) = country.keys(south).institutions["water"].logs

    def offer(when: object) -> bool:
        keys = changed_keys(country, "water", logs=(replace(log, **{end: when}),))  # type: ignore[arg-type]
        return store(country).offer(country.entry(south, keys=keys))

    assert offer(at)
    refused("exchange.directory_unended", lambda: offer(None))
    refused("exchange.directory_unended", lambda: offer(at + timedelta(seconds=1)))
    assert offer(at - timedelta(hours=1))


def test_an_approver_who_ended_does_not_begin_again(country: Country) -> None:
    south = country.nodes["south"]
    ended = Approver("a" * 64, ROLE, country.since, country.now, "person-0")

    def offer(*approvers: Approver) -> bool:
        return store(country).offer(country.entry(south, keys=changed_keys(country, "water", approvers=approvers)))

    assert offer(ended)
    refused("exchange.directory_unended", offer)
    refused("exchange.directory_unended", lambda: offer(replace(ended, until=None)))
    refused("exchange.directory_unended", lambda: offer(replace(ended, until=country.now + timedelta(days=1))))
    assert offer(ended, replace(ended, start=country.now, until=None))


def test_of_two_entries_of_one_version_the_one_counts_that_the_authority_lists(country: Country) -> None:
    south, here, there = country.nodes["south"], store(country), store(country, "hub")
    shown = country.entry(south)
    south.version -= 1
    south.peer_port += 1
    told = country.entry(south)
    assert here.offer(shown)
    assert not here.offer(told)
    assert there.offer(told)
    held = there.held()
    assert held.members is not None
    entries = {code: listed(one.part) for code, one in held.entries.items()}
    raw = build_timestamp(INSTANCE, 2, country.now, listed(held.root.part), listed(held.members.part), entries)
    assert here.offer(sign_part(raw, country.timestamp_key))
    assert here.current().version == 1
    assert here.offer(told)
    assert here.current().version == 2
    assert here.current() == DirectoryStore(here.folder).current()
    assert not here.offer(shown)


def test_what_is_older_changes_nothing_whoever_brings_it(country: Country) -> None:
    older = store(country).parts_of(1)
    country.publish()
    newest = store(country).current()
    assert newest.version == 2
    assert not any(store(country).offer(raw) for raw in older)
    assert store(country).current() == newest


def test_a_root_speaks_for_the_one_instance_it_names(country: Country) -> None:
    abroad = next_root(country, country.root_keys, authority="yy/GOV/authority")
    refused("exchange.directory_foreign", lambda: store(country).offer(abroad))
    foreign = next_root(country, country.root_keys, instance="yy", authority="yy/GOV/authority")
    refused("exchange.directory_foreign", lambda: store(country).offer(foreign))


def test_what_a_node_listed_once_it_lists_after_a_restore_too(country: Country) -> None:
    south, at = country.nodes["south"], country.now
    south.generations["water"] = 2
    known = country.keys(south)
    store(country).offer(country.entry(south))
    south.generations["water"] = 1
    restored = country.keys(south)
    refused("exchange.directory_unended", lambda: store(country).offer(country.entry(south, keys=restored)))
    carried = carry_on(restored, known, {"water", "agriculture"}, at, nobody)
    assert [log.origin for log in carried.institutions["water"].logs] == [
        "xx/water/south/1/1",
        "xx/water/south/1/2",
    ]
    assert carried.institutions["water"].logs[1].retired_at == at
    assert store(country).offer(country.entry(south, keys=carried))
    assert carry_on(carried, carried, {"water"}, at, nobody) is carried
    lost = replace(restored, institutions={"agriculture": restored.institutions["agriculture"]})
    assert "water" in carry_on(lost, known, {"water", "agriculture"}, at, nobody).institutions


def nobody(*_: object) -> bytes:
    """No identity key is asked to sign."""
    raise AssertionError


def announced(country: Country, signer: MemorySigner, coming: MemorySigner) -> Directory:
    """South's keys.json, in which Water announces its next identity key."""
    keys, key = country.keys(country.nodes["south"]), coming.public_key
    one = NextIdentity(key, country.now, delegate(signer, "water", "identity", key, country.now))
    return replace(
        keys, institutions=dict(keys.institutions) | {"water": replace(keys.institutions["water"], next=one)}
    )


def list_identity(country: Country, coming: MemorySigner) -> None:
    """The authority lists Water's next identity key."""
    held = store(country).held().members
    assert held is not None
    water = held.members["xx/GOV/water"]
    changed = replace(water, identity=coming.public_key, former=(water.identity,))
    others = [one for one in held.members.values() if one.code != "water"]
    raw = build_members(INSTANCE, held.version + 1, country.now, [changed, *others], tuple(held.nodes.values()))
    country.give([country.approved(raw)])


def test_an_announced_identity_key_counts_as_soon_as_the_authority_lists_it(country: Country) -> None:
    south, old, coming = country.nodes["south"], country.identities["water"], MemorySigner.generate("ed25519")
    country.give([country.entry(south, keys=announced(country, old, coming))])
    list_identity(country, coming)
    found = store(country).current()
    assert found.entry("xx/GOV/water").identity == old.public_key
    country.identities["water"] = coming
    country.give([country.entry(south)])
    assert store(country).current().entry("xx/GOV/water").identity == coming.public_key
    country.identities["water"] = old
    back = country.entry(south, keys=announced(country, old, coming))
    refused("exchange.directory_unended", lambda: store(country).offer(back))


def test_an_identity_key_that_nobody_announced_leaves_the_institution_without_keys(country: Country) -> None:
    list_identity(country, MemorySigner.generate("ed25519"))
    refused("exchange.member_unknown", lambda: store(country).current().entry("xx/GOV/water"))


def test_an_identity_key_that_announces_itself_is_no_entry(country: Country) -> None:
    coming = MemorySigner.generate("ed25519")
    forged = country.entry(country.nodes["south"], keys=announced(country, coming, coming))
    error = refused("exchange.directory_malformed", lambda: store(country).offer(forged))
    assert error.values["place"].endswith("water.next.delegation")


def test_what_a_restored_node_lost_is_delegated_by_the_identity_key_that_came_since(country: Country) -> None:
    south, old, coming = country.nodes["south"], country.identities["water"], MemorySigner.generate("ed25519")
    south.generations["water"] = 2
    known = announced(country, old, coming)
    country.give([country.entry(south, keys=known)])
    list_identity(country, coming)
    south.generations["water"] = 1
    country.identities["water"] = coming
    signers = {"water": coming, "agriculture": country.identities["agriculture"]}

    def by_the_present(code: str, use: KeyUse, key: str | bytes, start: datetime) -> bytes:
        return delegate(signers[code], code, use, key, start)

    carried = carry_on(country.keys(south), known, {"water", "agriculture"}, country.now, by_the_present)
    assert store(country).offer(country.entry(south, keys=carried))
    assert len(store(country).current().entry("xx/GOV/water").logs) == 2
