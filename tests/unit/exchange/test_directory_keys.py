"""Keys and roots of a directory that change, end, are announced or forged."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.flows.exchange.country import INSTANCE, ROLE, Country
from tests.unit.exchange.directories import country, refused, store
from tests.unit.trust.passkey import ORIGIN, RP_ID, Passkey
from uruk.exchange.api import (
    DirectoryStore,
    build_members,
    build_root,
    build_timestamp,
    carry_on,
    listed,
    open_or_create,
    sign_part,
)
from uruk.exchange.directory.parts import write_part
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

__all__ = ["country"]


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
