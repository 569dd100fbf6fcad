"""What a supervisor sees: how much waits where, who has what, what is late; and what an officer is told of others."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.unit.services.conftest import Office, refused
from tests.unit.services.tasks import supervise, taken, waiting
from tests.unit.services.test_issuing import licence, release, submit, take_back
from uruk.services import api
from uruk.services.models import CaseStanding

pytestmark = pytest.mark.database


@pytest.fixture
def head(office: Office, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A head who may reassign."""
    supervise(monkeypatch)
    return office.head.actor


def test_the_workload_is_told_by_queue_and_by_officer(office: Office, head: Any, officer: Any) -> None:
    waiting(office, 3)
    other = officer("registrar")
    held = taken(office.registrar).id
    api.reassign(head, CaseStanding.objects.exclude(pk=held).first().pk, other.person, "إجازة")
    found = api.workload(head)
    assert [(one.service, one.role, one.cases, one.late, one.soon) for one in found.queues] == [
        ("stall", "registrar", 3, 0, 0)
    ]
    loads = {(one.person, one.role): (one.before, one.given) for one in found.officers}
    assert loads[office.registrar.person, "registrar"] == (1, 0)
    assert loads[other.person, "registrar"] == (0, 1)
    assert loads[office.head.person, "head"] == (0, 0)
    with refused("people.right_missing"):
        api.workload(office.registrar.actor)
    assert (api.may_supervise(head), api.may_supervise(office.registrar.actor)) == (True, False)


def test_what_is_late_or_due_soon_is_counted_and_listed_with_who_has_it(office: Office, head: Any) -> None:
    (case,) = waiting(office)
    due = office.standing(case).due
    office.clock.advance(timedelta(days=(due - office.clock.now().date()).days - 1))
    taken(office.registrar)
    (queue,) = api.queues(office.registrar.actor)
    assert (queue.late, queue.soon, queue.first_due) == (0, 1, due)
    (found,) = api.overseen(head, "soon").cases
    assert (found.case, found.held_by, found.turn) == (case, office.registrar.person, "task:registrar")
    office.clock.advance(timedelta(days=2))
    (queue,) = api.queues(office.registrar.actor)
    assert (queue.late, queue.soon) == (1, 0) and api.overseen(head, "soon").cases == ()
    assert [one.case for one in api.overseen(head, "late").cases] == [case]
    waits = office.submitted(well="nowhere")
    assert [one.case for one in api.overseen(head, "waits").cases] == [waits]
    found = api.workload(head)
    assert found.counts == {"late": 0, "soon": 0, "held": 0, "tasks": 1, "waits": 1}, "the job that ran handed it on"


def test_a_long_list_goes_on_page_by_page_and_each_case_is_in_it_once(
    office: Office, head: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from uruk.services.working import supervising

    monkeypatch.setattr(supervising, "MAX_LISTED", 2)
    cases = {office.submitted(well="nowhere") for _ in range(5)}
    seen, after = [], ""
    for _ in range(3):
        page = api.overseen(head, "waits", after)
        seen += [one.case for one in page.cases]
        after = page.next
    assert (set(seen), len(seen), after) == (cases, 5, "")
    for nonsense in ("nonsense", f"tomorrow:{seen[0]}", f"2026-11-23:{seen[0]}:", ":"):
        assert len(api.overseen(head, "waits", nonsense).cases) == 2


def test_queues_and_workload_ask_the_database_the_same_however_many_cases_wait(office: Office, head: Any) -> None:
    def asked() -> tuple[int, int, int]:
        counts = []
        for call in (lambda: api.queues(office.registrar.actor), lambda: api.workload(head),
                     lambda: api.overseen(head, "soon")):  # fmt: skip
            with CaptureQueriesContext(connection) as queries:
                call()
            counts.append(len(queries))
        return counts[0], counts[1], counts[2]

    waiting(office, 2)
    office.clock.advance(timedelta(days=12))
    few = asked()
    office.clock.advance(timedelta(days=-12))
    waiting(office, 6)
    office.clock.advance(timedelta(days=12))
    assert asked() == few


def test_a_supervisor_is_told_who_may_have_a_case_and_nothing_of_what_it_says(
    office: Office, head: Any, officer: Any
) -> None:
    (case,) = waiting(office)
    other = officer("registrar")
    taken(office.registrar)
    found = api.supervised_case(head, case)
    assert (found.task, found.held_by, found.error) == ("registrar", office.registrar.person, "")
    assert {one for one, _ in found.officers} == {office.registrar.person, other.person}
    assert not hasattr(found, "answers") and not hasattr(found, "facts")
    failed = api.supervised_case(head, office.submitted(well="nowhere"))
    assert [(one.kind, one.outcome, one.error) for one in failed.effects] == [
        ("reserve", "failed", "registries.record_unknown")
    ]
    with refused("people.right_missing"):
        api.supervised_case(office.registrar.actor, case)


def test_whoever_comes_late_is_told_who_moved_the_case_and_nobody_else_is(office: Office) -> None:
    (case,) = waiting(office)
    found = taken(office.registrar)
    api.act(office.registrar.actor, case, found.seq, "accept")
    (moved, *_) = api.moved_since(office.registrar.actor, case, found.seq).acts
    assert (moved.person, moved.by, moved.to) == (office.registrar.person, "accept", "reserving")
    for actor in (office.citizen.actor,):
        with refused("services.case_unknown"):
            api.moved_since(actor, case, found.seq)


def test_an_officer_finds_what_they_have_and_which_services_want_them(office: Office) -> None:
    assert api.held_cases(office.registrar.actor) == ()
    (case,) = waiting(office)
    taken(office.registrar)
    assert [(one.case, one.service) for one in api.held_cases(office.registrar.actor)] == [(case, "stall")]
    assert api.serves(office.registrar.actor) == ("stall",)
    assert api.serves(office.clerk.actor) == ("licence", "stall")
    assert api.serves(office.citizen.actor) == ()


def test_what_a_case_wants_revoked_is_listed_for_who_may_revoke_it_until_they_have(office: Office) -> None:
    from uruk.documents import api as documents

    case = licence(office)
    document = release(office, submit(office))
    assert api.revocations(office.head.actor) == ()
    take_back(office)
    (found,) = api.revocations(office.head.actor)
    assert (found.case, found.document, found.type) == (case, document.id, "permit")
    assert api.revocations(office.registrar.actor) == ()
    assert api.get_case(office.head.actor, case).id == case, "who revokes sees what for"
    documents.revoke(office.head.actor, document.id, "decision", "")
    office.run()
    assert api.revocations(office.head.actor) == ()
    with refused("services.case_unknown"):
        api.get_case(office.registrar.actor, case)


def test_who_signs_a_paper_of_a_case_may_read_what_it_rests_on(office: Office) -> None:
    case = licence(office)
    assert api.get_case(office.registrar.actor, case).actions == ()
    with refused("services.case_unknown"):
        api.get_case(office.head.actor, case)


def test_looking_at_a_case_that_one_has_begins_ones_hour_anew(office: Office, officer: Any) -> None:
    (case,) = waiting(office)
    other = officer("registrar")
    taken(office.registrar)
    office.clock.advance(timedelta(minutes=50))
    api.get_case(other.actor, case)
    api.get_case(office.registrar.actor, case)
    office.clock.advance(timedelta(minutes=50))
    assert api.next_case(other.actor, "stall") is None
    assert api.get_case(office.registrar.actor, case).given
