"""A person's own account as they see it, and enrolment of a passkey without a browser."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from uruk.kernel.api import CodedError
from uruk.people.models import Person, person_by_id
from uruk.people.passkeys import add_passkey, creation_options
from uruk.people.sightings import claim_code, seen_papers
from uruk.people.signing_in import new_person


@dataclass(frozen=True)
class PaperView:
    """A number a person claims: whether it is known to be theirs, and the code a clerk finds the claim by."""

    kind: str
    number: str
    seen: bool
    code: str


@dataclass(frozen=True)
class PersonView:
    """An account: its names by language (``typed`` where the person typed one), officer name and papers."""

    id: UUID
    names: Mapping[str, str]
    officer_name: str | None
    synthetic: bool
    papers: tuple[PaperView, ...]

    def name(self, lang: str) -> str:
        """The name in a language, or as it was typed; empty where there is none."""
        return self.names.get(lang) or next(iter(self.names.values()), "")


def find_person(person_id: UUID) -> PersonView | None:
    """An active account, or None. For its owner, or for showing an officer's name; nobody else's business."""
    person = person_by_id(person_id)
    if person is None:
        return None
    return PersonView(person.pk, dict(person.names), person.officer_name, person.synthetic, _papers(person))


def create_account(password: str | None, name: str = "") -> UUID:
    """Make an account that claims nothing yet; the person registers by ``register``, an institution enrols by this."""
    return new_person(password=password, name=name).pk


def register_passkey(person_id: UUID, create: Callable[[dict[str, Any]], dict[str, Any]], name: str = "") -> str:
    """Register a passkey that ``create`` makes from WebAuthn creation options; return its credential id (base64url).

    For enrolment at the institution and for the demonstration; a browser's way is begin_passkey, complete_passkey.
    """
    person = person_by_id(person_id)
    if person is None:
        raise CodedError("people.person_unknown")
    options, state = creation_options(person)
    return str(add_passkey(person, name, create(options), state).pk)


def _papers(person: Person) -> tuple[PaperView, ...]:
    seen = {(paper.kind, paper.number) for paper in seen_papers(person.pk)}
    return tuple(
        PaperView(row.kind, row.number, (row.kind, row.number) in seen, claim_code(person.pk, row.kind, row.number))
        for row in person.papers.order_by("pk")
    )
