"""The first line of a table, and what its columns say of a record: fields by code or label, parts by dotted paths."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from uruk.definitions.api import Catalogue, Field, Fields, Texts
from uruk.kernel.api import LANGUAGES, CodedError, ascii_digits, search_key
from uruk.registries.importing.lines import json_value
from uruk.registries.tabular import would_run

MAX_COLUMNS = 500
_REMEMBERED = 1_000
# What people write for yes and no in cells; the fields themselves take true and false, 1 and 0.
_YES_NO = {"نعم": "yes", "بەڵێ": "yes", "yes": "yes", "كلا": "no", "لا": "no", "نەخێر": "no", "no": "no"}
_POINT = ("latitude_udeg", "longitude_udeg")
Convert = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Column:
    """What a column says: the path of its field, and how its cells become what the field takes (None: as they are)."""

    position: int
    path: tuple[str, ...]
    convert: Convert | None = None


@dataclass(frozen=True)
class Heading:
    """The columns of a table: those of fields, and the names of those that are none."""

    columns: tuple[Column, ...]
    unknown: tuple[str, ...]
    width: int

    def values(self, cells: Sequence[str]) -> dict[str, Any]:
        """What a line says of a record; an empty cell says nothing."""
        found: dict[str, Any] = {}
        for column in self.columns:
            cell = cells[column.position] if column.position < len(cells) else ""
            if not cell or cell.isspace():
                continue
            said = plain(cell) if cell[0] == "'" else cell
            value = column.convert(said) if column.convert else said
            if len(column.path) == 1:
                found[column.path[0]] = value
            else:
                _put(found, column.path, value)
        return found

    @property
    def names(self) -> tuple[str, ...]:
        """The dotted path of each column, by position; empty for one that is no field's."""
        found = [""] * self.width
        for column in self.columns:
            found[column.position] = ".".join(column.path)
        return tuple(found)


def plain(cell: str) -> str:
    """A cell without the sign that keeps spreadsheets from running it."""
    return cell[1:] if cell[0] == "'" and would_run(cell) else cell


def _put(values: dict[str, Any], path: Sequence[str], value: Any) -> None:
    for name in path[:-1]:
        values = values.setdefault(name, {})
    values[path[-1]] = value


def read_heading(
    cells: Sequence[str | None], fields: Fields, texts: Texts, catalogues: Mapping[str, Catalogue]
) -> Heading:
    """Understand the first line of a table; a column that a person chose to leave out is None.

    Errors: ``registries.import_no_columns``, ``registries.import_too_many_columns``,
    ``registries.import_column_twice``.
    """
    cells = cells[: width_of(cells)]
    if len(cells) > MAX_COLUMNS:
        raise CodedError("registries.import_too_many_columns", maximum=MAX_COLUMNS)
    known = _Known(fields, texts, catalogues)
    columns, unknown = [], []
    for position, cell in enumerate(cells):
        found = known.find((cell or "").strip())
        if found is None:
            unknown.append((cell or "").strip()[:80])
        else:
            columns.append(Column(position, *found))
    if not columns:
        raise CodedError("registries.import_no_columns", columns=[name or "—" for name in unknown[:20]] or ["—"])
    _check_once(columns)
    return Heading(tuple(columns), tuple(unknown), len(cells))


def width_of(cells: Sequence[str | None]) -> int:
    """How many columns a first line has: empty ones at its end are none."""
    width = len(cells)
    while width and not (cells[width - 1] is None or str(cells[width - 1]).strip()):
        width -= 1
    return width


def _check_once(columns: Sequence[Column]) -> None:
    """Each place of a record is said by one column: not twice, and not as a whole and in parts."""
    paths = sorted(one.path for one in columns)
    for path, following in pairwise(paths):
        if following[: len(path)] == path:
            raise CodedError("registries.import_column_twice", column=".".join(following))


class _Known:
    """The names that columns may have, with what they lead to."""

    def __init__(self, fields: Fields, texts: Texts, catalogues: Mapping[str, Catalogue]) -> None:
        self._texts, self._catalogues = texts, catalogues
        self._paths: dict[str, tuple[tuple[str, ...], Convert | None]] = {}
        ambiguous: set[str] = set()
        for path, names, convert in self._walk(fields, (), [""]):
            code = ".".join(path)
            for name in {search_key(one) for one in names} - {search_key(code)}:
                if name in self._paths and self._paths[name][0] != path:
                    ambiguous.add(name)
                self._paths.setdefault(name, (path, convert))
        for name in ambiguous:
            del self._paths[name]
        for path, _, convert in self._walk(fields, (), [""]):
            self._paths[search_key(".".join(path))] = path, convert

    def find(self, name: str) -> tuple[tuple[str, ...], Convert | None] | None:
        """The path and conversion of a column by its name."""
        return self._paths.get(search_key(name)) if name else None

    def _walk(
        self, fields: Fields, above: tuple[str, ...], names: Sequence[str]
    ) -> Iterator[tuple[tuple[str, ...], list[str], Convert | None]]:
        """Each path that a column may have, with its names in every language."""
        for field in fields:
            path = (*above, field.name)
            called = [f"{before}.{name}".strip(".") for before in names for name in self._names(field, path)]
            if field.type == "location":
                yield from (((*path, part), [f"{name}.{part}" for name in called], _whole) for part in _POINT)
            elif field.type in {"group", "person", "address"}:
                yield from self._walk(field.members, path, called)
            else:
                yield path, called, self._conversion(field)

    def _names(self, field: Field, path: tuple[str, ...]) -> list[str]:
        told = self._texts.find(f"fields.{'.'.join(path)}") or self._texts.find(f"fields.{field.name}")
        return [field.name, *([] if told is None else sorted({told.get(lang) for lang in LANGUAGES}))]

    def _conversion(self, field: Field) -> Convert | None:
        if field.type == "list":
            return json_value
        if field.type in {"yes_no", "declaration"}:
            return lambda cell: _YES_NO.get(cell.strip().lower(), cell)
        if field.type == "choice":
            labels = self._labels(field)
            return lru_cache(_REMEMBERED)(lambda cell: labels.get(cell) or labels.get(search_key(cell), cell))
        return None

    def _labels(self, field: Field) -> dict[str, str]:
        """A choice's code by the code itself, and by its name in each language."""
        catalogue = self._catalogues.get(field.catalogue or "")
        found: dict[str, str] = {}
        for code in field.options:
            told = catalogue.names.get(code) if catalogue else self._texts.find(f"choices.{field.name}.{code}")
            for lang in LANGUAGES if told else ():
                found.setdefault(search_key(told.get(lang)), code)  # type: ignore[union-attr]
        return found | {code: code for code in field.options}


def _whole(cell: str) -> int | str:
    """A whole number where it is one; else what was written, which the field refuses."""
    typed = ascii_digits(cell.strip())
    return int(typed) if typed.lstrip("-").isdigit() and len(typed) < 12 else cell
