"""The time now, injected: nothing else in Uruk asks the machine for it."""

import mmap
import re
import sys
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from time import time as unix_seconds
from typing import Protocol
from zoneinfo import ZoneInfo

from uruk.kernel.errors import CodedError

BAGHDAD = ZoneInfo("Asia/Baghdad")

_RFC3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?"
    r"(Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the time now, aware and in UTC."""
        ...

    def seconds(self) -> float:
        """Return the same time as Unix seconds: for who asks at every message."""
        ...


_BYTES = 8
# In the processes of a demonstration: by how many seconds their clock stands behind the machine's, shared by all.
_BEHIND: list[memoryview] = []


class SystemClock:
    """The machine's clock; in a demonstration, whose days pass in minutes, as far behind it as `set_behind` says."""

    def now(self) -> datetime:
        """Return the machine's time in UTC."""
        return datetime.now(UTC) - timedelta(seconds=_BEHIND[0][0]) if _BEHIND else datetime.now(UTC)

    def seconds(self) -> float:
        """Return the same time as Unix seconds."""
        return unix_seconds() - _BEHIND[0][0] if _BEHIND else unix_seconds()


def stand_behind(path: Path) -> None:
    """Have this process's `SystemClock` stand behind the machine's by the seconds that a file holds at any moment.

    For demonstrations alone. It can stand behind and never before: nothing is signed for a day that has not come.
    """
    with path.open("rb") as file:
        _BEHIND[:] = [memoryview(mmap.mmap(file.fileno(), _BYTES, access=mmap.ACCESS_READ)).cast("q")]


def set_behind(path: Path, step: timedelta) -> None:
    """Write that file, or change it: every process that follows it has the new time at once."""
    seconds = max(int(step.total_seconds()), 0)
    with path.open("r+b" if path.exists() else "wb") as file:
        file.write(seconds.to_bytes(_BYTES, sys.byteorder))


class FixedClock:
    """A clock that stands still until it is told to move: for tests, examples and replays."""

    def __init__(self, instant: datetime) -> None:
        self._instant = _in_utc(instant)

    def now(self) -> datetime:
        """Return the time it was set to, in UTC."""
        return self._instant

    def seconds(self) -> float:
        """Return it as Unix seconds."""
        return self._instant.timestamp()

    def set(self, instant: datetime) -> None:
        """Set the clock, forwards or back; `instant` must be aware."""
        self._instant = _in_utc(instant)

    def advance(self, step: timedelta) -> None:
        """Move the clock by `step`."""
        self._instant += step


def midnight(day: date) -> datetime:
    """Return when a day begins in Baghdad, where offices are."""
    return datetime.combine(day, time(), BAGHDAD)


def today(clock: Clock) -> date:
    """Return the calendar day it is in Baghdad (UTC+3, no daylight saving)."""
    return day_of(clock.now())


def day_of(instant: datetime) -> date:
    """Return the calendar day of an aware time in Baghdad."""
    return instant.astimezone(BAGHDAD).date()


def rfc3339(instant: datetime) -> str:
    """Return an aware time as RFC 3339 text in UTC, like 2026-11-23T16:00:00Z; a fraction only where there is one."""
    return _in_utc(instant).isoformat().replace("+00:00", "Z")


def parse_rfc3339(text: str) -> datetime:
    """Read RFC 3339 text (upper-case T, seconds and offset required, at most microseconds) as a time in UTC.

    Errors: kernel.time_invalid. A leap second (:60) is refused, as Python has none.
    """
    if not _RFC3339.fullmatch(text):
        raise CodedError("kernel.time_invalid", value=text)
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise CodedError("kernel.time_invalid", value=text) from error


def _in_utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise CodedError("kernel.time_without_zone", value=instant.isoformat())
    return instant.astimezone(UTC)
