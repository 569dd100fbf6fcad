"""Acts without their receipt: counted, and brought to their end. What was settled is not looked through again."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import structlog
from django.db import models

from uruk.acts.models import Act
from uruk.acts.node import NODE
from uruk.acts.performing import complete, latest_act_time

_LOG = structlog.get_logger("uruk.acts")
# Longer than an intent may take from its moment to its commit, with a clock that was set back meanwhile.
SETTLED_AFTER = timedelta(hours=1)


def complete_pending(limit: int = 1000) -> tuple[int, int]:
    """Complete acts that were interrupted, each institution's oldest first; return how many succeeded and how many not.

    `limit` at most, shared among the institutions: one whose log takes nothing keeps no other waiting.
    """
    done = failed = 0
    for act in _shares(limit):
        try:
            complete(act)
            done += 1
        except Exception as error:
            # One act that cannot be completed must not keep the others from it; the next round tries again.
            failed += 1
            _LOG.error("act still pending", act=str(act.pk), error=type(error).__name__)
    return done, failed


def _shares(limit: int) -> Iterator[Act]:
    pending = _pending()
    authors = sorted(pending.order_by().values_list("author", flat=True).distinct())
    for author in authors:
        yield from pending.filter(author=author).order_by("created_at", "id")[: max(limit // len(authors), 1)]


def count_pending(before: datetime | None = None) -> int:
    """How many acts have no receipt yet; of those begun before a moment, if one is given."""
    pending = _pending()
    return (pending if before is None else pending.filter(created_at__lt=before)).count()


def _pending() -> "models.QuerySet[Act]":
    """Acts without a receipt, among those that this process has not yet seen settled: all of them when it starts."""
    pending = Act.objects.filter(receipt__isnull=True)
    if NODE.settled_before is not None:
        pending = pending.filter(created_at__gte=NODE.settled_before)
    oldest, latest = pending.aggregate(oldest=models.Min("created_at"))["oldest"], latest_act_time()
    if latest is not None:
        NODE.settled_before = min(oldest or latest, latest - SETTLED_AFTER)
    return pending
