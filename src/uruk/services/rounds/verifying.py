"""Recomputes a round from its published file, offline: who believes nobody gets the same ranking, or a reason."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

import msgspec

from uruk.kernel.api import CodedError
from uruk.services.domain.edges import PLACED, WAITING
from uruk.services.domain.rounds.file import (
    FORMAT,
    Head,
    Last,
    Passed,
    Row,
    entry_of_row,
    line,
    lot_of,
    next_in_line,
    rank,
    read_line,
)
from uruk.trust.api import (
    Directory,
    Receipt,
    Statement,
    VerifiedReceipt,
    Witness,
    leaf_hash,
    parse_statement,
    tree_of,
    verify_inclusion,
    verify_receipt,
)

MAX_LINE_BYTES = 1 << 20
MAX_ROWS = 1_000_000
PLACE = "round-place/1"
Witnesses = Callable[[str], Collection[Witness]]


@dataclass(frozen=True)
class RoundJudge:
    """Whom whoever verifies believes: the keys, the witnesses of an institution's log, and the time it is."""

    directory: Directory
    at: datetime
    witnesses: Witnesses

    def receipt(self, text: str, kind: str, author: str) -> VerifiedReceipt:
        """What a receipt proves; errors: trust.receipt_…, trust.log_…."""
        found = Receipt.parse(text)
        seen = self.witnesses(author)
        return verify_receipt(
            found, self.directory, type=kind, role="decided", author=author, at=self.at, witnesses=seen
        )


@dataclass(frozen=True)
class VerifiedRound:
    """A round that was computed again and came out as published.

    `decided`, `closed`: what the receipts of its acts prove. `passed`: places that went on to others since, by rank.
    """

    head: Head
    decided: VerifiedReceipt
    closed: VerifiedReceipt
    placed: int
    waiting: int
    unplaced: int
    passed: tuple[tuple[int, int], ...] = ()


