"""Labelled pairs of records: one person written differently, and different persons that look alike. All invented.

Deterministic by seed. Each pair has a kind, so that precision and recall can be read by kind of difference; the rules
that make each kind are in matching_one_person.py and matching_two_persons.py, and benchmarks/README.md says them in
words. No pair of one person shares its number: the main key finds those.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from matching_one_person import ONE_PERSON
from matching_people import Maker
from matching_two_persons import TWO_PERSONS

TUNE, REPORT = 20, 21


@dataclass(frozen=True)
class Pair:
    """Two records, whether they are one person, and what was done to them."""

    left: dict[str, object]
    right: dict[str, object]
    same: bool
    kind: str
    rare: bool = field(default=False)  # the given name is none of those that the matching knows


def pairs(seed: int, each: int = 600) -> Iterator[Pair]:
    """Return `each` pairs of every kind: the first kinds are one person, the others are two."""
    maker = Maker(seed)
    for same, kinds in ((True, ONE_PERSON), (False, TWO_PERSONS)):
        for kind, make in kinds.items():
            for _ in range(each):
                left, right, person = make(maker)
                if maker.chance.random() < 0.5:
                    left, right = right, left
                yield Pair(left.values(), right.values(), same, kind, not person.names["given"].common)  # type: ignore[union-attr]
