"""Acts without their receipt are found however long they wait, and what was settled long ago is not read again."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from uruk.acts.api import Deed, complete_pending, count_pending, perform, receipt_of, use_appender
from uruk.acts.models import Act
from uruk.kernel.api import Actor, CodedError, FixedClock, new_id


class Unreachable:
    """An appender whose log is down."""

    def check_space(self) -> None: ...

    def append(self, *_: object) -> None:
        raise CodedError("trust.log_unavailable")

    append_many = append


@pytest.fixture
def do(institution: str, clock: FixedClock) -> Callable[..., object]:
    """Do a deed; an hour passes after it."""

    def do(**more: object) -> object:
        try:
            return perform(
                Actor.system(institution), Deed("test.done", "decided", institution, {}, lambda _: None, **more)
            )
        finally:
            clock.advance(timedelta(hours=1))

    return do


def test_an_act_that_waits_for_days_among_others_is_still_found_and_completed(do: Callable[..., object]) -> None:
    late = new_id()
    before = use_appender(Unreachable())
    with pytest.raises(CodedError):
        do(act_id=late)
    use_appender(before)
    for _ in range(50):
        do()
        assert count_pending() == 1
    assert (complete_pending(), count_pending(), receipt_of(late) is None) == ((1, 0), 0, False)


def test_what_was_seen_settled_is_not_looked_through_again(do: Callable[..., object]) -> None:
    for _ in range(3):
        do()
    with CaptureQueriesContext(
        connection,
    ) as first:
        assert complete_pending() == (0, 0)
    with CaptureQueriesContext(connection) as second:
        assert complete_pending() == (0, 0)
    looked = [[one["sql"] for one in seen if "IS NULL" in one["sql"]] for seen in (first, second)]
    assert ['created_at" >=' in sql for sql in looked[0]] == [False, False]
    assert all('created_at" >=' in sql for sql in looked[1])


def test_an_institution_whose_acts_cannot_be_completed_keeps_no_other_waiting(
    do: Callable[..., object], clock: FixedClock
) -> None:
    for _ in range(3):
        stuck = {"type": "test.done", "role": "decided", "statement": b"x", "salt": b"y", "actor": {}}
        Act.objects.create(id=new_id(), author="away", created_at=clock.now(), **stuck)
    late, before = new_id(), use_appender(Unreachable())
    with pytest.raises(CodedError):
        do(act_id=late)
    use_appender(before)
    assert complete_pending(limit=2) == (1, 1)
    assert receipt_of(late) is not None
