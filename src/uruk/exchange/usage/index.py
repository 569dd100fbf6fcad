"""The usage index of a node: who read whose data, found again only by who knows the number and has the month's key."""

from collections.abc import Iterable
from contextlib import closing
from datetime import datetime
from pathlib import Path

from uruk.exchange.usage.later import Later
from uruk.exchange.usage.months import MonthKeys, month_of
from uruk.exchange.usage.row import Found, Usage
from uruk.exchange.usage.store import Keyed, Store
from uruk.exchange.usage.together import together
from uruk.kernel.api import Clock, SystemClock

KEEP_MONTHS = 36
MAX_FOUND = 1000
FLUSH_S = 2.0


class UsageIndex:
    """The reads of the records of all institutions of a node, in DATA/usage. Several processes may use it at a time.

    A row can be found for `keep_months` after the month from which its subject may see it; then the month's key is
    destroyed, and the rows with it. Threads may share an index.
    """

    def __init__(self, folder: Path, clock: Clock | None = None, keep_months: int = KEEP_MONTHS) -> None:
        self._path = folder / "usage.db"
        self._keys = MonthKeys(folder / "keys")
        self._clock = clock or SystemClock()
        self._keep_months = keep_months
        self._background: Store | None = None
        self._later = Later(self._write_later)

    def add(self, usages: Iterable[Usage]) -> None:
        """Add rows; return when they are on disk. Adding one again is harmless. `exchange.usage_unavailable`."""
        together(self._path).add(self._keyed(usages))

    def add_later(self, usages: Iterable[Usage], mark: int | None = None) -> None:
        """Have rows added soon, by a thread in the background: for the gateway, whose messages do not wait.

        `mark` is the caller's own number for how far it has come (a place in its evidence): it is kept together with
        these and all earlier rows, so that after a crash `mark()` says from where to give them again.
        `exchange.usage_unavailable` where the queue is full: ask `check` before a message is forwarded.
        """
        self._later.put(usages, mark)

    def check(self) -> None:
        """Refuse (`exchange.usage_unavailable`) where rows cannot be written and half of the queue is full."""
        self._later.check()

    def mark(self) -> int | None:
        """The mark up to which all rows given to `add_later` are on disk, or None where there was none yet."""
        with closing(Store(self._path)) as store:
            return store.mark()

    def flush(self, timeout_s: float = FLUSH_S) -> None:
        """Wait until what this process gave to `add_later` is on disk; `exchange.usage_unavailable`."""
        self._later.flush(timeout_s)

    def find(
        self, holder: str, subject: str, start: datetime, end: datetime, offset: int = 0, limit: int = MAX_FOUND
    ) -> Found:
        """The reads of one person's data at an institution from `start` to before `end`, newest first, at most 1,000.

        Rows that are hidden still are left out, and not counted. In the rows found `subject` is empty.
        """
        with closing(Store(self._path)) as store:
            period = (int(start.timestamp()), -int(-end.timestamp() // 1))
            hashes = self._hashes(subject, month_of(period[0]))
            part = slice(max(offset, 0), max(offset, 0) + min(max(limit, 0), MAX_FOUND))
            return store.find(holder, hashes, period, self._now(), part)

    def get(self, holder: str, subject: str, reference: bytes) -> Usage | None:
        """The reading that an act of the holder's log proves, if it is this person's and may be seen by them."""
        with closing(Store(self._path)) as store:
            return store.get(holder, self._hashes(subject, 0), reference, self._now())

    def retire(self) -> None:
        """Destroy the keys of the months whose retention has ended, and delete their rows."""
        oldest = self._oldest()
        for month in self._keys.months():
            if month < oldest:
                self._keys.destroy(month)
        with closing(Store(self._path)) as store:
            store.retire(oldest)

    @property
    def kept_from(self) -> int:
        """The first month (as `month_of` numbers them) whose rows can still be found."""
        return self._oldest()

    def close(self) -> None:
        """Write what waits and let go of the files."""
        self._later.close()
        if self._background is not None:
            self._background.close()

    def _write_later(self, usages: list[Usage], mark: int | None) -> None:
        """Called by the background thread only."""
        if self._background is None:
            self._background = Store(self._path)
        self._background.add(self._keyed(usages), mark)

    def _keyed(self, usages: Iterable[Usage]) -> list[Keyed]:
        """Each row with its month and hash; one whose month is destroyed already has nowhere to stand."""
        oldest = self._oldest()
        months = ((usage, month_of(usage.shown_from)) for usage in usages)
        return [(usage, month, self._keys.subject(month, usage.subject)) for usage, month in months if month >= oldest]

    def _hashes(self, subject: str, first_month: int) -> list[bytes]:
        """By which a person is named in each month from the first on whose rows are still kept."""
        first = max(first_month, self._oldest())
        return [self._keys.subject(month, subject) for month in self._keys.months() if month >= first]

    def _oldest(self) -> int:
        return month_of(self._now()) - self._keep_months

    def _now(self) -> int:
        return int(self._clock.now().timestamp())
