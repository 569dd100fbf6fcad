"""Numbers of a series: each purpose has one for ever, nobody else has it, and what records have is passed over."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connections

from uruk.kernel.api import Actor, CodedError, FixedClock
from uruk.registries import numbering
from uruk.registries.api import draw_number

pytestmark = pytest.mark.database
NODE = Actor.system("interior")


def drawn(purpose: UUID | None = None, registry: str = "wells") -> str:
    return draw_number(NODE, "interior", registry, purpose or uuid4())


def test_numbers_come_one_after_the_other_and_each_purpose_keeps_its_own(archive: Any, clock: FixedClock) -> None:
    mine = uuid4()
    assert [drawn(mine), drawn(), drawn(mine)] == ["W-2026-001", "W-2026-002", "W-2026-001"]
    clock.advance(timedelta(days=60))
    assert (drawn(), drawn(mine)) == ("W-2027-001", "W-2026-001"), "a new year begins anew"


def test_a_number_that_a_record_has_is_passed_over(archive: Any) -> None:
    archive.create({"code": "W-2026-001", "granted_m3": 5}, registry="wells")
    archive.create({"code": "W-2026-002", "granted_m3": 5}, registry="wells")
    assert drawn() == "W-2026-003"


def test_of_who_draws_at_the_same_moment_nobody_has_the_number_of_another(archive: Any) -> None:
    def draw(_: int) -> str:
        try:
            return drawn()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(draw, range(12)))
    assert sorted(found) == [f"W-2026-{number:03}" for number in range(1, 13)]


def test_whoever_is_too_often_not_first_is_told_so(archive: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numbering, "_draw", lambda *_: None)
    with pytest.raises(CodedError, match=r"registries\.numbers_busy"):
        drawn()


def test_a_registry_without_a_series_draws_none_and_officers_without_the_right_neither(archive: Any) -> None:
    with pytest.raises(CodedError, match=r"registries\.no_series"):
        drawn(registry="shops")
    with pytest.raises(CodedError, match=r"people\.role_not_held"):
        draw_number(archive.auditor.actor, "interior", "wells", uuid4())
