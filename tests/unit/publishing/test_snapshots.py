"""What the gateway goes by is written by one process at a time: the newest decision is in the file that stays."""

import threading
from dataclasses import dataclass, field
from typing import Any

import pytest

from uruk.exchange.api import Snapshot, read_snapshot
from uruk.kernel.api import Settings
from uruk.publishing import snapshots


@dataclass
class Compiling:
    """What is in force as seen by whoever compiles: the first one takes its time, and sees the old state only."""

    begun: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)
    decided: int = 1

    def __call__(self, institutions: Any) -> Snapshot:
        seen = self.decided
        if not self.begun.is_set():
            self.begun.set()
            assert self.go_on.wait(30)
        return Snapshot("xx", "test", seen)


def test_who_compiled_before_another_decision_does_not_write_after_it(
    node: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiling = Compiling()
    monkeypatch.setattr(snapshots, "_compiled", compiling)
    monkeypatch.setattr(snapshots, "_same", lambda *_: False)
    monkeypatch.setattr(snapshots, "find_country", Country)
    slow = threading.Thread(target=snapshots.write_snapshot)
    slow.start()
    assert compiling.begun.wait(30)
    compiling.decided = 2  # in another process, which writes at once
    quick = threading.Thread(target=snapshots.write_snapshot)
    quick.start()
    quick.join(0.5)
    compiling.go_on.set()
    slow.join()
    quick.join()
    assert read_snapshot(node.data / "gateway").made_at == 2


class Country:
    def __init__(self) -> None:
        self.institutions: dict[str, Any] = {}
