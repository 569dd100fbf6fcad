"""A record: what it says, since when, what is taken of it, what leads to it, its history; also as of a day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from uruk.definitions.api import Field
from uruk.desk.registries.history import digits, entries
from uruk.desk.registries.room import WRITERS, Room, registry_page, show_room
from uruk.desk.registries.telling import record_facts, record_title, status_told, withheld_told
from uruk.kernel.api import CodedError, midnight
from uruk.registries.api import (
    Filter,
    RecordView,
    ReservationView,
    count_records,
    get_record,
    registries_of,
    reservations,
)
from uruk.ui.api import Fact, Row, Table, TableRow, amount_told, day, moment, problems, reader_language

_DAY = Field("on", "date")


@dataclass(frozen=True)
class Lead:
    """Records of another registry, or of this one, that lead to the record: how many, and how to list them."""

    url: str
    name: str
    value: str
    label: str


@registry_page
def record(request: HttpRequest, room: Room, record: UUID) -> HttpResponse:
    """A record as it is."""
    found = get_record(room.actor, room.institution, room.code, record)
    state, tone = status_told(found.status)
    may_write = room.may(*WRITERS) and bool(len(room.asked))
    return show_room(
        request,
        room,
        "record",
        title=record_title(room, found.values, record),
        state=state,
        tone=tone,
        facts=record_facts(room, found),
        withheld=withheld_told(room, found.withheld),
        standing=_standing(found),
        capacity=_capacity(room, found),
        reserved=_reserved(room, found),
        leads=_leads(room, found),
        merged_url=room.url("record", found.merged_into) if found.merged_into else "",
        deeds=_deeds(room, found, may_write=may_write),
        then_url=room.url("then", record),
        then_rows=then_rows({}, {}),
        entries=entries(room, record, correctable=may_write and found.status in ("live", "dormant")),
    )


@registry_page
def then(request: HttpRequest, room: Room, record: UUID) -> HttpResponse:
    """The record as it was on a day, as far as was known by the end of a day; days are nobody's data."""
    typed = {name: request.GET.get(name, "").strip()[:40] for name in ("on", "known")}
    days, wrong = _days(typed)
    rows = then_rows(typed, wrong)
    found, said = None, ""
    if not wrong:
        try:
            found = _as_of(room, record, days)
        except CodedError as error:
            if error.code != "registries.not_then":
                raise
            said = error.sentence(reader_language())
    now = get_record(room.actor, room.institution, room.code, record) if found is None else found
    return show_room(
        request,
        room,
        "then",
        status=422 if wrong else 200,
        title=record_title(room, now.values, record),
        told=_then_told(days) if not wrong else "",
        rows=rows,
        errors=problems(rows),
        facts=record_facts(room, found) if found else (),
        standing=_standing(found) if found else (),
        withheld=withheld_told(room, now.withheld),
        state=status_told(found.status) if found else None,
        nothing=said,
        back=room.url("record", record),
    )


@registry_page
def follow(request: HttpRequest, room: Room, record: UUID, field: str) -> HttpResponse:
    """Go to the record that a link leads to. Its key may be a person's number, so it stands in no address."""
    found = get_record(room.actor, room.institution, room.code, record)
    link = room.model.fields.find(field)
    if link is None or link.type != "link" or field not in found.values:
        raise CodedError("desk.link_unknown")
    target = get_record(room.actor, room.institution, link.to or "", key=found.values[field])
    return redirect(room.office.url("registry-record", target.registry, target.record))


def then_rows(typed: Mapping[str, str], wrong: Mapping[str, CodedError]) -> tuple[Row, ...]:
    """For which day, and from whose knowledge."""
    asked = (
        ("on", _("As it was on the day"), _("Day/month/year. Left blank: today.")),
        ("known", _("As far as was known on the day"), _("Left blank: what is known today.")),
    )
    attributes = (("dir", "auto"), ("class", "short"), ("autocomplete", "off"))
    return tuple(
        Row(
            name,
            said,
            value=typed.get(name, ""),
            hint=hint,
            error=wrong[name].sentence(reader_language()) if name in wrong else "",
            required=False,
            attributes=attributes,
        )
        for name, said, hint in asked
    )


def _days(typed: Mapping[str, str]) -> tuple[dict[str, date], dict[str, CodedError]]:
    days, wrong = {}, {}
    for name, text in typed.items():
        try:
            if text:
                days[name] = date.fromisoformat(str(_DAY.clean(text)))
        except CodedError as error:
            wrong[name] = error
    return days, wrong


