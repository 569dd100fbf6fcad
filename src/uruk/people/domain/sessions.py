"""How long a session may last."""

from datetime import datetime, timedelta

LONGEST = timedelta(hours=12)
TOUCH_EVERY = timedelta(minutes=1)


def is_over(started_at: datetime, last_seen_at: datetime, idle: timedelta, now: datetime) -> bool:
    """Whether a session ended by itself: idle too long, or open for half a day whatever was done in it."""
    return now - last_seen_at > idle or now - started_at > LONGEST


def should_touch(last_seen_at: datetime, now: datetime) -> bool:
    """Whether the last sighting is old enough to be written again; once a minute is enough."""
    return now - last_seen_at >= TOUCH_EVERY
