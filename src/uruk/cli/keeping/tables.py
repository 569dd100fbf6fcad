"""A node's rows at one moment: nobody commits an act while the moment lasts, on SQLite and on PostgreSQL.

PostgreSQL's library is imported by what needs it: no other command of `uruk` waits for it.
"""

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from uruk.kernel.api import CodedError, Settings

SQLITE = "db.sqlite3"
DUMP = "database.pgdump"
_WAIT_S = 20
_TOOL_LIMIT_S = 4 * 3600
# Whoever acts writes the first of these, and the second with its receipt: while both are locked no act moves.
_LOCK = "LOCK TABLE acts_act, acts_actreceipt IN SHARE MODE"
_LIBPQ = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}


class Moment:
    """The moment, while nobody commits; `dump` writes the rows as they were then, also after it has passed.

    On SQLite the rows are a file in the data folder, which is copied with the others: `dump` has nothing to do.
    """

    def __init__(self, url: str, snapshot: str = "") -> None:
        self.url, self.snapshot = url, snapshot

    def dump(self, target: Path) -> None:
        """Write PostgreSQL's rows of the moment; ``cli.database_tool`` where pg_dump is missing or complains."""
        if self.url:
            run_tool(
                self.url, "pg_dump", "--format=custom", "--no-owner", f"--snapshot={self.snapshot}",
                f"--file={target / DUMP}",
            )  # fmt: skip


@contextmanager
def rows_held_still(settings: Settings) -> Iterator[Moment]:
    """No act is begun or acknowledged inside; ``cli.database_busy`` where that cannot be had in time."""
    try:
        if settings.database:
            with _postgresql_still(settings.database) as moment:
                yield moment
        else:
            with _sqlite_still(settings.data / SQLITE):
                yield Moment("")
    except _errors_of(settings) as error:
        raise CodedError("cli.database_busy", reason=type(error).__name__) from error


def _errors_of(settings: Settings) -> type[Exception]:
    if not settings.database:
        return sqlite3.Error
    import psycopg

    return psycopg.Error


@contextmanager
def _sqlite_still(path: Path) -> Iterator[None]:
    if not path.is_file():
        yield  # a gateway alone
        return
    with closing(sqlite3.connect(path, timeout=_WAIT_S, isolation_level=None)) as link:
        link.execute("BEGIN IMMEDIATE")
        yield
        link.execute("ROLLBACK")


@contextmanager
def _postgresql_still(url: str) -> Iterator[Moment]:
    import psycopg

    with psycopg.connect(url, connect_timeout=_WAIT_S, autocommit=True) as link:
        link.execute("BEGIN")
        link.execute(f"SET LOCAL lock_timeout = '{_WAIT_S}s'")
        link.execute(_LOCK)
        yield Moment(url)


@contextmanager
def snapshot_of(moment: Moment) -> Iterator[Moment]:
    """Keep PostgreSQL's rows of the moment readable after it has passed; enter while nobody commits."""
    if not moment.url:
        yield moment
        return
    import psycopg

    with psycopg.connect(moment.url, connect_timeout=_WAIT_S, autocommit=True) as link:
        link.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        found = link.execute("SELECT pg_export_snapshot()").fetchone()
        assert found is not None
        yield Moment(moment.url, str(found[0]))


def put_rows_back(url: str, dump: Path) -> None:
    """Put PostgreSQL's rows back in the place of those that are there; ``cli.database_tool``."""
    run_tool(url, "pg_restore", "--clean", "--if-exists", "--no-owner", "--exit-on-error", "--single-transaction",
             f"--dbname={_parts(url)['dbname']}", str(dump))  # fmt: skip


def _parts(url: str) -> dict[str, Any]:
    from psycopg.conninfo import conninfo_to_dict

    return conninfo_to_dict(url)


def run_tool(url: str, tool: str, *words: str) -> None:
    """Run one of PostgreSQL's programs; where the database is stands in its environment, not on its command line."""
    given = _parts(url)
    place = {name: str(given[key]) for key, name in _LIBPQ.items() if given.get(key)}
    try:
        done = subprocess.run(
            [tool, *words],
            check=False,
            capture_output=True,
            text=True,
            timeout=_TOOL_LIMIT_S,
            env={**os.environ, **place},
        )
    except FileNotFoundError:
        raise CodedError("cli.database_tool", tool=tool, reason="not found") from None
    if done.returncode != 0:
        raise CodedError("cli.database_tool", tool=tool, reason=done.stderr.strip()[-300:])
