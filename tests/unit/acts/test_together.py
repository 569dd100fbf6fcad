from typing import Any
from uuid import UUID

import pytest

from tests.unit.acts.test_performing import SYSTEM, Unreachable, deed
from uruk.acts.api import (
    complete_pending,
    count_pending,
    directory,
    on_receipt,
    perform,
    perform_together,
    receipt_of,
    use_appender,
)
from uruk.acts.models import Act
from uruk.kernel.api import Actor, CodedError, new_id
from uruk.trust.api import verify_receipt


def nothing() -> None:
    """No rows."""


def several(count: int = 5, **changed: Any) -> list[Any]:
    return [deed(act_id=new_id(), body={"what": at}, **changed) for at in range(count)]


def test_each_of_several_acts_has_its_own_receipt_that_verifies(institution: str) -> None:
    deeds = several()
    receipts = perform_together(SYSTEM, deeds, nothing)
    for at, (one, receipt) in enumerate(zip(deeds, receipts, strict=True)):
        assert receipt_of(one.act_id) == receipt
        found = verify_receipt(receipt, directory(), type="test.done", role="decided", author=institution)
        assert (found.statement.act, found.statement.body) == (one.act_id, {"what": at})
    assert count_pending() == 0


def test_rows_of_all_are_written_with_the_intents_and_nothing_where_one_cannot_be(institution: str) -> None:
    written: list[UUID] = []
    known = several(1)[0]
    perform(SYSTEM, known)

    def never() -> None:
        raise AssertionError("rows of deeds that were refused")

    fresh = several(2, rows=written.append)
    with pytest.raises(CodedError, match=rf"acts\.different_deed.*{known.act_id}"):
        perform_together(SYSTEM, [*fresh, known], never)
    assert written == []
    assert not Act.objects.filter(pk__in=[one.act_id for one in fresh]).exists()
    perform_together(SYSTEM, fresh, nothing)
    assert written == [one.act_id for one in fresh]


def test_where_the_log_does_not_answer_all_are_pending_and_completed_later(institution: str) -> None:
    deeds = several()
    before = use_appender(Unreachable())
    try:
        with pytest.raises(CodedError, match=r"trust\.log_unavailable"):
            perform_together(SYSTEM, deeds, nothing)
    finally:
        use_appender(before)
    assert count_pending() == len(deeds)
    assert complete_pending() == (len(deeds), 0)
    assert all(receipt_of(one.act_id) is not None for one in deeds)


def test_what_follows_from_many_is_done_at_once_where_it_can_and_for_each_elsewhere(institution: str) -> None:
    alone: list[UUID] = []
    at_once: list[list[UUID]] = []
    each: list[UUID] = []
    on_receipt("test.many", alone.append, lambda ids: at_once.append(list(ids)))
    on_receipt("test.many", each.append)
    deeds = several(3, type="test.many")
    perform_together(SYSTEM, deeds, nothing)
    ids = [one.act_id for one in deeds]
    assert (alone, at_once, each) == ([], [ids], ids)


def test_an_officer_of_another_institution_does_none_of_them(institution: str) -> None:
    foreign = Actor(channel="desk", person=new_id(), institution="town", role="clerk")
    with pytest.raises(CodedError, match=r"acts\.foreign_author"):
        perform_together(foreign, several(2), nothing)
    assert count_pending() == 0
