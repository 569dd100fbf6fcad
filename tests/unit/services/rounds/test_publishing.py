"""What is published of a round: anybody computes it again, and no byte, row or number of it can be another."""

import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from tests.unit.services.conftest import refused
from tests.unit.services.rounds.conftest import Hall
from tests.unit.services.samples import NUMBER
from uruk.acts.api import directory, find_statement
from uruk.kernel.api import CodedError
from uruk.services.api import (
    RoundJudge,
    VerifiedRound,
    act,
    get_case,
    my_cases,
    round_place,
    verify_place,
    verify_round,
)
from uruk.services.domain.rounds.file import Head, Row, line, lot_of, rank, read_line
from uruk.services.models import Case, Round
from uruk.services.rounds import deciding
from uruk.services.rounds.verifying import PlaceProof
from uruk.services.running.recording import act_id
from uruk.trust.api import Receipt

pytestmark = pytest.mark.database
POINTS = (10, 90, 50, 50, 5, 50)


@pytest.fixture
def decided(hall: Hall) -> Hall:
    """A round of six, one of whom is of a village, decided by two persons; equal ones by lot."""
    for number, points in enumerate(POINTS):
        hall.apply(points, village=number == 4)
    hall.end()
    hall.close_by_two()
    return hall


def published(hall: Hall, passed: bool = False) -> list[bytes]:
    """The lines of the round's file, or of the places that were passed on."""
    row = Round.objects.get()
    name = f"{row.pk}.passed.jsonl" if passed else f"{row.pk}.jsonl"
    path = Path(hall.settings.data, "public", "rounds", row.institution, row.service, name)
    return path.read_bytes().splitlines()


def judge(hall: Hall) -> RoundJudge:
    return RoundJudge(directory(), hall.clock.now(), lambda _: ())


def verified(hall: Hall, lines: list[bytes]) -> VerifiedRound:
    return verify_round(lines, published(hall, passed=True), judge(hall))


def test_a_round_is_computed_again_from_its_file_alone(decided: Hall) -> None:
    found = verified(decided, published(decided))
    assert (found.placed, found.waiting, found.unplaced, found.passed) == (2, 2, 2, ())
    assert found.closed.two_persons, "two persons closed it"
    head = found.head
    assert (head.call, head.places, head.kept, head.order, head.ties) == ("C1", 2, (("village", 1),), ("most",), "lot")


def test_the_file_names_nobody_and_holds_what_the_order_uses(decided: Hall) -> None:
    lines = published(decided)
    text = b"\n".join(lines).decode()
    assert NUMBER not in text
    assert not any(str(case) in text for case in decided.cases)
    rows = [read_line(one, Row) for one in lines[1:-1]]
    assert sorted(row.values[0] or 0 for row in rows) == sorted(POINTS)
    assert [row.rank for row in rows] == [1, 2, 3, 4, 5, 6]


def test_equal_cases_go_by_a_lot_that_nobody_knew_before_the_call_was_closed(decided: Hall) -> None:
    lines = published(decided)
    head, rows = read_line(lines[0], Head), [read_line(one, Row) for one in lines[1:-1]]
    lot = lot_of(Receipt.parse(head.closed).parsed_proof.checkpoint.raw)
    other = lot_of(b"another checkpoint")
    entries = [deciding.Entry(row.alias, row.arrival, ((0, -(row.values[0] or 0)),)) for row in rows]
    assert [one.case for one in rank(head, entries, lot)] == [row.alias for row in rows]
    assert {tuple(one.case for one in rank(head, entries, lot)), tuple(one.case for one in rank(head, entries, other))}


def test_any_one_byte_that_is_changed_is_noticed(decided: Hall) -> None:
    whole = b"\n".join(published(decided))
    source = random.Random(7)
    places = {source.randrange(len(whole)) for _ in range(150)}
    for place in sorted(places):
        for flip in (1, 32):
            changed = bytearray(whole)
            changed[place] ^= flip
            with pytest.raises(CodedError):
                verified(decided, bytes(changed).split(b"\n"))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda lines: [lines[0], lines[2], lines[1], *lines[3:]], "services.round_rows"),
        (lambda lines: [lines[0], *lines[2:]], "services.round_rows"),
        (lambda lines: [lines[0], lines[1], *lines[1:]], "services.round_rows"),
        (lambda lines: [head_with(lines, places=3), *lines[1:]], "services.round_other"),
        (lambda lines: [head_with(lines, kept=(("village", 0),)), *lines[1:]], "services.round_other"),
        (lambda lines: [head_with(lines, ties="arrival"), *lines[1:]], "services.round_other"),
        (lambda lines: [lines[0], row_with(lines, 1, values=(91,)), *lines[2:]], "services.round_rows"),
        (lambda lines: [b" " + lines[0], *lines[1:]], "services.round_malformed"),
        (lambda lines: lines[:-1], "services.round_malformed"),
        (lambda lines: [*lines, b""], "services.round_malformed"),
        (lambda lines: lines[:1], "services.round_malformed"),
    ],
)
def test_rows_quotas_and_order_are_those_of_the_act(
    decided: Hall, change: Callable[[list[bytes]], list[bytes]], code: str
) -> None:
    with refused(code):
        verified(decided, change(published(decided)))


def head_with(lines: list[bytes], **changed: object) -> bytes:
    return line(msgspec.structs.replace(read_line(lines[0], Head), **changed))


