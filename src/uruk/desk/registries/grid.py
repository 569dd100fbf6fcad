"""The records of a registry as a list: searched, filtered, sorted, page by page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from uruk.definitions.api import Field
from uruk.desk.registries.room import Room, registry_page, show_room
from uruk.desk.registries.searching import Asked, asked, search_rows, sort_row
from uruk.desk.registries.telling import label, record_title, status_told, value_told
from uruk.kernel.api import local_digits
from uruk.registries.api import Page, RecordView, list_records
from uruk.ui.api import Table, TableRow, problems, reader_language

MAX_COLUMNS = 5
_WIDE = frozenset({"long_text", "list", "group", "file", "location", "address"})
_SHORT = frozenset({"choice", "date", "integer", "money", "yes_no", "time"})


@registry_page
def listing(request: HttpRequest, room: Room) -> HttpResponse:
    """Records, 50 a page; what is searched for comes by POST, and no address holds it."""
    if not room.may("read"):
        return redirect(room.links[0].url)
    found = asked(room, request.POST)
    page = (
        list_records(room.actor, room.institution, room.code, found.query, total=True) if not found.problems else None
    )
    rows = search_rows(room, found)
    return show_room(
        request,
        room,
        "grid",
        title=room.title,
        words=found.query.words,
        rows=rows,
        sorting=sort_row(room, found),
        errors=problems(rows),
        by_fields=found.by_fields,
        narrowed=found.narrowed,
        table=_table(room, found, page) if page else None,
        total=_total_told(page.total or 0) if page else "",
        carried=[(name, value) for name, value in found.typed.items() if value and name != "after"],
        export_url=room.url("export") if room.may("export") and found.narrowed else "",
        after=page.next if page else "",
        paged=bool(found.query.after),
    )


def _table(room: Room, found: Asked, page: Page) -> Table:
    further = _columns(room)
    states = found.query.statuses != ("live",)
    heads = (_("Record"), *(label(room, one.name) for one in further), *([_("State")] if states else ()))
    return Table(room.title, heads, tuple(_row(room, one, further, states=states) for one in page.records))


def _row(room: Room, one: RecordView, further: tuple[Field, ...], *, states: bool) -> TableRow:
    cells = [record_title(room, one.values, one.record)]
    cells += [value_told(room, each.name, one.values.get(each.name)) for each in further]
    if states:
        cells.append(status_told(one.status)[0])
    return TableRow(tuple(cells), room.url("record", one.record))


def _columns(room: Room) -> tuple[Field, ...]:
    """What stands beside a record's name: its key, then what is found by, short values before long ones."""
    model = room.model
    named = set(model.title or model.main_key)
    fields = [one for one in model.fields if one.name not in named and room.sees(one) and one.type not in _WIDE]
    chosen = sorted(fields, key=lambda one: _rank(room, one))[: MAX_COLUMNS - 1]
    return tuple(one for one in fields if one in chosen)


def _rank(room: Room, one: Field) -> tuple[bool, bool, bool]:
    return one.name not in room.model.main_key, not one.find, one.type not in _SHORT


def _total_told(total: int) -> str:
    said = ngettext("%(count)s record", "%(count)s records", total)
    return said % {"count": local_digits(str(total), reader_language())}
