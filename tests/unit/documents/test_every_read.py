"""Each door function by which an officer is shown somebody's record is called; that person then finds the reading."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from tests.architecture.reads import recorded
from tests.fixtures import MOMENT, Citizen, Officer
from tests.unit.documents.samples import NUMBER, VALUES, scanned_letter
from uruk.acts.api import READ, find_statement, usage_index
from uruk.acts.models import Act
from uruk.documents import api as documents
from uruk.kernel.api import FixedClock
from uruk.people import api as people


def readings(number: str = NUMBER) -> list[Any]:
    """What a person is told of the readings of their records, newest first."""
    end = MOMENT + timedelta(days=30)
    return list(usage_index().find("interior", number, MOMENT - timedelta(days=1), end).usages)


@dataclass
class Desk:
    """Officers, a document that is issued, drafts on their way, and a citizen at the counter."""

    office: Any
    document: Any
    draft: Any
    submitted: Any
    citizen: Citizen

    def actor(self) -> Any:
        return self.office.registrar.actor

    def head(self) -> Any:
        return self.office.head.actor

    def code(self) -> str:
        return people.claim_code(self.citizen.person, "national", NUMBER)


DOCUMENTS: dict[str, Callable[[Desk], Any]] = {
    "checks": lambda desk: documents.checks(desk.actor(), desk.document.id),
    "drafts": lambda desk: documents.drafts(desk.actor()),
    "filled_values": lambda desk: documents.filled_values(desk.actor(), desk.document.id),
    "find_holder_number": lambda desk: documents.find_holder_number(desk.actor(), desk.document.id),
    "get_document": lambda desk: documents.get_document(desk.actor(), desk.document.id),
    "get_draft": lambda desk: documents.get_draft(desk.actor(), desk.draft.id),
    "original": lambda desk: documents.original(desk.actor(), desk.draft.id),
    "pdf": lambda desk: documents.pdf(desk.actor(), desk.document.id),
    "proposal": lambda desk: documents.proposal(desk.actor(), desk.draft.id),
    "qr_svg": lambda desk: documents.qr_svg(desk.actor(), desk.document.id),
    "qr_text": lambda desk: documents.qr_text(desk.actor(), desk.document.id),
    "receipt": lambda desk: documents.receipt(desk.actor(), desk.document.id),
    "released": lambda desk: documents.released(desk.actor()),
    "return_draft": lambda desk: documents.return_draft(desk.head(), desk.submitted.id, "wrong"),
    "revoke": lambda desk: documents.revoke(desk.head(), desk.document.id, "error", ""),
    "to_release": lambda desk: documents.to_release(desk.head()),
}
PEOPLE: dict[str, Callable[[Desk], Any]] = {
    "find_claim": lambda desk: people.find_claim(desk.actor(), "national", NUMBER, desk.code()),
    "see": lambda desk: people.see(desk.actor(), desk.citizen.person, "national", NUMBER),
}


@pytest.fixture
def desk(office: Any, citizen: Callable[..., Citizen], clock: FixedClock) -> Desk:
    """A desk at which nobody has read anything for an hour."""
    document, draft, submitted = office.issue(), office.draft(), office.draft()
    office.submit(submitted)
    found = Desk(office, document, draft, submitted, citizen(NUMBER))
    clock.advance(timedelta(hours=1))
    return found


def test_every_function_that_is_said_to_record_is_called_here() -> None:
    assert set(DOCUMENTS) == recorded("documents")
    assert set(PEOPLE) == recorded("people")


@pytest.mark.parametrize("name", sorted(set(DOCUMENTS) - {"original"}))
def test_what_an_officer_is_shown_of_a_document_its_holder_sees(desk: Desk, name: str) -> None:
    before = len(readings())
    DOCUMENTS[name](desk)
    after = readings()
    assert len(after) == before + 1
    assert after[0].source == "officer" and after[0].service.startswith("document.")
    assert after[0].law == ("e-signature/13" if "listed" not in after[0].service else "")


def test_the_original_of_a_draft_that_names_a_person_is_recorded(office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sample's letter names nobody; here its subject is a number, so that somebody stands in it."""
    from uruk.documents import noting

    draft = office.letter(scanned_letter())
    monkeypatch.setattr(noting, "_holder", lambda _: NUMBER)
    documents.original(office.registrar.actor, draft.id)
    assert readings()[0].service == "document.draft-read"


