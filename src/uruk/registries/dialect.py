"""What the parts of storage ask of a database, whichever it is; `database.py` has both."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.utils import DEFAULT_DB_ALIAS

from uruk.acts.api import driver_link

Row = tuple[Any, ...]


class Database(ABC):
    """What both databases do alike; the rest is in the two classes below."""

    types: Mapping[str, str]
    row_lock: str
    """What makes a SELECT keep its rows until the transaction ends."""

    def one(self, sql: str, params: Sequence[object] = ()) -> Row | None:
        """The first row, or None."""
        ours = connections[DEFAULT_DB_ALIAS]
        with ours.wrap_database_errors:
            return self._execute(driver_link(ours), sql, params).fetchone()

    def all(self, sql: str, params: Sequence[object] = ()) -> list[Row]:
        """All rows; the statement bounds how many."""
        ours = connections[DEFAULT_DB_ALIAS]
        with ours.wrap_database_errors:
            return self._execute(driver_link(ours), sql, params).fetchall()

    def searched(self, sql: str, params: Sequence[object] = ()) -> list[Row]:
        """All rows of a statement whose best plan depends on its values, so that it is planned each time."""
        ours = connections[DEFAULT_DB_ALIAS]
        with ours.wrap_database_errors:
            return self._execute(driver_link(ours), sql, params, plan_each=True).fetchall()

    def run(self, sql: str, params: Sequence[object] = ()) -> int:
        """Change rows; return how many."""
        ours = connections[DEFAULT_DB_ALIAS]
        with ours.wrap_database_errors:
            return self._execute(driver_link(ours), sql, params).rowcount

    def many(self, sql: str, rows: Sequence[Sequence[object]]) -> int:
        """Run one statement for each of many rows; return how many rows it changed."""
        if len(rows) < 2:
            return self.run(sql, rows[0]) if rows else 0
        ours = connections[DEFAULT_DB_ALIAS]
        with ours.wrap_database_errors:
            return self._execute_many(driver_link(ours), sql, rows).rowcount

    def insert(self, table: str, columns: Mapping[str, str], rows: Sequence[Sequence[object]], otherwise: str) -> int:
        """Insert rows into columns (name: logical type); ``otherwise``: the clause for those that are there.

        Returns how many rows were written.
        """
        marks = ", ".join(self.words_value if kind == "words" else "?" for kind in columns.values())
        sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks}) {otherwise}"  # noqa: S608
        return self.many(sql, rows)

    def add(self, table: str, columns: Mapping[str, str], rows: Sequence[Sequence[object]]) -> None:
        """Insert rows that nobody else can have: those of records that are being made."""
        self.insert(table, columns, rows, "")

    @abstractmethod
    def uuid(self, value: UUID | None) -> object:
        """An id as the driver takes it."""

    @abstractmethod
    def uuid_of(self, value: Any) -> UUID:
        """An id as the driver gave it."""

    def find_uuid(self, value: Any) -> UUID | None:
        """An id as the driver gave it, or None."""
        return None if value is None else self.uuid_of(value)

    @abstractmethod
    def numbers(self, values: Sequence[int]) -> object:
        """Many whole numbers as one value, for ``IN`` of ``any_of``."""

    @abstractmethod
    def any_of(self, column: str) -> str:
        """The condition that a column has one of the ``numbers``."""

    @abstractmethod
    def texts(self, values: Sequence[str]) -> object:
        """Many texts as one value, for ``IN`` of ``any_text``."""

    @abstractmethod
    def any_text(self, column: str) -> str:
        """The condition that a column has one of the ``texts``."""

    @abstractmethod
    def has_table(self, table: str) -> bool:
        """Whether there is such a table."""

    @abstractmethod
    def columns(self, table: str) -> dict[str, str]:
        """The columns of a table with their logical types, ``integer`` or ``text``; others are left out."""

    @abstractmethod
    def has_index(self, index: str) -> bool:
        """Whether there is such an index."""

    @abstractmethod
    def version_indexes(self, table: str) -> tuple[str, ...]:
        """The statements that index a table of versions for the truth on a day."""

    @abstractmethod
    def make_counter(self, counter: str) -> tuple[str, ...]:
        """The statements that make a counter."""

    @abstractmethod
    def count_up(self, counter: str, by: int) -> list[int]:
        """The next numbers of a counter, ascending, never given twice."""

    @abstractmethod
    def make_text(self, text: str, current: str) -> tuple[str, ...]:
        """The statements that make the full-text index over ``words`` of a table of current rows."""

    @abstractmethod
    def before_words(self, text: str, current: str, rids: Sequence[int]) -> None:
        """Take the words of these rows out of the index, before the rows change."""

    @abstractmethod
    def after_words(self, text: str, current: str, rids: Sequence[int]) -> None:
        """Put the words of these rows into the index, after the rows changed."""

    @abstractmethod
    def optimize_words(self, text: str) -> None:
        """Leave nothing in the index of words that were taken out."""

    @abstractmethod
    def rebuild_words(self, text: str) -> None:
        """Make the index anew from the rows."""

    @abstractmethod
    def found_in(self, text: str, current: str) -> str:
        """The current rows (alias ``c``) as what is looked for by words."""

    @abstractmethod
    def has_words(self, text: str) -> str:
        """The condition on those rows that they have the words of ``words_query``."""

    @abstractmethod
    def words_query(self, words: Sequence[Sequence[str]]) -> str:
        """All of the words, each in any of its forms, the last as a beginning."""

    @abstractmethod
    def found_order(self, text: str, words: int) -> str:
        """By what the rows that have so many words are sorted, as they were made."""

    @property
    @abstractmethod
    def words_value(self) -> str:
        """How a statement takes the words of a row."""

    @abstractmethod
    def value_in(self, column: str, name: str) -> str:
        """The value of a field inside JSON, as JSON."""

    @abstractmethod
    def month_of(self, column: str) -> str:
        """The month (2026-03, UTC) of a moment in microseconds."""

    @abstractmethod
    def _execute(self, link: Any, sql: str, params: Sequence[object], *, plan_each: bool = False) -> Any:
        """Run a statement on a connection."""

    @abstractmethod
    def _execute_many(self, link: Any, sql: str, rows: Sequence[Sequence[object]]) -> Any:
        """Run a statement on a connection."""
