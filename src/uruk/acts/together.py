"""Deeds of which none rests on another, done as one: they share each wait for the disk and most of the statements."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from uruk.acts.directory import directory_reference
from uruk.acts.domain.deed import Deed, check_author
from uruk.acts.events import emit_many
from uruk.acts.keyring import require_hosted
from uruk.acts.logs import is_listed, list_logs
from uruk.acts.models import Act, ActReceipt
from uruk.acts.node import appender, clock
from uruk.acts.performing import Reference, check_now, intended
from uruk.acts.projecting import project_many
from uruk.acts.statements import add_many, derived_transaction
from uruk.kernel.api import Actor, CodedError
from uruk.trust.api import Receipt


def perform_together(actor: Actor, deeds: Sequence[Deed], rows: Callable[[], None]) -> list[Receipt]:
    """Do several deeds of new act ids, in the three steps of `perform`, each taken once for all of them.

    ``rows`` writes what comes with all of them, after what each deed's own ``rows`` writes. All are intended or none
    is; interrupted later, each is completed as any other. Errors: those of `perform`; ``acts.different_deed`` where
    one of the ids is known: whoever does each alone then finds out which, and whether it is the same.
    """
    for deed in deeds:
        check_author(actor, deed)
    for author in sorted({deed.author for deed in deeds}):
        require_hosted(author)
    appender().check_space()
    acts = _intend_all(actor, deeds, rows)
    receipts = appender().append_many([(one.author, one.pk, bytes(one.statement), bytes(one.salt)) for one in acts])
    for author, origin in sorted({(act.author, receipt.origin) for act, receipt in zip(acts, receipts, strict=True)}):
        if not is_listed(author, origin):
            list_logs(author)
    with derived_transaction():
        _acknowledge_all(acts, receipts)
    return receipts


def _intend_all(actor: Actor, deeds: Sequence[Deed], rows: Callable[[], None]) -> list[Act]:
    with transaction.atomic(durable=True):
        now, reference = clock().now(), directory_reference()
        check_now(now)
        acts = [_intended(actor, deed, now, reference) for deed in deeds]
        # In one order: of two batches with some of the same ids, one waits for the other and not both.
        fresh = {act.pk for act in add_many(sorted(acts, key=lambda act: act.pk.int))}
        for act in acts:
            if act.pk not in fresh:
                raise CodedError("acts.different_deed", act=str(act.pk))
        for deed, act in zip(deeds, acts, strict=True):
            deed.rows(act.pk)
        rows()
    return acts


def _intended(actor: Actor, deed: Deed, now: datetime, reference: Reference) -> Act:
    assert deed.act_id is not None, "whoever does many names each"
    return intended(actor, deed, deed.act_id, now, reference)


def _acknowledge_all(acts: Sequence[Act], receipts: Sequence[Receipt]) -> None:
    now, kinds = clock().now(), {act.pk: act.type for act in acts}
    pairs = zip(acts, receipts, strict=True)
    rows = [ActReceipt(act_id=act.pk, receipt=receipt.to_json(), received_at=now) for act, receipt in pairs]
    fresh: dict[str, list[UUID]] = defaultdict(list)
    for row in add_many(rows):
        fresh[kinds[row.act_id]].append(row.act_id)
    for kind, ids in fresh.items():
        project_many(kind, ids)
        emit_many(kind, [({"act": str(act_id)}, str(act_id)) for act_id in ids])
