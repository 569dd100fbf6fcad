"""What other institutions are answered, over the exchange, under an agreement that their gateways have judged.

The gateway has logged who asks and cuts the answer to the agreed fields; it shows each person whom the answer names in
`uruk:subjects` that they were read. So nothing is noted here a second time.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from uuid import UUID

from uruk.kernel.api import Actor, CodedError, rfc3339
from uruk.registries.domain.change import read_content
from uruk.registries.domain.definition import RegistryOffer
from uruk.registries.domain.offering import EXISTS, SUBJECTS
from uruk.registries.domain.showing import sight_of_all
from uruk.registries.noting import subjects_of
from uruk.registries.opening import Opened, open_registry
from uruk.registries.reading import find_row
from uruk.registries.reservations import (
    ReservationView,
    confirm_reservation,
    find_reservation,
    release_reservation,
    reserve,
)
from uruk.registries.rights import is_machinery
from uruk.registries.showing import seen_values
from uruk.registries.store import CurrentRow, Filter

MAX_LISTED = 1000
Answer = dict[str, Any]


@dataclass(frozen=True)
class AskedOffer:
    """What was asked: the offer's code, the method, the decoded segments of the path, the body of a reservation.

    `consumer`: the address of the subsystem that asks; reservations are its own.
    """

    offer: str
    method: str
    values: tuple[str, ...]
    consumer: str
    body: Mapping[str, Any] = field(default_factory=dict)


def answer_offer(actor: Actor, institution: str, code: str, asked: AskedOffer) -> Answer | list[Answer]:
    """Answer what another institution asks of a registry; only for the node's own gateway (channel "exchange").

    Each object names the persons it is about in `uruk:subjects`, which no consumer gets. Errors:
    ``registries.offer_unknown``, ``registries.registry_unknown``, ``registries.foreign_actor``,
    ``registries.archived``, ``registries.record_unknown``, ``registries.offer_too_many``, ``registries.offer_path``,
    those of values as the fields have them, and those of `reserve`.
    """
    if actor.channel != "exchange" or not is_machinery(actor, institution):
        raise CodedError("registries.foreign_actor", institution=institution)
    registry = open_registry(institution, code)
    if registry.archived:
        raise CodedError("registries.archived", registry=registry.definition.title)
    offer = registry.model.offers.get(asked.offer)
    if offer is None:
        raise CodedError("registries.offer_unknown", offer=asked.offer[:60])
    return _ANSWERS[offer.kind](actor, registry, offer, asked)


def _read(actor: Actor, registry: Opened, offer: RegistryOffer, asked: AskedOffer) -> Answer:
    row = _by_key(registry, offer, asked)
    if row is None:
        raise CodedError("registries.record_unknown")
    return _record(registry, offer, row)


def _list(actor: Actor, registry: Opened, offer: RegistryOffer, asked: AskedOffer) -> list[Answer]:
    filters = tuple(Filter(name, "eq", value) for name, value in _values(registry, offer, asked).items())
    rows = list(islice(registry.store.stream(filters=filters), MAX_LISTED + 1))
    if len(rows) > MAX_LISTED:
        raise CodedError("registries.offer_too_many", maximum=MAX_LISTED)
    return [_record(registry, offer, row) for row in rows]


def _exists(actor: Actor, registry: Opened, offer: RegistryOffer, asked: AskedOffer) -> Answer:
    row = _by_key(registry, offer, asked)
    return {EXISTS: row is not None, **({} if row is None else _subjects(registry, read_content(row.content)))}


def _reserve(actor: Actor, registry: Opened, offer: RegistryOffer, asked: AskedOffer) -> Answer:
    """POST reserves; PUT confirms, DELETE releases and GET looks at the reservation that the path names."""
    if asked.method == "POST":
        found = _new_reservation(actor, registry, asked)
    else:
        step = _STEPS.get(asked.method)
        if step is None or len(asked.values) != 1:
            raise CodedError("registries.offer_path", offer=offer.code)
        place = (registry.institution, registry.code)
        found = step(actor, *place, holder=asked.consumer, reservation=_uuid(asked.values[0]))
    row = registry.store.find(found.record)
    return _told(found) | ({} if row is None else _subjects(registry, read_content(row.content)))


def _new_reservation(actor: Actor, registry: Opened, asked: AskedOffer) -> ReservationView:
    body = dict(asked.body)
    number, amount = _uuid(body.pop("reservation", None)), body.pop("amount", None)
    place = (registry.institution, registry.code)
    # What is left are the fields of the main key, no more and no less.
    return reserve(actor, *place, body, amount, holder=asked.consumer, reservation=number)


def _told(found: ReservationView) -> Answer:
    held = {} if found.held_until is None else {"held_until": rfc3339(found.held_until)}
    return {"reservation": str(found.reservation), "state": found.state, "amount": found.amount, **held}


def _by_key(registry: Opened, offer: RegistryOffer, asked: AskedOffer) -> CurrentRow | None:
    row = find_row(registry, None, _values(registry, offer, asked))
    return row if row is not None and row.status == "live" else None


def _values(registry: Opened, offer: RegistryOffer, asked: AskedOffer) -> dict[str, Any]:
    """The fields that stand in the path, cleaned as their fields want them."""
    if len(asked.values) != len(offer.by):
        raise CodedError("registries.offer_path", offer=offer.code)
    fields = registry.model.fields
    return {name: fields[name].clean(value) for name, value in zip(offer.by, asked.values, strict=True)}


def _record(registry: Opened, offer: RegistryOffer, row: CurrentRow) -> Answer:
    stored = read_content(row.content)
    values = seen_values(registry, row.record, stored, sight_of_all(registry.model))
    capacity = registry.model.capacity
    if capacity is not None and row.cap is not None:
        values[capacity.left] = max(0, row.cap - row.taken)
    return {name: values[name] for name in offer.fields if name in values} | _subjects(registry, stored)


def _subjects(registry: Opened, stored: Mapping[str, Any]) -> Answer:
    if not registry.model.personal:
        return {}
    return {SUBJECTS: sorted(set(subjects_of(registry, stored)))}


def _uuid(value: object) -> UUID:
    try:
        return UUID(value) if isinstance(value, str) else UUID(int=-1)
    except ValueError:
        raise CodedError("registries.reservation_number") from None


_ANSWERS: Mapping[str, Callable[[Actor, Opened, RegistryOffer, AskedOffer], Answer | list[Answer]]] = {
    "read": _read,
    "list": _list,
    "exists": _exists,
    "reserve": _reserve,
}
_STEPS: Mapping[str, Callable[..., ReservationView]] = {
    "GET": find_reservation,
    "PUT": confirm_reservation,
    "DELETE": release_reservation,
}
