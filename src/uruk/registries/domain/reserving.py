"""What may become of a reservation: it is reserved, then confirmed, released or, unconfirmed in time, expired."""

from collections.abc import Mapping
from typing import Literal

from uruk.kernel.api import CodedError

ReservationState = Literal["reserved", "confirmed", "released", "expired"]
MAX_AMOUNT = 10**15

_AFTER: Mapping[ReservationState, frozenset[ReservationState]] = {
    "reserved": frozenset({"confirmed", "released", "expired"}),
    "confirmed": frozenset({"released"}),
    "released": frozenset(),
    "expired": frozenset(),
}
# In these the amount is taken; in the others it was given back.
HOLDING: frozenset[ReservationState] = frozenset({"reserved", "confirmed"})


def check_step(now: ReservationState, then: ReservationState) -> bool:
    """Whether there is anything to do: False where it is so already; ``registries.reservation_ended`` if it may not."""
    if now == then:
        return False
    if then not in _AFTER[now]:
        raise CodedError("registries.reservation_ended", state=now)
    return True


def check_amount(amount: object) -> int:
    """An amount that can be reserved: a whole number from 1; else ``registries.amount_refused``."""
    if isinstance(amount, bool) or not isinstance(amount, int) or not 1 <= amount <= MAX_AMOUNT:
        raise CodedError("registries.amount_refused", max=MAX_AMOUNT)
    return amount
