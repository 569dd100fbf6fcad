"""Three digit systems."""

from hypothesis import given
from hypothesis import strategies as st

from uruk.kernel.api import LANGUAGES, ascii_digits, local_digits

SYSTEMS = ("0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹")
digits = st.sampled_from("".join(SYSTEMS))
texts = st.text(st.one_of(digits, st.characters()))


@given(st.integers(0), st.sampled_from(SYSTEMS))
def test_a_number_typed_in_any_system_is_the_same_number(number: int, system: str) -> None:
    typed = "".join(system[int(digit)] for digit in str(number))
    assert ascii_digits(typed) == str(number)


def test_systems_may_be_mixed_in_one_number() -> None:
    assert ascii_digits("١2۳") == "123"


@given(texts)
def test_everything_that_is_no_digit_of_the_three_stays(text: str) -> None:
    others = [c for c in text if c not in "".join(SYSTEMS)]
    assert [c for c in ascii_digits(text) if c not in SYSTEMS[0]] == others


@given(texts, st.sampled_from(LANGUAGES))
def test_local_digits_say_the_same_in_the_readers_system(text: str, lang: str) -> None:
    shown = local_digits(text, lang)
    assert ascii_digits(shown) == ascii_digits(text)
    own = SYSTEMS[0] if lang == "en" else SYSTEMS[1]
    assert not set(shown) & (set("".join(SYSTEMS)) - set(own))
