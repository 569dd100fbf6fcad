"""Imports: a file is handed in with its reason; what became of the files before."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from uruk.desk.pages import go, person_name
from uruk.desk.registries.attached import CARRIED, Kept, about_files, digests, kept_files
from uruk.desk.registries.form import EVIDENCE, REASON
from uruk.desk.registries.room import Room, registry_page, show_room
from uruk.desk.registries.telling import counted
from uruk.kernel.api import CodedError
from uruk.registries.api import ImportView, list_imports, start_import
from uruk.ui.api import Choice, Problem, Row, Table, TableRow, moment, problems, reader_language

FILE, FORMAT, KIND, MODE = "import-file", "import-format", "import-kind", "import-mode"
_ENDINGS = {".csv": "csv", ".tsv": "csv", ".txt": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".xlsx": "xlsx"}


@dataclass(frozen=True)
class Filled:
    """What the form was given, and what is wrong, by the name of the question."""

    typed: Mapping[str, str] = field(default_factory=dict)
    evidence: tuple[Kept, ...] = ()
    problems: Mapping[str, CodedError] = field(default_factory=dict)


@registry_page
def listing(request: HttpRequest, room: Room) -> HttpResponse:
    """The newest imports of the registry."""
    room.require("import", "approve")
    heads = (_("Brought in"), _("By"), _("State"), _("Rows"), _("Versions recorded"))
    found = list_imports(room.actor, room.institution, room.code)
    return show_room(
        request,
        room,
        "imports",
        title=_("Imports: %(registry)s") % {"registry": room.title},
        table=Table(_("Imports"), heads, tuple(_row(room, one) for one in found)),
        new_url=room.url("import-new") if room.may("import") else "",
    )


def _row(room: Room, one: ImportView) -> TableRow:
    who = person_name(one.author) if one.author else _("The node itself")
    cells = (moment(one.made_at), who, import_state(one)[0], counted(one.rows), counted(one.written))
    return TableRow(cells, room.url("import", one.id))


def import_state(found: ImportView) -> tuple[str, str]:
    """What has become of an import, and the tone of its tag."""
    if found.state == "checked" and found.hindrance is not None:
        return _("Cannot be recorded as it is"), "bad"
    return {
        "checking": (_("Is being checked"), "wait"),
        "checked": (_("Checked: not recorded yet"), "wait"),
        "submitted": (_("Waits for a second person"), "wait"),
        "writing": (_("Is being recorded"), "wait"),
        "halted": (_("Stopped at a row"), "bad"),
        "done": (_("Recorded"), "good"),
        "requested": (_("Became a change request"), "good"),
        "failed": (_("Could not be read"), "bad"),
        "cancelled": (_("Cancelled"), "bad"),
    }[found.state]


@registry_page
def new(request: HttpRequest, room: Room) -> HttpResponse:
    """Hand a file in: its rows are checked next, and nothing is recorded before a person says so."""
    room.require("import")
    if request.method != "POST":
        return _form(request, room, Filled({KIND: "create", MODE: "all"}))
    filled = _read(request, room)
    if not filled.problems:
        try:
            return go(request, room.url("import", _start(request, room, filled).id))
        except CodedError as error:
            if error.code.partition(".")[0] == "people":
                raise
            filled = Filled(filled.typed, filled.evidence, {_place(error): error})
    return _form(request, room, filled)


def _read(request: HttpRequest, room: Room) -> Filled:
    typed = {name: request.POST.get(name, "").strip() for name in (FORMAT, KIND, MODE, REASON)}
    wrong: dict[str, CodedError] = {}
    evidence: tuple[Kept, ...] = ()
    try:
        evidence = kept_files(request, room, EVIDENCE)
    except CodedError as error:
        if not about_files(error):
            raise
        wrong[EVIDENCE] = error
    upload = request.FILES.get(FILE)
    if upload is None:
        wrong[FILE] = CodedError("desk.import_file_missing")
    else:
        typed[FORMAT] = typed[FORMAT] or _ENDINGS.get(PurePath(str(upload.name)).suffix.lower(), "")
        if not typed[FORMAT]:
            wrong[FORMAT] = CodedError("desk.import_format_missing")
    return Filled(typed, evidence, wrong)


def _start(request: HttpRequest, room: Room, filled: Filled) -> ImportView:
    typed: Any = filled.typed
    return start_import(
        room.actor,
        room.institution,
        room.code,
        request.FILES[FILE],  # type: ignore[arg-type]
        typed[FORMAT],
        typed[MODE],
        typed[KIND],
        typed[REASON],
        digests(filled.evidence),
    )


def _place(error: CodedError) -> str:
    """The question that an error is about."""
    if error.code in ("registries.import_without_key", "registries.import_choice"):
        return KIND
    if about_files(error):
        return FILE
    about_reason = error.code == "registries.reason_missing" or error.code.startswith("definitions.field_")
    return REASON if about_reason else ""


def _form(request: HttpRequest, room: Room, filled: Filled) -> HttpResponse:
    rows = tuple(_with_problem(row, filled) for row in _rows(room, filled.typed))
    loose = filled.problems.get("")
    return show_room(
        request,
        room,
        "import_new",
        title=_("Bring records in from a file: %(registry)s") % {"registry": room.title},
        rows=rows,
        errors=(*problems(rows), *((Problem(loose.sentence(reader_language())),) if loose else ())),
        kept=filled.evidence,
        kept_name=f"{CARRIED}{EVIDENCE}",
        second=room.model.second_person,
        back=room.url("imports"),
    )


def _rows(room: Room, typed: Mapping[str, str]) -> tuple[Row, ...]:
    auto = (("dir", "auto"),)
    formats = (Choice("csv", "CSV"), Choice("xlsx", _("Spreadsheet (XLSX)")), Choice("jsonl", _("Lines of JSON")))
    kinds = [Choice("create", _("New records only"))]
    if room.model.keys:
        kinds.append(Choice("key", _("Change the records that have the row's key, and add the others")))
    modes = (
        Choice("all", _("All rows, or nothing while a single one is wrong")),
        Choice("good", _("The rows that are right; the others are left out, with their reasons")),
    )
    accepted = (("accept", ",".join(_ENDINGS)),)
    return (
        Row(FILE, _("File"), "file", hint=_file_hint(), attributes=accepted),
        Row(
            FORMAT,
            _("What kind of file is it?"),
            "select",
            value=typed.get(FORMAT, ""),
            hint=_("Left open: as its name ends."),
            required=False,
            choices=formats,
        ),
        Row(KIND, _("What are its rows?"), "radios", value=typed.get(KIND, ""), choices=tuple(kinds)),
        Row(MODE, _("Which rows are recorded?"), "radios", value=typed.get(MODE, ""), choices=modes),
        Row(REASON, _("Why?"), "textarea", value=typed.get(REASON, ""), hint=_reason_hint(), attributes=auto),
        Row(
            EVIDENCE,
            _("Evidence"),
            "file",
            hint=_("What the change rests on: letters, decisions, photographs."),
            required=False,
            attributes=(("multiple", "multiple"),),
        ),
    )


def _file_hint() -> str:
    return _("A table has the names of its columns in the first line. Which column is which field you see next.")


def _reason_hint() -> str:
    return _("Stands in the history of each record that the file brings.")


def _with_problem(row: Row, filled: Filled) -> Row:
    error = filled.problems.get(row.name)
    return replace(row, error=error.sentence(reader_language())) if error else row
