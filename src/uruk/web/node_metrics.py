"""What /metrics says of the node itself, asked anew at each scrape: whichever process answers says the same."""

from collections.abc import Iterator

from django.db import Error
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from uruk.acts.api import appender, clock, count_pending, failed_jobs, timestamp_delays, witness_delays
from uruk.kernel.api import CodedError


class NodeCollector(Collector):
    """Gauges of pending acts, failed jobs, the log's reach, and how long timestamps are late."""

    def describe(self) -> list[Metric]:
        """Nothing beforehand: registering must not ask the database."""
        return []

    def collect(self) -> Iterator[Metric]:
        """The gauges; those that cannot be asked are left out, which an alarm on their absence notices."""
        try:
            yield _gauge("uruk_pending_acts", "Acts without a receipt", count_pending())
            yield _gauge("uruk_failed_jobs", "Jobs given up, at most 100", len(failed_jobs()))
        except Error:
            return
        yield from _witness_gauges()
        yield from _log_gauges()


def _log_gauges() -> Iterator[Metric]:
    try:
        delays, problems = timestamp_delays(), appender().problems()
    except (CodedError, Error):
        yield _gauge("uruk_log_up", "Whether the log writer answers", 0)
        return
    yield _gauge("uruk_log_up", "Whether the log writer answers", 1)
    yield _gauge("uruk_log_problems", "What keeps the log from being settled", len(problems))
    seconds = [each.delay(clock().now()).total_seconds() for each in delays]
    yield _gauge("uruk_timestamp_delay_seconds", "How long the oldest entry waits", max(seconds, default=0))
    waiting = sum(each.entries for each in delays)
    yield _gauge("uruk_untimestamped_entries", "Entries that wait for a timestamp", waiting)


def _witness_gauges() -> Iterator[Metric]:
    waiting = [each for each in witness_delays() if each.assigned]
    seconds = [each.delay(clock().now()).total_seconds() for each in waiting]
    yield _gauge("uruk_witness_delay_seconds", "How long the oldest entry waits for a witness", max(seconds, default=0))
    entries = sum(each.entries for each in waiting)
    yield _gauge("uruk_unwitnessed_entries", "Entries that wait for a witness", entries)


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(name, meaning, value=value)
