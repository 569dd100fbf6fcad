"""Deadlines: what is late is handed on, ends, or waits for a role; none falls where offices or the net are closed."""

from datetime import timedelta

import pytest

from tests.unit.services.conftest import Office, refused
from tests.unit.services.tasks import taken, waiting
from uruk.services.api import (
    act,
    next_case,
    settle_wait,
)

pytestmark = pytest.mark.database


def test_a_task_that_is_late_is_handed_to_the_role_named_once(office: Office) -> None:
    (case,) = waiting(office)
    taken(office.registrar)
    due = office.standing(case).due
    office.clock.advance(timedelta(days=15))
    office.run()
    standing = office.standing(case)
    assert (standing.turn, standing.state) == ("task:head", "review") and standing.due > due
    assert next_case(office.registrar.actor, "stall") is None and taken(office.head).id == case
    office.clock.advance(timedelta(days=30))
    office.run()
    assert office.kinds(case).count("HandedOn") == 1
    act(office.head.actor, case, taken(office.head).seq, "accept")


def test_a_correction_that_nobody_sends_lapses_on_the_day_after_its_last(office: Office) -> None:
    (case,) = waiting(office)
    act(office.registrar.actor, case, taken(office.registrar).seq, "send_back", marks={"area": "x"})
    office.run()
    due = office.standing(case).due
    assert due.isoformat() == "2026-12-23"
    office.clock.set(office.clock.now().replace(month=12, day=23, hour=20, minute=59))
    office.run()
    assert office.standing(case).turn == "task:applicant"
    office.clock.advance(timedelta(minutes=2))
    office.run()
    assert office.standing(case).turn == "closed:lapsed"


def test_a_wait_that_nobody_answers_is_decided_by_the_role_it_is_handed_to(office: Office) -> None:
    case = office.submitted(well="nowhere")
    assert office.standing(case).turn == "wait:interior"
    with refused("services.not_waiting"):
        settle_wait(office.head.actor, case, "short", "لا بئر بهذا الرمز")
    office.clock.advance(timedelta(days=9))
    office.run()
    assert office.standing(case).turn == "task:head"
    taken(office.head)
    with refused("services.action_unknown"):
        settle_wait(office.head.actor, case, "lost", "لا بئر بهذا الرمز")
    settle_wait(office.head.actor, case, "short", "لا بئر بهذا الرمز")
    office.run()
    assert office.standing(case).turn == "closed:refused"


def test_deadlines_pass_over_holidays_and_shutdowns_also_those_announced_after_the_case_began(office: Office) -> None:
    from tests.unit.documents.samples import write_country
    from tests.unit.services.samples import QuietKind, country_files
    from uruk.definitions.api import load_country
    from uruk.publishing.api import kinds
    from uruk.publishing.countries import keep_country

    begun = office.submitted(name="O", area=50)
    assert office.standing(begun).due.isoformat() == "2026-12-07"
    calendar = "uruk: calendar/1\npurpose: {purpose}\ndays:\n  some: {{from: {day}, until: {until}}}\n"
    named = "texts:\n  title: {ar: تقويم, ckb: ڕۆژژمێر}\n  days: {some: {ar: يوم, ckb: ڕۆژ}}\n"
    files = country_files() | {
        "calendars/holidays.yaml": calendar.format(purpose="holidays", day="2026-11-25", until="2026-11-25") + named,
        "calendars/shutdowns.yaml": calendar.format(purpose="freeze", day="2026-12-07", until="2026-12-08") + named,
    }
    loaded = [QuietKind() if one.name == "service" else one for one in kinds()]
    keep_country(load_country(write_country(files), loaded))
    new = office.submitted(name="N", area=50)
    assert office.standing(new).due.isoformat() == "2026-12-09", "a working day less, then two days without network"
    found = taken(office.registrar)
    assert (found.id, found.due.isoformat()) == (begun, "2026-12-09")
    office.clock.set(office.clock.now().replace(month=12, day=9, hour=12))
    office.run()
    assert office.standing(begun).turn == "task:registrar"
    office.clock.set(office.clock.now().replace(day=10))
    office.run()
    assert [office.standing(one).turn for one in (begun, new)] == ["task:head", "task:head"]
