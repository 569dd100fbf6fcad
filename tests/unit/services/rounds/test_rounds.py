"""A call ends, is closed by who may, ranked, published; each case moves on, and freed places go down the list."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.unit.services.conftest import refused
from tests.unit.services.rounds.conftest import Hall
from uruk.acts.api import find_statement, receipt_of
from uruk.services.api import act, close_round, get_round, propose_round, round_proposal, rounds
from uruk.services.models import Round, RoundEntry

pytestmark = pytest.mark.database


def test_a_deadline_is_counted_from_a_day_that_the_case_knows_unless_that_is_over(hall: Hall) -> None:
    case, late = hall.apply(5), hall.apply(5, course="C2", ends="2026-01-31")
    assert hall.standing(case).due.isoformat() == "2027-02-28"
    begun = hall.standing(late).since.date()
    assert hall.standing(late).due >= begun + timedelta(days=90)


def test_a_call_that_ends_is_closed_by_two_persons_and_every_case_moves_on_by_the_declared_order(hall: Hall) -> None:
    low, high, middle, village, last = (hall.apply(points, village=points == 5) for points in (10, 90, 50, 5, 1))
    assert set(hall.states(*hall.cases)) == {"ranked"}
    assert {hall.standing(one).turn for one in hall.cases} == {"wait:round"}
    hall.end()
    (before,) = rounds(hall.registrar.actor)
    assert (before.state, before.here, before.places, before.unready) == ("ended", 5, 2, 0)
    hall.close_by_two()
    assert hall.states(high, village) == ["offered", "offered"]
    assert hall.states(middle, low) == ["listed", "listed"]
    assert hall.states(last) == ["refused"]
    (after,) = rounds(hall.registrar.actor)
    assert (after.state, after.entries, after.placed, after.waiting) == ("decided", 5, 2, 2)
    assert RoundEntry.objects.get(case=village).kept_for == "village"
    moved = hall.opened(high).acts[-1].content
    assert (moved.by, moved.round) == ("placed", str(Round.objects.get().pk))


def test_the_act_that_closes_is_of_two_persons_and_the_one_that_decides_names_the_root_of_all_rows(hall: Hall) -> None:
    hall.apply(10)
    hall.end()
    hall.close_by_two()
    row = Round.objects.get()
    closed, decided = find_statement(row.closed_act), find_statement(row.decided_act)
    assert closed is not None and decided is not None
    assert (closed.type, len(closed.approvals)) == ("round.closed", 2)
    assert (decided.type, decided.body["rows"], len(decided.body["root"])) == ("round.decided", 1, 32)
    assert receipt_of(row.decided_act) is not None


def test_nobody_closes_a_call_before_its_last_day_is_over_and_a_day_off_is_no_last_day(hall: Hall) -> None:
    hall.apply(10, ends="2026-11-28")  # a Saturday
    hall.clock.advance(timedelta(days=6))  # Sunday, the day on which it ends instead
    hall.run()
    with refused("services.round_open"):
        round_proposal(hall.registrar.actor, "course", hall.key())
    hall.clock.advance(timedelta(days=1))
    assert round_proposal(hall.registrar.actor, "course", hall.key())


def test_only_the_role_that_is_named_closes_and_a_second_person_where_one_is_asked_for(hall: Hall) -> None:
    hall.apply(10)
    hall.end()
    key = hall.key()
    with refused("services.second_needed"):
        close_round(hall.registrar.actor, "course", key)
    with refused("services.not_your_round"):
        round_proposal(hall.head.actor, "course", key)
    with refused("services.round_unknown"):
        close_round(hall.clerk.actor, "course", key)
    approval = hall.head.approve(round_proposal(hall.registrar.actor, "course", key))
    with refused("services.not_your_approval"):
        propose_round(hall.registrar.actor, "course", key, approval)


def test_a_round_without_a_role_is_decided_by_itself_after_its_last_day(hall: Hall) -> None:
    first, second, third = (hall.apply(50, "bazaar") for _ in range(3))
    assert hall.states(first, second, third) == ["ranked"] * 3
    hall.end()
    # Equal cases go by the order in which they came; the place for a village goes to the next.
    assert hall.states(first, second, third) == ["offered", "offered", "listed"]


def test_who_comes_after_the_end_has_no_place_and_a_call_is_decided_once(hall: Hall) -> None:
    early = hall.apply(10, "bazaar")
    hall.end()
    late = hall.apply(90, "bazaar")
    assert hall.states(early, late) == ["offered", "refused"]
    assert Round.objects.count() == 1


def test_calls_are_decided_apart(hall: Hall) -> None:
    ones = [hall.apply(points, "bazaar") for points in (10, 20, 30)]
    other = hall.apply(1, "bazaar", course="C2")
    hall.end()
    assert hall.states(*ones, other) == ["listed", "offered", "offered", "offered"]
    assert Round.objects.count() == 2


def test_a_place_that_falls_free_goes_to_the_first_of_the_list_by_an_act_and_so_on(hall: Hall) -> None:
    first, second, third, fourth = (hall.apply(points, "bazaar") for points in (90, 80, 70, 60))
    hall.end()
    assert hall.states(third, fourth) == ["listed", "listed"]
    _withdraw(hall, first)
    assert hall.states(first, third, fourth) == ["withdrawn", "offered", "listed"]
    _withdraw(hall, third)
    assert hall.states(third, fourth) == ["withdrawn", "offered"]
    assert hall.states(second) == ["offered"]


def test_whoever_has_left_the_list_is_passed_over_and_an_answer_that_does_not_come_frees_the_place(hall: Hall) -> None:
    cases = [hall.apply(points, "bazaar") for points in (90, 80, 70, 60)]
    hall.end()
    _withdraw(hall, cases[2])
    hall.clock.advance(timedelta(days=10))
    hall.run()
    assert hall.states(*cases) == ["lapsed", "lapsed", "withdrawn", "offered"]


def test_a_place_kept_for_a_group_goes_to_the_first_of_the_group_and_then_to_the_others(hall: Hall) -> None:
    best, of_group = hall.apply(90), hall.apply(1, village=True)
    waiting, waiting_of_group = hall.apply(60), hall.apply(50, village=True)
    hall.end()
    hall.close_by_two()
    # Of the group the better one has the kept place; the other waits.
    assert hall.states(best, waiting_of_group, waiting, of_group) == ["offered", "offered", "listed", "listed"]
    _withdraw(hall, waiting_of_group)
    assert hall.states(waiting, of_group) == ["listed", "offered"]
    _withdraw(hall, of_group)
    assert hall.states(waiting) == ["offered"]


def test_who_withdraws_while_the_round_is_decided_leaves_a_place_to_the_next(hall: Hall) -> None:
    from uruk.acts.api import run_due_jobs
    from uruk.services.models import RoundCase

    cases = [hall.apply(points, "bazaar") for points in (90, 80, 70)]
    hall.clock.advance(timedelta(days=8))
    while not Round.objects.exists():
        run_due_jobs(1)
    while RoundEntry.objects.filter(rank__isnull=False).count() < 3:
        run_due_jobs(1)
    if RoundCase.objects.filter(case=cases[0], place="here").exists():
        _withdraw(hall, cases[0], run=False)
    for _ in range(3):
        hall.run()
        hall.clock.advance(timedelta(minutes=2))
    assert hall.states(*cases) == ["withdrawn", "offered", "offered"]


def test_a_round_waits_for_cases_that_others_still_look_at_and_not_for_applicants(hall: Hall, town: object) -> None:
    looked_at = hall.apply(1, "canal")
    hall.apply(50, "canal")
    hall.end()
    with refused("services.round_unready"):
        close_round(hall.registrar.actor, "canal", hall.key("canal"))
    from uruk.services.api import next_case

    given = next_case(hall.clerk.actor, "canal")
    assert given is not None and given.id == looked_at
    act(hall.clerk.actor, looked_at, given.seq, "send_back", marks={"points": "؟"})
    hall.run()
    found = get_round(hall.registrar.actor, "canal", hall.key("canal"))
    assert (found.unready, found.correcting, found.here) == (0, 1, 1)
    assert close_round(hall.registrar.actor, "canal", hall.key("canal")).state == "closed"


def test_a_case_that_ranks_by_a_fact_of_another_institution_waits_for_it_by_name_and_the_round_for_the_case(
    hall: Hall, town: object
) -> None:
    town.away = True  # type: ignore[attr-defined]
    case = hall.apply(50, "canal")
    assert hall.standing(case).turn == "wait:town"
    hall.end()
    with refused("services.round_unready"):
        close_round(hall.registrar.actor, "canal", hall.key("canal"))
    town.away = False  # type: ignore[attr-defined]
    hall.clock.advance(timedelta(hours=1))
    hall.run()
    assert hall.standing(case).turn == "wait:round"
    close_round(hall.registrar.actor, "canal", hall.key("canal"))
    hall.run()
    assert RoundEntry.objects.get(case=case).groups == ["village"]
    assert hall.states(case) == ["offered"]


def test_standings_of_rounds_are_made_again_from_the_acts(hall: Hall) -> None:
    from django.forms.models import model_to_dict

    from uruk.services.models import Case, RoundCase
    from uruk.services.running.projecting import rebuild_standings

    hall.apply(10)
    hall.apply(20)
    before = [model_to_dict(one) for one in RoundCase.objects.order_by("case_id")]
    RoundCase.objects.all().delete()
    rebuild_standings(Case.objects.all())
    assert [model_to_dict(one) for one in RoundCase.objects.order_by("case_id")] == before != []


def _withdraw(hall: Hall, case: UUID, *, run: bool = True) -> None:
    """As its applicant does, and what follows from it."""
    act(hall.citizen.actor, case, hall.standing(case).seq, "withdraw")
    if run:
        hall.run()
