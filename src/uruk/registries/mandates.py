"""Who may act for whom, as the registers of a country say: where they say it, and what the own ones say."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from uruk.acts.api import hosted_institutions
from uruk.definitions.api import Definition
from uruk.kernel.api import Actor, Text
from uruk.publishing.api import country, in_force, published_digests
from uruk.registries.domain.definition import MandateSource, RegistryDefinition
from uruk.registries.opening import open_registry
from uruk.registries.reading import list_records
from uruk.registries.store import Filter, PageQuery

KIND = "registry"
# Of how many one person may be the guardian or the manager, as far as anybody is told.
MAX_REPRESENTED = 100


@dataclass(frozen=True)
class MandateRegister:
    """A registry whose records say that somebody may act for whom they are about.

    `text`: what such a mandate is called ("father"); `title`: the fields that name whom it is about; `born`: the field
    with the day of a person's birth.
    """

    institution: str
    registry: str
    source: MandateSource
    text: Text
    title: tuple[str, ...]
    born: str | None = None

    @property
    def name(self) -> str:
        """What it is known by: institution, registry and mandate."""
        return f"{self.institution}/{self.registry}/{self.source.code}"

    def holds(self, record: Mapping[str, Any], today: date) -> bool:
        """Whether a record gives the mandate on a day; what is not known gives none."""
        said = self.source.holds
        return bool(record.get(self.source.number)) and (said is None or said.evaluate(record, today) is True)


def mandate_registers() -> tuple[MandateRegister, ...]:
    """All registries of the country that say who may act for whom: the own ones as they are in force."""
    return tuple(_registers())


def records_by_representative(
    actor: Actor, register: MandateRegister, number: str
) -> tuple[tuple[dict[str, Any], str], ...]:
    """What the own institution's records say, in which this national number is named; the offer's fields alone.

    With each what proves it: the record and its version.

    For the institution's own machinery, as `list_records`; errors as there.
    """
    offer = open_registry(register.institution, register.registry).model.offers[register.source.offer]
    query = PageQuery(filters=(Filter(register.source.by, "eq", number),), limit=MAX_REPRESENTED)
    found = list_records(actor, register.institution, register.registry, query).records
    return tuple(
        ({name: one.values[name] for name in offer.fields if name in one.values}, f"{one.record}/{one.latest}")
        for one in found
    )


def representatives(actor: Actor, register: MandateRegister, number: str, today: date) -> tuple[str, ...]:
    """The national numbers of who may act for whom an own record is about, as it says on a day; nobody: none.

    For the institution's own machinery, as `list_records`; errors as there.
    """
    query = PageQuery(filters=(Filter(register.source.number, "eq", number),), limit=1)
    found = list_records(actor, register.institution, register.registry, query).records
    return tuple(
        str(one.values[register.source.by])
        for one in found
        if one.values.get(register.source.by) and register.holds(one.values, today)
    )


def _registers() -> Iterator[MandateRegister]:
    for one in country().of_kind(KIND):
        definition = _in_force(one)
        model = cast(RegistryDefinition, definition.model)
        for code, source in model.mandates.items():
            text = definition.texts.get(f"mandates.{code}")
            yield MandateRegister(one.institution, one.code, source, text, model.title, model.match.get("born"))


def _in_force(one: Definition) -> Definition:
    if one.institution in hosted_institutions() and published_digests(KIND, one.institution, one.code):
        return in_force(KIND, one.institution, one.code)
    return one
