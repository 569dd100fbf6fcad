"""How many requests an agreement allows, counted so that no minute and no day ever sees more."""

from collections import deque
from math import floor

from uruk.exchange.snapshot import Agreement
from uruk.kernel.api import CodedError

MINUTE_S, DAY_S = 60.0, 86_400.0
_SLOTS = 60


class _Window:
    """A count over a moving span of time, in sixtieths of it; a sixtieth counts until all of it has passed."""

    __slots__ = ("_slot_s", "_slots", "_total")

    def __init__(self, span_s: float) -> None:
        self._total = 0
        self._slot_s = span_s / _SLOTS
        self._slots: deque[list[int]] = deque()  # [number of the slot, count], the oldest first

    def wait_s(self, now: float, limit: int) -> int:
        """How many seconds until one more is allowed; 0: now, or there is no limit (0)."""
        slots, current = self._slots, floor(now / self._slot_s)
        while slots and slots[0][0] < current - _SLOTS:
            self._total -= slots.popleft()[1]
        if not limit or self._total < limit:
            return 0
        return max(1, floor((slots[0][0] + _SLOTS + 1) * self._slot_s - now) + 1)

    def count(self, now: float) -> None:
        """Count one."""
        current = floor(now / self._slot_s)
        if self._slots and self._slots[-1][0] >= current:
            self._slots[-1][1] += 1
        else:
            self._slots.append([current, 1])
        self._total += 1


class Quota:
    """The counts of a gateway, in memory: they begin anew when it starts."""

    def __init__(self) -> None:
        self._windows: dict[tuple[str, str, str], tuple[_Window, _Window]] = {}

    def take(self, agreement: Agreement, now: float) -> None:
        """Count one request. `now`: seconds of a clock that never goes back (`time.monotonic`).

        `exchange.quota_exceeded` where the agreement's limit per minute or per day is used up: the request is not
        counted, and `retry_after` says after how many seconds the next one may be tried.
        """
        limits = agreement.limits
        if not (limits.per_minute or limits.per_day):
            return
        minute, day = self._of(agreement)
        wait = max(minute.wait_s(now, limits.per_minute), day.wait_s(now, limits.per_day))
        if wait:
            raise CodedError("exchange.quota_exceeded", agreement=agreement.code, retry_after=wait)
        minute.count(now)
        day.count(now)

    def _of(self, agreement: Agreement) -> tuple[_Window, _Window]:
        """The counts of an agreement; they go on when its limits change, for a change must not be a way around."""
        key = (agreement.consumer, agreement.service, agreement.code)
        found = self._windows.get(key)
        if found is None:
            found = self._windows[key] = (_Window(MINUTE_S), _Window(DAY_S))
        return found
