"""What a case is pinned to: the service and every definition it names, frozen together when it is submitted.

A later publication changes none of them. Live by design stay agreements, keys, holidays and shutdowns.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import cast

import structlog
from django.db import transaction

from uruk.acts.api import clock, find_row, hosted_institutions, node_settings
from uruk.definitions.api import (
    Country,
    Cursor,
    Definition,
    Duration,
    Findings,
    MapNode,
    Parsed,
    Parsings,
    Place,
    files_digest,
    reopen_country,
)
from uruk.kernel.api import CodedError
from uruk.publishing.api import Publication, country, get_publication, in_force, kinds
from uruk.services.domain.definition import Effect, Fact, ServiceDefinition
from uruk.services.domain.judging.deadlines import Days, days_of, last_day
from uruk.services.domain.linked import Service
from uruk.services.domain.linking.service import link_service
from uruk.services.domain.offering import OFFER
from uruk.services.kind import SERVICE_KIND
from uruk.services.models import PinnedService

_LOG = structlog.get_logger("uruk.services")
KIND = SERVICE_KIND.name
Address = tuple[str, str, str]
MAX_DIGESTS = 256
# The days of the country that was loaded last.
_LIVE: list[tuple[Country, Days]] = []
# What a service is pinned to, by the digests of all that goes into it: many files, and the same at each submission.
_DIGESTS: dict[tuple[bytes, tuple[bytes, ...], tuple[bytes, ...]], str] = {}


@dataclass(frozen=True)
class Pinned:
    """A service that a case runs on: linked, with its texts. `digest`: what the case is pinned to (hex).

    `reserves`: of each registry of another institution (`water/quotas`) the offer by which parts of it are reserved.
    """

    digest: str
    definition: Definition
    service: Service
    reserves: Mapping[str, str] = field(default_factory=dict)

    @property
    def model(self) -> ServiceDefinition:
        """The room's own model of the service."""
        return self.service.definition


def current_service(institution: str, code: str) -> Pinned:
    """The service as it is in force now, pinned so that a case may run on it.

    Errors: ``services.service_not_open`` (there is none, or it is archived), ``services.service_broken``.
    """
    publication = _publication(institution, code)
    around = tuple(sorted(named_by(publication.definition), key=lambda one: one.folder))
    return open_pinned(_pin(publication.definition, around, country()))


def open_service(institution: str, code: str) -> Definition:
    """The definition of a service as it is in force now. Errors: ``services.service_not_open``."""
    return _publication(institution, code).definition


def published_as(digest: str) -> bytes:
    """The digest under which a service was published that is pinned so: without its files, which are many."""
    return _published_as(node_settings().data, digest)


@lru_cache(maxsize=256)
def _published_as(_: Path, digest: str) -> bytes:
    """What is frozen at a node never changes there."""
    found = find_row("SELECT definition FROM services_pinnedservice WHERE digest = %s", digest)
    assert found is not None, "whoever is pinned to it keeps it"
    return bytes.fromhex(found[0])


def open_pinned(digest: str) -> Pinned:
    """What a case is pinned to. Errors: ``services.service_broken``."""
    return _opened(digest)


def live_days() -> Days:
    """Holidays and shutdowns as they are today, of the whole country."""
    known = country()
    if not _LIVE or _LIVE[0][0] is not known:
        # The country that was loaded last is one and the same until another is loaded.
        _LIVE[:] = [(known, days_of(tuple(known.shared.calendars.values())))]
    return _LIVE[0][1]


def last_open_day(due: date) -> date:
    """The last day of a deadline that was set for a day: later where offices or the network turn out to be closed."""
    return last_day(due, Duration(0, "day"), live_days())


def _publication(institution: str, code: str) -> Publication:
    try:
        found = get_publication(KIND, institution, code)
    except CodedError as error:
        if error.code != "publishing.not_in_force":
            raise
        raise CodedError("services.service_not_open", service=f"{institution}/{code}"[:80]) from None
    if found.archived:
        raise CodedError("services.service_not_open", service=f"{institution}/{code}"[:80])
    return found


# -- what a service names ----------------------------------------------------------------------------------------------


def named_by(definition: Definition) -> Iterator[Definition]:
    """Every definition that a service names, as it is in force."""
    model = cast(ServiceDefinition, definition.model)
    effects = [effect for state in model.states.values() for effect in state.do]
    wanted = {*_of_facts(model), *_of_effects(model, effects), *_of_reviews(model)}
    hosted = hosted_institutions() if wanted else frozenset()
    for kind, institution, code in sorted(wanted):
        found = _find(kind, institution, code, hosted)
        if found is not None:
            yield found
    asked = {fact.source[0] for fact in model.facts.values() if fact.ask} | {
        effect.target.partition("/")[0] for effect in effects if "/" in effect.target
    }
    asked |= set(_reviewers(model))
    yield from (one for one in _agreements(model, asked))


def _of_facts(model: ServiceDefinition) -> Iterator[Address]:
    for fact in model.facts.values():
        yield from _places(fact, model.institution)


def _places(fact: Fact, own: str) -> Iterator[Address]:
    if not fact.ask:
        yield "registry", own, fact.source[0]
        return
    for kind in ("registry", "subsystem"):
        yield kind, fact.source[0], fact.source[1]


