"""Webhooks are added and ended as acts of the institution, and listed with what came of the newest try."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from uruk.acts.api import Deed, clock, perform, standing
from uruk.kernel.api import Actor, CodedError, new_id
from uruk.publishing.api import codes_in_force
from uruk.services.pins import KIND
from uruk.services.webhooks.posting import find_place
from uruk.services.webhooks.tables import Webhook
from uruk.trust.api import Receipt

# What a case may have come to by an act; one act may be several of these.
WEBHOOK_EVENTS = ("submitted", "moved", "decided", "closed")
MAX_WEBHOOKS = 20
ADDED, ENDED = "webhook.added", "webhook.ended"
_WAITING = Q(deliveries__sent_at__isnull=True, deliveries__given_up_at__isnull=True, deliveries__isnull=False)


@dataclass(frozen=True)
class WebhookView:
    """A webhook: whom it tells what, and what came of the newest try.

    `services` empty: of all. `waiting`: what is still to be told; `given_up`: what nobody took for three days, of the
    last 30. `failing_since`: None where the newest try was taken, or there was none. `last_error`: a code.
    """

    id: UUID
    institution: str
    url: str
    services: tuple[str, ...]
    events: tuple[str, ...]
    since: datetime
    waiting: int
    given_up: int
    tries: int
    failing_since: datetime | None
    next_at: datetime | None
    last_at: datetime | None
    last_status: int | None
    last_error: str


def add_webhook(
    actor: Actor, institution: str, url: str, services: Sequence[str] = (), events: Sequence[str] = WEBHOOK_EVENTS
) -> WebhookView:
    """Have an institution's system told of its cases from now on, as an act of the institution.

    Errors: ``services.webhook_url`` (neither https nor this machine's own), ``services.webhook_event``,
    ``services.webhook_service`` (none in force), ``services.webhook_many``, those of `acts.perform`.
    """
    told, kinds = sorted(set(services)), [one for one in WEBHOOK_EVENTS if one in events]
    _check(institution, url, told, events)
    now, webhook = clock().now(), new_id()
    facts = {"institution": institution, "url": url, "services": told, "events": kinds}

    def rows(act_id: UUID) -> None:
        Webhook.objects.create(act_id=act_id, since=now, **facts)

    body = {"url": url, "services": told, "events": kinds, "since": int(now.timestamp())}
    perform(actor, Deed(type=ADDED, role="decided", author=institution, body=body, rows=rows, act_id=webhook))
    return next(one for one in list_webhooks() if one.id == webhook)


def end_webhook(actor: Actor, webhook: UUID) -> Receipt:
    """Tell an address nothing any more, as an act of its institution. Errors: ``services.webhook_unknown``."""
    row = standing_webhooks().filter(pk=webhook).first()
    if row is None:
        raise CodedError("services.webhook_unknown")
    now = clock().now()

    def rows(act_id: UUID) -> None:
        # Once: a second end, still without its receipt, would take the first one's effect away.
        if not Webhook.objects.filter(pk=webhook, ended_by_act__isnull=True).update(ended_at=now, ended_by_act=act_id):
            raise CodedError("services.webhook_unknown")

    body = {"webhook": webhook.bytes, "until": int(now.timestamp())}
    return perform(actor, Deed(type=ENDED, role="decided", author=row.institution, body=body, rows=rows))


def list_webhooks() -> tuple[WebhookView, ...]:
    """The webhooks of this node's institutions, by institution and time; at most 20 of each."""
    given_up = Count("deliveries", filter=Q(deliveries__given_up_at__isnull=False))
    rows = standing_webhooks().annotate(waiting=Count("deliveries", filter=_WAITING), given_up=given_up)
    return tuple(
        WebhookView(
            id=row.pk,
            institution=row.institution,
            url=row.url,
            services=tuple(row.services),
            events=tuple(row.events),
            since=row.since,
            waiting=row.waiting,
            given_up=row.given_up,
            tries=row.tries,
            failing_since=row.failing_since,
            next_at=row.next_at,
            last_at=row.last_at,
            last_status=row.last_status,
            last_error=row.last_error,
        )
        for row in rows
    )


def standing_webhooks() -> "QuerySet[Webhook]":
    """The webhooks that were added and not ended."""
    return standing(Webhook.objects.all())


def _check(institution: str, url: str, services: Sequence[str], events: Sequence[str]) -> None:
    if find_place(url) is None:
        raise CodedError("services.webhook_url")
    unknown = [one for one in events if one not in WEBHOOK_EVENTS]
    if unknown or not events:
        raise CodedError(
            "services.webhook_event", event=", ".join(unknown)[:60] or "—", known=", ".join(WEBHOOK_EVENTS)
        )
    known = codes_in_force(KIND, institution)
    for service in services:
        if service not in known:
            raise CodedError("services.webhook_service", service=service[:80], known=", ".join(known)[:500] or "—")
    if standing_webhooks().filter(institution=institution).count() >= MAX_WEBHOOKS:
        raise CodedError("services.webhook_many", maximum=MAX_WEBHOOKS)
