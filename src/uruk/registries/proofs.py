"""The receipt of a version: that it was recorded, by whose act, checked offline by `uruk verify`."""

from uuid import UUID

from uruk.acts.api import receipt_of
from uruk.kernel.api import Actor, CodedError
from uruk.registries.domain.leaves import content_digest
from uruk.registries.domain.showing import Sight
from uruk.registries.noting import note_read
from uruk.registries.opening import Opened, open_registry
from uruk.registries.reading import concerns, visible
from uruk.registries.showing import said_now
from uruk.registries.store import VersionRow
from uruk.trust.api import VersionLeaf, VersionReceipt, version_tree


def version_receipt(actor: Actor, institution: str, code: str, record: UUID, number: int) -> VersionReceipt:
    """The receipt of a version; with its content where the actor sees all of it as it is stored.

    For a role that may read, and for the person it is about. A secret field stays sealed in the content, and may be
    handed out so. Errors as `get_record`; ``registries.version_forgotten`` where its content and salt were destroyed.
    """
    registry = open_registry(institution, code)
    row, seen = visible(actor, registry, lambda: registry.store.find(record))
    found = next((one for one in registry.store.versions(row.rid) if one.number == number), None)
    if found is None:
        raise CodedError("registries.record_unknown")
    said = said_now(registry, found.content, found.format)
    if found.content is not None and not concerns(actor, registry, said):
        raise CodedError("registries.record_unknown")
    note_read(actor, registry, "registry.read", [said], [str(record)])
    return receipt_of_version(registry, found, seen)


def receipt_of_version(registry: Opened, row: VersionRow, seen: Sight) -> VersionReceipt:
    """The receipt itself; who may have it was looked at before."""
    receipt = receipt_of(row.act_id)
    if row.salt is None or row.content is None:
        raise CodedError("registries.version_forgotten")
    if receipt is None:
        raise CodedError("registries.record_unknown")
    tree = version_tree([one.leaf for one in registry.store.of_act(row.act_id)])
    return VersionReceipt(
        receipt=receipt,
        salt=row.salt,
        leaf=_leaf(registry, row).to_bytes(),
        index=row.position,
        path=tuple(tree.proof(row.position)),
        content=None if seen.withheld else row.content,
    )


def _leaf(registry: Opened, row: VersionRow) -> VersionLeaf:
    end = row.valid_until
    return VersionLeaf(
        row.record,
        row.number,
        row.kind,
        content_digest(row.content or ""),
        row.valid_from.isoformat(),
        None if end is None else end.isoformat(),
        registry.definition_of(row.format).digest,
        row.other,
    )
