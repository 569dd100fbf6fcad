"""Ids: UUID version 7, which sort by the time they were made (RFC 9562, section 5.7)."""

import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from uruk.kernel.clock import Clock, SystemClock

RandomBytes = Callable[[int], bytes]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_RANDOM_BYTES = 8
_VERSION_AND_VARIANT = (0x7 << 76) | (0b10 << 62)


class IdSource:
    """Makes ids that grow strictly, also within a millisecond and when the clock is set back.

    48 bits of Unix milliseconds, 12 bits of counter and 62 random bits (RFC 9562, section 6.2, method 1). The
    counter begins at random in its lower half, so that ids of one millisecond cannot be counted from outside.
    """

    def __init__(self, clock: Clock, random: RandomBytes = os.urandom) -> None:
        self._clock = clock
        self._random = random
        self._lock = threading.Lock()
        self._last_ms = -1
        self._counter = 0

    def new(self) -> UUID:
        """Return an id greater than every id this source made before."""
        return UUID(int=self.new_int())

    def new_int(self) -> int:
        """Return such an id as a number of 128 bits."""
        with self._lock:
            self._step()
            return _uuid7(self._last_ms, self._counter, self._random(_RANDOM_BYTES))

    def new_many(self, count: int) -> list[UUID]:
        """Return so many such ids, ascending: the clock and the source of randomness are asked once."""
        with self._lock:
            random, found = self._random(_RANDOM_BYTES * count), []
            for at in range(0, _RANDOM_BYTES * count, _RANDOM_BYTES):
                self._step() if at == 0 else self._count_up()
                found.append(UUID(int=_uuid7(self._last_ms, self._counter, random[at : at + _RANDOM_BYTES])))
            return found

    def _step(self) -> None:
        now_ms = _unix_ms(self._clock)
        if now_ms > self._last_ms:
            self._last_ms, self._counter = now_ms, _first_counter(self._random)
        else:
            self._count_up()

    def _count_up(self) -> None:
        # A full counter borrows from the next millisecond instead of waiting for it.
        self._counter += 1
        if self._counter > 0xFFF:
            self._last_ms += 1
            self._counter = _first_counter(self._random)


def new_id(clock: Clock | None = None, random: RandomBytes | None = None) -> UUID:
    """Return a fresh UUIDv7; without arguments, from this process's own strictly growing source."""
    if clock is None and random is None:
        return _PROCESS.new()
    return IdSource(clock or SystemClock(), random or os.urandom).new()


def new_ids(count: int) -> list[UUID]:
    """Return so many fresh UUIDv7 of this process, ascending: for who needs many at once."""
    return _PROCESS.new_many(count)


def new_id_bytes() -> bytes:
    """Return a fresh UUIDv7 of this process as 16 bytes, without making a UUID of it: for who needs many."""
    return _PROCESS.new_int().to_bytes(16, "big")


def id_unix_ms(value: UUID) -> int:
    """Return the Unix time in milliseconds that an id of ours carries."""
    return value.int >> 80


def _uuid7(unix_ms: int, counter: int, random: bytes) -> int:
    tail = int.from_bytes(random, "big") & ((1 << 62) - 1)
    return (unix_ms << 80) | (counter << 64) | _VERSION_AND_VARIANT | tail


def _first_counter(random: RandomBytes) -> int:
    return int.from_bytes(random(2), "big") & 0x7FF


def _unix_ms(clock: Clock) -> int:
    # Whole-number arithmetic: a float of seconds rounds up. A clock before 1970 counts as 1970.
    return max(0, (clock.now() - _EPOCH) // _MILLISECOND)


_PROCESS = IdSource(SystemClock())
