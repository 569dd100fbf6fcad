"""What every part of storage stands on: which registry, how it is laid out, on which database."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Any, TypeVar

from uruk.registries.database import database
from uruk.registries.dialect import Database
from uruk.registries.domain.change import canonical, read_content
from uruk.registries.domain.definition import RegistryDefinition
from uruk.registries.encoding import CURRENT_NAMES, current_row
from uruk.registries.rows import CurrentRow, NewVersion
from uruk.registries.tables import PREFIX, Tables, columns_of

Conversion = Callable[[Mapping[str, Any]], dict[str, Any]]
"""From values as an older definition has them to those of the newest."""
BATCH = 1000
Item = TypeVar("Item")


def no_conversion(_: int) -> Conversion | None:
    """Contents of every format are read as they were written."""
    return None


@dataclass(frozen=True)
class Reader:
    """How contents are read under the newest definition, whose small number is ``form``.

    ``find``: the conversion of a format's contents; None where they are read as they were written.
    """

    form: int = 0
    find: Callable[[int], Conversion | None] = no_conversion

    def values(self, content: str, form: int) -> dict[str, Any]:
        """The values of a content, as the newest definition has them."""
        convert, values = self.find(form), read_content(content)
        return values if convert is None else convert(values)

    def newest(self, content: str, form: int) -> tuple[str, int]:
        """A content and its format: the newest where a conversion leads there, else what came in."""
        convert = self.find(form)
        return (content, form) if convert is None else (canonical(convert(read_content(content))), self.form)


AS_WRITTEN = Reader()


@dataclass(frozen=True)
class Ground:
    """A registry's number, its newest definition, and how older contents are read."""

    number: int
    definition: RegistryDefinition
    reader: Reader = AS_WRITTEN

    @cached_property
    def tables(self) -> Tables:
        """The names of its tables."""
        return Tables(self.number)

    @cached_property
    def db(self) -> Database:
        """The database of this node."""
        return database()

    @cached_property
    def columns(self) -> Mapping[str, str]:
        """The fields with a column of their own, and its type."""
        return columns_of(self.definition)

    @cached_property
    def find_sql(self) -> str:
        """The statement that reads a record by its id: the one that runs most often is put together once."""
        return f"SELECT {CURRENT_NAMES} FROM {self.tables.current} c WHERE c.record = ?"

    @cached_property
    def key_sqls(self) -> tuple[str, ...]:
        """For each key the statement that reads the record having it: who holds the key, and has its values today."""
        start = f"SELECT {CURRENT_NAMES} FROM {self.tables.key} k JOIN {self.tables.current} c ON c.rid = k.rid"
        having = (" AND ".join(f"c.{PREFIX}{name} = ?" for name in fields) for fields in self.definition.keys)
        return tuple(f"{start} WHERE k.place = ? AND k.value = ? AND {one}" for one in having)

    @cached_property
    def keys_sqls(self) -> tuple[str, ...]:
        """For each key the statement that reads the records having one of many: the key, the row, its columns."""
        start = f"FROM {self.tables.key} k JOIN {self.tables.current} c ON c.rid = k.rid"
        where = f"WHERE k.place = ? AND {self.db.any_text('k.value')}"
        having = (", ".join(f"c.{PREFIX}{name}" for name in fields) for fields in self.definition.keys)
        return tuple(f"SELECT k.value, {CURRENT_NAMES}, {one} {start} {where}" for one in having)

    def values(self, content: str | None, number: int) -> Mapping[str, object]:
        """The values of a content written under a format; none where it was forgotten."""
        return {} if content is None else self.reader.values(content, number)

    def values_of(self, row: NewVersion) -> Mapping[str, object]:
        """The values of a version that is being written; those in hand, where they are the newest definition's."""
        if row.values is None or self.reader.find(row.format) is not None:
            return self.values(row.content, row.format)
        return row.values

    def row(self, found: tuple[Any, ...]) -> CurrentRow:
        """A current record from its columns, as the newest definition has it."""
        row = current_row(self.db, found)
        if self.reader is AS_WRITTEN or row.content is None or row.format == self.reader.form:
            return row
        content, form = self.reader.newest(row.content, row.format)
        return replace(row, content=content, format=form)


def batches(items: Iterable[Item], size: int = BATCH) -> Iterator[list[Item]]:
    """The items, at most ``size`` at once."""
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some
