"""Looking at rounds: numbers for those who have them decided, one's own place and its proof for an applicant."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from uuid import UUID

from django.db.models import Q

from uruk.acts.api import acknowledged, receipt_of, which_acknowledged
from uruk.kernel.api import Actor, CodedError
from uruk.people.api import has_right, require_role
from uruk.services.domain.definition import ROUND
from uruk.services.domain.edges import PLACED, WAITING
from uruk.services.domain.linked import LinkedRound
from uruk.services.domain.rounds.calls import COMING, called
from uruk.services.domain.rounds.file import line
from uruk.services.models import Round, RoundCase, RoundEntry, RoundPassing, RoundProposal
from uruk.services.pins import Pinned, last_open_day
from uruk.services.rights import own_case
from uruk.services.rounds.calling import (
    Announced,
    Call,
    announced,
    call_key,
    calls_of,
    closed_rounds,
    pinned_of,
    unready,
)
from uruk.services.rounds.deciding import head_of, row_of, rows_of
from uruk.services.rounds.publishing import public_address
from uruk.services.rounds.verifying import place_line
from uruk.services.rounds.views import PlaceView, QuotaView, RoundView
from uruk.services.running.recording import Opened, act_id
from uruk.trust.api import Tree, leaf_hash, tree_of

MAX_LISTED = 100
_SUPERVISE = "reassign-cases"


def rounds(actor: Actor) -> tuple[RoundView, ...]:
    """The rounds that the actor's role has decided, or agrees to; all of them for the right ``reassign-cases``.

    Those that are open or can be closed first, then those that were decided, the newest first; at most 100. Numbers,
    nobody's data. Errors: ``people.role_not_held``.
    """
    institution = _office(actor)
    sees_all = _may_see_all(actor)
    found = [*_announced_views(institution), *_closed_views(institution)]
    return tuple(one for one in found if sees_all or actor.role in {one.task, one.second})[:MAX_LISTED]


def has_rounds(actor: Actor) -> bool:
    """Whether the actor's institution has rounds that run or were decided. Errors: ``people.role_not_held``."""
    institution = _office(actor)
    return (
        RoundCase.objects.filter(institution=institution).exists()
        or closed_rounds().filter(institution=institution).exists()
    )


def get_round(actor: Actor, service: str, key: str) -> RoundView:
    """One of them. Errors: ``services.round_unknown``, ``people.role_not_held``."""
    found = next((one for one in rounds(actor) if (one.service, one.key) == (service, key)), None)
    if found is None:
        raise CodedError("services.round_unknown")
    return found


def find_call(actor: Actor, service: str, key: str) -> Announced:
    """A call that this office may see, as it is now. Errors: as `get_round`."""
    seen = get_round(actor, service, key)
    found = announced(Call(seen.institution, service, seen.call))
    if found is None or seen.state not in {"open", "ended"}:
        raise CodedError("services.round_unknown")
    return found


def round_place(actor: Actor, case: UUID) -> bytes:
    """What proves an applicant's own place in a decided round, for `uruk round verify`.

    Errors: ``services.case_unknown``, ``services.round_unknown``.
    """
    found = own_case(actor, case)
    entry = _entry(found)
    if entry is None:
        raise CodedError("services.round_unknown")
    head = head_of(entry.round)
    tree = _tree(entry.round_id, entry.round.head)
    decided, submitted = receipt_of(entry.round.decided_act), receipt_of(act_id(case, 1))
    assert decided is not None, "asked before"
    assert submitted is not None, "nothing of a case counts before that"
    row = row_of(entry, head)
    return place_line(head, row, tree.proof(row.rank - 1), decided, submitted)


@lru_cache(maxsize=8)
def _tree(number: UUID, head: str) -> Tree:
    """The tree over the rows of a decided round, which never changes; many ask for it when it is decided."""
    row = Round.objects.get(pk=number, head=head)
    return tree_of([leaf_hash(line(one)) for one in rows_of(row, head_of(row))])


def place_of_case(case: Opened) -> PlaceView | None:
    """Where a case stands in its round; None where its service has none, or the case has not come so far."""
    linked = case.pinned.service.round
    if linked is None:
        return None
    entry = _entry(case)
    if entry is not None:
        return _decided_place(case, entry)
    states = case.pinned.model.states
    if all(states[one.state].waits != ROUND for one in case.standing.entries):
        return None
    return _open_place(case, linked)


