"""What every part of storage stands on: which registry, how it is laid out, on which database."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from uruk.registries.database import Database, database
from uruk.registries.domain.definition import RegistryDefinition
from uruk.registries.encoding import CURRENT_NAMES
from uruk.registries.tables import PREFIX, Tables, columns_of

Reader = Callable[[str, int], Mapping[str, object]]
"""From content and the number of its format to values as the newest definition has them."""
BATCH = 1000
Item = TypeVar("Item")


def as_written(content: str, _format: int) -> Mapping[str, object]:
    """The values of a content that needs no conversion."""
    found: dict[str, object] = json.loads(content)
    return found


@dataclass(frozen=True)
class Ground:
    """A registry's number, its newest definition, and how older contents are read."""

    number: int
    definition: RegistryDefinition
    read: Reader = as_written

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

    def values(self, content: str | None, number: int) -> Mapping[str, object]:
        """The values of a content written under a format; none where it was forgotten."""
        return {} if content is None else self.read(content, number)


def batches(items: Sequence[Item], size: int = BATCH) -> Iterator[Sequence[Item]]:
    """The items, at most ``size`` at once."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
