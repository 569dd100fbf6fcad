"""Programs follow cases: lists, where one stands, its documents, acts and receipts; nobody's data."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from uruk.definitions.api import Field
from uruk.kernel.api import Actor, CodedError
from uruk.rest.answers import answer, endpoint
from uruk.rest.registries.conditional import conditional
from uruk.rest.registries.queries import limit_of, plain
from uruk.rest.services.telling import acts_told, page_told, paper_told, status_told
from uruk.services import api as services
from uruk.services.api import CaseCursor
from uruk.ui.api import program

_NAMES = ("state", "since", "until", "after", "limit")
_DAY = Field("day", "date")
MAX_MARK = 80


def page(request: HttpRequest, actor: Actor, institution: str, service: str) -> HttpResponse:
    """`GET …/cases`: one page of them, asked for in the address."""
    require_own(actor, institution)
    asked = plain(request.GET, _NAMES)
    query = CaseCursor(
        state=_short("state", asked),
        since=_day_of("since", asked.get("since")),
        until=_day_of("until", asked.get("until")),
        after=_short("after", asked),
        limit=limit_of(asked.get("limit", "50")),
    )
    return conditional(request, answer(page_told(services.program_cases(actor, service, query))), personal=False)


@endpoint("GET", "HEAD")
@program
def status(request: HttpRequest, actor: Actor, institution: str, service: str, case: UUID) -> HttpResponse:
    """`GET …/cases/<id>/status`: where a case stands; its `ETag` begins with how many acts there are."""
    _plainly(request, actor, institution)
    found = services.program_case_status(actor, service, case)
    return conditional(request, answer(status_told(found)), personal=False, version=found.seq)


@endpoint("GET", "HEAD")
@program
def documents(request: HttpRequest, actor: Actor, institution: str, service: str, case: UUID) -> HttpResponse:
    """`GET …/cases/<id>/documents`: what the case issued, or waits for whom to issue."""
    _plainly(request, actor, institution)
    found = services.program_case_papers(actor, service, case)
    return conditional(request, answer({"documents": [paper_told(one) for one in found]}), personal=False)


@endpoint("GET", "HEAD")
@program
def acts(request: HttpRequest, actor: Actor, institution: str, service: str, case: UUID) -> HttpResponse:
    """`GET …/cases/<id>/acts`: one page of a case's acts, without what anybody said."""
    require_own(actor, institution)
    asked = plain(request.GET, ("after", "limit"))
    after, limit = _short("after", asked), limit_of(asked.get("limit", "50"))
    return conditional(
        request, answer(acts_told(services.program_case_acts(actor, service, case, after, limit))), personal=False
    )


@endpoint("GET", "HEAD")
@program
def receipt(request: HttpRequest, actor: Actor, institution: str, service: str, case: UUID, seq: int) -> HttpResponse:
    """`GET …/cases/<id>/acts/<seq>/receipt`: the proof of an act, which `uruk verify` reads."""
    _plainly(request, actor, institution)
    if seq >= 2**31:
        raise CodedError("services.act_unknown")
    found = services.program_act_receipt(actor, service, case, seq)
    return conditional(request, HttpResponse(found.to_json(), content_type="application/json"), personal=False)


def require_own(actor: Actor, institution: str) -> None:
    """A program is one of its own institution's, and of another's it learns nothing, not even what there is."""
    if actor.institution != institution:
        raise CodedError("rest.not_found")


def _plainly(request: HttpRequest, actor: Actor, institution: str) -> None:
    plain(request.GET, ())
    require_own(actor, institution)


def _short(name: str, asked: Mapping[str, str]) -> str:
    value = asked.get(name, "")
    if len(value) > MAX_MARK:
        raise CodedError("rest.query_value", name=name)
    return value


def _day_of(name: str, value: str | None) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(str(_DAY.clean(value)))
    except (CodedError, ValueError):
        raise CodedError("rest.query_value", name=name) from None
