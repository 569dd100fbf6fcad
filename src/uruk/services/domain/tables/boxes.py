"""Whether the rows of a table leave a gap or overlap: exact, over boxes of masks (one mask a column)."""

from collections.abc import Iterator, Sequence

Box = tuple[int, ...]
# More pieces than this are not looked at: the table is then said to be too involved to be proved.
MAX_PIECES = 20_000


class TooInvolvedError(Exception):
    """The proof would take too many pieces."""


def meet(one: Box, other: Box) -> Box | None:
    """What two boxes have in common; None for nothing."""
    common = tuple(a & b for a, b in zip(one, other, strict=True))
    return common if all(common) else None


def subtract(one: Box, other: Box) -> Iterator[Box]:
    """What is left of a box without another, as boxes that do not meet."""
    common = meet(one, other)
    if common is None:
        yield one
        return
    for place, mask in enumerate(one):
        rest = mask & ~other[place]
        if rest:
            yield (*common[:place], rest, *one[place + 1 :])


def uncovered(whole: Box, rows: Sequence[Box]) -> Box | None:
    """A box that no row covers, or None. Raises TooInvolvedError."""
    left: list[Box] = [whole]
    for row in rows:
        left = [piece for one in left for piece in subtract(one, row)]
        if len(left) > MAX_PIECES:
            raise TooInvolvedError
    return left[0] if left else None


def first_overlap(rows: Sequence[Box], position: int) -> tuple[int, Box] | None:
    """The first earlier row that meets the row at `position`, and where."""
    for earlier in range(position):
        common = meet(rows[earlier], rows[position])
        if common is not None:
            return earlier, common
    return None
