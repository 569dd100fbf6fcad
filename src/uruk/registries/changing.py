"""Changing records: a change set is checked, proved by one root, and recorded by one act, or not at all."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from uruk.acts.api import finish
from uruk.kernel.api import Actor, CodedError, new_id
from uruk.registries.domain.change import Change, cleaned_values, read_content
from uruk.registries.numbering import numbered
from uruk.registries.opening import Opened, open_registry, require_open
from uruk.registries.preparing import Preparation
from uruk.registries.recording import Origin, checked_drafts, origin_of, perform_set, seal
from uruk.registries.requesting import asked_before, open_request
from uruk.registries.rights import is_machinery, require, require_any
from uruk.registries.sealing import open_values
from uruk.registries.store import VersionRow
from uruk.registries.views import Checked, Done, Open

MAX_CHANGES = 10_000
MERGING = frozenset({"merge", "unmerge"})


def change(
    actor: Actor,
    institution: str,
    code: str,
    changes: Sequence[Change],
    reason: str,
    evidence: Sequence[str] = (),
    act_id: UUID | None = None,
    *,
    validate_only: bool = False,
) -> Done | Open | Checked:
    """Record a change set (1 to 10,000 changes, all or none), for a role that may propose or import.

    Where the registry demands a second person the answer is `Open`: the request waits for its author's passkey
    (`request_proposal`, `submit_request`). `evidence`: SHA-256 (hex) of stored files. With an `act_id` of the
    caller's, the same set again is harmless. `validate_only` writes nothing. A new record without its number has the
    next of the registry's series.

    Errors: `InvalidChangesError` (each change and field), ``registries.version_moved`` (another version came first),
    ``registries.record_unknown``, ``registries.registry_unknown``, ``registries.foreign_actor``,
    ``people.role_not_held``, ``registries.no_change``, ``registries.too_many_changes``, ``registries.reason_missing``,
    ``registries.file_unknown``, ``registries.archived``, ``registries.laying_out``, and those of `acts.perform`.
    """
    registry = open_registry(institution, code)
    require_writer(actor, registry, changes)
    changes = numbered(registry, changes, act_id, only_tried=validate_only)
    origin = origin_of(actor, reason, evidence)
    known = None if act_id is None else said_before(registry, actor, act_id, changes, origin)
    if known is not None:
        return known
    require_open(registry)
    preparation = Preparation(registry, actor, changes)
    drafts = checked_drafts(preparation, keys=validate_only or waits_for_second(actor, registry))
    if validate_only:
        return Checked(len(drafts))
    if waits_for_second(actor, registry):
        return Open(open_request(registry, actor, changes, origin, act_id))
    try:
        return perform_set(registry, actor, seal(drafts), origin, preparation.now, act_id or new_id(), preparation)
    except CodedError as error:
        # The same set came twice at once, and the other was first: its salts are others.
        known = done_before(registry, act_id, changes, origin) if error.code == "acts.different_deed" else None
        if known is None:
            raise
        return known


def require_writer(actor: Actor, registry: Opened, changes: Sequence[Change]) -> None:
    """Refuse who may not write, and a set of no size. Who may merge needs no other right to merge."""
    merging = [one.kind in MERGING for one in changes]
    if any(merging):
        require(actor, registry, "merge")
    if not merging or not all(merging):
        require_any(actor, registry, ("propose", "import"))
    if not changes:
        raise CodedError("registries.no_change")
    if len(changes) > MAX_CHANGES:
        raise CodedError("registries.too_many_changes", maximum=MAX_CHANGES)


def waits_for_second(actor: Actor, registry: Opened) -> bool:
    """Whether what the actor writes must be approved by another person; the node's own machinery is no person."""
    return registry.model.second_person and not is_machinery(actor, registry.institution)


def said_before(
    registry: Opened, actor: Actor, act: UUID, changes: Sequence[Change], origin: Origin
) -> Done | Open | None:
    """What was recorded or asked for under this id before; None where there is nothing of it in this registry."""
    if waits_for_second(actor, registry):
        view = asked_before(registry, actor, act, changes, origin)
        return None if view is None else Open(view)
    return done_before(registry, act, changes, origin)


def done_before(
    registry: Opened, act: UUID | None, changes: Sequence[Change], origin: Origin | None = None
) -> Done | None:
    """What an act of this id recorded, brought to its end; None where there is none of it in this registry.

    Where it recorded something else, or for another reason: ``registries.different_set``.
    """
    rows = [] if act is None else list(registry.store.of_act(act))
    if act is None or not rows:
        return None
    pairs = zip(_of_changes(rows, changes), changes, strict=True)
    same = origin is None or all(row.reason in (None, origin.reason) for row in rows)
    if not same or not all(_same(registry, row, one) for row, one in pairs):
        raise CodedError("registries.different_set", act=str(act))
    receipt = finish(act)
    return Done(act, receipt, tuple(row.record for row in rows), tuple(row.number for row in rows))


def _of_changes(rows: Sequence[VersionRow], changes: Sequence[Change]) -> list[VersionRow]:
    """The first version of each change: a merge makes two."""
    found, at = [], 0
    for one in changes:
        if at < len(rows):
            found.append(rows[at])
        at += 2 if one.kind in MERGING else 1
    if at != len(rows):
        raise CodedError("registries.different_set", act=str(rows[0].act_id))
    return found


def _same(registry: Opened, row: VersionRow, change: Change) -> bool:
    """Whether a version is what the change would make: the same deed on the same record, on the same ground."""
    if row.kind != change.kind or change.record not in (None, row.record) or (change.base or 0) + 1 != row.number:
        return False
    if change.valid_from not in (None, row.valid_from) or change.valid_until not in (None, row.valid_until):
        return False
    if change.other not in (None, row.other):
        return False
    # What a merge says of the one that stays is the next version's.
    return change.kind in MERGING or row.content is None or _says(registry, row, change.values)


def _says(registry: Opened, row: VersionRow, values: Mapping[str, Any]) -> bool:
    said = open_values(registry, row.record, read_content(row.content), registry.model.secrets)
    cleaned = cleaned_values(registry.model.fields, values)
    if cleaned is None or any(said.get(name) != value for name, value in cleaned.items()):
        return False
    # A change names what it changes; a new record says all that its author can say.
    more = said.keys() - cleaned.keys() if row.kind == "create" else ()
    return not any(name in registry.model.fields and registry.model.may_write(row.role, name) for name in more)
