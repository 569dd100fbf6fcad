"""Events: what climbs from a lower room to those above it, at least once, also across a crash."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from uruk.acts.jobs import enqueue_many, job, kept_key
from uruk.acts.models import Job
from uruk.kernel.api import new_id

Payload = dict[str, Any]
Handler = Callable[[Payload], None]

_SUBSCRIBERS: dict[str, list[str]] = defaultdict(list)
_DEADLINE = "acts.deadline"


def subscribe(event: str, handler: Handler) -> Handler:
    """Have ``handler`` called by the job worker after each ``event``; subscribe in ``AppConfig.ready``.

    A deed's own event bears the deed's type and comes with its receipt: payload ``{"act": id}``.
    """
    name = f"{event}>{handler.__module__}.{handler.__name__}"
    if name not in _SUBSCRIBERS[event]:
        job(name)(handler)
        _SUBSCRIBERS[event].append(name)
    return handler


def emit(event: str, payload: Payload, key: str | None = None) -> None:
    """Tell all subscribers, in the transaction at hand: they hear of it if that commits. Once for each ``key``."""
    emit_many(event, [(payload, key or str(new_id()))])


def emit_many(event: str, told: Sequence[tuple[Payload, str]]) -> None:
    """The same of an event that came several times: each payload with its key."""
    for name in _SUBSCRIBERS.get(event, ()):
        enqueue_many(name, [(payload, f"{name}:{key}") for payload, key in told])


def set_deadline(key: str, event: str, at: datetime, payload: Payload) -> None:
    """Emit ``event`` at a time, unless cancelled before; setting the same key again moves it."""
    set_deadlines(event, [(key, at, payload)])


def set_deadlines(event: str, several: Sequence[tuple[str, datetime, Payload]]) -> None:
    """The same for several keys, each with its time and payload."""
    by_time: dict[datetime, list[tuple[Payload, str]]] = defaultdict(list)
    for key, at, payload in several:
        by_time[at].append(({"event": event, "payload": payload, "key": key}, f"deadline:{key}"))
    for at, jobs in by_time.items():
        if enqueue_many(_DEADLINE, jobs, at) < len(jobs):
            for facts, key in jobs:
                Job.objects.filter(key=kept_key(key), done_at__isnull=True).update(due_at=at, payload=facts)


def cancel_deadline(key: str) -> bool:
    """Take a deadline back; False when it has passed or there is none."""
    return cancel_deadlines((key,)) > 0


def cancel_deadlines(keys: Sequence[str]) -> int:
    """Take several back; how many there were."""
    if not keys:
        return 0
    named = [kept_key(f"deadline:{key}") for key in keys]
    deleted, _ = Job.objects.filter(key__in=named, done_at__isnull=True).delete()
    return deleted


@job(_DEADLINE)
def _deadline_passed(facts: Payload) -> None:
    emit(facts["event"], facts["payload"], key=f"deadline:{facts['key']}")
