"""Two persons change a registry that demands two; a citizen asks for a correction."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.fixtures import Officer, make_institution
from tests.unit.registries.samples import CARD, NUMBER, OTHER_NUMBER, SHOP
from uruk.acts.api import directory, find_statement, receipt_of
from uruk.acts.models import Act
from uruk.kernel.api import Actor, CodedError
from uruk.people.api import appoint, see
from uruk.registries.api import (
    Change,
    Done,
    InvalidChangesError,
    Open,
    accept_request,
    approve_request,
    ask_correction,
    forget,
    get_record,
    get_request,
    keep_own_file,
    my_records,
    my_request,
    my_request_file,
    my_requests,
    open_requests,
    refuse_request,
    request_proposal,
    submit_request,
    timeline,
    version_receipt,
    withdraw_request,
)
from uruk.trust.api import verify_receipt

pytestmark = pytest.mark.database


def ask(archive: Any, **changed: Any) -> Any:
    return archive.change(Change("create", values={**CARD, **changed}), registry="cards").request


def submit(archive: Any, request: Any, by: Officer | None = None) -> Any:
    officer = by or archive.registrar
    return submit_request(officer.actor, request.id, officer.approve(request_proposal(officer.actor, request.id)))


def approve(archive: Any, request: Any, by: Officer | None = None) -> Any:
    officer = by or archive.head
    return approve_request(officer.actor, request.id, officer.approve(request_proposal(officer.actor, request.id)))


def refused(code: str) -> Any:
    return pytest.raises(CodedError, match=code.replace(".", r"\."))


def test_a_registry_with_a_second_person_records_nothing_before_two_signed_the_same_bytes(archive: Any) -> None:
    answer = archive.change(Change("create", values=CARD), registry="cards")
    assert isinstance(answer, Open) and answer.request.state == "draft"
    submitted = submit(archive, answer.request)
    assert submitted.state == "open"
    with refused("registries.record_unknown"):
        get_record(archive.registrar.actor, "interior", "cards", key=NUMBER)
    done = approve(archive, answer.request)
    assert isinstance(done, Done)
    found = archive.get(done.records[0], "cards")
    assert found.values["name"]["given"] == "زينب" and found.act == done.act
    proved = verify_receipt(done.receipt, directory(), type="record.changed", author="interior")
    assert proved.two_persons
    assert get_request(archive.head.actor, answer.request.id).state == "accepted"
    assert [one.request for one in timeline(archive.registrar.actor, "interior", "cards", done.records[0])] == [
        answer.request.id
    ]


def test_the_same_approval_again_is_harmless_and_the_proposal_stays_the_same(archive: Any) -> None:
    request = ask(archive)
    proposal = request_proposal(archive.registrar.actor, request.id)
    assert request_proposal(archive.registrar.actor, request.id) == proposal
    approval = archive.registrar.approve(proposal)
    submit_request(archive.registrar.actor, request.id, approval)
    submit_request(archive.registrar.actor, request.id, approval)
    second = archive.head.approve(request_proposal(archive.head.actor, request.id))
    done = approve_request(archive.head.actor, request.id, second)
    assert approve_request(archive.head.actor, request.id, second) == done
    assert Act.objects.filter(type="record.changed").count() == 1


def test_who_asked_does_not_accept_not_even_in_another_office(archive: Any) -> None:
    request = ask(archive)
    submit(archive, request)
    person = archive.registrar
    with refused("people.role_not_held"):
        approve(archive, request, by=person)
    appoint(Actor.system("interior"), person.person, "interior", "head", since=datetime(2026, 1, 1, tzinfo=UTC))
    as_head = Officer(person.person, replace(person.actor, role="head"), person.passkey)
    with refused("registries.same_person"):
        approve(archive, request, by=as_head)


def test_an_approval_of_other_bytes_or_of_somebody_else_is_none(archive: Any) -> None:
    request, other = ask(archive), ask(archive, number=OTHER_NUMBER)
    mine, theirs = (request_proposal(archive.registrar.actor, one.id) for one in (request, other))
    with refused("registries.proposal_moved"):
        submit_request(archive.registrar.actor, request.id, archive.registrar.approve(theirs))
    with refused("registries.not_your_approval"):
        submit_request(archive.registrar.actor, request.id, archive.head.approve(mine))
    with refused("registries.not_submitted"):
        approve_request(archive.head.actor, request.id, archive.head.approve(mine))


def test_an_approval_of_what_has_moved_on_is_refused(archive: Any) -> None:
    record = archive.card()
    first, second = (
        archive.change(Change("change", record, 1, {"phone": number}), registry="cards").request
        for number in ("1", "2")
    )
    submit(archive, first)
    submit(archive, second)
    approve(archive, first)
    with refused("registries.version_moved"):
        approve(archive, second)
    assert get_request(archive.head.actor, second.id).hindrance.code == "registries.version_moved"
    assert archive.get(record, "cards").values["phone"] == "1"


def test_two_requests_for_one_key_end_in_one_record(archive: Any) -> None:
    first, second = ask(archive), ask(archive)
    submit(archive, first)
    submit(archive, second)
    approve(archive, first)
    with pytest.raises(InvalidChangesError) as found:
        approve(archive, second)
    assert [(one.field, one.error.code) for one in found.value.problems] == [("number", "registries.key_taken")]


def test_a_refused_request_names_why_and_a_withdrawn_one_is_over(archive: Any) -> None:
    request, other = ask(archive), ask(archive, number=OTHER_NUMBER)
    submit(archive, request)
    with refused("registries.reason_missing"):
        refuse_request(archive.head.actor, request.id, " ")
    closed = refuse_request(archive.head.actor, request.id, "the paper is missing")
    assert (closed.state, closed.closing_reason) == ("refused", "the paper is missing")
    with refused("registries.request_closed"):
        approve(archive, request)
    withdraw_request(archive.registrar.actor, other.id)
    with refused("registries.request_closed"):
        submit(archive, other)
    with refused("registries.request_unknown"):
        withdraw_request(archive.head.actor, request.id)
    assert open_requests(archive.head.actor, "interior", "cards") == ()


def test_each_office_sees_what_it_can_do_something_about(archive: Any, officer: Callable[..., Officer]) -> None:
    draft, submitted = ask(archive), ask(archive, number=OTHER_NUMBER)
    submit(archive, submitted)
    own = open_requests(archive.registrar.actor, "interior", "cards")
    assert [one.id for one in own] == [draft.id, submitted.id]
    assert [one.id for one in open_requests(archive.head.actor, "interior", "cards")] == [submitted.id]
    assert open_requests(officer("registrar").actor, "interior", "cards") == ()
    with refused("people.role_not_held"):
        open_requests(archive.auditor.actor, "interior", "cards")


def test_the_nodes_own_machinery_writes_at_once_and_verify_says_that_no_two_persons_did(archive: Any) -> None:
    from uruk.registries.api import change

    done = change(Actor.system("interior"), "interior", "cards", [Change("create", values=CARD)], "loaded")
    assert isinstance(done, Done)
    assert not verify_receipt(done.receipt, directory()).two_persons


@pytest.fixture
def zainab(archive: Any, citizen: Callable[..., Any]) -> Any:
    """The citizen whose number an officer has seen."""
    found = citizen(NUMBER)
    see(archive.registrar.actor, found.person, "national", NUMBER)
    return found


def test_a_citizen_sees_their_own_records_and_nobody_elses(
    archive: Any, zainab: Any, citizen: Callable[..., Any]
) -> None:
    record = archive.card()
    archive.card(number=OTHER_NUMBER)
    visit = archive.create({"card": NUMBER, "day": "2026-11-01"}, registry="visits")
    assert {one.record for one in my_records(zainab.actor)} == {record, visit}
    mine = next(one for one in my_records(zainab.actor) if one.record == record)
    assert mine.withheld == ("note",) and mine.values["number"] == NUMBER
    assert get_record(zainab.actor, "interior", "cards", record).values["number"] == NUMBER
    assert my_records(citizen(OTHER_NUMBER).actor) == ()
    with refused("registries.record_unknown"):
        get_record(zainab.actor, "interior", "cards", key=OTHER_NUMBER)


def test_a_citizen_asks_for_a_correction_that_two_officers_carry_out(archive: Any, zainab: Any) -> None:
    record = archive.card()
    asked = Change("correct", record, 1, {"born": "1980-06-05"})
    request = ask_correction(zainab.actor, "interior", "cards", asked, "the day and the month are exchanged")
    assert request.by_citizen and request.state == "open"
    assert [one.field for one in request.changes[0].changes] == ["born"]
    assert [one.id for one in open_requests(archive.registrar.actor, "interior", "cards")] == [request.id]
    with refused("registries.second_person"):
        accept_request(archive.registrar.actor, request.id)
    submit(archive, request)
    approve(archive, request)
    assert archive.get(record, "cards").values["born"] == "1980-06-05"
    assert [one.state for one in my_requests(zainab.actor)] == ["accepted"]
    kinds = [(one.kind, one.author) for one in timeline(zainab.actor, "interior", "cards", record)]
    assert kinds == [("create", ""), ("correct", "")]


def test_a_citizen_asks_only_about_themselves_and_only_what_they_see(archive: Any, zainab: Any) -> None:
    record, other = archive.card(), archive.card(number=OTHER_NUMBER)
    for change, code in (
        (Change("correct", other, 1, {"born": "1980-06-05"}), "registries.record_unknown"),
        (Change("correct", record, 1, {"note": "x"}), "registries.not_for_citizens"),
        (Change("withdraw", record, 1), "registries.not_for_citizens"),
        (Change("correct", record, 7, {"born": "1980-06-05"}), "registries.version_moved"),
    ):
        with refused(code):
            ask_correction(zainab.actor, "interior", "cards", change, "why")
    with pytest.raises(InvalidChangesError):
        ask_correction(zainab.actor, "interior", "cards", Change("correct", record, 1, {"born": "no"}), "why")


def test_a_citizen_waits_for_answers_before_asking_ever_more(
    archive: Any, zainab: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("uruk.registries.citizens.MAX_LISTED", 1)
    record = archive.card()
    ask_correction(zainab.actor, "interior", "cards", Change("correct", record, 1, {"born": "1980-06-05"}), "why")
    with refused("registries.too_many_requests"):
        ask_correction(zainab.actor, "interior", "cards", Change("correct", record, 1, {"born": "1980-06-07"}), "why")


def test_a_request_about_a_forgotten_record_is_forgotten_with_it(archive: Any) -> None:
    record = archive.card()
    request = archive.change(Change("change", record, 1, {"phone": "1"}), registry="cards").request
    archive.by_two(Change("withdraw", record, 1))
    forget(Actor.system("interior"), "interior", "cards", record, "e-signature/13")
    with refused("registries.request_forgotten"):
        request_proposal(archive.registrar.actor, request.id)


def test_one_officer_accepts_a_citizens_request_where_no_second_person_is_demanded(archive: Any, zainab: Any) -> None:
    archive.card()
    visit = archive.create({"card": NUMBER, "day": "2026-11-01"}, registry="visits")
    request = ask_correction(
        zainab.actor, "interior", "visits", Change("correct", visit, 1, {"day": "2026-11-02"}), "it was the next day"
    )
    done = accept_request(archive.registrar.actor, request.id)
    assert accept_request(archive.registrar.actor, request.id) == done
    assert archive.get(visit, "visits").values["day"] == "2026-11-02"
    assert receipt_of(done.act) is not None and find_statement(done.act) is not None
    refusable = ask_correction(
        zainab.actor, "interior", "visits", Change("correct", visit, 2, {"day": "2026-11-03"}), "or the day after"
    )
    assert refuse_request(archive.registrar.actor, refusable.id, "no").state == "refused"
    assert {one.closing_reason for one in my_requests(zainab.actor)} == {"", "no"}


def test_a_request_is_unknown_to_another_institution(archive: Any, officer: Callable[..., Officer]) -> None:
    request = ask(archive)
    make_institution("health")
    stranger = officer("registrar", institution="health", name="stranger.1")
    for do in (get_request, request_proposal):
        with refused("registries.request_unknown"):
            do(stranger.actor, request.id)
    with refused("registries.foreign_actor"):
        archive.change(Change("create", values=SHOP), by=stranger)


def test_whoever_a_record_was_about_before_is_shown_to_nobody_who_comes_after(
    archive: Any, citizen: Callable[..., Any]
) -> None:
    first, second = archive.card(phone="1"), citizen(OTHER_NUMBER)
    see(archive.registrar.actor, second.person, "national", OTHER_NUMBER)
    name = {"given": "سارة", "father": "حسن", "grandfather": "علي"}
    archive.by_two(Change("change", first, 1, {"number": OTHER_NUMBER, "name": name}, valid_from=date(2026, 11, 23)))
    found = get_record(second.actor, "interior", "cards", first)
    assert (found.number, found.values["number"]) == (2, OTHER_NUMBER)
    before, now = timeline(second.actor, "interior", "cards", first)
    assert before.of_another and not now.of_another
    assert (before.values, before.changes, before.role, before.evidence) == ({}, (), "", ())
    assert {one.field: one.before for one in now.changes} == dict.fromkeys(("number", "name", "born", "phone"))
    assert version_receipt(second.actor, "interior", "cards", first, 2).leaf
    for ask_for in (
        lambda: version_receipt(second.actor, "interior", "cards", first, 1),
        lambda: get_record(second.actor, "interior", "cards", first, on=date(2026, 11, 22)),
    ):
        with pytest.raises(CodedError) as refusal:
            ask_for()
        assert refusal.value.code in {"registries.record_unknown", "registries.not_then"}


def test_a_request_is_its_authors_alone_and_stops_telling_what_is_no_longer_theirs(
    archive: Any, citizen: Callable[..., Any]
) -> None:
    record, mine, other = archive.card(phone="1"), citizen(NUMBER), citizen(OTHER_NUMBER)
    for one, number in ((mine, NUMBER), (other, OTHER_NUMBER)):
        see(archive.registrar.actor, one.person, "national", number)
    letter = keep_own_file(mine.actor, "interior", "cards", record, b"%PDF-1.7 a letter")
    with refused("registries.record_unknown"):
        keep_own_file(other.actor, "interior", "cards", record, b"%PDF-1.7")
    asked = ask_correction(
        mine.actor, "interior", "cards", Change("change", record, 1, {"phone": "2"}), "a new one", [letter]
    )
    assert my_request(mine.actor, asked.id).changes[0].changes[0].before == "1"
    assert my_request_file(mine.actor, asked.id, letter) == b"%PDF-1.7 a letter"
    with refused("registries.file_unknown"):
        my_request_file(mine.actor, asked.id, "0" * 64)
    for attempt in (my_request, lambda actor, one: my_request_file(actor, one, letter)):
        with refused("registries.request_unknown"):
            attempt(other.actor, asked.id)
    archive.by_two(Change("change", record, 1, {"number": OTHER_NUMBER, "phone": "7"}))
    assert my_request(mine.actor, asked.id).changes[0].changes[0].before is None
    assert my_requests(mine.actor)[0].hindrance.code == "registries.version_moved"
