"""A newer document of a series takes the place of the one before, whoever prepared it and in whatever order it came."""

from datetime import timedelta
from typing import Any

import pytest

from tests.unit.documents.samples import PERMIT, VALUES, country_files, write_country
from uruk.acts.api import run_due_jobs
from uruk.definitions.api import load_country
from uruk.documents import api as documents
from uruk.documents.kind import DOCUMENT_KIND
from uruk.kernel.api import Actor, FixedClock, new_id
from uruk.publishing.api import publish_country

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
CARD = PERMIT["document.yaml"].replace("number: 1\n", "number: 3\nreplaces: phone\n", 1)
VALUES = VALUES | {"phone": "07700000001"}


@pytest.fixture
def cards(office: Any) -> Any:
    """The office, with a type of which only the newest of a phone holds."""
    card = CARD.replace("{type: text, max: 30, required: false}", "{type: text, max: 30}")
    folder = "institutions/interior/documents/card"
    files = {f"{folder}/{name}": text for name, text in (PERMIT | {"document.yaml": card}).items()}
    publish_country(Actor.system("interior"), load_country(write_country(country_files() | files), [DOCUMENT_KIND]))
    return office


def issued(cards: Any, clock: FixedClock, draft: Any = None) -> Any:
    clock.advance(timedelta(seconds=1))
    return cards.issue(draft or drafted(cards))


def drafted(cards: Any, **changes: Any) -> Any:
    return documents.create_draft(cards.registrar.actor, "card", VALUES | changes)


def status(cards: Any, document: Any) -> tuple[str, Any]:
    run_due_jobs()
    found = documents.get_document(cards.head.actor, document.id)
    return found.status, found.replaced_by


def test_the_newer_one_replaces_the_earlier_of_the_same_series_and_no_other(cards: Any, clock: FixedClock) -> None:
    first, other = issued(cards, clock), issued(cards, clock, drafted(cards, phone="07700000002"))
    second = issued(cards, clock)
    assert second.replaces == first.id, "both officers have signed it"
    assert status(cards, first) == ("replaced", second.id)
    assert status(cards, other) == ("valid", None) and other.replaces is None
    verdict = documents.check_number(first.number, first.check_code, "portal").verdict
    assert verdict.code == "trust.document_replaced"
    third = issued(cards, clock)
    assert (status(cards, second), status(cards, first)) == (("replaced", third.id), ("replaced", second.id))


def test_two_that_were_proposed_at_once_leave_one(cards: Any, clock: FixedClock) -> None:
    early, late = drafted(cards), drafted(cards)
    cards.submit(early)
    cards.submit(late)
    first = cards.release(early)
    clock.advance(timedelta(seconds=1))
    second = cards.release(late)
    assert second.replaces is None, "when it was signed there was none"
    assert status(cards, first) == ("replaced", second.id)
    assert status(cards, second) == ("valid", None)


def test_what_was_revoked_meanwhile_stays_revoked(cards: Any, clock: FixedClock) -> None:
    first = issued(cards, clock)
    draft = drafted(cards)
    cards.submit(draft)
    documents.revoke(cards.head.actor, first.id, "fraud", "")
    second = cards.release(draft)
    assert (status(cards, first), second.replaces) == (("revoked", None), first.id)


def test_a_draft_that_a_case_prepared_replaces_as_well(cards: Any, clock: FixedClock) -> None:
    first = issued(cards, clock)
    machinery = Actor(channel="system", institution="interior", purpose="cards")
    found = documents.prepare_draft(machinery, new_id(), "card", VALUES, "case")
    second = issued(cards, clock, documents.get_draft(cards.registrar.actor, found.draft))
    assert status(cards, first) == ("replaced", second.id)
