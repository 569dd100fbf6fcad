"""Capacity: a part of a record's amount is reserved, confirmed, released, or given back when nobody confirmed in time.

What is taken is raised with the intent of an act and lowered with its receipt: whatever is interrupted, the sum of what
is promised never exceeds what there is.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Exists, OuterRef

from uruk.acts.api import (
    Deed,
    acknowledged,
    cancel_deadline,
    clock,
    finish,
    perform,
    set_deadline,
    which_acknowledged,
)
from uruk.definitions.api import Duration
from uruk.kernel.api import Actor, CodedError, new_id
from uruk.registries.domain.reserving import HOLDING, ReservationState, check_amount, check_step
from uruk.registries.models import Reservation, ReservationStep
from uruk.registries.noting import note_records
from uruk.registries.opening import Opened, open_registry, require_open
from uruk.registries.reading import Key, find_row
from uruk.registries.rights import require, require_any

CHANGED, HOLD_ENDED = "capacity.changed", "capacity.hold_ended"
MAX_HOLDER = 255
MAX_LISTED = 200


@dataclass(frozen=True)
class ReservationView:
    """A reservation as it stands. `act` is the newest act of it; `held_until` None once it is confirmed or ended."""

    reservation: UUID
    record: UUID
    holder: str
    amount: int
    state: ReservationState
    made_at: datetime
    held_until: datetime | None
    act: UUID


def reserve(
    actor: Actor, institution: str, code: str, key: Key, amount: int, *, holder: str, reservation: UUID
) -> ReservationView:
    """Reserve an amount of the record with this main key for a holder, until the registry's time of holding is over.

    `holder` says for whom (a subsystem's address, or an institution's code); with `reservation` it names this one:
    asked again, the answer is the same. Errors: ``registries.capacity_short``, ``registries.no_capacity``,
    ``registries.record_unknown``, ``registries.reservation_differs``, ``registries.amount_refused``,
    ``registries.registry_unknown``, ``registries.foreign_actor``, ``registries.archived``, ``people.role_not_held``,
    those of `acts.perform`.
    """
    registry = _opened(actor, institution, code)
    wanted = check_amount(amount)
    row = find_row(registry, None, key)
    if row is None or row.status != "live":
        raise CodedError("registries.record_unknown")
    known = _find(registry, holder, reservation)
    if known is None:
        require_open(registry)
        known = _reserve(actor, registry, (row.rid, row.record), wanted, holder, reservation)
    if (known.rid, known.amount) != (row.rid, wanted):
        raise CodedError("registries.reservation_differs")
    return _view(known)


def find_reservation(actor: Actor, institution: str, code: str, *, holder: str, reservation: UUID) -> ReservationView:
    """A holder's reservation as it stands. Errors: ``registries.reservation_unknown``, those of `reserve`'s rights."""
    return _view(_get(_opened(actor, institution, code), holder, reservation))


def confirm_reservation(
    actor: Actor, institution: str, code: str, *, holder: str, reservation: UUID
) -> ReservationView:
    """Make a reservation final; again: nothing changes. Errors: ``registries.reservation_ended`` (released, or not
    confirmed in time), ``registries.reservation_unknown``, those of `reserve`'s rights and of `acts.perform`.
    """
    registry = _opened(actor, institution, code)
    found = _get(registry, holder, reservation)
    _expire_if_due(found)
    return _step(actor, registry, found, "confirmed")


def release_reservation(
    actor: Actor, institution: str, code: str, *, holder: str, reservation: UUID
) -> ReservationView:
    """Give back what was reserved or confirmed; again: nothing changes. Errors as `confirm_reservation`."""
    registry = _opened(actor, institution, code)
    return _step(actor, registry, _get(registry, holder, reservation), "released")


def reservations(actor: Actor, institution: str, code: str, record: UUID) -> tuple[ReservationView, ...]:
    """The reservations of a record, newest first, at most 200; for a role that may read."""
    registry = open_registry(institution, code)
    require(actor, registry, "read")
    row = find_row(registry, record, None)
    if row is None:
        raise CodedError("registries.record_unknown")
    note_records(actor, registry, "registry.read", [row])
    made = Reservation.objects.filter(registry_id=registry.number, rid=row.rid).order_by("-made_at", "-id")
    facts = acknowledged(ReservationStep.objects.filter(reservation=OuterRef("pk")))
    return tuple(_view(one) for one in made.filter(Exists(facts))[:MAX_LISTED])


def give_back(act_id: UUID) -> None:
    """In the transaction of a receipt: what was released or has expired is free again."""
    step = ReservationStep.objects.select_related("reservation__registry").filter(act_id=act_id).first()
    if step is None or step.state in HOLDING:
        return
    found = step.reservation
    registry = open_registry(found.registry.institution, found.registry.code)
    given = registry.store.give(found.rid, found.amount)
    assert given is not None, "what is given back once was taken once"


def hold_ended(payload: dict[str, Any]) -> None:
    """The time of holding is over: what nobody confirmed expires."""
    found = Reservation.objects.select_related("registry").filter(pk=payload["reservation"]).first()
    if found is not None:
        _expire_if_due(found)


def _opened(actor: Actor, institution: str, code: str) -> Opened:
    """The registry, for whoever may write there or comes through the exchange."""
    registry = open_registry(institution, code)
    require_any(actor, registry, ("propose",))
    if registry.model.capacity is None:
        raise CodedError("registries.no_capacity", registry=registry.address)
    return registry


def _reserve(
    actor: Actor, registry: Opened, place: tuple[int, UUID], amount: int, holder: str, reservation: UUID
) -> Reservation:
    now = clock().now()
    assert registry.model.capacity is not None, "asked by `_opened`"
    made = Reservation(
        id=new_id(),
        registry_id=registry.number,
        holder=holder[:MAX_HOLDER],
        reservation=reservation,
        rid=place[0],
        record=place[1],
        amount=amount,
        made_at=now,
        held_until=_end_of_hold(now, registry.model.capacity.hold),
    )

    def rows(act_id: UUID) -> None:
        # The reservation goes first: of two that bring the same number, the second waits here and takes nothing.
        made.save(force_insert=True)
        if registry.store.take(made.rid, amount) is None:
            raise CodedError("registries.capacity_short", left=_left(registry, made.rid, place[1]))
        _add_step(made, 1, "reserved", act_id)
        set_deadline(_deadline(made), HOLD_ENDED, made.held_until, {"reservation": str(made.pk)})

    try:
        perform(actor, _deed(registry, made, "reserved", rows))
    except IntegrityError:
        known = _find(registry, holder, reservation)
        if known is None:
            raise
        return known
    return made


def _left(registry: Opened, rid: int, record: UUID) -> int:
    row = registry.store.find(record)
    return 0 if row is None or row.cap is None else max(0, row.cap - row.taken)


def _step(actor: Actor, registry: Opened, found: Reservation, then: ReservationState) -> ReservationView:
    last = _settled(found)
    if check_step(last.state, then):

        def rows(act_id: UUID) -> None:
            _add_step(found, last.turn + 1, then, act_id)
            cancel_deadline(_deadline(found))

        try:
            perform(actor, _deed(registry, found, then, rows))
        except IntegrityError:
            # Somebody else took the next step meanwhile: what is asked for is judged again after it.
            if _settled(found).turn == last.turn:
                raise
            return _step(actor, registry, found, then)
    return _view(found)


def _expire_if_due(found: Reservation) -> None:
    if clock().now() >= found.held_until and _settled(found).state == "reserved":
        registry = open_registry(found.registry.institution, found.registry.code)
        _step(Actor.system(registry.institution), registry, found, "expired")


def _deed(registry: Opened, found: Reservation, state: ReservationState, rows: Any) -> Deed:
    body = {
        "registry": registry.code,
        "record": found.record.bytes,
        "holder": found.holder,
        "reservation": found.reservation.bytes,
        "amount": found.amount,
    }
    return Deed(type=CHANGED, role=state, author=registry.institution, body=body, rows=rows)


def _settled(found: Reservation) -> ReservationStep:
    """The newest step, its act brought to its end if it was interrupted."""
    last = ReservationStep.objects.filter(reservation=found).order_by("-turn").first()
    assert last is not None, "a reservation is written with its first step"
    if not which_acknowledged([last.act_id]):
        finish(last.act_id)
    return last


def _view(found: Reservation) -> ReservationView:
    last = _settled(found)
    held = found.held_until if last.state == "reserved" else None
    return ReservationView(
        found.reservation, found.record, found.holder, found.amount, last.state, found.made_at, held, last.act_id
    )


def _find(registry: Opened, holder: str, reservation: UUID) -> Reservation | None:
    rows = Reservation.objects.select_related("registry")
    return rows.filter(registry_id=registry.number, holder=holder[:MAX_HOLDER], reservation=reservation).first()


def _get(registry: Opened, holder: str, reservation: UUID) -> Reservation:
    found = _find(registry, holder, reservation)
    if found is None:
        raise CodedError("registries.reservation_unknown")
    return found


def _add_step(found: Reservation, turn: int, state: ReservationState, act_id: UUID) -> None:
    ReservationStep.objects.create(reservation=found, turn=turn, state=state, act_id=act_id, at=clock().now())


def _deadline(found: Reservation) -> str:
    return f"registries.hold:{found.pk}"


def _end_of_hold(now: datetime, hold: Duration) -> datetime:
    return now + (hold.after(now.date()) - now.date())
