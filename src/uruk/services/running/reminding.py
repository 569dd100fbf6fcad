"""The effect `remind`: a notice that comes before a day of the case, or before the last one of a document."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from uruk.acts.api import clock, set_deadline
from uruk.documents.api import PreparedView
from uruk.kernel.api import midnight, today
from uruk.services.domain.cases.folding import FAILED
from uruk.services.domain.cases.stepping import DONE, Do
from uruk.services.domain.definition import Reminder
from uruk.services.domain.judging.reminders import reminder_day
from uruk.services.pins import last_open_day, live_days
from uruk.services.running.issuing import Came, Place, prepared
from uruk.services.running.notifying import tell_of
from uruk.services.running.recording import Opened, find_case

REMINDER = "case.reminder-due"
# A message that arrives while people are awake.
_MORNING = timedelta(hours=9)


def remind(place: Place) -> Came:
    """Say on which day the notice will come: what is told then is told once, whatever is killed until then."""
    found = _reminder(place)
    day = place.step.day if found.of is None else _last_day(place.case, found.of)
    if day is None:
        return Came(FAILED, error="services.remind_no_document")
    on = reminder_day(day, found.before, today(clock()), live_days())
    _plan(place, on, day)
    return Came(DONE, {"on": on.isoformat(), "day": day.isoformat()})


def reminder_due(payload: dict[str, Any]) -> None:
    """The day has come: tell it, unless the document was revoked or replaced, or the case forgotten.

    On a day that became a holiday or a shutdown since it waits for the next one, but never beyond the day itself.
    """
    case, day, now = find_case(UUID(payload["case"])), date.fromisoformat(payload["day"]), today(clock())
    if case is None or now > day:
        return
    place = _place(case, payload)
    of = _reminder(place).of
    if of is not None and not list(_standing(case, of)):
        return
    on = min(last_open_day(now), day)
    if now < on:
        _plan(place, on, day)
    else:
        tell_of(place, day)


def _plan(place: Place, on: date, day: date) -> None:
    step = place.step
    payload = {"case": str(place.case.id), "entry": step.entry, "position": step.position, "day": day.isoformat()}
    set_deadline(f"{REMINDER}:{place.id}:{on}", REMINDER, midnight(on) + _MORNING, payload)


def _place(case: Opened, payload: dict[str, Any]) -> Place:
    """The effect of a case that set the day."""
    entry, position = payload["entry"], payload["position"]
    state = case.standing.entered[entry]
    return Place(case, Do(entry, position, 0, case.pinned.service.effects[state][position], {}), 0)


def _reminder(place: Place) -> Reminder:
    found = place.step.effect.effect.reminder
    assert found is not None, "only what reminds is done here"
    return found


def _last_day(case: Opened, of: str) -> date | None:
    """The last day of the documents of a type that the case has issued: the first to end."""
    return min((one.expires for one in _standing(case, of) if one.expires is not None), default=None)


def _standing(case: Opened, of: str) -> Iterator[PreparedView]:
    return (one for one in prepared(case, of) if one.document is not None and not one.revoked)
