"""What every act and every page asks of the database, by statements that are put together once: Django takes longer to
write one than a database to run it. Everything else asks through Django's models.

A value goes in as its field stores it, so both databases have the very rows that Django would write.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, TypeVar

from django.db import connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import AutoField, Field, Model

from uruk.acts.driver import binding_cursor, driver_link

Row = tuple[Any, ...]
Known = TypeVar("Known", bound=Model)
# The place of a column, the column, and what makes its value.
_Reader = tuple[int, Any, Callable[..., Any]]
# For as many threads, each with a connection of its own, as read as many models.
_READERS = 256
# How many rows go into one statement: SQLite takes 32,766 values.
AT_ONCE = 500


@contextmanager
def derived_transaction() -> Iterator[None]:
    """A transaction of what follows from an intent and a log that are on the disk: on SQLite it need not wait for it.

    A power cut may then take it, never without all that came after it; the act is pending again and completed before
    the node serves anybody. PostgreSQL waits: its server can fall while the node goes on serving.
    """
    relaxed = connection.vendor == "sqlite" and not connection.in_atomic_block
    if relaxed:
        find_row("PRAGMA synchronous = NORMAL")
    try:
        with transaction.atomic(durable=True):
            yield
    finally:
        if relaxed:
            find_row("PRAGMA synchronous = FULL")


def add_once(row: Model) -> bool:
    """Insert a row, all its fields set, unless one with its key is there; whether it was added.

    Where another transaction is about to add the same key, this one waits until that is decided.
    """
    return bool(add_many((row,)))


def add_many(rows: Sequence[Known]) -> list[Known]:
    """The same for several rows of one model, none of them twice; those that were added."""
    added: list[Known] = []
    for part in _parts(rows):
        table = _table(type(part[0]))
        keys = {key for (key,) in _insert(table, part, f'ON CONFLICT DO NOTHING RETURNING "{table.key.column}"')}
        added += [row for row in part if stored(table.key, row.pk) in keys]
    return added


def write_many(rows: Sequence[Model]) -> None:
    """Insert rows of one model; `IntegrityError` where one is there."""
    for part in _parts(rows):
        _insert(_table(type(part[0])), part, "")


def put_many(rows: Sequence[Model]) -> None:
    """Insert rows of one model, none of them twice, each in the place of the one with its key."""
    for part in _parts(rows):
        table = _table(type(part[0]))
        _insert(table, part, table.replacing)


def execute(sql: str, *values: object) -> None:
    """Do what a statement says that gives no rows, with ``%s`` for each value."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def change_many(sql: str, rows: Sequence[Row]) -> int:
    """Do such a statement once for each of these rows of values, sent together; how many rows were changed."""
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.executemany(sql, rows)
        return int(cursor.rowcount)


def change_row(row: Model, *names: str) -> bool:
    """Write these fields of a row; False where it is not there any more."""
    table, fields = _table(type(row)), [row._meta.get_field(name) for name in names]
    changes = ", ".join(f'"{one.column}" = %s' for one in fields)
    values = [stored(one, getattr(row, one.attname)) for one in (*fields, table.key)]
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE "{row._meta.db_table}" SET {changes} WHERE "{table.key.column}" = %s', values)  # noqa: S608
        return cursor.rowcount > 0


def find_row(sql: str, *values: object) -> Row | None:
    """The first row of a query with ``%s`` for each value, by columns as the database has them; None where none is."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: Row | None = cursor.fetchone()
    return found


def find_often(sql: str, *values: object) -> Row | None:
    """The same for what is asked with every reading: PostgreSQL plans it once for a connection and not each time."""
    if connection.vendor != "postgresql":
        return find_row(sql, *values)
    with connection.wrap_database_errors, binding_cursor(driver_link(connection)) as cursor:
        found: Row | None = cursor.execute(sql, values).fetchone()
    return found


def find_rows(sql: str, *values: object) -> list[Row]:
    """All rows of such a query, which bounds them itself."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: list[Row] = cursor.fetchall()
    return found


def find_models(model: type[Known], ending: str, *values: object) -> list[Known]:
    """The rows of a model as Django gives them; `ending`: what stands behind ``SELECT … FROM table``."""
    table, database = _table(model), connections[connection.alias]
    rows = find_rows(f"{table.selecting} {ending}", *values)
    return [model.from_db(database.alias, table.names, _read(_readers(model, database), row, database)) for row in rows]


def marks(values: Sequence[object]) -> str:
    """As many ``%s`` as there are values, for `IN`."""
    return ", ".join("%s" for _ in values)


def stored(field: "Field[Any, Any]", value: object) -> object:
    """A value as its field's column keeps it."""
    return field.get_db_prep_save(value, connection)


@dataclass(frozen=True)
class _Table:
    """What statements about a model are put together from; `fields`: those that are not numbered by the database."""

    key: "Field[Any, Any]"
    fields: "tuple[Field[Any, Any], ...]"
    all_fields: "tuple[Field[Any, Any], ...]"
    names: tuple[str, ...]
    inserting: str
    replacing: str
    selecting: str


@cache
def _table(model: type[Model]) -> _Table:
    every = tuple(model._meta.concrete_fields)
    fields = tuple(one for one in every if not isinstance(one, AutoField))
    name, key = model._meta.db_table, model._meta.pk
    assert key is not None, "every table has one"
    columns = ", ".join(f'"{one.column}"' for one in fields)
    selected = ", ".join(f'"{name}"."{one.column}"' for one in every)
    changed = ", ".join(f'"{one.column}" = excluded."{one.column}"' for one in fields if one is not key)
    return _Table(
        key,
        fields,
        every,
        tuple(one.attname for one in every),
        f'INSERT INTO "{name}" ({columns}) VALUES',
        f'ON CONFLICT ("{key.column}") DO UPDATE SET {changed}',
        f'SELECT {selected} FROM "{name}"',  # noqa: S608
    )


def _parts(rows: Sequence[Known]) -> Iterator[Sequence[Known]]:
    return (rows[at : at + AT_ONCE] for at in range(0, len(rows), AT_ONCE))


def _insert(table: _Table, rows: Sequence[Model], ending: str) -> list[Row]:
    one, database = f"({marks(table.fields)})", connections[connection.alias]
    values = [field.get_db_prep_save(getattr(row, field.attname), database) for row in rows for field in table.fields]
    with database.cursor() as cursor:
        cursor.execute(f"{table.inserting} {', '.join([one] * len(rows))} {ending}", values)
        found: list[Row] = cursor.fetchall() if cursor.description else []
    return found


@lru_cache(maxsize=_READERS)
def _readers(model: type[Model], database: BaseDatabaseWrapper) -> tuple[_Reader, ...]:
    """What makes values of a model's columns of what a connection has there; of most columns nothing."""
    columns = [(at, one.get_col(model._meta.db_table)) for at, one in enumerate(_table(model).all_fields)]
    return tuple(
        (at, column, convert)
        for at, column in columns
        for convert in (*database.ops.get_db_converters(column), *column.get_db_converters(database))
    )


def _read(readers: Sequence[_Reader], row: Row, database: BaseDatabaseWrapper) -> list[Any]:
    found = list(row)
    for at, column, convert in readers:
        found[at] = convert(found[at], column, database)
    return found
