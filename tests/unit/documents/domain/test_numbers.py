import pytest
from hypothesis import given
from hypothesis import strategies as st

from uruk.documents.domain.numbers import group_code, group_number, make_code, make_number, read_code, read_number
from uruk.kernel.api import local_digits


@given(st.binary(min_size=16, max_size=16), st.sampled_from(["ar", "ckb", "en"]))
def test_a_printed_number_is_read_back_in_any_digits(random: bytes, lang: str) -> None:
    number = make_number(random)
    assert len(number) == 12 and number[0] != "0"
    assert read_number(local_digits(group_number(number), lang)) == number
    assert read_number(f" \u2066{number}\u2069 ") == number


@given(st.binary(min_size=7, max_size=7))
def test_a_printed_check_code_is_read_back_as_people_type_it(random: bytes) -> None:
    code = make_code(random)
    assert len(code) == 10
    for typed in (code, group_code(code), code.lower(), " ".join(code), code.replace("1", "I").replace("0", "o")):
        assert read_code(typed) == code


@given(st.binary(min_size=7, max_size=7), st.integers(0, 49))
def test_each_of_fifty_bits_counts(random: bytes, bit: int) -> None:
    other = (int.from_bytes(random, "big") ^ 1 << bit).to_bytes(7, "big")
    assert make_code(other) != make_code(random)


@pytest.mark.parametrize("typed", ["", "12345678901", "1234567890123", "12345678901a", "١٢٣", "²" * 12, "x" * 500])
def test_what_is_no_number_is_none(typed: str) -> None:
    assert read_number(typed) is None


@pytest.mark.parametrize("typed", ["", "ABCDEFGHJ", "ABCDEFGHJKM", "ABCDEFGHJU", "ابجدهوزحطي", "x" * 500])
def test_what_is_no_check_code_is_none(typed: str) -> None:
    assert read_code(typed) is None
