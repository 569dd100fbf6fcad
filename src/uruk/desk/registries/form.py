"""The form of a change: the registry's fields that the office may write, and why, since when, on which evidence."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from uruk.definitions.api import Field, Fields
from uruk.desk.pages import catalogues
from uruk.desk.registries.attached import CARRIED, Kept, about_files, digests, kept_again, kept_files
from uruk.desk.registries.finding import link_at, with_finder
from uruk.desk.registries.room import Room
from uruk.kernel.api import CodedError, new_id
from uruk.registries.api import Change, InvalidChangesError, files_in
from uruk.ui.api import FIND, Problem, Row, differing_values, form_rows, form_values, problems, reader_language

# Names that no field of a registry can have: they hold a hyphen.
REASON, EVIDENCE = "change-reason", "change-evidence"
FROM, UNTIL, BASE, ACT = "valid-from", "valid-until", "base-version", "act-id"
REMOVE = "remove-"
_DAY = Field("day", "date")


@dataclass(frozen=True)
class Ground:
    """What a change is laid upon: which record, in which version, and what it says (as far as the office sees)."""

    kind: str
    record: UUID | None = None
    base: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    corrects: int | None = None


@dataclass(frozen=True)
class Filled:
    """What a form was given: values as typed, and what is wrong, by the path of its question.

    `files`: those that came with it, by their digest. `finding`: the link of which a record is looked for.
    """

    ground: Ground
    values: Mapping[str, Any]
    typed: Mapping[str, str] = field(default_factory=dict)
    evidence: tuple[Kept, ...] = ()
    files: Mapping[str, Kept] = field(default_factory=dict)
    days: Mapping[str, date] = field(default_factory=dict)
    problems: Mapping[str, CodedError] = field(default_factory=dict)
    finding: str = ""

    @property
    def act(self) -> UUID:
        """The number of the act that this form makes, however often it is sent."""
        try:
            return UUID(self.typed.get(ACT, ""))
        except ValueError:
            return new_id()

    @property
    def reason(self) -> str:
        """Why, as typed."""
        return self.typed.get(REASON, "")


def empty(ground: Ground) -> Filled:
    """The form as it is opened: what the record says stands in it."""
    return Filled(ground, dict(ground.values))


def read(request: HttpRequest, room: Room, ground: Ground) -> Filled:
    """What was typed and uploaded; what is wrong with files and days is said, the fields are for the door to judge."""
    typed = {name: request.POST.get(name, "").strip() for name in (REASON, FROM, UNTIL, BASE, ACT)}
    wrong: dict[str, CodedError] = {}
    files: dict[str, Kept] = {}

    def file_of(path: str) -> str | None:
        """The digest of a question's file: the one that came or was carried, or that the record has and keeps."""
        kept, gone = _files(request, room, path, wrong), f"{REMOVE}{path}" in request.POST
        if kept and (path in request.FILES or not gone):
            files[kept[-1].sha256] = kept[-1]
            return kept[-1].sha256
        return None if gone else ground.values.get(path)

    values = form_values(room.asked, _sent(request), file_of=file_of)
    evidence = _files(request, room, EVIDENCE, wrong)
    finding = request.POST.get(FIND, "")
    return Filled(ground, values, typed, evidence, files, _days(typed, wrong), wrong, finding)


def _sent(request: HttpRequest) -> dict[str, str]:
    """What was typed, and the names of questions that sent a file alone: so their row of a list is there too."""
    carried = (name.removeprefix(CARRIED) for name in request.POST if name.startswith(CARRIED))
    return dict.fromkeys((*request.FILES, *carried), "") | request.POST.dict()


def _files(request: HttpRequest, room: Room, name: str, wrong: dict[str, CodedError]) -> tuple[Kept, ...]:
    try:
        return kept_files(request, room, name)
    except CodedError as error:
        if not about_files(error):
            raise
        wrong[name] = error
        return ()


def _days(typed: Mapping[str, str], wrong: dict[str, CodedError]) -> dict[str, date]:
    days = {}
    for name in (FROM, UNTIL):
        try:
            if typed.get(name):
                days[name] = date.fromisoformat(str(_DAY.clean(typed[name])))
        except CodedError as error:
            wrong[name] = error
    return days


def change_of(room: Room, filled: Filled) -> Change:
    """The change that was typed: of a record that there is, the fields that differ from what it says."""
    ground = filled.ground
    values = dict(filled.values) if ground.record is None else differing(room, filled.values, ground.values)
    return Change(
        ground.kind,  # type: ignore[arg-type]
        ground.record,
        ground.base,
        values,
        filled.days.get(FROM),
        filled.days.get(UNTIL),
        ground.corrects,
    )


def differing(room: Room, values: Mapping[str, Any], old: Mapping[str, Any]) -> dict[str, Any]:
    """The fields whose typed value is another than the old one; None takes one away.

    A field that the office writes without reading it is one that differs once something is typed there.
    """
    seen = Fields(tuple(one for one in room.asked if one.name not in room.blind))
    unseen = {name: values[name] for name in room.blind if values.get(name) is not None}
    return differing_values(seen, values, old) | unseen


