"""How many records say what: counted by a field or by month, where they match."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from uruk.definitions.api import Field
from uruk.desk.registries.room import Room, registry_page, show_room
from uruk.desk.registries.searching import Asked, asked, condition_rows, searchable
from uruk.desk.registries.telling import counted, label, linked_told, value_told
from uruk.kernel.api import CodedError, local_digits
from uruk.registries.api import Counted, get_registry, statistics
from uruk.ui.api import Choice, Row, Table, TableRow, problems, reader_language, with_unit

BY, MONTHS, CHANGED = "by", "months-", "changed_at"
MAX_SHOWN = 100
_VALUES = frozenset({"choice", "yes_no", "link"})
_INDEXED = frozenset({"text", "integer"})


@registry_page
def counting(request: HttpRequest, room: Room) -> HttpResponse:
    """Numbers, of which none names a person; what is counted comes by POST, as it may hold a name."""
    room.require("read")
    found = asked(room, request.POST)
    by = _by(room, request.POST.get(BY, ""))
    rows = condition_rows(room, found)
    result = None if found.problems or not by.value else _counted(room, by.value, found)
    return show_room(
        request,
        room,
        "counting",
        title=_("Numbers: %(registry)s") % {"registry": room.title},
        by=by,
        rows=rows,
        by_fields=bool(found.query.filters or found.problems),
        errors=problems(rows),
        table=_table(room, by, result) if result else None,
        total=counted(result.total) if result and result.total is not None else "",
        cut=max(0, len(result.groups) - MAX_SHOWN) if result else 0,
        few=result is not None and result.others is None,
    )


def _by(room: Room, typed: str) -> Row:
    """By what is counted: values of fields that are nobody's own, and months."""
    indexed = searchable(room)
    choices = [
        Choice(one.name, label(room, one.name)) for one in room.model.fields if _is_countable(room, one, indexed)
    ]
    days = [(one.name, label(room, one.name)) for one in indexed if one.type == "date"]
    for name, told in (*days, (CHANGED, _("Last recorded change"))):
        choices.append(Choice(f"{MONTHS}{name}", _("%(field)s, by month") % {"field": told}))
    value = typed if typed in {one.value for one in choices} else ""
    return Row(BY, _("Counted by"), "select", value=value, choices=tuple(choices))


def _is_countable(room: Room, one: Field, indexed: tuple[Field, ...]) -> bool:
    if not room.sees(one) or one.secret or one.name in room.model.subjects:
        return False
    if one.type == "link":
        return not _is_about_persons(room, one)
    return one.type in _VALUES or (one.type in _INDEXED and one in indexed and not one.personal)


def _is_about_persons(room: Room, link: Field) -> bool:
    try:
        return bool(get_registry(room.actor, room.institution, link.to or "").model.personal)
    except CodedError:
        return True


def _counted(room: Room, by: str, found: Asked) -> Counted:
    months = by.startswith(MONTHS)
    name = by.removeprefix(MONTHS)
    return statistics(room.actor, room.institution, room.code, name, months=months, filters=found.query.filters)


def _table(room: Room, by: Row, result: Counted) -> Table:
    named = next(one.label for one in by.choices if one.value == by.value)
    rows = [_row(_told(room, by.value, one.value), one.count, result.total) for one in result.groups[:MAX_SHOWN]]
    if result.others:
        rows.append(
            _row(_("Others: too few to be told apart, or beyond a thousand values"), result.others, result.total)
        )
    return Table(named, (named, _("Records"), _("Share")), tuple(rows))


def _row(told: str, count: int, total: int | None) -> TableRow:
    share = f"{count * 1000 // total / 10:.1f}" if total else ""
    mark = "." if reader_language() == "en" else "\N{ARABIC DECIMAL SEPARATOR}"
    percent = with_unit(local_digits(share.replace(".", mark), reader_language()), "percent")
    return TableRow((told, counted(count), percent if share else "—"))


def _told(room: Room, by: str, value: Any) -> str:
    if value is None:
        return _("Not given")
    if by.startswith(MONTHS):
        year, _dash, month = str(value).partition("-")
        return local_digits(f"{int(month)}/{year}", reader_language())
    field = room.model.fields[by]
    said = value_told(room, by, bool(value) if field.type == "yes_no" else value)
    return linked_told(room, field, said) if field.type == "link" else said
