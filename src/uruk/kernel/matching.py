"""Normalised forms of Arabic and Kurdish, for search and matching only: the original is always kept."""

import re
import unicodedata

from uruk.kernel.digits import ascii_digits

_ZWNJ = "\N{ZERO WIDTH NON-JOINER}"
_TATWEEL = "\N{ARABIC TATWEEL}"
# Letters that stay different words' letters (ئ, ؤ, ە) are not here; marks, also the hamza of أإآ, are taken off before.
_SAME_LETTERS = str.maketrans("ٱىيةھہك", "اییهههک", _TATWEEL)
_SPACES = re.compile(r"\s+")
# The article, alone and with the small words that Arabic writes together with it.
_ARTICLES = ("وال", "بال", "لل", "ال")
_SHORTEST_WORD = 3


def search_key(text: str) -> str:
    """Return the form in which spellings of the same word are equal; never shown, never stored for the original.

    Folded: أإآٱ to ا, ى and ي to ی, ة to ه, ك to ک, ه with a zero-width non-joiner to ە, presentation forms,
    the digit systems, case. Dropped: tatweel, diacritics, invisible characters, spaces at the ends.
    """
    plain = "".join(_without_marks(letter) for letter in _compatible(text))
    folded = plain.replace("ه" + _ZWNJ, "ە").translate(_SAME_LETTERS)
    visible = "".join(letter for letter in folded if unicodedata.category(letter) != "Cf")
    return _SPACES.sub(" ", ascii_digits(visible)).strip()


def without_article(word: str) -> str:
    """A word in its search form without the Arabic article; as it is where it has none, or hardly anything is left."""
    for article in _ARTICLES:
        if word.startswith(article) and len(word) - len(article) >= _SHORTEST_WORD:
            return word[len(article) :]
    return word


def _compatible(text: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def _without_marks(letter: str) -> str:
    # ئ and ؤ are letters of their own: taken apart they would lose their hamza.
    if letter in "ئؤ":
        return letter
    parts = unicodedata.normalize("NFD", letter)
    return "".join(part for part in parts if unicodedata.category(part) != "Mn")
