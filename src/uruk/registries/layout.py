"""What of a record's values stands outside its JSON: values of keys, columns and the words by which it is found."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache

from uruk.kernel.api import has_half_letter, search_key, without_article

Values = Mapping[str, object]
# What fits an entry of an index on both databases (PostgreSQL: a third of a page, and letters take up to four bytes).
MAX_INDEXED = 200
MAX_WORDS = 400
_MAX_WORD = 40
_MAX_QUERY_WORDS = 10
_ARTICLE, _FIRST_ARABIC, _LAST_ARABIC = "ال", "\u0621", "\u06d5"
_SHORTEST_WITH_ARTICLE = 3
_BIGGEST = 2**63 - 1
_WORD = re.compile(r"[^\W_]+")


def column_value(kind: str, value: object) -> str | int | None:
    """A value as its column keeps it: a text cut after 200 characters, a whole number, a day as ISO text."""
    if value is None or value == "":
        return None
    if kind == "integer":
        return int(value) if isinstance(value, int) and abs(value) <= _BIGGEST else None
    if isinstance(value, str):
        return value[:MAX_INDEXED]
    return plain_text(value)[:MAX_INDEXED]


def is_storable(text: str) -> bool:
    """Whether a database keeps such a text: PostgreSQL no NUL, neither of them half a letter (a lone surrogate)."""
    return "\0" not in text and not has_half_letter(text)


def plain_text(value: object) -> str:
    """A value as text: parts of a person or an address after each other, yes and no as in JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "true" if value else "false"
    return " ".join(_texts(value))


def key_values(keys: Sequence[Sequence[str]], values: Values) -> list[tuple[int, str]]:
    """Each key that has all its fields, as (place in the definition, one text for its values)."""
    found = ((place, key_text([values.get(name) for name in fields])) for place, fields in enumerate(keys))
    return [(place, text) for place, text in found if text is not None]


def key_text(values: Sequence[object]) -> str | None:
    """The values of a key as one text, a digest where it is long; None where one is missing."""
    if None in values or "" in values:
        return None
    plain = [value if isinstance(value, int) else plain_text(value) for value in values]
    text = str(plain[0]) if len(plain) == 1 else json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
    return text if len(text) <= MAX_INDEXED else f"#{hashlib.sha256(text.encode()).hexdigest()}"


def words_of(searched: Sequence[str], values: Values) -> str | None:
    """The words by which a record is found, each once, with a space between; None where there are none."""
    words: dict[str, None] = {}
    for name in searched:
        for part in plain_text(values[name]).split() if name in values else ():
            words.update(dict.fromkeys(_words_of_part(part[:MAX_INDEXED])))
    return " ".join(list(words)[:MAX_WORDS]) or None


def query_words(text: str) -> tuple[tuple[str, ...], ...]:
    """The words that somebody looks for, at most ten, each in the forms in which it may be kept."""
    words = tuple(dict.fromkeys(cut_words(text[:MAX_INDEXED])))[:_MAX_QUERY_WORDS]
    return tuple(_forms(word) for word in words)


def _forms(word: str) -> tuple[str, ...]:
    """A word as it was typed, and where it may have an article, without it and with it."""
    bare = without_article(word)
    if len(bare) < _SHORTEST_WITH_ARTICLE or not _FIRST_ARABIC <= bare[0] <= _LAST_ARABIC:
        return (word,)
    return tuple(dict.fromkeys((word, bare, _ARTICLE + bare)))


def cut_words(text: str) -> Iterator[str]:
    """The words of a text as the index keeps them: letters and digits alone, in the kernel's search form."""
    for part in text.split():
        yield from _words_of_part(part[:MAX_INDEXED])


@lru_cache(maxsize=50_000)
def _words_of_part(part: str) -> tuple[str, ...]:
    return tuple(word[:_MAX_WORD] for word in _WORD.findall(search_key(part)))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
    elif value is not None:
        yield str(value)
