from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction

from tests.fixtures import make_institution
from uruk.acts.api import (
    Deed,
    acknowledged,
    complete_pending,
    count_pending,
    directory,
    find_statement,
    finish,
    is_acknowledged,
    list_logs,
    on_receipt,
    perform,
    receipt_of,
    use_appender,
)
from uruk.acts.models import Act, ActReceipt, Job
from uruk.kernel.api import Actor, CodedError, FixedClock, new_id
from uruk.trust.api import entry_of, verify_receipt


def deed(rows: Callable[[UUID], Any] = lambda _: None, **changed: Any) -> Deed:
    facts = {"type": "test.done", "role": "decided", "author": "interior", "body": {"what": 1}, "rows": rows}
    return Deed(**{**facts, **changed})


SYSTEM = Actor.system("interior")


class Unreachable:
    """An appender whose log is down."""

    def check_space(self) -> None: ...

    def append(self, *_: object) -> None:
        raise CodedError("trust.log_unavailable")

    append_many = append


def test_an_act_has_a_receipt_that_verifies(institution: str) -> None:
    done: list[UUID] = []
    receipt = perform(SYSTEM, deed(done.append))
    assert receipt_of(done[0]) == receipt
    found = verify_receipt(receipt, directory(), type="test.done", role="decided", author=institution)
    assert (found.statement.act, found.statement.body) == (done[0], {"what": 1})


def test_the_log_holds_only_the_salted_entry(institution: str) -> None:
    receipt = perform(SYSTEM, deed())
    act = Act.objects.get()
    assert receipt.entry == entry_of(bytes(act.statement), bytes(act.salt))
    assert len(bytes(act.salt)) == 32


def test_two_acts_of_one_meaning_have_different_salts(institution: str) -> None:
    perform(SYSTEM, deed())
    perform(SYSTEM, deed())
    assert len({bytes(act.salt) for act in Act.objects.all()}) == 2


def test_a_deed_repeated_under_one_id_is_done_once(institution: str, clock: FixedClock) -> None:
    done: list[UUID] = []
    act_id = new_id()
    first = perform(SYSTEM, deed(done.append, act_id=act_id))
    clock.advance(timedelta(minutes=1))
    assert perform(SYSTEM, deed(done.append, act_id=act_id)) == first
    assert done == [act_id]


def test_another_deed_under_a_known_id_is_refused(institution: str) -> None:
    act_id = new_id()
    perform(SYSTEM, deed(act_id=act_id))
    with pytest.raises(CodedError) as refused:
        perform(SYSTEM, deed(act_id=act_id, body={"what": 2}))
    assert refused.value.code == "acts.different_deed"


def test_an_officer_cannot_act_for_another_institution(institution: str) -> None:
    with pytest.raises(CodedError) as refused:
        perform(Actor(channel="desk", institution="education"), deed())
    assert refused.value.code == "acts.foreign_author"


def test_what_rows_refuse_has_not_happened(institution: str) -> None:
    def refuse(_: UUID) -> None:
        raise CodedError("people.role_not_held", role="x", institution="y")

    with pytest.raises(CodedError):
        perform(SYSTEM, deed(refuse))
    assert not Act.objects.exists()


def test_while_the_log_is_down_an_act_is_pending_and_shown_nowhere(institution: str) -> None:
    act_id = new_id()
    before = use_appender(Unreachable())
    with pytest.raises(CodedError) as refused:
        perform(SYSTEM, deed(act_id=act_id))
    assert refused.value.code == "trust.log_unavailable"
    assert complete_pending() == (0, 1)
    use_appender(before)
    assert (receipt_of(act_id), find_statement(act_id)) == (None, None)
    assert not acknowledged(Act.objects.all(), "pk").exists()
    assert not Act.objects.filter(is_acknowledged("pk")).exists()
    assert complete_pending() == (1, 0)
    assert find_statement(act_id).body == {"what": 1}
    assert acknowledged(Act.objects.all(), "pk").get().pk == act_id


def test_an_act_that_cannot_be_completed_keeps_no_other_from_it(institution: str, log: Any) -> None:
    before = use_appender(Unreachable())
    ids = [new_id(), new_id()]
    for act_id in ids:
        with pytest.raises(CodedError):
            perform(SYSTEM, deed(act_id=act_id))
    use_appender(before)
    Act.objects.filter(pk=ids[0]).update(salt=b"short")
    assert complete_pending() == (1, 1)
    assert receipt_of(ids[1]) is not None


def waits_for_disk() -> bool:
    """Whether what is committed now is on the disk before anybody is told."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous" if connection.vendor == "sqlite" else "SHOW synchronous_commit")
        return cursor.fetchone()[0] in (2, "on")


def as_on_a_node() -> None:
    """Databases of tests need not survive a power cut, and do not wait for the disk."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous = FULL" if connection.vendor == "sqlite" else "SET synchronous_commit = on")


