"""Names cut into words that compare: particles joined or dropped, articles off, letters of one sound made one.

The originals are never touched; what is made here is compared, shown to nobody and stored nowhere.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from uruk.kernel.api import script_of, search_key

Orthography = Literal["arabic", "kurdish", "latin", "other"]

MAX_LETTERS = 200  # of a whole name; more than a field of a person holds
MAX_WORD = 40

# Latin letters that stand for a sound of their own would lose their mark in the search key.
_LATIN_SOUNDS = str.maketrans({"ş": "sh", "Ş": "sh", "ç": "ch", "Ç": "ch", "î": "ee", "Î": "ee", "û": "oo", "Û": "oo"})
_INSIDE_A_WORD = re.compile("['’‘`´ʿʾʼ]")
# Letters that Arabic has not, or has not there: no Arabic word begins with ئ.
_KURDISH_ONLY = re.compile(r"[ەێۆڕڵڤ]|(?<!\w)ئ")

# Between names: son of, daughter of.
_BETWEEN = {"بن", "ابن", "بنت", "bin", "ben", "ibn", "bint"}
_SERVANT = {
    "عبد",
    "عبدال",
    "عەبد",
    "عەبدول",
    "عەبدوڵ",
    "عەبدو",
    "abd",
    "abdul",
    "abdel",
    "abdal",
    "abdol",
    "abdoul",
    "abdu",
    "abdi",
}
_FATHER_OF = {"ابو", "ابا", "ابی", "بو", "ام", "ذو", "ئەبو", "ئەبوو", "ئوم", "abu", "abo", "abou", "bu", "um", "umm"}
_ARTICLE = {"ال", "ئەل", "al", "el", "il", "ul", "ash", "as", "ar", "an", "at", "ad", "adh", "az", "ur", "us", "ud"}
_FAITH = {"الدین", "دین", "ئەلدین", "din", "deen", "dine", "eddin", "eddine", "uddin", "aldin", "aldeen", "addin"}
_GOD = {"الله", "اللە", "ئەڵڵا", "allah", "ullah", "alla"}
# Written with a small alif above that keyboards do not have, so both ways are everywhere.
_LONG_A = {
    "رحمن": "رحمان", "اسحق": "اسحاق", "اسمعیل": "اسماعیل", "ابرهیم": "ابراهیم", "هرون": "هارون", "سلیمن": "سلیمان",
    "عثمن": "عثمان", "یسین": "یاسین", "طاها": "طه", "لقمن": "لقمان", "نعمن": "نعمان", "قسم": "قاسم",
}  # fmt: skip
_NO_ARTICLE = re.compile("^(?:الیاس|الهام|الاء|الا|الفت|البرت|الماس|السا|الین)$")


@dataclass(frozen=True, slots=True)
class Word:
    """One name of a person, ready to compare: folded letters and the orthography they are written in."""

    letters: str
    orthography: Orthography


@lru_cache(maxsize=50_000)
def words(text: str, *, kurdish: bool = False) -> tuple[Word, ...]:
    """Return the names in a text in their order; any text is taken, what has no letters gives none.

    "عبد الرحمن", "عبدالرحمن" and "Abd al-Rahman" are one word each; "بن" and "bin" between names go. `kurdish`:
    the text is part of a name that is_kurdish.
    """
    tokens = _tokens(text[:MAX_LETTERS])
    kurdish = kurdish or is_kurdish(text)
    found = (_word(token, kurdish=kurdish) for token in _joined(tokens))
    return tuple(word for word in found if word.letters)


@lru_cache(maxsize=50_000)
def is_kurdish(text: str) -> bool:
    """Return whether a name is written as Sorani is: one letter that only Kurdish has says it for the whole name."""
    return bool(_KURDISH_ONLY.search(search_key(text[:MAX_LETTERS])))


def _tokens(text: str) -> list[str]:
    folded = search_key(_INSIDE_A_WORD.sub("", text.translate(_LATIN_SOUNDS)))
    spaced = "".join(letter if unicodedata.category(letter).startswith("L") else " " for letter in folded)
    return [token[:MAX_WORD] for token in spaced.split()]


def _joined(tokens: Sequence[str]) -> list[str]:
    """Puts together what is one name, and drops what is none."""
    done: list[str] = []
    waiting = ""
    for place, token in enumerate(tokens):
        last = place == len(tokens) - 1
        if (done or waiting) and token in _BETWEEN:
            continue
        if not last and (token in _SERVANT or token in _FATHER_OF):
            waiting += "عبد" if token in _SERVANT and token[0] != "a" else token
        elif token in _ARTICLE and not last:
            continue
        elif done and not waiting and token in _FAITH | _GOD:
            done[-1] += _written_as(done[-1], token)
        else:
            done.append(waiting + (_without_article(token) if waiting else token))
            waiting = ""
    return done


def _written_as(before: str, token: str) -> str:
    latin = script_of(before) == "latin"
    if token in _FAITH:
        return "din" if latin else "دین"
    return "lah" if latin else "لا"


def _word(token: str, *, kurdish: bool) -> Word:
    script = script_of(token)
    if script == "latin":
        return Word(_latin(token), "latin")
    if script != "arabic":
        return Word(token, "other")
    return Word(_arabic(token), "kurdish" if kurdish else "arabic")


def _latin(token: str) -> str:
    if token.startswith("abd"):
        return _servant(token, r"^abd[aeiou]{0,2}l?(?=.{2})", "abd-", r"^[aeiou]+h?$", "lah")
    token = re.sub(r"^(.{2,})(?:[aeiou]{1,2}l?)d{1,2}(?:i|ee|ei|y)ne?$", r"\1din", token)
    token = re.sub(r"^(.{3,})[aeiou]llah?$", r"\1lah", token)
    return _without_article(token)


def _arabic(token: str) -> str:
    if re.match("ع[ەه]?بد.", token):
        return _servant(token, "^ع[ەه]?بد[وەه]?(?:ال|[لڵ])?(?=.)", "عبد", "^(?:ا|ە|اه|اە|ه)$", "لا")
    token = re.sub("^(.{2,}?)(?:ال|ئە|ە|ەل|ول|ود|ئەل)?د?دین$", r"\1دین", token)
    token = re.sub("^(.{2,})(?:الله|[وەه]?(?:ڵڵ|لل)ا|اللە)$", r"\1لا", token)
    bare = _without_article(token)
    return _LONG_A.get(bare, bare)


def _servant(token: str, prefix: str, start: str, only_god: str, god: str) -> str:
    """Names like عبد الله: the article between goes, also where it melts into the next letter (Abdurrahman)."""
    rest = re.sub(prefix, "", token, count=1)
    if rest == token:
        return token
    if re.match(only_god, rest) or rest in {"له", "لە"}:
        rest = god
    return start + _LONG_A.get(rest, rest)


def _without_article(token: str) -> str:
    if token.startswith("ال") and len(token) >= 5 and not _NO_ARTICLE.match(token):
        return token[2:]
    if re.match("^ئەل[^اەوۆیێ].{2,}", token):
        return token[3:]
    return (
        token[2:] if re.match(r"^al[^aeiouyl].{3,}", token) and token not in {"albert", "alfred", "alwand"} else token
    )


def has_article(text: str) -> bool:
    """Return whether a text begins with the article, as names of tribes and places do (الجبوري, al-Jubouri)."""
    tokens = _tokens(text[:MAX_LETTERS])
    if not tokens:
        return False
    first = tokens[0]
    return (first in _ARTICLE and len(tokens) > 1) or (len(first) >= 5 and _without_article(first) != first)
