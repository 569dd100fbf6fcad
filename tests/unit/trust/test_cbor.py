import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uruk.kernel.api import CodedError
from uruk.trust import cbor

keys = st.integers(-(2**63), 2**63) | st.text(max_size=8)
scalars = st.none() | st.booleans() | st.integers(-(2**64), 2**64 - 1) | st.binary(max_size=40) | st.text(max_size=20)
values = st.recursive(scalars, lambda v: st.lists(v, max_size=4) | st.dictionaries(keys, v, max_size=4), max_leaves=20)


@given(values)
def test_what_is_written_reads_back_the_same(value):
    assert cbor.decode(cbor.encode(value)) == value


@given(values)
def test_another_implementation_reads_it_the_same(value):
    assert cbor2.loads(cbor.encode(value)) == value


@given(st.binary(max_size=60))
def test_bytes_that_read_also_write_to_themselves(data):
    try:
        value = cbor.decode(data)
    except CodedError as error:
        assert error.code.startswith("trust.cbor_")
    else:
        assert cbor.encode(value) == data


@given(values, st.data())
def test_bytes_cut_at_any_length_are_told_as_cut_short(value, data):
    encoded = cbor.encode(value)
    length = data.draw(st.integers(0, len(encoded) - 1))
    with pytest.raises(CodedError) as caught:
        cbor.decode(encoded[:length])
    assert caught.value.code in {"trust.cbor_cut_short", "trust.cbor_text"}


@pytest.mark.parametrize(
    ("hexadecimal", "code"),
    [
        ("1817", "trust.cbor_not_deterministic"),  # 23 in two bytes
        ("190017", "trust.cbor_not_deterministic"),
        ("1a0000ffff", "trust.cbor_not_deterministic"),
        ("1b00000000ffffffff", "trust.cbor_not_deterministic"),
        ("5f4101ff", "trust.cbor_not_deterministic"),  # indefinite byte string
        ("9f01ff", "trust.cbor_not_deterministic"),
        ("c100", "trust.cbor_not_deterministic"),  # a tag
        ("f97e00", "trust.cbor_not_deterministic"),  # a float
        ("f7", "trust.cbor_not_deterministic"),  # undefined
        ("f814", "trust.cbor_not_deterministic"),  # false in two bytes
        ("a201000100", "trust.cbor_not_deterministic"),  # the same key twice
        ("a202000100", "trust.cbor_not_deterministic"),  # keys unsorted
        ("a1410000", "trust.cbor_not_deterministic"),  # a byte string as key
        ("a1f500", "trust.cbor_not_deterministic"),  # true as key
        ("61ff", "trust.cbor_text"),
        ("0000", "trust.cbor_trailing"),
        ("", "trust.cbor_cut_short"),
        ("9b7fffffffffffffff", "trust.cbor_cut_short"),
        ("bb7fffffffffffffff", "trust.cbor_cut_short"),
        ("81" * 17 + "00", "trust.cbor_too_deep"),
    ],
)
def test_anything_but_the_one_accepted_form_is_refused(hexadecimal, code):
    with pytest.raises(CodedError) as caught:
        cbor.decode(bytes.fromhex(hexadecimal))
    assert caught.value.code == code


def test_data_over_the_limit_is_refused_unread():
    with pytest.raises(CodedError) as caught:
        cbor.decode(b"\x00" * 11, max_bytes=10)
    assert caught.value.code == "trust.cbor_too_long"


@pytest.mark.parametrize("value", [1.5, {1.5: 1}, {True: 1}, {b"k": 1}, 2**64, -(2**64) - 1, object()])
def test_a_value_outside_the_list_cannot_be_written(value):
    with pytest.raises(CodedError) as caught:
        cbor.encode(value)
    assert caught.value.code == "trust.cbor_type"


def test_a_half_of_a_surrogate_pair_cannot_be_written():
    with pytest.raises(CodedError) as caught:
        cbor.encode("\ud800")
    assert caught.value.code == "trust.cbor_text"


def test_nesting_without_end_cannot_be_written():
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(CodedError) as caught:
        cbor.encode(endless)
    assert caught.value.code == "trust.cbor_too_deep"
