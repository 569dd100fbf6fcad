"""Decides a round: many cases at once, by a declared order, within places, some of which are kept for groups.

Open places go to the best in order; then each group's kept places to its best who have none yet, groups in the order
written; kept places that nobody of the group takes go to the next in order. Whoever is left waits, up to a number.
The same entries give the same result in whatever order they are handed in, so that anybody can compute it again.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from uruk.services.domain.ground import NOTHING, Waiting
from uruk.services.domain.judging.reckoning import Reckoning
from uruk.services.domain.linked import LinkedRound

# What cannot be compared comes last, whichever end is first.
_LAST = (1, 0)


@dataclass(frozen=True)
class Entry:
    """A case in a round: when it came (a number that grows), what it ranks by, and the groups it belongs to.

    `keys`: smaller comes first.
    """

    case: str
    arrival: int
    keys: tuple[tuple[int, int], ...]
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Placed:
    """A case that has a place, and the group it was kept for, if any."""

    case: str
    group: str | None


@dataclass(frozen=True)
class Decision:
    """Who has a place, who waits (in this order), who has none; each in order."""

    placed: tuple[Placed, ...]
    waiting: tuple[str, ...]
    unplaced: tuple[str, ...]


def entry_of(linked: LinkedRound, reckoning: Reckoning, case: str, arrival: int) -> Entry | Waiting:
    """What a case enters a round with; Waiting while a fact that it ranks by is not known.

    Where there is nothing to rank by it comes last, and where nothing says so it is of no group.
    """
    found = [reckoning.run(one) for one in linked.order]
    groups = {name: reckoning.run(when) for name, (when, _) in linked.quotas.items()}
    waiting = [one.facts for one in (*found, *groups.values()) if isinstance(one, Waiting)]
    if waiting:
        return Waiting(frozenset[str]().union(*waiting))
    most = [one.most for one in linked.round.order]
    keys = tuple(_key(value, first) for value, first in zip(found, most, strict=True))
    return Entry(case, arrival, keys, frozenset(name for name, holds in groups.items() if holds is True))


def _key(value: object, most: bool) -> tuple[int, int]:
    if value is NOTHING or not isinstance(value, int):
        return _LAST
    return 0, -value if most else value


def in_order(entries: Iterable[Entry], lot: bytes | None = None) -> list[Entry]:
    """The entries from first to last, by what they rank by; equal ones as `decide` says."""
    return sorted(entries, key=lambda one: (one.keys, _drawn(one, lot), one.arrival, one.case))


def decide(
    entries: Iterable[Entry], places: int, kept: Mapping[str, int], waiting: int, lot: bytes | None = None
) -> Decision:
    """Decide a round.

    `kept`: of each group how many of the places are kept for it; `waiting`: how many may wait. `lot`: bytes that nobody
    could know before the call ended; they order equal entries (SHA-256 over them and the case), else arrival does.
    """
    ranked = in_order(entries, lot)
    reserved = _reserved(places, kept)
    taken: dict[str, str | None] = {}
    _take(ranked, places - sum(reserved.values()), None, taken)
    for group, count in reserved.items():
        _take([one for one in ranked if group in one.groups], count, group, taken)
    _take(ranked, places - len(taken), None, taken)
    left = [one.case for one in ranked if one.case not in taken]
    placed = tuple(Placed(one.case, taken[one.case]) for one in ranked if one.case in taken)
    return Decision(placed, tuple(left[:waiting]), tuple(left[waiting:]))


def _drawn(entry: Entry, lot: bytes | None) -> bytes:
    return b"" if lot is None else hashlib.sha256(lot + entry.case.encode()).digest()


def _reserved(places: int, kept: Mapping[str, int]) -> dict[str, int]:
    """Kept places, never more than there are: the groups written first have theirs."""
    found, left = dict[str, int](), max(places, 0)
    for group, count in kept.items():
        found[group] = min(max(count, 0), left)
        left -= found[group]
    return found


def _take(ranked: Sequence[Entry], count: int, group: str | None, taken: dict[str, str | None]) -> None:
    free = (one for one in ranked if one.case not in taken)
    for entry, _ in zip(list(free), range(max(count, 0)), strict=False):
        taken[entry.case] = group
