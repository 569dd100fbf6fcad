"""Records by GovStack's Data interface: created, read, updated, deleted; each an act of the registry like any other."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from uruk.kernel.api import Actor, CodedError
from uruk.registries import api as registries
from uruk.registries.api import Change, Done, InvalidChangesError, Open, RecordView, RegistryDefinition
from uruk.rest.answers import answer
from uruk.rest.govstack.callers import client
from uruk.rest.govstack.exchanging import endpoint, part, read
from uruk.rest.govstack.finding import Wanted, every, first, opened
from uruk.rest.govstack.locking import one_at_a_time
from uruk.rest.govstack.naming import main_field

Written = Done | Open | None


@csrf_exempt  # programs carry no cookies, and no session is read here
@endpoint("POST")
@client
def create(request: HttpRequest, actor: Actor, registry: str, version: str) -> HttpResponse:
    """`POST …/create`: a new record of `{"write": {"content": {…}}}`."""
    wanted, body = opened(request, actor, registry, version), read(request)
    return _told_written(wanted, _created(wanted, [_content(body, "write")]))


@csrf_exempt  # programs carry no cookies, and no session is read here
@endpoint("POST")
@client
def create_entries(request: HttpRequest, actor: Actor, registry: str, version: str = "") -> HttpResponse:
    """`POST …/create-entries`: new records of `{"write": [{"content": {…}}, …]}`, all or none."""
    wanted, given = opened(request, actor, registry, version), read(request).get("write")
    rows = [_content({"write": one}, "write") for one in given] if isinstance(given, list) else []
    done = _created(wanted, rows)
    if not isinstance(done, Done):
        return _told_written(wanted, done)
    return answer([wanted.told(wanted.get(one)) for one in done.records], 201)


@csrf_exempt  # programs carry no cookies, and no session is read here
@endpoint("POST")
@client
def read_one(request: HttpRequest, actor: Actor, registry: str, version: str) -> HttpResponse:
    """`POST …/read`: the first record in which all of `{"query": {"content": {…}}}` stands."""
    wanted = opened(request, actor, registry, version)
    found = first(wanted, _content(read(request), "query"))
    if found is None:
        raise CodedError("rest.not_found")
    return answer(wanted.told(found))


@csrf_exempt  # programs carry no cookies, and no session is read here
@endpoint("POST")
@client
def exists(request: HttpRequest, actor: Actor, registry: str, version: str) -> HttpResponse:
    """`POST …/exists`: whether there is such a record. To be told so is to read of it, and is noted."""
    wanted = opened(request, actor, registry, version)
    found = first(wanted, _content(read(request), "query")) is not None
    return answer({"answer": {"status": found, "message": "Object found" if found else "Object not found"}})


@csrf_exempt  # programs carry no cookies, and no session is read here
@endpoint("PUT")
@client
def update(request: HttpRequest, actor: Actor, registry: str, version: str) -> HttpResponse:
    """`PUT …/update`: the one record that matches; where several do, none: ``rest.several_match``.

    Deployed callers send the same again: where none matches and one says already what it would say then, it is done.
    """
    wanted, body = opened(request, actor, registry, version), read(request)
    content = _content(body, "query", whole=False), _content(body, "write", whole=False)
    found = _only(every(wanted, content[0], 2)) or _only(every(wanted, {**content[0], **content[1]}, 2))
    if found is None:
        raise CodedError("rest.not_found")
    done = _changed(wanted, [found], content[1])
    return _told_written(wanted, done, found.record)


@csrf_exempt  # programs carry no cookies, and no session is read here
@endpoint("PUT")
@client
def update_entries(request: HttpRequest, actor: Actor, registry: str, version: str) -> HttpResponse:
    """`PUT …/update-entries`: all records that match, as one act."""
    wanted, body = opened(request, actor, registry, version), read(request)
    content = _content(body, "query", whole=False), _content(body, "write", whole=False)
    found = every(wanted, content[0], registries.MAX_CHANGES)
    done = _changed(wanted, found, content[1])
    if isinstance(done, Open):
        return _told_written(wanted, done)
    return answer({"matched": len(found), "updated": 0 if done is None else len(done.records)})


@csrf_exempt  # programs carry no cookies, and no session is read here
@endpoint("POST")
@client
def update_or_create(request: HttpRequest, actor: Actor, registry: str, version: str) -> HttpResponse:
    """`POST …/update-or-create`: the one record that matches is updated; where none does, one is made."""
    wanted, body = opened(request, actor, registry, version), read(request)
    values = _content(body, "write", whole=False)
    query = part(body, "query") or _known_by(wanted, values)
    # Two callers at once would both find nothing and make two.
    with one_at_a_time(*wanted.named.place):
        found = _only(every(wanted, query, 2))
        if found is None:
            return _told_written(wanted, _created(wanted, [values]))
        return _told_written(wanted, _changed(wanted, [found], values), found.record)


@csrf_exempt  # programs carry no cookies, and no session is read here
@endpoint("DELETE")
@client
def delete(request: HttpRequest, actor: Actor, registry: str, version: str, record: str) -> HttpResponse:
    """`DELETE …/<id>/delete`: withdrawn, named by its uuid or by the field that callers know it by; again: 204."""
    wanted = opened(request, actor, registry, version)
    gone = [Change("withdraw", one.record, one.latest) for one in _of_id(wanted, record)]
    if gone and isinstance(_write(wanted, gone, "delete"), Open):
        return answer({"detail": "waits for a second person"}, 202)
    return HttpResponse(status=204)


@endpoint("GET", "HEAD")
@client
def read_value(
    request: HttpRequest, actor: Actor, registry: str, version: str, record: str, field: str, ext: str
) -> HttpResponse:
    """`GET …/<uuid>/read-value/<field>.<ext>`: one value of a record."""
    wanted = opened(request, actor, registry, version)
    own = wanted.named.own(field)
    key = as_uuid(record)
    if key is None or own not in wanted.shown:
        raise CodedError("rest.not_found")
    values = wanted.content(registries.get_record(wanted.actor, *wanted.named.place, key))
    told = values.get(wanted.named.told(own))
    if told is None:
        raise CodedError("rest.not_found")
    return answer(told if isinstance(told, Mapping | list) else str(told))


def as_uuid(text: str) -> UUID | None:
    """A record's id; None for what is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _content(body: Mapping[str, Any], name: str, *, whole: bool = True) -> dict[str, Any]:
    """What a part says; the bare record counts as one where `whole`. Nothing at all: ``rest.content_missing``."""
    found = part(body, name)
    if found is None and whole and name not in body:
        found = part({name: body}, name)
    if not found:
        raise CodedError("rest.content_missing", name=name)
    return found


