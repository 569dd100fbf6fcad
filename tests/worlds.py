"""Worlds that take long to make: each is made once in a process, and put back for every test that begins in it.

A world is what its maker left in the database and in the node's folder, and what it returned. A test that begins in one
finds both as if they had just been made, and commits as it likes: nothing is rolled back under it.
"""

import shutil
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from uruk.kernel.api import FixedClock, Settings
from uruk.trust.log.known import settle_in

if TYPE_CHECKING:
    from tests.dumps import Dump

Maker = Callable[[], tuple[Any, ...]]
# The fixture that gives a world to tests, by module and name, and who makes it; a conftest adds its own.
WORLDS: dict[str, Maker] = {}
_MADE: dict[Maker, "World"] = {}


@dataclass(frozen=True)
class World:
    """What a maker left: rows, the node's folder, and the officers it returned."""

    rows: "Dump"
    folder: Path
    officers: tuple[Any, ...]

    def put_back(self, data: Path) -> None:
        """Fill the database, and the node's folder, which is empty."""
        self.rows.put_back()
        shutil.copytree(self.folder, data, symlinks=True, dirs_exist_ok=True)
        # A log notices that its folder is a copy, and would begin another. This is what it was, and no other goes on.
        for mark in data.rglob("place.is"):
            settle_in(mark.parent)


def get_world(maker: Maker, settings: Settings, moment: datetime, folders: pytest.TempPathFactory) -> World:
    """The world of this maker; made at this moment where this process has not made it yet. The database is empty."""
    if maker not in _MADE:
        _MADE[maker] = _make(maker, replace(settings, data=folders.mktemp("world")), moment)
    return _MADE[maker]


def _make(maker: Maker, node: Settings, moment: datetime) -> World:
    from django.conf import settings

    from tests.dumps import dump
    from uruk.acts.api import open_log_writer, use_appender, use_clock

    with ExitStack() as after:
        before, settings.URUK = settings.URUK, node
        after.callback(setattr, settings, "URUK", before)
        after.callback(use_clock, use_clock(FixedClock(moment)))
        writer = open_log_writer("xx")
        after.callback(writer.close)
        after.callback(use_appender, use_appender(writer))
        officers = maker()
    return World(dump(), node.data, officers)
