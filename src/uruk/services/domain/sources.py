"""What a service takes from other definitions: the fields of facts, registries, documents, agreements."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, cast

from uruk.definitions.api import Cursor, Duration, Field, Fields, Parsed, Parsings, Place
from uruk.exchange.api import AgreementDefinition, OfferDefinition, Offering
from uruk.services.domain.definition import Effect, Fact, ServiceDefinition
from uruk.services.domain.offering import OFFER, ReviewingService
from uruk.services.domain.scope import FOUND


class CapacityModel(Protocol):
    """What can be reserved of a record."""

    @property
    def of(self) -> str:
        """The field with the whole amount."""


class SeriesModel(Protocol):
    """What numbers are drawn for."""

    @property
    def of(self) -> str:
        """The field with the number."""


class RegistryOfferModel(Protocol):
    """What a registry offers, as far as a service must know it."""

    @property
    def kind(self) -> str:
        """read, list, exists or reserve."""

    @property
    def by(self) -> tuple[str, ...]:
        """The fields by which records are found; empty for the main key."""


class RegistryModel(Protocol):
    """What a service must know of a registry; the registries' own model is one."""

    @property
    def fields(self) -> Fields:
        """All fields of a record."""

    @property
    def said(self) -> Fields:
        """Those that somebody says: all but what the registry reckons."""

    @property
    def offered_fields(self) -> Fields:
        """Those that are no secret, and what is left of a capacity."""

    @property
    def keys(self) -> tuple[tuple[str, ...], ...]:
        """Its keys; the first is the main one."""

    @property
    def capacity(self) -> CapacityModel | None:
        """What can be reserved."""

    @property
    def series(self) -> SeriesModel | None:
        """What numbers are drawn for."""

    @property
    def offers(self) -> Mapping[str, RegistryOfferModel]:
        """What others may ask."""


class DocumentModel(Protocol):
    """What a service must know of a document type."""

    @property
    def fields(self) -> Fields:
        """The fields of a document."""

    @property
    def validity(self) -> Duration | None:
        """How long it holds; None for ever."""


@dataclass(frozen=True)
class Source:
    """Where a fact comes from, resolved: what comes back, and the fields of the values by which it is found."""

    fields: Fields
    inputs: Mapping[str, Field]


