"""Records as tables: flat columns with dotted paths, and cells that no spreadsheet runs."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from uruk.definitions.api import Field

Cell = str | int | bool | None
_RUN = ("=", "+", "-", "@", "\t", "\r")
_POINT = ("latitude_udeg", "longitude_udeg")
BOM = "\ufeff"


def flat_paths(fields: Iterable[Field], above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The path of each column: parts have their own, a list is one column."""
    for field in fields:
        path = (*above, field.name)
        if field.type == "location":
            yield from ((*path, part) for part in _POINT)
        elif field.type in {"group", "person", "address"}:
            yield from flat_paths(field.members, path)
        else:
            yield path


def flat_cells(paths: Sequence[tuple[str, ...]], values: Mapping[str, Any]) -> list[Cell]:
    """What stands in each column; a list as JSON."""
    return [_cell(values, path) for path in paths]


def _cell(values: Any, path: Sequence[str]) -> Cell:
    for name in path:
        values = values.get(name) if isinstance(values, Mapping) else None
    return json.dumps(values, ensure_ascii=False) if isinstance(values, list | Mapping) else values


def safe(cell: Cell) -> Cell:
    """A cell that a spreadsheet shows and does not run: a text that begins like a formula gets a ' before it."""
    return f"'{cell}" if isinstance(cell, str) and would_run(cell) else cell


def would_run(cell: str) -> bool:
    """Whether a text begins like a formula, also behind signs that keep it from running: so every text comes back."""
    return cell.startswith(_RUN) or (cell[:1] == "'" and cell.lstrip("'").startswith(_RUN))


def csv_line(cells: Iterable[Cell]) -> bytes:
    """One line of CSV: numbers as they are, yes and no as true and false, texts safe."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([_written(cell) for cell in cells])
    return out.getvalue().encode()


def _written(cell: Cell) -> Cell:
    return json.dumps(cell) if isinstance(cell, bool) else safe(cell)
