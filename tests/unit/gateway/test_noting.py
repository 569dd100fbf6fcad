"""Whom an answer is about is read from what the provider said, not from the part of it that travels on."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.unit.exchange.usage import rows as made
from uruk.exchange.api import Endpoint, EvidenceStore, Record, SubjectRule, UsageIndex, pack_usages, statements
from uruk.gateway.bodies import Body
from uruk.gateway.calls import UpstreamReply
from uruk.gateway.noting import give_again, note, subjects_in_answer
from uruk.gateway.shaping import shaped
from uruk.kernel.api import FixedClock

READS, UNTIL, MOMENT = made.Reads(), 1_830_000_000, made.MOMENT
HOLDER = "199001011234"
STALL = b'{"code": "A1", "trader": "199001011234"}'


def noted(endpoint: Endpoint, status: int = 200) -> tuple[bytes, tuple[str, ...]]:
    """What travels on of an answer about a stall, and who was read."""
    answer = shaped(UpstreamReply(status, (), Body.of(STALL)), endpoint, "GET")
    given: Any = SimpleNamespace(endpoint=endpoint, target=None)
    return answer.body.data or b"", subjects_in_answer(given, given, Body.of(b""), answer)


def test_a_person_who_stands_in_what_was_cut_was_read_all_the_same() -> None:
    endpoint = Endpoint("GET", "/*", personal=True, subjects=(SubjectRule("answer", "/trader"),), fields=("/code",))
    assert noted(endpoint) == (b'{"code":"A1"}', (HOLDER,))


@pytest.mark.parametrize("fields", [None, ("/code", "/trader")])
def test_a_person_who_stands_in_what_travels_is_found_there(fields: tuple[str, ...] | None) -> None:
    endpoint = Endpoint("GET", "/*", personal=True, subjects=(SubjectRule("answer", "/trader"),), fields=fields)
    assert noted(endpoint)[1] == (HOLDER,)


def test_an_answer_that_is_no_success_is_about_nobody() -> None:
    endpoint = Endpoint("GET", "/*", personal=True, subjects=(SubjectRule("answer", "/trader"),), fields=("/code",))
    assert noted(endpoint, 404)[1] == ()


def record(usage: Any) -> Record:
    return Record(
        statements.new_request(), statements.ANSWERED, UNTIL, b"200", b"", institution=made.HOLDER,
        usage=pack_usages([usage]),
    )  # fmt: skip


def count(index: UsageIndex) -> int:
    index.flush(30)
    return index.find(made.HOLDER, made.NUMBER, made.BEGIN, MOMENT.replace(year=2030)).total


def test_a_reading_is_given_again_where_only_another_of_its_batch_was_written_before_a_crash(tmp_path: Path) -> None:
    rows = [READS.row(), READS.row(), READS.row()]
    evidence = EvidenceStore(tmp_path / "evidence", tmp_path / "spool")
    evidence.keep([evidence.seal([record(rows[0])]), evidence.seal([record(rows[1]), record(rows[2])])])
    index = UsageIndex(tmp_path / "usage", FixedClock(MOMENT))
    note(index, [rows[0]], 1)
    note(index, [rows[1]], 2)
    assert count(index) == 2
    index.close()  # a kill before the other one of the second batch gave its rows
    again = UsageIndex(tmp_path / "usage", FixedClock(MOMENT))
    give_again(evidence, again)
    assert count(again) == 3
    again.close()
    evidence.close()


def test_a_mark_ahead_of_the_evidence_keeps_no_reading_from_being_given_again(tmp_path: Path) -> None:
    evidence = EvidenceStore(tmp_path / "evidence", tmp_path / "spool")
    index = UsageIndex(tmp_path / "usage", FixedClock(MOMENT))
    note(index, [READS.row()], 50)  # batches of which no disk took anything were counted too
    give_again(evidence, index)
    evidence.keep([evidence.seal([record(READS.row())])])
    give_again(evidence, index)
    assert count(index) == 2
    index.close()
    evidence.close()