@pytest.mark.parametrize("name", sorted(PEOPLE))
def test_what_an_officer_does_with_a_persons_account_that_person_sees(desk: Desk, name: str) -> None:
    before = len(readings())
    PEOPLE[name](desk)
    after = readings()
    assert len(after) == before + 1 and after[0].service in ("person.found", "person.seen")
    assert after[0].receipt


def test_a_page_that_asks_the_door_five_times_is_one_act(desk: Desk) -> None:
    before = Act.objects.filter(type=READ).count()
    for name in ("get_document", "checks", "qr_svg", "qr_text", "find_holder_number", "receipt"):
        DOCUMENTS[name](desk)
    assert Act.objects.filter(type=READ).count() == before + 1


def test_the_list_of_many_documents_is_one_act_and_every_holder_sees_it(office: Any, clock: FixedClock) -> None:
    numbers = [NUMBER, "199012345678", "197012345678"]
    for number in numbers:
        office.issue(office.draft(number=number))
    clock.advance(timedelta(hours=1))
    before = Act.objects.filter(type=READ).count()
    documents.released(office.head.actor)
    assert Act.objects.filter(type=READ).count() == before + 1
    listed = [readings(number)[0] for number in numbers]
    assert {one.reference for one in listed} == {listed[0].reference}
    assert {one.service for one in listed} == {"document.listed"}


def test_the_receipt_of_a_list_tells_a_holder_nobody_elses_number(office: Any, clock: FixedClock) -> None:
    for number in (NUMBER, "199012345678"):
        office.issue(office.draft(number=number))
    clock.advance(timedelta(hours=1))
    documents.released(office.head.actor)
    shown = readings()[0]
    from uuid import UUID

    statement = find_statement(UUID(bytes=shown.reference))
    assert statement is not None and b"199012345678" not in statement.raw and len(statement.body["subjects"]) == 2


def test_a_holder_who_looks_at_their_own_document_is_no_reading(desk: Desk, office: Any) -> None:
    people.see(desk.actor(), desk.citizen.person, "national", NUMBER)
    before = len(readings())
    documents.get_document(desk.citizen.actor, desk.document.id)
    documents.my_documents(desk.citizen.actor)
    assert len(readings()) == before


def test_a_document_without_a_holder_is_nobodys_record(office: Any) -> None:
    letter = office.issue(office.letter())
    before = Act.objects.filter(type=READ).count()
    documents.get_document(office.registrar.actor, letter.id)
    assert Act.objects.filter(type=READ).count() == before


def test_a_check_by_number_is_shown_to_the_holder_without_telling_who(desk: Desk) -> None:
    before = len(readings())
    documents.check_number(desk.document.number, desk.document.check_code, "portal")
    after = readings()
    assert len(after) == before + 1
    assert (after[0].source, after[0].service, after[0].purpose) == ("check", "document.checked", "")


def test_officers_who_refuse_to_be_seen_are_not_shown_anything(
    desk: Desk, officer: Callable[..., Officer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is refused by the log sees nothing: reading fails where it cannot be recorded."""
    from uruk.acts.api import use_appender
    from uruk.kernel.api import CodedError

    class Away:
        def check_space(self) -> None:
            raise CodedError("trust.disk_low", percent=4)

    before = use_appender(Away())  # type: ignore[arg-type]
    with pytest.raises(CodedError, match=r"trust\.disk_low"):
        documents.get_document(desk.actor(), desk.document.id)
    use_appender(before)


def test_the_counts_of_the_overview_are_no_reading(desk: Desk) -> None:
    before = Act.objects.filter(type=READ).count()
    counts = documents.count_drafts(desk.actor())
    assert (counts.mine, counts.returned, counts.to_release) == (2, 0, 0)
    assert documents.count_drafts(desk.head()).to_release == 1
    assert Act.objects.filter(type=READ).count() == before
    assert VALUES["number"] == NUMBER
