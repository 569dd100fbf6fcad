"""The Sorani alphabet's order."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uruk.kernel.api import sorani_sort_key

ALPHABET = "ئابپتجچحخدرڕزژسشعغفڤقکگلڵمنوۆهەیێ"
letters = st.sampled_from(ALPHABET)
words = st.text(ALPHABET, max_size=12)


def in_order(texts: list[str]) -> list[str]:
    return sorted(texts, key=sorani_sort_key)


@given(st.permutations(list(ALPHABET)))
def test_the_letters_stand_in_the_order_of_the_alphabet(shuffled: list[str]) -> None:
    assert "".join(in_order(shuffled)) == ALPHABET


@given(words, letters, letters, words, words)
def test_the_first_letter_that_differs_decides(start: str, one: str, other: str, rest: str, more: str) -> None:
    if one != other:
        smaller = sorani_sort_key(start + one + rest) < sorani_sort_key(start + other + more)
        assert smaller == (ALPHABET.index(one) < ALPHABET.index(other))


@given(words, words.filter(bool))
def test_a_word_comes_before_the_words_it_begins(word: str, more: str) -> None:
    assert sorani_sort_key(word) < sorani_sort_key(word + more)


def test_rr_stands_between_r_and_z_where_icu_puts_it_behind() -> None:
    assert in_order(["زۆر", "ڕۆژ", "رەنگ", "ژن"]) == ["رەنگ", "ڕۆژ", "زۆر", "ژن"]


def test_names_of_cities_stand_as_in_a_kurdish_list() -> None:
    listed = ["ئاکرێ", "بەغدا", "چەمچەماڵ", "دهۆک", "ڕانیە", "زاخۆ", "سلێمانی", "کەرکوک", "کۆیە", "هەڵەبجە", "هەولێر"]
    assert in_order(listed[::-1]) == sorted(listed, key=lambda name: [ALPHABET.index(letter) for letter in name])


@pytest.mark.parametrize(
    ("one", "other"),
    [("كۆيە", "کۆیە"), ("ھەولێر", "هەولێر"), ("ه\u200cولێر", "ەولێر"), ("هەولێـــر", "هەولێر"), ("ڕوُژ", "ڕوژ")],
)
def test_another_spelling_of_a_letter_has_the_same_place(one: str, other: str) -> None:
    assert sorani_sort_key(one)[0] == sorani_sort_key(other)[0]


@pytest.mark.parametrize(("before", "letter", "after"), ["تثج", "دذر", "شصع", "شضع", "شطع", "شظع"])
def test_letters_that_only_arabic_has_stand_where_arabic_has_them(before: str, letter: str, after: str) -> None:
    assert in_order([after, letter, before]) == [before, letter, after]


def test_spaces_come_before_digits_before_latin_before_kurdish() -> None:
    assert in_order(["ئا", "Z", "10", "٢", " "]) == [" ", "10", "٢", "Z", "ئا"]


@given(st.lists(st.text(), max_size=8))
def test_any_texts_have_one_order_and_none_is_lost(texts: list[str]) -> None:
    assert in_order(texts) == in_order(texts[::-1])
    assert sorted(in_order(texts)) == sorted(texts)


@given(st.text(), st.text())
def test_only_equal_texts_have_equal_keys(one: str, other: str) -> None:
    assert (sorani_sort_key(one) == sorani_sort_key(other)) == (one == other)


@given(st.text())
def test_the_way_unicode_composes_a_letter_does_not_move_a_word(text: str) -> None:
    assert sorani_sort_key(unicodedata.normalize("NFD", text))[0] == sorani_sort_key(text)[0]
