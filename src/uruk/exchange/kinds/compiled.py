"""From definitions to the gateway's snapshot: addresses for codes, seconds for days, pointers for fields."""

import datetime
from collections.abc import Mapping, Sequence
from typing import cast

from uruk.definitions.api import Definition, Institution, Kind, reopen_definition
from uruk.exchange.kinds.agreement import AgreementDefinition
from uruk.exchange.kinds.subsystem import EndpointDefinition, OfferDefinition, Offering
from uruk.exchange.snapshot import Agreement, Endpoint, Offer, names_of
from uruk.kernel.api import CodedError, midnight


def member_address(instance: str, institution: Institution) -> str:
    """The address of an institution in the exchange: instance/class/code."""
    return f"{instance}/{institution.member_class}/{institution.code}"


def compile_offers(definition: Definition) -> tuple[Offer, ...]:
    """What a subsystem (or another kind that answers) offers, as the gateway knows it."""
    model = cast(Offering, definition.model)
    return tuple(
        Offer(
            code,
            names_of(definition.texts.get(f"offers.{code}").as_dict()),
            tuple(_endpoint(one, offer, None) for one in offer.endpoints),
            None if offer.openapi is None else offer.openapi.decode("utf-8"),
        )
        for code, offer in model.exchange_offers.items()
    )


def compile_agreement(
    definition: Definition,
    addresses: Mapping[str, str],
    kinds: Sequence[Kind],
    until: datetime.date | None = None,
) -> Agreement:
    """An agreement as the gateway applies it, from its own frozen files alone.

    `addresses`: the member address of each institution; `kinds`: those whose definitions may answer; `until`: its last
    day, where another takes its place. Errors: definitions.definition_broken, exchange.offer_unknown,
    KeyError for an institution without an address.
    """
    model = cast(AgreementDefinition, definition.model)
    offer = offer_of(definition, kinds)
    return Agreement(
        digest=definition.digest.hex(),
        code=f"{definition.institution}/{definition.code}",
        consumer=f"{addresses[model.consumer.institution]}/{model.consumer.system}",
        service=f"{addresses[model.offer.institution]}/{model.offer.system}/{model.offer.offer}",
        endpoints=_endpoints(model, offer),
        purpose=names_of(definition.texts.get("purpose").as_dict()),
        law=model.law,
        valid_from=_unix_midnight(model.valid_from),
        valid_until=_unix_midnight((until or model.valid_until) + datetime.timedelta(days=1)),
        body_limit_bytes=model.body_limit_bytes,
        limits=model.limits,
        demands=model.demands,
        keep_days=model.keep_days,
        hidden_until=_unix_midnight(model.hidden_until + datetime.timedelta(days=1)) if model.hidden_until else 0,
        hidden_law=model.hidden_law,
    )


def offer_of(definition: Definition, kinds: Sequence[Kind]) -> OfferDefinition:
    """The offer that an agreement is about, from the files it was frozen with."""
    model = cast(AgreementDefinition, definition.model)
    return cast(Offering, system_of(definition, kinds).model).exchange_offers[model.offer.offer]


def system_of(definition: Definition, kinds: Sequence[Kind]) -> Definition:
    """What an agreement has answer (the provider's subsystem, or a definition of another kind), as it was frozen.

    Errors: exchange.offer_unknown where it is of none of the kinds; definitions.definition_broken where it can no
    longer be read.
    """
    model = cast(AgreementDefinition, definition.model)
    code, base = model.offer.system, f"institutions/{definition.institution}"
    for kind in kinds:
        folder = f"{base}/{kind.folder}/{code}/"
        if f"{folder}{kind.name}.yaml" in definition.files:
            return reopen_definition(_frozen(definition, folder), kind, definition.institution, code)
    raise CodedError("exchange.offer_unknown", offer=str(model.offer))


def _frozen(definition: Definition, folder: str) -> dict[str, bytes]:
    starts = (folder, "catalogues/")
    return {name: data for name, data in definition.files.items() if name.startswith(starts) or "/" not in name}


def _endpoints(model: AgreementDefinition, offer: OfferDefinition) -> tuple[Endpoint, ...]:
    names = tuple(one.name for one in offer.fields) if model.fields is None and offer.exact else model.fields
    pointers = None if names is None else offer.pointers(names)
    named = [one for one in offer.endpoints if not model.endpoints or one.name in model.endpoints]
    return tuple(_endpoint(one, offer, pointers) for one in named)


def _endpoint(one: EndpointDefinition, offer: OfferDefinition, fields: tuple[str, ...] | None) -> Endpoint:
    return Endpoint(one.method, one.path, one.idempotent, offer.personal, one.subjects, fields)


def _unix_midnight(day: datetime.date) -> int:
    return int(midnight(day).timestamp())
