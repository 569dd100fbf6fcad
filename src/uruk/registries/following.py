"""What follows from a change elsewhere in the institution: records whose link says that they go with their target."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid5

from uruk.acts.api import clock, find_statement, set_deadline
from uruk.definitions.api import Field
from uruk.kernel.api import Actor, midnight, today
from uruk.registries.changing import change
from uruk.registries.checking import leading_to
from uruk.registries.domain.change import Change, read_content
from uruk.registries.opening import Opened, open_registry
from uruk.registries.projecting import FOLLOW
from uruk.registries.store import VersionRow

MAX_AT_ONCE = 200
_WITHDRAWALS = UUID("5b8f3d0e-9c1a-4f6e-8a35-2f0d7c6b1e94")


def follow_withdrawals(payload: dict[str, Any]) -> None:
    """After a change: withdraw what leads to a withdrawn record by a link with ``on_removal: withdraw``; each once.

    What is withdrawn from a later day on is followed on that day. A registry that is archived stays as it is.
    """
    act_id = UUID(payload["act"])
    statement = find_statement(act_id)
    if statement is None:
        return
    registry = open_registry(statement.author, str(statement.body["registry"]))
    gone = [row for row in registry.store.of_act(act_id) if row.kind == "withdraw" and row.content is not None]
    followers = [(source, link) for source, link in leading_to(registry) if _follows(source, link)]
    if not gone or not followers or len(registry.model.main_key) != 1:
        return
    day = today(clock())
    for source, link in followers:
        _withdraw(registry, [row for row in gone if row.valid_from <= day], source, link)
    later = min((row.valid_from for row in gone if row.valid_from > day), default=None)
    if later is not None:
        set_deadline(f"{FOLLOW}:{act_id}:{later}", FOLLOW, midnight(later), payload)


def _follows(source: Opened, link: Field) -> bool:
    return link.on_removal == "withdraw" and not source.archived


def _withdraw(registry: Opened, gone: Sequence[VersionRow], source: Opened, link: Field) -> None:
    for row in gone:
        key = read_content(row.content).get(registry.model.main_key[0])
        while key is not None and (leading := source.store.linked(link.name, str(key), MAX_AT_ONCE)):
            changes = [Change("withdraw", one.record, one.latest, valid_from=row.valid_from) for one in leading]
            # Named after its first record as it stands: the same batch done again is one act, the next another.
            name = f"{row.act_id}/{row.rid}/{source.address}/{link.name}/{leading[0].record}/{leading[0].latest}"
            reason = f"{registry.address} {row.record}: {row.kind}"
            system = Actor.system(registry.institution)
            change(system, source.institution, source.code, changes, reason, (), uuid5(_WITHDRAWALS, name))