# -- officers ----------------------------------------------------------------------------------------------------------


def _office(actor: Actor) -> str:
    require_role(actor, actor.institution or "", (actor.role or "",))
    return actor.institution or ""


def _may_see_all(actor: Actor) -> bool:
    return has_right(actor, _SUPERVISE)


def _announced_views(institution: str) -> Iterator[RoundView]:
    for call in calls_of(institution):
        found = announced(call)
        if found is not None:
            yield _announced_view(found)


def _announced_view(found: Announced) -> RoundView:
    declared, call, terms = found.linked.round, found.call, found.terms
    proposal = RoundProposal.objects.filter(pk=call.id).first()
    correcting = call.cases().filter(place=COMING, ready=True, arrived__lt=found.until).count()
    return RoundView(
        call.id, call.institution, call.service, found.pinned.definition.title, call.call, call_key(call.call),
        "ended" if found.is_over else "open", found.last, max(terms.places, 0),
        _quotas(found.pinned, terms.kept.items()), declared.waiting, declared.ties, declared.task, declared.second,
        here=found.taking_part().count(), unready=unready(found), correcting=correcting,
        proposed_by=None if proposal is None else proposal.person,
    )  # fmt: skip


def _closed_views(institution: str) -> Iterator[RoundView]:
    for row in closed_rounds().filter(institution=institution)[:MAX_LISTED]:
        yield _closed_view(row)


def _closed_view(row: Round) -> RoundView:
    (pinned, linked), head = pinned_of(row), head_of(row)
    is_decided = bool(which_acknowledged([row.decided_act]))
    entries = RoundEntry.objects.filter(round=row)
    counts = [entries.filter(outcome=one).count() if is_decided else 0 for one in (PLACED, WAITING)]
    return RoundView(
        row.pk, row.institution, row.service, pinned.definition.title, row.call, call_key(row.call),
        "decided" if is_decided else "closed", last_open_day(date.fromisoformat(head.ends)), head.places,
        _quotas(pinned, head.kept), head.waiting, head.ties, linked.round.task, linked.round.second,
        closed_at=row.closed_at, entries=entries.count(), placed=counts[0], waiting=counts[1],
        passed=acknowledged(RoundPassing.objects.filter(round=row)).count(),
        file=public_address(row) if is_decided else "",
    )  # fmt: skip


def _quotas(pinned: Pinned, kept: Iterable[tuple[str, int]]) -> tuple[QuotaView, ...]:
    texts = pinned.definition.texts
    return tuple(QuotaView(texts.get(f"quotas.{name}"), max(count, 0)) for name, count in kept)


# -- applicants --------------------------------------------------------------------------------------------------------


def _entry(case: Opened) -> RoundEntry | None:
    """The entry of a case in a round that is decided."""
    rows = RoundEntry.objects.filter(case=case.id).select_related("round")
    return next((one for one in rows if which_acknowledged([one.round.decided_act])), None)


def _decided_place(case: Opened, entry: RoundEntry) -> PlaceView:
    row, head = entry.round, head_of(entry.round)
    texts = case.pinned.definition.texts
    return PlaceView(
        row.pk,
        row.call,
        last_open_day(date.fromisoformat(head.ends)),
        is_decided=True,
        places=head.places,
        entries=head.entries,
        rank=entry.rank,
        outcome=entry.outcome,
        kept_for=texts.get(f"quotas.{entry.kept_for}") if entry.kept_for else None,
        passed=acknowledged(RoundPassing.objects.filter(Q(to=entry))).exists(),
        file=public_address(row),
    )


def _open_place(case: Opened, linked: LinkedRound) -> PlaceView | None:
    day = case.standing.entry.at.date()
    try:
        found = called(linked, case.standing.reckoning(case.pinned.service, day))
    except CodedError:
        return None  # its standing says what is wrong with it
    call = Call(case.row.institution, case.row.service, found.call)
    late = _is_decided(call)
    last = None if found.ends is None else last_open_day(found.ends)
    return PlaceView(call.id, call.call, last, is_decided=late, late=late)


def _is_decided(call: Call) -> bool:
    row = closed_rounds().filter(pk=call.id).first()
    return row is not None and bool(which_acknowledged([row.decided_act]))
