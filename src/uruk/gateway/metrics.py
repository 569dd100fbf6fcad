"""What /metrics says: counts and times of messages, under the names of X-Road's operational monitoring.

A series is a pair of subsystems and what became of their messages; the fields of X-Road that differ from message to
message (ids, times, sizes) are summed. Nothing here names a person, a path or a body.
"""

import time
from bisect import bisect_left
from collections.abc import Callable, Iterator
from typing import Literal

from uruk.gateway.calls import Call, Reply

MAX_SERIES = 10_000
BUCKETS_S = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
_LABELS = (
    "security_server_type", "client_xroad_instance", "client_member_class", "client_member_code",
    "client_subsystem_code", "service_xroad_instance", "service_member_class", "service_member_code",
    "service_subsystem_code", "service_code", "rest_method", "status_code", "succeeded", "fault_code",
)  # fmt: skip

Side = Literal["Client", "Producer"]
Gauge = Callable[[], float]
_Key = tuple[Side, str, str, str, int, str]


class _Series:
    """The sums of one series."""

    __slots__ = ("answer_bytes", "buckets", "count", "inside_s", "request_bytes", "seconds", "waited_s")

    def __init__(self) -> None:
        self.count = self.request_bytes = self.answer_bytes = 0
        self.seconds = self.waited_s = self.inside_s = 0.0
        self.buckets = [0] * (len(BUCKETS_S) + 1)


class Metrics:
    """Counts what one gateway carries. Lives in the event loop."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._series: dict[_Key, _Series] = {}
        self._refused: dict[str, int] = {}
        self._gauges: dict[str, tuple[str, Gauge]] = {}

    def gauge(self, name: str, meaning: str, value: Gauge) -> None:
        """Show a value that is asked for at each scrape."""
        self._gauges[name] = (meaning, value)

    def asked(self, call: Call, reply: Reply, status: int, arrived_at: float) -> None:
        """Count a call of one of our information systems, as X-Road's "Client" side; `status` is what it was told."""
        answered = reply.body.length if reply.body is not None else 0
        fault = reply.error.code if reply.error is not None else ""
        waited = max(call.answered_at - call.sent_at, 0.0) if call.sent_at else 0.0
        self.count(
            ("Client", call.client, call.service, call.method, status, fault),
            self._now() - arrived_at,
            waited,
            call.body.length + len(call.header_part),
            answered,
        )

    def answered(
        self, call: tuple[str, str, str], status: int, fault: str, times: tuple[float, float], sizes: tuple[int, int]
    ) -> None:
        """Count a request that came from another gateway, as X-Road's "Producer" side.

        `call`: client, service, method; `fault`: the code of the exchange's error, or ""; `times`: seconds from its
        arrival to its answer, and those of them that the provider's information system took; `sizes`: bytes of request
        and answer.
        """
        client, service, method = call
        self.count(("Producer", client, service, method, status, fault), *times, *sizes)

    def refused(self, code: str) -> None:
        """Count a call that was refused before it was one."""
        self._refused[code] = self._refused.get(code, 0) + 1

    def count(self, key: _Key, seconds: float, waited_s: float, request_bytes: int, answer_bytes: int) -> None:
        """Add one message to its series."""
        found = self._series.get(key) or self._new(key)
        found.count += 1
        found.seconds += seconds
        found.waited_s += waited_s
        found.inside_s += max(seconds - waited_s, 0.0)
        found.request_bytes += request_bytes
        found.answer_bytes += answer_bytes
        found.buckets[bisect_left(BUCKETS_S, seconds)] += 1

    def text(self) -> str:
        """All of it in Prometheus' text format."""
        lines = [*self._messages(), *self._times(), *self._refusals(), *self._values()]
        return "\n".join(lines) + "\n"

    def _new(self, key: _Key) -> _Series:
        if len(self._series) >= MAX_SERIES:  # whoever asks for ten thousand different things fills no memory
            side, _, _, method, status, fault = key
            key = (side, "other", "other", method, status, fault)
        return self._series.setdefault(key, _Series())

    def _messages(self) -> Iterator[str]:
        labelled = [(_labels(key), found) for key, found in self._series.items()]
        for name, meaning, attribute in (
            ("uruk_exchange_messages_total", "Messages carried", "count"),
            ("uruk_exchange_request_size_bytes_total", "Bytes of requests (requestSize)", "request_bytes"),
            ("uruk_exchange_response_size_bytes_total", "Bytes of answers (responseSize)", "answer_bytes"),
            ("uruk_exchange_waited_seconds_total", "From requestOutTs to responseInTs", "waited_s"),
            ("uruk_exchange_inside_seconds_total", "What the gateway itself took of it", "inside_s"),
        ):
            yield from _family(name, meaning, "counter")
            yield from (f"{name}{{{labels}}} {getattr(found, attribute)}" for labels, found in labelled)

    def _times(self) -> Iterator[str]:
        """A histogram for each side and service, from requestInTs to responseOutTs."""
        name = "uruk_exchange_duration_seconds"
        yield from _family(name, "From requestInTs to responseOutTs", "histogram")
        for (side, service), buckets in self._by_service().items():
            labels = f'security_server_type="{side}",service="{_escaped(service)}"'
            total = 0
            for limit, count in zip((*map(str, BUCKETS_S), "+Inf"), buckets[:-1], strict=True):
                total += int(count)
                yield f'{name}_bucket{{{labels},le="{limit}"}} {total}'
            yield f"{name}_sum{{{labels}}} {buckets[-1]}"
            yield f"{name}_count{{{labels}}} {total}"

    def _by_service(self) -> dict[tuple[str, str], list[float]]:
        found: dict[tuple[str, str], list[float]] = {}
        for (side, _, service, *_), series in self._series.items():
            sums = found.setdefault((side, service), [0.0] * (len(BUCKETS_S) + 2))
            for at, value in enumerate((*series.buckets, series.seconds)):
                sums[at] += value
        return found

    def _refusals(self) -> Iterator[str]:
        yield from _family("uruk_exchange_refused_total", "Calls refused before they were logged", "counter")
        for code, count in self._refused.items():
            yield f'uruk_exchange_refused_total{{fault_code="{code}"}} {count}'

    def _values(self) -> Iterator[str]:
        for name, (meaning, value) in self._gauges.items():
            yield from _family(name, meaning, "gauge")
            yield f"{name} {value()}"


def _labels(key: _Key) -> str:
    side, client, service, method, status, fault = key
    succeeded = "true" if not fault and status < 400 else "false"
    values = (side, *_parts(client, 4), *_parts(service, 5), method, str(status), succeeded, fault)
    return ",".join(f'{name}="{_escaped(value)}"' for name, value in zip(_LABELS, values, strict=True))


def _parts(address: str, count: int) -> list[str]:
    parts = address.split("/")
    return [*parts, *[""] * count][:count]


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _family(name: str, meaning: str, kind: str) -> tuple[str, str]:
    return f"# HELP {name} {meaning}", f"# TYPE {name} {kind}"
