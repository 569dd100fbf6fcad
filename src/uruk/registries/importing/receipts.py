"""The receipts of an import: of each act that wrote some of its rows, and of the one by which two persons approved."""

from uuid import UUID

from uruk.acts.api import receipt_of
from uruk.kernel.api import Actor, CodedError
from uruk.registries.importing.showing import approval_act
from uruk.registries.importing.starting import visible_import
from uruk.registries.importing.views import ImportPart
from uruk.trust.api import Receipt

MAX_PARTS = 1_000


def import_parts(actor: Actor, import_id: UUID, offset: int = 0, limit: int = 50) -> tuple[ImportPart, ...]:
    """The acts that wrote an import's rows, as they stand in the file; at most a thousand from an offset on.

    Errors: ``registries.import_unknown``, ``people.role_not_held``.
    """
    row, _ = visible_import(actor, import_id)
    found = row.sets.all()[max(0, offset) : max(0, offset) + min(limit, MAX_PARTS)]
    return tuple(ImportPart(one.act_id, one.after_row, one.written) for one in found)


def import_receipt(actor: Actor, import_id: UUID, act: UUID) -> Receipt:
    """The receipt of one act of an import; it names digests and numbers alone.

    Errors: those of `import_parts`; ``registries.import_unknown`` also for an act that is none of this import's.
    """
    row, _ = visible_import(actor, import_id)
    mine = act == approval_act(row) or row.sets.filter(act_id=act).exists()
    receipt = receipt_of(act) if mine else None
    if receipt is None:
        raise CodedError("registries.import_unknown")
    return receipt
