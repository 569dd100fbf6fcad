"""What everybody reads of a registry changes with the receipt of an act, and again when a planned day comes."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

from uruk.acts.api import clock, emit, find_statement, set_deadline
from uruk.kernel.api import midnight, today
from uruk.publishing.api import find_published
from uruk.registries.opening import KIND, Opened, forget_recent, model_of, open_registry
from uruk.registries.store import Ahead, NewVersion
from uruk.registries.tables import make_tables, registry_number

DUE = "record.version-due"
FOLLOW = "record.withdrawal-due"
LIKENESS = "record.likeness-due"
_IN_HAND: dict[UUID, tuple[Opened, Sequence[NewVersion]]] = {}


@contextmanager
def on_its_way(act_id: UUID, registry: Opened, written: Sequence[NewVersion]) -> Iterator[None]:
    """While this process performs a change set: what it has in hand needs not be looked up for the projection."""
    _IN_HAND[act_id] = registry, written
    try:
        yield
    finally:
        del _IN_HAND[act_id]


def project_act(act_id: UUID) -> None:
    """In the transaction of an act's receipt: show the versions it wrote, and set deadlines for the days to come.

    What leads to withdrawn records is followed afterwards, and where the registry says so duplicates are looked for.
    """
    # Where another process wrote the intent, nothing is in hand here.
    registry, written = _IN_HAND.get(act_id, (None, ()))
    if registry is None or not written:
        registry, written = _looked_up(act_id), ()
    plan(registry, registry.store.project(act_id, today(clock()), written), str(act_id))
    kinds = {one.kind for one in written or registry.store.of_act(act_id)}
    if "withdraw" in kinds:
        emit(FOLLOW, {"act": str(act_id)}, key=str(act_id))
    if registry.model.match:
        emit(LIKENESS, {"act": str(act_id)}, key=str(act_id))


def _looked_up(act_id: UUID) -> Opened:
    statement = find_statement(act_id)
    assert statement is not None, "a projection runs where the receipt is written"
    return open_registry(statement.author, str(statement.body["registry"]))


def published(act_id: UUID) -> None:
    """In the transaction that puts a registry's definition in force: its tables and columns are there with it."""
    found = find_published(act_id, KIND)
    if found is not None:
        make_tables(registry_number(found.institution, found.code), model_of(found))
        forget_recent()


def lay_out_published(payload: dict[str, Any]) -> None:
    """Afterwards: records that there are already get the values of new columns, and the columns their indexes."""
    found = find_published(UUID(payload["act"]), KIND)
    if found is not None:
        open_registry(found.institution, found.code).store.lay_out(today(clock()))


def archived(act_id: UUID) -> None:
    """In the transaction that archives a definition: nothing found before it counts."""
    forget_recent()


def plan(registry: Opened, ahead: Iterable[Ahead], origin: str) -> None:
    """Have records brought up to date on the days on which something else comes into force for them."""
    days: dict[date, list[int]] = defaultdict(list)
    for one in ahead:
        days[one.day].append(one.rid)
    for day, rids in days.items():
        payload = {"institution": registry.institution, "registry": registry.code, "rids": rids}
        set_deadline(f"{DUE}:{registry.number}:{origin}:{day}", DUE, midnight(day), payload)


def version_due(payload: dict[str, Any]) -> None:
    """A planned day has come: the records are what their versions say of today."""
    registry = open_registry(payload["institution"], payload["registry"])
    for rid in payload["rids"]:
        registry.store.refresh(rid, today(clock()))
