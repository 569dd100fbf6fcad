import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.trust.world import NOW, START, World, seal_entry

from uruk.kernel.api import CodedError
from uruk.trust import strict_json
from uruk.trust.delegations import delegate
from uruk.trust.directory import Directory
from uruk.trust.directory_entries import Approver, LogKey, NextIdentity
from uruk.trust.keys.signatures import MemorySigner

ORIGIN = "iq/interior/demo/0/1"
VKEY = f"{ORIGIN}+01234567+AQIDBA=="


def with_log(world, **period):
    period = {"start": START} | period
    delegation = delegate(world.identity, "interior", "log", VKEY, period["start"])
    log = LogKey(origin=ORIGIN, key=VKEY, delegation=delegation, **period)
    approvers = (Approver("a" * 64, "registrar", START, NOW, "p1"), Approver("b" * 64, "registrar-head", START))
    entry = replace(world.directory.institutions["interior"], logs=(log,), approvers=approvers)
    return replace(world.directory, institutions={"interior": entry}, timestampers=(b"der",), authorities=(b"ca",))


WORLD = World.make(retired_at=NOW, compromised_since=NOW)
DIRECTORY = with_log(WORLD)
DOCUMENT = json.loads(DIRECTORY.to_json())


def test_keys_json_reads_back_as_the_directory_it_was_written_from():
    found = Directory.parse(DIRECTORY.to_json())
    assert found == DIRECTORY
    assert found.to_json() == DIRECTORY.to_json()
    assert found.digest == DIRECTORY.digest


def test_the_digest_is_that_of_the_bytes_that_were_read():
    spaced = json.dumps(DOCUMENT, indent=2)
    assert Directory.parse(spaced) == DIRECTORY
    assert Directory.parse(spaced).digest != DIRECTORY.digest


def test_a_seal_is_found_by_its_key_id():
    institution, seal = DIRECTORY.find_seal(WORLD.seal.key_id)
    assert institution.code == "interior"
    assert seal.key == WORLD.seal.spki
    assert DIRECTORY.find_seal(bytes(8)) is None


def test_an_institution_is_found_by_its_code_or_told_as_unlisted():
    assert DIRECTORY.institution("interior").code == "interior"
    with pytest.raises(CodedError) as caught:
        DIRECTORY.institution("elsewhere")
    assert caught.value.code == "trust.issuer_unlisted"


def test_a_log_is_found_for_its_author_only():
    assert DIRECTORY.log_key(ORIGIN, "interior", NOW).key == VKEY
    for origin, author in ((ORIGIN, "higher-education"), ("iq/interior/demo/0/2", "interior")):
        with pytest.raises(CodedError) as caught:
            DIRECTORY.log_key(origin, author, NOW)
        assert caught.value.code == "trust.log_unlisted"


@pytest.mark.parametrize(
    ("period", "at", "proved_at", "code"),
    [
        ({"start": NOW}, NOW - timedelta(seconds=1), None, "trust.log_not_yet"),
        ({"retired_at": NOW}, NOW, None, "trust.log_retired"),
        ({"retired_at": NOW}, NOW - timedelta(seconds=1), None, None),
        ({"compromised_since": NOW}, NOW - timedelta(days=1), None, "trust.log_compromised"),
        ({"compromised_since": NOW}, NOW - timedelta(days=1), NOW, "trust.log_compromised"),
        ({"compromised_since": NOW}, NOW - timedelta(days=1), NOW - timedelta(seconds=1), None),
    ],
)
def test_a_log_key_counts_in_its_period_and_after_a_compromise_only_what_is_proved_older(period, at, proved_at, code):
    directory = with_log(WORLD, **period)
    if code is None:
        assert directory.log_key(ORIGIN, "interior", at, proved_at).origin == ORIGIN
        return
    with pytest.raises(CodedError) as caught:
        directory.log_key(ORIGIN, "interior", at, proved_at)
    assert caught.value.code == code


def changed(path, value):
    document = json.loads(DIRECTORY.to_json())
    place = document
    *parents, last = path
    for name in parents:
        place = place[name]
    if value == "absent":
        del place[last]
    else:
        place[last] = value
    return json.dumps(document)


