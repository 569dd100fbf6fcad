"""Finding cases to look over: by the number that people are told, or by service, state and time; nobody's data."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from uruk.kernel.api import Actor, CodedError, Text, ascii_digits, midnight
from uruk.people.api import has_right, require_right
from uruk.services.auditing.views import CaseQuery, FoundCase
from uruk.services.models import CaseStanding
from uruk.services.pins import open_pinned

AUDIT = "read-cases"
PAGE = 50
NUMBER_DIGITS = 8
MAX_OF_NUMBER = 10


def find_cases(actor: Actor, query: CaseQuery) -> tuple[FoundCase, ...]:
    """Cases of the institution, the newest first, at most 50; the next page is `after` the last of these.

    For an office with the right ``read-cases``. Errors: ``people.right_missing``, ``people.role_not_held``.
    """
    require_auditor(actor)
    return tuple(_found(_matching(actor.institution or "", query).order_by("-arrived", "-case_id")[:PAGE]))


def find_by_number(actor: Actor, number: str) -> tuple[FoundCase, ...]:
    """The cases of the institution that are named so: by the whole id, or the eight letters and digits at its end.

    Mostly one; none: ``services.case_unknown``. Also errors as `find_cases`.
    """
    require_auditor(actor)
    rows = CaseStanding.objects.filter(institution=actor.institution, case_id__in=cases_of_number(number))
    found = tuple(_found(rows.order_by("-arrived", "-case_id")))
    if not found:
        raise CodedError("services.case_unknown")
    return found


def cases_of_number(number: str) -> tuple[UUID, ...]:
    """The ids that a typed number may mean, at most ten; none where it is no number of a case."""
    typed = ascii_digits("".join(one for one in number if one.isalnum())).lower()
    if len(typed) == len(UUID(int=0).hex):
        try:
            return (UUID(typed),)
        except ValueError:
            return ()
    if len(typed) != NUMBER_DIGITS:
        return ()
    return tuple(CaseStanding.objects.filter(case__number=typed).values_list("case_id", flat=True)[:MAX_OF_NUMBER])


def may_audit(actor: Actor) -> bool:
    """Whether the actor's office brings the right to look whole cases over."""
    return has_right(actor, AUDIT)


def require_auditor(actor: Actor) -> None:
    """Refuse whoever may not read whole cases. An administrator at the node's terminal may: what they read is noted."""
    if replace(actor, purpose=None) != Actor.terminal(actor.institution):
        require_right(actor, AUDIT)


def _matching(institution: str, query: CaseQuery) -> "QuerySet[CaseStanding]":
    rows = CaseStanding.objects.filter(institution=institution)
    if query.service:
        rows = rows.filter(service=query.service)
    if query.state:
        rows = rows.filter(state=query.state)
    if query.since is not None:
        rows = rows.filter(arrived__gte=midnight(query.since))
    if query.until is not None:
        rows = rows.filter(arrived__lt=midnight(query.until + timedelta(days=1)))
    last = CaseStanding.objects.filter(pk=query.after).first() if query.after else None
    if last is not None:
        rows = rows.filter(Q(arrived__lt=last.arrived) | Q(arrived=last.arrived, case_id__lt=last.pk))
    return rows


def _found(rows: "QuerySet[CaseStanding]") -> Iterator[FoundCase]:
    for row in rows.select_related("case"):
        pinned = open_pinned(row.case.pin_id)
        yield FoundCase(
            id=row.pk,
            service=row.service,
            title=pinned.definition.title,
            state=row.state,
            state_name=_state_name(pinned.definition.texts.find(f"states.{row.state}")),
            turn=row.turn,
            arrived=row.arrived,
            since=row.since,
            acts=row.seq,
        )


def _state_name(text: Text | None) -> Text | None:
    """What a state is called; a sentence with holes names it without what would stand in them."""
    return None if text is None or "{" in text.ar else text
