"""An institution whose types are in force, with two officers."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.fixtures import Officer, make_institution, make_officer, told_rights
from tests.unit.documents.samples import VALUES, sample_country, scanned_letter
from tests.worlds import WORLDS, World
from uruk.kernel.api import Actor, Settings


@dataclass
class Office:
    """Officers of the institution, and a document's way through their hands."""

    registrar: Officer
    head: Officer
    settings: Settings

    def draft(self, **changes: Any) -> Any:
        from uruk.documents.api import create_draft

        return create_draft(self.registrar.actor, "permit", VALUES | changes)

    def letter(self, data: bytes | None = None) -> Any:
        from uruk.documents.api import create_draft

        return create_draft(self.registrar.actor, "letter", {"subject": "صحة صدور"}, data or scanned_letter())

    def submit(self, draft: Any) -> Any:
        from uruk.documents.api import proposal, submit

        body = proposal(self.registrar.actor, draft.id)
        return submit(self.registrar.actor, draft.id, self.registrar.approve(body))

    def release(self, draft: Any, by: Officer | None = None) -> Any:
        from uruk.documents.api import proposal, release

        officer = by or self.head
        return release(officer.actor, draft.id, officer.approve(proposal(officer.actor, draft.id)))

    def issue(self, draft: Any = None) -> Any:
        draft = draft or self.draft()
        self.submit(draft)
        return self.release(draft)


def make_office() -> tuple[Officer, ...]:
    """The institution with its types in force, two officers, keys and lists published."""
    from uruk.documents.api import publish_public_files
    from uruk.publishing.api import publish_country

    publish_country(Actor.system(make_institution("interior")), sample_country())
    with told_rights():
        officers = tuple(
            make_officer(role, "interior", f"officer.{n}") for n, role in enumerate(("registrar", "head"), 1)
        )
    publish_public_files()
    return officers


WORLDS[f"{__name__}.office"] = make_office


@pytest.fixture
def office(transactional_db: None, node: Settings, institution: str, officer: Any, begun: World) -> Office:
    """The institution's office, with keys and lists published."""
    return Office(*(one.with_passkey_as_now() for one in begun.officers), node)
