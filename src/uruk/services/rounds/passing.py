"""A place that falls free goes to the first of the waiting list, by an act of its own."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from uruk.acts.api import Deed, clock, enqueue, finish, job, perform, which_acknowledged
from uruk.kernel.api import Actor
from uruk.services.domain.edges import WAITING
from uruk.services.domain.rounds.calls import HERE, LISTED
from uruk.services.domain.rounds.file import next_in_line
from uruk.services.models import CaseStanding, RoundCase, RoundEntry, RoundPassing
from uruk.services.rounds.calling import FREED
from uruk.services.rounds.deciding import head_of, row_of
from uruk.services.rounds.outcome import has_place
from uruk.services.running.projecting import ADVANCE

PASSED = "round.passed"
_A_WHILE = timedelta(minutes=1)


@job(FREED)
def place_freed(payload: dict[str, Any]) -> None:
    """A case that was in a round has ended without being granted: if it had a place, the next has it."""
    for entry in RoundEntry.objects.filter(case=payload["case"]).select_related("round"):
        if not which_acknowledged([entry.round.decided_act]):
            _later(payload)
        elif has_place(entry):
            _pass_on(entry, payload)


def _pass_on(freed: RoundEntry, payload: dict[str, Any]) -> None:
    known = RoundPassing.objects.filter(freed=freed).first()
    if known is not None:
        finish(known.act_id)
        return
    line = list(_line(freed))
    cases = {one.case_id for one in line if one.case_id is not None}
    places = dict(RoundCase.objects.filter(case__in=cases).values_list("case_id", "place"))
    if HERE in places.values():
        # They have not been told yet that they wait: nobody is passed over meanwhile.
        _later(payload)
        return
    to = next((one for one in line if places.get(one.case_id) == LISTED), None)
    if to is not None:
        _perform(freed, to, [one.rank for one in line[: line.index(to)]])


def _line(freed: RoundEntry) -> Iterator[RoundEntry]:
    """Those of the waiting list to whom no place went yet, in the order in which this one goes to them."""
    entries = RoundEntry.objects.filter(round=freed.round_id, outcome=WAITING, passed_to=None).order_by("rank")
    waiting, head = {one.rank: one for one in entries}, head_of(freed.round)
    rows = [row_of(one, head) for one in waiting.values()]
    for row in next_in_line(rows, _kept_for(freed)):
        yield waiting[row.rank]


def _kept_for(freed: RoundEntry) -> str | None:
    """For which group a place is kept: that of whoever had it first."""
    found = freed
    while (before := RoundPassing.objects.filter(to=found).select_related("freed").first()) is not None:
        found = before.freed
    return found.kept_for or None


def _perform(freed: RoundEntry, to: RoundEntry, gone: list[int | None]) -> None:
    row, act = freed.round, passed_act(freed)

    def rows(_: UUID) -> None:
        RoundPassing.objects.create(act_id=act, round=row, freed=freed, to=to, gone=gone, at=clock().now())

    body = {
        "service": row.service,
        "round": row.pk.bytes,
        "decided": row.decided_act.bytes,
        "freed": freed.rank,
        "to": to.rank,
        "gone": gone,
    }
    perform(Actor.system(row.institution), Deed(PASSED, "decided", row.institution, body, rows, act_id=act))


def passed_act(freed: RoundEntry) -> UUID:
    """The id of the act by which the place of an entry goes to another."""
    return uuid5(freed.round_id, f"passed/{freed.rank}")


def follow_passing(act: UUID) -> None:
    """In the transaction of the receipt: the case that has the place now goes on."""
    row = RoundPassing.objects.select_related("to").get(pk=act)
    standing = CaseStanding.objects.filter(case=row.to.case_id).first()
    if standing is not None:
        payload = {"case": str(standing.case_id), "seq": standing.seq}
        enqueue(ADVANCE, payload, key=f"{ADVANCE}:{standing.case_id}:{standing.seq}:round")


def _later(payload: dict[str, Any]) -> None:
    at = clock().now() + _A_WHILE
    enqueue(FREED, payload, at=at, key=f"{FREED}:{payload['case']}:{at.isoformat()}")
