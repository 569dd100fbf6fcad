"""How many records say what: counted by a field or by month; few persons are not told apart."""

from collections.abc import Sequence
from dataclasses import dataclass

from uruk.kernel.api import Actor
from uruk.registries.opening import Opened, open_to_read
from uruk.registries.reading import check_seen
from uruk.registries.rights import may, require, sight
from uruk.registries.store import Filter, Group

FEW = 5
MAX_GROUPS = 1_000
CHANGED = "changed_at"


@dataclass(frozen=True)
class Counted:
    """Records counted. `groups`: value (None: without one) and number; `others`: those of values that are too rare to
    be told apart, or beyond a thousand values; None where they are so few that even their number says too much, and
    then `total` is None too.
    """

    groups: tuple[Group, ...]
    others: int | None
    total: int | None


def statistics(
    actor: Actor,
    institution: str,
    code: str,
    by: str,
    *,
    months: bool = False,
    filters: Sequence[Filter] = (),
) -> Counted:
    """Live records counted by a field's values, or by `months` of a date field or of ``changed_at``; for who may read.

    In a registry about persons a number below five is given to who may export alone. Errors:
    ``registries.not_indexed`` (also for a field that the role does not see), ``registries.not_a_date``,
    ``registries.registry_unknown``,
    ``registries.foreign_actor``, ``people.role_not_held``.
    """
    registry = open_to_read(institution, code)
    require(actor, registry, "read")
    named = [one.field for one in filters] + ([] if by == CHANGED else [by])
    check_seen(sight(actor, registry), named)
    found = counted(registry, by, months=months, filters=filters)
    return found if not registry.model.personal or may(actor, registry, "export") else without_few(found)


def counted(registry: Opened, by: str, *, months: bool, filters: Sequence[Filter]) -> Counted:
    """The numbers themselves; who may ask for them was looked at before."""
    store = registry.store
    groups = store.periods(by, filters) if months or by == CHANGED else store.group(by, filters, MAX_GROUPS)
    total = store.count(filters)
    return Counted(groups, max(0, total - sum(one.count for one in groups)), total)


def without_few(found: Counted) -> Counted:
    """The same without numbers below five, nor any from which one could be reckoned."""
    told = [one for one in found.groups if one.count >= FEW]
    hidden = sum(one.count for one in found.groups if one.count < FEW) + (found.others or 0)
    while 0 < hidden < FEW and told:
        # One more is left out with them: what is missing from the total would be they.
        least = min(told, key=lambda one: one.count)
        told.remove(least)
        hidden += least.count
    few = 0 < hidden < FEW
    return Counted(tuple(told), None if few else hidden, None if few else found.total)
