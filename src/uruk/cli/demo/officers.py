"""The demonstration's officers and the passkeys they hold: in software, since nobody is there to touch one."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from uruk.definitions.api import Country, SyntheticPerson
from uruk.kernel.api import Actor
from uruk.people.api import SoftwarePasskey, approval_options, approve, register_passkey
from uruk.trust.api import Approval

DEMO_PASSWORD = "first-tablet-of-uruk"  # noqa: S105 — printed for everybody; the node says it is a demonstration


class Officers:
    """Synthetic persons by their code in the country's folder, with the passkeys enrolled so far."""

    def __init__(self, country: Country, persons: dict[str, UUID]) -> None:
        self._people = {person.code: person for person in country.people}
        self._persons = persons
        self._passkeys: dict[str, SoftwarePasskey] = {}

    def person(self, name: str) -> UUID:
        """The account of a synthetic person."""
        return self._persons[name]

    def identity(self, name: str) -> SyntheticPerson:
        """What is written on a synthetic person's card."""
        return self._people[name]

    def find_name(self, person: UUID) -> str | None:
        """The code of whoever has an account; None for somebody who is not of the demonstration."""
        return next((name for name, one in self._persons.items() if one == person), None)

    def enrol(self, name: str) -> None:
        """Register a software passkey for the officer."""
        passkey = SoftwarePasskey()
        register_passkey(self._persons[name], passkey.create, name="demo")
        self._passkeys[name] = passkey

    def actor(self, name: str, institution: str) -> Actor:
        """The officer in the office they hold in an institution."""
        office = next(o for o in self._people[name].offices if o.institution == institution)
        return Actor(person=self._persons[name], institution=institution, role=office.role, channel="desk")

    def approve(self, name: str, actor: Actor, proposal: bytes) -> Approval:
        """The officer's approval of exactly these bytes."""
        person = self._persons[name]
        return approve(person, str(actor.role), proposal, self.sign(name, approval_options(person, proposal)))

    def sign(self, name: str, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """The answer of the officer's passkey to what it is asked to sign."""
        return self._passkeys[name].get(options)
