"""The only path of an act: rows and intent in one transaction, then the entry, then the receipt."""

import secrets
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.db import IntegrityError, models, transaction

from uruk.acts.directory import directory_reference
from uruk.acts.domain.deed import Deed, check_author, check_clock, check_same
from uruk.acts.events import emit
from uruk.acts.keyring import require_institution
from uruk.acts.logs import is_listed, list_logs
from uruk.acts.models import Act, ActReceipt
from uruk.acts.node import appender, clock
from uruk.acts.projecting import project
from uruk.acts.witnessing import with_proofs
from uruk.kernel.api import Actor, new_id
from uruk.trust.api import Receipt, Statement, build_statement, parse_statement

_LOG = structlog.get_logger("uruk.acts")
SALT_BYTES = 32


def perform(actor: Actor, deed: Deed) -> Receipt:
    """Do a deed and return its receipt; until then nothing shows it.

    Three steps, each durable before the next: the intent with its rows; the entry in the author's log; the receipt.
    An interruption between them leaves the act pending, and ``complete_pending`` finishes it. A deed repeated under
    one act id is done once. Errors: ``acts.foreign_author``, ``acts.different_deed``, ``acts.clock_set_back``,
    ``trust.disk_low``, and what ``rows`` raises: then nothing has happened.
    """
    check_author(actor, deed)
    return complete(_intend(actor, deed))


def complete(act: Act) -> Receipt:
    """Bring an act that was intended to its receipt; harmless for one that has it already."""
    known = receipt_of(act.pk)
    if known is not None:
        return known
    receipt = appender().append(act.author, act.pk, bytes(act.statement), bytes(act.salt))
    if not is_listed(act.author, receipt.origin):
        list_logs(act.author)
    with transaction.atomic(durable=True):
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


def complete_pending(limit: int = 1000) -> tuple[int, int]:
    """Complete acts that were interrupted, oldest first; return how many succeeded and how many are still pending."""
    done = failed = 0
    for act in Act.objects.filter(receipt__isnull=True).order_by("created_at", "id")[:limit]:
        try:
            complete(act)
            done += 1
        except Exception as error:
            # One act that cannot be completed must not keep the others from it; the next round tries again.
            failed += 1
            _LOG.error("act still pending", act=str(act.pk), error=type(error).__name__)
    return done, failed


def count_pending(before: datetime | None = None) -> int:
    """How many acts have no receipt yet; of those begun before a moment, if one is given."""
    pending = Act.objects.filter(receipt__isnull=True)
    return (pending if before is None else pending.filter(created_at__lt=before)).count()


def latest_act_time() -> datetime | None:
    """When the newest act was begun, by this node's clock then; None before the first."""
    return _latest()


def _intend(actor: Actor, deed: Deed) -> Act:
    """Commit the intent and its rows; for an act id that is known, check that it means the same."""
    act_id = deed.act_id or new_id()
    known = Act.objects.filter(pk=act_id).first()
    if known is None:
        require_institution(deed.author)
        appender().check_space()
        try:
            return _commit(actor, deed, act_id)
        except IntegrityError:
            known = Act.objects.filter(pk=act_id).first()
            if known is None:
                raise
    check_same(deed, parse_statement(bytes(known.statement)))
    return known


def _commit(actor: Actor, deed: Deed, act_id: UUID) -> Act:
    with transaction.atomic(durable=True):
        now = clock().now()
        check_clock(now, _latest())
        # The intent goes first: of two that bring the same id at once, the second waits here and writes no rows.
        act = Act.objects.create(
            pk=act_id,
            type=deed.type,
            role=deed.role,
            author=deed.author,
            statement=_statement(deed, act_id, deed.time or now),
            salt=secrets.token_bytes(SALT_BYTES),
            actor=_actor_facts(actor),
            created_at=now,
        )
        deed.rows(act_id)
    return act


def _statement(deed: Deed, act_id: UUID, time: datetime) -> bytes:
    version, digest = directory_reference()
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
    return {name: str(value) for name, value in asdict(actor).items() if value is not None}


def _acknowledge(act: Act, receipt: Receipt) -> None:
    """Write the receipt and, in the same transaction, what follows from it."""
    facts = {"receipt": receipt.to_json(), "received_at": clock().now()}
    _, created = ActReceipt.objects.get_or_create(act=act, defaults=facts)
    if created:
        project(act.type, act.pk)
        emit(act.type, {"act": str(act.pk)}, key=str(act.pk))
