"""Events: what climbs from a lower room to those above it, at least once, also across a crash."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from uruk.acts.jobs import enqueue, enqueue_many, job, kept_key
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
    facts = {"event": event, "payload": payload, "key": key}
    if not enqueue(_DEADLINE, facts, at=at, key=f"deadline:{key}"):
        Job.objects.filter(key=kept_key(f"deadline:{key}"), done_at__isnull=True).update(due_at=at, payload=facts)


def cancel_deadline(key: str) -> bool:
    """Take a deadline back; False when it has passed or there is none."""
    deleted, _ = Job.objects.filter(key=kept_key(f"deadline:{key}"), done_at__isnull=True).delete()
    return deleted > 0


@job(_DEADLINE)
def _deadline_passed(facts: Payload) -> None:
    emit(facts["event"], facts["payload"], key=f"deadline:{facts['key']}")
