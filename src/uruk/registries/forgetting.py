"""Forgetting: the content and the salts of a record are destroyed; that it was recorded stays proved."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction

from uruk.acts.api import clock, finish, forgotten, hosted_institutions, note_forgotten
from uruk.definitions.api import Duration
from uruk.kernel.api import Actor, CodedError, today
from uruk.publishing.api import codes_in_force
from uruk.registries.domain.change import FORGET, Change
from uruk.registries.models import ChangeRequest, Forgetting
from uruk.registries.oblivion import FORGOTTEN, MAX_LAW, act_of_forgetting, forgettable, perform_forgetting
from uruk.registries.opening import KIND, Opened, open_registry
from uruk.registries.recording import origin_of
from uruk.registries.requesting import open_request
from uruk.registries.rights import is_machinery, require
from uruk.registries.store import CurrentRow
from uruk.registries.views import Open
from uruk.trust.api import Receipt

__all__ = ["FORGOTTEN", "destroy", "forget", "forget_again", "forget_expired", "purge"]
MAX_AT_ONCE = 1_000
_NOTED = "record"
_LOG = structlog.get_logger("uruk.registries")


def forget(actor: Actor, institution: str, code: str, record: UUID, law: str) -> Receipt | Open:
    """Destroy content and salts of all versions of a withdrawn or merged record, and of requests that speak of it.

    For a role that may forget. The act names the record's id, how many versions it had and the `law` on which it
    rests; the proofs of other records stay whole. The same again is harmless. Where the registry demands a second
    person, the answer is `Open`: a request of the kind ``forget``, signed and approved like one for a change. Errors:
    ``registries.record_unknown``, ``registries.forgetting_live``, ``registries.foreign_actor``,
    ``registries.reason_missing``, ``people.role_not_held``.
    """
    registry = open_registry(institution, code)
    require(actor, registry, "forget")
    row = forgettable(registry, record)
    if row.status == "forgotten":
        return finish(act_of_forgetting(record))
    if registry.model.second_person and not is_machinery(actor, institution):
        asked = Change(FORGET, record, row.latest)
        return Open(open_request(registry, actor, [asked], origin_of(actor, law[:MAX_LAW], ())))
    return perform_forgetting(actor, registry, row, law)


def destroy(act_id: UUID) -> None:
    """In the transaction of the receipt: what was kept of the record is destroyed, in its requests too."""
    row = Forgetting.objects.select_related("registry").get(pk=act_id)
    registry = open_registry(row.registry.institution, row.registry.code)
    note_forgotten(_NOTED, registry.address, str(row.record))
    _destroy(registry, row.rid, row.record)


def forget_again() -> int:
    """At a start: destroy what was forgotten already and is here again, as it is after a backup was put back.

    It is destroyed at once, then logged as the first time. Return how many records those were.
    """
    return sum(_forget_again(each.place, UUID(each.id)) for each in forgotten(_NOTED))


def _forget_again(address: str, record: UUID) -> bool:
    try:
        registry = open_registry(*address.split("/"))
    except CodedError:
        return False  # the backup is from before there was such a registry
    row = registry.store.find(record)
    if row is None or row.status == "forgotten":
        return False
    with transaction.atomic():
        _destroy(registry, row.rid, record)
    try:
        perform_forgetting(Actor.system(registry.institution), registry, row, "")
    except CodedError as error:
        _LOG.error("what was forgotten again is not logged yet", registry=registry.address, error=error.code)
    return True


def _destroy(registry: Opened, rid: int, record: UUID) -> None:
    registry.store.forget(rid)
    about = ChangeRequest.objects.filter(records__record=record)
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
            perform_forgetting(Actor.system(registry.institution), registry, row, "")
        except CodedError as error:
            _LOG.error("a record is not forgotten yet", registry=registry.address, error=error.code)


def _expired(registry: Opened, keep: Duration, day: date) -> Iterator[CurrentRow]:
    for row in registry.store.stream(statuses=("withdrawn",)):
        start = row.valid_from or row.changed_at.date()
        if keep.after(max(start, row.changed_at.date() - timedelta(days=1))) < day:
            yield row
