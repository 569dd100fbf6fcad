"""Which column of a file is which field: as it was understood, and as the officer chooses."""

from collections.abc import Mapping
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from uruk.desk.pages import go
from uruk.desk.registries.history import digits
from uruk.desk.registries.room import Room, registry_page, show_room
from uruk.desk.registries.telling import path_told
from uruk.kernel.api import CodedError
from uruk.registries.api import ImportColumn, check_again, column_paths, get_import, import_columns
from uruk.ui.api import NO_PROBLEMS, Choice, Problem, Row, reader_language

MAX_CHOSEN = 200  # columns of which the page asks; what stands beyond is left out, and said to be


@registry_page
def columns(request: HttpRequest, room: Room, import_id: UUID) -> HttpResponse:
    """Choose the field of each column; then all rows are checked anew."""
    room.require("import")
    found = get_import(room.actor, import_id, whole=False)
    known = import_columns(room.actor, import_id)
    if found.registry != room.code or not known:
        raise CodedError("registries.import_unknown")
    if request.method != "POST":
        return _page(request, room, import_id, known, {})
    chosen = {at: request.POST.get(f"column-{at}", "")[:200] for at in range(len(known))}
    try:
        check_again(room.actor, import_id, chosen, found.left_out)
    except CodedError as error:
        if error.code in ("registries.import_not_ready", "registries.import_file_gone"):
            return go(request, room.url("import", import_id), error=error)
        return _page(request, room, import_id, known, chosen, error)
    return go(request, room.url("import", import_id), done=_("The rows are being checked anew."))


def _page(
    request: HttpRequest,
    room: Room,
    import_id: UUID,
    known: tuple[ImportColumn, ...],
    chosen: Mapping[int, str],
    error: CodedError | None = None,
) -> HttpResponse:
    paths = column_paths(room.asked)
    choices = tuple(Choice(path, path_told(room, path)) for path in paths)
    rows = tuple(_row(at, one, chosen.get(at, one.path), choices) for at, one in enumerate(known[:MAX_CHOSEN]))
    return show_room(
        request,
        room,
        "import_columns",
        title=_("Which column is which field?"),
        rows=rows,
        errors=(Problem(error.sentence(reader_language())),) if error else NO_PROBLEMS,
        cut=max(0, len(known) - MAX_CHOSEN),
        back=room.url("import", import_id),
    )


def _row(at: int, column: ImportColumn, path: str, choices: tuple[Choice, ...]) -> Row:
    name = column.heading or _("Column %(number)s, without a name") % {"number": digits(at + 1)}
    hint = _("For example: %(cells)s") % {"cells": " · ".join(map(_apart, column.sample))} if column.sample else ""
    return Row(f"column-{at}", name, "select", value=path, hint=hint, required=False, choices=choices)


def _apart(cell: str) -> str:
    """A cell that keeps its own direction within the sentence: a day stays as it stands in the file."""
    return f"\N{FIRST STRONG ISOLATE}{cell}\N{POP DIRECTIONAL ISOLATE}"
