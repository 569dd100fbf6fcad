"""Change requests: what is asked, field by field; signed by its author, accepted by another person, or refused."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from uruk.desk.offices import office_names
from uruk.desk.pages import go, person_name
from uruk.desk.questions import note_of
from uruk.desk.registries.history import digits, papers
from uruk.desk.registries.room import Room, registry_page, show_room
from uruk.desk.registries.telling import asked_told, label, record_title, value_told
from uruk.desk.signing import signed_over, signing_over
from uruk.kernel.api import CodedError
from uruk.registries.api import (
    InvalidChangesError,
    RequestedChange,
    RequestView,
    accept_request,
    approve_request,
    get_record,
    get_request,
    open_requests,
    refuse_request,
    request_file,
    request_proposal,
    submit_request,
    withdraw_request,
)
from uruk.ui.api import Fact, Row, Table, TableRow, download, moment, period_told, problems, reader_language, with_error

REASON = "refusal-reason"
MAX_SHOWN = 50


@dataclass(frozen=True)
class Asked:
    """One change of a request as the page shows it."""

    title: str
    url: str
    name: str
    period: str
    changes: Table


@registry_page
def listing(request: HttpRequest, room: Room) -> HttpResponse:
    """What this office can do something about, oldest first."""
    found = open_requests(room.actor, room.institution, room.code)
    heads = (_("What is asked"), _("Asked by"), _("Asked"), _("State"))
    table = Table(_("Change requests"), heads, tuple(_row(room, one) for one in found))
    title = _("Change requests: %(registry)s") % {"registry": room.title}
    return show_room(request, room, "list", title=title, table=table, empty=_("Nothing waits for you here."))


def _row(room: Room, one: RequestView) -> TableRow:
    cells = (_what(one), _author(room, one), moment(one.made_at), _state(room, one)[0])
    return TableRow(cells, room.url("request", one.id))


def _what(one: RequestView) -> str:
    if one.count == 1 and one.changes:
        return asked_told(one.changes[0].kind)
    return _("%(count)s changes") % {"count": digits(one.count)}


@registry_page
def request_page(request: HttpRequest, room: Room, request_id: UUID) -> HttpResponse:
    """Read a request; sign it, as its author or as the second person."""
    if request.method != "POST":
        return _page(request, room, request_id)
    try:
        return _signed(request, room, get_request(room.actor, request_id))
    except CodedError as error:
        if error.code == "registries.request_unknown":
            raise
        return go(request, room.url("request", request_id), error=error)


@registry_page
def accept(request: HttpRequest, room: Room, request_id: UUID) -> HttpResponse:
    """Accept what a citizen asks for, where the registry demands no second person."""
    if request.method != "POST":
        return go(request, room.url("request", request_id))
    try:
        accept_request(room.actor, request_id)
    except CodedError as error:
        return go(request, room.url("request", request_id), error=error)
    return go(request, room.url("request", request_id), done=_("Accepted, and recorded."))


@registry_page
def refuse(request: HttpRequest, room: Room, request_id: UUID) -> HttpResponse:
    """Close a request without doing it, with the reason."""
    if request.method != "POST":
        return go(request, room.url("request", request_id))
    try:
        refuse_request(room.actor, request_id, note_of(request.POST, REASON))
    except CodedError as error:
        if error.code.partition(".")[0] != "desk":
            return go(request, room.url("request", request_id), error=error)
        return _page(request, room, request_id, error, request.POST.get(REASON, ""))
    return go(request, room.url("requests"), done=_("Refused, with your reason."))


@registry_page
def take_back(request: HttpRequest, room: Room, request_id: UUID) -> HttpResponse:
    """Take one's own request back."""
    if request.method != "POST":
        return go(request, room.url("request", request_id))
    try:
        withdraw_request(room.actor, request_id)
    except CodedError as error:
        return go(request, room.url("request", request_id), error=error)
    return go(request, room.url("requests"), done=_("Taken back. Nothing was changed."))


@registry_page
def file(request: HttpRequest, room: Room, request_id: UUID, sha256: str) -> HttpResponse:
    """A file that the request rests on, or would record."""
    return download(request_file(room.actor, request_id, sha256))


def _signed(request: HttpRequest, room: Room, found: RequestView) -> HttpResponse:
    """The passkey's answer: of the author, or of the second person."""
    approval = signed_over(request, room.office, request_proposal(room.actor, found.id))
    if found.submitter is None:
        submit_request(room.actor, found.id, approval)
        return go(request, room.url("requests"), done=_("Signed. Another person can now accept it."))
    done = approve_request(room.actor, found.id, approval)
    if [one.kind for one in found.changes] == ["forget"]:
        return go(request, room.url(), done=_("Forgotten. Only the proof that there was a record is left."))
    address = room.url("record", done.records[0]) if room.may("read") else room.url("request", found.id)
    return go(request, address, done=_("Accepted, and recorded. The receipt stands in the history."))


