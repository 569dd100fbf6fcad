"""Fifty processes compete for the last units of a capacity and are killed between any two writes: nothing is promised
twice, nothing that was acknowledged is missing, and what is given back is given back once.

Few rounds in the suite; `make soak` sets URUK_CAPACITY_ROUNDS. A round that failed is had again by its seed.
"""

import json
import os
from collections import Counter
from typing import Any

import pytest

from tests.unit.acts.test_crashes import child, database, environment

__all__ = ["database", "environment"]
pytestmark = pytest.mark.database
ROUNDS = int(os.environ.get("URUK_CAPACITY_ROUNDS", "2"))
SEED = int(os.environ.get("URUK_CAPACITY_SEED", "20261126"))
CAPACITY = 9
HOLDING, HANDED_BACK = {"reserved", "confirmed"}, {"released", "expired"}
KINDS = HOLDING | HANDED_BACK


@pytest.fixture(scope="module")
def rounds(environment: dict[str, str]) -> list[dict[str, Any]]:
    """What was seen in each round: deaths, answers, what a watcher saw, what was there after recovery."""
    done = child(environment, "tests.unit.registries.competing", str(SEED), str(ROUNDS), limit_s=120 * ROUNDS + 120)
    assert done.returncode == 0, f"seed {SEED}: {done.stderr}"
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) == ROUNDS
    for number, course in enumerate(found):
        assert course["faults"] == [], f"seed {SEED}, round {number}"
        assert course["deaths"] and course["answers"] and "registries.capacity_short" in course["refusals"]
    return found


def held(reservations: list[Any]) -> int:
    """How much the reservations hold as they stand."""
    return sum(one["amount"] for one in reservations if one and one["state"] in HOLDING)


def test_the_sum_never_exceeds_the_capacity_at_any_moment_that_anybody_saw(rounds: list[dict[str, Any]]) -> None:
    for course in rounds:
        assert len(course["seen"]) > 1
        for cap, taken, promised in course["seen"]:
            assert 0 <= promised <= taken <= cap <= CAPACITY, f"seed {SEED}"


def test_the_sum_never_exceeds_the_capacity_at_any_entry_of_the_log(rounds: list[dict[str, Any]]) -> None:
    for course in rounds:
        now = 0
        for _, _, role, _, amount in course["recovered"][1]["log"]:
            now += {"reserved": amount, "confirmed": 0}.get(role, -amount)
            assert 0 <= now <= CAPACITY, f"seed {SEED}"
        assert now == 0, "all of it was released at the end"


def test_no_acknowledged_reservation_is_missing_or_without_its_receipt(rounds: list[dict[str, Any]]) -> None:
    for course in rounds:
        recovered, ended = course["recovered"][:2]
        assert (recovered["pending_now"], ended["pending_now"], recovered["completed"][1]) == (0, 0, 0)
        # Each of these was had with a receipt that verified.
        logged = {(role, key) for _, _, role, key, _ in ended["log"]}
        for number, state, act in course["answers"]:
            found = ended["reservations"][number]
            assert found is not None and [state, act] in found["steps"], f"seed {SEED}: {number} {state}"
            assert (state, course["keys"][number]) in logged, f"seed {SEED}: {number} {state}"


def test_nothing_is_reserved_confirmed_or_given_back_twice_under_one_key(rounds: list[dict[str, Any]]) -> None:
    for course in rounds:
        ended = course["recovered"][1]
        done = Counter((key, role) for _, _, role, key, _ in ended["log"])
        for key, found in zip(course["keys"], ended["reservations"], strict=True):
            states = [state for state, _ in found["steps"]] if found else []
            assert {role: done[key, role] for role in states} == dict.fromkeys(states, 1), f"seed {SEED}: {key}"
            assert sum(done[key, role] for role in KINDS) == len(states), f"seed {SEED}: {key}"
            assert states[:1] in ([], ["reserved"]) and len(HANDED_BACK & set(states)) == bool(states)


def test_what_is_released_or_has_expired_is_free_again_exactly_once(rounds: list[dict[str, Any]]) -> None:
    for course in rounds:
        recovered, ended, again = course["recovered"]
        assert recovered["taken"] == held(recovered["reservations"]), f"seed {SEED}"
        assert all(one["state"] != "reserved" for one in recovered["reservations"] if one), "their time was over"
        assert (ended["taken"], again) == (0, "reserved"), f"seed {SEED}: all of it can be had once more"
