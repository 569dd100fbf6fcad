"""The usage index: found by number and month's key, by nobody else, and gone when its time has come."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest

from tests.unit.exchange.usage.rows import BEGIN, HOLDER, MOMENT, NUMBER, Reads
from uruk.exchange.api import Found, UsageIndex
from uruk.kernel.api import CodedError, FixedClock

READS = Reads()


@pytest.fixture
def clock() -> FixedClock:
    """Standing at the moment of the reads, a little later."""
    return FixedClock(MOMENT + timedelta(hours=1))


@pytest.fixture
def index(tmp_path: Path, clock: FixedClock) -> Iterator[UsageIndex]:
    """An empty index."""
    made = UsageIndex(tmp_path / "usage", clock)
    yield made
    made.close()


def found(index: UsageIndex, number: str = NUMBER, holder: str = HOLDER) -> Found:
    """All that is shown of a person's data at a holder."""
    return index.find(holder, number, BEGIN, MOMENT + timedelta(days=4000))


def test_a_read_is_found_by_its_subject_at_its_holder_and_under_no_other_name(index: UsageIndex) -> None:
    row = READS.row()
    index.add([row])
    shown = found(index)
    assert shown.total == 1
    assert shown.usages[0].action == row.action and shown.usages[0].law == row.law
    assert shown.usages[0].consumer == row.consumer and shown.usages[0].reference == row.reference
    assert found(index, number="199012345679").total == 0
    assert found(index, holder="agriculture").total == 0


def test_neither_the_number_nor_its_unkeyed_hash_is_written(index: UsageIndex, tmp_path: Path) -> None:
    from hashlib import sha256

    index.add([READS.row()])
    written = b"".join(path.read_bytes() for path in (tmp_path / "usage").rglob("*") if path.is_file())
    assert NUMBER.encode() not in written
    assert sha256(NUMBER.encode()).digest() not in written


def test_each_month_hashes_with_a_key_of_its_own(index: UsageIndex, tmp_path: Path) -> None:
    index.add([READS.row(), READS.row(at=MOMENT - timedelta(days=40))])
    assert sorted(path.name for path in (tmp_path / "usage" / "keys").iterdir()) == ["2026-10", "2026-11"]
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "usage" / "keys").iterdir())
    hashes = sqlite3.connect(tmp_path / "usage" / "usage.db").execute("SELECT DISTINCT subject FROM usage").fetchall()
    assert len(hashes) == 2
    assert found(index).total == 2


def test_adding_a_row_again_changes_nothing(index: UsageIndex) -> None:
    row = READS.row()
    index.add([row])
    index.add([row])
    assert found(index).total == 1


def test_pages_are_newest_first_and_the_total_counts_all(index: UsageIndex) -> None:
    index.add([READS.row(at=MOMENT - timedelta(minutes=n), purpose=str(n)) for n in range(10)])
    page = index.find(HOLDER, NUMBER, BEGIN, MOMENT + timedelta(hours=1), offset=2, limit=3)
    assert page.total == 10
    assert [row.purpose for row in page.usages] == ["2", "3", "4"]


def test_the_period_includes_its_start_and_excludes_its_end(index: UsageIndex) -> None:
    index.add([READS.row()])
    assert index.find(HOLDER, NUMBER, MOMENT, MOMENT + timedelta(seconds=1)).total == 1
    assert index.find(HOLDER, NUMBER, BEGIN, MOMENT).total == 0


def test_a_hidden_read_is_neither_shown_nor_counted_until_its_day(index: UsageIndex, clock: FixedClock) -> None:
    until = MOMENT + timedelta(days=400)
    index.add([READS.row(hidden_until=int(until.timestamp()), hidden_law="procedure/40")])
    assert found(index).total == 0
    clock.set(until)
    shown = found(index)
    assert shown.total == 1 and shown.usages[0].hidden_law == "procedure/40"


def test_a_hidden_read_is_kept_for_the_retention_after_its_subject_may_see_it(
    tmp_path: Path, clock: FixedClock
) -> None:
    index = UsageIndex(tmp_path / "usage", clock, keep_months=2)
    until = MOMENT + timedelta(days=400)
    index.add([READS.row(hidden_until=int(until.timestamp())), READS.row(at=MOMENT)])
    clock.set(until + timedelta(days=1))
    index.retire()
    assert found(index).total == 1


