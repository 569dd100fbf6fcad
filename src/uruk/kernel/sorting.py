"""The order of the Sorani alphabet."""

import unicodedata

from uruk.kernel.digits import ascii_digits

# The Kurdish letters in their order. The last stand as و ۆ ه ە ی ێ, as Kurdish text tools have them (AsoSoft's);
# MediaWiki has ه ە before و ۆ. Letters that only Arabic words or other dialects have stand beside their likes.
_ALPHABET = "ئءاآأإٱبپتثجچحخدڎذرڕزژسشصضطظعغفڤقکگڴلڵمنوؤۆۊۉهةەیێ"
_SAME_LETTERS = str.maketrans("يىكھہ", "ییکهه")
_PLACE = {letter: place for place, letter in enumerate(_ALPHABET)}
_TATWEEL = "\N{ARABIC TATWEEL}"
_LEGACY_E = "ه\N{ZERO WIDTH NON-JOINER}"

SortKey = tuple[tuple[tuple[int, int], ...], str]


def sorani_sort_key(text: str) -> SortKey:
    """Return a key that sorts texts by the Sorani alphabet: spaces, digits, other letters, then ئ to ێ.

    ICU's order for `ckb` is wrong (ڕ after ز). Diacritics, tatweel and invisible characters do not count, unless
    all else is equal; the old spelling of ە (ه with a zero-width non-joiner) is ە.
    """
    plain = unicodedata.normalize("NFKC", text).casefold().replace(_LEGACY_E, "ە")
    letters = ascii_digits(plain).translate(_SAME_LETTERS)
    return tuple(_weight(letter) for letter in letters if _counts(letter)), text


def _counts(letter: str) -> bool:
    return letter != _TATWEEL and unicodedata.category(letter) not in {"Mn", "Cf"}


def _weight(letter: str) -> tuple[int, int]:
    if letter in _PLACE:
        return 3, _PLACE[letter]
    if letter.isspace():
        return 0, 0
    return (1 if letter.isdecimal() else 2), ord(letter)
