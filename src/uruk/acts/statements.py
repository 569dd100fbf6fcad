"""What every act and every page asks of the database, by statements that are put together once: Django takes longer to
write one than a database to run it. Everything else asks through Django's models.

A value goes in as its field stores it, so both databases have the very rows that Django would write.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.models import Field, Model

Row = tuple[Any, ...]
_INSERTIONS: dict[type[Model], tuple[str, Sequence[Any]]] = {}


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
    sql, fields = _insertion(type(row))
    with connection.cursor() as cursor:
        cursor.execute(sql, [stored(field, getattr(row, field.attname)) for field in fields])
        return bool(cursor.rowcount == 1)


def find_row(sql: str, *values: object) -> Row | None:
    """The first row of a query with ``%s`` for each value, by columns as the database has them; None where none is."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: Row | None = cursor.fetchone()
    return found


def find_rows(sql: str, *values: object) -> list[Row]:
    """All rows of such a query, which bounds them itself."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: list[Row] = cursor.fetchall()
    return found


def stored(field: "Field[Any, Any]", value: object) -> object:
    """A value as its field's column keeps it."""
    return field.get_db_prep_save(value, connection)


def _insertion(model: type[Model]) -> tuple[str, Sequence[Any]]:
    if model not in _INSERTIONS:
        _INSERTIONS[model] = _written(model)
    return _INSERTIONS[model]


def _written(model: type[Model]) -> tuple[str, Sequence[Any]]:
    fields = tuple(model._meta.concrete_fields)
    names = ", ".join(f'"{field.column}"' for field in fields)
    marks = ", ".join("%s" for _ in fields)
    sql = f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING'  # noqa: S608
    return sql, fields
