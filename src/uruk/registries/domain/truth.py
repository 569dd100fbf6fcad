"""Which version of a record is true on a day: the newest of those whose period holds it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Span:
    """The number of a version and its days: from ``begins`` up to, but without, ``ends``; None: open."""

    number: int
    begins: date
    ends: date | None

    def holds(self, day: date) -> bool:
        """Whether the version says something about a day."""
        return self.begins <= day and (self.ends is None or day < self.ends)


def truth(spans: Iterable[Span], day: date) -> int:
    """The number of the version that is true on a day; 0 where none is."""
    return max((span.number for span in spans if span.holds(day)), default=0)


def days_ahead(spans: Sequence[Span], day: date) -> tuple[tuple[date, int], ...]:
    """The days after ``day`` on which another version becomes true (0: none any more), with its number."""
    turns = {span.begins for span in spans} | {span.ends for span in spans if span.ends is not None}
    found: list[tuple[date, int]] = []
    before = truth(spans, day)
    for turn in sorted(turn for turn in turns if turn > day):
        number = truth(spans, turn)
        if number != before:
            found.append((turn, number))
        before = number
    return tuple(found)


def is_ordered(spans: Sequence[Span]) -> bool:
    """Whether all are open and none begins before one written earlier: the last to begin by a day is true on it."""
    pairs = pairwise(spans)
    return all(span.ends is None for span in spans) and all(one.begins <= two.begins for one, two in pairs)
