"""Tasks: the next case is given and nobody picks; actions, two persons, sending back, reviews, appeals, reassigning."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.fixtures import Officer
from tests.unit.services.conftest import ANSWERS, Office, record, refused
from tests.unit.services.samples import NUMBER
from uruk.acts.api import find_statement, usage_index
from uruk.kernel.api import Actor, CodedError
from uruk.notices.api import my_notices
from uruk.people.api import end_office, offices
from uruk.services.api import (
    InvalidAnswersError,
    act,
    action_proposal,
    appeal,
    approve_action,
    case_acts,
    decline_action,
    dispute_fact,
    get_case,
    give_back,
    my_cases,
    next_case,
    propose_action,
    proposed_bytes,
    queues,
    reassign,
    retry_effects,
    review,
    settle_wait,
    troubles,
)
from uruk.services.models import Case, Hold
from uruk.services.running.recording import act_id

pytestmark = pytest.mark.database


def waiting(office: Office, count: int = 1) -> list[UUID]:
    """Cases that an officer must look at, in the order they came."""
    found = []
    for place in range(count):
        found.append(office.submitted(name=f"N{place}", area=50))
        office.clock.advance(timedelta(seconds=1))
    return found


def taken(officer: Officer, service: str = "stall") -> Any:
    """The case that the officer is given."""
    found = next_case(officer.actor, service)
    assert found is not None
    return found


def propose(office: Office, case: Any, said: Any = None) -> Any:
    """The registrar proposes a refusal, signed."""
    given = said or {"ground": "space"}
    registrar = office.registrar
    signed = registrar.approve(action_proposal(registrar.actor, case.id, case.seq, "refuse", given))
    return propose_action(registrar.actor, case.id, case.seq, "refuse", signed, given)


def refuse(office: Office) -> UUID:
    """A case that two persons refused."""
    waiting(office)
    case = propose(office, taken(office.registrar))
    taken(office.head)
    signed = office.head.approve(proposed_bytes(office.head.actor, case.id))
    approve_action(office.head.actor, case.id, signed)
    office.run()
    return case.id


def test_the_next_case_is_the_oldest_and_two_officers_never_have_the_same(office: Office, officer: Any) -> None:
    first, second = waiting(office, 2)
    other = officer("registrar")
    assert taken(office.registrar).id == first and taken(other).id == second
    assert taken(office.registrar).id == first, "it stays theirs until they have done it"
    assert next_case(officer("registrar").actor, "stall") is None


def test_queues_tell_numbers_by_service(office: Office) -> None:
    waiting(office, 2)
    (queue,) = queues(office.registrar.actor)
    assert (queue.service, queue.cases) == ("stall", 2) and queues(office.clerk.actor) == ()


def test_a_case_goes_back_when_its_officer_gives_it_back_or_their_hour_is_over(office: Office, officer: Any) -> None:
    (case,) = waiting(office)
    other = officer("registrar")
    taken(office.registrar)
    assert next_case(other.actor, "stall") is None
    give_back(office.registrar.actor, case)
    assert taken(other).id == case
    office.clock.advance(timedelta(hours=1, seconds=1))
    assert taken(office.registrar).id == case


def test_a_role_that_ends_gives_its_cases_back(office: Office, officer: Any) -> None:
    (case,) = waiting(office)
    leaver = officer("registrar")
    taken(leaver)
    (held,) = offices(leaver.person)
    end_office(Actor.system("interior"), held.act_id, office.clock.now())
    assert taken(office.registrar).id == case
    with refused("people.role_not_held"):
        act(leaver.actor, case, taken(office.registrar).seq, "accept")


def test_an_officer_decides_only_what_was_given_to_them(office: Office, officer: Any) -> None:
    (case,) = waiting(office)
    found = taken(office.registrar)
    with refused("services.not_given_to_you"):
        act(officer("registrar").actor, case, found.seq, "accept")
    with refused("services.not_given_to_you"):
        act(office.head.actor, case, found.seq, "accept")
    with refused("services.action_unknown"):
        act(office.registrar.actor, case, found.seq, "grant")
    with refused("services.second_needed"):
        act(office.registrar.actor, case, found.seq, "refuse", {"ground": "space"})


def test_accepting_takes_the_case_to_its_end_and_doing_it_twice_is_doing_it_once(office: Office) -> None:
    (case,) = waiting(office)
    found = taken(office.registrar)
    act(office.registrar.actor, case, found.seq, "accept")
    again = act(office.registrar.actor, case, found.seq, "accept")
    assert again.state == "reserving"
    office.run()
    assert office.standing(case).turn == "closed:granted" and not Hold.objects.exists()
    with refused("services.case_moved"):
        act(office.registrar.actor, case, found.seq, "send_back")


def test_two_actions_at_once_are_one_action(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from uruk.services.working import acting

    (case,) = waiting(office)
    found, record = taken(office.registrar), acting.record
    done: list[str] = []

    def late(actor: Any, row: Any, seq: int, content: Any, **more: Any) -> Any:
        monkeypatch.setattr(acting, "record", record)
        act(office.registrar.actor, case, found.seq, "accept")
        done.append("accept")
        return record(actor, row, seq, content, **more)

    monkeypatch.setattr(acting, "record", late)
    with refused("services.case_moved"):
        act(office.registrar.actor, case, found.seq, "send_back", marks={"area": "!"})
    assert done == ["accept"] and office.opened(case).standing.entry.state == "reserving"


def test_a_refusal_is_an_act_of_two_persons_and_says_why_in_the_case(office: Office) -> None:
    case = refuse(office)
    standing = office.opened(case).standing
    assert (standing.entry.state, standing.decided) == ("refused", {"ground": "space"})
    statement = find_statement(act_id(case, standing.entry.seq))
    assert statement is not None and len(statement.approvals) == 2 and statement.proposal is not None
    (mine,) = my_cases(office.citizen.actor)
    assert mine.decision is not None and mine.decision.said == {"ground": "space"}


def test_whoever_proposed_is_not_the_second_person(office: Office, passkey: Any) -> None:
    from uruk.people.api import appoint

    waiting(office)
    case = propose(office, taken(office.registrar))
    appoint(Actor.system("interior"), office.registrar.person, "interior", "head", since=office.clock.now())
    both = Actor(channel="desk", person=office.registrar.person, institution="interior", role="head")
    assert next_case(both, "stall") is None, "it is not even shown to them"
    with refused("services.not_given_to_you"):
        proposed_bytes(both, case.id)
    Hold.objects.create(
        case_id=case.id,
        person=both.person,
        role="head",
        institution="interior",
        since=office.clock.now(),
        until=office.clock.now() + timedelta(hours=1),
    )
    with refused("services.same_person"):
        proposed_bytes(both, case.id)


def test_what_was_signed_must_be_what_there_is_and_by_ones_own_passkey(office: Office, officer: Any) -> None:
    waiting(office)
    found, registrar = taken(office.registrar), office.registrar
    proposal = action_proposal(registrar.actor, found.id, found.seq, "refuse", {"ground": "space"})
    with refused("services.proposal_moved"):
        propose_action(
            registrar.actor, found.id, found.seq, "refuse", registrar.approve(proposal), {"ground": "papers"}
        )
    with refused("services.not_your_approval"):
        propose_action(
            registrar.actor, found.id, found.seq, "refuse", office.head.approve(proposal), {"ground": "space"}
        )
    with refused("services.no_second_needed"):
        action_proposal(registrar.actor, found.id, found.seq, "accept")
    with refused("services.nothing_proposed"):
        proposed_bytes(registrar.actor, found.id)
    with refused("services.case_moved"):
        action_proposal(registrar.actor, found.id, found.seq - 1, "refuse", {"ground": "space"})


def test_a_second_person_who_declines_gives_the_case_back_with_a_reason(office: Office) -> None:
    waiting(office)
    case = propose(office, taken(office.registrar))
    assert office.standing(case.id).turn == "task:head"
    taken(office.head)
    with refused("services.reason_missing"):
        decline_action(office.head.actor, case.id, " ")
    decline_action(office.head.actor, case.id, "المساحة تكفي")
    assert office.standing(case.id).turn == "task:registrar"
    assert act(office.registrar.actor, case.id, taken(office.registrar).seq, "accept").state == "reserving"


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


def test_reviews_are_asked_of_all_at_once_and_joined_as_defined(office: Office) -> None:
    (case,) = waiting(office)
    act(office.registrar.actor, case, taken(office.registrar).seq, "reviews")
    office.run()
    assert office.standing(case).turn == "wait:clerk head"
    with refused("services.not_asked"):
        review(office.registrar.actor, case, True)
    with refused("services.not_given_to_you"):
        review(office.clerk.actor, case, True)
    assert taken(office.clerk).id == case
    review(office.clerk.actor, case, True)
    assert office.standing(case).turn == "wait:head" and next_case(office.clerk.actor, "stall") is None
    assert taken(office.head).id == case
    with refused("services.reason_missing"):
        review(office.head.actor, case, False)
    review(office.head.actor, case, False, "لا حاجة")
    office.run()
    assert office.standing(case).turn == "closed:refused"


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


def test_only_a_supervisor_reassigns_to_an_officer_of_the_role_with_a_reason(
    office: Office, officer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = waiting(office, 2)
    other = officer("registrar")
    with refused("people.right_missing"):
        reassign(office.registrar.actor, second, other.person, "سبب")
    supervise(monkeypatch)
    with refused("services.officer_unknown"):
        reassign(office.head.actor, second, office.clerk.person, "سبب")
    with refused("services.reason_missing"):
        reassign(office.head.actor, second, other.person, "")
    reassign(office.head.actor, second, other.person, "زميله في إجازة")
    office.run()
    assert taken(office.registrar).id == first
    give_back(office.registrar.actor, first)
    act(other.actor, first, taken(other).seq, "accept")
    assert taken(other).id == second and next_case(office.registrar.actor, "stall") is None
    closed = office.submitted()
    with refused("services.not_a_task"):
        reassign(office.head.actor, closed, other.person, "سبب")
    shown = case_acts(office.head.actor, second)
    assert [one.content["reason"] for one in shown if one.type == "case.reassigned"] == ["زميله في إجازة"]


def supervise(monkeypatch: pytest.MonkeyPatch) -> None:
    """Heads may reassign and read whole cases."""
    from uruk.people import offices as rights

    told = [lambda _, role: {"reassign-cases", "read-cases"} if role == "head" else {"see-person"}]
    monkeypatch.setattr(rights, "_RIGHTS", told)


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


def test_a_task_that_is_late_is_handed_to_the_role_named_once(office: Office) -> None:
    (case,) = waiting(office)
    taken(office.registrar)
    due = office.standing(case).due
    office.clock.advance(timedelta(days=15))
    office.run()
    standing = office.standing(case)
    assert (standing.turn, standing.state) == ("task:head", "review") and standing.due > due
    assert next_case(office.registrar.actor, "stall") is None and taken(office.head).id == case
    office.clock.advance(timedelta(days=30))
    office.run()
    assert office.kinds(case).count("HandedOn") == 1
    act(office.head.actor, case, taken(office.head).seq, "accept")


def test_a_correction_that_nobody_sends_lapses_on_the_day_after_its_last(office: Office) -> None:
    (case,) = waiting(office)
    act(office.registrar.actor, case, taken(office.registrar).seq, "send_back", marks={"area": "x"})
    office.run()
    due = office.standing(case).due
    assert due.isoformat() == "2026-12-23"
    office.clock.set(office.clock.now().replace(month=12, day=23, hour=20, minute=59))
    office.run()
    assert office.standing(case).turn == "task:applicant"
    office.clock.advance(timedelta(minutes=2))
    office.run()
    assert office.standing(case).turn == "closed:lapsed"


def test_a_wait_that_nobody_answers_is_decided_by_the_role_it_is_handed_to(office: Office) -> None:
    case = office.submitted(well="nowhere")
    assert office.standing(case).turn == "wait:interior"
    with refused("services.not_waiting"):
        settle_wait(office.head.actor, case, "short", "لا بئر بهذا الرمز")
    office.clock.advance(timedelta(days=9))
    office.run()
    assert office.standing(case).turn == "task:head"
    taken(office.head)
    with refused("services.action_unknown"):
        settle_wait(office.head.actor, case, "lost", "لا بئر بهذا الرمز")
    settle_wait(office.head.actor, case, "short", "لا بئر بهذا الرمز")
    office.run()
    assert office.standing(case).turn == "closed:refused"


def test_where_the_definition_says_so_the_lot_decides_who_is_next(office: Office) -> None:
    from tests.unit.services.samples import STALL
    from tests.unit.services.test_pins import publish_newer

    publish_newer(office, stall=STALL.replace("keep: 10 years", "keep: 10 years\nqueue: lot"))
    cases = waiting(office, 4)
    lots = dict(Case.objects.values_list("pk", "lot"))
    order = sorted(cases, key=lambda one: lots[one])
    for case in order:
        found = taken(office.registrar)
        assert found.id == case
        act(office.registrar.actor, case, found.seq, "accept")


def test_an_effect_that_failed_is_in_the_list_of_troubles_until_it_is_mended_and_tried_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = office.submitted(well="W9")
    with refused("people.right_missing"):
        troubles(office.head.actor)
    supervise(monkeypatch)
    (trouble,) = troubles(office.head.actor)
    assert (trouble.case, trouble.state, trouble.failed, trouble.error) == (case, "reserving", 1, "")
    with refused("services.reason_missing"):
        retry_effects(office.head.actor, case, "")
    record("interior", "wells", code="W9", granted_m3=50)
    retry_effects(office.head.actor, case, "سُجلت البئر")
    office.run()
    assert office.standing(case).turn == "closed:granted" and troubles(office.head.actor) == ()
    with refused("services.nothing_failed"):
        retry_effects(office.head.actor, case, "مرة أخرى")


def test_a_case_that_cannot_go_on_is_in_the_list_of_troubles_and_stops_nobody_else(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from uruk.services.domain.cases import stepping

    whole, supervised = stepping.next_move, supervise(monkeypatch)
    assert supervised is None

    def breaks(service: Any, state: str, reckoning: Any) -> Any:
        if reckoning.ground.answers["name"] == "X":
            raise CodedError("definitions.expression_failed")
        return whole(service, state, reckoning)

    monkeypatch.setattr(stepping, "next_move", breaks)
    stuck, other = office.submitted(name="X"), office.submitted(name="Y")
    (trouble,) = troubles(office.head.actor)
    assert (trouble.case, trouble.error) == (stuck, "definitions.expression_failed")
    assert office.standing(stuck).turn == "wait:interior" and office.standing(other).turn == "closed:granted"


def test_deadlines_pass_over_holidays_and_shutdowns_also_those_announced_after_the_case_began(office: Office) -> None:
    from tests.unit.documents.samples import write_country
    from tests.unit.services.samples import QuietKind, country_files
    from uruk.definitions.api import load_country
    from uruk.publishing.api import kinds
    from uruk.publishing.countries import keep_country

    begun = office.submitted(name="O", area=50)
    assert office.standing(begun).due.isoformat() == "2026-12-07"
    calendar = "uruk: calendar/1\npurpose: {purpose}\ndays:\n  some: {{from: {day}, until: {until}}}\n"
    named = "texts:\n  title: {ar: تقويم, ckb: ڕۆژژمێر}\n  days: {some: {ar: يوم, ckb: ڕۆژ}}\n"
    files = country_files() | {
        "calendars/holidays.yaml": calendar.format(purpose="holidays", day="2026-11-25", until="2026-11-25") + named,
        "calendars/shutdowns.yaml": calendar.format(purpose="freeze", day="2026-12-07", until="2026-12-08") + named,
    }
    loaded = [QuietKind() if one.name == "service" else one for one in kinds()]
    keep_country(load_country(write_country(files), loaded))
    new = office.submitted(name="N", area=50)
    assert office.standing(new).due.isoformat() == "2026-12-09", "a working day less, then two days without network"
    found = taken(office.registrar)
    assert (found.id, found.due.isoformat()) == (begun, "2026-12-09")
    office.clock.set(office.clock.now().replace(month=12, day=9, hour=12))
    office.run()
    assert office.standing(begun).turn == "task:registrar"
    office.clock.set(office.clock.now().replace(day=10))
    office.run()
    assert [office.standing(one).turn for one in (begun, new)] == ["task:head", "task:head"]
