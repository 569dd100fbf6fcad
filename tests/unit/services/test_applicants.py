"""What an applicant does and is told: mends, withdraws, appeals, disputes; and who sees their case."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.unit.services.conftest import ANSWERS, Office, refused
from tests.unit.services.samples import NUMBER
from tests.unit.services.tasks import refuse, taken, waiting
from uruk.acts.api import usage_index
from uruk.kernel.api import Actor
from uruk.notices.api import my_notices
from uruk.services.api import (
    InvalidAnswersError,
    act,
    appeal,
    case_acts,
    dispute_fact,
    get_case,
    my_cases,
    next_case,
)
from uruk.services.models import Hold

pytestmark = pytest.mark.database


def test_sending_back_marks_what_is_to_be_mended_and_the_applicant_answers_anew(office: Office) -> None:
    (case,) = waiting(office)
    found = taken(office.registrar)
    with refused("services.marks_missing"):
        act(office.registrar.actor, case, found.seq, "send_back")
    act(office.registrar.actor, case, found.seq, "send_back", marks={"area": "أكبر من المساحة المتاحة"})
    office.run()
    mine = get_case(office.citizen.actor, case)
    assert (mine.task, mine.marks) == ("applicant", {"area": "أكبر من المساحة المتاحة"})
    assert [one.name for one in mine.actions] == ["resubmit", "withdraw"]
    (told,) = my_notices(office.citizen.actor)
    assert (told.text.ar, told.page) == ("نص", f"cases/{case}/"), "in the service's own words for that state"
    answers = ANSWERS | {"area": 1000}
    with pytest.raises(InvalidAnswersError):
        act(office.citizen.actor, case, mine.seq, "resubmit", answers=answers)
    act(office.citizen.actor, case, mine.seq, "resubmit", answers=ANSWERS | {"area": 9})
    office.run()
    assert office.standing(case).turn == "closed:granted"
    assert office.opened(case).standing.answers["area"] == 9


def test_an_applicant_withdraws_from_their_task_and_from_a_wait_and_from_nothing_else(office: Office) -> None:
    (case,) = waiting(office)
    with refused("services.action_unknown"):
        act(office.citizen.actor, case, get_case(office.citizen.actor, case).seq, "withdraw")
    with refused("services.not_given_to_you"):
        act(office.citizen.actor, case, get_case(office.citizen.actor, case).seq, "accept")
    act(office.registrar.actor, case, taken(office.registrar).seq, "reviews")
    office.run()
    act(office.citizen.actor, case, get_case(office.citizen.actor, case).seq, "withdraw")
    assert office.standing(case).turn == "closed:withdrawn"


def test_a_refusal_is_appealed_to_another_role_and_never_to_who_decided_it(office: Office, officer: Any) -> None:
    case = refuse(office)
    with refused("services.reason_missing"):
        appeal(office.citizen.actor, case, "")
    appeal(office.citizen.actor, case, "لم تُقرأ أوراقي")
    office.run()
    assert office.standing(case).turn == "task:head"
    assert next_case(office.head.actor, "stall") is None, "the head who signed the refusal"
    other = officer("head")
    assert taken(other).id == case
    act(other.actor, case, taken(other).seq, "accept")
    office.run()
    assert office.standing(case).turn == "closed:granted"
    with refused("services.no_appeal_left"):
        appeal(office.citizen.actor, case, "مرة أخرى")


def test_the_time_for_an_appeal_ends(office: Office) -> None:
    case = refuse(office)
    until = my_cases(office.citizen.actor)[0].decision.appeal_until
    assert until is not None and until.isoformat() == "2026-12-23"
    office.clock.advance(timedelta(days=32))
    assert my_cases(office.citizen.actor)[0].decision.appeal_until is None
    with refused("services.no_appeal_left"):
        appeal(office.citizen.actor, case, "متأخر")


def test_an_officer_sees_what_the_state_says_and_that_they_looked_is_told_to_the_applicant(office: Office) -> None:
    waiting(office)
    shown = taken(office.registrar)
    assert set(shown.answers) == {"name", "area", "well"} and set(shown.facts) == {"card"}
    assert shown.values == {"wanted_m2": 50} and [one.name for one in shown.actions] == [
        "accept", "refuse", "send_back", "reviews",
    ]  # fmt: skip
    now, day = office.clock.now(), timedelta(days=1)
    found = usage_index().find("interior", NUMBER, now - day, now + day).usages
    (usage,) = [one for one in found if one.service == "case.read"]
    assert "طلبك" in usage.action.ar


def test_nobody_else_sees_a_case(office: Office, officer: Any, citizen: Any) -> None:
    (case,) = waiting(office)
    stranger = citizen("199912345678")
    for actor in (stranger.actor, Actor.anonymous("portal"), office.clerk.actor):
        with refused("services.case_unknown"):
            get_case(actor, case)
    assert my_cases(stranger.actor) == () and my_cases(office.registrar.actor) == ()
    with refused("services.case_unknown"):
        get_case(office.citizen.actor, UUID(int=0))
    with refused("people.right_missing"):
        case_acts(office.clerk.actor, case)
    with refused("services.case_unknown"):
        case_acts(stranger.actor, case)
    assert len(case_acts(office.citizen.actor, case)) == 3


def test_the_applicant_is_told_what_became_of_it(office: Office) -> None:
    office.submitted()
    (notice,) = my_notices(office.citizen.actor)
    assert notice.text.ar == "نص granted" and my_notices(office.registrar.actor) == ()


def test_an_applicant_disputes_a_fact_and_the_officer_sees_it_beside_the_fact(office: Office) -> None:
    (case,) = waiting(office)
    with refused("services.fact_unknown"):
        dispute_fact(office.citizen.actor, case, "house", "ليس لي بيت")
    with refused("services.reason_missing"):
        dispute_fact(office.citizen.actor, case, "card", "")
    dispute_fact(office.citizen.actor, case, "card", "تاريخ ميلادي خطأ")
    dispute_fact(office.citizen.actor, case, "card", "تاريخ ميلادي خطأ")
    assert office.kinds(case).count("Disputed") == 1
    office.run()
    assert taken(office.registrar).disputes == {"card": "تاريخ ميلادي خطأ"}
    dispute_fact(office.citizen.actor, case, "card", "واسم أبي")
    assert Hold.objects.get().person == office.registrar.person, "what the applicant says takes it from nobody"
    closed = office.submitted()
    with refused("services.case_closed"):
        dispute_fact(office.citizen.actor, closed, "card", "خطأ")
