"""What webhooks are told: an event for each act by which a case comes somewhere, noted with the act's receipt."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from uruk.acts.api import clock, enqueue_many, find_models, has_receipt
from uruk.kernel.api import rfc3339
from uruk.services.domain.cases.contents import Moved, read_content
from uruk.services.models import Case, CaseAct
from uruk.services.pins import open_pinned
from uruk.services.webhooks.sending import TELL_WEBHOOK
from uruk.services.webhooks.tables import Delivery, Webhook

TOLD_OF = ("case.submitted", "case.moved")
# Asked with every act: put together once.
_STANDING = f"WHERE {has_receipt('services_webhook.act_id')} AND NOT {has_receipt('services_webhook.ended_by_act')}"
_DECIDED = ("granted", "refused")


def tell_act(act: UUID) -> None:
    """In the transaction of a receipt: whoever wants to hear of the act is told of it, once, and none is lost."""
    tell_acts((act,))


def tell_acts(acts: Sequence[UUID]) -> None:
    """The same for acts of several cases at once."""
    hooks = find_models(Webhook, _STANDING)
    if not hooks:
        return
    wanted = {one.institution for one in hooks}
    rows = CaseAct.objects.filter(pk__in=acts, case__institution__in=wanted).select_related("case")
    found = [one for row in rows for one in _deliveries(hooks, row)]
    Delivery.objects.bulk_create(found, ignore_conflicts=True)
    jobs = [({"webhook": str(one.webhook_id)}, f"{TELL_WEBHOOK}:{one.webhook_id}:{one.act}") for one in found]
    enqueue_many(TELL_WEBHOOK, jobs)


def _deliveries(hooks: Sequence[Webhook], row: CaseAct) -> Iterator[Delivery]:
    said = _said(row.case, row)
    for hook in hooks:
        mine = hook.institution == row.case.institution and (not hook.services or row.case.service in hook.services)
        if mine and set(hook.events) & set(said["events"]):
            yield Delivery(webhook_id=hook.pk, case_id=row.case_id, act=row.pk, said=said, made_at=clock().now())


def _said(case: Case, row: CaseAct) -> dict[str, Any]:
    """What a body says of an act: ids, states and moments, nobody's data."""
    pinned, content = open_pinned(case.pin_id), read_content(row.content or "")
    state = content.to if isinstance(content, Moved) else content.state  # type: ignore[union-attr]
    closed = pinned.model.states[state].closed
    events = ["moved"] if isinstance(content, Moved) else ["submitted"]
    events += ["decided"] if closed in _DECIDED else []
    events += ["closed"] if closed else []
    return {
        "event": str(row.pk),
        "events": events,
        "institution": case.institution,
        "service": case.service,
        "definition": pinned.definition.digest.hex(),
        "case": str(case.pk),
        "seq": row.seq,
        "at": rfc3339(row.at),
        "state": state,
        "closed": closed,
    }
