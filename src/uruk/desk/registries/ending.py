"""Withdrawing a record, restoring it, undoing a merge, and forgetting what was withdrawn."""

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from uruk.desk.pages import go
from uruk.desk.registries.attached import CARRIED
from uruk.desk.registries.changing import after
from uruk.desk.registries.form import (
    EVIDENCE,
    Filled,
    Ground,
    blamed,
    carried,
    change_of,
    empty,
    errors_of,
    evidence_of,
    read,
    reason_rows,
)
from uruk.desk.registries.record import ENDINGS
from uruk.desk.registries.room import WRITERS, Room, registry_page, show_room
from uruk.desk.registries.telling import record_facts, record_title
from uruk.kernel.api import CodedError
from uruk.registries.api import Open, RecordView, change, forget, get_record
from uruk.ui.api import NO_PROBLEMS, Row, blame, require_answers

LAW = "forget-law"
LAW_MAX = 200
_RIGHTS = {"forget": ("forget",), "unmerge": ("merge",)}


@dataclass(frozen=True)
class Ending:
    """How a page says what it is about to do."""

    title: str
    told: str
    button: str
    danger: bool


@registry_page
def end(request: HttpRequest, room: Room, record: UUID, deed: str) -> HttpResponse:
    """Do one of these to a record, with the reason."""
    if deed not in ENDINGS:
        raise Http404
    room.require(*_RIGHTS.get(deed, WRITERS))
    found = get_record(room.actor, room.institution, room.code, record)
    if deed == "forget":
        return _forget(request, room, found)
    ground = Ground(deed, record, found.latest)
    filled = read(request, room, ground) if request.method == "POST" else empty(ground)
    if request.method == "POST" and not filled.problems:
        try:
            asked = change_of(room, Filled(ground, {}, filled.typed, days=filled.days))
            place = (room.actor, room.institution, room.code)
            return after(request, room, change(*place, [asked], filled.reason, evidence_of(filled), filled.act))
        except CodedError as error:
            if error.code.partition(".")[0] == "people" or error.code == "registries.record_unknown":
                raise
            filled = blamed(filled, error)
    rows = reason_rows(filled, period=deed != "unmerge")
    return _show(request, room, found, deed, rows, errors=errors_of(rows, filled), filled=filled)


def _forget(request: HttpRequest, room: Room, found: RecordView) -> HttpResponse:
    law = request.POST.get(LAW, "").strip()[:LAW_MAX]
    hint = _("The article that demands it, for example: personal-data/9.")
    rows: tuple[Row, ...] = (Row(LAW, _("On which law?"), value=law, hint=hint, attributes=(("dir", "auto"),)),)
    if request.method == "POST" and law:
        try:
            done = forget(room.actor, room.institution, room.code, found.record, law)
        except CodedError as error:
            return go(request, room.url("record", found.record), error=error)
        if isinstance(done, Open):
            return after(request, room, done)
        said = _("Forgotten. Only the proof that there was a record is left.")
        return go(request, room.url(), done=said)
    errors = NO_PROBLEMS
    if request.method == "POST":
        try:
            require_answers(request.POST, LAW)
        except CodedError as error:
            rows, errors = blame(rows, error, {})
    return _show(request, room, found, "forget", rows, errors=errors)


def _show(
    request: HttpRequest,
    room: Room,
    found: RecordView,
    deed: str,
    rows: tuple[Row, ...],
    *,
    errors: object,
    filled: Filled | None = None,
) -> HttpResponse:
    said = _ending(deed)
    return show_room(
        request,
        room,
        "ending",
        title=said.title % {"title": record_title(room, found.values, found.record)},
        ending=said,
        facts=record_facts(room, found),
        rows=rows,
        errors=errors,
        carried=carried(room, filled) if filled else [],
        kept=filled.evidence if filled else (),
        kept_name=f"{CARRIED}{EVIDENCE}",
        second=room.model.second_person,
        back=room.url("record", found.record),
    )


def _ending(deed: str) -> Ending:
    return {
        "withdraw": Ending(
            _("Withdraw: %(title)s"),
            _("The record stays readable with its history, but it is not in force any more."),
            _("Withdraw the record"),
            True,
        ),
        "restore": Ending(
            _("Restore: %(title)s"), _("The record comes into force again."), _("Restore the record"), False
        ),
        "unmerge": Ending(
            _("Undo the merge: %(title)s"),
            _("The record stands for itself again. The one that it went into keeps what it says."),
            _("Undo the merge"),
            False,
        ),
        "forget": Ending(
            _("Forget for ever: %(title)s"),
            _("What the record said is destroyed with its whole history, and cannot come back. Only the proof stays."),
            _("Forget the record"),
            True,
        ),
    }[deed]
