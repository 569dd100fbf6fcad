"""`GET data/statistics`: how many cases were decided, and how; numbers and nobody's data."""

from collections import Counter
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse

from uruk.kernel.api import BAGHDAD, Actor, CodedError
from uruk.rest.answers import answer
from uruk.rest.govstack.exchanging import endpoint
from uruk.rest.govstack.registration.callers import named_registrant
from uruk.rest.govstack.registration.following import cases, status_told
from uruk.rest.govstack.registration.services import name_of_service
from uruk.services.api import CaseStatus, list_services

_TEXTS = ("startDate", "endDate", "registrationName", "operator", "role")
_FRAMES = ("day", "week", "month", "year")


@endpoint("GET", "HEAD")
@named_registrant
def statistics(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Processed, which is approved, sent back and rejected together: of cases that arrived from day to day.

    `registrationName`: of the services of that name; of none such: ``rest.not_found``. No officer's name is told to
    anybody by numbers: with `operator` they are zero, and with `role` those of cases that are this role's now.
    """
    given = {name: request.GET.get(name, "").strip() for name in (*_TEXTS, "timeframe")}
    name, start, end = given["registrationName"], _day(given, "startDate"), _day(given, "endDate")
    if name and name not in {name_of_service(one) for one in list_services()}:
        raise CodedError("rest.not_found")
    found: Counter[str] = Counter()
    for _, one in _named(request, actor, name):
        if _is_counted(one, start, end, given):
            found[status_told(one.turn)["code"]] += 1
    counted = {"approved": found["APPROVED"], "sentBack": found["SENDBACK"], "rejected": found["REJECTED"]}
    response = answer([{"processed": sum(counted.values()), **counted, "references": _references(given)}])
    response["Content-Type"] = "application/json; charset=utf-8"
    return response


def _named(request: HttpRequest, actor: Actor, name: str) -> Any:
    known = {(one.institution, one.code): name_of_service(one) for one in list_services()}
    return (
        (place, one) for place, one in cases(request, actor) if name in ("", known.get((place.institution, place.code)))
    )


def _is_counted(one: CaseStatus, start: date | None, end: date | None, given: dict[str, str]) -> bool:
    day = one.arrived.astimezone(BAGHDAD).date()
    within = (start is None or start <= day) and (end is None or day <= end)
    return within and not given["operator"] and given["role"] in ("", one.turn.partition(":")[2])


def _day(given: dict[str, str], name: str) -> date | None:
    if not given[name]:
        return None
    try:
        return date.fromisoformat(given[name][:10])
    except ValueError:
        raise CodedError("rest.query_value", name=name) from None


def _references(given: dict[str, str]) -> dict[str, Any]:
    frames = {f"timeframe{one.capitalize()}": given["timeframe"] == one for one in _FRAMES}
    return {name: given[name] for name in _TEXTS if given[name]} | frames
