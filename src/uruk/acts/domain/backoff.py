"""When a job that failed is tried again."""

from datetime import timedelta

ATTEMPTS_MAX = 12
_FIRST_S = 2
_LONGEST_S = 3600


def wait_after(attempts: int) -> timedelta:
    """The wait after the given number of failed attempts: 2 s, doubling, never over an hour."""
    return timedelta(seconds=min(_FIRST_S ** min(attempts, 16), _LONGEST_S))


def exhausted(attempts: int) -> bool:
    """Whether a job has been tried often enough to need a person's attention (about four hours)."""
    return attempts >= ATTEMPTS_MAX
