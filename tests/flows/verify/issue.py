"""Issues the country's example documents on a running node: `python -m tests.flows.verify.issue PEOPLE FOLDER`.

PEOPLE is the JSON that `tests.flows.furnish` printed. Prints what the journeys need of each document, by its name.
"""

import json
import os
import sys
from pathlib import Path
from uuid import UUID

import django


def main(people: str, folder: str) -> None:
    """Draft, release and, where the journey says so, revoke each document; the holders are seen by an office."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "uruk.web.settings")
    django.setup()
    from uruk.cli.demo.officers import Officers
    from uruk.documents import api as documents
    from uruk.publishing.api import country

    persons = {code: UUID(identifier) for code, identifier in json.loads(people).items()}
    officers = Officers(country(), persons)
    for name in {name for plan in country().journey for name in (plan.drafts, plan.releases)}:
        officers.enrol(name)
    issued = {plan.name: issue(officers, plan, Path(folder)) for plan in country().journey}
    see_holders(persons)
    documents.publish_public_files()
    sys.stdout.write(json.dumps(issued))


def issue(officers: object, plan: object, folder: Path) -> dict[str, str]:
    """One document: released by two officers, and revoked where the plan says so."""
    from uruk.acts.api import directory
    from uruk.documents import api as documents
    from uruk.documents.models import Document
    from uruk.trust.base32 import encode

    drafter = officers.actor(plan.drafts, plan.institution)
    releaser = officers.actor(plan.releases, plan.institution)
    original = None if plan.original is None else letter()
    draft = documents.create_draft(drafter, plan.type, dict(plan.values), original=original)
    submitted = officers.approve(plan.drafts, drafter, documents.proposal(drafter, draft.id))
    documents.submit(drafter, draft.id, submitted)
    approval = officers.approve(plan.releases, releaser, documents.proposal(releaser, draft.id))
    found = documents.release(releaser, draft.id, approval)
    path = folder / f"{plan.name}.pdf"
    path.write_bytes(documents.pdf(releaser, found.id))
    if plan.revoked:
        documents.revoke(releaser, found.id, "error", "")
    code = encode(bytes(Document.objects.get(pk=found.id).code))
    return {
        "id": str(found.id),
        "number": found.number,
        "check_code": found.check_code,
        "code": code,
        "url": f"{directory().host}#{code}",
        "path": str(path),
    }


def letter() -> bytes:
    """A scanned letter, as far as sealing is concerned: a PDF of one page."""
    from datetime import UTC, datetime

    from uruk.documents.api import typeset

    return typeset("#set page(width: 21cm, height: 29.7cm)\nكتاب رسمي".encode(), datetime(2026, 11, 20, tzinfo=UTC))


def see_holders(persons: dict[str, UUID]) -> None:
    """A clerk compared the cards of those who hold documents here."""
    from uruk.people.api import see_synthetic
    from uruk.publishing.api import country

    first = next(iter(country().institutions))
    for person in country().people:
        if not person.offices:
            see_synthetic(persons[person.code], first)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
