"""Officers' reads: an act before anything is shown, seen by whom it is about, and nobody else named in its receipt."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.fixtures import MOMENT
from uruk.acts import reading as readings
from uruk.acts.api import READ, Reading, record_read, run_due_jobs, subject_digest, usage_index, use_appender
from uruk.acts.models import Act, Read
from uruk.kernel.api import Actor, CodedError, FixedClock, Text
from uruk.trust.api import Receipt, parse_statement

NUMBER, OTHER = "198012345678", "199012345678"
SENTENCE = Text("قُرئ", "خوێندرایەوە", "Read")
CLERK = Actor(channel="desk", person=uuid4(), institution="interior", role="clerk", purpose="case 7", law="archive/3")


def reading(*subjects: str, record: str = "1") -> Reading:
    """Somebody's record, about to be shown."""
    return Reading("record.shown", SENTENCE, subjects, [record])


def shown(number: str = NUMBER, holder: str = "interior") -> Any:
    """What the index says of a person."""
    return usage_index().find(holder, number, MOMENT - timedelta(days=1), MOMENT + timedelta(days=1)).usages


def acts() -> int:
    """How many acts of reading there are."""
    return Act.objects.filter(type=READ).count()


def test_a_reading_is_an_act_that_its_subject_finds_with_purpose_and_law(institution: str) -> None:
    record_read(CLERK, reading(NUMBER))
    [usage] = shown()
    assert (usage.source, usage.consumer, usage.service) == ("officer", "interior", "record.shown")
    assert (usage.purpose, usage.law) == ("case 7", "archive/3")
    assert usage.action.ar == SENTENCE.ar
    assert shown(OTHER) == () and shown(holder="agriculture") == ()


def test_its_receipt_names_each_subject_only_to_whom_has_the_salt(institution: str) -> None:
    record_read(CLERK, reading(NUMBER, OTHER))
    [usage] = shown()
    receipt = Receipt.parse(usage.receipt)
    statement = parse_statement(receipt.statement)
    assert statement.act.bytes == usage.reference and statement.author == "interior"
    assert NUMBER.encode() not in receipt.statement and OTHER.encode() not in receipt.statement
    assert str(CLERK.person).encode() not in receipt.statement
    assert subject_digest(usage.opening, NUMBER) in statement.body["subjects"]
    assert subject_digest(usage.opening, OTHER) not in statement.body["subjects"]


def test_the_numbers_are_kept_nowhere_else_once_the_index_has_them(institution: str) -> None:
    record_read(CLERK, reading(NUMBER))
    assert Read.objects.get().subjects == []


def test_many_persons_on_one_page_are_one_act(institution: str) -> None:
    record_read(CLERK, reading(NUMBER, OTHER))
    assert acts() == 1 and len(shown()) == len(shown(OTHER)) == 1


def test_the_same_again_within_ten_minutes_is_one_reading(institution: str, clock: FixedClock) -> None:
    record_read(CLERK, reading(NUMBER))
    record_read(CLERK, reading(NUMBER))
    assert acts() == 1
    clock.advance(readings.ONE_READING)
    record_read(CLERK, reading(NUMBER))
    assert acts() == 2


@pytest.mark.parametrize("changes", [{"person": uuid4()}, {"role": "head"}, {"purpose": "case 8"}])
def test_another_officer_office_or_purpose_is_another_reading(institution: str, changes: dict[str, Any]) -> None:
    record_read(CLERK, reading(NUMBER))
    record_read(replace(CLERK, **changes), reading(NUMBER))
    assert acts() == 2


def test_another_record_of_the_same_person_is_another_reading(institution: str) -> None:
    record_read(CLERK, reading(NUMBER))
    record_read(CLERK, reading(NUMBER, record="2"))
    assert acts() == 2


def test_nothing_is_noted_of_what_a_person_reads_of_their_own(institution: str) -> None:
    record_read(Actor(channel="portal", person=uuid4()), reading(NUMBER))
    assert acts() == 0


def test_nothing_is_noted_where_no_number_stands(institution: str) -> None:
    record_read(CLERK, reading("", "  "))
    assert acts() == 0


def test_without_the_log_nothing_may_be_shown(institution: str) -> None:
    class Away:
        def check_space(self) -> None:
            raise CodedError("trust.log_unavailable")

    before = use_appender(Away())  # type: ignore[arg-type]
    with pytest.raises(CodedError, match=r"trust\.log_unavailable"):
        record_read(CLERK, reading(NUMBER))
    use_appender(before)
    assert not Read.objects.exists()


def test_where_the_index_is_away_the_job_brings_it_up_to_date(
    institution: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> Any:
        raise CodedError("exchange.usage_unavailable", reason="OperationalError")

    with monkeypatch.context() as patched:
        patched.setattr(readings, "usage_index", away)
        record_read(CLERK, reading(NUMBER))
    assert shown() == ()
    run_due_jobs()
    assert len(shown()) == 1 and Read.objects.get().subjects == []


def test_rows_of_yesterday_are_forgotten_and_the_index_is_kept(institution: str, clock: FixedClock) -> None:
    record_read(CLERK, reading(NUMBER))
    clock.advance(timedelta(days=2))
    readings.forget_readings({})
    assert not Read.objects.exists()
    assert len(shown()) == 1