def row_with(lines: list[bytes], number: int, **changed: object) -> bytes:
    return line(msgspec.structs.replace(read_line(lines[number], Row), **changed))


def test_a_node_that_ranks_otherwise_than_it_declares_is_found_out(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    for points in POINTS:
        hall.apply(points)
    hall.end()
    fair = deciding.rank

    def unfair(*words: object) -> object:
        first, *rest = fair(*words)  # type: ignore[arg-type]
        return [other_wise(first, outcome="unplaced"), *rest]

    monkeypatch.setattr(deciding, "rank", unfair)
    hall.close_by_two()
    with refused("services.round_ranking"):
        verified(hall, published(hall))


def other_wise(found: object, **changed: object) -> object:
    return replace(found, **changed)  # type: ignore[type-var]


def test_an_applicant_has_their_own_row_proved_by_their_own_receipt(decided: Hall) -> None:
    (best,) = (case for case, points in zip(decided.cases, POINTS, strict=True) if points == 90)
    data = round_place(decided.citizen.actor, best)
    found = verify_place(data, judge(decided))
    assert (found.row.rank, found.row.outcome, found.row.values) == (1, "placed", (90,))
    statement = find_statement(act_id(best, 1))
    assert statement is not None
    assert found.row.alias == statement.body["content"].hex()
    for place in range(0, len(data), 41):
        changed = bytearray(data)
        changed[place] ^= 1
        with pytest.raises(CodedError):
            verify_place(bytes(changed), judge(decided))


def test_nobody_passes_another_row_off_as_theirs(decided: Hall) -> None:
    one, other = (
        msgspec.json.decode(round_place(decided.citizen.actor, case), type=PlaceProof) for case in decided.cases[:2]
    )
    with refused("services.round_not_yours"):
        verify_place(line(msgspec.structs.replace(one, submitted=other.submitted)), judge(decided))
    with refused("services.round_rows"):
        verify_place(line(msgspec.structs.replace(one, row=other.row)), judge(decided))


def test_the_applicant_sees_their_place_and_whoever_waits_for_the_round_its_last_day(decided: Hall) -> None:
    cases = {one.id: one.round for one in my_cases(decided.citizen.actor)}
    (best,) = (case for case, points in zip(decided.cases, POINTS, strict=True) if points == 90)
    place = cases[best]
    assert place is not None
    assert (place.rank, place.entries, place.outcome, place.is_decided) == (1, 6, "placed", True)
    of_village = cases[decided.cases[4]]
    assert of_village is not None and of_village.kept_for is not None
    assert of_village.kept_for.get("ar") == "نص village"
    later = decided.apply(3, course="C2", ends="2026-12-20")
    waits = get_case(decided.citizen.actor, later).round
    assert waits is not None
    assert (waits.is_decided, str(waits.last), waits.rank) == (False, "2026-12-20", None)
    with refused("services.round_unknown"):
        round_place(decided.citizen.actor, later)
    with refused("services.case_unknown"):
        round_place(decided.clerk.actor, best)


def test_places_that_are_passed_on_are_published_and_computed_again(decided: Hall) -> None:
    (best,) = (case for case, points in zip(decided.cases, POINTS, strict=True) if points == 90)
    act(decided.citizen.actor, best, decided.standing(best).seq, "withdraw")
    decided.run()
    found = verified(decided, published(decided))
    assert found.passed == ((1, 2),)
    (said,) = published(decided, passed=True)
    with refused("services.round_passing"):
        verify_round(published(decided), [said, said], judge(decided))


def test_who_goes_down_the_list_otherwise_is_found_out(decided: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    from uruk.services.rounds import passing

    monkeypatch.setattr(passing, "next_in_line", lambda rows, _: list(reversed(rows)))
    (best,) = (case for case, points in zip(decided.cases, POINTS, strict=True) if points == 90)
    act(decided.citizen.actor, best, decided.standing(best).seq, "withdraw")
    decided.run()
    with refused("services.round_passing"):
        verified(decided, published(decided))


def test_the_rounds_of_a_service_are_listed_beside_their_files(decided: Hall) -> None:
    row = Round.objects.get()
    found = json.loads(Path(decided.settings.data, "public", "rounds", "interior", "course", "index.json").read_text())
    assert found["uruk"] == "rounds/1"
    assert [(one["call"], one["file"], one["entries"]) for one in found["rounds"]] == [("C1", f"{row.pk}.jsonl", 6)]


def test_what_is_published_stays_true_when_a_case_of_it_is_forgotten(decided: Hall) -> None:
    from uruk.services.forgetting import forget_expired

    before = published(decided)
    for days in (200, 6 * 366):
        decided.clock.advance(timedelta(days=days))
        decided.run()
    forget_expired({})
    decided.run()
    assert not Case.objects.exists()
    assert set(Round.objects.get().entries.values_list("case", flat=True)) == {None}
    assert verified(decided, before).head.entries == 6


def test_hundreds_are_gathered_ranked_and_moved_in_batches(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deciding, "AT_ONCE", 4)
    cases: list[UUID] = [hall.apply(points, "bazaar") for points in range(13)]
    hall.end()
    assert hall.states(*cases) == ["refused"] * 9 + ["listed"] * 2 + ["offered"] * 2
    assert verified(hall, published(hall)).head.entries == 13
