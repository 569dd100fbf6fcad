"""SIGKILL at every write and sync of the writer: no acknowledged entry is missing, and each can be opened.

URUK_KILL_SEEDS says how many seeds are tried (50; `make soak` runs 1,000). A seed that fails is in the test's name.
"""

import os
import pickle
import random
import signal
import struct
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.unit.trust.log import naive
from tests.unit.trust.log.faults import Tapped
from tests.unit.trust.log.support import Node, act, extends, proves, statement

from uruk.trust.log.check import check_log
from uruk.trust.log.contents import Contents
from uruk.trust.receipts import Receipt

SEEDS = int(os.environ.get("URUK_KILL_SEEDS", "50"))
SEGMENT_BYTES = 6000
BATCHES = 16
LIVES = 3


class Killer:
    """Counts the points at which a writer can be killed, and kills it at one of them."""

    def __init__(self, point: int, manner: str) -> None:
        self.point, self.manner, self.passed = point, manner, 0

    def __call__(self, operation: str, path: Path, whole: Callable[[], object], half: Callable[[], object]) -> object:
        assert operation, path
        self.passed += 1
        if self.passed != self.point:
            return whole()
        if self.manner != "before":
            (half if self.manner == "half" else whole)()
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("not killed")


class KilledContents(Contents):
    """The store of contents, which SQLite writes: killed before, or after, each thing it is told to do."""

    killer: Killer

    def settle(self, *given):
        return self.killer("settle", self.path, lambda: super(KilledContents, self).settle(*given), lambda: None)

    def make_durable(self):
        return self.killer("durable", self.path, super().make_durable, lambda: None)


def live(node: Node, first: int, killer: Killer, tell: Callable[[object], None]) -> None:
    """One life of a writer: appends in batches for two institutions, tells of each receipt once it has it."""
    chance = random.Random(first)
    KilledContents.killer = killer
    node.fs = Tapped(killer)
    writer = node.open(segment_bytes=SEGMENT_BYTES)
    number = first
    for _ in range(BATCHES):
        institution = chance.choice(["interior", "interior", "health"])
        numbers = range(number, number + chance.choice([1, 1, 2, 9, 40]))
        number = numbers.stop
        receipts = writer.append_many([(institution, act(item), statement(item), None) for item in numbers])
        tell([(item, receipt.to_json()) for item, receipt in zip(numbers, receipts, strict=True)])
        if chance.random() < 0.4:
            writer.settle()
    writer.close()
    tell(killer.passed)


def in_a_child(work: Callable[[Callable[[object], None]], None]) -> tuple[list[object], int]:
    """Run in a child process; return what it told before it ended, and how it ended."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(reading)
            work(lambda told: send(writing, told))
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        data = pipe.read()
    return list(received(data)), os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def send(pipe: int, told: object) -> None:
    data = pickle.dumps(told)
    os.write(pipe, struct.pack("<I", len(data)) + data)


def received(data: bytes):
    while data:
        (length,) = struct.unpack_from("<I", data)
        yield pickle.loads(data[4 : 4 + length])
        data = data[4 + length :]


def in_ram() -> tempfile.TemporaryDirectory[str]:
    """A folder in memory where there is one: a killed process loses nothing there either, and syncs are quick."""
    return tempfile.TemporaryDirectory(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)


@pytest.fixture
def ram():
    with in_ram() as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def points(killed_contents):
    """How many points one whole life passes."""
    with in_ram() as folder:
        told, status = in_a_child(lambda tell: live(Node(Path(folder)), 0, Killer(0, "before"), tell))
    assert status == 0
    return told[-1]


@pytest.fixture(scope="module", autouse=True)
def killed_contents():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("uruk.trust.log.writer.Contents", killable)
        yield


def killable(path, read_only=False):
    return Contents(path, read_only=True) if read_only else KilledContents(path)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_no_acknowledged_entry_is_missing_after_a_kill(seed, points, ram):
    sys.stdout.write(f"seed {seed}\n")
    chance, node = random.Random(seed), Node(ram)
    acknowledged: list[tuple[int, str]] = []
    for life_number in range(LIVES):
        # Every point is some seed's first; the later lives are killed anywhere, also while they recover.
        point = 1 + seed * 37 % points if life_number == 0 else chance.randint(1, points // 2)
        killer = Killer(point, chance.choice(["before", "half", "after"]))
        told, status = in_a_child(lambda tell, k=killer, n=life_number: live(Node(ram), n * 1000, k, tell))
        assert status in (0, -signal.SIGKILL)
        acknowledged += [item for batch in told if isinstance(batch, list) for item in batch]
    KilledContents.killer = Killer(0, "before")
    check_everything(node, acknowledged)


def check_everything(node: Node, acknowledged: list[tuple[int, str]]) -> None:
    writer = node.open()
    for number, text in acknowledged:
        told = Receipt.parse(text)
        again = writer.receipt(act(number))
        assert proves(told, number)
        assert proves(again, number)
        assert (again.origin, again.index, again.salt) == (told.origin, told.index, told.salt)
        assert writer.append(told.origin.split("/")[1], act(number), statement(number)).index == told.index
    assert all(log.closed is None for log in writer.logs()), "a kill alone must not end a generation"
    writer.close()
    reader = node.read()
    for number, text in acknowledged:
        told = Receipt.parse(text)
        assert reader.open(told.origin, told.index) == (told.salt, statement(number))
        assert extends(reader, told)
    for origin in reader.origins():
        if (node.public / origin).exists():
            size = reader.checkpoint(origin).size
            tiles = reader.tiles(origin)
            assert reader.checkpoint(origin).root == naive.root([tiles.entry(index) for index in range(size)])
    reader.close()
    assert check_log(node.folder, node.public) == []


class Watcher(Killer):
    """Notes the kinds of points instead of killing."""

    def __init__(self) -> None:
        super().__init__(0, "before")
        self.kinds: set[str] = set()

    def __call__(self, operation, path, whole, half):
        self.kinds.add(operation)
        return super().__call__(operation, path, whole, half)


def test_the_points_are_of_every_kind(points, ram):
    """Otherwise the test above would prove less than it says."""
    watcher = Watcher()
    live(Node(ram), 0, watcher, lambda told: None)
    kinds = {"create", "reserve", "write", "sync", "sync files", "resize", "replace", "remove", "settle", "durable"}
    assert kinds <= watcher.kinds
    assert watcher.passed == points > 100
