"""Programs find cases of their service and follow them: ids, states and days, nobody's data."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from uruk.acts.api import receipt_of
from uruk.kernel.api import Actor, CodedError, midnight
from uruk.people.api import require_service_program
from uruk.services.domain.cases.contents import Moved
from uruk.services.domain.cases.folding import Done
from uruk.services.models import CaseAct, CaseStanding
from uruk.services.past import past_act
from uruk.services.programs.views import ActPage, ActTold, CaseCursor, CasePage, CasePaper, CaseStatus
from uruk.services.reading import case_effects
from uruk.services.rights import turn_now
from uruk.services.running.projecting import turn_word
from uruk.services.running.recording import Opened, open_case
from uruk.trust.api import Receipt

MAX_PAGE = 200
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_COLUMNS = ("case_id", "service", "case__pin__definition", "seq", "state", "turn", "arrived", "since", "due", "error")


def program_cases(actor: Actor, service: str, query: CaseCursor) -> CasePage:
    """Cases of the program's service in the order in which they arrived, at most 200 at once.

    Errors: ``people.role_not_held``, ``people.service_not_named``, ``services.cursor_malformed``.
    """
    institution = actor.institution or ""
    require_service_program(actor, institution, service)
    rows = _matching(CaseStanding.objects.filter(institution=institution, service=service), query)
    limit = max(1, min(query.limit, MAX_PAGE))
    found = [CaseStatus(*row) for row in rows.order_by("arrived", "case_id").values_list(*_COLUMNS)[: limit + 1]]
    shown = tuple(found[:limit])
    return CasePage(shown, _mark(shown[-1]) if len(found) > limit else "")


def program_case_status(actor: Actor, service: str, case: UUID) -> CaseStatus:
    """Where a case of the program's service stands.

    Errors: ``people.role_not_held``, ``people.service_not_named``, ``services.case_unknown``,
    ``services.case_forgotten``.
    """
    return status_of(case_of_program(actor, service, case))


def program_case_papers(actor: Actor, service: str, case: UUID) -> tuple[CasePaper, ...]:
    """The documents of a case: types, ids, and whom they wait for. Errors: as `program_case_status`."""
    return papers_of(case_of_program(actor, service, case))


def program_case_acts(actor: Actor, service: str, case: UUID, after: str = "", limit: int = MAX_PAGE) -> ActPage:
    """A case act by act, without what anybody said, at most 200 at once. `after`: where the page before ended.

    Errors: as `program_case_status`, ``services.cursor_malformed``.
    """
    found, start = case_of_program(actor, service, case), _after_act(after)
    shown = found.acts[start : start + max(1, min(limit, MAX_PAGE))]
    wanted = CaseAct.objects.filter(case=case, seq__in=[one.seq for one in shown])
    rows = {one.seq: one for one in wanted.only("seq", "channel", "program")}
    acts = tuple(_act(found, one, rows[one.seq]) for one in shown)
    return ActPage(acts, str(shown[-1].seq) if shown and shown[-1].seq < len(found.acts) else "")


def program_act_receipt(actor: Actor, service: str, case: UUID, seq: int) -> Receipt:
    """The receipt of the `seq`-th act of a case: it names nobody.

    Errors: as `program_case_status`, ``services.act_unknown``.
    """
    found = case_of_program(actor, service, case)
    row = CaseAct.objects.filter(case=case, seq=seq).only("act_id").first() if seq <= found.standing.seq else None
    receipt = None if row is None else receipt_of(row.act_id)
    if receipt is None:
        raise CodedError("services.act_unknown")
    return receipt


def case_of_program(actor: Actor, service: str, case: UUID, right: str | None = None) -> Opened:
    """A case of the service that a program's token names, where its role brings a right."""
    institution = actor.institution or ""
    require_service_program(actor, institution, service, right)
    found = open_case(case)
    if (found.row.institution, found.row.service) != (institution, service):
        raise CodedError("services.case_unknown")
    return found


def statuses_of(cases: Collection[UUID]) -> dict[UUID, CaseStatus]:
    """Where cases stand, by their ids."""
    rows = CaseStanding.objects.filter(case_id__in=cases).values_list(*_COLUMNS)
    return {one.case: one for one in (CaseStatus(*row) for row in rows)}


def status_of(case: Opened) -> CaseStatus:
    """Where a case stands, as its acts say."""
    standing, turn = case.standing, turn_now(case)
    assert standing.submitted_at is not None, "the first act of a case is its submission"
    entry = standing.entry
    return CaseStatus(
        case=case.id,
        service=case.row.service,
        definition=case.pinned.definition.digest.hex(),
        seq=standing.seq,
        state=entry.state,
        turn=turn_word(turn),
        arrived=standing.submitted_at,
        since=entry.at,
        due=entry.due,
        error=turn.error,
    )


def papers_of(case: Opened) -> tuple[CasePaper, ...]:
    """What a case has issued or waits to issue."""
    issued = (one for one in case_effects(case) if one.kind == "issue")
    return tuple(
        CasePaper(one.target, one.outcome, one.waits_for, UUID(str(one.result["document"])))
        if one.result.get("document")
        else CasePaper(one.target, one.outcome, one.waits_for, None)
        for one in issued
    )


def _act(case: Opened, act: Done, row: CaseAct) -> ActTold:
    past = past_act(case, act, ())
    receipt = receipt_of(past.act)
    assert receipt is not None, "only acknowledged acts are told"
    # Whereto is a state only of an act that moves: elsewhere it may be an officer.
    to = past.to if isinstance(act.content, Moved) else ""
    done_by = row.program is not None
    where = (receipt.origin, receipt.index)
    return ActTold(act.seq, past.act, past.type, act.at, act.role, row.channel, done_by, past.by, to, *where)


def _matching(rows: "QuerySet[CaseStanding]", query: CaseCursor) -> "QuerySet[CaseStanding]":
    wanted: dict[str, Any] = {}
    if query.state:
        wanted["state"] = query.state
    if query.since is not None:
        wanted["arrived__gte"] = midnight(query.since)
    if query.until is not None:
        wanted["arrived__lt"] = midnight(query.until + timedelta(days=1))
    return rows.filter(_after(query.after), **wanted)


def _mark(last: CaseStatus) -> str:
    """Where a page ended: it holds though the case were forgotten before the next one is asked for."""
    return f"{(last.arrived - _EPOCH) // _MICROSECOND}-{last.case.hex}"


def _after_act(mark: str) -> int:
    if mark and not (mark.isascii() and mark.isdigit() and len(mark) <= 9):
        raise CodedError("services.cursor_malformed")
    return int(mark or 0)


def _after(mark: str) -> Q:
    if not mark:
        return Q()
    moment, _, case = mark.partition("-")
    try:
        if not (moment.isascii() and moment.isdigit() and len(moment) <= 16 and len(case) == 32):
            raise ValueError
        arrived, last = _EPOCH + int(moment) * _MICROSECOND, UUID(case)
    except ValueError:
        raise CodedError("services.cursor_malformed") from None
    return Q(arrived__gt=arrived) | Q(arrived=arrived, case_id__gt=last)
