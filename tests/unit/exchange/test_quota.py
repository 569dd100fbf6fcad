"""No minute and no day sees more requests than an agreement allows, wherever one begins to count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.exchange.offers import agreement
from uruk.exchange.api import Limits, Quota
from uruk.kernel.api import CodedError


def taken(quota: Quota, per_minute: int, per_day: int, now: float) -> bool:
    try:
        quota.take(agreement(limits=Limits(per_minute, per_day)), now)
    except CodedError as error:
        assert error.code == "exchange.quota_exceeded"
        return False
    return True


@given(st.lists(st.floats(0, 40), max_size=60), st.integers(1, 5), st.integers(0, 12), st.floats(0, 10_000))
def test_no_minute_and_no_day_sees_more(steps: list[float], per_minute: int, per_day: int, start: float) -> None:
    quota, now, times = Quota(), start, []
    for step in steps:
        now += step
        if taken(quota, per_minute, per_day, now):
            times.append(now)
    for first in times:
        assert len([one for one in times if first <= one < first + 60]) <= per_minute
        assert not per_day or len([one for one in times if first <= one < first + 86_400]) <= per_day


@given(st.integers(1, 20), st.floats(0, 10_000))
def test_after_the_told_wait_the_next_is_taken(per_minute: int, now: float) -> None:
    quota = Quota()
    assert all(taken(quota, per_minute, 0, now) for _ in range(per_minute))
    with pytest.raises(CodedError) as refused:
        quota.take(agreement(limits=Limits(per_minute)), now)
    wait = refused.value.values["retry_after"]
    assert isinstance(wait, int)
    assert 60 <= wait <= 63
    assert taken(quota, per_minute, 0, now + wait)
    assert "٦" in refused.value.sentence("ar")


def test_what_is_refused_is_not_counted() -> None:
    quota = Quota()
    assert taken(quota, 1, 2, 0)
    assert not any(taken(quota, 1, 2, second) for second in range(1, 60))
    assert taken(quota, 1, 2, 62)
    assert not taken(quota, 1, 2, 200)
    assert taken(quota, 1, 2, 90_000)


def test_where_there_is_no_limit_nothing_is_counted() -> None:
    quota = Quota()
    assert all(taken(quota, 0, 0, 0) for _ in range(1000))


def test_agreements_are_counted_apart() -> None:
    quota = Quota()
    quota.take(agreement(limits=Limits(1)), 0)
    quota.take(agreement(limits=Limits(1), consumer="xx/GOV/water/wells"), 0)


def test_a_changed_limit_goes_on_from_the_old_count() -> None:
    quota = Quota()
    assert taken(quota, 2, 0, 0)
    assert taken(quota, 2, 0, 0)
    assert not taken(quota, 2, 0, 0)
    assert taken(quota, 3, 0, 0)
    assert not taken(quota, 3, 0, 0)
    assert not taken(quota, 1, 0, 0)
    assert not taken(quota, 3, 100, 1)
