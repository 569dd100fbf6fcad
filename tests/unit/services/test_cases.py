"""Cases from submission to their end, by themselves: what each act says, where it stands, what is done once."""

from typing import Any

import pytest

from tests.unit.services.conftest import ANSWERS, Office, record, records, refused
from tests.unit.services.samples import NUMBER, OTHER_NUMBER
from uruk.acts.api import directory, find_statement, receipt_of
from uruk.kernel.api import Actor
from uruk.registries.api import list_records
from uruk.services.api import Applicant, Asked, InvalidAnswersError, submit
from uruk.services.models import Case, CaseAct, CaseStanding
from uruk.services.running.projecting import rebuild_standings
from uruk.services.running.recording import content_digest
from uruk.trust.api import verify_receipt

pytestmark = pytest.mark.database


def test_an_automatic_case_goes_from_submission_to_its_end_by_itself_and_each_effect_is_done_once(
    office: Office,
) -> None:
    case = office.submit()
    assert office.standing(case).state == "received" and records("shops") == []
    office.run()
    standing = office.standing(case)
    assert (standing.state, standing.turn, standing.outstanding) == ("granted", "closed:granted", 0)
    assert office.kinds(case) == ["Submitted", "FactTold", "Moved", "Effected", "Moved", "Effected", "Effected"]
    assert [one["code"] for one in records("shops")] == ["A1"]
    well = list_records(Actor.system("interior"), "interior", "wells").records[0]
    assert (well.taken, well.left) == (10, 90)


def test_every_act_of_a_case_has_a_receipt_that_verifies_and_names_what_it_says(office: Office) -> None:
    case = office.submitted()
    for row in CaseAct.objects.filter(case=case):
        statement, receipt = find_statement(row.act_id), receipt_of(row.act_id)
        assert statement is not None and receipt is not None and row.content is not None
        verify_receipt(receipt, directory(), type=statement.type, role=statement.role, author="interior")
        assert (statement.body["case"], statement.body["seq"]) == (case.bytes, row.seq)
        assert statement.body["content"] == content_digest(bytes(row.salt), row.content) == bytes(row.digest)


def test_a_refused_case_says_which_condition_failed_by_which_article_on_which_facts(office: Office) -> None:
    from uruk.people.api import see

    stranger = office.citizen
    from uruk.people.api import claim

    claim(stranger.person, "national", OTHER_NUMBER)
    see(office.registrar.actor, stranger.person, "national", OTHER_NUMBER)
    asked = Asked("interior", "stall", Applicant(OTHER_NUMBER), ANSWERS)
    case = submit(stranger.actor, asked).case
    office.run()
    reasons = office.opened(case).standing.reasons
    assert office.standing(case).turn == "closed:refused"
    assert (reasons.failed, reasons.laws, reasons.facts) == (
        ("known",),
        {"known": "e-signature/13"},
        {"known": ("card",)},
    )


def test_where_not_enough_is_left_the_case_is_refused_and_nothing_is_taken(office: Office) -> None:
    record("interior", "wells", code="W2", granted_m3=9)
    case = office.submitted(well="W2")
    assert office.standing(case).turn == "closed:refused" and records("shops") == []
    assert [one.taken for one in list_records(Actor.system("interior"), "interior", "wells").records] == [0, 0]


def test_an_effect_that_cannot_be_done_is_shown_as_failed_with_its_error(office: Office) -> None:
    case = office.submitted(well="nowhere")
    standing = office.standing(case)
    assert (standing.state, standing.turn, standing.outstanding) == ("reserving", "wait:interior", 1)
    (came,) = office.opened(case).standing.effects.values()
    assert (came.outcome, came.error) == ("failed", "registries.record_unknown")


def test_submitting_again_under_one_id_is_one_case_and_something_else_under_it_is_refused(office: Office) -> None:
    from uruk.kernel.api import new_id

    case = new_id()
    assert office.submit(case=case) == office.submit(case=case) == case
    assert Case.objects.count() == 1 and CaseAct.objects.count() == 1
    with refused("services.case_differs"):
        office.submit(changed={"area": 11}, case=case)


@pytest.mark.parametrize(
    ("changed", "path", "code"),
    [
        ({"area": 0}, "area", "definitions.field_below_min"),
        ({"area": 101}, "area", "definitions.field_above_max"),
        ({"name": ""}, "name", "definitions.field_required"),
        ({"other": 1}, "other", "services.field_unknown"),
    ],
)
def test_answers_that_do_not_fit_are_refused_field_by_field(
    office: Office, changed: dict[str, Any], path: str, code: str
) -> None:
    with pytest.raises(InvalidAnswersError) as caught:
        office.submit(changed=changed)
    assert caught.value.code == "services.answers_invalid"
    assert [(where, error.code) for where, error in caught.value.problems] == [(path, code)]
    assert Case.objects.count() == 0


def test_nobody_submits_for_a_number_that_was_not_seen_to_be_theirs(office: Office) -> None:
    with refused("services.not_applicant"):
        submit(office.citizen.actor, Asked("interior", "stall", Applicant(OTHER_NUMBER), ANSWERS))
    # Whoever nobody has compared with a card is told that first.
    with refused("services.assurance_seen"):
        submit(Actor.anonymous("portal"), Asked("interior", "stall", Applicant(NUMBER), ANSWERS))


def test_a_service_takes_only_who_and_by_which_channel_it_says(office: Office) -> None:
    with refused("services.kind_refused"):
        submit(office.citizen.actor, Asked("interior", "stall", Applicant(NUMBER, kind="company"), ANSWERS))
    with refused("services.channel_closed"):
        office.submit({"canal": "C1", "amount": 1}, service="canal", by=office.clerk)
    with refused("services.service_not_open"):
        office.submit(service="nothing")


def test_at_a_counter_an_officer_submits_for_somebody(office: Office) -> None:
    consent = office.consent()
    case = office.submit(by=office.clerk, consent=consent)
    row = Case.objects.get(pk=case)
    assert (row.subject, row.person, row.channel) == (NUMBER, None, "desk")


def test_the_standing_that_queues_are_found_by_is_what_the_acts_say(office: Office) -> None:
    for area in (5, 50):
        office.submitted(name=f"S{area}", area=area)
    before = list(CaseStanding.objects.order_by("case").values())
    CaseStanding.objects.all().delete()
    assert rebuild_standings(Case.objects.all()) == 2
    assert list(CaseStanding.objects.order_by("case").values()) == before
