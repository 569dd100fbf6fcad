"""Under which keys a record is found when one like it comes in: a few whole numbers each, looked up in an index.

A pair is compared only if it shares a key, so each key leaves out what another one rests on: a slip in the given name,
a swapped day, an unknown mother or one wrong digit breaks some keys and leaves others. Keys are 64-bit digests: short
in the index, and without names in it.
"""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date

from uruk.registries.domain.matching.names import Part
from uruk.registries.domain.matching.score import Traits, traits
from uruk.registries.domain.matching.sound import outline

MAX_KEYS = 16
_CHUNK = 4  # digits of a number; a slip spoils one chunk, and two others still agree


def match_keys(match: Mapping[str, str], values: Mapping[str, object]) -> tuple[int, ...]:
    """Return the keys of a record, at most MAX_KEYS, sorted, each once; signed 64-bit numbers.

    `match`: role (name, mother, born, number, phone, text) → field. Values that hold nothing to find by give no key.
    """
    return keys_of(traits(match, values))


def keys_of(record: Traits) -> tuple[int, ...]:
    """Return the keys of a record whose traits were read already."""
    texts = (*_of_names(record), *_of_digits(record), *_of_texts(record))
    return tuple(sorted({_digest(text) for text in texts}))[:MAX_KEYS]


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)


def _of_names(record: Traits) -> Iterator[str]:
    name, day = record.name, record.born
    given, father, grandfather = _outline(name.given), _outline(name.father), _outline(name.grandfather)
    if not given:
        return
    pair = "+".join(sorted((given, father)))  # given and father may have been exchanged
    if day:
        when = _unordered(day)
        yield f"given-day:{given}:{when}"
        if father:
            yield f"pair-year:{pair}:{day.year}"
            yield f"father-day:{father}:{when}"
            yield f"pair-month-day:{pair}:{day.month}-{day.day}"
    if father and record.mother:
        yield f"pair-mother:{pair}:{_outline(record.mother.given)}"
    if father and grandfather:
        yield f"three:{pair}:{grandfather}"
    if father and name.surname:
        yield f"three:{pair}:{_outline(name.surname)}"


def _outline(part: Part) -> str:
    """The outline of a part's first name: a compound's second half is often left out."""
    return outline(part[0]) if part else ""


def _unordered(day: date) -> str:
    """A day whose month and day of the month may have been swapped."""
    first, second = sorted((day.month, day.day))
    return f"{day.year}-{first}-{second}"


def _of_digits(record: Traits) -> Iterator[str]:
    number = record.number
    if len(number) == 3 * _CHUNK:
        chunks = (number[:_CHUNK], number[_CHUNK : 2 * _CHUNK], number[2 * _CHUNK :])
        for left_out in range(3):
            yield f"number-{left_out}:{'-'.join(chunk for place, chunk in enumerate(chunks) if place != left_out)}"
    elif number:
        yield f"number:{number}"
    if record.phone:
        yield f"phone:{record.phone}"


def _of_texts(record: Traits) -> Iterator[str]:
    tokens = sorted(set(record.text.split()), key=lambda token: (-len(token), token))[:3]
    if len(tokens) < 3:
        yield from (f"text:{token}" for token in tokens)
    else:
        yield from (f"text:{'-'.join(sorted((one, other)))}" for one in tokens for other in tokens if one < other)
