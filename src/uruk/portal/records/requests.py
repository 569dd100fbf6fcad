"""What I asked to have corrected, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from uruk.acts.api import clock
from uruk.definitions.api import Definition
from uruk.kernel.api import CodedError
from uruk.people.api import actor_for
from uruk.portal.documents import own_page
from uruk.portal.records.telling import digits
from uruk.registries.api import (
    FieldChange,
    RequestedChange,
    RequestView,
    get_record,
    get_registry,
    my_request,
    my_request_file,
    my_requests,
    withdraw_request,
)
from uruk.ui.api import (
    Fact,
    Table,
    TableRow,
    asked_told,
    day,
    download,
    institution_name,
    moment,
    reader_language,
    record_label,
    record_value,
)

NEW_DAYS = 30


@dataclass(frozen=True)
class Line:
    """A request in a list."""

    url: str
    registry: str
    state: str
    tone: str
    when: str


@own_page
def listing(request: HttpRequest) -> HttpResponse:
    """Everything I asked for, newest first."""
    lines = tuple(line(one) for one in my_requests(actor_for(request)))
    return render(request, "portal/records/requests.html", {"lines": lines})


def line(one: RequestView) -> Line:
    """A request as a list shows it."""
    state, tone = state_told(one)
    when = moment(one.closed_at or one.made_at)
    return Line(reverse("portal:record-request", args=[one.id]), one.title.get(reader_language()), state, tone, when)


def waiting_first(found: Sequence[RequestView], now: datetime | None = None) -> tuple[Line, ...]:
    """What was decided within thirty days, newest first, then what still waits: what its author wants to know."""
    edge = (now or clock().now()) - timedelta(days=NEW_DAYS)
    decided = [one for one in found if one.closed_at and one.closed_at >= edge and one.state != "withdrawn"]
    decided.sort(key=lambda one: one.closed_at or edge, reverse=True)
    return tuple(line(one) for one in (*decided, *(one for one in found if one.state == "open")))


def state_told(one: RequestView) -> tuple[str, str]:
    """What has become of a request, and the tone of its tag."""
    return {
        "draft": (_("Waits for a decision"), "wait"),
        "open": (_("Waits for a decision"), "wait"),
        "accepted": (_("Accepted"), "good"),
        "refused": (_("Refused"), "bad"),
        "withdrawn": (_("Taken back"), "bad"),
    }[one.state]


@own_page
def page(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """One request: what I asked for, why, and the answer."""
    found = my_request(actor_for(request), request_id)
    state, tone = state_told(found)
    asked = found.changes[0] if found.changes else None
    record = _record_url(request, found, asked)
    context = {
        "title": asked_told(asked.kind if asked else "correct"),
        "registry": found.title.get(reader_language()),
        "state": state,
        "tone": tone,
        "found": found,
        "facts": _facts(found, asked),
        "changes": _changes(request, found, asked, there=bool(record)),
        "papers": _papers(found),
        "moved": found.hindrance is not None,
        "record_url": record,
    }
    return render(request, "portal/records/request.html", context)


@own_page
def take_back(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Take my request back, while nobody has decided."""
    if request.method == "POST":
        actor = actor_for(request)
        my_request(actor, request_id)
        try:
            withdraw_request(actor, request_id)
            messages.success(request, _("Taken back. Nothing was changed."))
        except CodedError as error:
            messages.error(request, error.sentence(reader_language()))
    return redirect("portal:record-request", request_id)


@own_page
def file(request: HttpRequest, request_id: UUID, sha256: str) -> HttpResponse:
    """A file that I handed in with it."""
    return download(my_request_file(actor_for(request), request_id, sha256))


def _papers(found: RequestView) -> tuple[Fact, ...]:
    return tuple(
        Fact("", _("Evidence %(number)s") % {"number": digits(number)}, _file_url(found, name))
        for number, name in enumerate(found.evidence, 1)
    )


def _file_url(found: RequestView, name: str) -> str:
    return reverse("portal:record-request-file", args=[found.id, name])


def _facts(found: RequestView, asked: RequestedChange | None) -> tuple[Fact, ...]:
    facts = [
        Fact(_("Asked of"), institution_name(found.institution)),
        Fact(_("Asked"), moment(found.made_at)),
        Fact(_("Reason"), found.reason),
    ]
    if asked and asked.valid_from:
        facts.append(Fact(_("True from"), day(asked.valid_from)))
    if found.closed_at:
        facts.append(Fact(_("Decided on") if found.state != "withdrawn" else _("Taken back"), moment(found.closed_at)))
    return tuple(one for one in facts if one.value)


def _record_url(request: HttpRequest, found: RequestView, asked: RequestedChange | None) -> str:
    """The record, while it is still mine."""
    if asked is None or asked.record is None:
        return ""
    try:
        get_record(actor_for(request), found.institution, found.registry, asked.record)
    except CodedError:
        return ""
    return reverse("portal:record", args=[found.institution, found.registry, asked.record])


def _changes(request: HttpRequest, found: RequestView, asked: RequestedChange | None, *, there: bool) -> Table | None:
    """Field by field; once it is decided, what stood there before is told by the record's own history."""
    if asked is None or not asked.changes:
        return None
    definition = get_registry(actor_for(request), found.institution, found.registry).definition
    before = found.state == "open" and there
    heads = (_("Field"), *([_("Now")] if before else ()), _("Asked for"))
    rows = (TableRow(_cells(definition, each, before=before)) for each in asked.changes)
    return Table(_("What I asked for"), heads, tuple(rows))


def _cells(definition: Definition, each: FieldChange, *, before: bool) -> tuple[str, ...]:
    now = [record_value(definition, each.field, each.before)] if before else []
    return record_label(definition, each.field), *now, record_value(definition, each.field, each.after)
