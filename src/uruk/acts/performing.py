"""The only path of an act: rows and intent in one transaction, then the entry, then the receipt."""

import secrets
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models, transaction

from uruk.acts.directory import directory_reference
from uruk.acts.domain.deed import CLOCK_TOLERANCE, Deed, check_author, check_clock, check_same
from uruk.acts.events import emit
from uruk.acts.keyring import require_hosted
from uruk.acts.logs import is_listed, list_logs
from uruk.acts.models import Act, ActReceipt
from uruk.acts.node import appender, clock
from uruk.acts.projecting import project
from uruk.acts.statements import add_once, derived_transaction, find_row, stored
from uruk.acts.witnessing import with_proofs
from uruk.kernel.api import Actor, new_id
from uruk.trust.api import Receipt, Statement, build_statement, parse_statement

SALT_BYTES = 32
Reference = tuple[int, bytes]
_CREATED = Act._meta.get_field("created_at")
# The latest by the index: asked for any that is ahead, PostgreSQL may expect one early and read the whole table.
_AHEAD = "SELECT 1 FROM (SELECT created_at FROM acts_act ORDER BY created_at DESC LIMIT 1) latest WHERE created_at > %s"


def perform(actor: Actor, deed: Deed) -> Receipt:
    """Do a deed and return its receipt; until then nothing shows it.

    Three steps: the intent with its rows, durable before the next; the entry in the author's log, durable likewise;
    the receipt, which follows from both. An interruption between them leaves the act pending, and
    ``complete_pending`` finishes it. A deed repeated under one act id is done once. Errors: ``acts.foreign_author``,
    ``acts.different_deed``, ``acts.clock_set_back``, ``trust.disk_low``, and what ``rows`` raises: then nothing has
    happened.
    """
    check_author(actor, deed)
    return complete(_intend(actor, deed))


def complete(act: Act) -> Receipt:
    """Bring an act that was intended to its receipt; harmless for one that has it already."""
    if find_row("SELECT 1 FROM acts_actreceipt WHERE act_id = %s", stored(Act._meta.pk, act.pk)) is not None:
        return with_proofs(Receipt.parse(ActReceipt.objects.get(pk=act.pk).receipt))
    receipt = appender().append(act.author, act.pk, bytes(act.statement), bytes(act.salt))
    if not is_listed(act.author, receipt.origin):
        list_logs(act.author)
    with derived_transaction():
        _acknowledge(act, receipt)
    return receipt


def finish(act_id: UUID) -> Receipt:
    """The receipt of an act that was intended, brought to its end now where it was interrupted; errors as the log's."""
    return complete(Act.objects.get(pk=act_id))


def receipt_of(act_id: UUID) -> Receipt | None:
    """The receipt of an act, timestamped and witnessed as soon as its log is; None while pending, or for no such id."""
    row = ActReceipt.objects.filter(pk=act_id).first()
    return None if row is None else with_proofs(Receipt.parse(row.receipt))


def find_statement(act_id: UUID) -> Statement | None:
    """The statement of an acknowledged act; None while it is pending or when there is none of that id."""
    act = Act.objects.filter(pk=act_id, receipt__isnull=False).first()
    return None if act is None else parse_statement(bytes(act.statement))


def latest_act_time() -> datetime | None:
    """When the newest act was begun, by this node's clock then; None before the first."""
    return _latest()


def _intend(actor: Actor, deed: Deed) -> Act:
    """Commit the intent and its rows; for an act id that is known, check that it means the same."""
    act_id = deed.act_id or new_id()
    known = None if deed.act_id is None else _find(act_id)
    if known is None:
        require_hosted(deed.author)
        appender().check_space()
        fresh = _commit(actor, deed, act_id)
        if fresh is not None:
            return fresh
        known = Act.objects.get(pk=act_id)
    check_same(deed, parse_statement(bytes(known.statement)))
    return known


def _find(act_id: UUID) -> Act | None:
    there = find_row("SELECT 1 FROM acts_act WHERE id = %s", stored(Act._meta.pk, act_id))
    return None if there is None else Act.objects.get(pk=act_id)


def _commit(actor: Actor, deed: Deed, act_id: UUID) -> Act | None:
    """Write intent and rows; None where another brought the same id meanwhile."""
    with transaction.atomic(durable=True):
        now = clock().now()
        check_now(now)
        act = intended(actor, deed, act_id, now, directory_reference())
        # The intent goes first: of two that bring the same id at once, the second waits here and writes no rows.
        if not add_once(act):
            return None
        deed.rows(act_id)
    return act


def intended(actor: Actor, deed: Deed, act_id: UUID, now: datetime, directory: Reference) -> Act:
    """The row of a deed's intent, to be written; `directory`: version and digest of what its statement cites."""
    return Act(
        pk=act_id,
        type=deed.type,
        role=deed.role,
        author=deed.author,
        statement=_statement(deed, act_id, deed.time or now, directory),
        salt=secrets.token_bytes(SALT_BYTES),
        actor=_actor_facts(actor),
        created_at=now,
    )


def check_now(now: datetime) -> None:
    """Refuse a clock that stands before the latest act; which one that is, is asked only where there is one ahead."""
    if find_row(_AHEAD, stored(_CREATED, now + CLOCK_TOLERANCE)) is not None:
        check_clock(now, _latest())


def _statement(deed: Deed, act_id: UUID, time: datetime, directory: Reference) -> bytes:
    version, digest = directory
    return build_statement(
        statement_type=deed.type,
        role=deed.role,
        author=deed.author,
        act=act_id,
        time=int(time.timestamp()),
        directory_version=version,
        directory_digest=digest,
        body=dict(deed.body),
        proposal=deed.proposal,
        approvals=deed.approvals,
    )


def _latest() -> datetime | None:
    found: datetime | None = Act.objects.aggregate(latest=models.Max("created_at"))["latest"]
    return found


def _actor_facts(actor: Actor) -> dict[str, Any]:
    told = {each.name: getattr(actor, each.name) for each in fields(actor)}
    return {name: str(value) for name, value in told.items() if value is not None}


def _acknowledge(act: Act, receipt: Receipt) -> None:
    """Write the receipt and, in the same transaction, what follows from it."""
    if add_once(ActReceipt(act_id=act.pk, receipt=receipt.to_json(), received_at=clock().now())):
        project(act.type, act.pk)
        emit(act.type, {"act": str(act.pk)}, key=str(act.pk))
