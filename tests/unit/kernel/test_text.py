"""Texts in three languages."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uruk.kernel.api import LANGUAGES, CodedError, Text, direction

words = st.text(min_size=1).filter(str.strip)
mappings = st.fixed_dictionaries({"ar": words, "ckb": words}, optional={"en": words})


def code_of(mapping: Any) -> str:
    with pytest.raises(CodedError) as caught:
        Text.parse(mapping)
    return caught.value.code


@given(mappings)
def test_a_text_gives_back_what_it_was_read_from(mapping: dict[str, str]) -> None:
    assert Text.parse(mapping).as_dict() == mapping


@given(mappings)
def test_a_text_has_something_to_read_in_every_language(mapping: dict[str, str]) -> None:
    text = Text.parse(mapping)
    assert [text.get(lang) for lang in LANGUAGES] == [mapping.get(lang, mapping["ar"]) for lang in LANGUAGES]


@given(mappings, st.sampled_from(["ar", "ckb"]))
def test_arabic_and_kurdish_are_both_required(mapping: dict[str, str], left_out: str) -> None:
    del mapping[left_out]
    assert code_of(mapping) == "kernel.text_missing"


@given(mappings, st.text().filter(lambda lang: lang not in LANGUAGES))
def test_an_unknown_language_is_named(mapping: dict[str, str], lang: str) -> None:
    assert code_of({**mapping, lang: "x"}) == "kernel.text_language_unknown"


@given(mappings, st.sampled_from(LANGUAGES), st.sampled_from(["", " ", "\n", None, 7, ["x"]]))
def test_an_empty_text_is_no_text(mapping: dict[str, str], lang: str, nothing: object) -> None:
    assert code_of({**mapping, lang: nothing}) == "kernel.text_empty"


@given(st.one_of(st.text(), st.integers(), st.none(), st.lists(st.text())))
def test_a_text_is_read_from_a_mapping_only(value: object) -> None:
    assert code_of(value) == "kernel.text_not_a_mapping"


def test_a_text_is_not_given_in_a_language_nobody_knows() -> None:
    with pytest.raises(CodedError) as caught:
        Text("س", "س").get("fr")
    assert caught.value.code == "kernel.language_unknown"


def test_arabic_and_kurdish_run_right_to_left_and_english_left_to_right() -> None:
    assert [direction(lang) for lang in LANGUAGES] == ["rtl", "rtl", "ltr"]


def test_a_place_is_filled_in_each_language() -> None:
    told = Text("قيد ({title})", "تۆماری ({title})", "A record ({title})").filled(title=Text("س", "ت"))
    assert told == Text("قيد (س)", "تۆماری (ت)", "A record (س)")
