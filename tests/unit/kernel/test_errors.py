"""Coded errors and their sentences."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uruk.kernel.api import LANGUAGES, CodedError, Text, all_error_codes, error_sentence

FSI, PDI = "\u2068", "\u2069"
languages = st.sampled_from(LANGUAGES)


@given(st.sampled_from([code for code in all_error_codes() if code.startswith("kernel.")]), languages)
def test_every_code_has_a_sentence_of_its_own_in_each_language(code: str, lang: str) -> None:
    sentence = error_sentence(code, lang, {})
    assert sentence not in {error_sentence(code, other, {}) for other in LANGUAGES if other != lang}
    assert "{" not in sentence


@given(languages, st.text())
def test_a_value_is_put_into_the_sentence_and_cannot_turn_it_around(lang: str, value: str) -> None:
    sentence = CodedError("kernel.time_invalid", value=value).sentence(lang)
    assert sentence.count(FSI) == sentence.count(PDI)
    assert not set(sentence) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067")
    if not (lang == "en" and value.isascii()):
        assert FSI in sentence


def test_a_latin_value_in_an_english_sentence_stays_plain() -> None:
    assert CodedError("kernel.time_invalid", value="yesterday").sentence("en").endswith(": yesterday")


def test_numbers_are_written_in_the_readers_digits() -> None:
    error = CodedError("kernel.days_out_of_range", days=-1, maximum=10_000)
    assert [("١٠٠٠٠" in error.sentence(lang), "10000" in error.sentence(lang)) for lang in LANGUAGES] == [
        (True, False),
        (True, False),
        (False, True),
    ]


def test_a_list_among_the_values_is_said_with_the_readers_commas() -> None:
    error = CodedError("kernel.country_not_given", names=["sumer", "akkad"])
    assert error.sentence("en").endswith(": sumer, akkad")
    assert error.sentence("ar").endswith(f"{FSI}sumer{PDI}، {FSI}akkad{PDI}")


def test_a_text_among_the_values_is_said_in_the_readers_language() -> None:
    name = Text("وزارة الداخلية", "وەزارەتی ناوخۆ", "Ministry of Interior")
    error = CodedError("kernel.country_not_found", name=name)
    assert all(name.get(lang) in error.sentence(lang) for lang in LANGUAGES)


@given(st.text(), languages)
def test_an_error_nobody_wrote_a_sentence_for_still_says_its_code(code: str, lang: str) -> None:
    if code not in all_error_codes():
        sentence = error_sentence(code, lang, {})
        assert sentence == error_sentence("kernel.error_unknown", lang, {"code": code})


@pytest.mark.parametrize("code", ["../kernel.x", "/etc.passwd", "kernel/errors.yaml", "nowhere.at_all", "", "."])
def test_a_code_from_outside_opens_no_file(code: str) -> None:
    assert error_sentence(code, "en", {}).startswith("Something went wrong")


def test_a_language_nobody_speaks_here_gets_english() -> None:
    assert error_sentence("kernel.text_not_a_mapping", "fr", {}).startswith("Something went wrong")


@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.one_of(st.text(), st.integers())))
def test_an_error_survives_the_way_from_a_child_process(values: dict[str, object]) -> None:
    there = CodedError("kernel.time_invalid", **values)
    back = pickle.loads(pickle.dumps(there))
    assert (type(back), back.code, back.values, str(back)) == (CodedError, there.code, there.values, str(there))


def test_an_error_prints_as_its_code_and_english_sentence() -> None:
    assert str(CodedError("kernel.text_missing", language="ckb")) == (
        "kernel.text_missing: The text in the language ckb is missing and required."
    )


def test_the_values_a_sentence_waits_for_may_be_missing() -> None:
    assert "…" in CodedError("kernel.text_missing").sentence("en")
