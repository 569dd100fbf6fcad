"""What waits for an office: its queues with their last days, what its officers have before them, who did what since."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple, cast
from uuid import UUID

from uruk.acts.api import clock, find_rows, marks, stored
from uruk.kernel.api import Actor, CodedError, today
from uruk.people.api import require_role
from uruk.publishing.api import codes_in_force, in_force
from uruk.services.domain.definition import APPLICANT, ServiceDefinition, State
from uruk.services.models import CaseStanding, Hold
from uruk.services.past import past_act
from uruk.services.pins import KIND
from uruk.services.rights import office_case
from uruk.services.views import HeldView, MovedSince, QueueView

# How many days before its last one a task is said to be due soon.
SOON_DAYS = 3
# Beyond this nobody wants to know how many; counting a million rows takes a second.
COUNTED_TO = 10_000
# From service to service by the index, so that what is looked at depends on the queues and not on who stands in them;
# the last of them is none, and PostgreSQL would look for it in the whole table.
_QUEUES = """WITH RECURSIVE served (code) AS (
  SELECT min(service) FROM services_queuedcase WHERE institution = %s
  UNION ALL
  SELECT (SELECT min(service) FROM services_queuedcase WHERE institution = %s AND service > served.code)
  FROM served WHERE served.code IS NOT NULL),
worked (code) AS (VALUES {places}),
queue (service, role, cases, place) AS (
  SELECT served.code, worked.code,
    (SELECT count(*) FROM (SELECT 1 FROM services_queuedcase
      WHERE institution = %s AND service = served.code AND role = worked.code ORDER BY place LIMIT %s) AS counted),
    (SELECT min(place) FROM services_queuedcase
      WHERE institution = %s AND service = served.code AND role = worked.code)
  FROM served CROSS JOIN worked WHERE served.code IS NOT NULL)
SELECT service, role, cases, place FROM queue WHERE cases > 0 ORDER BY service, role"""
# Found by their days before anything else: SQLite would begin with the index by which it groups, at all that are there.
_DUE = """WITH near (case_id, service, due) AS MATERIALIZED (
  SELECT case_id, service, due FROM services_casestanding WHERE institution = %s AND due <= %s)
SELECT near.service, q.role, count(*) FILTER (WHERE near.due < %s), count(*), min(near.due)
FROM near CROSS JOIN services_queuedcase q
WHERE q.case_id = near.case_id AND q.role IN ({roles}) GROUP BY near.service, q.role"""
_DUE_FIELD = CaseStanding._meta.get_field("due")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class _Due(NamedTuple):
    """How many in a queue are late, and how many are late or soon will be; the first of their last days."""

    late: int = 0
    near: int = 0
    first: date | None = None


def queues(actor: Actor) -> tuple[QueueView, ...]:
    """The queues of the actor's role, by service: numbers, nobody's data. Errors: ``people.role_not_held``."""
    institution, role = require_office(actor)
    return queues_of(institution, (role,))


def queues_of(institution: str, roles: Iterable[str]) -> tuple[QueueView, ...]:
    """The queues of roles, by service and role, each counted up to `COUNTED_TO`. Two statements, whatever waits."""
    wanted = sorted(roles)
    if not wanted:
        return ()
    values = (institution, institution, *wanted, institution, COUNTED_TO + 1, institution)
    found = find_rows(_QUEUES.format(places=", ".join(["(%s)"] * len(wanted))), *values)
    due = _due(institution, wanted)
    return tuple(_queue(institution, one, due.get(one[:2], _Due())) for one in found)


def _due(institution: str, roles: list[str]) -> dict[tuple[str, str], _Due]:
    """By service and role what is late, or due soon: only these are looked at."""
    now = today(clock())
    last, first = (stored(_DUE_FIELD, one) for one in (now + timedelta(days=SOON_DAYS), now))
    found = find_rows(_DUE.format(roles=marks(roles)), institution, last, first, *roles)
    return {(service, role): _Due(late, near, _day(first)) for service, role, late, near, first in found}


def _day(found: object) -> date:
    """SQLite keeps a day as text."""
    return date.fromisoformat(found) if isinstance(found, str) else cast(date, found)


def _queue(institution: str, row: Sequence[Any], due: _Due) -> QueueView:
    service, role, cases, place = row
    definition = in_force(KIND, institution, service)
    by_lot = cast(ServiceDefinition, definition.model).queue == "lot"
    return QueueView(
        service=service,
        title=definition.title,
        cases=min(cases, COUNTED_TO),
        more=cases > COUNTED_TO,
        # The place in a queue by lot is no moment, and who came first is nobody's business there.
        oldest=None if by_lot else _EPOCH + timedelta(microseconds=place),
        role=role,
        late=due.late,
        soon=due.near - due.late,
        first_due=due.first,
    )


def held_cases(actor: Actor) -> tuple[HeldView, ...]:
    """What an officer has before them in this office: ids, nobody's data. Errors: ``people.role_not_held``."""
    institution, role = require_office(actor)
    rows = Hold.objects.filter(person=actor.person, institution=institution, role=role, until__gt=clock().now())
    return tuple(
        HeldView(one.case_id, one.case.service, one.since, one.until)
        for one in rows.select_related("case").order_by("since", "case_id")
    )


def serves(actor: Actor) -> tuple[str, ...]:
    """The services of the institution in which the actor's role has something to do, by their codes."""
    institution, role = actor.institution or "", actor.role or ""
    models = ((code, in_force(KIND, institution, code).model) for code in codes_in_force(KIND, institution))
    return tuple(code for code, model in models if role in roles_of(cast(ServiceDefinition, model)))


def roles_of(model: ServiceDefinition) -> frozenset[str]:
    """The roles that have something to do in a service."""
    return frozenset(role for state in model.states.values() for role in _roles(state)) - {APPLICANT}


def _roles(state: State) -> Iterator[str]:
    yield from () if state.task is None else (state.task,)
    yield from (one.second for one in state.actions if one.second is not None)
    yield from () if state.reviews is None else state.reviews.by
    if state.deadline is not None and state.deadline.task is not None:
        yield state.deadline.task
    if state.appeal is not None:
        yield state.appeal.task


def moved_since(actor: Actor, case: UUID, seq: int) -> MovedSince:
    """Who did what in a case since its `seq`-th act, for officers of a role that works on it: why theirs was too late.

    Nothing of what the case says. Errors: ``services.case_unknown``, ``people.role_not_held``.
    """
    found = office_case(actor, case)
    if actor.role not in roles_of(found.pinned.model):
        raise CodedError("services.case_unknown")
    acts = tuple(past_act(found, one, ()) for one in found.acts[max(0, seq) :])
    return MovedSince(found.pinned.definition, tuple(replace(one, note="") for one in acts))


def require_office(actor: Actor) -> tuple[str, str]:
    """The institution and role that an officer acts in. Errors: ``people.role_not_held``."""
    institution, role = actor.institution or "", actor.role or ""
    require_role(actor, institution, (role,))
    return institution, role
