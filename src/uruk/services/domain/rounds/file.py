"""The file of a round: a first line with all that is declared, then a line for each case, in the order of their rank.

Lines are canonical JSON, so that each has one spelling. A case has no name there: it is called by the digest that the
statement of its submission holds, which whoever has the receipt of that finds, and nobody else.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from uruk.kernel.api import CodedError
from uruk.services.domain.edges import PLACED, UNPLACED, WAITING
from uruk.services.domain.judging.deciding import Decision, Entry, decide, in_order

FORMAT = "round/1"
Line = TypeVar("Line", bound=msgspec.Struct)
_LOT = b"uruk/round/lot/v1\n"
# What cannot be compared comes last.
_LAST = (1, 0)


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is declared before anything is ranked.

    `order`: of each key whether its `most` or `least` comes first; `kept`: groups in the order written, with the places
    kept for each; `waiting`: how many may wait; `entries`: how many cases there are. `closed`: the receipt of the act
    that closed the call; where `ties` go by lot, the lot is made of its checkpoint, which nobody knew before.
    """

    uruk: str
    institution: str
    service: str
    call: str
    round: str
    definition: str
    pinned: str
    ends: str
    places: int
    kept: tuple[tuple[str, int], ...]
    waiting: int
    order: tuple[str, ...]
    ties: str
    entries: int
    closed: str


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A case: its alias, when it came (from 1), the values that the order uses, its groups, and what it came to.

    `kept_for`: the group whose kept place it has.
    """

    rank: int
    alias: str
    arrival: int
    values: tuple[int | None, ...]
    groups: tuple[str, ...]
    outcome: str
    kept_for: str | None


class Last(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The last line: the receipt of the act that decided the round."""

    receipt: str


class Passed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of the second file: the place of one rank went to another. `receipt`: of the act that says so."""

    receipt: str


@dataclass(frozen=True)
class Ranked:
    """What came of an entry: its rank (from 1), and the group whose kept place it has."""

    case: str
    rank: int
    outcome: str
    kept_for: str | None


def line(of: msgspec.Struct) -> bytes:
    """The one spelling of a line, without its end."""
    return msgspec.json.encode(of, order="deterministic")


def read_line(data: bytes, kind: type[Line]) -> Line:
    """Read what `line` writes; anything else: ``services.round_malformed``."""
    try:
        found = msgspec.json.decode(data, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise CodedError("services.round_malformed") from None
    if line(found) != data:
        raise CodedError("services.round_malformed")
    return found


def lot_of(checkpoint: bytes) -> bytes:
    """The lot of a round: SHA-256 over the signed checkpoint in the receipt of the act that closed its call."""
    return hashlib.sha256(_LOT + checkpoint).digest()


def rank(head: Head, entries: Iterable[Entry], lot: bytes) -> list[Ranked]:
    """Rank the entries of a round as its head declares, the first first."""
    drawn = lot if head.ties == "lot" else None
    ordered = in_order(entries, drawn)
    return _ranked(ordered, decide(ordered, head.places, dict(head.kept), head.waiting, drawn))


def entry_of_row(head: Head, row: Row) -> Entry:
    """The entry that a row is ranked by. Errors: ``services.round_malformed``."""
    known = {name for name, _ in head.kept}
    if len(row.values) != len(head.order) or not set(row.groups) <= known:
        raise CodedError("services.round_malformed")
    return Entry(row.alias, row.arrival, keys_of(head.order, row.values), frozenset(row.groups))


def keys_of(order: Sequence[str], values: Sequence[int | None]) -> tuple[tuple[int, int], ...]:
    """What values rank by: smaller comes first."""
    return tuple(
        _LAST if value is None else (0, -value if first == "most" else value)
        for first, value in zip(order, values, strict=True)
    )


def values_of(order: Sequence[str], keys: Sequence[Sequence[int]]) -> tuple[int | None, ...]:
    """The values behind what they rank by."""
    return tuple(
        None if tuple(key) == _LAST else (-key[1] if first == "most" else key[1])
        for first, key in zip(order, keys, strict=True)
    )


def next_in_line(waiting: Sequence[Row], kept_for: str | None) -> list[Row]:
    """Those of a waiting list in the order in which a free place goes to them: those of its group first."""
    of_group = [one for one in waiting if kept_for is not None and kept_for in one.groups]
    return of_group + [one for one in waiting if one not in of_group]


def _ranked(ordered: Sequence[Entry], found: Decision) -> list[Ranked]:
    kept: Mapping[str, str | None] = {one.case: one.group for one in found.placed}
    outcomes = dict.fromkeys(kept, PLACED) | dict.fromkeys(found.waiting, WAITING)
    return [
        Ranked(one.case, number, outcomes.get(one.case, UNPLACED), kept.get(one.case))
        for number, one in enumerate(ordered, 1)
    ]