class Sources:
    """The definitions around a service; what is missing or does not fit is reported at the service."""

    def __init__(self, found: Parsings, service: ServiceDefinition, cursor: Cursor) -> None:
        self._found, self._service, self._cursor = found, service, cursor
        self._institution = service.institution

    def find(self, fact: Fact) -> Source | None:
        """The source of a fact; None where it is not there or not understood (which was reported)."""
        source = self._asked(fact) if fact.ask else self._drawn(fact) if fact.draws else self._read(fact)
        if source is not None and FOUND in source.fields:
            self._report(fact, "services.fact_found", field=FOUND)
        return source if source is not None and not any(is_unread(one) for one in source.fields.walk()) else None

    def _report(self, fact: Fact | Effect, code: str, /, **values: object) -> None:
        self._cursor.findings.report(fact.place, code, **values)

    # -- the own institution's registries ------------------------------------------------------------------------

    def registry(self, code: str, at: Fact | Effect, institution: str | None = None) -> RegistryModel | None:
        """A registry of the institution, or of another one."""
        owner = institution or self._institution
        if self._is_spoiled(owner, code):
            return None
        parsed = self._found.find("registry", owner, code)
        if parsed is None and not self._may_have(owner, code):
            self._report(at, "services.registry_unknown", registry=f"{owner}/{code}"[:80])
        return None if parsed is None else cast(RegistryModel, parsed.model)

    def _is_spoiled(self, institution: str, code: str) -> bool:
        """Whether something is wrong with a definition itself: what rests on it is not said to be wrong as well."""
        return self._spoils(lambda parts: parts[1] == institution and parts[3] == code)

    def _spoils(self, is_meant: Callable[[list[str]], bool]) -> bool:
        files = (one.file.split("/") for one in self._cursor.findings)
        return any(parts[0] == "institutions" and len(parts) > 3 and is_meant(parts) for parts in files)

    def _may_have(self, institution: str, code: str) -> bool:
        base = f"institutions/{institution}"
        return self._found.may_have("laws.yaml", f"{base}/institution.yaml", f"{base}/*/{code}")

    def _read(self, fact: Fact) -> Source | None:
        registry = self.registry(fact.source[0], fact)
        if registry is None:
            return None
        inputs = {name: self._found_by(fact, registry, name) for name in fact.inputs}
        if None not in inputs.values():
            self._check_one(fact, registry)
        return Source(registry.offered_fields, {name: item for name, item in inputs.items() if item is not None})

    def _drawn(self, fact: Fact) -> Source | None:
        """The next number of a registry, under the name of its field."""
        registry = self.registry(fact.source[0], fact)
        if registry is None:
            return None
        if registry.series is None:
            self._report(fact, "services.no_series", registry=fact.source[0][:40])
            return None
        return Source(Fields((registry.fields[registry.series.of],)), {})

    def _found_by(self, fact: Fact, registry: RegistryModel, name: str) -> Field | None:
        """A field by which records are found."""
        item = registry.fields.find(name)
        if item is None and name not in registry.fields.unread:
            self._report(fact, "services.input_unknown", name=name[:40], source=fact.source[0])
        elif item is not None and not item.find and not any(name in key for key in registry.keys):
            self._report(fact, "services.input_not_found_by", name=name)
            return None
        return item

    def _check_one(self, fact: Fact, registry: RegistryModel) -> None:
        """What finds several records says that it wants many, or the newest."""
        if fact.newest is not None:
            item = registry.fields.find(fact.newest)
            if item is None or item.type not in {"date", "integer", "money"}:
                self._report(fact, "services.newest_type", field=fact.newest)
        elif not fact.many and not any(set(key) == set(fact.inputs) for key in registry.keys):
            self._report(fact, "services.fact_not_one", registry=fact.source[0])

    # -- other institutions, over the exchange -------------------------------------------------------------------

    def _asked(self, fact: Fact) -> Source | None:
        institution, system, name = fact.source
        offer, model = self._offer(fact, institution, system, name)
        if offer is None:
            return None
        if self._has_spoiled_agreements(institution):
            return None
        agreement = self.agreement(institution, system, name)
        if agreement is None:
            self._no_agreement(fact, institution, "/".join(fact.source))
        # Row by row one record or many are taken: all of them together are many.
        if fact.each is None and offer.many != fact.many:
            self._report(fact, "services.fact_many", offer="/".join(fact.source))
            return None
        allowed = offer.fields if agreement is None or agreement.fields is None else _only(offer.fields, agreement)
        return Source(allowed, dict(self._inputs(fact, offer, model)))

    def _offer(
        self, fact: Fact, institution: str, system: str, name: str
    ) -> tuple[OfferDefinition | None, Parsed | None]:
        if self._is_spoiled(institution, system):
            return None, None
        parsed = next((one for one in self._found.named(institution, system) if isinstance(one.model, Offering)), None)
        if parsed is None:
            if not self._may_have(institution, system):
                self._report(fact, "services.offer_unknown", offer="/".join(fact.source)[:120])
            return None, None
        offer = cast(Offering, parsed.model).exchange_offers.get(name)
        if offer is None:
            self._report(fact, "services.offer_unknown", offer="/".join(fact.source)[:120])
        elif not any(one.method in {"GET", "*"} for one in offer.endpoints) or _reserves(parsed, name):
            self._report(fact, "services.offer_not_read", offer="/".join(fact.source))
            return None, None
        return offer, parsed

    def _inputs(self, fact: Fact, offer: OfferDefinition, parsed: Parsed | None) -> Iterator[tuple[str, Field]]:
        """The values of a registry's offer are known by name; of a subsystem's only how many stand in the path."""
        if parsed is None:
            return
        if self._found.find("registry", fact.source[0], fact.source[1]) is not parsed:
            counts = {one.path.count("*") for one in offer.endpoints if one.method in {"GET", "*"}}
            if len(fact.inputs) not in counts:
                self._report(fact, "services.input_count", count=min(counts, default=0))
            yield from ((name, offer.fields.find(name) or Field(name, "text")) for name in fact.inputs)
            return
        model = cast(RegistryModel, parsed.model)
        by = model.offers[fact.source[2]].by or (model.keys[0] if model.keys else ())
        if set(by) != set(fact.inputs):
            self._report(fact, "services.inputs_differ", names=tuple(by))
        yield from ((name, model.fields[name]) for name in by if name in fact.inputs and name in model.fields)

    def agreement(self, institution: str, system: str, offer: str) -> AgreementDefinition | None:
        """The agreement under which this service may ask an offer."""
        wanted = (self._institution, self._service.code), (institution, system, offer)
        for _, parsed in self._found.of_kind("agreement"):
            model = cast(AgreementDefinition, parsed.model)
            consumer, of = model.consumer, model.offer
            if ((consumer.institution, consumer.system), (of.institution, of.system, of.offer)) == wanted:
                return model
        return None

    def _has_spoiled_agreements(self, institution: str) -> bool:
        base = f"institutions/{institution}"
        return self._found.may_have("laws.yaml", f"{base}/agreements", f"{base}/institution.yaml") or self._spoils(
            lambda parts: parts[1] == institution and parts[2] == "agreements"
        )

    def _no_agreement(self, at: Fact | Effect, institution: str, offer: str) -> None:
        if not self._has_spoiled_agreements(institution):
            consumer = f"{self._institution}/{self._service.code}"
            self._report(at, "services.no_agreement", offer=offer, consumer=consumer)

    # -- what effects name ---------------------------------------------------------------------------------------

    def document(self, effect: Effect) -> DocumentModel | None:
        """A document type of the institution."""
        return cast(DocumentModel | None, self._own("document", "documents", effect, "services.document_unknown"))

    def service(self, effect: Effect) -> ServiceDefinition | None:
        """Another service of the institution."""
        return cast(ServiceDefinition | None, self._own("service", "services", effect, "services.service_unknown"))

    def _own(self, kind: str, folder: str, effect: Effect, code: str) -> object | None:
        if self._is_spoiled(self._institution, effect.target):
            return None
        parsed = self._found.find(kind, self._institution, effect.target)
        path = f"institutions/{self._institution}/{folder}/{effect.target}"
        if parsed is None and not self._found.may_have("laws.yaml", path):
            self._report(effect, code, code=effect.target[:40])
        return None if parsed is None else parsed.model

    def capacity(self, effect: Effect) -> RegistryModel | None:
        """The registry whose capacity a `reserve` takes from; another institution's needs an agreement."""
        institution, _, code = effect.target.rpartition("/")
        registry = self.registry(code, effect, institution or None)
        if registry is None:
            return None
        if registry.capacity is None:
            self._report(effect, "services.no_capacity", registry=effect.target)
            return None
        if institution and institution != self._institution:
            offers = [name for name, one in registry.offers.items() if one.kind == "reserve"]
            if not any(self.agreement(institution, code, name) for name in offers):
                self._no_agreement(effect, institution, effect.target)
        return registry

    def reviewer(self, institution: str, place: Place) -> tuple[ReviewingService, AgreementDefinition] | None:
        """The service by which another institution says what it thinks, and the agreement under which it is asked."""
        for _, parsed in self._found.of_kind("agreement"):
            agreement = cast(AgreementDefinition, parsed.model)
            consumer, offer = agreement.consumer, agreement.offer
            is_ours = (consumer.institution, consumer.system) == (self._institution, self._service.code)
            if is_ours and (offer.institution, offer.offer) == (institution, OFFER):
                found = self._found.find("service", institution, offer.system)
                model = None if found is None else found.model
                return (model, agreement) if isinstance(model, ReviewingService) else None
        if not self._has_spoiled_agreements(institution):
            consumer_code = f"{self._institution}/{self._service.code}"
            self._cursor.findings.report(
                place, "services.no_agreement", offer=f"{institution}/…/{OFFER}", consumer=consumer_code
            )
        return None

    def has_institution(self, code: str) -> bool:
        """Whether there is such an institution, or may be."""
        return code in self._found.institutions or self._found.may_have(f"institutions/{code}/institution.yaml")


def _only(fields: Fields, agreement: AgreementDefinition) -> Fields:
    return Fields(tuple(one for one in fields if one.name in (agreement.fields or ())), fields.unread)


def _reserves(parsed: Parsed, name: str) -> bool:
    offers = getattr(parsed.model, "offers", {})
    return getattr(offers.get(name), "kind", "") == "reserve"


def is_unread(item: Field) -> bool:
    """Whether a field is a choice whose catalogue could not be read."""
    return item.type == "choice" and not item.options
