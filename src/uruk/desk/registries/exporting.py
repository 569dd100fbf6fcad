"""Records as a file to keep: those that match, in force today, without secrets and what the office does not read."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from uruk.desk.registries.room import Room, registry_page, show_room
from uruk.desk.registries.searching import Asked, asked, condition_rows
from uruk.kernel.api import CodedError
from uruk.registries.api import export
from uruk.ui.api import Choice, Problem, Row, download_stream, problems, reader_language

FORMAT = "export-format"
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/jsonl",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@registry_page
def exporting(request: HttpRequest, room: Room) -> HttpResponse:
    """The form; with a kind of file, the file. Conditions come by POST, from here or from the list of records."""
    room.require("export")
    found = asked(room, request.POST)
    if request.method != "POST" or FORMAT not in request.POST or found.problems:
        return _page(request, room, found)
    try:
        return _file(room, found, request.POST[FORMAT])
    except CodedError as error:
        if error.code.partition(".")[0] != "registries":
            raise
        return _page(request, room, found, error)


def _file(room: Room, found: Asked, form: str) -> HttpResponse:
    query = found.query
    pieces = export(room.actor, room.institution, room.code, form, query.filters, query.words)  # type: ignore[arg-type]
    return download_stream(pieces, _TYPES[form], f"{room.code}.{form}")


def _page(request: HttpRequest, room: Room, found: Asked, error: CodedError | None = None) -> HttpResponse:
    rows = condition_rows(room, found)
    formats = (Choice("csv", "CSV"), Choice("xlsx", _("Spreadsheet (XLSX)")), Choice("jsonl", _("Lines of JSON")))
    form = Row(FORMAT, _("Kind of file"), "radios", value=request.POST.get(FORMAT, "csv"), choices=formats)
    return show_room(
        request,
        room,
        "export",
        title=_("Export: %(registry)s") % {"registry": room.title},
        words=found.query.words,
        rows=rows,
        form=form,
        by_fields=bool(found.query.filters or found.problems),
        errors=(*problems(rows), *((Problem(error.sentence(reader_language()), form.id),) if error else ())),
    )
