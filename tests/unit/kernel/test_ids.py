"""Ids that sort by time (RFC 9562)."""

import threading
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import RFC_4122, UUID

from hypothesis import given
from hypothesis import strategies as st

from uruk.kernel.api import FixedClock, IdSource, id_unix_ms, new_id, new_ids

bytes_of = st.randoms(use_true_random=False).map(lambda random: random.randbytes)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
instants = st.timedeltas(timedelta(0), datetime(9999, 12, 31, tzinfo=UTC) - EPOCH).map(lambda step: EPOCH + step)


@given(instants, bytes_of)
def test_an_id_is_a_version_7_uuid_that_carries_its_millisecond(instant: datetime, random) -> None:
    made = new_id(FixedClock(instant), random)
    assert (made.version, made.variant) == (7, RFC_4122)
    assert id_unix_ms(made) == (instant - EPOCH) // timedelta(milliseconds=1)


@given(instants, instants, bytes_of)
def test_ids_of_different_milliseconds_sort_by_time(one: datetime, other: datetime, random) -> None:
    first, second = new_id(FixedClock(one), random), new_id(FixedClock(other), random)
    if id_unix_ms(first) != id_unix_ms(second):
        assert (first < second) == (one < other)
        assert (str(first) < str(second)) == (one < other)


@given(st.lists(st.timedeltas(timedelta(-1), timedelta(1)), max_size=60), bytes_of)
def test_one_sources_ids_grow_even_when_the_clock_is_set_back(steps: list[timedelta], random) -> None:
    clock = FixedClock(datetime(2026, 11, 23, tzinfo=UTC))
    source, made = IdSource(clock, random), []
    for step in steps:
        clock.advance(step)
        made.append(source.new())
    assert all(one < following for one, following in pairwise(made))


def test_a_full_counter_borrows_from_the_next_millisecond() -> None:
    source = IdSource(FixedClock(datetime(2026, 11, 23, tzinfo=UTC)), lambda size: b"\xff" * size)
    made = [source.new() for _ in range(5000)]
    assert made == sorted(set(made))
    assert {each.version for each in made} == {7}
    assert id_unix_ms(made[-1]) - id_unix_ms(made[0]) == 2


def test_a_clock_before_1970_counts_as_1970() -> None:
    assert id_unix_ms(new_id(FixedClock(datetime(1900, 1, 1, tzinfo=UTC)))) == 0


def test_the_same_clock_and_random_bytes_make_the_same_id() -> None:
    clock = FixedClock(datetime(2026, 11, 23, tzinfo=UTC))
    assert new_id(clock, bytes) == new_id(clock, bytes)
    assert str(new_id(clock, bytes)).endswith("-7000-8000-000000000000")


def test_threads_of_one_process_never_make_the_same_id() -> None:
    made: list[UUID] = []
    threads = [threading.Thread(target=lambda: made.extend(new_id() for _ in range(500))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 2000


def test_many_ids_at_once_grow_among_those_made_one_by_one() -> None:
    source = IdSource(FixedClock(datetime(2026, 11, 23, tzinfo=UTC)))
    made = [source.new(), *source.new_many(5000), source.new(), *source.new_many(2)]
    assert made == sorted(set(made))
    assert {each.version for each in made} == {7}
    assert source.new_many(0) == []
    assert len(set(new_ids(3))) == 3