def _page(
    request: HttpRequest, room: Room, request_id: UUID, error: CodedError | None = None, typed: str = ""
) -> HttpResponse:
    found = get_request(room.actor, request_id)
    rows = _refusal_rows(typed)
    if error is not None:
        rows = with_error(rows, REASON, error.sentence(reader_language()))
    state, tone = _state(room, found)
    undecided = found.state in ("draft", "open")
    return show_room(
        request,
        room,
        "request",
        title=_what(found),
        state=state,
        tone=tone,
        facts=_facts(room, found),
        asked=tuple(_asked(room, found, one, at) for at, one in enumerate(found.changes[:MAX_SHOWN], 1)),
        cut=max(0, found.count - MAX_SHOWN),
        gone=found.content_gone,
        papers=papers(room, "request-file", found.id, found.evidence),
        hindrance=found.hindrance.sentence(reader_language()) if found.hindrance else "",
        closing=found.closing_reason,
        rows=rows,
        errors=problems(rows),
        refuse_url=room.url("refuse", request_id) if undecided and _may_refuse(room, found) else "",
        take_back_url=room.url("take-back", request_id) if undecided and _is_own(room, found) else "",
        **(_deciding(room, found) if undecided and not found.content_gone else {}),
    )


def _deciding(room: Room, found: RequestView) -> dict[str, Any]:
    """What this officer can do to bring the request on: sign it, accept it, or nothing, and then why."""
    if found.submitter is None:
        return _beginning(room, found)
    if not room.may("approve"):
        return {"waits": _("It is signed, and waits for a second person.")}
    if found.submitter == room.actor.person:
        return {"waits": CodedError("desk.request_own").sentence(reader_language())}
    return {"accepting": True, **_signing(room, found)}


def _beginning(room: Room, found: RequestView) -> dict[str, Any]:
    if found.unsigned and room.may("propose"):
        if room.model.second_person:
            return {"taking_up": True, **_signing(room, found)}
        return {"accept_url": room.url("accept", found.id)}
    if _is_own(room, found):
        return _signing(room, found)
    return {"waits": _("Its author has not signed it yet.")}


def _signing(room: Room, found: RequestView) -> dict[str, Any]:
    """What the passkey signs; or what stands against it, each in a sentence."""
    try:
        return signing_over(room.office, request_proposal(room.actor, found.id))
    except InvalidChangesError as error:
        return {"lacking": [_problem_told(room, one.field, one.error) for one in error.problems], "has_passkey": True}
    except CodedError as error:
        return {"lacking": [error.sentence(reader_language())], "has_passkey": True}


def _problem_told(room: Room, path: str, error: CodedError) -> str:
    named = " · ".join(label(room, name.partition(".")[0]) for name in path.split(", ") if name)
    said = error.sentence(reader_language())
    return f"{named}: {said}" if named else said


def _is_own(room: Room, found: RequestView) -> bool:
    return found.author == room.actor.person and not found.by_citizen


def _may_refuse(room: Room, found: RequestView) -> bool:
    return room.may("approve", "propose") if found.unsigned else room.may("approve") and not _is_own(room, found)


def _refusal_rows(typed: str) -> tuple[Row, ...]:
    hint = _("Whoever asked reads this.")
    return (Row(REASON, _("Why is it refused?"), "textarea", value=typed, hint=hint, attributes=(("dir", "auto"),)),)


def _author(room: Room, found: RequestView) -> str:
    if found.by_citizen:
        return _("The person it is about")
    name = person_name(found.author) if found.author else _("The node itself")
    return f"{name} · {office_names(room.institution, found.role)[1]}" if found.role else name


def _facts(room: Room, found: RequestView) -> tuple[Fact, ...]:
    facts = [Fact(_("Asked by"), _author(room, found)), Fact(_("Asked"), moment(found.made_at))]
    if found.reason:
        facts.append(Fact(_("Reason"), found.reason))
    if found.submitter and found.submitter != found.author:
        facts.append(Fact(_("Taken up by"), person_name(found.submitter)))
    if found.closed_at:
        facts.append(Fact(_("Decided"), moment(found.closed_at)))
    return tuple(facts)


def _asked(room: Room, found: RequestView, one: RequestedChange, at: int) -> Asked:
    there = one.kind != "create" and one.record is not None and room.may("read")
    url = room.url("record", one.record) if there or (found.state == "accepted" and room.may("read")) else ""
    name = _name(room, one) if url else ""
    title = asked_told(one.kind) if found.count == 1 else f"{asked_told(one.kind)} · {digits(at)}"
    return Asked(title, url, name, _period(one), _changes(room, found, one, title))


def _name(room: Room, one: RequestedChange) -> str:
    assert one.record is not None
    try:
        return record_title(room, get_record(room.actor, room.institution, room.code, one.record).values, one.record)
    except CodedError:
        return record_title(room, {}, one.record)


def _period(one: RequestedChange) -> str:
    return "" if one.valid_from is None else period_told(one.valid_from, one.valid_until)


def _changes(room: Room, found: RequestView, one: RequestedChange, title: str) -> Table:
    """Field by field; once it is decided, what stood there before is told by the record's own history."""
    before = found.state in ("draft", "open") and one.kind != "create"
    heads = (_("Field"), *([_("Now")] if before else ()), _("Asked for"))
    rows = (
        (
            label(room, each.field),
            *([value_told(room, each.field, each.before)] if before else ()),
            value_told(room, each.field, each.after),
        )
        for each in one.changes
    )
    return Table(title, heads, tuple(TableRow(cells) for cells in rows))


def _state(room: Room, found: RequestView) -> tuple[str, str]:
    if found.state == "draft":
        return _("Not signed yet"), "wait"
    if found.state == "open":
        waiting = _("Waits for a second person") if found.submitter else _("Waits for a decision")
        return waiting, "wait"
    return {
        "accepted": (_("Accepted"), "good"),
        "refused": (_("Refused"), "bad"),
        "withdrawn": (_("Taken back"), "bad"),
    }[found.state]
