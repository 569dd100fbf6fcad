from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.trust.passkey import ORIGIN, RP_ID, Passkey
from tests.unit.trust.world import NOW, START

from uruk.kernel.api import CodedError
from uruk.trust import cbor
from uruk.trust.assertions import RelyingParty, two_persons, verify_approval
from uruk.trust.directory_entries import Approver

PROPOSAL = b"release this"
PARTY = RelyingParty(RP_ID, (ORIGIN,))
ONE, OTHER = Passkey(), Passkey("eddsa")
GOOD = ONE.approve(PROPOSAL)


def told(approval, proposal=PROPOSAL):
    with pytest.raises(CodedError) as caught:
        verify_approval(approval, proposal, RP_ID, (ORIGIN,))
    return caught.value.code


@pytest.mark.parametrize("algorithm", ["es256", "eddsa", "rs256"])
def test_an_approval_of_each_algorithm_verifies(algorithm):
    verify_approval(Passkey(algorithm).approve(PROPOSAL), PROPOSAL, RP_ID, (ORIGIN,))


def test_an_approval_with_extension_data_verifies():
    verify_approval(ONE.approve(PROPOSAL, flags=0x85, trailing=b"\xa0"), PROPOSAL, RP_ID, (ORIGIN,))


def test_an_approval_holds_for_its_proposal_only():
    assert told(GOOD, b"release that") == "trust.approval_challenge"


@pytest.mark.parametrize(
    ("approval", "code"),
    [
        (ONE.approve(PROPOSAL, origin="https://evil.test"), "trust.approval_origin"),
        (ONE.approve(PROPOSAL, origin=None), "trust.approval_origin"),
        (ONE.approve(PROPOSAL, crossOrigin=True), "trust.approval_origin"),
        (ONE.approve(PROPOSAL, rp_id="evil.test"), "trust.approval_origin"),
        (ONE.approve(PROPOSAL, type="webauthn.create"), "trust.approval_shape"),
        (ONE.approve(PROPOSAL, challenge="AAAA"), "trust.approval_challenge"),
        (ONE.approve(PROPOSAL, flags=0x01), "trust.approval_person"),
        (ONE.approve(PROPOSAL, flags=0x04), "trust.approval_person"),
        (ONE.approve(PROPOSAL, trailing=b"x"), "trust.approval_shape"),
        (replace(GOOD, authenticator_data=GOOD.authenticator_data[:36]), "trust.approval_shape"),
        (replace(GOOD, client_data=b"not json"), "trust.approval_shape"),
        (replace(GOOD, client_data=b"[]"), "trust.approval_shape"),
        (replace(GOOD, client_data=b" " * 5000 + GOOD.client_data), "trust.approval_shape"),
        (replace(GOOD, client_data=GOOD.client_data + b" "), "trust.approval_signature"),
        (replace(GOOD, signature=b""), "trust.approval_signature"),
        (replace(GOOD, signature=ONE.approve(b"other").signature), "trust.approval_signature"),
        (replace(GOOD, key=OTHER.key), "trust.approval_signature"),
        (replace(GOOD, key=b""), "trust.approval_key"),
        (replace(GOOD, key=cbor.encode([])), "trust.approval_key"),
        (replace(GOOD, key=cbor.encode({1: 2, 3: -7, -1: 2, -2: b"x", -3: b"y"})), "trust.approval_key"),
        (replace(GOOD, key=cbor.encode({1: 2, 3: -7, -1: 1, -2: bytes(32), -3: bytes(32)})), "trust.approval_key"),
        (replace(GOOD, key=cbor.encode({1: 2, 3: -7, -1: 1, -2: 5, -3: 5})), "trust.approval_key"),
        (replace(GOOD, key=cbor.encode({1: 2, 3: -35, -1: 2})), "trust.approval_key"),
        (replace(GOOD, key=cbor.encode({1: [], 3: {}})), "trust.approval_key"),
        (replace(GOOD, key=cbor.encode({1: 1, 3: -8, -1: 6, -2: b"short"})), "trust.approval_key"),
        (replace(GOOD, key=cbor.encode({1: 1, 3: -8, -1: 7, -2: bytes(32)})), "trust.approval_key"),
        (replace(GOOD, key=cbor.encode({1: 3, 3: -257, -1: b"\x01" * 128, -2: b"\x03"})), "trust.approval_key"),
        (replace(GOOD, key=cbor.encode({1: 3, 3: -257, -1: b"\x01" * 2000, -2: b"\x03"})), "trust.approval_key"),
    ],
)
def test_an_approval_that_does_not_hold_says_why(approval, code):
    assert told(approval) == code


@given(st.integers(0, 8 * len(GOOD.signature) - 1))
def test_no_bit_of_the_signature_may_differ(position):
    changed = bytearray(GOOD.signature)
    changed[position // 8] ^= 1 << position % 8
    assert told(replace(GOOD, signature=bytes(changed))) == "trust.approval_signature"


def listed(*passkeys, role="registrar", **period):
    return [Approver(key.approve(b"").key_digest, role, **{"start": START} | period) for key in passkeys]


def persons(approvals, approvers, at=NOW):
    return two_persons(approvals, PROPOSAL, approvers, at, PARTY)


def test_two_listed_passkeys_are_two_persons():
    assert persons([GOOD, OTHER.approve(PROPOSAL)], listed(ONE, OTHER))


def test_one_person_is_not_two():
    again = ONE.approve(PROPOSAL, extra=1)
    assert not persons([GOOD], listed(ONE, OTHER))
    assert not persons([GOOD, again], listed(ONE, OTHER))
    assert not persons([GOOD, replace(again, role="registrar-head")], listed(ONE) + listed(ONE, role="registrar-head"))


def test_two_passkeys_of_one_person_are_one_person():
    approvers = [replace(entry, person="p1") for entry in listed(ONE, OTHER)]
    assert not persons([GOOD, OTHER.approve(PROPOSAL)], approvers)
    assert persons([GOOD, OTHER.approve(PROPOSAL)], [approvers[0], replace(approvers[1], person="p2")])


def test_an_unlisted_passkey_is_nobody():
    assert not persons([GOOD, Passkey().approve(PROPOSAL)], listed(ONE, OTHER))


def test_a_passkey_counts_in_its_role_and_time_only():
    approvals = [GOOD, OTHER.approve(PROPOSAL)]
    assert not persons(approvals, listed(ONE) + listed(OTHER, role="clerk"))
    assert not persons(approvals, listed(ONE) + listed(OTHER, start=NOW + timedelta(seconds=1)))
    assert not persons(approvals, listed(ONE) + listed(OTHER, until=NOW))
    assert persons(approvals, listed(ONE) + listed(OTHER, until=NOW + timedelta(seconds=1)))


def test_an_approval_that_does_not_verify_is_none():
    assert not persons([GOOD, OTHER.approve(b"another proposal")], listed(ONE, OTHER))
