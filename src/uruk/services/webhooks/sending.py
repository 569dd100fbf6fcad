"""Sending: a webhook's events one after another, in order; what is not taken holds up what comes after, and is tried
again after a minute, then twice as long each time, at most an hour, for three days.

Killed between sending and noting, an event is sent once more, under the same id.
"""

import json
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet

from uruk.acts.api import clock, enqueue, institution_keys, job, receipt_of
from uruk.kernel.api import Actor, CodedError, new_id, rfc3339
from uruk.services.webhooks.adding import standing_webhooks
from uruk.services.webhooks.posting import NotTakenError, post
from uruk.services.webhooks.signing import signed_headers
from uruk.services.webhooks.tables import Delivery, Webhook

TELL_WEBHOOK = "services.tell-webhook"
SHORTEST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
KEPT_TRYING, KEPT = timedelta(days=3), timedelta(days=30)
# Whoever began and was killed is at it no longer than that; far less than a job's lease.
AT_IT = timedelta(minutes=2)
# Other jobs wait meanwhile: what takes longer goes on in a job of its own.
BUDGET_S = 10
AT_ONCE = 20
_LOG = structlog.get_logger("uruk.services")


@job(TELL_WEBHOOK)
def tell_webhook(payload: dict[str, Any]) -> None:
    """The job of a webhook: send what is due, unless another worker is at it, who then sends this as well."""
    hook, end = UUID(payload["webhook"]), time.monotonic() + BUDGET_S
    # What came while it was left by whoever was at it is looked for once more.
    while _is_due(hook) and _take(hook):
        try:
            goes_on = _send_some(hook, end)
        finally:
            _leave(hook)
        if not goes_on:
            return


def try_webhook(actor: Actor, webhook: UUID) -> int:
    """Send a webhook a signed event ``test`` of no case, now; the status with which it was taken.

    Nothing is noted of it. Errors: ``services.webhook_unknown``, ``services.webhook_slow``, ``services.webhook_tls``,
    ``services.webhook_away``, ``services.webhook_redirects``, ``services.webhook_refused``,
    ``services.webhook_no_http``, ``trust.key_missing``.
    """
    row = standing_webhooks().filter(pk=webhook).first()
    if row is None or actor.institution not in (None, row.institution):
        raise CodedError("services.webhook_unknown")
    said = {"event": str(new_id()), "events": ["test"], "institution": row.institution, "at": rfc3339(clock().now())}
    try:
        return _post_signed(row, said)
    except NotTakenError as error:
        raise CodedError(error.code) from error


def forget_deliveries(_: dict[str, Any]) -> None:
    """Delete what was told, or given up, 30 days ago, and what nobody is told any more."""
    ended = Q(sent_at__isnull=False) | Q(given_up_at__isnull=False)
    Delivery.objects.filter(ended, made_at__lt=clock().now() - KEPT).delete()
    Delivery.objects.exclude(webhook__in=standing_webhooks()).delete()


def _waiting(hook: UUID) -> "QuerySet[Delivery]":
    return Delivery.objects.filter(webhook=hook, sent_at__isnull=True, given_up_at__isnull=True).order_by("id")


def _is_due(hook: UUID) -> bool:
    row = standing_webhooks().filter(pk=hook).first()
    return row is not None and (row.next_at is None or row.next_at <= clock().now()) and _waiting(hook).exists()


def _take(hook: UUID) -> bool:
    now = clock().now()
    free = Webhook.objects.filter(Q(sending_until__isnull=True) | Q(sending_until__lt=now), pk=hook)
    return free.update(sending_until=now + AT_IT) == 1


def _leave(hook: UUID) -> None:
    Webhook.objects.filter(pk=hook).update(sending_until=None)


def _send_some(hook: UUID, end: float) -> bool:
    """Send what waits, in order; False where it does not go on now."""
    row = Webhook.objects.get(pk=hook)
    for one in _waiting(hook)[:AT_ONCE]:
        if not _send(row, one):
            return False
        if time.monotonic() > end:
            enqueue(TELL_WEBHOOK, {"webhook": str(hook)}, key=f"{TELL_WEBHOOK}:{hook}:after:{one.pk}")
            return False
    return True


def _send(hook: Webhook, one: Delivery) -> bool:
    try:
        status = _post(hook, one)
    except NotTakenError as error:
        _not_taken(hook, one, error.code, error.status)
        return False
    except CodedError as error:
        # The key may be away, in its module.
        _not_taken(hook, one, error.code, None)
        return False
    _taken(hook, one, status)
    return True


def _post(hook: Webhook, one: Delivery) -> int:
    receipt = receipt_of(one.act)
    assert receipt is not None, "it is told with the receipt"
    return _post_signed(hook, {**one.said, "receipt": {"log": receipt.origin, "number": receipt.index}})


def _post_signed(hook: Webhook, told: Mapping[str, Any]) -> int:
    said = {**told, "webhook": str(hook.pk)}
    body = json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
    seal, created = institution_keys(hook.institution).seal, int(clock().now().timestamp())
    return post(hook.url, signed_headers(hook.url, body, created, seal.key_id.hex(), seal.sign), body)


def _taken(hook: Webhook, one: Delivery, status: int) -> None:
    now = clock().now()
    facts = {"tries": 0, "failing_since": None, "next_at": None, "last_error": ""}
    with transaction.atomic():
        Delivery.objects.filter(pk=one.pk).update(sent_at=now)
        Webhook.objects.filter(pk=hook.pk).update(last_at=now, last_status=status, **facts)
    hook.tries, hook.failing_since = 0, None


def _not_taken(hook: Webhook, one: Delivery, code: str, status: int | None) -> None:
    now, tries = clock().now(), hook.tries + 1
    at = now + min(SHORTEST_WAIT * 2 ** min(tries - 1, 10), LONGEST_WAIT)
    said = {"last_at": now, "last_status": status, "last_error": code}
    with transaction.atomic():
        Webhook.objects.filter(pk=hook.pk).update(
            tries=tries, failing_since=hook.failing_since or now, next_at=at, **said
        )
        _waiting(hook.pk).filter(made_at__lt=now - KEPT_TRYING).update(given_up_at=now)
        enqueue(TELL_WEBHOOK, {"webhook": str(hook.pk)}, at=at, key=f"{TELL_WEBHOOK}:{hook.pk}:again:{one.pk}:{tries}")
    _LOG.warning("a webhook was not taken", webhook=str(hook.pk), error=code, status=status, tries=tries)
