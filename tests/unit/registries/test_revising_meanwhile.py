"""What waits, is forgotten or interrupted while a definition changes."""

from typing import Any

import pytest

from tests.unit.registries.lives import ARES, REMARK, WORDS, code_of, life
from tests.unit.registries.revising import Life
from tests.unit.registries.samples import OTHER_NUMBER
from uruk.acts import performing
from uruk.acts.api import complete_pending, directory
from uruk.publishing.api import (
    try_definition,
)
from uruk.registries.api import (
    Change,
    Filter,
    InvalidChangesError,
    Open,
    PageQuery,
    approve_request,
    forget,
    get_request,
    list_records,
    open_requests,
    request_proposal,
    submit_request,
)
from uruk.trust.api import verify_receipt

__all__ = ["life"]

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


def test_without_a_draft_nothing_is_proposed(life: Life) -> None:
    assert code_of(lambda: life.propose("shops")) == "publishing.no_draft"
    assert code_of(lambda: try_definition("registry", "interior", "shops")) == "publishing.no_draft"


def test_while_keys_are_laid_out_nothing_is_written(life: Life) -> None:
    record = life.archive.create()
    life.draft("shops", ("keys: [[code]]", "keys: [[code], [name]]"))
    life.sign(life.propose("shops"))
    assert code_of(lambda: life.archive.create(code="B2", name="x")) == "registries.laying_out"
    assert life.archive.get(record).values["code"] == "A1"
    life.jobs()
    life.archive.create(code="B2", name="x")


# -- requests that are open meanwhile ----------------------------------------------------------------------------------


def requested(life: Life, values: dict[str, Any]) -> Any:
    """A request for a card, not signed yet."""
    number = {"number": OTHER_NUMBER, "name": {"given": "أ", "father": "ب", "grandfather": "ج"}, "born": "1990-01-01"}
    return life.archive.change(Change("create", values=number | values), registry="cards").request


def test_a_request_that_does_not_fit_the_new_definition_says_which_field(life: Life) -> None:
    request = requested(life, {"phone": "0770"})
    registrar = life.archive.registrar
    life.change("cards", ("  phone: ", "  mobile: "), convert="mobile: phone", texts="mobile: جوال, ", gone=("phone",))
    shown = get_request(registrar.actor, request.id)
    assert shown.hindrance is not None and shown.hindrance.code == "registries.request_outdated"
    assert "phone" in shown.hindrance.sentence("en")
    assert "phone" not in {one.field for one in shown.changes[0].changes}
    with pytest.raises(InvalidChangesError) as caught:
        request_proposal(registrar.actor, request.id)
    assert [(one.field, one.error.code) for one in caught.value.problems] == [("phone", "definitions.field_unknown")]


def test_a_request_that_fits_the_new_definition_goes_on_under_it(life: Life) -> None:
    request = requested(life, {"phone": "0770"})
    life.change("cards", ("max: 30", "max: 40"))
    registrar, head = life.archive.registrar, life.archive.head
    assert get_request(registrar.actor, request.id).hindrance is None
    submit_request(registrar.actor, request.id, registrar.approve(request_proposal(registrar.actor, request.id)))
    done = approve_request(head.actor, request.id, head.approve(request_proposal(head.actor, request.id)))
    assert life.archive.get(done.records[0], "cards").definition.digest.hex() == life.digest("cards")


def test_a_request_that_was_signed_under_the_definition_before_is_to_be_asked_anew(life: Life) -> None:
    request = requested(life, {})
    registrar, head = life.archive.registrar, life.archive.head
    submit_request(registrar.actor, request.id, registrar.approve(request_proposal(registrar.actor, request.id)))
    life.change("cards", ("max: 30", "max: 40"))
    shown = get_request(head.actor, request.id)
    assert shown.hindrance is not None and shown.hindrance.code == "registries.signed_before"
    approval = head.approve(request_proposal(head.actor, request.id))
    assert code_of(lambda: approve_request(head.actor, request.id, approval)) == "registries.signed_before"


# -- forgetting --------------------------------------------------------------------------------------------------------


def withdrawn_card(life: Life) -> Any:
    record = life.archive.card()
    life.archive.by_two(Change("withdraw", record, 1))
    return record


