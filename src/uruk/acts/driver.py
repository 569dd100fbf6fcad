"""The database's driver below Django: for statements that Django's own cursors would put together anew each time."""

from typing import Any


def driver_link(ours: Any) -> Any:
    """The driver's own connection of one of Django's, in whatever transaction that has open."""
    ours.close_if_health_check_failed()
    ours.ensure_connection()
    ours.validate_no_broken_transaction()
    return ours.connection


def binding_cursor(link: Any) -> Any:
    """A cursor of PostgreSQL's that lets the server bind values and remember statements.

    Django's own put the values into the text, which is then another one each time.
    """
    from psycopg import Cursor  # noqa: PLC0415  (a node on SQLite has no use for it)

    return Cursor(link)
