"""The words that the browser's programs speak with, and that they are complete."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.utils.translation import override

from uruk import portal
from uruk.kernel.api import Dinars, error_sentence, format_date, local_digits
from uruk.portal.words import OFFLINE_CODES, offline_words

PROGRAMS = Path(portal.__file__).parent / "static/portal"
LANGUAGES = ("ar", "ckb", "en")


def told_codes() -> set[str]:
    """Every code that judging can end in, as the programs name them."""
    judge = (PROGRAMS / "judge.js").read_text(encoding="utf-8")
    whole = set(
        re.findall(r'"((?:trust|portal)\.(?!cbor|base32|status_|cose_shape|cose_algorithm|keys_)[a-z0-9_]+)"', judge)
    )
    yielded = {f"trust.{name}" for name in re.findall(r'(?:yield \[|answer\()"([a-z_]+)"', judge)}
    problems = {f"trust.seal_{name}" for name in ("not_yet", "retired")}
    return (whole | yielded | problems | {"trust.document_revoked", "trust.document_replaced"}) - {"trust.qr_"}


def test_the_page_brings_a_sentence_for_every_answer_of_its_programs() -> None:
    assert told_codes() - set(OFFLINE_CODES) == set()
    assert len(told_codes()) > 15


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_missing(language: str) -> None:
    with override(language):
        words = offline_words()
    general = error_sentence("nowhere.unknown", language, {})
    assert len(words["sentences"]) == len(OFFLINE_CODES) + 1
    assert not any(sentence == general for sentence in words["sentences"].values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_keep_places_for_their_values(language: str) -> None:
    with override(language):
        found = offline_words()["sentences"]["trust.issued"]
    assert set(re.findall(r"\{(\w+)\}", found)) == {"institution", "type", "date"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_month_patterns_make_the_kernels_days(language: str) -> None:
    with override(language):
        months = offline_words()["months"]
    for month in range(1, 13):
        made = months[month - 1].replace("{day}", "7").replace("{year}", "2027")
        assert local_digits(made, language) == format_date(date(2027, month, 7), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pattern_of_amounts_makes_the_kernels_dinars(language: str) -> None:
    with override(language):
        pattern = offline_words()["money"]
    assert pattern.replace("{amount}", local_digits("250", language)) == Dinars(250).format(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_that_a_program_asks_for_is_there(language: str) -> None:
    asked = {name for path in PROGRAMS.glob("*.js") for name in re.findall(r'label\("(\w+)"\)', path.read_text())}
    with override(language):
        labels = offline_words()["labels"]
    assert asked <= set(labels)
    assert len(asked) > 8