def test_in_a_registry_with_a_second_person_two_persons_forget(life: Life) -> None:
    record, (head, other) = withdrawn_card(life), life.heads
    asked = forget(head.actor, "interior", "cards", record, "personal-data/9")
    assert isinstance(asked, Open) and asked.request.changes[0].kind == "forget"
    assert life.archive.get(record, "cards").status == "withdrawn", "nothing is forgotten yet"
    signed = head.approve(request_proposal(head.actor, asked.request.id))
    submit_request(head.actor, asked.request.id, signed)
    assert [one.id for one in open_requests(other.actor, "interior", "cards")] == [asked.request.id]
    assert code_of(lambda: approve_request(head.actor, asked.request.id, signed)) == "registries.same_person"
    approval = other.approve(request_proposal(other.actor, asked.request.id))
    done = approve_request(other.actor, asked.request.id, approval)
    found = verify_receipt(done.receipt, directory(), type="record.forgotten", role="recorded", author="interior")
    assert found.two_persons and found.statement.body["law"] == "personal-data/9"
    assert code_of(lambda: life.archive.get(record, "cards")) == "registries.record_unknown"
    assert approve_request(other.actor, asked.request.id, approval).act == done.act, "the same again is harmless"
    assert forget(head.actor, "interior", "cards", record, "personal-data/9") == done.receipt


def test_what_was_restored_meanwhile_is_not_forgotten(life: Life) -> None:
    record, (head, other) = withdrawn_card(life), life.heads
    asked = forget(head.actor, "interior", "cards", record, "personal-data/9")
    assert isinstance(asked, Open)
    submit_request(head.actor, asked.request.id, head.approve(request_proposal(head.actor, asked.request.id)))
    life.archive.by_two(Change("restore", record, 2))
    approval = other.approve(request_proposal(other.actor, asked.request.id))
    refused = code_of(lambda: approve_request(other.actor, asked.request.id, approval))
    assert refused == "registries.forgetting_live"


def test_to_forget_is_no_change_of_a_change_set_and_needs_a_reason(life: Life) -> None:
    record, head = withdrawn_card(life), life.heads[0]
    with pytest.raises(InvalidChangesError) as caught:
        life.archive.change(Change("forget", record, 2), registry="cards")
    assert [one.error.code for one in caught.value.problems] == ["registries.change_kind"]
    assert code_of(lambda: forget(head.actor, "interior", "cards", record, " ")) == "registries.reason_missing"


def test_an_archived_registry_still_forgets(life: Life) -> None:
    record, (head, other) = withdrawn_card(life), life.heads
    life.archived("cards")
    asked = forget(head.actor, "interior", "cards", record, "personal-data/9")
    assert isinstance(asked, Open)
    submit_request(head.actor, asked.request.id, head.approve(request_proposal(head.actor, asked.request.id)))
    approve_request(other.actor, asked.request.id, other.approve(request_proposal(other.actor, asked.request.id)))
    assert code_of(lambda: life.archive.get(record, "cards")) == "registries.record_unknown"


# -- power cuts --------------------------------------------------------------------------------------------------------


def test_a_publication_without_its_receipt_changes_nothing_until_it_is_completed(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, before = life.archive.create(area=4000), life.digest("shops")
    life.draft("shops", ARES, REMARK, convert="ares: area / 100", **WORDS)
    proposal = life.propose("shops")
    monkeypatch.setattr(performing, "complete", _no_power)
    with pytest.raises(RuntimeError):
        life.sign(proposal)
    monkeypatch.undo()
    assert life.digest("shops") == before and life.archive.get(record).values["area"] == 4000
    life.archive.create(code="B2", area=900)
    assert complete_pending() == (1, 0)
    assert life.archive.get(record).values["ares"] == 40, "read converted at once, and laid out by a job"
    life.jobs()
    found = list_records(life.archive.registrar.actor, "interior", "shops", PageQuery((Filter("ares", "to", 9),)))
    assert [one.values["code"] for one in found.records] == ["B2"]


def _no_power(*_: object) -> None:
    raise RuntimeError("the power went")
