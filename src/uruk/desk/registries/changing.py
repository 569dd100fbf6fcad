"""Writing: a new record, a change, a correction. Possible duplicates, and what changed meanwhile, are shown first."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from uruk.definitions.api import Fields
from uruk.desk.pages import go
from uruk.desk.registries.attached import CARRIED
from uruk.desk.registries.form import (
    BASE,
    EVIDENCE,
    Filled,
    Ground,
    blamed,
    carried,
    change_of,
    differing,
    empty,
    errors_of,
    evidence_of,
    read,
    rows_of,
)
from uruk.desk.registries.history import digits
from uruk.desk.registries.room import WRITERS, Room, registry_page, show_room
from uruk.desk.registries.telling import label, record_facts, record_title, value_told
from uruk.kernel.api import CodedError
from uruk.registries.api import (
    Candidate,
    Change,
    Done,
    Open,
    candidates,
    change,
    get_record,
    get_version,
)
from uruk.ui.api import Fact, Table, TableRow, asks_for_rows, reader_language

NONE_OF_THEM = "none-of-them"


@dataclass(frozen=True)
class Alike:
    """A record that may be the same: how it is called, how much it is alike, why, and what it says."""

    title: str
    url: str
    score: str
    reasons: tuple[str, ...]
    facts: tuple[Fact, ...]


@registry_page
def new(request: HttpRequest, room: Room) -> HttpResponse:
    """A new record."""
    return _page(request, room, Ground("create"))


@registry_page
def amend(request: HttpRequest, room: Room, record: UUID) -> HttpResponse:
    """The world changed: the record says something new from a day on."""
    return _page(request, room, _ground(request, room, record, "change"))


@registry_page
def correct(request: HttpRequest, room: Room, record: UUID, number: int) -> HttpResponse:
    """It was recorded wrongly: a version is corrected."""
    return _page(request, room, _ground(request, room, record, "correct", number))


def _ground(request: HttpRequest, room: Room, record: UUID, kind: str, number: int | None = None) -> Ground:
    """The record as the form was opened on it: the version that stood then, or the one that is corrected."""
    found = get_record(room.actor, room.institution, room.code, record)
    sent = request.POST.get(BASE, "")
    base = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else found.latest
    values = found.values
    if number is not None:
        values = get_version(room.actor, room.institution, room.code, record, number).values
    elif base != found.latest:
        values = get_version(room.actor, room.institution, room.code, record, base).values
    seen = {name: value for name, value in values.items() if name not in room.blind}
    return Ground(kind, record, base, seen, number)


def _page(request: HttpRequest, room: Room, ground: Ground) -> HttpResponse:
    room.require(*WRITERS)
    if request.method != "POST":
        return _form(request, room, empty(ground))
    filled = read(request, room, ground)
    if asks_for_rows(request.POST) or filled.problems:
        return _form(request, room, filled)
    try:
        return _write(request, room, filled)
    except CodedError as error:
        if error.code == "registries.version_moved":
            return _meanwhile(request, room, filled)
        if error.code.partition(".")[0] == "people" or error.code.endswith("_unknown"):
            raise
        return _form(request, room, blamed(filled, error))


def _write(request: HttpRequest, room: Room, filled: Filled) -> HttpResponse:
    asked = change_of(room, filled)
    place = (room.actor, room.institution, room.code)
    change(*place, [asked], filled.reason, evidence_of(filled), filled.act, validate_only=True)
    alike = _alike(room, filled, asked)
    if alike and request.POST.get(NONE_OF_THEM) != _seal(alike):
        return _form(request, room, filled, alike=alike)
    return after(request, room, change(*place, [asked], filled.reason, evidence_of(filled), filled.act))


def after(request: HttpRequest, room: Room, done: object) -> HttpResponse:
    """Go to what was made: the record, or the request that its author signs next."""
    if isinstance(done, Open):
        return go(request, room.url("request", done.request.id))
    assert isinstance(done, Done)
    return go(request, room.url("record", done.records[0]), done=_("Recorded. The receipt stands in the history."))


def _form(
    request: HttpRequest,
    room: Room,
    filled: Filled,
    *,
    alike: tuple[Candidate, ...] = (),
    meanwhile: Table | None = None,
) -> HttpResponse:
    rows, ground = rows_of(room, filled), filled.ground
    return show_room(
        request,
        room,
        "form",
        status=409 if meanwhile else 0,
        title=_heading(room, ground),
        told=_told(room, ground),
        rows=rows,
        errors=errors_of(rows, filled),
        carried=carried(room, filled),
        kept=filled.evidence,
        kept_name=f"{CARRIED}{EVIDENCE}",
        alike=tuple(_shown(room, one) for one in alike),
        seal=_seal(alike),
        seal_name=NONE_OF_THEM,
        meanwhile=meanwhile,
        second=room.model.second_person,
        back=room.url("record", ground.record) if ground.record else room.url(),
    )


def _heading(room: Room, ground: Ground) -> str:
    if ground.record is None:
        return _("New record: %(registry)s") % {"registry": room.title}
    title = {"title": record_title(room, ground.values, ground.record)}
    return _("Record a change: %(title)s") % title if ground.kind == "change" else _("Correct: %(title)s") % title


def _told(room: Room, ground: Ground) -> str:
    if ground.kind == "correct":
        said = _("Say what version %(number)s should have said. Both stay in the history.")
        return said % {"number": digits(ground.corrects or 0)}
    return _("Say what is true from a day on. What was true before stays in the history.") if ground.record else ""


# -- what may be the same --------------------------------------------------------------------------------------------


def _alike(room: Room, filled: Filled, asked: Change) -> tuple[Candidate, ...]:
    """Records that may be about the same, where what they are matched by is new."""
    if not room.model.match or not set(asked.values) & set(room.model.match.values()):
        return ()
    values = {**filled.ground.values, **filled.values}
    return candidates(room.actor, room.institution, room.code, values, filled.ground.record)


def _seal(alike: tuple[Candidate, ...]) -> str:
    """Names what was shown: whoever says that it is none of them says it of these."""
    return ".".join(sorted(str(one.record.record) for one in alike))


def _shown(room: Room, one: Candidate) -> Alike:
    return Alike(
        record_title(room, one.record.values, one.record.record),
        room.url("record", one.record.record),
        score_told(one.score),
        tuple(reason.sentence(reader_language()) for reason in one.reasons),
        record_facts(room, one.record)[:6],
    )


def score_told(score: int) -> str:
    """How much two records are alike, in percent."""
    return _("%(percent)s%% alike") % {"percent": digits(round(score / 10))}


# -- what changed meanwhile ------------------------------------------------------------------------------------------


def _meanwhile(request: HttpRequest, room: Room, filled: Filled) -> HttpResponse:
    """Somebody wrote first: what stood there, what stands there now, and what is typed; then it is sent anew.

    What the officer did not touch is taken from what stands there now, so that nothing of the other's is undone unseen.
    """
    ground = filled.ground
    assert ground.record is not None
    now = get_record(room.actor, room.institution, room.code, ground.record)
    mine = differing(room, filled.values, ground.values)
    seen = {name: value for name, value in now.values.items() if name not in room.blind}
    both = {name: value for name, value in {**seen, **mine}.items() if value is not None}
    table = _compared(room, ground.values, seen, mine)
    fresh = replace(ground, base=now.latest, values=seen)
    return _form(request, room, replace(filled, ground=fresh, values=both), meanwhile=table)


def _compared(room: Room, before: Mapping[str, Any], now: Mapping[str, Any], mine: Mapping[str, Any]) -> Table:
    heads = (_("Field"), _("When you opened it"), _("Now"), _("As you typed it"))
    names = [one.name for one in room.model.fields if before.get(one.name) != now.get(one.name) or one.name in mine]
    return Table(
        _("What changed meanwhile"), heads, tuple(_compared_row(room, name, before, now, mine) for name in names)
    )


def _compared_row(
    room: Room, name: str, before: Mapping[str, Any], now: Mapping[str, Any], mine: Mapping[str, Any]
) -> TableRow:
    typed = "—"
    if name in mine:
        one = room.model.fields[name]
        checked = Fields((one,)).validate({name: mine[name]})
        typed = value_told(room, name, checked.values.get(name, mine[name]))
    return TableRow(
        (label(room, name), value_told(room, name, before.get(name)), value_told(room, name, now.get(name)), typed)
    )
