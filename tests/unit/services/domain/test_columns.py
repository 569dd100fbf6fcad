"""A cell covers the parts of its column that it says, and a value lies in exactly one part."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uruk.definitions.api import Field, ListNode, Node, Place, ScalarNode
from uruk.services.domain.tables.columns import CellError, Column, column

AREA = Field("area", "integer", minimum=1, maximum=100)
DAY = Field("day", "date")
GOODS = Field("goods", "choice", options=("bread", "cloth"))


def cell(*words: str) -> Node:
    """A cell as an author writes it: one value, or a list of them."""
    found = tuple(ScalarNode(Place("f.yaml"), word, word) for word in words)
    return found[0] if len(found) == 1 else ListNode(Place("f.yaml"), found)


def covers(field: Field, written: Node, value: object) -> bool:
    """Whether a cell covers a value."""
    found = column("x", field, [written])
    return bool(found.mask(written) & found.bit(value))


@pytest.mark.parametrize(
    ("written", "inside", "outside"),
    [
        (cell("5"), [5], [4, 6]),
        (cell("5..10"), [5, 10], [4, 11]),
        (cell("..10"), [1, 10], [11]),
        (cell("10.."), [10, 100], [9]),
        (cell("1..3", "7"), [1, 3, 7], [4, 6, 8]),
        (cell("any"), [1, 50, 100], []),
    ],
)
def test_both_ends_of_a_range_belong_to_it(written: Node, inside: list[int], outside: list[int]) -> None:
    assert all(covers(AREA, written, value) for value in inside)
    assert not any(covers(AREA, written, value) for value in outside)


def test_days_have_ranges_as_numbers_have() -> None:
    written = cell("2026-01-01..2026-01-31")
    assert covers(DAY, written, "2026-01-31")
    assert not covers(DAY, written, "2026-02-01")
    assert not covers(DAY, written, "soon")


def test_choices_and_yes_or_no_are_their_own_parts() -> None:
    assert covers(GOODS, cell("bread"), "bread")
    assert not covers(GOODS, cell("bread"), "cloth")
    assert covers(Field("oven", "yes_no"), cell("true"), True)
    assert not covers(Field("oven", "yes_no"), cell("true"), False)


@given(st.lists(st.tuples(st.integers(1, 100), st.integers(1, 100)), max_size=6), st.integers(1, 100))
def test_a_value_lies_in_one_part_and_every_cell_covers_what_it_says(spans: list[tuple[int, int]], value: int) -> None:
    written = [cell(f"{min(span)}..{max(span)}") for span in spans]
    found = column("x", AREA, written)
    assert found.bit(value).bit_count() == 1
    assert [bool(found.mask(one) & found.bit(value)) for one in written] == [
        min(span) <= value <= max(span) for span in spans
    ]


def test_a_value_outside_its_column_lies_in_no_part() -> None:
    found = column("x", AREA, [cell("5")])
    assert found.bit(0) == found.bit(101) == found.bit(True) == found.bit(None) == 0


def test_an_example_of_a_part_is_written_as_an_author_would() -> None:
    found = column("x", DAY, [cell("2026-01-01..2026-01-31")])
    assert found.example(found.mask(cell("2026-01-01..2026-01-31"))) == "2026-01-01"
    assert column("x", GOODS, []).example(0b10) == "cloth"


@pytest.mark.parametrize(
    ("field", "written", "code"),
    [
        (GOODS, cell("beard"), "services.cell_option"),
        (GOODS, ListNode(Place("f.yaml"), ()), "services.cell_option"),
        (AREA, cell("some"), "services.cell_span"),
        (AREA, cell("10..5"), "services.cell_outside"),
        (AREA, cell("0..5"), "services.cell_outside"),
        (AREA, cell("5..101"), "services.cell_outside"),
        (DAY, cell("2026-02-30"), "services.cell_span"),
    ],
)
def test_a_cell_that_its_column_cannot_have_is_refused(field: Field, written: Node, code: str) -> None:
    found: Column = column("x", field, [written])
    with pytest.raises(CellError) as caught:
        found.mask(written)
    assert caught.value.code == code
