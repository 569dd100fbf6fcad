"""The civil register beside a running node: `python -m tests.flows.registries.register PEOPLE begin|accept`.

PEOPLE is the JSON that `tests.flows.furnish` printed. `begin` records the country's first person and lets a clerk see
everybody's card; `accept` takes up what citizens asked for and accepts it, by two officers with passkeys of their own:
nobody whom another journey brings to a browser, which could not sign in with a passkey that only this one holds.
"""

import json
import os
import sys
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import django

PLACE = ("interior", "persons")
PERSON = {
    "number": "999019950001",
    "name": {"given": "نور", "father": "كاظم", "grandfather": "جواد"},
    "mother": "سميرة حسن",
    "sex": "female",
    "born": "1995-03-11",
    "deceased": False,
    "governorate": "baghdad",
    "district": "الرصافة",
    "quarter": "الكرادة",
}


def main(people: str, deed: str) -> None:
    """Do the deed, and print what the journey needs of it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "uruk.web.settings")
    django.setup()
    persons = {code: UUID(identifier) for code, identifier in json.loads(people).items()}
    found = begin(persons) if deed == "begin" else accept(persons)
    sys.stdout.write(json.dumps(found))


def begin(persons: dict[str, UUID]) -> str:
    """Record the person, see all who hold no office, and give the two officers their roles; the record's id."""
    from uruk.kernel.api import Actor
    from uruk.people.api import appoint, see_synthetic
    from uruk.publishing.api import country
    from uruk.registries.api import Change, change

    for person in country().people:
        if not person.offices:
            see_synthetic(persons[person.code], "interior")
    for name, role in OFFICES:
        appoint(Actor.system("interior"), persons[name], "interior", role, since=SINCE)
    done = change(Actor.system("interior"), *PLACE, [Change("create", values=PERSON)], "first record")
    return str(done.records[0])


def accept(persons: dict[str, UUID]) -> list[str]:
    """Two officers accept every open request; the ids of these."""
    from uruk.registries.api import approve_request, get_record, open_requests, request_proposal, submit_request

    registrar, head = (Office(persons, name, role) for name, role in OFFICES)
    asked = open_requests(registrar.actor, *PLACE)
    for one in asked:
        get_record(registrar.actor, *PLACE, one.changes[0].record)
        for officer, step in ((registrar, submit_request), (head, approve_request)):
            step(officer.actor, one.id, officer.approve(request_proposal(officer.actor, one.id)))
    return [str(one.id) for one in asked]


OFFICES = (("nasreen", "registrar"), ("amina", "registrar-head"))
SINCE = datetime(2026, 1, 1, tzinfo=UTC)


class Office:
    """An officer with a passkey made for this one deed."""

    def __init__(self, persons: dict[str, UUID], name: str, role: str) -> None:
        from uruk.kernel.api import Actor
        from uruk.people.api import SoftwarePasskey, register_passkey

        self.person = persons[name]
        self.actor = Actor(channel="desk", person=self.person, institution="interior", role=role)
        self._passkey = SoftwarePasskey()
        register_passkey(self.person, self._passkey.create, name="journey")

    def approve(self, proposal: bytes) -> Any:
        """The officer's approval of exactly these bytes."""
        from uruk.people.api import approval_options, approve

        answer = self._passkey.get(approval_options(self.person, proposal))
        return approve(self.person, str(self.actor.role), proposal, answer)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