class PlaceProof(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an applicant is given: their row, the way from it to the root, and the receipts of both ends.

    `submitted`: the receipt of their own application, whose statement names the alias of the row.
    """

    uruk: str
    head: str
    row: str
    index: int
    path: tuple[str, ...]
    decided: str
    submitted: str


@dataclass(frozen=True)
class VerifiedPlace:
    """One application's place in a round, proved without the others' rows."""

    head: Head
    row: Row
    decided: VerifiedReceipt


def verify_round(lines: Iterable[bytes], passed: Iterable[bytes], judge: RoundJudge) -> VerifiedRound:
    """Compute a round again from the lines of its file, and of the file of places that were passed on.

    Errors: ``services.round_malformed`` (not the one spelling of such a file), ``services.round_other`` (the act is of
    another round, or says otherwise), ``services.round_rows`` (a row was changed, left out, added or moved),
    ``services.round_ranking`` (it does not come out so), ``services.round_passing``, those of `verify_receipt`.
    """
    first, *rest = _whole(lines)
    head = read_line(first, Head)
    rows, last = [read_line(one, Row) for one in rest[:-1]], read_line(rest[-1], Last)
    decided = judge.receipt(last.receipt, "round.decided", head.institution)
    _check_head(head, first, decided.statement, len(rows))
    closed = judge.receipt(head.closed, "round.closed", head.institution)
    _check_closed(head, closed.statement, decided.statement)
    if tree_of([leaf_hash(one) for one in rest[:-1]]).root != decided.statement.body.get("root"):
        raise CodedError("services.round_rows")
    _check_ranking(head, rows)
    placed, waiting = (sum(one.outcome == outcome for one in rows) for outcome in (PLACED, WAITING))
    went = tuple(_passings(head, rows, passed, judge, decided.statement))
    return VerifiedRound(head, decided, closed, placed, waiting, len(rows) - placed - waiting, went)


def verify_place(data: bytes, judge: RoundJudge) -> VerifiedPlace:
    """Verify what an applicant was given. Errors: as `verify_round`; ``services.round_not_yours``."""
    given = read_line(data, PlaceProof)
    head, row = read_line(given.head.encode(), Head), read_line(given.row.encode(), Row)
    if given.uruk != PLACE:
        raise CodedError("services.round_malformed")
    decided = judge.receipt(given.decided, "round.decided", head.institution)
    body = decided.statement.body
    _check_head(head, given.head.encode(), decided.statement, head.entries)
    leaf, root = leaf_hash(given.row.encode()), body.get("root")
    path = [_hash(one) for one in given.path]
    if not isinstance(root, bytes) or given.index != row.rank - 1:
        raise CodedError("services.round_rows")
    if not verify_inclusion(given.index, head.entries, leaf, path, root):
        raise CodedError("services.round_rows")
    submitted = Receipt.parse(given.submitted)
    verify_receipt(
        submitted,
        judge.directory,
        type="case.submitted",
        author=head.institution,
        at=judge.at,
        witnesses=judge.witnesses(head.institution),
    )
    if parse_statement(submitted.statement).body.get("content") != _hash(row.alias):
        raise CodedError("services.round_not_yours")
    return VerifiedPlace(head, row, decided)


def looks_like_place(data: bytes) -> bool:
    """Whether bytes are meant as what an applicant is given of a round."""
    return PLACE.encode() in data[-200:] or PLACE.encode() in data[:200]


def _whole(lines: Iterable[bytes]) -> list[bytes]:
    """All lines, each within its limit; the first and the last are there."""
    found: list[bytes] = []
    for one in lines:
        if len(one) > MAX_LINE_BYTES or len(found) > MAX_ROWS + 1:
            raise CodedError("services.round_malformed")
        found.append(one)
    if len(found) < 2:
        raise CodedError("services.round_malformed")
    return found


def _check_head(head: Head, first: bytes, statement: Statement, count: int) -> None:
    body = statement.body
    said = (body.get("round"), body.get("service"), body.get("call"), body.get("definition"), body.get("rows"))
    mine = (_uuid(head.round), head.service, head.call, _hash(head.definition), head.entries)
    if head.uruk != FORMAT or said != mine or body.get("head") != sha256(first).digest():
        raise CodedError("services.round_other")
    if count != head.entries:
        raise CodedError("services.round_rows")


def _check_closed(head: Head, closed: Statement, decided: Statement) -> None:
    """The call was closed by the act that the decision names, before it."""
    same = all(closed.body.get(name) == decided.body.get(name) for name in ("round", "service", "call", "definition"))
    if not same or decided.body.get("closed") != closed.act.bytes or closed.time > decided.time:
        raise CodedError("services.round_other")
    if head.ties not in {"arrival", "lot"}:
        raise CodedError("services.round_malformed")


def _check_ranking(head: Head, rows: Sequence[Row]) -> None:
    lot = lot_of(Receipt.parse(head.closed).parsed_proof.checkpoint.raw)
    if sorted(one.arrival for one in rows) != list(range(1, len(rows) + 1)):
        raise CodedError("services.round_rows")
    found = rank(head, (entry_of_row(head, one) for one in rows), lot)
    for mine, said in zip(found, rows, strict=True):
        if (mine.case, mine.rank, mine.outcome, mine.kept_for) != (said.alias, said.rank, said.outcome, said.kept_for):
            raise CodedError("services.round_ranking", rank=said.rank)


def _passings(
    head: Head, rows: Sequence[Row], passed: Iterable[bytes], judge: RoundJudge, decided: Statement
) -> Iterator[tuple[int, int]]:
    """Each place that was passed on went to the first who still waited for it."""
    by_rank = {one.rank: one for one in rows}
    waiting = {one.rank: one for one in rows if one.outcome == WAITING}
    holds = {one.rank: one.kept_for for one in rows if one.outcome == PLACED}
    for data in passed:
        found = judge.receipt(read_line(data, Passed).receipt, "round.passed", head.institution).statement.body
        freed, to, gone = found.get("freed"), found.get("to"), found.get("gone")
        same = found.get("round") == _uuid(head.round) and found.get("decided") == decided.act.bytes
        if not same or freed not in holds or to not in waiting or not isinstance(gone, list):
            raise CodedError("services.round_passing", rank=to if isinstance(to, int) else 0)
        line_up = [one.rank for one in next_in_line(list(waiting.values()), holds[freed])]
        if line_up[: line_up.index(to)] != gone:
            raise CodedError("services.round_passing", rank=to)
        holds[to] = holds.pop(freed)
        del waiting[to]
        yield by_rank[freed].rank, to


def _uuid(text: str) -> bytes:
    try:
        return UUID(text).bytes
    except ValueError:
        raise CodedError("services.round_malformed") from None


def _hash(text: str) -> bytes:
    """Bytes in their one spelling."""
    try:
        found = bytes.fromhex(text)
    except ValueError:
        raise CodedError("services.round_malformed") from None
    if found.hex() != text:
        raise CodedError("services.round_malformed")
    return found


def place_line(head: Head, row: Row, path: Sequence[bytes], decided: Receipt, submitted: Receipt) -> bytes:
    """What an applicant is given, in its one spelling."""
    hashes = tuple(one.hex() for one in path)
    found = PlaceProof(
        PLACE, line(head).decode(), line(row).decode(), row.rank - 1, hashes, decided.to_json(), submitted.to_json()
    )
    return line(found)
