"""What is promised of a capacity binds its record: no change may leave less than that, and no record goes with it."""

from collections.abc import Sequence

from uruk.kernel.api import CodedError
from uruk.registries.domain.change import read_content
from uruk.registries.opening import Opened
from uruk.registries.store import NewVersion


def bind(registry: Opened, rows: Sequence[NewVersion]) -> None:
    """In the transaction of an intent: lower the bounds that these versions lower, before anybody takes more.

    Errors: ``registries.capacity_below_taken``, ``registries.capacity_in_use`` (a record that is withdrawn or merged).
    """
    capacity = registry.model.capacity
    if capacity is None:
        return
    known = registry.store.find_many([row.record for row in rows if row.number > 1])
    for row in (one for one in rows if one.record in known):
        held = known[row.record]
        if row.status != "live":
            _free(registry, row.rid)
        elif held.cap is not None:
            amount = int(read_content(row.content).get(capacity.of) or 0)
            if amount < held.cap and registry.store.set_cap(row.rid, amount) is None:
                raise CodedError("registries.capacity_below_taken", taken=held.taken)


def _free(registry: Opened, rid: int) -> None:
    """A record of whose capacity nothing is taken can go; from then on nothing can be taken."""
    if registry.store.set_cap(rid, 0) is None:
        raise CodedError("registries.capacity_in_use")
