"""Every coded error has its sentence in three languages, in the right file, and a test that provokes it."""

import re

from tests.architecture.errors import LANGUAGES, PLACEHOLDER, mentions, said_by_tests, sentences

# Letters of the other language, as a wrong keyboard leaves them behind.
NOT_ARABIC = set("ەێۆڕڵیکگچپژڤھ")
NOT_KURDISH = set("ىيكةؤ")


def test_every_error_that_can_be_raised_has_sentences() -> None:
    known = sentences()
    assert [str(found) for found in mentions() if not any(found.matches(code) for code in known)] == []


def test_no_sentence_waits_for_an_error_that_is_never_raised() -> None:
    assert [code for code in sentences() if not any(found.matches(code) for found in mentions())] == []


def test_every_sentence_is_there_in_three_languages() -> None:
    lacking = [code for code, texts in sentences().items() if tuple(texts) != LANGUAGES or not all(texts.values())]
    assert lacking == []


def test_a_room_raises_its_own_errors_only() -> None:
    raised = [found for found in mentions() if found.given is not None]
    foreign = [str(found) for found in raised if not _is_own(found.path.parts, found.pattern.partition(".")[0])]
    assert foreign == []


def _is_own(place: tuple[str, ...], room: str) -> bool:
    """The gateway is the exchange's process, and what it refuses is refused by the exchange."""
    return room in place or (room == "exchange" and "gateway" in place)


def test_the_three_sentences_speak_of_the_same_values() -> None:
    differing = [
        code
        for code, texts in sentences().items()
        if len({frozenset(PLACEHOLDER.findall(text)) for text in texts.values()}) != 1
    ]
    assert differing == []


def test_a_sentence_is_given_every_value_it_speaks_of() -> None:
    unfilled = []
    for found in mentions():
        wanted = set(PLACEHOLDER.findall(sentences().get(found.pattern, {}).get("ar", "")))
        if found.given is not None and not wanted <= found.given:
            unfilled.append(f"{found} lacks {sorted(wanted - found.given)}")
    assert unfilled == []


def test_arabic_and_kurdish_sentences_are_written_in_their_own_letters() -> None:
    misspelt = []
    for code, texts in sentences().items():
        for lang, foreign in (("ar", NOT_ARABIC), ("ckb", NOT_KURDISH)):
            # A letter that stands alone, or between quotation marks, is what the sentence is about.
            words = re.sub(r"«[^»]*»|\b\w\b", "", texts[lang])
            if set(words) & foreign:
                misspelt.append(f"{code} {lang}: {''.join(sorted(set(words) & foreign))}")
    assert misspelt == []


def test_every_error_is_provoked_by_a_test() -> None:
    said = set(re.findall(r"[a-z]+\.[a-z0-9_]+", said_by_tests()))
    assert [code for code in sentences() if code not in said] == []
