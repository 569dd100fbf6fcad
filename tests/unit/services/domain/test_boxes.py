"""Gaps and overlaps are decided exactly: against trying every single combination."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uruk.services.domain.tables import boxes
from uruk.services.domain.tables.boxes import Box, TooInvolvedError, first_overlap, meet, subtract, uncovered

PARTS = (3, 4, 2)
WHOLE = tuple((1 << count) - 1 for count in PARTS)
BOXES = st.tuples(*(st.integers(0, whole) for whole in WHOLE))


def points(box: Box) -> set[tuple[int, ...]]:
    """Every single combination that a box covers."""
    return set(itertools.product(*([1 << bit for bit in range(8) if mask >> bit & 1] for mask in box)))


@given(st.lists(BOXES, max_size=8))
def test_a_gap_is_found_exactly_where_no_row_is(rows: list[Box]) -> None:
    left = points(WHOLE).difference(*(points(row) for row in rows))
    found = uncovered(WHOLE, rows)
    assert (found is None) == (not left)
    assert found is None or points(found) <= left


@given(BOXES, BOXES)
def test_what_is_left_of_a_box_without_another_is_just_that(one: Box, other: Box) -> None:
    pieces = list(subtract(one, other)) if all(one) else []
    covered = [points(piece) for piece in pieces]
    assert set().union(*covered) == points(one) - points(other)
    assert sum(map(len, covered)) == len(set().union(*covered))


@given(st.lists(BOXES, min_size=1, max_size=6))
def test_an_overlap_is_found_with_the_first_row_that_meets(rows: list[Box]) -> None:
    last = len(rows) - 1
    meeting = [place for place in range(last) if points(rows[place]) & points(rows[last])]
    found = first_overlap(rows, last)
    assert (found is None) == (not meeting)
    if found is not None:
        assert found[0] == meeting[0]
        assert points(found[1]) == points(rows[found[0]]) & points(rows[last])


def test_boxes_without_a_common_part_do_not_meet() -> None:
    assert meet((0b01, 0b11), (0b10, 0b11)) is None
    assert meet((0b11, 0b11), (0b10, 0b01)) == (0b10, 0b01)


def test_a_table_that_takes_too_many_pieces_is_not_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boxes, "MAX_PIECES", 1)
    with pytest.raises(TooInvolvedError):
        uncovered((0b111, 0b111), [(0b010, 0b010)])
