"""Programs write registries: one record or a whole set, at once or as a request that waits for persons."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from uruk.kernel.api import Actor, CodedError
from uruk.registries import api as registries
from uruk.registries.api import Change, Checked, Done, Open
from uruk.rest.answers import answer, caller_language, endpoint
from uruk.rest.registries import reading, shapes
from uruk.rest.registries.conditional import act_of, base_version
from uruk.rest.registries.forms import check_forms
from uruk.rest.registries.queries import plain, yes_no
from uruk.rest.registries.telling import done_told, request_told
from uruk.ui.api import program


@csrf_exempt  # programs carry no cookies, and no session is read here
@endpoint("GET", "HEAD", "POST")
@program
def records(request: HttpRequest, actor: Actor, institution: str, registry: str) -> HttpResponse:
    """`GET …/records`: one page. `POST`: a new record."""
    if request.method != "POST":
        return reading.page(request, actor, institution, registry)
    body = shapes.read(request, shapes.Create)
    change = Change("create", body.record, None, body.values, valid_from=body.valid_from, valid_until=body.valid_until)
    return _carried_out(request, actor, (institution, registry), (change,), body, created=True)


@csrf_exempt  # programs carry no cookies, and no session is read here
@endpoint("GET", "HEAD", "PATCH")
@program
def record(request: HttpRequest, actor: Actor, institution: str, registry: str, record: UUID) -> HttpResponse:
    """`GET …/records/<id>`: the record. `PATCH`: some fields of it, on the version that `If-Match` names."""
    if request.method != "PATCH":
        return reading.one(request, actor, institution, registry, record)
    base, body = base_version(request), shapes.read(request, shapes.Amend)
    change = Change("change", record, base, body.values, body.valid_from, body.valid_until)
    return _carried_out(request, actor, (institution, registry), (change,), body)


@csrf_exempt  # programs carry no cookies, and no session is read here
@endpoint("POST")
@program
def deed(request: HttpRequest, actor: Actor, institution: str, registry: str, record: UUID, kind: str) -> HttpResponse:
    """`POST …/records/<id>/correct` (withdraw, restore, merge, unmerge), on the version that `If-Match` names."""
    base = base_version(request)
    body, change = _deed(request, record, base, kind)
    return _carried_out(request, actor, (institution, registry), (change,), body)


@csrf_exempt  # programs carry no cookies, and no session is read here
@endpoint("POST")
@program
def changes(request: HttpRequest, actor: Actor, institution: str, registry: str) -> HttpResponse:
    """`POST …/changes`: 1 to 10,000 changes as one act, all or none."""
    body = shapes.read(request, shapes.Changes, shapes.MAX_BULK_BYTES)
    found = tuple(
        Change(
            one.kind,
            one.record,
            one.base,
            one.values,
            one.valid_from,
            one.valid_until,
            one.corrects,
            one.other,
        )
        for one in body.changes
    )
    return _carried_out(request, actor, (institution, registry), found, body)


@csrf_exempt  # programs carry no cookies, and no session is read here
@endpoint("POST")
@program
def withdraw_request(
    request: HttpRequest, actor: Actor, institution: str, registry: str, request_id: UUID
) -> HttpResponse:
    """`POST …/requests/<id>/withdraw`: the program takes back its own change that waits; the same again is harmless."""
    reading.request_of(request, actor, institution, registry, request_id)
    try:
        registries.withdraw_request(actor, request_id)
    except CodedError:
        known = registries.get_request(actor, request_id)
        if (known.state, known.author) != ("withdrawn", actor.holder):
            raise
    return answer(request_told(registries.get_request(actor, request_id), caller_language(request)))


def _deed(request: HttpRequest, record: UUID, base: int, kind: str) -> tuple[Any, Change]:
    match kind:
        case "correct":
            right = shapes.read(request, shapes.Correct)
            period = (right.valid_from, right.valid_until)
            return right, Change("correct", record, base, right.values, *period, corrects=right.corrects)
        case "withdraw":
            gone = shapes.read(request, shapes.Withdraw)
            return gone, Change("withdraw", record, base, valid_from=gone.valid_from)
        case "merge":
            merged = shapes.read(request, shapes.Merge)
            return merged, Change("merge", record, base, merged.values, other=merged.other)
        case _:
            back = shapes.read(request, shapes.Restore)
            if kind == "restore":
                return back, Change("restore", record, base, back.values, valid_from=back.valid_from)
            return back, Change("unmerge", record, base, back.values, valid_from=back.valid_from)


def _carried_out(
    request: HttpRequest,
    actor: Actor,
    place: tuple[str, str],
    found: Sequence[Change],
    body: Any,
    *,
    created: bool = False,
) -> HttpResponse:
    """Do the change set, or only check it; `body` says why and on which evidence."""
    only = yes_no("validate_only", plain(request.GET, ("validate_only",)).get("validate_only", "false"))
    act = act_of(request, actor)
    check_forms(registries.get_registry(actor, *place).model.fields, found)
    done = registries.change(
        actor, *place, found, body.reason, body.evidence, None if only else act, validate_only=only
    )
    return _answered(request, place, done, created=created)


def _answered(
    request: HttpRequest, place: tuple[str, str], done: Done | Open | Checked, *, created: bool
) -> HttpResponse:
    if isinstance(done, Checked):
        return answer({"valid": True, "count": done.count})
    if isinstance(done, Open):
        response = answer(request_told(done.request, caller_language(request)), 202)
        response["Location"] = reverse("rest:registry-request", args=[*place, done.request.id])
        return response
    response = answer(done_told(done), 201 if created else 200)
    if len(done.records) == 1:
        response["ETag"] = f'"{done.numbers[0]}"'
    if created:
        response["Location"] = reverse("rest:registry-record", args=[*place, done.records[0]])
    return response
