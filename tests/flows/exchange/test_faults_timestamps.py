"""A timestamping service that is down for days: messages and acts go on, the delay is told, the timestamps follow."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.flows.exchange.country import INSTANCE
from tests.flows.exchange.test_faults_time import ShiftedWorld
from uruk.acts import timestamping
from uruk.acts.api import Deed, perform, receipt_of, timestamp_checkpoints, timestamp_delays
from uruk.acts.timestamping import with_timestamp
from uruk.cli import examination_of_tables as tables
from uruk.cli.examination import Patient
from uruk.exchange.api import Agreement
from uruk.kernel.api import Actor, CodedError, FixedClock, Settings, SystemClock
from uruk.trust.api import LogReader, Receipt, parse_statement, public_checkpoint
from uruk.web.node_metrics import NodeCollector

DAYS = 4
DAY = timedelta(days=1)
ORIGIN = f"{INSTANCE}/interior/north/1/1"


class Down:
    """A service that does not answer."""

    def stamp(self, digest: bytes) -> bytes:
        raise CodedError("trust.timestamp_unreachable", url="http://tsa.example/")


class LongWorld(ShiftedWorld):
    """A world of several days."""

    def agreement(self, *given: Any, **more: Any) -> Agreement:
        """In force for a month."""
        month = int(self.country.now.timestamp()) + 30 * 86_400
        return super().agreement(*given, **more | {"valid_until": month})


@pytest.fixture
def world(node: Settings, tmp_path: Path) -> Iterator[LongWorld]:
    """Interior's gateway writes into this very node's data folder."""
    folder = tmp_path / "w"  # the path of a socket in it has 107 characters at most
    folder.mkdir()
    (folder / "north").symlink_to(node.data)
    with LongWorld(folder) as made:
        made.start_all()
        yield made


def act(institution: str) -> Receipt:
    deed = Deed(type="test.done", role="decided", author=institution, body={}, rows=lambda _: None)
    return perform(Actor.system(institution), deed)


def delay_s() -> float:
    """What /metrics says, in seconds."""
    found = {one.name: one.samples[0].value for one in NodeCollector().collect()}
    return float(found["uruk_timestamp_delay_seconds"])


def told(node: Settings, at: datetime) -> list[tuple[str, str]]:
    """State and code of what `uruk doctor` finds."""
    return [(one.state, one.code) for one in tables.examine_timestamps(Patient(node, {}, at))]


def test_a_timestamping_service_that_is_down_for_days_stops_nothing_and_its_timestamps_follow(
    world: LongWorld, institution: str, node: Settings, clock: FixedClock, log: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.advance(SystemClock().now() - clock.now())
    up = timestamping.timestamper()
    assert up is not None
    monkeypatch.setattr(timestamping, "timestamper", Down)
    monkeypatch.setattr(tables, "log_answers", lambda: True)  # the log is in this very process
    first = act(institution)
    for day in range(DAYS):
        for code in ("north", "south"):
            world.shift(code, day * 86_400)
        answer = world.ask(f"/1990010{day}")
        assert answer.status == 200, world.told_by_all()
        act(institution)
        log.settle()
        with pytest.raises(CodedError, match="timestamp_unreachable"):
            timestamp_checkpoints()  # what the round logs each minute
        assert delay_s() >= day * 86_400
        clock.advance(DAY)
    assert told(node, clock.now()) == [("person", "cli.stamps_late")]
    for code in list(world.processes):
        assert world.stop(code) == 0, world.said(code)
    assert {one.origin.rpartition("/")[0] for one in timestamp_delays()} == {
        f"{INSTANCE}/interior/test/0", f"{INSTANCE}/interior/north/1"
    }  # fmt: skip
    monkeypatch.setattr(timestamping, "timestamper", lambda: up)
    assert timestamp_checkpoints() == 2
    assert told(node, clock.now()) == [("well", "cli.stamps_well")]
    assert delay_s() == 0
    assert receipt_of(parse_statement(first.statement).act).grade == "timestamped"
    assert gateway_receipt(node).grade == "timestamped", "the message of the first day too"


def gateway_receipt(node: Settings) -> Receipt:
    """The receipt of the first entry of the gateway's log, with the timestamp that has followed."""
    public = node.data / "public" / "log"
    checkpoint = public_checkpoint(public, ORIGIN)
    assert checkpoint is not None and checkpoint.size == 2 * DAYS
    reader = LogReader(node.data / "gateway" / "trust", public)
    try:
        content = reader.content(ORIGIN, 0)
        assert content is not None
        return with_timestamp(reader.receipt(UUID(bytes=content.act)))
    finally:
        reader.close()
