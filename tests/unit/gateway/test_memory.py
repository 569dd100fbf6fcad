"""What a gateway keeps in memory does not grow with its messages: counted in entries of containers, not in time."""

import asyncio
import gc
import subprocess
import sys
from collections import OrderedDict, deque
from datetime import timedelta
from pathlib import Path

import pytest

from tests.unit.gateway.parties import Parties, Party, played
from uruk.trust import entry_check
from uruk.trust.log import unsettled

WARM, MORE = 480, 800
KINDS = (dict, list, set, deque, OrderedDict)
NOT_NEEDED = ("django", "uruk.definitions", "uruk.exchange.kinds", "cel_expr_python", "segno", "pikepdf", "fitz")


@pytest.fixture(autouse=True)
def _small_caches(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is remembered on purpose, up to a limit, reaches its limit within the first messages."""
    monkeypatch.setattr(unsettled, "MAX_REMEMBERED", 64)
    monkeypatch.setattr(entry_check.VerifiedCheckpoints.__init__, "__defaults__", (32,))
    monkeypatch.setattr(entry_check, "MAX_WITH_PATHS", 4)
    monkeypatch.setattr("uruk.gateway.verifying._MANY", 32)


def entries() -> int:
    """How many things all containers of this process hold together."""
    gc.collect()
    tracked = gc.get_objects()
    # The collector does not know containers of plain values by themselves: those are found behind what it knows.
    behind = (one for owner in tracked for one in gc.get_referents(owner) if type(one) in KINDS)
    return sum(len(one) for one in {id(one): one for one in behind}.values())


async def messages(found: Parties, count: int) -> None:
    """So many messages, one after the other in small batches; settled, as the background does."""
    for _ in range(count // 8):
        for reply in await asyncio.gather(*(found.south.ask() for _ in range(8))):
            assert reply.error is None and reply.body is not None
            reply.body.release()
        found.clock.advance(timedelta(milliseconds=10))
        for party in found.all:
            party.systems.seen.clear()
            party.systems.limits.clear()
            settle(party)


def settle(party: Party) -> None:
    party.writer.settle()
    party.evidence.flush()
    party.usage.flush()


def test_memory_does_not_grow_with_the_messages(tmp_path: Path) -> None:
    async def journey(found: Parties) -> None:
        await messages(found, WARM)
        before = entries()
        await messages(found, MORE)
        grown = entries() - before
        # Some hundreds come and go: SQLite's driver looks after its cursors now and then.
        assert grown < MORE, f"{grown} entries more after {MORE} messages"

    played(tmp_path, journey)


def test_the_count_would_see_one_entry_for_each_message(tmp_path: Path) -> None:
    """A gateway that remembered the id of each message would be found."""
    kept: dict[int, bytes] = {}

    async def journey(found: Parties) -> None:
        await messages(found, WARM)
        before = entries()
        for number in range(MORE):
            kept[number] = b"remembered"
        assert entries() - before > MORE // 2

    played(tmp_path, journey)


def test_the_gateways_process_loads_nothing_that_it_does_not_need() -> None:
    code = "import sys, uruk.gateway.process; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert [name for name in loaded if name.startswith(NOT_NEEDED)] == []
    assert "uruk.gateway.gateway" in loaded
