"""How a name sounds, whichever script it is written in, and what it costs to turn one into another.

A sound is consonants with a slot for vowels before, between and after them. Arabic writes long vowels only, Sorani
nearly all, Latin all of them, and each has letters that stand for several consonants (d is د or ض; s is س, ص or ث): a
consonant is the set of those it can be, and two agree where the sets meet.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from uruk.registries.domain.matching.spelling import Word

A, I, U = 1, 2, 4  # noqa: E741  vowels as bits
_ANY = A | I | U

# What edits cost. Up to SAME the name is the same; up to NEAR there is one slip of the pen.
SAME, NEAR = 1, 4
NEAR_IF_SHORT = 2  # of fewer than three consonants
_SLIP, _SLIP_OF_H, _RELATED = 4, 2, 2
_EDGE, _VOWEL, _LONG_A = 3, 2, 1
# A short vowel that one of two spellings lacks: nothing across scripts, something where both write vowels.
_LEFT_OUT = {"kurdish": 2, "latin": 1}

_PHONEMES = "bptTjcJhxdZrzsSDGfvqkglmn"
_BIT = {phoneme: 1 << place for place, phoneme in enumerate(_PHONEMES)}
H = _BIT["h"]


def _masks(table: Mapping[str, str]) -> dict[str, int]:
    return {letter: sum(_BIT[each] for each in phonemes) for letter, phonemes in table.items()}


# Capitals: T is ث, Z is ذ, D is ض, S is ش, G is غ, J is ژ; c is چ, x is خ.
_ARABIC = _masks({
    "ب": "bp", "پ": "p", "ت": "t", "ط": "t", "ث": "T", "ج": "jcJ", "چ": "c", "ژ": "J", "ح": "h", "ه": "h", "خ": "x",
    "د": "d", "ذ": "Z", "ر": "r", "ڕ": "r", "ز": "z", "س": "s", "ص": "s", "ش": "S", "ض": "D", "ظ": "DZ", "غ": "G",
    "ف": "fv", "ڤ": "vf", "ق": "q", "ک": "kg", "گ": "g", "ل": "l", "ڵ": "l", "م": "m", "ن": "n",
})  # fmt: skip
_KURDISH = _ARABIC | _masks({"ب": "b", "ج": "j", "ز": "zZD", "س": "sT", "ک": "k", "ف": "f", "ت": "t"})
_LATIN = _masks({
    "b": "b", "p": "p", "t": "t", "th": "TZ", "d": "dD", "dh": "DZ", "z": "zZD", "zh": "J", "s": "sT", "sh": "S",
    "j": "jJ", "dj": "j", "ch": "c", "tch": "c", "g": "gqG", "gh": "G", "q": "q", "k": "kq", "c": "k", "ck": "k",
    "kh": "x", "x": "x", "h": "h", "f": "f", "ph": "f", "v": "v", "l": "l", "r": "r", "m": "m", "n": "n",
})  # fmt: skip
_LATIN_PARTS = re.compile("tch|[cdgkstz]h|ph|dj|ck|ee|oo|ou|[ae][iy]|.")
# Vowels: (bits that may stand there, bits of which one must be heard on the other side too; 0 where short).
_LATIN_VOWELS = {
    "a": (A, 0), "e": (A | I, 0), "i": (I, 0), "y": (I, 0), "o": (U, 0), "u": (U, 0), "w": (U, U), "ee": (I, I),
    "oo": (U, U), "ou": (U, U), "ai": (I | A, I), "ay": (I | A, I), "ei": (I | A, I), "ey": (I | A, I),
}  # fmt: skip
_ARABIC_VOWELS = {"ا": (A, A), "و": (U, U), "ی": (I, I), "ئ": (I | A, 0), "ؤ": (U | A, 0), "ە": (A, 0)}
_BARE_AIN = frozenset(f"ع{letter}" for letter in _ARABIC)
_KURDISH_VOWELS = {
    "ا": (A, A), "و": (U, 0), "ۆ": (U, 0), "ی": (I, 0), "ێ": (I, 0), "ە": (A | I, 0), "ؤ": (U, 0),
}  # fmt: skip
# Letters of one family that foreign ears and keyboards mix.
_FAMILIES = tuple(_BIT[one] | _BIT[other] for one, other in ("sS", "hx", "kx", "Tt", "zs", "gk", "td", "jG", "zJ"))


@dataclass(frozen=True, slots=True)
class Slot:
    """The vowels between two consonants: which may be there, and those that must be heard on the other side too."""

    may: int = 0
    must: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Sound:
    """Consonants as sets of phonemes, and one vowel slot more than there are consonants."""

    consonants: tuple[int, ...]
    slots: tuple[Slot, ...]


def sounds(word: Word) -> tuple[Sound, ...]:
    """Return how a word may be read: also with ه typed for the Kurdish ە, and with ة spoken as ت (نجاة, نەجات)."""
    return _sounds(word.letters, word.orthography)


@lru_cache(maxsize=100_000)
def _sounds(letters: str, orthography: str) -> tuple[Sound, ...]:
    if orthography == "latin":
        return (_read_latin(letters),)
    if orthography not in {"arabic", "kurdish"}:
        return ()
    readings = {letters: None, letters[:1] + letters[1:].replace("ه", "ە"): None}
    if orthography == "arabic" and letters.endswith("ه"):
        readings[letters[:-1] + "ت"] = None
    tables = (_KURDISH, _KURDISH_VOWELS) if orthography == "kurdish" else (_ARABIC, _ARABIC_VOWELS)
    return tuple(_read_arabic(reading, *tables) for reading in readings)


def _read_latin(letters: str) -> Sound:
    plain = re.sub(r"([bcdfghjklmnpqrstvwxz])\1+", r"\1", letters)
    reading = _Reading()
    for part in _LATIN_PARTS.findall(re.sub(r"(?<=[aeiou])h$", "", plain)):
        if part in _LATIN_VOWELS:
            reading.vowel(*_LATIN_VOWELS[part])
        elif part in _LATIN:
            reading.consonant(_LATIN[part])
    return reading.done()


def _read_arabic(letters: str, consonants: Mapping[str, int], vowels: Mapping[str, tuple[int, int]]) -> Sound:
    plain = letters.rstrip("ء")
    if consonants is _KURDISH:
        plain = re.sub(r"([^اوی])\1+", r"\1", plain)
    reading = _Reading()
    for place, letter in enumerate(plain):
        last = place == len(plain) - 1
        if not place and ((letter == "ا" and consonants is _ARABIC) or plain[:2] in _BARE_AIN):
            reading.vowel(_ANY, 0)  # the first alif carries any vowel: Ahmad, Ibrahim, Usama; and ع without one too
        elif last and place and letter in "هە":
            reading.vowel(A | I, 0)
        elif last and letter == "ع":
            reading.vowel(_ANY, 0)
        elif last and place and letter == "ی":
            reading.vowel(I | A, I | A)
        elif letter in vowels:
            reading.vowel(*vowels[letter])
        elif letter in consonants:
            reading.consonant(consonants[letter])
    return reading.done()


class _Reading:
    """Collects consonants and slots, letter by letter."""

    def __init__(self) -> None:
        self._consonants: list[int] = []
        self._may = [0]
        self._must: list[list[int]] = [[]]

    def vowel(self, may: int, must: int) -> None:
        if may == A and self._may[-1] & I:
            must = A  # i or y before a is a consonant with its vowel: Ziad is not Zaid
        self._may[-1] |= may
        if must:
            self._must[-1].append(must)

    def consonant(self, mask: int) -> None:
        self._consonants.append(mask)
        self._may.append(0)
        self._must.append([])

    def done(self) -> Sound:
        return Sound(
            tuple(self._consonants),
            tuple(Slot(may, tuple(must)) for may, must in zip(self._may, self._must, strict=True)),
        )


def distance(left: Word, right: Word) -> int:
    """Return what it costs to hear one word as the other: 0 the same, up to SAME the same name, up to NEAR one slip.

    Symmetric. 99 where a word has no sound (letters of other scripts).
    """
    if (right.orthography, right.letters) < (left.orthography, left.letters):
        left, right = right, left
    return _distance(left, right)


@lru_cache(maxsize=200_000)
def _distance(left: Word, right: Word) -> int:
    left_out = _LEFT_OUT.get(left.orthography, 0) if left.orthography == right.orthography else 0
    costs = [_between(one, other, left_out) for one in sounds(left) for other in sounds(right)]
    return min(costs, default=99)


def _between(left: Sound, right: Sound, left_out: int) -> int:
    if not left.consonants or not right.consonants:
        return 0 if left == right and any(slot.may for slot in left.slots) else 99
    if abs(len(left.consonants) - len(right.consonants)) > 2:
        return 99
    return _edge(left.slots[0], right.slots[0]) + _aligned(left, right, left_out)


def _aligned(left: Sound, right: Sound, left_out: int) -> int:
    """Optimal string alignment over consonants, each bringing the slot that follows it."""
    mine, yours = left.consonants, right.consonants
    rows = [[0] * (len(yours) + 1) for _ in range(len(mine) + 1)]
    for i in range(len(mine) + 1):
        for j in range(len(yours) + 1):
            if i == 0 or j == 0:
                rows[i][j] = sum(map(_dropped, mine[:i])) + sum(map(_dropped, yours[:j]))
                continue
            ends = (i == len(mine), j == len(yours))
            follows = _after(left.slots[i], right.slots[j], ends, left_out)
            rows[i][j] = min(
                rows[i - 1][j - 1] + _changed(mine[i - 1], yours[j - 1]) + follows,
                rows[i - 1][j] + _dropped(mine[i - 1]),
                rows[i][j - 1] + _dropped(yours[j - 1]),
            )
            if i > 1 and j > 1 and mine[i - 1] & yours[j - 2] and mine[i - 2] & yours[j - 1]:
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + _SLIP)
    return rows[-1][-1]


def _after(left: Slot, right: Slot, ends: tuple[bool, bool], left_out: int) -> int:
    if all(ends):
        return _edge(left, right)
    if any(ends):
        return 0
    return max(_slot(left, right), left_out if bool(left.may) != bool(right.may) else 0)


def _dropped(mask: int) -> int:
    return _SLIP_OF_H if mask == H else _SLIP


def _changed(mine: int, yours: int) -> int:
    if mine & yours:
        return 0
    return _RELATED if any(mine & family and yours & family for family in _FAMILIES) else _SLIP


def _edge(left: Slot, right: Slot) -> int:
    """At the beginning and the end a vowel tells names apart: Hamad and Ahmad, Amir and Amira."""
    return _EDGE if bool(left.may) != bool(right.may) else _slot(left, right)


def _slot(left: Slot, right: Slot) -> int:
    cost = sum(_unheard(mask, right) for mask in left.must) + sum(_unheard(mask, left) for mask in right.must)
    if not cost and left.may and right.may and not left.may & right.may:
        cost = _VOWEL
    return min(cost, _EDGE)


def _unheard(mask: int, other: Slot) -> int:
    if mask & other.may:
        return 0
    return _LONG_A if mask == A and other.may in {0, I} else _VOWEL


# Consonants that some letter can stand for both of: one class, so that names that sound alike have one outline.
_CLASSES = {
    "b": "bp",
    "t": "t",
    "z": "TZzDds",
    "S": "S",
    "j": "jcJ",
    "k": "kgqG",
    "f": "fv",
    **{each: each for each in "xhrlmn"},
}
_CLASS_OF = {_BIT[phoneme]: name for name, phonemes in _CLASSES.items() for phoneme in phonemes}


def outline(word: Word) -> str:
    """Return the classes of a word's consonants: equal for words of one sound; its letters where it has none.

    Without h, which is ه in one script, a vowel in the next, and left out in the third.
    """
    found = sounds(word)
    classes = "".join(_CLASS_OF[mask & -mask] for mask in found[0].consonants if mask != H) if found else ""
    return classes or word.letters
