"""Programs read registries: lists, records now and then, their timelines and receipts."""

from datetime import UTC, date, datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from uruk.kernel.api import Actor, CodedError, parse_rfc3339
from uruk.registries import api as registries
from uruk.registries.api import RecordView
from uruk.rest.answers import answer, caller_language, endpoint
from uruk.rest.registries.conditional import conditional
from uruk.rest.registries.forms import misfits
from uruk.rest.registries.queries import count_in_address, plain, query_in_address, query_in_body
from uruk.rest.registries.shapes import ByKey, Search, read
from uruk.rest.registries.telling import counted_told, page_told, record_told, request_told, version_told
from uruk.ui.api import program

_FIRST, _LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 12, 31, tzinfo=UTC)


def page(request: HttpRequest, actor: Actor, institution: str, registry: str) -> HttpResponse:
    """`GET …/records`: one page, asked for in the address; personal values may not stand there."""
    model = registries.get_registry(actor, institution, registry).model
    query, total = query_in_address(model, request.GET)
    found = registries.list_records(actor, institution, registry, query, total=total)
    return conditional(request, answer(page_told(found)), personal=model.personal)


@csrf_exempt  # programs carry no cookies, and no session is read here
@endpoint("POST")
@program
def search(request: HttpRequest, actor: Actor, institution: str, registry: str) -> HttpResponse:
    """`POST …/search`: one page, asked for in the body."""
    model = registries.get_registry(actor, institution, registry).model
    plain(request.GET, ())
    asked = read(request, Search)
    query = query_in_body(model, asked)
    return answer(page_told(registries.list_records(actor, institution, registry, query, total=asked.total)))


@endpoint("GET", "HEAD")
@program
def statistics(request: HttpRequest, actor: Actor, institution: str, registry: str) -> HttpResponse:
    """`GET …/statistics?by=`: live records counted by a field's values, or by months."""
    model = registries.get_registry(actor, institution, registry).model
    asked = count_in_address(model, request.GET)
    found = registries.statistics(actor, institution, registry, asked.by, months=asked.months, filters=asked.filters)
    return conditional(request, answer(counted_told(found)), personal=model.personal)


def one(request: HttpRequest, actor: Actor, institution: str, registry: str, record: UUID) -> HttpResponse:
    """`GET …/records/<id>`: a record; `on` a day, as it was `known` at a time."""
    on, known = _then(request)
    view = registries.get_record(actor, institution, registry, record, on=on, known=known)
    return _shown(request, view)


@csrf_exempt  # programs carry no cookies, and no session is read here
@endpoint("POST")
@program
def by_key(request: HttpRequest, actor: Actor, institution: str, registry: str) -> HttpResponse:
    """`POST …/records/by-key`: the record of a key, which often is a person's number and so stands in the body."""
    on, known = _then(request)
    key = read(request, ByKey).key
    fields = registries.get_registry(actor, institution, registry).model.fields
    for name, error in misfits(fields, key):
        raise CodedError("rest.query_value", name=name) from error
    return _shown(request, registries.get_record(actor, institution, registry, key=key, on=on, known=known))


@endpoint("GET", "HEAD")
@program
def versions(request: HttpRequest, actor: Actor, institution: str, registry: str, record: UUID) -> HttpResponse:
    """`GET …/records/<id>/versions`: the record's timeline, oldest first."""
    plain(request.GET, ())
    views = registries.timeline(actor, institution, registry, record)
    personal = registries.get_registry(actor, institution, registry).model.personal
    return conditional(request, answer({"versions": [version_told(one) for one in views]}), personal=personal)


@endpoint("GET", "HEAD")
@program
def receipt(
    request: HttpRequest, actor: Actor, institution: str, registry: str, record: UUID, number: int
) -> HttpResponse:
    """`GET …/records/<id>/versions/<number>/receipt`: the proof of a version, which `uruk verify` reads."""
    plain(request.GET, ())
    found = registries.version_receipt(actor, institution, registry, record, number)
    response = HttpResponse(found.to_json(), content_type="application/json")
    response["Cache-Control"] = "no-store"
    return response


@endpoint("GET", "HEAD")
@program
def asked(request: HttpRequest, actor: Actor, institution: str, registry: str, request_id: UUID) -> HttpResponse:
    """`GET …/requests/<id>`: what has become of a change that waits for persons."""
    view = request_of(request, actor, institution, registry, request_id)
    return answer(request_told(view, caller_language(request)))


def request_of(
    request: HttpRequest, actor: Actor, institution: str, registry: str, request_id: UUID
) -> registries.RequestView:
    """The request of this address, for who may see it; of another registry: ``rest.not_found``."""
    plain(request.GET, ())
    registries.get_registry(actor, institution, registry)
    view = registries.get_request(actor, request_id)
    if (view.institution, view.registry) != (institution, registry):
        raise CodedError("rest.not_found")
    return view


def _shown(request: HttpRequest, view: RecordView) -> HttpResponse:
    personal = any(item.personal for item in view.definition.model.fields)  # type: ignore[attr-defined]
    return conditional(request, answer(record_told(view)), personal=personal, version=view.latest)


def _then(request: HttpRequest) -> tuple[date | None, datetime | None]:
    """The day and the time that are asked about: ``rest.query_unknown``, ``rest.query_value``."""
    given = plain(request.GET, ("on", "known"))
    on = known = None
    try:
        on = date.fromisoformat(given["on"]) if "on" in given and len(given["on"]) == len("2026-11-23") else None
        known = parse_rfc3339(given["known"]) if "known" in given else None
    except (ValueError, CodedError):
        pass
    for name, value in (("on", on), ("known", known)):
        if name in given and value is None:
            raise CodedError("rest.query_value", name=name)
    _check_range(on, known)
    return on, known


def _check_range(on: date | None, known: datetime | None) -> None:
    if on is not None and not _FIRST.date() <= on <= _LAST.date():
        raise CodedError("rest.query_value", name="on")
    if known is not None and not _FIRST <= known <= _LAST:
        raise CodedError("rest.query_value", name="known")
