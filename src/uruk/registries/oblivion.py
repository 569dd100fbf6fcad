"""The act by which a record is forgotten, by one who may or by two persons who signed it."""

from collections.abc import Callable, Sequence
from uuid import UUID, uuid5

from uruk.acts.api import Deed, clock, perform
from uruk.kernel.api import Actor, CodedError
from uruk.registries.models import Forgetting
from uruk.registries.opening import Opened
from uruk.registries.store import CurrentRow
from uruk.trust.api import Approval, Receipt

FORGOTTEN = "record.forgotten"
MAX_LAW = 200
# One act for each record, however often it is asked for.
_FORGETTINGS = UUID("8e1f6c2a-3b7d-4d09-a5e4-9c0b2f71d386")


def act_of_forgetting(record: UUID) -> UUID:
    """The id of the act that forgets a record."""
    return uuid5(_FORGETTINGS, str(record))


def forgettable(registry: Opened, record: UUID) -> CurrentRow:
    """The record, if it may be forgotten: ``registries.record_unknown``, ``registries.forgetting_live``."""
    row = registry.store.find(record)
    if row is None:
        raise CodedError("registries.record_unknown")
    if row.status not in {"withdrawn", "merged", "forgotten"}:
        raise CodedError("registries.forgetting_live")
    return row


def body_of_forgetting(registry: Opened, row: CurrentRow, law: str) -> dict[str, object]:
    """What the statement says, and what two persons sign."""
    versions = {"record": row.record.bytes, "versions": row.latest}
    return {"registry": registry.code, **versions, "law": law[:MAX_LAW]}


def perform_forgetting(
    actor: Actor,
    registry: Opened,
    row: CurrentRow,
    law: str,
    *,
    proposal: bytes | None = None,
    approvals: Sequence[Approval] = (),
    also: Callable[[UUID], None] | None = None,
) -> Receipt:
    """Do the act, by whoever may; `also`: more rows of the intent."""

    def rows(act_id: UUID) -> None:
        if also is not None:
            also(act_id)
        facts = {"rid": row.rid, "record": row.record, "forgotten_at": clock().now()}
        Forgetting.objects.create(act_id=act_id, registry_id=registry.number, **facts)

    deed = Deed(
        type=FORGOTTEN,
        role="recorded",
        author=registry.institution,
        body=body_of_forgetting(registry, row, law),
        rows=rows,
        proposal=proposal,
        approvals=approvals,
        act_id=act_of_forgetting(row.record),
    )
    return perform(actor, deed)
