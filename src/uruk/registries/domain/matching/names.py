"""A person's name as parts that compare: given, father, grandfather, surname; a `person` or one line of text."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from uruk.registries.domain.matching.known import known, very_common
from uruk.registries.domain.matching.sound import NEAR, NEAR_IF_SHORT, SAME, distance, sounds
from uruk.registries.domain.matching.spelling import MAX_LETTERS, Word, has_article, is_kurdish, words

Level = Literal["same", "script", "spelling", "slip", "part", "different"]
Part = tuple[Word, ...]
AGREE: frozenset[Level] = frozenset({"same", "script", "spelling"})

_RANK: dict[Level, int] = {"same": 0, "script": 1, "spelling": 2, "slip": 3, "part": 4, "different": 5}
_OF_A_PLACE = re.compile(r"(?:ی|[iy])$")
_SHORT = 2  # consonants; a slip in so short a name makes another name


@dataclass(frozen=True, slots=True)
class PersonName:
    """The parts of a name; an empty part is not known."""

    given: Part = ()
    father: Part = ()
    grandfather: Part = ()
    surname: Part = ()

    def __bool__(self) -> bool:
        return bool(self.given)


def written_in_kurdish(value: object) -> bool:
    """Return whether a name, as parts or as a text, has letters that only Kurdish has."""
    return any(is_kurdish(text) for text in _texts(value).values())


def _texts(value: object) -> dict[str, str]:
    if isinstance(value, Mapping):
        return {name: text for name in PersonName.__slots__ if isinstance(text := value.get(name), str)}
    return {"": value} if isinstance(value, str) else {}


def person_name(value: object, *, kurdish: bool = False) -> PersonName:
    """Return the name that a value holds: the parts of a `person`, or a text in the order of papers.

    A text with a comma, or whose first word has the article, begins with the surname. Anything else is no name.
    `kurdish`: the record is written_in_kurdish somewhere, so that this name is too.
    """
    texts = _texts(value)
    if isinstance(value, Mapping):
        return PersonName(**{name: words(text, kurdish=kurdish) for name, text in texts.items()})
    return _from_text(texts[""][:MAX_LETTERS], kurdish=kurdish) if texts else PersonName()


def _from_text(text: str, *, kurdish: bool) -> PersonName:
    first, comma, rest = re.sub("،", ",", text).partition(",")
    if comma and words(rest):
        return _ordered(words(rest, kurdish=kurdish), words(first, kurdish=kurdish))
    found = words(text, kurdish=kurdish)
    if len(found) > 2 and has_article(text):
        return _ordered(found[1:], found[:1])
    return _ordered(found, ())


def _ordered(found: Part, surname: Part) -> PersonName:
    if not surname and len(found) == 3 and _OF_A_PLACE.search(found[2].letters) and not known(found[2]):
        found, surname = found[:2], found[2:]
    return PersonName(found[:1], found[1:2], found[2:3], surname or found[3:])


def compare_parts(left: Part, right: Part) -> Level | None:
    """Return how two parts of names agree; None where one is not known. Symmetric."""
    if not left or not right:
        return None
    if len(left) == len(right):
        return max((compare_words(one, other) for one, other in zip(left, right, strict=True)), key=_RANK.__getitem__)
    if _together(left) == _together(right):
        return "same"
    shorter, longer = sorted((left, right), key=len)
    return "part" if _within(shorter, longer) else "different"


def compare_surnames(left: Part, right: Part) -> Level | None:
    """Return how two surnames agree, also where Latin letters have the article grown on (Alameri, Amiri). Symmetric."""
    level = compare_parts(left, right)
    return compare_parts(_bare(left), _bare(right)) if level == "different" else level


def _bare(part: Part) -> Part:
    grown = len(part) == 1 and re.match("al.{3}", part[0].letters)
    return (Word(part[0].letters[2:], part[0].orthography),) if grown else part


def _together(part: Part) -> str:
    return "".join(word.letters for word in part)


def _within(shorter: Part, longer: Part) -> bool:
    rest = iter(longer)
    return all(any(compare_words(word, other) in AGREE for other in rest) for word in shorter)


def compare_words(left: Word, right: Word) -> Level:
    """Return how two single names agree. Symmetric."""
    if left.letters == right.letters:
        return "same"
    if left.orthography == right.orthography == "arabic":
        return _in_arabic(left, right)
    cost, alike = distance(left, right), left.orthography == right.orthography
    if _two_names(left, right):
        return "different"
    if cost <= SAME:
        return "spelling" if alike else "script"
    if cost <= (NEAR_IF_SHORT if _short(left) or _short(right) else NEAR):
        return "slip"
    return (
        "slip"
        if alike and len(left.letters) > 3 < len(right.letters) and is_slip(left.letters, right.letters)
        else "different"
    )


def _in_arabic(left: Word, right: Word) -> Level:
    """Arabic has one spelling for a name, up to hamza: what else differs is a slip or another name."""
    if _loose(left.letters) == _loose(right.letters):
        return "spelling"
    if _two_names(left, right) or min(len(left.letters), len(right.letters)) < 3:
        return "different"
    return "slip" if not _short_letters(left, right) and is_slip(left.letters, right.letters) else "different"


def _short_letters(left: Word, right: Word) -> bool:
    return max(len(left.letters), len(right.letters)) < 4


def _loose(letters: str) -> str:
    return letters.replace("ء", "").replace("ئ", "ی").replace("ؤ", "و").replace("ظ", "ض")


def _two_names(left: Word, right: Word) -> bool:
    mine, yours = known(left), known(right)
    return bool(mine) and bool(yours) and mine.isdisjoint(yours)


def _short(word: Word) -> bool:
    return max((len(sound.consonants) for sound in sounds(word)), default=0) < _SHORT + 1


def is_common(part: Part) -> bool:
    """Return whether sharing this part says little, because so many have it."""
    return all(very_common(word) for word in part)


def is_slip(left: str, right: str) -> bool:
    """Return whether `edits` is exactly 1; asked of most pairs that are compared, so nothing is counted."""
    if len(left) > len(right):
        left, right = right, left
    place = next((at for at, (one, other) in enumerate(zip(left, right, strict=False)) if one != other), len(left))
    if len(left) != len(right):
        return left[place:] == right[place + 1 :]
    exchanged = left[place : place + 2] == right[place : place + 2][::-1]
    return left != right and left[place + 1 + exchanged :] == right[place + 1 + exchanged :]


def edits(left: str, right: str) -> int:
    """Return the number of letters to change, add, drop or exchange with their neighbour (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, letter in enumerate(left, 1):
        older, before, row = before, row, [i]
        for j, other in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == right[j - 2] and left[i - 2] == other:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]
