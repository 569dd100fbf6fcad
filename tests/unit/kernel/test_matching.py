"""Spellings of the same word are found by each other, and only those."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uruk.kernel.api import search_key, without_article

ZWNJ = "\u200c"
DIACRITICS = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0670\u0640"
LETTERS = "ئءاأإآٱبپتةثجچحخدذرڕزژسشصضطظعغفڤقكکگلڵمنوؤۆهھەيىیێ"
arabic_words = st.text(LETTERS + " ", max_size=20)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("أحمد", "احمد"),
        ("إبراهيم", "ابراهيم"),
        ("آمنة", "امنه"),
        ("ٱلرحمن", "الرحمن"),
        ("مصطفى", "مصطفي"),
        ("فاطمة", "فاطمه"),
        ("محمـــد", "محمد"),
        ("مُحَمَّدٌ", "محمد"),
        ("كوردستان", "کوردستان"),
        ("علي", "علی"),
        (f"ه{ZWNJ}ولێر", "ەولێر"),
        (f"خانه{ZWNJ}", "خانە"),
        ("ھەولێر", "هەولێر"),
        ("هەمووی", "هەمووي"),
        ("ﻣﺤﻤﺪ", "محمد"),
        ("شارع ٢٥", "شارع 25"),
        ("شارع ۲۵", "شارع 25"),
        ("  بغداد \u00a0 الكرخ ", "بغداد الكرخ"),
        ("AHMED", "ahmed"),
        ("Şêrko", "serko"),
        ("\u200fبغداد\u200e", "بغداد"),
    ],
)
def test_two_spellings_of_one_word_have_one_key(one: str, other: str) -> None:
    assert search_key(one) == search_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("ئاب", "ياب"), ("هەر", "هەڕ"), ("دڵ", "دل"), ("مۆر", "مور"), ("شێر", "شیر"), ("مؤمن", "مومن"), ("کەر", "کهر")],
)
def test_words_that_differ_in_a_letter_of_their_own_stay_different(one: str, other: str) -> None:
    assert search_key(one) != search_key(other)


def test_a_word_stands_without_its_article_where_enough_is_left() -> None:
    for word, bare in (("القمح", "قمح"), ("والقمح", "قمح"), ("بالقمح", "قمح"), ("للقمح", "قمح"), ("قمح", "قمح")):
        assert without_article(search_key(word)) == bare
    for word in ("الي", "ال", "", "market", "لل", "بالي"):
        assert without_article(word) == word


@given(st.text())
def test_a_key_is_its_own_key(text: str) -> None:
    assert search_key(search_key(text)) == search_key(text)


@given(arabic_words)
def test_the_key_of_an_arabic_or_kurdish_word_is_its_own_key(text: str) -> None:
    assert search_key(search_key(text)) == search_key(text)


@given(arabic_words, st.data())
def test_diacritics_and_tatweel_anywhere_change_nothing(text: str, data: st.DataObject) -> None:
    marked = "".join(letter + data.draw(st.text(DIACRITICS, max_size=2)) for letter in text)
    assert search_key(marked) == search_key(text)


@given(arabic_words)
def test_the_way_unicode_composes_a_letter_changes_nothing(text: str) -> None:
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert search_key(unicodedata.normalize(form, text)) == search_key(text)


@given(st.text(), st.text())
def test_case_and_spaces_around_change_nothing(text: str, more: str) -> None:
    assert search_key(f"  {text}\t") == search_key(text)
    assert search_key(f"{text} {more}") == search_key(f"{text}   {more}")


@given(st.text())
def test_a_key_shows_no_invisible_character(text: str) -> None:
    assert not {unicodedata.category(letter) for letter in search_key(text)} & {"Cf", "Mn"}


@given(arabic_words)
def test_a_word_keeps_its_length_but_for_what_is_dropped(text: str) -> None:
    assert len(search_key(text)) == len(" ".join(text.split()))
