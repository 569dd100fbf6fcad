"""The one module that knows SQLite from PostgreSQL for the tables of registries.

Statements are written once, with ``?`` for each value, and run on the connection Django holds, in its transaction,
without the ORM between. Ids are 16 bytes (PostgreSQL: uuid), moments whole microseconds since 1970, days ISO text: they
sort alike on both. Text sorts by its bytes.
"""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec
from django.db import connections
from django.db.utils import DEFAULT_DB_ALIAS

from uruk.acts.api import binding_cursor, driver_link
from uruk.registries.dialect import Database

# A short list keeps what was written last out of the main index; it is read whole by every search, hence short.
_PENDING_WORDS_KB = 256


class _SQLite(Database):
    types: Mapping[str, str] = {
        "integer": "INTEGER", "text": "TEXT", "date": "TEXT", "uuid": "BLOB", "bytes": "BLOB", "words": "TEXT",
        "clustered": " WITHOUT ROWID",
    }  # fmt: skip
    row_lock = ""

    def uuid(self, value: UUID | None) -> object:
        return None if value is None else value.bytes

    def uuid_of(self, value: Any) -> UUID:
        return UUID(bytes=value)

    def numbers(self, values: Sequence[int]) -> object:
        return json.dumps(list(values))

    def any_of(self, column: str) -> str:
        return f"{column} IN (SELECT value FROM json_each(?))"

    def texts(self, values: Sequence[str]) -> object:
        return json.dumps(list(values))

    def any_text(self, column: str) -> str:
        return self.any_of(column)

    def has_table(self, table: str) -> bool:
        return self.one("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)) is not None

    def columns(self, table: str) -> dict[str, str]:
        found = self.all("SELECT name, lower(type) FROM pragma_table_info(?)", (table,))
        return {name: kind for name, kind in found if kind in {"integer", "text"}}

    def has_index(self, index: str) -> bool:
        return self.one("SELECT 1 FROM sqlite_master WHERE type = 'index' AND name = ?", (index,)) is not None

    def version_indexes(self, table: str) -> tuple[str, ...]:
        return (f"CREATE INDEX {table}_day ON {table} (rid, valid_from, number, valid_until, recorded_us)",)

    def make_counter(self, counter: str) -> tuple[str, ...]:
        return (f"CREATE TABLE {counter} (value INTEGER NOT NULL)", f"INSERT INTO {counter} VALUES (0)")

    def count_up(self, counter: str, by: int) -> list[int]:
        (last,) = self.one(f"UPDATE {counter} SET value = value + ? RETURNING value", (by,)) or (0,)
        return list(range(last - by + 1, last + 1))

    def make_text(self, text: str, current: str) -> tuple[str, ...]:
        # Our words hold no ASCII sign but letters and digits, and `ascii` leaves all other letters alone: what we cut
        # is what is found. Neither places nor lengths are asked for, so none are kept. The last word is looked for as a
        # beginning: up to so many letters FTS5 walks along its rows, beyond them it first gathers all that there are.
        return (
            f"CREATE VIRTUAL TABLE {text} USING fts5(words, content='{current}', content_rowid='rid', "
            "detail=none, columnsize=0, prefix='1 2 3 4 5 6', tokenize='ascii')",
        )

    def before_words(self, text: str, current: str, rids: Sequence[int]) -> None:
        self.run(
            f"INSERT INTO {text} ({text}, rowid, words) SELECT 'delete', rid, words FROM {current} "
            f"WHERE {self.any_of('rid')} AND words IS NOT NULL",
            (self.numbers(rids),),
        )

    def after_words(self, text: str, current: str, rids: Sequence[int]) -> None:
        self.run(
            f"INSERT INTO {text} (rowid, words) SELECT rid, words FROM {current} "
            f"WHERE {self.any_of('rid')} AND words IS NOT NULL ORDER BY rid",
            (self.numbers(rids),),
        )

    def optimize_words(self, text: str) -> None:
        self.run(f"INSERT INTO {text} ({text}) VALUES ('optimize')")

    def rebuild_words(self, text: str) -> None:
        self.run(f"INSERT INTO {text} ({text}) VALUES ('rebuild')")

    def found_in(self, text: str, current: str) -> str:
        # From the words to the rows: they come in the order of their numbers, and a page ends when it is full.
        return f"{text} CROSS JOIN {current} c ON c.rid = {text}.rowid"

    def has_words(self, text: str) -> str:
        return f"{text} MATCH ?"

    def words_query(self, words: Sequence[Sequence[str]]) -> str:
        whole = (" OR ".join(f'"{form}"' for form in forms) for forms in words[:-1])
        begun = " OR ".join(f'"{form}" *' for form in words[-1])
        return " AND ".join(f"({one})" for one in (*whole, begun))

    def found_order(self, text: str, words: int) -> str:
        return f"{text}.rowid"

    @property
    def words_value(self) -> str:
        return "?"

    def value_in(self, column: str, name: str) -> str:
        return f"({column} -> '$.{name}')"

    def month_of(self, column: str) -> str:
        return f"strftime('%Y-%m', {column} / 1000000, 'unixepoch')"

    def _execute(self, link: Any, sql: str, params: Sequence[object], *, plan_each: bool = False) -> Any:
        return link.execute(sql, params)

    def _execute_many(self, link: Any, sql: str, rows: Sequence[Sequence[object]]) -> Any:
        return link.executemany(sql, rows)


_AS_ONE = 10
_IN_JSON = {"integer": "bigint", "uuid": "uuid"}


class _PostgreSQL(Database):
    types: Mapping[str, str] = {
        "integer": "BIGINT", "text": 'TEXT COLLATE "C"', "date": 'TEXT COLLATE "C"', "uuid": "UUID", "bytes": "BYTEA",
        "words": "TSVECTOR", "clustered": "",
    }  # fmt: skip
    row_lock = " FOR UPDATE"

    def uuid(self, value: UUID | None) -> object:
        return value

    def uuid_of(self, value: Any) -> UUID:
        return value

    def numbers(self, values: Sequence[int]) -> object:
        return list(values)

    def any_of(self, column: str) -> str:
        return f"{column} = ANY(?::bigint[])"

    def texts(self, values: Sequence[str]) -> object:
        return list(values)

    def any_text(self, column: str) -> str:
        return f"{column} = ANY(?::text[])"

    def insert(self, table: str, columns: Mapping[str, str], rows: Sequence[Sequence[object]], otherwise: str) -> int:
        if len(rows) < _AS_ONE:
            return super().insert(table, columns, rows, otherwise)
        # One statement with all rows as one JSON text costs a third of one statement for each row.
        names = ", ".join(columns)
        typed = ", ".join(f"{name} {_IN_JSON.get(kind, 'text')}" for name, kind in columns.items())
        picked = ", ".join(self._picked(name, kind) for name, kind in columns.items())
        sql = (
            f"INSERT INTO {table} ({names}) SELECT {picked} FROM json_to_recordset(?::json) AS r ({typed}) {otherwise}"
        )
        given = [dict(zip(columns, row, strict=True)) for row in rows]
        return self.run(sql, (msgspec.json.encode(given).decode(),))

    def add(self, table: str, columns: Mapping[str, str], rows: Sequence[Sequence[object]]) -> None:
        if len(rows) < _AS_ONE:
            super().add(table, columns, rows)
            return
        # It costs half of the statement above, and knows nothing of rows that are there.
        at = list(columns.values()).index("words") if "words" in columns.values() else None
        ours = connections[DEFAULT_DB_ALIAS]
        with (
            ours.wrap_database_errors,
            binding_cursor(driver_link(ours)).copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as out,
        ):
            for row in rows:
                out.write_row(row if at is None else (*row[:at], _words_written(row[at]), *row[at + 1 :]))

    def _picked(self, name: str, kind: str) -> str:
        """A column of the rows that came as JSON, in which bytes stand in base64."""
        if kind == "words":
            return self.words_value.replace("?", f"r.{name}")
        return f"decode(r.{name}, 'base64')" if kind == "bytes" else f"r.{name}"

    def has_table(self, table: str) -> bool:
        return self.one("SELECT to_regclass(?) IS NOT NULL", (table,)) == (True,)

    def columns(self, table: str) -> dict[str, str]:
        found = self.all(
            "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute "
            "WHERE attrelid = to_regclass(?) AND attnum > 0 AND NOT attisdropped",
            (table,),
        )
        logical = {"bigint": "integer", "text": "text"}
        return {name: logical[kind] for name, kind in found if kind in logical}

    def has_index(self, index: str) -> bool:
        return self.has_table(index)

    def version_indexes(self, table: str) -> tuple[str, ...]:
        return (f"CREATE INDEX {table}_day ON {table} (rid, valid_from, number) INCLUDE (valid_until, recorded_us)",)

    def make_counter(self, counter: str) -> tuple[str, ...]:
        return (f"CREATE SEQUENCE {counter}",)

    def count_up(self, counter: str, by: int) -> list[int]:
        found = self.all(f"SELECT nextval('{counter}') FROM generate_series(1, ?)", (by,))
        return sorted(number for (number,) in found)

    def make_text(self, text: str, current: str) -> tuple[str, ...]:
        return (
            f"CREATE INDEX {text} ON {current} USING gin (words) "
            f"WITH (fastupdate = on, gin_pending_list_limit = {_PENDING_WORDS_KB})",
        )

    # The words stand in the row itself: its index follows by itself, and VACUUM clears what was taken out.
    def before_words(self, text: str, current: str, rids: Sequence[int]) -> None:
        return None

    def after_words(self, text: str, current: str, rids: Sequence[int]) -> None:
        return None

    def optimize_words(self, text: str) -> None:
        return None

    def rebuild_words(self, text: str) -> None:
        return None

    def found_in(self, text: str, current: str) -> str:
        return f"{current} c"

    def has_words(self, text: str) -> str:
        return "c.words @@ ?::tsquery"

    def words_query(self, words: Sequence[Sequence[str]]) -> str:
        whole = (" | ".join(f"'{form}'" for form in forms) for forms in words[:-1])
        begun = " | ".join(f"'{form}':*" for form in words[-1])
        return " & ".join(f"({one})" for one in (*whole, begun))

    def found_order(self, text: str, words: int) -> str:
        # How many have two words together is guessed badly: following the primary key until fifty are met took 80 ms at
        # a million records, the index of words 9 ms. With the sum only the latter can serve. One word is guessed well.
        return "c.rid" if words < 2 else "c.rid + 0"

    @property
    def words_value(self) -> str:
        return "array_to_tsvector(string_to_array(?, ' '))"

    def value_in(self, column: str, name: str) -> str:
        return f"({column}::jsonb -> '{name}')::text"

    def month_of(self, column: str) -> str:
        return f"to_char(to_timestamp({column} / 1000000) AT TIME ZONE 'UTC', 'YYYY-MM')"

    def _execute(self, link: Any, sql: str, params: Sequence[object], *, plan_each: bool = False) -> Any:
        return binding_cursor(link).execute(_formatted(sql), params, prepare=False if plan_each else None)

    def _execute_many(self, link: Any, sql: str, rows: Sequence[Sequence[object]]) -> Any:
        cursor = binding_cursor(link)
        cursor.executemany(_formatted(sql), rows)
        return cursor


@lru_cache(maxsize=1)
def database() -> Database:
    """The database of this node; a process has one kind in its life."""
    return _KNOWN[connections[DEFAULT_DB_ALIAS].vendor]


def _words_written(words: Any) -> str | None:
    """Words, which are letters and digits alone, as a value of their type is written."""
    return None if words is None else "'" + words.replace(" ", "' '") + "'"


@lru_cache(maxsize=2000)
def _formatted(sql: str) -> str:
    return sql.replace("%", "%%").replace("?", "%s")


_KNOWN: Mapping[str, Database] = {"sqlite": _SQLite(), "postgresql": _PostgreSQL()}