@pytest.mark.database
def test_an_intent_waits_for_the_disk_and_what_follows_from_it_only_on_postgresql(
    transactional_db: None, institution: str
) -> None:
    waited: list[bool] = []
    on_receipt("test.durable", lambda _: waited.append(waits_for_disk()))
    as_on_a_node()
    perform(SYSTEM, deed(lambda _: waited.append(waits_for_disk()), type="test.durable"))
    assert [*waited, waits_for_disk()] == [True, connection.vendor == "postgresql", True]


@pytest.mark.database
def test_a_receipt_that_fails_leaves_the_next_intent_waiting_for_the_disk(
    transactional_db: None, institution: str
) -> None:
    def fail(_: UUID) -> None:
        raise CodedError("people.role_not_held", role="x", institution="y")

    on_receipt("test.undone", fail)
    as_on_a_node()
    with pytest.raises(CodedError):
        perform(SYSTEM, deed(type="test.undone"))
    assert waits_for_disk() and count_pending() == 1


def test_a_clock_set_back_stops_new_acts(institution: str, clock: FixedClock) -> None:
    perform(SYSTEM, deed())
    clock.advance(timedelta(minutes=-2))
    assert perform(SYSTEM, deed())
    clock.advance(timedelta(seconds=-1))
    with pytest.raises(CodedError) as refused:
        perform(SYSTEM, deed())
    assert (refused.value.code, refused.value.values) == ("acts.clock_set_back", {"seconds": 121})


def test_a_full_disk_refuses_new_acts_before_anything_is_written(institution: str) -> None:
    class Full(Unreachable):
        def check_space(self) -> None:
            raise CodedError("trust.disk_low", percent=4)

    before = use_appender(Full())
    with pytest.raises(CodedError) as refused:
        perform(SYSTEM, deed())
    use_appender(before)
    assert refused.value.code == "trust.disk_low"
    assert not Act.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_act_is_never_performed_inside_another_transaction(
    log: Any, transactional_db: None, django_assert_num_queries: Any
) -> None:
    make_institution("interior")
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        perform(SYSTEM, deed())
    assert not Act.objects.exists()


def test_a_statement_names_the_directory_its_author_went_by(institution: str) -> None:
    before = directory()
    statement = find_statement(_act(perform(SYSTEM, deed())))
    assert (statement.directory_version, statement.directory_digest) == (before.version, before.digest)


def test_each_institution_has_its_own_log(institution: str) -> None:
    make_institution("education")
    origins = {perform(Actor.system(author), deed(author=author)).origin for author in (institution, "education")}
    assert origins == {"xx/interior/test/0/1", "xx/education/test/0/1"}
    list_logs(institution)
    assert [log.origin for log in directory().institution(institution).logs] == [
        "xx/interior/test/0/1",
        "xx/interior/test/1/1",
    ]


def test_an_institution_that_is_not_hosted_here_cannot_act(institution: str) -> None:
    with pytest.raises(CodedError) as refused:
        perform(Actor.system("elsewhere"), deed(author="elsewhere"))
    assert refused.value.code == "acts.institution_unknown"
    assert not Job.objects.exists()


def _act(receipt: Any) -> UUID:
    return Act.objects.get(statement=receipt.statement).pk


@pytest.fixture
def projections() -> Iterator[list[Any]]:
    """The projections of the type that these tests perform, as they were afterwards."""
    from uruk.acts import projecting

    found = projecting._PROJECTIONS["test.done"]
    before = list(found)
    yield found
    found[:] = before


def test_a_projection_is_called_once_for_an_act_in_the_transaction_of_its_receipt(
    institution: str, projections: list[Any]
) -> None:
    seen: list[tuple[UUID, bool, bool]] = []

    def look(act: UUID) -> None:
        seen.append((act, transaction.get_connection().in_atomic_block, ActReceipt.objects.filter(pk=act).exists()))

    on_receipt("test.done", look)
    on_receipt("test.done", look)
    done: list[UUID] = []
    perform(SYSTEM, deed(done.append))
    perform(SYSTEM, deed(type="test.other"))
    perform(SYSTEM, deed(act_id=done[0]))
    assert seen == [(done[0], True, True)]


def test_a_projection_that_fails_leaves_the_act_pending_and_the_next_round_completes_it(
    institution: str, projections: list[Any]
) -> None:
    failing, done = [True], []

    def project(act: UUID) -> None:
        if failing:
            raise CodedError("trust.log_unavailable")
        done.append(act)

    on_receipt("test.done", project)
    with pytest.raises(CodedError, match=r"trust\.log_unavailable"):
        perform(SYSTEM, deed())
    act = Act.objects.get(type="test.done")
    assert receipt_of(act.pk) is None and count_pending() == 1
    failing.clear()
    assert complete_pending() == (1, 0)
    assert receipt_of(act.pk) is not None and done == [act.pk]


def test_finishing_an_interrupted_act_projects_it_too(institution: str, projections: list[Any]) -> None:
    done: list[UUID] = []
    before = use_appender(Unreachable())
    with pytest.raises(CodedError):
        perform(SYSTEM, deed())
    use_appender(before)
    on_receipt("test.done", done.append)
    act = Act.objects.get(type="test.done")
    finish(act.pk)
    finish(act.pk)
    assert done == [act.pk]
