"""Threads of a process that write wait for one another in turn, and nobody keeps a turn that has ended."""

import threading
from pathlib import Path

import pytest
from django.db import DatabaseError

from uruk.web.database import database_settings
from uruk.web.sqlite.base import DatabaseWrapper

pytestmark = pytest.mark.django_db


def wrapper(path: Path, timeout_s: float = 20) -> DatabaseWrapper:
    settings = {
        **database_settings("", path), "ATOMIC_REQUESTS": False, "AUTOCOMMIT": True, "CONN_HEALTH_CHECKS": False,
        "TIME_ZONE": None,
    }  # fmt: skip
    return DatabaseWrapper(settings | {"OPTIONS": settings["OPTIONS"] | {"timeout": timeout_s}}, "default")


def begin(link: DatabaseWrapper) -> None:
    link.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


def end(link: DatabaseWrapper, how: str) -> None:
    getattr(link, how)()
    if how != "close":
        link.set_autocommit(True)


@pytest.mark.parametrize("how", ["commit", "rollback", "close"])
def test_a_turn_ends_with_its_transaction_however_that_ends(tmp_path: Path, how: str) -> None:
    first, second = wrapper(tmp_path), wrapper(tmp_path)
    begin(first)
    end(first, how)
    begin(second)
    end(second, "commit")


def test_whoever_does_not_get_a_turn_in_time_is_told_that_it_is_locked(tmp_path: Path) -> None:
    first, second = wrapper(tmp_path), wrapper(tmp_path, timeout_s=0.05)
    begin(first)
    with pytest.raises(DatabaseError, match="locked"):
        begin(second)
    end(first, "commit")
    second.close()
    third = wrapper(tmp_path, timeout_s=1)
    begin(third)
    end(third, "commit")


def test_threads_that_write_at_once_all_write(tmp_path: Path) -> None:
    first = wrapper(tmp_path)
    first.cursor().execute("CREATE TABLE n (value INTEGER)")

    def write() -> None:
        link = wrapper(tmp_path)
        for _ in range(20):
            begin(link)
            link.cursor().execute("INSERT INTO n SELECT count(*) FROM n")
            end(link, "commit")
        link.close()

    threads = [threading.Thread(target=write) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    found = first.cursor().execute("SELECT count(*), count(DISTINCT value) FROM n").fetchone()
    assert found == (160, 160)
    first.close()
