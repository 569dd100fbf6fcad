"""Registries in force with their officers; numbers of registries come again when a test is rolled back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from tests.fixtures import Officer, make_institution, make_officer, told_rights
from tests.unit.registries.samples import CARD, SHOP, sample_country
from tests.worlds import WORLDS, World
from uruk.kernel.api import Actor, Settings
from uruk.registries.tables import forget_caches


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    forget_caches()
    yield
    forget_caches()


@dataclass
class Archive:
    """The institution's registries and its officers: what they do most, in one line."""

    registrar: Officer
    head: Officer
    auditor: Officer
    settings: Settings

    def change(
        self, *changes: Any, registry: str = "shops", by: Officer | None = None, reason: str = "letter 7", **more: Any
    ) -> Any:
        from uruk.registries.api import change

        return change((by or self.registrar).actor, "interior", registry, changes, reason, **more)

    def create(
        self, values: Mapping[str, Any] = SHOP, registry: str = "shops", by: Officer | None = None, **changed: Any
    ) -> UUID:
        """A new record of a registry without a second person."""
        from uruk.registries.api import Change

        return self.change(Change("create", values={**values, **changed}), registry=registry, by=by).records[0]

    def amend(
        self, record: UUID, values: Mapping[str, Any], kind: Any = "change", registry: str = "shops", **more: Any
    ) -> Any:
        """A change of a record as it is now."""
        from uruk.registries.api import Change

        return self.change(Change(kind, record, self.get(record, registry).latest, values, **more), registry=registry)

    def get(self, record: UUID, registry: str = "shops", by: Officer | None = None, **when: Any) -> Any:
        from uruk.registries.api import get_record

        return get_record((by or self.registrar).actor, "interior", registry, record, **when)

    def by_two(self, *changes: Any, registry: str = "cards") -> Any:
        """A change set of a registry with a second person, through both hands."""
        from uruk.registries.api import approve_request, request_proposal, submit_request

        request = self.change(*changes, registry=registry).request
        submit_request(
            self.registrar.actor, request.id, self.registrar.approve(request_proposal(self.registrar.actor, request.id))
        )
        return approve_request(
            self.head.actor, request.id, self.head.approve(request_proposal(self.head.actor, request.id))
        )

    def card(self, **changed: Any) -> UUID:
        """A card that two persons recorded."""
        from uruk.registries.api import Change

        return self.by_two(Change("create", values={**CARD, **changed})).records[0]


def make_archive() -> tuple[Officer, ...]:
    """The institution with its registries in force, and three officers."""
    from uruk.publishing.api import publish_country

    publish_country(Actor.system(make_institution("interior")), sample_country())
    with told_rights():
        roles = ("registrar", "head", "auditor")
        return tuple(make_officer(role, "interior", f"officer.{number}") for number, role in enumerate(roles, 1))


WORLDS[f"{__name__}.archive"] = make_archive


@pytest.fixture
def archive(transactional_db: None, node: Settings, institution: str, officer: Any, begun: World) -> Archive:
    """Registries in force."""
    forget_caches()
    return Archive(*(one.with_passkey_as_now() for one in begun.officers), node)


@pytest.fixture
def today() -> date:
    """The day on which tests begin."""
    return date(2026, 11, 23)