def _as_of(room: Room, record: UUID, days: Mapping[str, date]) -> RecordView:
    known = days.get("known")
    end = midnight(known + timedelta(days=1)) - timedelta(microseconds=1) if known else None
    return get_record(room.actor, room.institution, room.code, record, on=days.get("on"), known=end)


def _then_told(days: Mapping[str, date]) -> str:
    on, known = days.get("on"), days.get("known")
    if on and known:
        return _("As it was on %(day)s, as far as was known on %(known)s.") % {"day": day(on), "known": day(known)}
    if known:
        return _("As it is today, as far as was known on %(known)s.") % {"known": day(known)}
    return _("As it was on %(day)s, as far as is known today.") % {"day": day(on)} if on else _("As it is today.")


def _standing(found: RecordView) -> tuple[Fact, ...]:
    """Since when it is true, and when and in which version that was written."""
    facts = [Fact(_("True from"), day(found.valid_from))] if found.valid_from else []
    if found.valid_until:
        facts.append(Fact(_("No longer from"), day(found.valid_until)))
    version = _("%(number)s of %(latest)s") % {"number": digits(found.number), "latest": digits(found.latest)}
    return (*facts, Fact(_("Recorded"), moment(found.changed_at)), Fact(_("Version"), version))


def _amount(room: Room, amount: int) -> str:
    unit = room.model.capacity.unit if room.model.capacity else None
    return amount_told(amount, unit)


def _capacity(room: Room, found: RecordView) -> tuple[Fact, ...]:
    if found.taken is None or found.left is None or room.model.capacity is None:
        return ()
    return (
        Fact(_("In all"), _amount(room, found.taken + found.left)),
        Fact(_("Taken"), _amount(room, found.taken)),
        Fact(_("Left"), _amount(room, found.left)),
    )


def _reserved(room: Room, found: RecordView) -> Table | None:
    if room.model.capacity is None:
        return None
    made = reservations(room.actor, room.institution, room.code, found.record)
    heads = (_("Reserved for"), _("Amount"), _("State"), _("Made"), _("Held until"))
    return Table(_("Reservations"), heads, tuple(_reservation(room, one) for one in made))


def _reservation(room: Room, one: ReservationView) -> TableRow:
    until = moment(one.held_until) if one.held_until else "—"
    state = {
        "reserved": _("Reserved"),
        "confirmed": _("Confirmed"),
        "released": _("Given back"),
        "expired": _("Expired"),
    }[one.state]
    return TableRow((one.holder, _amount(room, one.amount), state, moment(one.made_at), until))


def _leads(room: Room, found: RecordView) -> tuple[Lead, ...]:
    """What leads here: how many, which is nobody's data; who lists them is noted then."""
    main = room.model.main_key
    key: Any = found.values.get(main[0]) if len(main) == 1 else None
    if key is None:
        return ()
    leads = []
    for view in registries_of(room.actor):
        other = Room(room.office, view)
        for link in (one for one in other.model.links if one.to == room.code and other.may("read") and other.sees(one)):
            where = [Filter(link.name, "eq", str(key))]
            number = count_records(room.actor, room.institution, other.code, where)
            if number:
                said = f"{other.title}: {digits(number)}"
                leads.append(Lead(other.url(), f"f-{link.name}", str(key), said))
    return tuple(leads)


def _deeds(room: Room, found: RecordView, *, may_write: bool) -> tuple[tuple[str, str], ...]:
    """What may be done with the record as it stands: address and label."""
    standing = found.status in ("live", "dormant")
    gone = found.status in ("withdrawn", "merged")
    named = (
        ("change", _("Record a change"), may_write and standing),
        ("correct-now", _("Correct an error"), may_write and standing),
        ("withdraw", _("Withdraw"), may_write and standing),
        ("restore", _("Restore"), may_write and found.status == "withdrawn"),
        ("unmerge", _("Undo the merge"), room.may("merge") and found.status == "merged"),
        ("forget", _("Forget for ever"), room.may("forget") and gone),
    )
    return tuple((_deed_url(room, found, name), said) for name, said, may in named if may)


def _deed_url(room: Room, found: RecordView, name: str) -> str:
    if name == "correct-now":
        return room.url("correct", found.record, found.number or found.latest)
    return room.url("end", found.record, name) if name in ENDINGS else room.url(name, found.record)


ENDINGS = ("withdraw", "restore", "unmerge", "forget")
