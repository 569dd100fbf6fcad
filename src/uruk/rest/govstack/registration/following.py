"""The cases that a caller may follow: in lists, by their ids, and where they stand."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from uruk.kernel.api import Actor, CodedError
from uruk.rest.govstack.registration.callers import reader
from uruk.rest.govstack.registration.naming import Place, file_of, place_of, place_of_definition
from uruk.services import api as services
from uruk.services.api import CaseCursor, CaseStatus

MAX_LISTED = 1_000
_TITLES = {"PENDING": "Pending", "APPROVED": "Approved", "SENDBACK": "Sent back", "REJECTED": "Rejected"}
_CLOSED = {"granted": "APPROVED"}
OFFICER = "task:"


def cases(request: HttpRequest, actor: Actor, service: str = "") -> Iterator[tuple[Place, CaseStatus]]:
    """The cases of a service, or of all that the caller may follow, as they arrived; at most 1,000."""
    left = MAX_LISTED
    for place in _places(actor, service):
        follower, mark = reader(request, actor, place), ""
        while left > 0:
            try:
                page = services.program_cases(follower, place.code, CaseCursor(after=mark, limit=min(left, 200)))
            except CodedError as error:
                if error.code != "people.service_not_named" or service:
                    raise
                break
            yield from ((place, one) for one in page.cases)
            left, mark = left - len(page.cases), page.next
            if not mark:
                break


def place_of_case(request: HttpRequest, actor: Actor, case: UUID) -> Place:
    """The service of a case that the caller may follow; none: ``rest.not_found``."""
    # Where it was handed in by this interface that is known; another may be of any service.
    told = str(file_of(case).said.get("serviceId", ""))
    for place in (one for name in ((told, "") if told else ("",)) for one in _places(actor, name)):
        try:
            services.program_case_status(reader(request, actor, place), place.code, case)
        except CodedError as error:
            if error.code not in {"services.case_unknown", "people.service_not_named"}:
                raise
            continue
        return place
    raise CodedError("rest.not_found")


def status_told(turn: str) -> dict[str, str]:
    """Where a case stands in the four words of the interface."""
    kind, _, whose = turn.partition(":")
    open_code = "SENDBACK" if turn == "task:applicant" else "PENDING"
    code = _CLOSED.get(whose, "REJECTED") if kind == "closed" else open_code
    return {"code": code, "title": _TITLES[code]}


def paged(request: HttpRequest, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A part of a list, as `firstResult`, `maxResult`, `sortBy` and `sortOrder` ask for it."""
    by = request.GET.get("sortBy", "")
    if by and all(isinstance(one.get(by, ""), str) for one in found):
        found = sorted(found, key=lambda one: one.get(by, ""), reverse=request.GET.get("sortOrder", "") == "desc")
    start, most = (_whole(request, name, usual) for name, usual in (("firstResult", 0), ("maxResult", MAX_LISTED)))
    return found[start : start + most]


def _whole(request: HttpRequest, name: str, usual: int) -> int:
    typed = request.GET.get(name) or str(usual)
    if not typed.isascii() or not typed.isdigit() or len(typed) > 9:
        raise CodedError("rest.query_value", name=name)
    return int(typed)


def _places(actor: Actor, service: str) -> list[Place]:
    if service:
        try:
            found = [place_of(service)]
        except CodedError:
            return []
    else:
        found = [place_of_definition(one) for one in services.list_services()]
    return [one for one in found if one.institution == actor.institution]


def is_task(turn: str) -> bool:
    """Whether it is an officer's turn."""
    return turn.startswith(OFFICER) and turn != "task:applicant"
