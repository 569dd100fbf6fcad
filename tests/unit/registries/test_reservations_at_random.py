"""Reservations against a naive model: any order of deeds, some cut short before their entry, others in their place."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import pytest
from hypothesis import assume, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from uruk.acts.api import appender, complete_pending, run_due_jobs, use_appender
from uruk.kernel.api import Actor, CodedError, FixedClock
from uruk.registries.api import confirm_reservation, find_reservation, release_reservation, reserve

pytestmark = pytest.mark.database

NODE = Actor.system("interior")
HOLDERS = ("XX/GOV/agriculture/season-plan", "XX/GOV/water/desk")
CAPACITY, HOLD = 10, timedelta(days=2)
CUT = "trust.log_unavailable"


@dataclass
class Held:
    """A reservation as the model has it; `on_its_way`: what was intended and has no receipt yet."""

    amount: int
    until: datetime
    state: str = ""
    on_its_way: str = ""


@dataclass
class Model:
    """A well in the simplest words there are: what is taken is counted by hand."""

    cap: int = CAPACITY
    taken: int = 0
    held: dict[tuple[str, int], Held] = field(default_factory=dict)
    cut: bool = False

    def reserve(self, place: tuple[str, int], amount: int, now: datetime) -> str:
        if place not in self.held:
            if amount > self.cap - self.taken:
                raise CodedError("registries.capacity_short", left=self.cap - self.taken)
            self.taken += amount
            self.held[place] = Held(amount, now + HOLD, on_its_way="reserved")
        elif self.held[place].amount != amount:
            raise CodedError("registries.reservation_differs")
        return self.settled(place).state

    def step(self, place: tuple[str, int], then: str, now: datetime) -> str:
        if then == "confirmed":
            self.expire(place, now)
        one = self.settled(place)
        if one.state != then:
            if one.state in ("released", "expired") or (one.state, then) == ("confirmed", "expired"):
                raise CodedError("registries.reservation_ended", state=one.state)
            one.on_its_way = then
        return self.settled(place).state

    def expire(self, place: tuple[str, int], now: datetime) -> None:
        if now >= self.found(place).until and self.settled(place).state == "reserved":
            self.step(place, "expired", now)

    def settled(self, place: tuple[str, int]) -> Held:
        """The reservation, what was on its way brought to its end; the log may fail once."""
        one = self.found(place)
        if one.on_its_way:
            if self.cut:
                self.cut = False
                raise CodedError(CUT)
            one.state, one.on_its_way = one.on_its_way, ""
            if one.state in ("released", "expired"):
                self.taken -= one.amount
        return one

    def found(self, place: tuple[str, int]) -> Held:
        if place not in self.held:
            raise CodedError("registries.reservation_unknown")
        return self.held[place]


class Failing:
    """The node's log, which once makes no entry."""

    def __init__(self, log: Any) -> None:
        self._log, self.cut = log, False

    def append(self, *entry: Any) -> Any:
        if self.cut:
            self.cut = False
            raise CodedError(CUT)
        return self._log.append(*entry)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)


def outcome(deed: Callable[[], Any]) -> str:
    """The state it comes to, or the code of its refusal."""
    try:
        done = deed()
    except CodedError as error:
        return error.code
    return str(getattr(done, "state", done))


PLACES = some.tuples(some.sampled_from(HOLDERS), some.integers(0, 3))
DEEDS: dict[str, Callable[..., Any]] = {"confirmed": confirm_reservation, "released": release_reservation}


def machine(archive: Any, clock: FixedClock, log: Failing) -> type[RuleBasedStateMachine]:
    """What may be done to a well, in any order; each example has a well of its own."""
    numbers = count()

    class Well(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.number, self.model, log.cut = next(numbers), Model(), False
            self.code = f"R{self.number}"
            self.record = archive.create({"code": self.code, "granted_m3": CAPACITY}, registry="wells")

        def key(self, place: tuple[str, int]) -> dict[str, Any]:
            return {"holder": place[0], "reservation": uuid5(NAMESPACE_OID, f"{self.number}/{place[1]}")}

        @rule(place=PLACES, amount=some.integers(1, 6))
        def reserve(self, place: tuple[str, int], amount: int) -> None:
            expected = outcome(lambda: self.model.reserve(place, amount, clock.now()))
            assert expected == outcome(lambda: reserve(NODE, "interior", "wells", self.code, amount, **self.key(place)))

        @rule(place=PLACES, then=some.sampled_from(sorted(DEEDS)))
        def go_on(self, place: tuple[str, int], then: str) -> None:
            expected = outcome(lambda: self.model.step(place, then, clock.now()))
            assert expected == outcome(lambda: DEEDS[then](NODE, "interior", "wells", **self.key(place)))

        @rule(place=PLACES)
        def look(self, place: tuple[str, int]) -> None:
            expected = outcome(lambda: self.model.settled(place))
            assert expected == outcome(lambda: find_reservation(NODE, "interior", "wells", **self.key(place)))

        @rule()
        def the_next_entry_fails(self) -> None:
            self.model.cut = log.cut = True

        @rule(hours=some.integers(1, 60))
        def time_goes_by(self, hours: int) -> None:
            clock.advance(timedelta(hours=hours))

        @rule()
        def the_worker_does_what_is_due(self) -> None:
            self.model.cut = log.cut = False
            while run_due_jobs():
                pass
            for place in self.model.held:
                if self.model.held[place].on_its_way in ("", "reserved"):
                    self.model.expire(place, clock.now())

        @rule(amount=some.integers(0, 14))
        def the_amount_changes(self, amount: int) -> None:
            assume(amount != self.model.cap)
            self.model.cut = log.cut = False
            expected = "registries.capacity_below_taken" if amount < self.model.taken else "done"
            change = {"granted_m3": amount}
            assert expected == outcome(lambda: archive.amend(self.record, change, registry="wells") and "done")
            if expected == "done":
                self.model.cap = amount

        @invariant()
        def what_is_taken_is_what_is_held(self) -> None:
            well = archive.get(self.record, "wells")
            assert (well.taken, well.left) == (self.model.taken, self.model.cap - self.model.taken)
            assert 0 <= self.model.taken <= self.model.cap
            assert log.cut == self.model.cut, "as many entries were asked of the log as the model says"

        def teardown(self) -> None:
            self.model.cut = log.cut = False
            assert complete_pending()[1] == 0
            for place in self.model.held:
                self.look(place)
            self.what_is_taken_is_what_is_held()

    return Well


def test_in_any_order_and_cut_short_anywhere_reservations_do_as_the_model(archive: Any, clock: FixedClock) -> None:
    log = Failing(appender())
    before = use_appender(log)
    try:
        run_state_machine_as_test(
            machine(archive, clock, log), settings=settings(max_examples=10, stateful_step_count=25, deadline=None)
        )
    finally:
        use_appender(before)
