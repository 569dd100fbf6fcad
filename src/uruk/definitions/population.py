"""demo/names.yaml: what synthetic people are made of, names, places and fields; the numbers mark them as made up."""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from uruk.definitions.cursor import Cursor

Made = Literal[
    "number", "name.ar", "name.ckb", "name.latin", "mother.ar", "mother.ckb", "mother.latin", "sex", "born", "deceased",
    "died", "father", "mother", "spouse", "place", "district", "quarter", "mahalla", "zuqaq", "house",
]  # fmt: skip
MADE: tuple[str, ...] = get_args(Made)
# Fewer given names than this, and the children of one family would have to share them.
MIN_NAMES = 16
MAX_WEIGHT = 1_000
_PREFIX = re.compile(r"999[0-9]{0,3}")


@dataclass(frozen=True, slots=True)
class PersonName:
    """One name as it is written in Arabic, Kurdish and Latin letters."""

    ar: str
    ckb: str
    latin: str


@dataclass(frozen=True)
class Community:
    """People who name their children from the same lists, the most usual name first."""

    code: str
    male: tuple[PersonName, ...]
    female: tuple[PersonName, ...]
    surnames: tuple[PersonName, ...]


@dataclass(frozen=True)
class Home:
    """A place where families live: how many of a thousand, of which communities, in which districts."""

    code: str
    weight: int
    communities: Mapping[str, int]
    districts: tuple[str, ...]


@dataclass(frozen=True)
class Population:
    """What synthetic people are made of.

    `day`: the people are as of this day. `prefix`: each number begins so, and no card's does. `fields`: what is made
    for each field of the registry `institution`/`registry`.
    """

    day: datetime.date
    prefix: str
    institution: str
    registry: str
    fields: Mapping[str, str]
    communities: tuple[Community, ...]
    homes: tuple[Home, ...]
    quarters: tuple[str, ...]


def read_population(cursor: Cursor) -> Population | None:
    """demo/names.yaml; None where it cannot be used (reported)."""
    if cursor.boolean("synthetic") is False:
        cursor.report("synthetic", "definitions.people_not_synthetic")
    communities = _communities(cursor)
    institution, _, registry = (cursor.string("registry") or "").partition("/")
    day, prefix = cursor.date("day"), _prefix(cursor)
    fields, quarters = _fields(cursor), cursor.strings("quarters")
    homes = _homes(cursor, tuple(one.code for one in communities))
    cursor.finish()
    if day is None or prefix is None or not (communities and homes and quarters):
        return None
    return Population(day, prefix, institution, registry, fields, communities, homes, quarters)


def _prefix(cursor: Cursor) -> str | None:
    prefix = cursor.string("numbers")
    if prefix is not None and not _PREFIX.fullmatch(prefix):
        cursor.report("numbers", "definitions.synthetic_number")
        return None
    return prefix


def _fields(cursor: Cursor) -> Mapping[str, str]:
    block = cursor.mapping("fields")
    named = {key: block.string(key, one_of=MADE) for key in block.keys} if block else {}
    return {key: made for key, made in named.items() if made is not None}


def _communities(cursor: Cursor) -> tuple[Community, ...]:
    block = cursor.mapping("communities")
    return tuple(_community(code, one) for code, one in block.entries()) if block else ()


def _community(code: str, cursor: Cursor) -> Community:
    found = Community(code, _names(cursor, "male"), _names(cursor, "female"), _names(cursor, "surnames"))
    for key, names in (("male", found.male), ("female", found.female)):
        if len(names) < MIN_NAMES:
            cursor.report(key, "definitions.too_few_names", min=MIN_NAMES)
    cursor.finish()
    return found


def _names(cursor: Cursor, key: str) -> tuple[PersonName, ...]:
    block = cursor.mapping(key)
    return tuple(_name(code, one) for code, one in block.entries()) if block else ()


def _name(code: str, cursor: Cursor) -> PersonName:
    """A name's code is how it is written in Latin letters, unless `latin` says it otherwise."""
    latin = cursor.string("latin", required=False) or code.replace("-", " ").title()
    name = PersonName(cursor.string("ar") or "", cursor.string("ckb") or "", latin)
    cursor.finish()
    return name


def _homes(cursor: Cursor, known: tuple[str, ...]) -> tuple[Home, ...]:
    block = cursor.mapping("homes")
    return tuple(_home(code, one, known) for code, one in block.entries()) if block else ()


def _home(code: str, cursor: Cursor, known: tuple[str, ...]) -> Home:
    weight = cursor.integer("weight", minimum=1, maximum=MAX_WEIGHT) or 1
    shares = cursor.mapping("communities")
    home = Home(code, weight, _shares(shares, known) if shares else {}, cursor.strings("districts"))
    cursor.finish()
    return home


def _shares(cursor: Cursor, known: tuple[str, ...]) -> Mapping[str, int]:
    for key in (one for one in cursor.keys if one not in known):
        cursor.report(key, "definitions.unknown_word", word=key[:40], allowed=tuple(known))
    found = {key: cursor.integer(key, minimum=1, maximum=MAX_WEIGHT) for key in cursor.keys if key in known}
    return {key: share for key, share in found.items() if share is not None}
