"""Whole dinars, rounded to notes, shown in three languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uruk.kernel.api import LANGUAGES, CodedError, Dinars, ascii_digits, local_digits

amounts = st.integers(-(10**14), 10**14)
FSI, PDI = "\u2068", "\u2069"


@given(amounts, amounts)
def test_dinars_add_and_subtract_like_the_numbers_they_are(one: int, other: int) -> None:
    assert Dinars(one) + Dinars(other) == Dinars(one + other)
    assert Dinars(one) - Dinars(other) == Dinars(one - other)
    assert (Dinars(one) < Dinars(other)) == (one < other)


@given(st.lists(amounts))
def test_a_total_is_the_sum_of_its_parts(parts: list[int]) -> None:
    assert Dinars.total(Dinars(part) for part in parts) == Dinars(sum(parts))


@given(amounts, st.integers(0, 1000))
def test_so_many_times_an_amount_is_that_amount_added_so_often(amount: int, times: int) -> None:
    assert Dinars(amount) * times == Dinars.total([Dinars(amount)] * times)


@given(amounts)
def test_cash_is_the_nearest_amount_that_notes_can_pay(amount: int) -> None:
    cash = Dinars(amount).cash().amount_iqd
    assert cash % 250 == 0
    assert abs(cash - amount) <= 125
    assert Dinars(-amount).cash() == Dinars(-cash)


def test_half_a_note_is_rounded_away_from_zero() -> None:
    assert [Dinars(n).cash().amount_iqd for n in (124, 125, 375, -125, -124)] == [0, 250, 500, -250, 0]


@given(amounts, st.sampled_from(LANGUAGES))
def test_a_shown_amount_stands_isolated_and_reads_back_as_itself(amount: int, lang: str) -> None:
    shown = Dinars(amount).format(lang)
    assert (shown[0], shown[-1]) == (FSI, PDI)
    assert Dinars.parse(shown[1:-1].removesuffix("د.ع").removesuffix("IQD")) == Dinars(amount)


def test_an_amount_is_written_the_way_readers_of_each_language_write_it() -> None:
    shown = [Dinars(1250000).format(lang).strip(FSI + PDI) for lang in LANGUAGES]
    assert shown == ["١٬٢٥٠٬٠٠٠ د.ع", "١٬٢٥٠٬٠٠٠ د.ع", "1,250,000 IQD"]


@given(amounts, st.sampled_from(LANGUAGES), st.sampled_from(["", " "]))
def test_an_amount_may_be_typed_in_any_digit_system(amount: int, lang: str, edge: str) -> None:
    assert Dinars.parse(edge + local_digits(str(amount), lang) + edge) == Dinars(amount)


@pytest.mark.parametrize(
    "typed", ["", "-", "1.5", "١٫٥", "1,00", "12345,678", "1e3", "abc", "²", "1" * 16, "--1", "1 ,000"]
)
def test_what_is_no_whole_amount_is_refused(typed: str) -> None:
    with pytest.raises(CodedError) as caught:
        Dinars.parse(typed)
    assert caught.value.code == "kernel.amount_invalid"


@given(st.text())
def test_any_typed_text_is_an_amount_or_a_coded_error(typed: str) -> None:
    try:
        found = Dinars.parse(typed)
    except CodedError as error:
        assert error.code == "kernel.amount_invalid"
    else:
        assert str(abs(found.amount_iqd)) in ascii_digits("".join(c for c in typed if c.isdecimal()))


@given(st.one_of(st.floats(), st.booleans(), st.text()))
def test_a_float_is_no_amount(value: object) -> None:
    with pytest.raises(TypeError):
        Dinars(value)  # type: ignore[arg-type]
