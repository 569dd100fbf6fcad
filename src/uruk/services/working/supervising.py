"""What a supervisor sees: how much waits where, who has what, what is late or stands still; nobody's answers."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, cast
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from uruk.acts.api import clock
from uruk.kernel.api import Actor, Text, today
from uruk.people.api import has_right, holders, require_right
from uruk.publishing.api import codes_in_force, in_force
from uruk.services.domain.cases.stepping import AWAITED
from uruk.services.domain.definition import ServiceDefinition
from uruk.services.models import CaseStanding, Hold, QueuedCase
from uruk.services.pins import KIND, last_open_day
from uruk.services.reading import case_effects, case_waits
from uruk.services.rights import is_party, office_case, roles_at, turn_now
from uruk.services.running.recording import Opened, open_case
from uruk.services.views import OfficerLoad, OverseenPage, OverseenView, RevocationView, SupervisedCase, Workload
from uruk.services.working.looking import SOON_DAYS, queues_of, require_office, roles_of
from uruk.services.working.queueing import MAX_LISTED, SUPERVISE

# What a supervisor may look through: late, due soon, before an officer, any officer's task, waiting for others.
KINDS = ("late", "soon", "held", "tasks", "waits")


def may_supervise(actor: Actor) -> bool:
    """Whether the actor's office brings the right to reassign."""
    return has_right(actor, SUPERVISE)


def workload(actor: Actor) -> Workload:
    """How much waits in each queue of the institution, and what each officer of these roles has.

    For an office with the right ``reassign-cases``. Errors: ``people.right_missing``, ``people.role_not_held``.
    """
    require_right(actor, SUPERVISE)
    institution, now = actor.institution or "", clock().now()
    roles = sorted(set().union(*(roles_of(one) for one in _models(institution))))
    before = dict(_counted(Hold.objects.filter(institution=institution, until__gt=now), "person"))
    given = dict(_counted(QueuedCase.objects.filter(institution=institution, assigned__isnull=False), "assigned"))
    officers = tuple(
        OfficerLoad(one.person, one.role, before.get((one.person, one.role), 0), given.get((one.person, one.role), 0))
        for one in holders(institution, roles)
    )
    counts = {kind: _of_kind(institution, kind).count() for kind in KINDS}
    return Workload(queues_of(institution, roles), officers, counts)


def overseen(actor: Actor, kind: str, after: str = "") -> OverseenPage:
    """The cases of one of `KINDS`, those with the first last day first.

    At most 100 at once; `after`: where the page before ended. Nobody's answers. Errors as `workload`.
    """
    require_right(actor, SUPERVISE)
    institution = actor.institution or ""
    rows = _of_kind(institution, kind).order_by(F("due").asc(nulls_last=True), "case_id")
    found = list(rows.filter(_after(after))[: MAX_LISTED + 1])
    shown = found[:MAX_LISTED]
    holds = {one.case_id: one for one in Hold.objects.filter(case__in=[one.pk for one in shown])}
    titles = {code: in_force(KIND, institution, code).title for code in {one.service for one in shown}}
    end = f"{shown[-1].due or ''}:{shown[-1].pk}" if len(found) > MAX_LISTED else ""
    return OverseenPage(tuple(_overseen(one, titles[one.service], holds.get(one.pk)) for one in shown), end)


def supervised_case(actor: Actor, case: UUID) -> SupervisedCase:
    """One case for who reassigns it or sees to it: where it stands, who may have it, what failed; nobody's answers.

    Errors: ``services.case_unknown``, those of `workload`.
    """
    require_right(actor, SUPERVISE)
    found = office_case(actor, case)
    turn, standing, held = turn_now(found), found.standing, _holder(found)
    roles = sorted(roles_at(found))
    return SupervisedCase(
        id=found.id,
        institution=found.row.institution,
        service=found.row.service,
        definition=found.pinned.definition,
        seq=standing.seq,
        submitted_at=found.acts[0].at,
        state=standing.entry.state,
        since=standing.entry.at,
        due=None if standing.entry.due is None else last_open_day(standing.entry.due),
        task=turn.task,
        parties=turn.parties,
        closed=turn.closed,
        error=turn.error,
        held_by=None if held is None else held.person,
        assigned=standing.assigned,
        officers=_officers(found, roles),
        entries=standing.entries,
        effects=tuple(case_effects(found)),
        waits=tuple(case_waits(found)),
    )


