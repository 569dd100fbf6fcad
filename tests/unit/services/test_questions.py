"""An officer asks the applicant something: the case waits for them, and no longer than its state may last."""

from datetime import timedelta

import pytest

from tests.unit.services.conftest import ANSWERS, Office, refused
from tests.unit.services.tasks import taken, waiting
from uruk.notices.api import my_notices
from uruk.services.api import act, answer_question, ask_applicant, get_case, next_case, propose_action
from uruk.services.api import action_proposal as proposal

pytestmark = pytest.mark.database
QUESTION, REPLY = "أي بئر تقصد؟", "البئر الشرقي"


def asked(office: Office) -> object:
    """A case whose officer has asked the applicant something."""
    (case,) = waiting(office)
    found = taken(office.registrar)
    ask_applicant(office.registrar.actor, case, found.seq, QUESTION)
    office.run()
    return case


def test_a_question_waits_for_the_applicant_and_the_reply_stands_before_the_officer(office: Office) -> None:
    case = asked(office)
    assert office.standing(case).turn == "wait:applicant" and next_case(office.registrar.actor, "stall") is None
    mine = get_case(office.citizen.actor, case)
    assert (mine.parties, mine.actions) == (("applicant",), ()), "an officer's actions are not theirs meanwhile"
    assert [(one.question, one.open) for one in mine.past.questions] == [(QUESTION, True)]
    (told,) = my_notices(office.citizen.actor)
    assert (told.page, told.reference) == (f"cases/{case}/", str(case)), "nobody must look every day"
    office.run()
    assert my_notices(office.citizen.actor) == (told,), "told once"
    answer_question(office.citizen.actor, case, REPLY)
    office.run()
    again = taken(office.registrar)
    (question,) = again.past.questions
    assert (question.question, question.reply, question.open) == (QUESTION, REPLY, False)
    assert act(office.registrar.actor, case, again.seq, "accept").state == "reserving"


def test_nobody_asks_without_having_the_case_or_answers_what_was_not_asked(office: Office, citizen: object) -> None:
    (case,) = waiting(office)
    seq = get_case(office.citizen.actor, case).seq
    with refused("services.not_given_to_you"):
        ask_applicant(office.registrar.actor, case, seq, QUESTION)
    with refused("services.nothing_asked"):
        answer_question(office.citizen.actor, case, REPLY)
    found = taken(office.registrar)
    with refused("services.reason_missing"):
        ask_applicant(office.registrar.actor, case, found.seq, " ")
    with refused("services.case_moved"):
        ask_applicant(office.registrar.actor, case, found.seq - 1, QUESTION)
    with refused("services.not_given_to_you"):
        ask_applicant(office.clerk.actor, case, found.seq, QUESTION)
    ask_applicant(office.registrar.actor, case, found.seq, QUESTION)
    with refused("services.not_given_to_you"):
        ask_applicant(office.registrar.actor, case, found.seq + 1, QUESTION)
    stranger = citizen("199912345678")  # type: ignore[operator]
    with refused("services.case_unknown"):
        answer_question(stranger.actor, case, REPLY)
    with refused("services.reason_missing"):
        answer_question(office.citizen.actor, case, "")


def test_a_question_that_nobody_answers_ends_with_the_states_deadline(office: Office) -> None:
    case = asked(office)
    office.clock.advance(timedelta(days=15))
    office.run()
    assert office.standing(case).turn == "task:head"
    found = taken(office.head)
    assert [(one.reply, one.open) for one in found.past.questions] == [("", False)]
    ask_applicant(office.head.actor, case, found.seq, QUESTION)
    office.run()
    assert office.standing(case).turn == "wait:applicant"
    office.clock.advance(timedelta(days=30))
    office.run()
    assert office.standing(case).turn == "task:head", "also where it had been handed on before"
    with refused("services.nothing_asked"):
        answer_question(office.citizen.actor, case, REPLY)


def test_what_waits_for_a_second_person_is_asked_about_no_more(office: Office) -> None:
    (case,) = waiting(office)
    found = taken(office.registrar)
    said = {"ground": "space"}
    signed = office.registrar.approve(proposal(office.registrar.actor, case, found.seq, "refuse", said))
    propose_action(office.registrar.actor, case, found.seq, "refuse", signed, said)
    head = taken(office.head)
    with refused("services.not_given_to_you"):
        ask_applicant(office.head.actor, case, head.seq, QUESTION)


def test_what_was_given_anew_is_told_with_what_stood_there_and_what_was_marked(office: Office) -> None:
    (case,) = waiting(office)
    found = taken(office.registrar)
    assert (found.past.before, found.past.mended, found.given) == (None, {}, True)
    act(office.registrar.actor, case, found.seq, "send_back", marks={"area": "أكبر من المتاح"})
    office.run()
    mine = get_case(office.citizen.actor, case)
    act(office.citizen.actor, case, mine.seq, "resubmit", answers=ANSWERS | {"name": "N0", "area": 49})
    office.run()
    again = taken(office.registrar)
    assert again.past.before is not None
    assert (again.past.before["area"], again.answers["area"]) == (50, 49)
    assert again.past.mended == {"area": "أكبر من المتاح"}
    told = [(one.type, one.by, one.to) for one in again.past.acts]
    assert ("case.moved", "send_back", "correcting") in told and ("case.moved", "resubmit", "received") in told
    (condition,) = again.conditions
    assert (condition.name, condition.holds, condition.law, condition.facts) == (
        "known", True, "e-signature/13", ("card",),
    )  # fmt: skip
    assert not get_case(office.citizen.actor, case).given
