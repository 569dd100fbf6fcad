"""Which row of answers given anew is which of those before: rows come and go, and marks were set on the old ones."""

import difflib
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any

import msgspec

Row = Mapping[str, Any]


def order_of(now: Sequence[Row], before: Sequence[Row], name: str) -> list[int | None]:
    """Of each row which one it was before (None: it is new); after them the rows that went.

    `name`: under which rows say what they are about. Where they say nothing, what is the same is the same, and between
    rows that are the same they are counted off.
    """
    named = bool(name) and all(name in row for row in (*now, *before))
    found = _by_name(now, before, name) if named else _by_content(now, before)
    return [*found, *(at for at in range(len(before)) if at not in found)]


def put_in_order(before: Mapping[str, Any], step: str, order: Sequence[int | None]) -> dict[str, Any]:
    """The answers before, with the rows of a step beside those of now; None stands where a row is new."""
    rows = before.get(step) or ()
    return {**before, step: [None if at is None else rows[at] for at in order]}


def put_marks(marks: Mapping[str, str], step: str, order: Sequence[int | None]) -> dict[str, str]:
    """What was marked, by the paths of now: each mark goes with the row that it was set on."""
    return {_moved(path, step, order): said for path, said in marks.items()}


def _moved(path: str, step: str, order: Sequence[int | None]) -> str:
    outer, _, inner = path.partition(".")
    at, _, rest = inner.partition(".")
    if outer != step or not at.isdecimal() or int(at) not in order:
        return path
    return ".".join(one for one in (step, str(order.index(int(at))), rest) if one)


def _by_name(now: Sequence[Row], before: Sequence[Row], name: str) -> list[int | None]:
    places = {row[name]: at for at, row in enumerate(before)}
    return [places.get(row[name]) for row in now]


def _by_content(now: Sequence[Row], before: Sequence[Row]) -> list[int | None]:
    old_rows, new_rows = ([msgspec.json.encode(row, order="deterministic") for row in rows] for rows in (before, now))
    found: list[int | None] = [None] * len(now)
    matcher = difflib.SequenceMatcher(None, old_rows, new_rows, autojunk=False)
    for _, first, last, start, end in matcher.get_opcodes():
        for old, new in zip_longest(range(first, last), range(start, end)):
            if new is not None:
                found[new] = old
    return found
