"""Jobs: work done later by the worker process, at least once, with bounded retries."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import models, transaction
from django.db.models import F, Q

from uruk.acts.domain.backoff import exhausted, wait_after
from uruk.acts.models import Job
from uruk.acts.node import clock
from uruk.acts.statements import add_many
from uruk.kernel.api import CodedError, new_id

Handler = Callable[[dict[str, Any]], None]
HandlerOfMany = Callable[[list[dict[str, Any]]], None]

NAME_MAX = 100
KEY_MAX = 200
_LOG = structlog.get_logger("uruk.acts")
_HANDLERS: dict[str, Handler] = {}
_HANDLERS_OF_MANY: dict[str, HandlerOfMany] = {}
# Longer than any job may take; after it a job whose worker died is tried again.
LEASE = timedelta(minutes=10)
# How many jobs of one name are done as one, where their handler can.
MOST_TOGETHER = 100


def job(name: str) -> Callable[[Handler], Handler]:
    """Register the function that does the job of this name; it must bear being called twice."""

    if len(name) > NAME_MAX:
        raise ValueError(f"the job's name is longer than {NAME_MAX} characters: {name}")

    def register(handler: Handler) -> Handler:
        _HANDLERS[name] = handler
        return handler

    return register


def job_of_many(name: str) -> Callable[[HandlerOfMany], HandlerOfMany]:
    """Register beside a job's handler what does many of them as one; what raises there is done one by one."""

    def register(handler: HandlerOfMany) -> HandlerOfMany:
        _HANDLERS_OF_MANY[name] = handler
        return handler

    return register


def job_names() -> tuple[str, ...]:
    """The names of all jobs that have a handler in this process, sorted."""
    return tuple(sorted(_HANDLERS))


def enqueue(name: str, payload: dict[str, Any], at: datetime | None = None, key: str | None = None) -> bool:
    """Have a job done at a time (now, unless given), in the transaction at hand; once for each ``key``: whether it is
    new.

    ``payload`` must be JSON. A job without a handler raises ``acts.job_unknown``.
    """
    return enqueue_many(name, [(payload, key or str(new_id()))], at) > 0


def enqueue_many(name: str, jobs: Sequence[tuple[dict[str, Any], str]], at: datetime | None = None) -> int:
    """The same for several jobs of one name, each a payload with its key; how many are new."""
    if name not in _HANDLERS:
        raise CodedError("acts.job_unknown", job=name)
    due = at or clock().now()
    rows = [Job(id=new_id(), name=name, key=kept_key(key), payload=payload, due_at=due) for payload, key in jobs]
    return len(add_many(rows))


def kept_key(key: str) -> str:
    """A job's key as its column holds it: a long one by its digest."""
    return key if len(key) <= KEY_MAX else hashlib.sha256(key.encode()).hexdigest()


def run_due_jobs(limit: int = 100) -> int:
    """Do what is due, oldest first, at most ``limit`` jobs; return how many were tried."""
    tried = 0
    while tried < limit:
        leased = _lease(limit - tried)
        if not leased:
            break
        _run_all(leased)
        tried += len(leased)
    return tried


def failed_jobs() -> tuple[tuple[str, str], ...]:
    """Name and last error of jobs that were given up, latest first, at most 100."""
    rows = Job.objects.filter(failed_at__isnull=False).order_by("-failed_at")[:100]
    return tuple((row.name, row.error) for row in rows)


def _lease(limit: int) -> list[Job]:
    """Take the next job for this worker, and others of its name that are done as one; nobody else has them then."""
    now = clock().now()
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
    with transaction.atomic():
        open_jobs = Job.objects.select_for_update(skip_locked=True).filter(done_at__isnull=True, failed_at__isnull=True)
        due = open_jobs.filter(free, due_at__lte=now).order_by("due_at", "id")
        found = _with_its_like(due, _first_bearable(due, now), limit)
        if found:
            taken = Job.objects.filter(pk__in=[one.pk for one in found])
            taken.update(leased_until=now + LEASE, attempts=F("attempts") + 1)
    for one in found:
        one.attempts += 1
    return found


def _first_bearable(due: models.QuerySet[Job], now: datetime) -> Job | None:
    """The next job; one that is still open after its last try ended its worker each time, and is given up."""
    first = due.first()
    while first is not None and exhausted(first.attempts):
        _LOG.error("job given up: its worker ended each time", job=first.name, attempt=first.attempts)
        Job.objects.filter(pk=first.pk).update(failed_at=now, leased_until=None, error="WorkerEnded")
        first = due.first()
    return first


def _with_its_like(due: models.QuerySet[Job], first: Job | None, limit: int) -> list[Job]:
    """A job and those done as one with it: none that was tried before, since what ends its worker goes alone."""
    if first is None:
        return []
    if first.name not in _HANDLERS_OF_MANY or first.attempts:
        return [first]
    return list(due.filter(name=first.name, attempts=0)[: min(limit, MOST_TOGETHER)])


def _run_all(leased: Sequence[Job]) -> None:
    """Do jobs as one where there are several; each alone where that fails, so that it is known which one cannot."""
    together = _HANDLERS_OF_MANY.get(leased[0].name)
    if together is None or len(leased) == 1:
        for one in leased:
            _run(one)
        return
    try:
        together([one.payload for one in leased])
    except Exception as error:
        _LOG.info("jobs done one by one", job=leased[0].name, jobs=len(leased), error=type(error).__name__)
        for one in leased:
            _run(one)
        return
    _done(*leased)


def _run(leased: Job) -> None:
    try:
        _handler(leased.name)(leased.payload)
    except Exception as error:
        # Whatever a handler raises, the worker goes on with the next job and comes back to this one.
        _postpone(leased, error)
        return
    _done(leased)


def _done(*leased: Job) -> None:
    Job.objects.filter(pk__in=[one.pk for one in leased]).update(done_at=clock().now(), leased_until=None, error="")


def _handler(name: str) -> Handler:
    if name not in _HANDLERS:
        raise CodedError("acts.job_unknown", job=name)
    return _HANDLERS[name]


def _postpone(leased: Job, error: Exception) -> None:
    # The kind of error only: its text may hold personal data.
    said = error.code if isinstance(error, CodedError) else type(error).__name__
    _LOG.warning("job failed", job=leased.name, attempt=leased.attempts, error=said)
    now = clock().now()
    facts: dict[str, Any] = {"leased_until": None, "error": said, "due_at": now + wait_after(leased.attempts)}
    if exhausted(leased.attempts):
        facts["failed_at"] = now
    Job.objects.filter(pk=leased.pk).update(**facts)
