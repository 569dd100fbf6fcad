"""What a database holds, kept and put back: a copy of SQLite's pages, or the rows of PostgreSQL's tables."""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.db import connection, transaction


class Dump(Protocol):
    """What the database of the tests held at one moment."""

    def put_back(self) -> None:
        """Have the database hold exactly that again."""


def dump() -> Dump:
    """Keep what the database of the tests holds."""
    connection.ensure_connection()
    return _Pages.of(connection.connection) if connection.vendor == "sqlite" else _Rows.of()


@dataclass(frozen=True)
class _Pages:
    kept: sqlite3.Connection

    @classmethod
    def of(cls, source: Any) -> "_Pages":
        kept = sqlite3.connect(":memory:")
        source.backup(kept)
        return cls(kept)

    def put_back(self) -> None:
        connection.ensure_connection()
        self.kept.backup(connection.connection)


_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'django_migrations'"
_SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"
# How each table of a registry is made: columns, keys, indexes. A test may have changed one, or brought more.
_OF_REGISTRIES = "'^r[0-9]+_'"
_MADE_BY = f"""
SELECT c.relname, 1, format('CREATE TABLE %I (%s)', c.relname, (
    SELECT string_agg(concat_ws(' ', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
        (SELECT 'COLLATE ' || quote_ident(collname) FROM pg_collation o
            WHERE o.oid = a.attcollation AND collname <> 'default'),
        CASE WHEN a.attnotnull THEN 'NOT NULL' END, 'DEFAULT ' || pg_get_expr(d.adbin, d.adrelid)), ', '
        ORDER BY a.attnum)
    FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped))
FROM pg_class c WHERE c.relkind = 'r' AND c.relname ~ {_OF_REGISTRIES}
UNION ALL
SELECT c.relname, 2, format('ALTER TABLE %I ADD CONSTRAINT %I %s', c.relname, conname, pg_get_constraintdef(k.oid))
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid WHERE c.relname ~ {_OF_REGISTRIES}
UNION ALL
SELECT c.relname, 3, pg_get_indexdef(i.indexrelid)
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE c.relname ~ {_OF_REGISTRIES}
    AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)
ORDER BY 1, 2, 3
"""
Made = Mapping[str, list[str]]


@dataclass(frozen=True)
class _Rows:
    rows: Mapping[str, bytes]
    sequences: Mapping[str, int | None]
    made: Made

    @classmethod
    def of(cls) -> "_Rows":
        with connection.cursor() as cursor:
            found = {table: _copied(cursor, table) for table in _tables(cursor)}
            rows = {table: data for table, data in found.items() if data}
            return cls(rows, dict(_asked(cursor, _SEQUENCES)), _made(cursor))

    def put_back(self) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            self._make_again(cursor)
            cursor.execute(*deleting(None, _tables(cursor)))
            for table, data in self.rows.items():
                with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                    copy.write(data)
            said = (f"setval('{name}', {last or 1}, {last is not None})" for name, last in self.sequences.items())
            cursor.execute(f"SELECT {', '.join(said)}")

    def _make_again(self, cursor: Any) -> None:
        there, sequences = _made(cursor), dict(_asked(cursor, _SEQUENCES))
        other = [table for table in there if there[table] != self.made.get(table)]
        todo = [f"DROP TABLE {table}" for table in other]
        todo += [f"DROP SEQUENCE {name}" for name in sequences if name not in self.sequences]
        todo += [f"CREATE SEQUENCE {name}" for name in self.sequences if name not in sequences]
        todo += [line for table in self.made if there.get(table) != self.made[table] for line in self.made[table]]
        if todo:
            cursor.execute("; ".join(todo))


def deleting(_style: object, tables: Iterable[str], **_: object) -> list[str]:
    """How Django empties PostgreSQL's tables after a test: to truncate seventy, most of them empty, takes much longer.

    What keys bind together is judged at the end of the transaction.
    """
    return ["; ".join(f"DELETE FROM {table}" for table in tables)]


def _tables(cursor: Any) -> list[str]:
    return [name for (name,) in _asked(cursor, _TABLES)]


def _made(cursor: Any) -> Made:
    found: dict[str, list[str]] = {}
    for table, _, line in _asked(cursor, _MADE_BY):
        found.setdefault(table, []).append(line)
    return found


def _asked(cursor: Any, sql: str) -> list[Any]:
    cursor.execute(sql)
    return list(cursor.fetchall())


def _copied(cursor: Any, table: str) -> bytes:
    with cursor.copy(f"COPY {table} TO STDOUT") as copy:
        return b"".join(bytes(part) for part in copy)