INTERIOR = ("institutions", "interior")
SEAL = (*INTERIOR, "seals", 0)


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (("version",), "3", "version"),
        (("version",), True, "version"),
        (("version",), -1, "version"),
        (("published",), "yesterday", "published"),
        (("published",), "absent", "published"),
        (("instance",), "", "instance"),
        (("demonstration",), 1, "demonstration"),
        (("host",), "https://verify.example", "host"),
        (("host",), "javascript:alert(1)//", "host"),
        (("host",), "https://verify.example/?q=/", "host"),
        (("origins",), "https://verify.example", "origins"),
        (("institutions",), [], "institutions"),
        (("authorities",), ["not base64!"], "authorities"),
        (("authorities",), [5], "authorities"),
        (("timestampers",), ["QQ"], "timestampers"),
        (INTERIOR, [], "institutions.interior.names"),
        ((*INTERIOR, "names"), {"en": "Interior"}, "institutions.interior.names"),
        ((*INTERIOR, "identity"), "QUJD", "institutions.interior.identity"),
        ((*INTERIOR, "logs"), None, "institutions.interior.logs"),
        ((*INTERIOR, "logs", 0, "origin"), "iq/other", "institutions.interior.logs.0.key"),
        ((*INTERIOR, "logs", 0, "from"), "2025-01-01T00:00:00Z", "institutions.interior.logs.delegation"),
        ((*INTERIOR, "types"), {"one": {}}, "institutions.interior.one"),
        ((*INTERIOR, "types", "1", "code"), 5, "institutions.interior.types.1.code"),
        ((*INTERIOR, "status_lists"), {"2026": "../x"}, "institutions.interior.status_lists"),
        ((*INTERIOR, "status_lists"), {"2026": 5}, "institutions.interior.status_lists"),
        ((*INTERIOR, "approvers", 0, "key"), "A" * 64, "institutions.interior.approvers.0.key"),
        ((*INTERIOR, "approvers", 0, "person"), 5, "institutions.interior.approvers.0.person"),
        ((*SEAL, "kid"), "0" * 16, "institutions.interior.seals.0.kid"),
        ((*SEAL, "from"), "2025-01-01T00:00:00Z", "institutions.interior.seals.delegation"),
        ((*SEAL, "retired_at"), 5, "institutions.interior.seals.0.retired_at"),
        ((*SEAL, "delegation"), "QUJD", "institutions.interior.seals.0.delegation"),
    ],
)
def test_a_wrong_member_is_told_by_its_place(path, value, told):
    with pytest.raises(CodedError) as caught:
        Directory.parse(changed(path, value))
    assert caught.value.code == "trust.keys_shape"
    assert caught.value.values["path"] == told


def test_a_key_that_the_identity_did_not_delegate_is_refused():
    other = World.make()
    stranger = seal_entry(other.identity, other.seal)
    entry = replace(DIRECTORY.institutions["interior"], seals=(stranger,))
    forged = replace(DIRECTORY, institutions={"interior": entry})
    with pytest.raises(CodedError) as caught:
        Directory.parse(forged.to_json())
    assert caught.value.values["path"] == "institutions.interior.seals.delegation"


def test_a_delegation_for_one_use_does_not_serve_another():
    key = MemorySigner.generate("p256")
    swapped = replace(
        seal_entry(WORLD.identity, key), delegation=delegate(WORLD.identity, "interior", "log", key.spki, START)
    )
    entry = replace(DIRECTORY.institutions["interior"], seals=(swapped,))
    with pytest.raises(CodedError) as caught:
        Directory.parse(replace(DIRECTORY, institutions={"interior": entry}).to_json())
    assert caught.value.code == "trust.keys_shape"


def test_the_same_key_cannot_be_listed_twice():
    entry = DIRECTORY.institutions["interior"]
    for doubled in (replace(entry, seals=entry.seals * 2), replace(entry, logs=entry.logs * 2)):
        with pytest.raises(CodedError) as caught:
            Directory.parse(replace(DIRECTORY, institutions={"interior": doubled}).to_json())
        assert caught.value.code == "trust.keys_shape"


def test_a_later_version_says_that_the_program_is_old():
    with pytest.raises(CodedError) as caught:
        Directory.parse(changed(("uruk",), "keys/2"))
    assert caught.value.code == "trust.keys_version"


def test_members_we_do_not_know_are_left_alone():
    assert Directory.parse(changed(("more",), {"x": 1})) == DIRECTORY


@pytest.mark.parametrize(
    "text",
    ["", "{", '{"a":1,"a":2}', '{"a":1.5}', '{"a":NaN}', "[" * 100_000, b"\xff", '"\\ud800"x', b'\xef\xbb\xbf{"a":1}'],
)
def test_json_of_another_form_is_refused(text):
    with pytest.raises(CodedError) as caught:
        strict_json.load(text)
    assert caught.value.code == "trust.json_malformed"


def test_json_over_the_limit_is_refused_unread():
    with pytest.raises(CodedError) as caught:
        strict_json.load("[" + " " * 20 + "]", max_bytes=20)
    assert caught.value.code == "trust.json_too_long"


@pytest.mark.parametrize("text", ["[]", "5", "null", "{}"])
def test_json_that_is_no_directory_is_refused(text):
    with pytest.raises(CodedError) as caught:
        Directory.parse(text)
    assert caught.value.code == "trust.keys_shape"


@given(st.integers(0, len(DIRECTORY.to_json()) - 1), st.characters(codec="ascii"))
def test_a_changed_character_is_refused_or_changes_no_key(position, character):
    text = DIRECTORY.to_json()
    try:
        found = Directory.parse(text[:position] + character + text[position + 1 :])
    except CodedError as error:
        assert error.code.startswith("trust.")
        return
    assert [seal.key for entry in found.institutions.values() for seal in entry.seals] in ([WORLD.seal.spki], [])


def test_an_announced_identity_key_is_read_back_and_signed_by_the_present_one():
    coming = MemorySigner.generate("ed25519").public_key
    for signer, signed in ((WORLD.identity, True), (MemorySigner.generate("ed25519"), False)):
        announced = NextIdentity(coming, START, delegate(signer, "interior", "identity", coming, START))
        entry = replace(DIRECTORY.institutions["interior"], next=announced)
        written = replace(DIRECTORY, institutions={"interior": entry}).to_json()
        if signed:
            found = Directory.parse(written).institution("interior")
            assert found == entry and found.is_under(coming) and found.is_under(WORLD.identity.public_key)
            continue
        with pytest.raises(CodedError) as caught:
            Directory.parse(written)
        assert caught.value.values["path"] == "institutions.interior.next.delegation"
    assert not DIRECTORY.institution("interior").is_under(coming)
