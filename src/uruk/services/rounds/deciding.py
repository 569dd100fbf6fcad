"""Deciding a round: those who take part are gathered and ranked in batches; one act says what came of it for all."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import Q

from uruk.acts.api import Deed, clock, enqueue, job, known_witnesses, perform, receipt_of
from uruk.kernel.api import Actor, CodedError, midnight
from uruk.services.domain.ground import Waiting
from uruk.services.domain.judging.deciding import Entry, entry_of
from uruk.services.domain.rounds.calls import HERE
from uruk.services.domain.rounds.file import Head, Row, line, lot_of, rank, read_line, values_of
from uruk.services.models import CaseAct, Round, RoundCase, RoundEntry
from uruk.services.pins import last_open_day
from uruk.services.rounds.calling import Call, closed_rounds, pinned_of, reckoning_of
from uruk.services.rounds.closing import GATHER
from uruk.services.running.projecting import ADVANCE
from uruk.services.running.recording import open_case
from uruk.trust.api import Receipt, leaf_hash, tree_of

DECIDED = "round.decided"
RANK = "services.round-rank"
MOVE = "services.round-move"
AT_ONCE = 500
# As long as a lot waits for somebody outside to witness the closing.
LONGEST_WAIT = timedelta(hours=1)
_A_WHILE = timedelta(minutes=1)
_LAST = (1, 0)


# -- who takes part ----------------------------------------------------------------------------------------------------


@job(GATHER)
def gather(payload: dict[str, Any]) -> None:
    """Take the next cases that came in time, in the order in which they came; then have them ranked."""
    row, arrival = Round.objects.get(pk=payload["round"]), payload["arrival"]
    if RoundEntry.objects.filter(round=row, arrival=arrival + 1).exists():
        return  # it was done before, and goes on from there
    batch = list(_next(row, payload["after"]))
    entries = list(_entries(row, [one.case_id for one in batch], arrival))
    with transaction.atomic():
        RoundEntry.objects.bulk_create(entries)
        if batch:
            after = [batch[-1].arrived.isoformat(), str(batch[-1].case_id)]
            facts = {"round": str(row.pk), "after": after, "arrival": arrival + len(entries)}
            enqueue(GATHER, facts, key=f"{GATHER}:{row.pk}:{after[1]}")
        else:
            enqueue(RANK, {"round": str(row.pk)}, key=f"{RANK}:{row.pk}")


def _next(row: Round, after: list[str] | None) -> Iterator[RoundCase]:
    """Those who came before the end, and waited for the round when the call was closed."""
    call, head = Call(row.institution, row.service, row.call), head_of(row)
    until = _after_last_day(head)
    rows = call.cases().filter(place=HERE, arrived__lt=until, case__standing__since__lte=row.closed_at)
    yield from _beyond(rows, after)[:AT_ONCE]


def _beyond(rows: Any, after: list[str] | None) -> Any:
    if after is None:
        return rows
    moment, case = datetime.fromisoformat(after[0]), UUID(after[1])
    return rows.filter(Q(arrived__gt=moment) | Q(arrived=moment, case_id__gt=case))


def _after_last_day(head: Head) -> datetime:
    return midnight(last_open_day(date.fromisoformat(head.ends)) + timedelta(days=1))


def _entries(row: Round, cases: Sequence[UUID], arrival: int) -> Iterator[RoundEntry]:
    digests = dict(CaseAct.objects.filter(case__in=cases, seq=1).values_list("case_id", "digest"))
    for number, case in enumerate(cases, arrival + 1):
        alias = bytes(digests[case]).hex()
        entry = _entry(row, case, alias, number)
        yield RoundEntry(
            round=row,
            case_id=case,
            alias=alias,
            arrival=number,
            keys=[list(one) for one in entry.keys],
            groups=sorted(entry.groups),
            outcome="",
            kept_for="",
        )


def _entry(row: Round, case: UUID, alias: str, arrival: int) -> Entry:
    """What a case is ranked by, on the day the call ended. What says nothing comes last."""
    pinned, linked = pinned_of(row)
    reckoning = reckoning_of(pinned, open_case(case), date.fromisoformat(head_of(row).ends))
    try:
        found = entry_of(linked, reckoning, alias, arrival)
    except CodedError:
        found = Waiting(frozenset())
    # Where the definition has changed since the first of the call, a case may lack what the others are ranked by.
    return Entry(alias, arrival, (_LAST,) * len(linked.order)) if isinstance(found, Waiting) else found


# -- what comes of it --------------------------------------------------------------------------------------------------


@job(RANK)
def rank_round(payload: dict[str, Any]) -> None:
    """Rank those who were gathered, and say so in one act."""
    row = Round.objects.get(pk=payload["round"])
    closing = _closing(row)
    if closing is None:
        at = clock().now() + _A_WHILE
        enqueue(RANK, payload, at=at, key=f"{RANK}:{row.pk}:{at.isoformat()}")
        return
    head = _complete(row, closing)
    lot = lot_of(Receipt.parse(head.closed).parsed_proof.checkpoint.raw)
    entries = RoundEntry.objects.filter(round=row).order_by("arrival")
    found = (
        Entry(one[0], one[1], tuple(tuple(key) for key in one[2]), frozenset(one[3]))
        for one in entries.values_list("alias", "arrival", "keys", "groups").iterator(chunk_size=AT_ONCE)
    )
    ranked = {one.case: one for one in rank(head, found, lot)}
    for batch in batches(entries):
        for one in batch:
            came = ranked[one.alias]
            one.rank, one.outcome, one.kept_for = came.rank, came.outcome, came.kept_for or ""
        RoundEntry.objects.bulk_update(batch, ("rank", "outcome", "kept_for"))
    _decide(row, head)


def batches(entries: Any) -> Iterator[list[RoundEntry]]:
    """Entries some at a time, in the order of their arrival."""
    after = 0
    while batch := list(entries.filter(arrival__gt=after).order_by("arrival")[:AT_ONCE]):
        yield batch
        after = batch[-1].arrival


def rows_of(row: Round, head: Head) -> Iterator[Row]:
    """The rows of a ranked round, in the order of their rank."""
    entries = RoundEntry.objects.filter(round=row).order_by("rank")
    for one in entries.iterator(chunk_size=AT_ONCE):
        yield row_of(one, head)


def row_of(entry: RoundEntry, head: Head) -> Row:
    """What the file says of an entry that was ranked."""
    assert entry.rank is not None, "it was ranked"
    values = values_of(head.order, entry.keys)
    return Row(
        entry.rank, entry.alias, entry.arrival, values, tuple(entry.groups), entry.outcome, entry.kept_for or None
    )


def head_of(row: Round) -> Head:
    """What a round declares."""
    return read_line(row.head.encode(), Head)


def _closing(row: Round) -> Receipt | None:
    """The receipt of the closing; None while a lot waits for who witnesses it, so that nobody here could choose it."""
    found = receipt_of(row.closed_act)
    assert found is not None, "they are gathered after it"
    waits = head_of(row).ties == "lot" and found.grade != "witnessed" and known_witnesses(row.institution)
    return None if waits and clock().now() < row.closed_at + LONGEST_WAIT else found


def _complete(row: Round, closing: Receipt) -> Head:
    """The head with what was not known before; it is kept once and for all before anything is ranked by it."""
    head = head_of(row)
    if not head.closed:
        count = RoundEntry.objects.filter(round=row).count()
        head = msgspec.structs.replace(head, closed=closing.to_json(), entries=count)
        row.head = line(head).decode()
        Round.objects.filter(pk=row.pk).update(head=row.head)
    return head


def _decide(row: Round, head: Head) -> None:
    tree = tree_of([leaf_hash(line(one)) for one in rows_of(row, head)])
    deed = Deed(
        type=DECIDED,
        role="decided",
        author=row.institution,
        body={
            "service": row.service,
            "definition": bytes.fromhex(head.definition),
            "pinned": bytes.fromhex(head.pinned),
            "round": row.pk.bytes,
            "call": row.call,
            "closed": row.closed_act.bytes,
            "head": sha256(line(head)).digest(),
            "rows": head.entries,
            "root": tree.root,
        },
        rows=lambda _: None,
        act_id=row.decided_act,
    )
    perform(Actor.system(row.institution), deed)


# -- and what follows --------------------------------------------------------------------------------------------------


def begin_moving(act: UUID) -> None:
    """In the transaction of the receipt: every case goes on from here."""
    row = Round.objects.get(decided_act=act)
    enqueue(MOVE, {"round": str(row.pk), "after": None}, key=f"{MOVE}:{row.pk}")


@job(MOVE)
def move_on(payload: dict[str, Any]) -> None:
    """Have the next cases of the call moved, each by an act of its own; those who came too late as well."""
    row = closed_rounds().get(pk=payload["round"])
    call = Call(row.institution, row.service, row.call)
    rows = _beyond(call.cases().filter(place=HERE), payload["after"])
    batch = list(rows.values_list("arrived", "case_id", "case__standing__seq")[:AT_ONCE])
    with transaction.atomic():
        for _, case, seq in batch:
            enqueue(ADVANCE, {"case": str(case), "seq": seq}, key=f"{ADVANCE}:{case}:{seq}:round")
        if batch:
            after = [batch[-1][0].isoformat(), str(batch[-1][1])]
            enqueue(MOVE, {"round": str(row.pk), "after": after}, key=f"{MOVE}:{row.pk}:{after[1]}")
