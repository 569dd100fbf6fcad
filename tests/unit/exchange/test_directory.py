"""The country directory: only what the right keys signed counts, versions only grow, what ended stays ended."""

import json
import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.flows.exchange.country import INSTANCE, Country, Node
from tests.unit.exchange.directories import NODES, country, refused, store
from tests.unit.trust.passkey import Passkey
from uruk.exchange.api import (
    DirectoryStore,
    build_members,
    build_timestamp,
    country_of,
    listed,
    read_part,
    sign_part,
)
from uruk.exchange.directory.parts import write_part
from uruk.trust.api import (
    MemorySigner,
)

__all__ = ["country"]


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


def signed_by(node: Node, content: dict[str, object]) -> bytes:
    """An entry of this content with the node's signature."""
    return sign_part(write_part(content), node.entry_key)
