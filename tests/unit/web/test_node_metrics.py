"""/metrics tells how the node is: acts that wait, jobs given up, the log's reach, late timestamps."""

import errno
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from prometheus_client import Metric

from uruk.acts import timestamping
from uruk.acts.api import Deed, perform, timestamp_checkpoints, use_appender
from uruk.kernel.api import Actor, CodedError, FixedClock, Settings
from uruk.trust.api import LogClient
from uruk.web.node_metrics import NodeCollector


def gauges() -> dict[str, float]:
    found: list[Metric] = list(NodeCollector().collect())
    return {metric.name: metric.samples[0].value for metric in found}


def act(institution: str) -> None:
    deed = Deed(type="test.done", role="decided", author=institution, body={}, rows=lambda _: None)
    perform(Actor.system(institution), deed)


def test_a_node_at_rest_says_so(institution: str) -> None:
    assert gauges() == {
        "uruk_pending_acts": 0,
        "uruk_failed_jobs": 0,
        "uruk_witness_delay_seconds": 0,
        "uruk_unwitnessed_entries": 0,
        "uruk_log_up": 1,
        "uruk_log_problems": 0,
        "uruk_timestamp_delay_seconds": 0,
        "uruk_untimestamped_entries": 0,
    }


def test_a_timestamping_service_that_is_down_is_counted(
    institution: str, log: Any, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Down:
        def stamp(self, digest: bytes) -> bytes:
            raise CodedError("trust.timestamp_unreachable", url="http://tsa.example/")

    monkeypatch.setattr(timestamping, "timestamper", Down)
    act(institution)
    act(institution)
    log.settle()
    clock.advance(timedelta(minutes=7))
    with pytest.raises(CodedError):
        timestamp_checkpoints()
    found = gauges()
    assert (found["uruk_timestamp_delay_seconds"], found["uruk_untimestamped_entries"]) == (420, 2)


def test_a_log_that_cannot_settle_is_counted(institution: str, log: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    act(institution)
    monkeypatch.setattr(log._settler, "settle", full)
    log.settle_again()
    assert (gauges()["uruk_log_up"], gauges()["uruk_log_problems"]) == (1, 1)
    monkeypatch.undo()
    log.settle_again()
    assert gauges()["uruk_log_problems"] == 0


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_log_that_cannot_be_reached_is_down(institution: str, node: Settings) -> None:
    before = use_appender(LogClient(node.data / "nothing.sock", patience_s=0))
    try:
        found = gauges()
        assert (found["uruk_pending_acts"], found["uruk_failed_jobs"], found["uruk_log_up"]) == (0, 0, 0)
        assert "uruk_timestamp_delay_seconds" not in found
    finally:
        use_appender(before)


def test_an_act_without_its_receipt_is_counted(institution: str, log: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise CodedError("trust.log_unavailable")

    monkeypatch.setattr(log, "append", refuse)
    with pytest.raises(CodedError):
        act(institution)
    assert gauges()["uruk_pending_acts"] == 1


def test_the_gauges_stand_on_the_page_for_this_machine_only(institution: str, client: Client) -> None:
    assert b"uruk_timestamp_delay_seconds 0.0" in client.get("/metrics").content
    assert client.get("/metrics", headers={"x-forwarded-for": "192.0.2.7"}).status_code == 404


def test_registering_asks_nothing() -> None:
    assert NodeCollector().describe() == []