def _created(wanted: Wanted, rows: Sequence[Mapping[str, Any]]) -> Written:
    if not rows:
        raise CodedError("rest.content_missing", name="write")
    return _write(wanted, [Change("create", values=wanted.own(one)) for one in rows], "create")


def _changed(wanted: Wanted, found: Sequence[RecordView], values: Mapping[str, Any]) -> Written:
    own = wanted.own(values)
    return _write(wanted, [Change("change", one.record, one.latest, own) for one in found], "update") if found else None


def _write(wanted: Wanted, changes: Sequence[Change], deed: str) -> Written:
    """One act; a change that would change nothing is none. None where nothing is left."""
    reason = f"GovStack {deed}"
    try:
        done = registries.change(wanted.actor, *wanted.named.place, changes, reason)
    except InvalidChangesError as error:
        idle = {one.position for one in error.problems if one.error.code == "registries.nothing_changed"}
        left = [one for position, one in enumerate(changes) if position not in idle]
        if len(idle) != len(error.problems) or len(left) == len(changes):
            raise
        return _write(wanted, left, deed) if left else None
    return done if isinstance(done, Done | Open) else None


def _told_written(wanted: Wanted, done: Written, record: UUID | None = None) -> HttpResponse:
    """The record as it is now; where persons have to agree first, 202 with the request."""
    if isinstance(done, Open):
        return answer({"request": str(done.request.id), "state": done.request.state}, 202)
    shown = wanted.get(done.records[0] if done is not None else record)
    told = wanted.told(shown)
    return answer({**told, "act": str(shown.act)})


def _only(found: Sequence[RecordView]) -> RecordView | None:
    if len(found) > 1:
        raise CodedError("rest.several_match")
    return next(iter(found), None)


def _known_by(wanted: Wanted, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a record is looked for by where the caller does not say: its id, else all that is written."""
    main = _main(wanted)
    own = {name: value for name, value in values.items() if main is not None and wanted.named.own(name) == main}
    return own or values


def _of_id(wanted: Wanted, text: str) -> Sequence[RecordView]:
    key, main = as_uuid(text), _main(wanted)
    if key is not None:
        try:
            found = registries.get_record(wanted.actor, *wanted.named.place, key)
            return [found] if found.status == "live" else []
        except CodedError as error:
            if error.code != "registries.record_unknown":
                raise
    try:
        return every(wanted, {main: text}, registries.MAX_CHANGES) if main else []
    except CodedError as error:
        # What such a field cannot hold, no record has.
        if error.code != "rest.query_value":
            raise
        return []


def _main(wanted: Wanted) -> str | None:
    model: RegistryDefinition = wanted.model
    return main_field(wanted.named, {one.name: one for one in model.fields}, model.main_key)
