import os
from contextlib import closing
from pathlib import Path

import pytest
from django.db.utils import ConnectionHandler

from uruk.kernel.api import CodedError
from uruk.web.database import database_settings


def test_without_an_address_the_database_is_a_file_in_the_data_folder() -> None:
    found = database_settings("", Path("/node"))
    assert (found["ENGINE"], found["NAME"]) == ("uruk.web.sqlite", "/node/db.sqlite3")
    assert "synchronous=FULL" in found["OPTIONS"]["init_command"]


def test_an_address_of_postgresql_is_read_apart() -> None:
    found = database_settings("postgresql://ur%40uk:p%2Fw@db.example:5433/node?sslmode=require", Path("/node"))
    parts = [found[name] for name in ("USER", "PASSWORD", "HOST", "PORT", "NAME")]
    assert parts == ["ur@uk", "p/w", "db.example", "5433", "node"]
    assert found["OPTIONS"]["sslmode"] == "require"


@pytest.mark.parametrize("address", ["mysql://localhost/node", "postgresql://localhost/", "node.db"])
def test_another_database_is_refused(address: str) -> None:
    with pytest.raises(CodedError) as refused:
        database_settings(address, Path("/node"))
    assert refused.value.code == "web.database_unknown"


@pytest.mark.django_db
def test_no_acknowledged_commit_is_lost_and_sqlite_keeps_foreign_keys(tmp_path: Path) -> None:
    """Asked on a connection as a node opens it: the suite's own does not wait for PostgreSQL's disk."""
    opened = ConnectionHandler({"default": database_settings(os.environ["URUK_DATABASE"], tmp_path)})["default"]
    with closing(opened), opened.cursor() as cursor:
        if opened.vendor == "sqlite":
            names = ("journal_mode", "synchronous", "foreign_keys")
            found = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in names}
            assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
        else:
            cursor.execute("SHOW synchronous_commit")
            assert cursor.fetchone() == ("on",)
