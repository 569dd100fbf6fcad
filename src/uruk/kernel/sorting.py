"""The order of the Sorani alphabet."""

import unicodedata

from uruk.kernel.digits import ascii_digits

# The letters of other languages stand where Arabic has them.
_ALPHABET = "ءئاآأإبپتثجچحخدذرڕزژسشصضطظعغفڤقکگلڵمنوۆؤهةەیێ"
_SAME_LETTERS = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "ھ": "ه"})
_PLACE = {letter: place for place, letter in enumerate(_ALPHABET)}

SortKey = tuple[tuple[tuple[int, int], ...], str]


def sorani_sort_key(text: str) -> SortKey:
    """Return a key that sorts texts by the Sorani alphabet: spaces, digits, other letters, then ئ to ێ.

    ICU's order for `ckb` is wrong (ڕ after ز). Diacritics, tatweel and invisible characters do not count, unless
    all else is equal.
    """
    plain = ascii_digits(unicodedata.normalize("NFKC", text)).casefold().translate(_SAME_LETTERS)
    return tuple(_weight(letter) for letter in plain if _counts(letter)), text


def _counts(letter: str) -> bool:
    return letter != "\N{ARABIC TATWEEL}" and unicodedata.category(letter) not in {"Mn", "Cf"}


def _weight(letter: str) -> tuple[int, int]:
    if letter in _PLACE:
        return 3, _PLACE[letter]
    if letter.isspace():
        return 0, 0
    return (1 if letter.isdigit() else 2), ord(letter)
