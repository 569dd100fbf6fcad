"""Reads the `mandates:` of a registry: whose records say that somebody may act for whom a record is about."""

from collections.abc import Mapping
from typing import cast, get_args

from uruk.definitions.api import Context, Cursor, Fields
from uruk.registries.domain.definition import MandateSource, RegistryDefinition, RegistryOffer, Representing

MAX_MANDATES = 8


def parse_mandates(cursor: Cursor, context: Context, registry: RegistryDefinition) -> Mapping[str, MandateSource]:
    """The mandates by their codes; all that is wrong with them is reported."""
    block = cursor.mapping("mandates", required=False)
    found: dict[str, MandateSource] = {}
    for code, entry in block.entries() if block else ():
        context.need_text(f"mandates.{code}", entry.place())
        one = _mandate(code, entry, context, registry)
        if one is not None:
            found[code] = one
    if len(found) > MAX_MANDATES:
        cursor.report("mandates", "registries.too_many", key="mandates", max=MAX_MANDATES)
    return found


def _mandate(code: str, entry: Cursor, context: Context, registry: RegistryDefinition) -> MandateSource | None:
    kind, law = entry.string("as", one_of=get_args(Representing)), context.law(entry)
    offer = _offer(entry, registry)
    told = Fields(tuple(registry.fields[name] for name in offer.fields if name in registry.fields)) if offer else None
    while_ = context.expression(entry, "while", told) if entry.has("while") and told is not None else None
    entry.finish("while")
    if kind is None or law is None or offer is None:
        return None
    return MandateSource(code, cast(Representing, kind), offer.code, offer.by[0], registry.main_key[0], while_, law)


def _offer(entry: Cursor, registry: RegistryDefinition) -> RegistryOffer | None:
    """The offer by which the records are found: a list, by one national number, that tells the main key."""
    name = entry.string("offer")
    if name is None:
        return None
    offer = registry.offers.get(name)
    if offer is not None and (offer.unsure or registry.keys_unread or registry.fields.unread):
        return None
    if offer is None or not _names_persons(offer, registry):
        entry.report("offer", "registries.mandate_offer", offer=name[:40])
        return None
    return offer


def _names_persons(offer: RegistryOffer, registry: RegistryDefinition) -> bool:
    key, by = registry.main_key, [registry.fields[name] for name in offer.by if name in registry.fields]
    found_by = [one.type for one in by] == ["national_number"]
    return offer.kind == "list" and found_by and len(key) == 1 and key[0] in offer.fields