def blamed(filled: Filled, error: CodedError) -> Filled:
    """The form with what the door found wrong, each at its question."""
    if isinstance(error, InvalidChangesError):
        found = {path: one.error for one in reversed(error.problems) for path in _paths(one.field, one.error)}
        return replace(filled, problems={**filled.problems, **found})
    return replace(filled, problems={**filled.problems, _place(error): error})


def _paths(path: str, error: CodedError) -> list[str]:
    """Where a problem is told: a key of several fields at its first; one about the whole where it belongs."""
    return [path.split(", ", maxsplit=1)[0]] if path else [_place(error)]


def _place(error: CodedError) -> str:
    if about_files(error):
        return EVIDENCE
    if error.code == "registries.period":
        return FROM
    # Everything else that a cleaner finds comes with its field: what comes alone is about the reason.
    return REASON if error.code == "registries.reason_missing" or error.code.startswith("definitions.field_") else ""


# -- as rows ---------------------------------------------------------------------------------------------------------


def rows_of(room: Room, filled: Filled) -> tuple[Row, ...]:
    """All questions of the form."""
    seen = _without_blind(room, filled)
    asked = form_rows(room.asked, room.texts, catalogues(), seen, filled.problems, nested_files=True)
    return (*(_field_row(room, filled, row) for row in asked), *reason_rows(filled))


def _without_blind(room: Room, filled: Filled) -> dict[str, Any]:
    """What is typed where the office does not read is not sent back to it."""
    return {name: value for name, value in filled.values.items() if name not in room.blind}


def _field_row(room: Room, filled: Filled, row: Row) -> Row:
    if row.name in room.blind and filled.ground.record is not None:
        hint = _("You do not see what stands here. Left blank, it stays as it is.")
        return replace(row, hint=f"{row.hint} {hint}".strip(), required=False)
    return _equipped(room, filled, row)


def _equipped(room: Room, filled: Filled, row: Row) -> Row:
    """The question with what it needs to be answered here: a file that is kept is said to be, a link can be found."""
    if row.rows:
        return replace(row, rows=tuple(_equipped(room, filled, one) for one in row.rows))
    if row.kind == "file" and row.value:
        hint = _("A file is kept. Choose another only to put it in its place.")
        return replace(row, hint=f"{row.hint} {hint}".strip(), required=False)
    link = link_at(room.asked, row.name)
    return row if link is None else with_finder(room, row, link, asked=filled.finding == row.name)


def reason_rows(filled: Filled, *, period: bool = True) -> tuple[Row, ...]:
    """Why it is changed, since when it is true, and what that rests on."""
    day = (("dir", "auto"), ("class", "short"), ("autocomplete", "off"))
    typed, until = filled.typed, filled.ground.kind in ("create", "change", "correct")
    rows = [Row(REASON, _("Why?"), "textarea", value=filled.reason, hint=_reason_hint(), attributes=(("dir", "auto"),))]
    if period:
        hint = _("The first day on which it is true, day/month/year. Left blank: today.")
        if filled.ground.kind == "correct":
            hint = _("Left blank: the days of the version that is corrected.")
        rows.append(Row(FROM, _("True from"), value=typed.get(FROM, ""), hint=hint, required=False, attributes=day))
    if period and until:
        hint = _("The first day on which it is not true any more. Left blank: until it is changed.")
        rows.append(
            Row(UNTIL, _("No longer from"), value=typed.get(UNTIL, ""), hint=hint, required=False, attributes=day)
        )
    more = _("What the change rests on: letters, decisions, photographs.")
    files = Row(EVIDENCE, _("Evidence"), "file", hint=more, required=False, attributes=(("multiple", "multiple"),))
    return tuple(_with_problem(row, filled) for row in (*rows, files))


def _reason_hint() -> str:
    return _("Kept in the history. Officers who may read the record see it, its person does not.")


def _with_problem(row: Row, filled: Filled) -> Row:
    error = filled.problems.get(row.name)
    return replace(row, error=error.sentence(reader_language())) if error else row


def errors_of(rows: tuple[Row, ...], filled: Filled) -> tuple[Problem, ...]:
    """The summary: each question's problem, and those that have no question in this form."""
    asked = {name for row in rows for name in _names(row)}
    loose = [error for path, error in filled.problems.items() if path not in asked]
    return (*problems(rows), *(Problem(error.sentence(reader_language())) for error in loose))


def _names(row: Row) -> list[str]:
    return [row.name, *(name for inner in row.rows for name in _names(inner))]


def carried(room: Room, filled: Filled) -> list[tuple[str, str]]:
    """What the form brings back unseen: the version it was written on, its act, files of fields."""
    base = [] if filled.ground.base is None else [(BASE, str(filled.ground.base))]
    files = [(f"{CARRIED}{path}", _token(room, filled, digest)) for path, digest in files_in(room.asked, filled.values)]
    return [*base, (ACT, str(filled.act)), *files]


def _token(room: Room, filled: Filled, digest: str) -> str:
    known = filled.files.get(digest)
    return known.token if known else kept_again(room, digest).token


def evidence_of(filled: Filled) -> tuple[str, ...]:
    """The digests of the files that the change rests on."""
    return digests(filled.evidence)
