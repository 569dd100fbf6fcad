import zlib
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.trust.world import HOST, NOW, World

from uruk.kernel.api import CodedError
from uruk.trust import cbor
from uruk.trust.cose import sign1
from uruk.trust.keys.signatures import MemorySigner
from uruk.trust.status import LIST_ENTRIES, MEDIA_TYPE, make_status_list, read_status_list

WORLD = World.make()
statuses = st.dictionaries(st.integers(0, 4095), st.sampled_from(["revoked", "replaced", "valid"]), max_size=20)


@given(statuses)
def test_a_list_says_of_each_document_what_was_written(found):
    (listed,) = WORLD.lists(found)
    for index in {*found, 0, 1, 4095}:
        assert listed.status(index) == found.get(index, "valid")


def test_a_list_speaks_for_a_week():
    (listed,) = WORLD.lists(issued=NOW)
    assert listed.expires - listed.issued == timedelta(days=7)
    assert listed.subject == f"{HOST}status/interior/2026"
    assert listed.institution == "interior"


def test_the_bits_lie_as_the_standard_says():
    (listed,) = WORLD.lists({0: "revoked", 1: "replaced", 5: "revoked"}, entries=8)
    assert listed.bits == bytes([0b00001101, 0b00000100])


def test_a_full_list_is_small_on_the_wire():
    assert len(WORLD.status_token(entries=LIST_ENTRIES)) < 1000


@pytest.mark.parametrize("index", [-1, 4096])
def test_an_index_outside_the_list_is_told(index):
    with pytest.raises(CodedError) as caught:
        WORLD.lists()[0].status(index)
    assert caught.value.code == "trust.status_index"
    with pytest.raises(CodedError) as caught:
        WORLD.status_token({index: "revoked"})
    assert caught.value.code == "trust.status_index"


def token(claims=None, signer=WORLD.seal, media_type=MEDIA_TYPE, **content):
    packed = {"bits": 2, "lst": zlib.compress(bytes(4))} | content
    common = {2: "x", 4: 1_900_000_000, 6: 1_790_000_000, 65533: packed} | (claims or {})
    return sign1(cbor.encode({key: value for key, value in common.items() if value != "absent"}), signer, media_type)


def test_the_plain_token_of_these_tests_reads():
    assert read_status_list(token(), WORLD.directory).status(15) == "valid"


@pytest.mark.parametrize(
    "broken",
    [
        token({2: 5}),
        token({2: "absent"}),
        token({4: "absent"}),
        token({6: -1}),
        token({6: True}),
        token({4: 1 << 40}),
        token({65533: []}),
        token({65533: "absent"}),
        token(bits=1),
        token(lst="text"),
        token(lst=b"not compressed"),
        token(lst=zlib.compress(bytes(4))[:-1]),
        token(lst=zlib.compress(bytes(4)) + b"more"),
        token(lst=zlib.compress(bytes(1 << 22))),  # inflates beyond the limit
        token(media_type=None),
        token(media_type="application/cwt"),
        sign1(cbor.encode([]), WORLD.seal, MEDIA_TYPE),
    ],
)
def test_a_signed_list_of_another_shape_is_refused(broken):
    with pytest.raises(CodedError) as caught:
        read_status_list(broken, WORLD.directory)
    assert caught.value.code == "trust.status_shape"


def test_a_value_we_do_not_know_is_not_taken_for_valid():
    listed = read_status_list(token(lst=zlib.compress(bytes([0b10]))), WORLD.directory)
    with pytest.raises(CodedError) as caught:
        listed.status(0)
    assert caught.value.code == "trust.status_value"


def test_a_list_of_another_key_is_refused():
    with pytest.raises(CodedError) as caught:
        read_status_list(token(signer=MemorySigner.generate("p256")), WORLD.directory)
    assert caught.value.code == "trust.status_signature"


def test_a_list_with_a_changed_byte_is_refused():
    changed = bytearray(token())
    changed[-1] ^= 1
    with pytest.raises(CodedError) as caught:
        read_status_list(bytes(changed), WORLD.directory)
    assert caught.value.code == "trust.status_signature"


def test_a_list_made_after_its_key_was_retired_is_refused():
    world = World.make(retired_at=NOW - timedelta(days=1))
    with pytest.raises(CodedError) as caught:
        read_status_list(world.status_token(), world.directory)
    assert caught.value.code == "trust.status_signature"


def test_an_enormous_list_is_refused_unread():
    with pytest.raises(CodedError) as caught:
        read_status_list(bytes((1 << 20) + 1), WORLD.directory)
    assert caught.value.code == "trust.cbor_too_long"


def test_a_list_is_issued_in_whole_seconds():
    issued = NOW.replace(microsecond=123456)
    made = make_status_list(subject="x", statuses={}, signer=WORLD.seal, issued=issued, entries=8)
    assert read_status_list(made, WORLD.directory).issued == NOW
