"""Forgetting: the content and the salts of a record are destroyed; that it was recorded stays proved."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from typing import Any
from uuid import UUID, uuid5

import structlog

from uruk.acts.api import Deed, clock, hosted_institutions, perform
from uruk.definitions.api import Duration
from uruk.kernel.api import Actor, CodedError, today
from uruk.publishing.api import codes_in_force
from uruk.registries.domain.keeping import kept_until
from uruk.registries.models import ChangeRequest, Forgetting
from uruk.registries.opening import KIND, Opened, open_registry
from uruk.registries.rights import require
from uruk.registries.store import CurrentRow
from uruk.trust.api import Receipt

FORGOTTEN = "record.forgotten"
MAX_AT_ONCE = 1_000
_FORGETTINGS = UUID("8e1f6c2a-3b7d-4d09-a5e4-9c0b2f71d386")
_LOG = structlog.get_logger("uruk.registries")


def forget(actor: Actor, institution: str, code: str, record: UUID, law: str) -> Receipt:
    """Destroy content and salts of all versions of a withdrawn or merged record, and of requests that speak of it.

    For a role that may forget. The act names the record's id, how many versions it had and the `law` on which it
    rests; the proofs of other records stay whole. The same again is harmless. Errors: ``registries.record_unknown``,
    ``registries.forgetting_live``, ``registries.foreign_actor``, ``people.role_not_held``.
    """
    registry = open_registry(institution, code)
    require(actor, registry, "forget")
    row = registry.store.find(record)
    if row is None:
        raise CodedError("registries.record_unknown")
    if row.status not in {"withdrawn", "merged", "forgotten"}:
        raise CodedError("registries.forgetting_live")
    return _forget(actor, registry, row, law)


def _forget(actor: Actor, registry: Opened, row: CurrentRow, law: str) -> Receipt:
    def rows(act_id: UUID) -> None:
        facts = {"rid": row.rid, "record": row.record, "forgotten_at": clock().now()}
        Forgetting.objects.create(act_id=act_id, registry_id=registry.number, **facts)

    deed = Deed(
        type=FORGOTTEN,
        role="recorded",
        author=registry.institution,
        body={"registry": registry.code, "record": row.record.bytes, "versions": row.latest, "law": law[:200]},
        rows=rows,
        act_id=uuid5(_FORGETTINGS, str(row.record)),
    )
    return perform(actor, deed)


def destroy(act_id: UUID) -> None:
    """In the transaction of the receipt: what was kept of the record is destroyed, in its requests too."""
    row = Forgetting.objects.select_related("registry").get(pk=act_id)
    registry = open_registry(row.registry.institution, row.registry.code)
    registry.store.forget(row.rid)
    about = ChangeRequest.objects.filter(records__record=row.record)
    about.update(changes=None, prepared=None, reason="", evidence=[])


def purge(payload: dict[str, Any]) -> None:
    """Afterwards: nothing of what was forgotten is left in the index of words."""
    row = Forgetting.objects.select_related("registry").filter(pk=payload["act"]).first()
    if row is not None:
        open_registry(row.registry.institution, row.registry.code).store.purge()


def forget_expired(_: dict[str, Any]) -> None:
    """Forget withdrawn records that their registry does not keep any longer (`keep:`); done every hour."""
    for institution in sorted(hosted_institutions()):
        for code in codes_in_force(KIND, institution):
            registry = open_registry(institution, code)
            if registry.model.keep is not None:
                _forget_of(registry, registry.model.keep)


def _forget_of(registry: Opened, keep: Duration) -> None:
    for row in islice(_expired(registry, keep, today(clock())), MAX_AT_ONCE):
        try:
            _forget(Actor.system(registry.institution), registry, row, "")
        except CodedError as error:
            _LOG.error("a record is not forgotten yet", registry=registry.address, error=error.code)


def _expired(registry: Opened, keep: Duration, day: date) -> Iterator[CurrentRow]:
    for row in registry.store.stream(statuses=("withdrawn",)):
        start = row.valid_from or row.changed_at.date()
        if kept_until(max(start, row.changed_at.date() - timedelta(days=1)), keep) < day:
            yield row
