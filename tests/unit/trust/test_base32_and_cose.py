import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uruk.kernel.api import CodedError
from uruk.trust import base32, cbor
from uruk.trust.cose import parse_sign1, sign1, sign1_size
from uruk.trust.keys.signatures import MemorySigner

SIGNER = MemorySigner.generate("p256")
HEADER = {1: -7, 4: SIGNER.key_id}


@given(st.binary(max_size=100))
def test_base32_reads_back_what_it_wrote(data):
    text = base32.encode(data)
    assert base32.decode(text) == data
    assert base32.decode(text.lower()) == data
    assert base64.b32decode(text + "=" * (-len(text) % 8)) == data


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", max_size=40))
def test_base32_that_reads_also_writes_to_itself(text):
    try:
        data = base32.decode(text)
    except CodedError as error:
        assert error.code in {"trust.base32_length", "trust.base32_ending"}
    else:
        assert base32.encode(data) == text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("A", "trust.base32_length"),
        ("AAA", "trust.base32_length"),
        ("AAAAAA", "trust.base32_length"),
        ("AB", "trust.base32_ending"),
        ("AAAAAAB", "trust.base32_ending"),
        ("A1", "trust.base32_character"),
        ("AA======", "trust.base32_character"),
        ("A A", "trust.base32_character"),
        ("Aſ", "trust.base32_character"),  # upper() would make it an S
        ("Aı", "trust.base32_character"),  # upper() would make it an I
        ("٣٤", "trust.base32_character"),
    ],
)
def test_base32_of_another_form_is_refused(text, code):
    with pytest.raises(CodedError) as caught:
        base32.decode(text)
    assert caught.value.code == code


@given(st.binary(max_size=100), st.none() | st.text(max_size=10))
def test_an_envelope_verifies_and_keeps_what_was_signed(payload, media_type):
    envelope = parse_sign1(sign1(payload, SIGNER, media_type))
    assert envelope.payload == payload
    assert envelope.type == media_type
    assert envelope.key_id == SIGNER.key_id
    assert envelope.verifies(SIGNER.spki)
    assert not envelope.verifies(MemorySigner.generate("p256").spki)


@given(st.integers(0, 600))
def test_the_size_of_an_envelope_is_known_beforehand(length):
    assert sign1_size(length) == len(sign1(bytes(length), SIGNER))


def envelope(protected=HEADER, unprotected=None, payload=b"p", signature=bytes(64)):
    encoded = protected if isinstance(protected, bytes) else cbor.encode(protected)
    return b"\xd2" + cbor.encode([encoded, unprotected or {}, payload, signature])


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "trust.cbor_cut_short"),
        (b"\xd2", "trust.cbor_cut_short"),
        (b"\x84" + envelope()[2:], "trust.cose_shape"),
        (b"\xd2" + cbor.encode([1, 2]), "trust.cose_shape"),
        (b"\xd2" + cbor.encode({}), "trust.cose_shape"),
        (envelope(unprotected={1: 1}), "trust.cose_shape"),
        (envelope(payload=None), "trust.cose_shape"),
        (envelope(protected=cbor.encode([])), "trust.cose_shape"),
        (envelope(protected=b""), "trust.cbor_cut_short"),
        (envelope(protected={1: -7}), "trust.cose_shape"),
        (envelope(protected=HEADER | {4: b"short"}), "trust.cose_shape"),
        (envelope(protected=HEADER | {16: 5}), "trust.cose_shape"),
        (envelope(protected=HEADER | {1: -8}), "trust.cose_algorithm"),
        (envelope(protected=HEADER | {1: None}), "trust.cose_algorithm"),
        (envelope(protected=HEADER | {2: [99]}), "trust.cose_critical"),
        (envelope(protected=HEADER | {2: []}), "trust.cose_critical"),
    ],
)
def test_an_envelope_of_another_form_is_refused(data, code):
    with pytest.raises(CodedError) as caught:
        parse_sign1(data)
    assert caught.value.code == code


@pytest.mark.parametrize("signature", [bytes(64), b"", bytes(63), b"\xff" * 64])
def test_a_made_up_signature_does_not_verify(signature):
    assert not parse_sign1(envelope(signature=signature)).verifies(SIGNER.spki)
