"""How many failed tries are borne, and from whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Limit:
    """At most ``tries`` in each sliding ``window``."""

    tries: int
    window: timedelta


# An address is counted against one account: failures from elsewhere never stop the owner. A whole address (often one
# for a town behind a carrier's translator) bears many more. A device that signed in before has a count of its own.
BY_PAIR = Limit(5, timedelta(minutes=15))
BY_ADDRESS = Limit(100, timedelta(minutes=15))
BY_DEVICE = Limit(10, timedelta(minutes=15))
REGISTRATIONS = Limit(20, timedelta(hours=1))
CODES = Limit(5, timedelta(hours=1))
# What somebody does without an account and the node keeps: drafts begun, ten digits tried.
VISITS = Limit(60, timedelta(hours=1))
READINGS = Limit(60, timedelta(hours=1))  # each is an act, and asks every member
LONGEST_WINDOW = timedelta(hours=1)


def minutes_to_wait(tries: Sequence[datetime], limit: Limit, now: datetime) -> int:
    """Whole minutes until another try is allowed, 0 when it is now; ``tries`` in any order."""
    recent = sorted(at for at in tries if at > now - limit.window)
    if len(recent) < limit.tries:
        return 0
    left = recent[-limit.tries] + limit.window - now
    return max(1, -(-int(left.total_seconds()) // 60))