def _officers(case: Opened, roles: Sequence[str]) -> tuple[tuple[UUID, str], ...]:
    """Who may be given a case: nobody their own."""
    found = ((one.person, one.role) for one in holders(case.row.institution, roles))
    return tuple((person, role) for person, role in found if not is_party(person, case))


def revocations(actor: Actor) -> tuple[RevocationView, ...]:
    """Documents of which a case waits until somebody in the actor's role has revoked them; at most 100.

    Ids, nobody's data. Errors: ``people.role_not_held``.
    """
    institution, role = require_office(actor)
    return tuple(one for case in _revoking(institution) for one in _to_revoke(case, role))[:MAX_LISTED]


def _revoking(institution: str) -> Iterator[Opened]:
    """Cases in a state that revokes, with something left to be done."""
    for model in _models(institution):
        states = [one.name for one in model.states.values() if any(effect.kind == "revoke" for effect in one.do)]
        if not states:
            continue
        rows = CaseStanding.objects.filter(institution=institution, service=model.code, state__in=states)
        for row in rows.filter(outstanding__gt=0).order_by("since", "case_id")[:MAX_LISTED]:
            yield open_case(row.pk)


def _to_revoke(case: Opened, role: str) -> Iterator[RevocationView]:
    for one in case_effects(case):
        if one.kind == "revoke" and one.outcome == AWAITED and role in one.waits_for.split():
            for document in one.result.get("documents", ()):
                yield RevocationView(case.id, case.row.service, one.target, UUID(document), case.standing.entry.at)


def _models(institution: str) -> tuple[ServiceDefinition, ...]:
    codes = codes_in_force(KIND, institution)
    return tuple(cast(ServiceDefinition, in_force(KIND, institution, code).model) for code in codes)


def _of_kind(institution: str, kind: str) -> "QuerySet[CaseStanding]":
    now, rows = today(clock()), CaseStanding.objects.filter(institution=institution)
    if kind == "late":
        return rows.filter(due__lt=now)
    if kind == "soon":
        return rows.filter(due__gte=now, due__lte=now + timedelta(days=SOON_DAYS))
    if kind == "held":
        # From the few that are held: of a million cases none is looked at.
        held = Hold.objects.filter(institution=institution, until__gt=clock().now())
        return rows.filter(pk__in=held.values("case"))
    of_services = rows.filter(service__in=codes_in_force(KIND, institution))
    if kind == "waits":
        return of_services.filter(turn__startswith="wait:")
    roles = set().union(*(roles_of(one) for one in _models(institution)))
    return of_services.filter(turn__in=[f"task:{one}" for one in sorted(roles)])


def _after(mark: str) -> Q:
    """What comes after the end of a page: a last day and a case, as the page said."""
    due, _, case = mark.partition(":")
    try:
        known, day = UUID(case), date.fromisoformat(due) if due else None
    except ValueError:
        return Q()
    if day is None:
        return Q(due__isnull=True, case_id__gt=known)
    return Q(due__gt=day) | Q(due=day, case_id__gt=known) | Q(due__isnull=True)


def _overseen(row: CaseStanding, title: Text, held: Hold | None) -> OverseenView:
    person = held.person if held is not None and held.until > clock().now() else None
    return OverseenView(row.pk, row.service, title, row.state, row.turn, row.since, row.due, person)


def _holder(case: Opened) -> Hold | None:
    return Hold.objects.filter(case=case.id, until__gt=clock().now()).first()


def _counted(rows: "QuerySet[Any]", person: str) -> Iterator[tuple[tuple[UUID, str], int]]:
    for one in rows.values(person, "role").annotate(count=Count("pk")):
        yield (one[person], one["role"]), one["count"]
