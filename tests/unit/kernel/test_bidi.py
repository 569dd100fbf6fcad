"""Isolation and scripts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uruk.kernel.api import isolate, script_of, without_controls

CONTROLS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
texts = st.text(st.one_of(st.sampled_from(CONTROLS), st.characters()))


@given(texts)
def test_nothing_inside_can_break_out_of_an_isolate(text: str) -> None:
    shown = isolate(text)
    assert (shown[0], shown[-1]) == ("\u2068", "\u2069")
    assert not set(shown[1:-1]) & set(CONTROLS)


@given(texts)
def test_isolating_twice_is_isolating_once(text: str) -> None:
    assert isolate(isolate(text)) == isolate(text)


@given(st.text())
def test_the_words_themselves_stay(text: str) -> None:
    assert without_controls(text) == "".join(c for c in text if c not in CONTROLS)


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("أحمد", "arabic"),
        ("ڕێکخستن ٢٠٢٦", "arabic"),
        ("مُحَمَّد", "arabic"),
        ("ﷲ", "arabic"),
        ("Ahmed-2", "latin"),
        ("Şêrko", "latin"),
        ("أحمد Ahmed", "mixed"),
        ("Ивaн", "mixed"),
        ("Иван", "other"),
        ("ܐ", "other"),
        ("+964 770", "none"),
        ("", "none"),
    ],
)
def test_the_script_of_a_text_is_that_of_its_letters(text: str, script: str) -> None:
    assert script_of(text) == script


@given(st.text(), st.text("0123456789٠١٢٣ +-.،"))
def test_digits_and_signs_do_not_change_the_script(text: str, signs: str) -> None:
    assert script_of(text + signs) == script_of(text)


@given(st.text(), st.text())
def test_two_texts_of_one_script_are_of_that_script_together(one: str, other: str) -> None:
    together = {script_of(one), script_of(other)} - {"none"}
    expected = together.pop() if len(together) == 1 else "mixed" if together else "none"
    assert script_of(one + other) == expected
