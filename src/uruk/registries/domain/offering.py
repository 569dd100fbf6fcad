"""A registry's offers as the exchange knows them: fields, endpoints, and where the persons stand that they are about.

The answer that the gateway gets names every person the record is about in `uruk:subjects`, asked for or not: it notes
who was read, and then cuts the answer to the agreed fields.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from uruk.definitions.api import Field, Fields
from uruk.exchange.api import EndpointDefinition, OfferDefinition, SubjectRule
from uruk.kernel.api import Text
from uruk.registries.domain.definition import Capacity, RegistryDefinition, RegistryOffer

EXISTS = "exists"
# Where an object of an answer names the persons it is about, by their national numbers; no field can be called so.
SUBJECTS = "uruk:subjects"
RESERVATION_STATES = ("reserved", "confirmed", "released", "expired")
_LABELS: Mapping[str, Text] = {
    EXISTS: Text("هل يوجد قيد", "ئایا تۆمار هەیە", "Whether there is a record"),
    "reservation": Text("رقم الحجز", "ژمارەی گرتن", "Reservation"),
    "state": Text("حالة الحجز", "دۆخی گرتن", "State of the reservation"),
    "amount": Text("المقدار المحجوز", "بڕی گیراو", "Amount reserved"),
    "held_until": Text("يبقى محجوزاً حتى", "گیراوە تا", "Held until"),
}


def exchange_offers(registry: RegistryDefinition) -> Mapping[str, OfferDefinition]:
    """Every offer of a registry, by its code."""
    return {code: _offer(registry, one) for code, one in registry.offers.items()}


def _offer(registry: RegistryDefinition, offer: RegistryOffer) -> OfferDefinition:
    fields = _answer(registry, offer)
    labels = _LABELS if offer.kind in {"exists", "reserve"} else {}
    return OfferDefinition(
        code=offer.code,
        personal=registry.personal,
        many=offer.kind == "list",
        fields=fields,
        endpoints=tuple(_endpoints(registry, offer)),
        labels={one.name: labels[one.name] for one in fields if one.name in labels},
        exact=True,
    )


def _answer(registry: RegistryDefinition, offer: RegistryOffer) -> Fields:
    if offer.kind == "exists":
        return Fields((Field(EXISTS, "yes_no"),))
    if offer.kind == "reserve":
        return _reservation(registry.capacity)
    known = registry.offered_fields
    # Where a name was not understood, nobody is told that an agreement names an unknown one as well.
    unread = known.unread | (frozenset(one.name for one in known) if offer.unsure else frozenset())
    return Fields(tuple(known[name] for name in offer.fields), unread)


def _reservation(capacity: Capacity | None) -> Fields:
    """What is answered about a reservation."""
    unit = capacity.unit if capacity else None
    return Fields((
        Field("reservation", "text"), Field("state", "choice", options=RESERVATION_STATES),
        Field("amount", "integer", unit=unit), Field("held_until", "text", required=False),
    ))  # fmt: skip


def _endpoints(registry: RegistryDefinition, offer: RegistryOffer) -> Iterator[EndpointDefinition]:
    """A read has one; a reservation four. Whoever reserves chooses its number, so each may be asked again."""
    if offer.kind != "reserve":
        rules = _subject_rules(registry, "/*" if offer.kind == "list" else "", offer.by, _in_path)
        yield EndpointDefinition("read", "GET", "/*" * len(offer.by), True, rules)
        return
    # A reservation names its record by the main key.
    made = _subject_rules(registry, "", registry.main_key, _in_request)
    yield EndpointDefinition("reserve", "POST", "/", True, made)
    for name, method in (("look", "GET"), ("confirm", "PUT"), ("release", "DELETE")):
        yield EndpointDefinition(name, method, "/*", True, _subject_rules(registry, "", (), _in_request))


def _in_path(place: int, name: str) -> SubjectRule:
    return SubjectRule("path", str(place))


def _in_request(place: int, name: str) -> SubjectRule:
    return SubjectRule("request", f"/{name}")


def _subject_rules(
    registry: RegistryDefinition, start: str, named: Sequence[str], rule: Callable[[int, str], SubjectRule]
) -> tuple[SubjectRule, ...]:
    """The persons that the request names itself by their numbers; the others stand in the answer."""
    if not registry.personal:
        return ()
    numbers = {name for name in registry.subjects if registry.fields[name].type == "national_number"}
    asked = tuple(rule(place, name) for place, name in enumerate(named) if name in numbers)
    return asked if len(asked) == len(registry.subjects) else (*asked, SubjectRule("answer", f"{start}/{SUBJECTS}/*"))
