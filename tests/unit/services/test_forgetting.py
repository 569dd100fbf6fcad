"""A case whose service keeps it no longer is forgotten: all it said is gone, that it was done stays proved."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import connection, models

from tests.unit.services.conftest import Office, refused
from tests.unit.services.samples import NUMBER
from tests.unit.services.tasks import supervise
from uruk.acts.api import (
    directory,
    enqueue,
    failed_jobs,
    find_statement,
    forgotten,
    list_logs,
    note_forgotten,
    receipt_of,
    run_due_jobs,
)
from uruk.definitions.api import Duration
from uruk.kernel.api import Actor, CodedError
from uruk.services.api import forget_cases_again, keep_case, let_case_go
from uruk.services.forgetting import _first_kept, act_of_forgetting, forget_expired
from uruk.services.models import Case, CaseAct, CaseForgetting, CaseStanding, PinnedService
from uruk.services.running.projecting import ADVANCE
from uruk.services.running.recording import act_id, open_case
from uruk.trust.api import verify_receipt

pytestmark = pytest.mark.database
KEPT = timedelta(days=10 * 366)


@pytest.fixture
def auditor(office: Office, monkeypatch: pytest.MonkeyPatch) -> Actor:
    """Somebody who may read whole cases, and says why they do."""
    supervise(monkeypatch)
    return replace(office.head.actor, purpose="complaint 7")


def ended(office: Office, **changed: Any) -> UUID:
    """A case that came to its end by itself."""
    case = office.submitted(**changed)
    assert office.standing(case).turn == "closed:granted"
    return case


def later(office: Office, after: timedelta = KEPT) -> None:
    """After that long, the hourly round has been."""
    office.clock.advance(after)
    forget_expired({})
    office.run()


def test_a_case_is_forgotten_when_its_time_is_over_and_not_a_day_before(office: Office) -> None:
    case = ended(office)
    office.clock.advance(timedelta(days=3652))
    forget_expired({})
    assert Case.objects.filter(pk=case).exists(), "ten years and not one day more"
    later(office, timedelta(days=2))
    with refused("services.case_forgotten"):
        open_case(case)
    assert CaseForgetting.objects.get().acts == 7


def test_every_act_stays_proved_and_names_what_nobody_can_open_any_more(office: Office) -> None:
    case, other = ended(office), ended(office, name="A2", area=5)
    digests = {one.seq: bytes(one.digest) for one in CaseAct.objects.filter(case=case)}
    office.clock.advance(KEPT)
    office.submit({"name": "A3", "area": 10, "well": "W1"})
    forget_expired({})
    list_logs("interior")
    for seq, digest in digests.items():
        receipt, statement = receipt_of(act_id(case, seq)), find_statement(act_id(case, seq))
        assert receipt is not None and statement is not None
        assert statement.body["content"] == digest
        assert verify_receipt(receipt, directory(), author="interior")
    said = find_statement(act_of_forgetting(case))
    assert said is not None
    assert (said.type, said.body) == ("case.forgotten", {"case": case.bytes, "service": "stall", "acts": 7})
    assert not Case.objects.filter(pk__in=(case, other)).exists()
    assert Case.objects.count() == 1, "who applied today is not forgotten"


def test_no_word_of_it_is_left_in_any_table_of_the_room(office: Office) -> None:
    case = ended(office, name="Gilgamesh")
    assert "Gilgamesh" in everything(), "it would be found"
    later(office)
    left = everything()
    assert "Gilgamesh" not in left
    assert NUMBER not in left
    kept = [one.__name__ for one in apps.get_app_config("services").get_models() if mentions(one, case)]
    assert kept == ["CaseForgetting"]


def test_a_pin_that_nobody_needs_goes_too_and_one_that_somebody_needs_stays(office: Office) -> None:
    ended(office)
    office.submit({"canal": "C1", "amount": 5}, "canal")
    later(office)
    assert {one.service for one in PinnedService.objects.all()} == {"canal", "stall"}, "stall is in force"
    PinnedService.objects.update(definition="00" * 32)
    later(office, timedelta(hours=1))
    assert {one.service for one in PinnedService.objects.all()} == {"canal"}


def test_what_somebody_has_kept_is_not_forgotten_until_they_let_it_go(office: Office, auditor: Actor) -> None:
    case = ended(office)
    keep_case(auditor, case, "Court of Karkh, 2026/114")
    later(office)
    assert open_case(case).standing.kept == "Court of Karkh, 2026/114"
    let_case_go(auditor, case, "The court has decided.")
    with refused("services.case_not_kept"):
        let_case_go(auditor, case, "again")
    later(office, timedelta(days=1))
    with refused("services.case_forgotten"):
        open_case(case)


def test_only_an_office_that_reads_cases_keeps_one_and_with_a_reason(office: Office, auditor: Actor) -> None:
    case = ended(office)
    with refused("people.right_missing"):
        keep_case(office.registrar.actor, case, "because")
    with refused("services.reason_missing"):
        keep_case(auditor, case, " ")


def test_what_is_open_or_has_effects_that_are_not_done_is_not_forgotten(office: Office) -> None:
    waits, failed = office.submitted(area=50), ended(office)
    CaseStanding.objects.filter(case=failed).update(outstanding=1)
    later(office)
    assert Case.objects.filter(pk__in=(waits, failed)).count() == 2


def test_it_is_noted_before_anything_is_destroyed_and_a_restored_backup_forgets_it_again(office: Office) -> None:
    case, other = ended(office), ended(office, name="A2")
    note_forgotten("case", "interior/stall", str(case))
    assert forget_cases_again() == 1
    office.run()
    assert [one.pk for one in Case.objects.all()] == [other]
    assert find_statement(act_of_forgetting(case)) is not None, "it says so in its log anew"
    assert forget_cases_again() == 0
    later(office)
    assert str(other) in [one.id for one in forgotten("case")]


def test_one_that_was_interrupted_is_forgotten_by_the_next_round(office: Office, monkeypatch: Any) -> None:
    from uruk.acts import performing
    from uruk.acts.api import complete_pending

    case = ended(office)
    office.clock.advance(KEPT)
    with monkeypatch.context() as patched:
        patched.setattr(performing, "_acknowledge", interrupted)
        forget_expired({})
    assert CaseAct.objects.filter(case=case).count() == 7, "nothing is destroyed without its receipt"
    complete_pending()
    assert not Case.objects.exists()
    later(office, timedelta(hours=1))
    assert CaseForgetting.objects.count() == 1


def test_the_first_day_that_is_kept_is_reckoned_as_the_length_of_time_is(office: Office) -> None:
    for keep in (Duration(10, "year"), Duration(1, "month"), Duration(30, "day"), Duration(3, "week")):
        day = date(2026, 3, 31)
        first = _first_kept(keep, day)
        assert keep.after(first) >= day
        assert keep.after(first - timedelta(days=1)) < day


def interrupted(*_: object) -> None:
    raise CodedError("trust.disk_low")


def everything() -> str:
    """All rows of the room, as text."""
    found = []
    with connection.cursor() as cursor:
        for one in apps.get_app_config("services").get_models():
            cursor.execute(f"SELECT * FROM {one._meta.db_table}")
            found += [str(value) for row in cursor.fetchall() for value in row]
    return "\n".join(found)


def mentions(model: type[models.Model], case: UUID) -> bool:
    """Whether any row of a table names the case."""
    fields = [one for one in model._meta.get_fields() if isinstance(one, models.UUIDField | models.ForeignKey)]
    wanted = [one.name for one in fields if not isinstance(one, models.ForeignKey) or one.related_model is Case]
    return any(model._default_manager.filter(**{name: case}).exists() for name in wanted)


def test_jobs_that_are_left_of_it_do_nothing(office: Office) -> None:
    case = ended(office)
    later(office)
    enqueue(ADVANCE, {"case": str(case), "seq": 7}, key="left over")
    run_due_jobs()
    assert not failed_jobs()
