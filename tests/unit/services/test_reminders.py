"""A reminder before a card ends: once, on a working day, and not of a card that holds no more."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.fixtures import Citizen, Officer
from tests.unit.services.test_farmer_card import (
    ANSWERS,
    CHECKED,
    FARMER,
    OWNER,
    SERVICE,
    applied,
    farmer,
    interior,
    section,
    signed,
    turn,
)
from tests.unit.services.test_season_plan import run
from uruk.documents import api as documents
from uruk.documents.models import Document
from uruk.kernel.api import FixedClock, format_date, midnight
from uruk.notices.api import NoticeView, my_notices
from uruk.services.api import act, get_case, next_case
from uruk.services.pins import live_days
from uruk.services.running.reminding import reminder_due

pytestmark = pytest.mark.database
__all__ = ["interior", "section"]
NARROW = {**CHECKED, "measured_olks": 5}


def move(clock: FixedClock, day: date, hour: int) -> None:
    """The clock is put at an hour of a day, and what is due then is done."""
    clock.advance(midnight(day) + timedelta(hours=hour) - clock.now())
    run()


def carded(citizen: Citizen, officers: tuple[Officer, Officer]) -> UUID:
    """A case of theirs that came to a card."""
    officer, head = officers
    case = applied(citizen, ANSWERS)
    given = next_case(officer.actor, SERVICE)
    assert given is not None
    act(officer.actor, case, given.seq, "confirm", NARROW)
    run()
    signed(officer, head)
    assert turn(case) == "closed:granted"
    return case


def planned(citizen: Citizen, case: UUID) -> date:
    """The day on which the case says that it will remind."""
    (found,) = [one for one in get_case(citizen.actor, case).effects if one.kind == "remind"]
    assert found.outcome == "done"
    return date.fromisoformat(found.result["on"])


def reminders(citizen: Citizen) -> list[NoticeView]:
    return [one for one in my_notices(citizen.actor) if "تنتهي بطاقة الفلاح" in one.text.ar]


def test_thirty_days_before_the_card_ends_its_holder_is_told_once(
    section: tuple[Officer, Officer], interior: None, clock: FixedClock
) -> None:
    maryam = farmer(FARMER)
    case = carded(maryam, section)
    on, (card,) = planned(maryam, case), documents.my_documents(maryam.actor)
    assert card.expires is not None and on >= card.expires - timedelta(days=30)
    assert on not in live_days().holidays | live_days().frozen and on.weekday() not in {4, 5}, "offices are open"
    move(clock, on, 8)
    assert reminders(maryam) == [], "people sleep"
    move(clock, on, 9)
    (told,) = reminders(maryam)
    assert told.page == f"services/{OWNER}/{SERVICE}/" and format_date(card.expires, "ar") in told.text.ar
    assert "{" not in told.text.ar + told.text.ckb + (told.text.en or "")
    entry = get_case(maryam.actor, case)
    reminder_due({"case": str(case), **_where(entry), "day": card.expires.isoformat()})
    move(clock, on + timedelta(days=5), 12)
    assert len(reminders(maryam)) == 1, "whatever is done again"


def test_who_renewed_meanwhile_is_reminded_of_the_newer_card_alone(
    section: tuple[Officer, Officer], interior: None, clock: FixedClock
) -> None:
    maryam = farmer(FARMER)
    first = carded(maryam, section)
    clock.advance(timedelta(days=100))
    second = applied(maryam, {"changed": False, "pledge": True})
    signed(*section)
    assert planned(maryam, second) > planned(maryam, first)
    move(clock, planned(maryam, first), 12)
    assert reminders(maryam) == []
    move(clock, planned(maryam, second), 12)
    assert len(reminders(maryam)) == 1


def test_of_a_revoked_card_nobody_is_reminded(
    section: tuple[Officer, Officer], interior: None, clock: FixedClock
) -> None:
    maryam = farmer(FARMER)
    on = planned(maryam, carded(maryam, section))
    documents.revoke(section[1].actor, Document.objects.get().pk, "fraud", "")
    move(clock, on, 12)
    assert reminders(maryam) == []


def test_a_day_that_became_a_holiday_waits_for_the_next_and_a_day_too_late_is_passed_over(
    section: tuple[Officer, Officer], interior: None, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    maryam = farmer(FARMER)
    case = carded(maryam, section)
    on = planned(maryam, case)
    from uruk.services.running import reminding

    later = on + timedelta(days=1)
    monkeypatch.setattr(reminding, "last_open_day", lambda day: max(day, later))
    move(clock, on, 12)
    assert reminders(maryam) == []
    move(clock, later, 12)
    assert len(reminders(maryam)) == 1


def test_after_the_end_nobody_is_told_that_it_will_come(
    section: tuple[Officer, Officer], interior: None, clock: FixedClock
) -> None:
    maryam = farmer(FARMER)
    carded(maryam, section)
    clock.advance(timedelta(days=400))
    run()
    assert reminders(maryam) == []


def _where(found: Any) -> dict[str, int]:
    from uruk.services.models import CaseStanding

    return {"entry": CaseStanding.objects.get(pk=found.id).entry, "position": 4}


def test_where_no_card_came_about_there_is_no_day_and_a_supervisor_sees_it(
    section: tuple[Officer, Officer], interior: None
) -> None:
    (officer, _), maryam = section, farmer(FARMER)
    case = applied(maryam, ANSWERS)
    given = next_case(officer.actor, SERVICE)
    assert given is not None
    act(officer.actor, case, given.seq, "confirm", NARROW)
    run()
    (draft,) = documents.drafts(officer.actor)
    documents.discard_draft(officer.actor, draft.id)
    run()
    (found,) = [one for one in get_case(maryam.actor, case).effects if one.kind == "remind"]
    assert (found.outcome, found.error) == ("failed", "services.remind_no_document")