def test_at_the_end_of_retention_key_rows_and_receipts_are_gone(tmp_path: Path, clock: FixedClock) -> None:
    index = UsageIndex(tmp_path / "usage", clock, keep_months=1)
    old, kept = READS.row(at=MOMENT - timedelta(days=70), receipt="{}"), READS.row()
    clock.set(MOMENT - timedelta(days=70))
    index.add([old])
    clock.set(MOMENT)
    assert found(index).total == 0, "not found any more, even before the round has been"
    index.add([kept])
    index.retire()
    assert [path.name for path in (tmp_path / "usage" / "keys").iterdir()] == ["2026-11"]
    with sqlite3.connect(tmp_path / "usage" / "usage.db") as db:
        assert db.execute("SELECT count(*) FROM usage").fetchone() == (1,)
        assert db.execute("SELECT count(*) FROM receipt").fetchone() == (0,)
    db.close()


def test_a_row_whose_retention_is_over_makes_no_key_anew(tmp_path: Path, clock: FixedClock) -> None:
    index = UsageIndex(tmp_path / "usage", clock, keep_months=1)
    index.add([READS.row(at=MOMENT - timedelta(days=70))])
    assert not (tmp_path / "usage" / "keys").exists()


def test_rows_given_for_later_are_there_after_a_flush_with_their_mark(index: UsageIndex) -> None:
    assert index.mark() is None
    index.add_later([READS.row()], mark=7)
    index.add_later([READS.row()], mark=8)
    index.flush(30)
    assert found(index).total == 2
    assert index.mark() == 8


def test_closing_writes_what_waits(tmp_path: Path, clock: FixedClock) -> None:
    index = UsageIndex(tmp_path / "usage", clock)
    index.add_later([READS.row()], mark=3)
    index.close()
    assert UsageIndex(tmp_path / "usage", clock).mark() == 3


def test_where_rows_cannot_be_written_reads_are_refused_before_the_queue_is_full(tmp_path: Path) -> None:
    from uruk.exchange.usage.later import Later

    def broken(rows: object, mark: object) -> None:
        raise CodedError("exchange.usage_unavailable", reason="OperationalError")

    later = Later(broken, maximum=4)
    later.check()
    later.put([READS.row(), READS.row()], None)
    with pytest.raises(CodedError, match=r"exchange\.usage_unavailable"):
        later.flush(0.01)
    later.put([READS.row(), READS.row()], None)
    with pytest.raises(CodedError, match=r"exchange\.usage_unavailable"):
        later.check()
    with pytest.raises(CodedError, match=r"exchange\.usage_unavailable"):
        later.put([READS.row()], None)
    later.close()


def test_rows_that_could_not_be_written_are_written_when_it_goes_again(tmp_path: Path) -> None:
    from uruk.exchange.usage.later import Later

    tries: list[int] = []

    def at_the_second(rows: list[object], mark: int | None) -> None:
        tries.append(len(rows))
        if len(tries) == 1:
            raise CodedError("exchange.usage_unavailable", reason="OperationalError")

    later = Later(at_the_second)
    later.put([READS.row()], 1)
    later.flush(30)
    later.close()
    assert tries == [1, 1]


def test_a_damaged_table_has_a_code(tmp_path: Path) -> None:
    (tmp_path / "usage.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(CodedError, match=r"exchange\.usage_unavailable"):
        UsageIndex(tmp_path).add([READS.row()])


def _add_from_elsewhere(folder: Path, number: int) -> None:
    reads = Reads(made=number * 1000)
    index = UsageIndex(folder, FixedClock(datetime(2026, 11, 23, 10, tzinfo=UTC)))
    for _ in range(20):
        index.add([reads.row()])


def test_processes_that_begin_at_once_share_one_key_and_one_table(tmp_path: Path, index: UsageIndex) -> None:
    context = get_context("spawn")
    processes = [context.Process(target=_add_from_elsewhere, args=(tmp_path / "usage", n)) for n in (1, 2, 3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert found(index).total == 60
