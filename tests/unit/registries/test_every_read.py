"""Each door function by which an officer is shown somebody's record is called; that person then finds the reading."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.architecture.reads import recorded
from tests.fixtures import MOMENT
from tests.unit.registries.samples import NUMBER
from uruk.acts.api import usage_index
from uruk.kernel.api import FixedClock
from uruk.registries import api as registries
from uruk.registries.api import Change

pytestmark = pytest.mark.database
DAY = timedelta(days=1)


def readings() -> list[Any]:
    return list(usage_index().find("interior", NUMBER, MOMENT - DAY, MOMENT + 30 * DAY).usages)


@dataclass
class Desk:
    """A card, a request to change it that waits for its author, and one that waits for a second person."""

    archive: Any
    card: UUID
    draft: UUID
    submitted: UUID

    def registrar(self) -> Any:
        return self.archive.registrar.actor

    def head(self) -> Any:
        return self.archive.head.actor

    def submit(self) -> Any:
        """The proposal was asked for an hour ago."""
        return registries.submit_request(self.registrar(), self.draft, self.approval)

    approval: Any = None


def get_import(desk: Desk) -> Any:
    """An import of which a row is like the card."""
    from uruk.registries.models import Import, ImportLikeness

    asked = (io.BytesIO(b"number\n1\n"), "csv", "good", "create", "letter 7")
    found = registries.start_import(desk.registrar(), "interior", "cards", *asked)
    ImportLikeness.objects.create(of=Import.objects.get(pk=found.id), row=2, record=desk.card, score=900)
    return registries.get_import(desk.registrar(), found.id)


MINE: dict[str, Callable[[Desk], Any]] = {
    "export": lambda desk: b"".join(registries.export(desk.head(), "interior", "cards", "csv")),
    "get_import": get_import,
    "get_record": lambda desk: registries.get_record(desk.head(), "interior", "cards", desk.card),
    "get_request": lambda desk: registries.get_request(desk.head(), desk.submitted),
    "get_version": lambda desk: registries.get_version(desk.head(), "interior", "cards", desk.card, 1),
    "list_records": lambda desk: registries.list_records(desk.head(), "interior", "cards"),
    "open_requests": lambda desk: registries.open_requests(desk.head(), "interior", "cards"),
    "refuse_request": lambda desk: registries.refuse_request(desk.head(), desk.submitted, "no"),
    "reservations": lambda desk: registries.reservations(desk.head(), "interior", "cards", desk.card),
    "request_proposal": lambda desk: registries.request_proposal(desk.head(), desk.submitted),
    "submit_request": lambda desk: desk.submit(),
    "timeline": lambda desk: registries.timeline(desk.head(), "interior", "cards", desk.card),
    "version_receipt": lambda desk: registries.version_receipt(desk.head(), "interior", "cards", desk.card, 1),
}


@pytest.fixture
def desk(archive: Any, clock: FixedClock) -> Desk:
    """A desk at which nobody has read anything for an hour."""
    card = archive.card()
    draft, submitted = (
        archive.change(Change("change", card, 1, {"phone": number}), registry="cards").request.id for number in "12"
    )
    found = Desk(archive, card, draft, submitted)
    actor, approve = archive.registrar.actor, archive.registrar.approve
    registries.submit_request(actor, submitted, approve(registries.request_proposal(actor, submitted)))
    found.approval = approve(registries.request_proposal(actor, draft))
    clock.advance(timedelta(hours=1))
    return found


def test_every_function_that_is_said_to_record_is_called_here_or_beside_what_it_is_about() -> None:
    beside = {"candidates", "get_duplicate", "open_duplicates", "record_file", "request_file"}
    assert set(MINE) == recorded("registries") - beside


@pytest.mark.parametrize("name", sorted(MINE))
def test_what_an_officer_is_shown_of_a_record_the_person_it_is_about_sees(desk: Desk, name: str) -> None:
    before = len(readings())
    MINE[name](desk)
    after = readings()
    assert len(after) == before + 1 and after[0].receipt
    assert after[0].source == "officer" and after[0].service.startswith("registry.")


def test_a_page_that_asks_the_door_five_times_is_one_act(desk: Desk) -> None:
    before = len(readings())
    for name in ("get_record", "timeline", "get_version", "version_receipt", "get_record"):
        MINE[name](desk)
    assert len(readings()) == before + 1
