"""A part of an amount is reserved, confirmed, released or given back in time; the sum never exceeds the amount."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from uruk.acts.api import run_due_jobs
from uruk.kernel.api import Actor, CodedError, FixedClock
from uruk.registries.api import (
    Change,
    confirm_reservation,
    find_reservation,
    release_reservation,
    reservations,
    reserve,
)

pytestmark = pytest.mark.database

NODE = Actor.system("interior")
HOLDER = "IQ/GOV/agriculture/season-plan"
WELL = {"code": "W1", "granted_m3": 100}


@pytest.fixture
def well(archive: Any) -> UUID:
    record: UUID = archive.create(WELL, registry="wells")
    return record


def hold(amount: int, reservation: UUID | None = None, holder: str = HOLDER) -> Any:
    return reserve(NODE, "interior", "wells", "W1", amount, holder=holder, reservation=reservation or uuid4())


def left(archive: Any, well: UUID) -> tuple[int, int]:
    found = archive.get(well, "wells")
    return found.taken, found.left


def test_what_is_reserved_is_left_to_nobody_else(archive: Any, well: UUID, clock: FixedClock) -> None:
    first = hold(60)
    assert (first.state, first.amount, first.record) == ("reserved", 60, well)
    assert first.held_until == clock.now() + timedelta(days=2)
    with pytest.raises(CodedError, match=r"registries\.capacity_short") as short:
        hold(41)
    assert short.value.values == {"left": 40}
    hold(40)
    assert left(archive, well) == (100, 0)


def test_asked_again_the_answer_is_the_same_and_nothing_more_is_taken(archive: Any, well: UUID) -> None:
    number = uuid4()
    assert hold(10, number) == hold(10, number)
    assert left(archive, well) == (10, 90)
    with pytest.raises(CodedError, match=r"registries\.reservation_differs"):
        hold(11, number)
    assert hold(10, number, holder="IQ/GOV/other/system").state == "reserved"
    assert left(archive, well) == (20, 80)


def test_confirmed_it_stays_and_released_it_is_free(archive: Any, well: UUID, clock: FixedClock) -> None:
    number = uuid4()
    hold(70, number)
    place = {"holder": HOLDER, "reservation": number}
    done = confirm_reservation(NODE, "interior", "wells", **place)
    assert (done.state, done.held_until) == ("confirmed", None)
    assert confirm_reservation(NODE, "interior", "wells", **place) == done
    clock.advance(timedelta(days=3))
    run_due_jobs()
    assert find_reservation(NODE, "interior", "wells", **place).state == "confirmed"
    assert release_reservation(NODE, "interior", "wells", **place).state == "released"
    assert left(archive, well) == (0, 100)
    assert release_reservation(NODE, "interior", "wells", **place).state == "released"
    assert left(archive, well) == (0, 100)
    with pytest.raises(CodedError, match=r"registries\.reservation_ended"):
        confirm_reservation(NODE, "interior", "wells", **place)


def test_what_nobody_confirms_in_time_is_free_again(archive: Any, well: UUID, clock: FixedClock) -> None:
    by_job, by_asking = uuid4(), uuid4()
    hold(30, by_job)
    clock.advance(timedelta(days=1))
    hold(20, by_asking)
    clock.advance(timedelta(days=1))
    run_due_jobs()
    assert left(archive, well) == (20, 80)
    assert find_reservation(NODE, "interior", "wells", holder=HOLDER, reservation=by_job).state == "expired"
    clock.advance(timedelta(days=1))
    with pytest.raises(CodedError, match=r"registries\.reservation_ended"):
        confirm_reservation(NODE, "interior", "wells", holder=HOLDER, reservation=by_asking)
    assert left(archive, well) == (0, 100)
    run_due_jobs()
    assert left(archive, well) == (0, 100)


def test_a_released_reservation_does_not_expire_as_well(archive: Any, well: UUID, clock: FixedClock) -> None:
    number = uuid4()
    hold(30, number)
    release_reservation(NODE, "interior", "wells", holder=HOLDER, reservation=number)
    clock.advance(timedelta(days=3))
    run_due_jobs()
    assert find_reservation(NODE, "interior", "wells", holder=HOLDER, reservation=number).state == "released"
    assert left(archive, well) == (0, 100)


def test_the_amount_cannot_become_less_than_what_is_promised_of_it(archive: Any, well: UUID) -> None:
    hold(60)
    with pytest.raises(CodedError, match=r"registries\.capacity_below_taken") as below:
        archive.amend(well, {"granted_m3": 59}, registry="wells")
    assert below.value.values == {"taken": 60}
    archive.amend(well, {"granted_m3": 60}, registry="wells")
    assert left(archive, well) == (60, 0)
    archive.amend(well, {"granted_m3": 80}, registry="wells")
    assert left(archive, well) == (60, 20)


def test_a_lower_amount_planned_for_a_later_day_binds_at_once(archive: Any, well: UUID, clock: FixedClock) -> None:
    archive.amend(well, {"granted_m3": 50}, registry="wells", valid_from=(clock.now() + timedelta(days=9)).date())
    with pytest.raises(CodedError, match=r"registries\.capacity_short"):
        hold(51)
    held = hold(50)
    confirm_reservation(NODE, "interior", "wells", holder=HOLDER, reservation=held.reservation)
    clock.advance(timedelta(days=10))
    run_due_jobs()
    assert archive.get(well, "wells").values["granted_m3"] == 50
    assert left(archive, well) == (50, 0)


def test_a_record_is_not_withdrawn_while_something_of_it_is_taken(archive: Any, well: UUID) -> None:
    number = uuid4()
    hold(1, number)
    with pytest.raises(CodedError, match=r"registries\.capacity_in_use"):
        archive.amend(well, {}, "withdraw", registry="wells")
    release_reservation(NODE, "interior", "wells", holder=HOLDER, reservation=number)
    archive.amend(well, {}, "withdraw", registry="wells")
    with pytest.raises(CodedError, match=r"registries\.record_unknown"):
        hold(1)


@pytest.mark.parametrize("amount", [0, -1, True, 10**16, "5"])
def test_what_is_no_amount_is_refused(archive: Any, well: UUID, amount: Any) -> None:
    with pytest.raises(CodedError, match=r"registries\.amount_refused"):
        hold(amount)


def test_only_who_may_propose_reserves_and_only_where_there_is_a_capacity(archive: Any, well: UUID) -> None:
    with pytest.raises(CodedError, match=r"people\.role_not_held"):
        reserve(archive.auditor.actor, "interior", "wells", "W1", 1, holder=HOLDER, reservation=uuid4())
    with pytest.raises(CodedError, match=r"registries\.foreign_actor"):
        reserve(Actor.system("agriculture"), "interior", "wells", "W1", 1, holder=HOLDER, reservation=uuid4())
    with pytest.raises(CodedError, match=r"registries\.no_capacity"):
        reserve(NODE, "interior", "shops", "A1", 1, holder=HOLDER, reservation=uuid4())
    with pytest.raises(CodedError, match=r"registries\.reservation_unknown"):
        find_reservation(NODE, "interior", "wells", holder="IQ/GOV/other/system", reservation=hold(1).reservation)
    assert [one.amount for one in reservations(archive.auditor.actor, "interior", "wells", well)] == [1]


def test_two_wells_do_not_share_an_amount(archive: Any, well: UUID) -> None:
    archive.change(Change("create", values={"code": "W2", "granted_m3": 5}), registry="wells")
    with pytest.raises(CodedError, match=r"registries\.capacity_short"):
        reserve(NODE, "interior", "wells", "W2", 6, holder=HOLDER, reservation=uuid4())
    assert left(archive, well) == (0, 100)
