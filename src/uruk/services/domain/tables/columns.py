"""Columns of tables: every cell as the set of the parts of its column that it covers, one bit a part.

A column falls into finitely many parts between which no cell tells a difference: each option of a choice, yes and no,
the spans of whole numbers or days between all bounds that are written. So gaps and overlaps are decided exactly.
"""

import bisect
import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from uruk.definitions.api import Field, ListNode, Node, ScalarNode

MAX_NUMBER = 10**15
FIRST_DAY, LAST_DAY = datetime.date(1800, 1, 1).toordinal(), datetime.date(2200, 12, 31).toordinal()
ANY = "any"
_NUMBERS = frozenset({"integer", "money"})
COLUMN_TYPES = _NUMBERS | {"choice", "yes_no", "declaration", "date"}
Span = tuple[int, int]


class CellError(Exception):
    """A cell that its column cannot have: the finding's code, the node, and what it is told with."""

    def __init__(self, code: str, node: Node, **values: object) -> None:
        super().__init__(code)
        self.code, self.node, self.values = code, node, values


@dataclass(frozen=True)
class Column:
    """A column: its field, and its parts. `options` of a choice; `starts` of the spans of numbers or days, and `last`,
    where the last span ends.
    """

    name: str
    field: Field
    options: tuple[str, ...] = ()
    starts: tuple[int, ...] = ()
    last: int = 0

    @property
    def parts(self) -> int:
        """How many parts it has."""
        return len(self.options) or len(self.starts)

    @property
    def whole(self) -> int:
        """The mask of all parts."""
        return (1 << self.parts) - 1

    def mask(self, cell: Node) -> int:
        """The parts that a cell covers. Raises CellError."""
        if _is_any(cell):
            return self.whole
        if self.options:
            return sum({1 << self.options.index(word) for word in _words(cell, self)})
        return sum({1 << part for span in _spans(cell, self.field) for part in self._within(span)})

    def _within(self, span: Span) -> Iterator[int]:
        return (part for part, start in enumerate(self.starts) if span[0] <= start <= span[1])

    def bit(self, value: object) -> int:
        """The part in which a value lies; 0 for one outside the column."""
        if self.options:
            word = _spoken(value)
            return 1 << self.options.index(word) if word in self.options else 0
        number = _number(value)
        if number is None or not self.starts[0] <= number <= self.last:
            return 0
        return 1 << (bisect.bisect_right(self.starts, number) - 1)

    def example(self, mask: int) -> str:
        """A value of the first part that a mask covers, as an author would write it."""
        part = (mask & -mask).bit_length() - 1
        if self.options:
            return self.options[part]
        start, later = self.starts[part], self.starts[part + 1 : part + 2]
        # Of what has no bound, the value next to those that a cell names.
        told = later[0] - 1 if start == -MAX_NUMBER and later else start
        return _written(told, self.field)


def column(name: str, field: Field, cells: Sequence[Node]) -> Column:
    """The column of a field, cut wherever one of these cells has a bound; what a cell lacks is said by `mask`."""
    if field.type in {"yes_no", "declaration"}:
        return Column(name, field, ("true", "false"))
    if field.type == "choice":
        return Column(name, field, field.options)
    first, last = _domain(field)
    cuts = {first}
    for cell in cells:
        for low, high in _bounds_of(cell, field):
            cuts |= {point for point in (low, high + 1) if first <= point <= last}
    return Column(name, field, starts=tuple(sorted(cuts)), last=last)


def _domain(field: Field) -> Span:
    if field.type == "date":
        return FIRST_DAY, LAST_DAY
    least = 0 if field.type == "money" else -MAX_NUMBER
    low = least if field.minimum is None else field.minimum
    return low, MAX_NUMBER if field.maximum is None else field.maximum


def _bounds_of(cell: Node, field: Field) -> list[Span]:
    try:
        return [] if _is_any(cell) else _spans(cell, field)
    except CellError:
        return []


def _is_any(cell: Node) -> bool:
    return isinstance(cell, ScalarNode) and cell.source == ANY


def _items(cell: Node) -> Sequence[Node]:
    return cell.items if isinstance(cell, ListNode) else (cell,) if isinstance(cell, ScalarNode) else ()


def _words(cell: Node, column: Column) -> list[str]:
    found = [node.source if isinstance(node, ScalarNode) else "" for node in _items(cell)]
    unknown = next((one for one in found if one not in column.options), None if found else "")
    if unknown is not None:
        raise CellError(
            "services.cell_option", cell, cell=unknown[:40], column=column.name, allowed=tuple(column.options[:12])
        )
    return found


def _spans(cell: Node, field: Field) -> list[Span]:
    return [_span(node, cell, field) for node in _items(cell)] or [_span(cell, cell, field)]


def _span(node: Node, cell: Node, field: Field) -> Span:
    """`5`, `1..10`, `..10` or `10..`, both ends included; of days the same."""
    written = node.source if isinstance(node, ScalarNode) else ""
    low, dots, high = written.partition("..")
    first, last = _domain(field)
    try:
        start = _point(low, field) if low or not dots else first
        end = start if not dots else _point(high, field) if high else last
    except ValueError:
        raise CellError("services.cell_span", cell, cell=written[:40], type=field.type) from None
    if start > end or start < first or end > last:
        raise CellError("services.cell_outside", cell, cell=written[:40], bounds=_bounds_told(field))
    return start, end


def _bounds_told(field: Field) -> str:
    """The bounds of a field as a cell has them: `1..10`, `1..`; without any `..`."""
    low, high = _domain(field)
    open_ends = {-MAX_NUMBER, MAX_NUMBER, FIRST_DAY, LAST_DAY}
    first, last = ("" if one in open_ends else _written(one, field) for one in (low, high))
    return f"{first}..{last}"


def _written(point: int, field: Field) -> str:
    """A day or a number as an author writes it."""
    return datetime.date.fromordinal(point).isoformat() if field.type == "date" else str(point)


def _point(written: str, field: Field) -> int:
    return datetime.date.fromisoformat(written).toordinal() if field.type == "date" else int(written)


def _number(value: object) -> int | None:
    if isinstance(value, str):
        try:
            return datetime.date.fromisoformat(value).toordinal()
        except ValueError:
            return None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _spoken(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
