from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uruk.acts import events, jobs
from uruk.acts.api import (
    Deed,
    cancel_deadline,
    emit,
    enqueue,
    failed_jobs,
    job,
    job_names,
    job_of_many,
    perform,
    run_due_jobs,
    set_deadline,
    subscribe,
)
from uruk.acts.domain.backoff import ATTEMPTS_MAX, exhausted, wait_after
from uruk.acts.models import Job
from uruk.kernel.api import Actor, CodedError, FixedClock


@pytest.fixture(autouse=True)
def registries(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test registers is forgotten after it."""
    monkeypatch.setattr(jobs, "_HANDLERS", dict(jobs._HANDLERS))
    monkeypatch.setattr(jobs, "_HANDLERS_OF_MANY", dict(jobs._HANDLERS_OF_MANY))
    monkeypatch.setattr(events, "_SUBSCRIBERS", deepcopy(events._SUBSCRIBERS))


@pytest.fixture
def seen(db: None, clock: FixedClock) -> Iterator[list[dict[str, Any]]]:
    """What the job `test.note` was called with."""
    found: list[dict[str, Any]] = []
    job("test.note")(found.append)
    yield found


def test_a_job_is_done_once_when_it_is_due(seen: list, clock: FixedClock) -> None:
    enqueue("test.note", {"n": 1}, at=clock.now() + timedelta(hours=1))
    assert (run_due_jobs(), seen) == (0, [])
    clock.advance(timedelta(hours=1))
    assert (run_due_jobs(), run_due_jobs(), seen) == (1, 0, [{"n": 1}])


def test_a_key_makes_enqueueing_harmless_to_repeat(seen: list) -> None:
    for _ in range(3):
        enqueue("test.note", {"n": 1}, key="the one")
    assert (run_due_jobs(), len(seen)) == (1, 1)


def test_jobs_are_done_oldest_first_and_at_most_so_many(seen: list, clock: FixedClock) -> None:
    for hours in (3, 1, 2):
        enqueue("test.note", {"n": hours}, at=clock.now() - timedelta(hours=hours))
    assert (run_due_jobs(limit=2), [each["n"] for each in seen]) == (2, [3, 2])


@pytest.mark.parametrize("length", [1, 199, 200, 201, 5000])
def test_a_key_may_be_of_any_length(seen: list, length: int) -> None:
    for letter in "aab":
        enqueue("test.note", {"n": letter}, key=letter * length)
    assert (run_due_jobs(), [each["n"] for each in seen]) == (2, ["a", "b"])


def test_a_job_with_a_name_that_no_column_holds_is_refused_when_it_is_registered() -> None:
    with pytest.raises(ValueError, match="longer than 100"):
        job("x" * 101)


def test_a_job_nobody_handles_is_refused(db: None) -> None:
    with pytest.raises(CodedError) as refused:
        enqueue("test.nobody", {})
    assert refused.value.code == "acts.job_unknown"


def test_a_failed_job_is_tried_again_later_and_given_up_in_the_end(db: None, clock: FixedClock) -> None:
    tries: list[object] = []

    @job("test.fail")
    def fail(_: dict[str, Any]) -> None:
        tries.append(1)
        raise ValueError("somebody's secret")

    enqueue("test.fail", {})
    assert (run_due_jobs(), run_due_jobs(), len(tries)) == (1, 0, 1)
    for attempt in range(1, ATTEMPTS_MAX):
        clock.advance(wait_after(attempt))
        run_due_jobs()
    clock.advance(timedelta(days=1))
    assert (run_due_jobs(), len(tries)) == (0, ATTEMPTS_MAX)
    assert failed_jobs() == (("test.fail", "ValueError"),)


def test_a_job_whose_worker_died_is_taken_up_after_its_lease(seen: list, clock: FixedClock) -> None:
    enqueue("test.note", {})
    assert len(jobs._lease(1)) == 1
    assert run_due_jobs() == 0
    clock.advance(jobs.LEASE + timedelta(seconds=1))
    assert (run_due_jobs(), len(seen)) == (1, 1)


def test_a_job_that_ends_its_worker_each_time_is_given_up_and_others_go_on(seen: list, clock: FixedClock) -> None:
    enqueue("test.note", {"n": "deadly"}, at=clock.now() - timedelta(hours=1))
    enqueue("test.note", {"n": "good"}, at=clock.now() + timedelta(days=1))
    for _ in range(ATTEMPTS_MAX):
        assert [one.payload["n"] for one in jobs._lease(1)] == ["deadly"]
        clock.advance(jobs.LEASE + timedelta(seconds=1))
    clock.advance(timedelta(days=1))
    assert (run_due_jobs(), seen) == (1, [{"n": "good"}])
    assert failed_jobs() == (("test.note", "WorkerEnded"),)


def test_a_job_whose_worker_died_is_done_alone_and_takes_no_other_with_it(seen: list, clock: FixedClock) -> None:
    job_of_many("test.note")(lambda payloads: pytest.fail(f"{payloads} as one"))
    for n in range(3):
        enqueue("test.note", {"n": n}, at=clock.now() - timedelta(minutes=10 - n))
    assert len(jobs._lease(2)) == 2
    clock.advance(jobs.LEASE + timedelta(seconds=1))
    assert (run_due_jobs(), seen) == (3, [{"n": 0}, {"n": 1}, {"n": 2}])


def test_jobs_of_one_name_are_done_as_one_where_their_handler_can(seen: list, clock: FixedClock) -> None:
    batches: list[list[int]] = []
    job_of_many("test.note")(lambda payloads: batches.append([one["n"] for one in payloads]))
    job("test.other")(lambda _: None)
    for n in range(4):
        enqueue("test.note", {"n": n}, at=clock.now() - timedelta(minutes=10 - n))
    enqueue("test.other", {}, at=clock.now() - timedelta(minutes=8, seconds=30))
    assert (run_due_jobs(limit=3), batches, seen) == (3, [[0, 1, 2]], [])
    assert (run_due_jobs(), batches, seen) == (2, [[0, 1, 2]], [{"n": 3}])


def test_jobs_that_cannot_be_done_as_one_are_done_one_by_one_and_only_the_bad_one_comes_back(
    db: None, clock: FixedClock
) -> None:
    done: list[int] = []

    @job("test.pick")
    def pick(payload: dict[str, Any]) -> None:
        if payload["n"] == 1:
            raise ValueError
        done.append(payload["n"])

    @job_of_many("test.pick")
    def pick_many(payloads: list[dict[str, Any]]) -> None:
        raise ValueError

    for n in range(3):
        enqueue("test.pick", {"n": n}, at=clock.now() - timedelta(minutes=10 - n))
    assert (run_due_jobs(), done) == (3, [0, 2])
    assert [(one.payload["n"], one.attempts) for one in Job.objects.filter(name="test.pick", done_at=None)] == [(1, 1)]


def test_an_event_reaches_every_subscriber_once(db: None, clock: FixedClock) -> None:
    first: list[object] = []
    second: list[object] = []

    def one(payload: dict[str, Any]) -> None:
        first.append(payload)

    def two(payload: dict[str, Any]) -> None:
        second.append(payload)

    for handler in (one, two, two):
        subscribe("test.happened", handler)
    for _ in range(2):
        emit("test.happened", {"n": 1}, key="k")
    run_due_jobs()
    assert (first, second) == ([{"n": 1}], [{"n": 1}])


def test_a_deed_tells_its_event_only_with_its_receipt(institution: str) -> None:
    heard: list[dict[str, Any]] = []

    def hear(payload: dict[str, Any]) -> None:
        heard.append(payload)

    subscribe("test.done", hear)
    acts: list[Any] = []
    perform(Actor.system(institution), Deed("test.done", "decided", institution, {}, acts.append))
    run_due_jobs()
    assert heard == [{"act": str(acts[0])}]


def test_a_deadline_speaks_when_it_passes_unless_moved_or_cancelled(db: None, clock: FixedClock) -> None:
    heard: list[object] = []

    def late(payload: dict[str, Any]) -> None:
        heard.append(payload["case"])

    subscribe("test.late", late)
    due = clock.now() + timedelta(days=1)
    for case in ("kept", "moved", "cancelled"):
        set_deadline(case, "test.late", due, {"case": case})
    set_deadline("moved", "test.late", due + timedelta(days=1), {"case": "moved"})
    assert cancel_deadline("cancelled")
    assert not cancel_deadline("cancelled")
    clock.advance(timedelta(days=1))
    run_due_jobs()
    assert heard == ["kept"]
    assert not cancel_deadline("kept")
    clock.advance(timedelta(days=1))
    run_due_jobs()
    assert heard == ["kept", "moved"]


def test_every_job_that_waits_has_a_handler(institution: str) -> None:
    names = set(Job.objects.values_list("name", flat=True))
    assert names <= set(job_names())


@given(st.integers(min_value=1, max_value=100_000))
def test_waits_grow_and_stay_within_an_hour(attempts: int) -> None:
    assert timedelta(seconds=2) <= wait_after(attempts) <= wait_after(attempts + 1) <= timedelta(hours=1)
    assert exhausted(attempts) == (attempts >= ATTEMPTS_MAX)