def _of_effects(model: ServiceDefinition, effects: list[Effect]) -> Iterator[Address]:
    for effect in effects:
        institution, _, code = effect.target.rpartition("/")
        kind = {"record": "registry", "reserve": "registry", "issue": "document", "open": KIND}.get(effect.kind)
        if kind is not None:
            yield kind, institution or model.institution, code
        if effect.reminder is not None and effect.reminder.apply not in {None, model.code}:
            yield KIND, model.institution, str(effect.reminder.apply)


def _of_reviews(model: ServiceDefinition) -> Iterator[Address]:
    for one in _agreements(model, set(_reviewers(model))):
        offer = one.model.offer  # type: ignore[attr-defined]
        if offer.offer == OFFER:
            yield KIND, offer.institution, offer.system


def _reviewers(model: ServiceDefinition) -> Iterator[str]:
    """The other institutions that are asked what they think."""
    for state in model.states.values():
        yield from (one for one in (state.reviews.by if state.reviews else ()) if one not in model.roles)


def _agreements(model: ServiceDefinition, providers: set[str]) -> Iterator[Definition]:
    for one in country().definitions if providers else ():
        consumer = getattr(one.model, "consumer", None)
        if one.kind != "agreement" or one.institution not in providers or consumer is None:
            continue
        if (consumer.institution, consumer.system) == (model.institution, model.code):
            yield one


def _find(kind: str, institution: str, code: str, hosted: Collection[str]) -> Definition | None:
    """A definition in force; of an institution that lives elsewhere, as the country's folder has it."""
    if institution in hosted:
        try:
            return in_force(kind, institution, code)
        except CodedError as error:
            if error.code != "publishing.not_in_force":
                raise
    return country().find(kind, institution, code)


# -- freezing ----------------------------------------------------------------------------------------------------------


def _pin(definition: Definition, around: tuple[Definition, ...], known: Country) -> str:
    own = tuple(known.files.get(name, b"") for name in _institutions(definition, around))
    key = (definition.digest, tuple(one.digest for one in around), own)
    if key not in _DIGESTS:
        if len(_DIGESTS) >= MAX_DIGESTS:
            _DIGESTS.clear()
        _DIGESTS[key] = files_digest(frozen_files(definition, around, known)).hex()
    digest = _DIGESTS[key]
    if find_row("SELECT 1 FROM services_pinnedservice WHERE digest = %s", digest) is None:
        _keep(digest, definition, frozen_files(definition, around, known))
    return digest


def _institutions(definition: Definition, around: tuple[Definition, ...]) -> list[str]:
    return sorted({f"institutions/{one.institution}/institution.yaml" for one in (definition, *around)})


def frozen_files(definition: Definition, around: tuple[Definition, ...], known: Country) -> dict[str, bytes]:
    """The files that a service runs on, with those of the definitions that it names."""
    files: dict[str, bytes] = {}
    for one in around:
        files = {**one.files, **files}
    files |= definition.files
    files |= {name: known.files[name] for name in _institutions(definition, around) if name in known.files}
    # Templates say nothing that a case runs on.
    return {name: data for name, data in sorted(files.items()) if name.endswith(".yaml")}


def _keep(digest: str, definition: Definition, files: Mapping[str, bytes]) -> None:
    facts = {
        "definition": definition.digest.hex(),
        "institution": definition.institution,
        "service": definition.code,
        "files": {name: data.decode() for name, data in files.items()},
        "pinned_at": clock().now(),
    }
    with transaction.atomic():
        PinnedService.objects.get_or_create(digest=digest, defaults=facts)


@lru_cache(maxsize=256)
def _opened(digest: str) -> Pinned:
    """What is frozen never changes, so one copy serves the process."""
    row = PinnedService.objects.get(pk=digest)
    files = {name: text.encode() for name, text in row.files.items()}
    found = reopen_country(files, kinds())
    definition = next((one for one in found.of_kind(KIND, row.institution) if one.code == row.service), None)
    service = None if definition is None else _linked(definition, found)
    if definition is None or service is None:
        raise CodedError("services.service_broken", service=f"{row.institution}/{row.service}"[:80])
    return Pinned(digest, definition, service, dict(_reserves(service.definition, found)))


def _reserves(model: ServiceDefinition, found: Country) -> Iterator[tuple[str, str]]:
    for one in found.of_kind("agreement"):
        consumer, offer = one.model.consumer, one.model.offer  # type: ignore[attr-defined]
        registry = found.find("registry", offer.institution, offer.system)
        if registry is None or (consumer.institution, consumer.system) != (model.institution, model.code):
            continue
        offers = registry.model.offers  # type: ignore[attr-defined]
        if offer.offer in offers and offers[offer.offer].kind == "reserve":
            yield f"{offer.institution}/{offer.system}", offer.offer


def _linked(definition: Definition, found: Country) -> Service | None:
    service, findings = link_among(definition, found)
    for finding in findings:
        _LOG.error("a pinned service cannot be linked", service=definition.folder, finding=str(finding))
    return service


def link_among(definition: Definition, found: Country) -> tuple[Service | None, Findings]:
    """A service linked with the definitions of a country, and what hinders it."""
    parsed = {
        (one.kind, one.institution, one.code): Parsed(one.code, _nowhere(), one.model) for one in found.definitions
    }
    around, cursor = Parsings(parsed, found.institutions, frozenset()), _nowhere()
    return link_service(cast(ServiceDefinition, definition.model), cursor, around), cursor.findings


def _nowhere() -> Cursor:
    """A cursor that nobody reads: what is linked here was found right before."""
    return Cursor(MapNode(Place("frozen"), {}, {}), Findings())
