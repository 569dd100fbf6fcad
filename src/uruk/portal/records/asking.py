"""Asking that a record of my own be corrected: only the fields that I see, why, and what that rests on."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any, Literal
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from uruk.definitions.api import Field, Fields
from uruk.kernel.api import Actor, CodedError
from uruk.people.api import actor_for
from uruk.portal.documents import own_page
from uruk.portal.records.telling import address, digits, registry_title
from uruk.publishing.api import country
from uruk.registries.api import Change, InvalidChangesError, RecordView, ask_correction, get_record, keep_own_file
from uruk.ui.api import (
    CARRIED,
    Choice,
    Kept,
    Problem,
    Row,
    about_files,
    asks_for_rows,
    differing_values,
    digests,
    form_rows,
    form_values,
    kept_files,
    problems,
    reader_language,
    record_value,
    registry_model,
)

# Names that no field of a registry can have: they hold a hyphen.
KIND, FROM, REASON, EVIDENCE, BASE = "what-is-wrong", "valid-from", "change-reason", "change-evidence", "base-version"
WRONG, CHANGED = "correct", "change"
MAX_FILES = 4
_DAY = Field("day", "date")


@dataclass(frozen=True)
class Filled:
    """The form as it stands: the record, what is typed, files that were kept, and what is wrong by its question."""

    record: RecordView
    values: Mapping[str, Any]
    typed: Mapping[str, str] = field(default_factory=dict)
    evidence: tuple[Kept, ...] = ()
    since: date | None = None
    problems: Mapping[str, CodedError] = field(default_factory=dict)

    @property
    def kind(self) -> Literal["correct", "change"]:
        """Whether it was recorded wrongly, or is not so any more."""
        return "change" if self.typed.get(KIND) == CHANGED else "correct"

    @property
    def changed(self) -> dict[str, Any]:
        """The fields that are asked to be another."""
        return differing_values(asked_fields(self.record), self.values, self.record.values)


@dataclass(frozen=True)
class Question:
    """A field of the form: its boxes, what is recorded now, and whether its boxes are shown."""

    row: Row
    now: str
    open: bool


def asked_fields(found: RecordView) -> Fields:
    """The fields whose correction may be asked for here.

    Not what the person does not see, not a file (that is evidence), not what the registry reckons from the rest, and
    not whom the record is about: with another number it would be somebody else's.
    """
    model = registry_model(found.definition)
    kept = {*found.withheld, *model.secrets, *model.subjects, *model.values}
    return Fields(tuple(one for one in model.fields if one.name not in kept and not _holds_a_file(one)))


def _holds_a_file(one: Field) -> bool:
    """Whether a file is the field, or within it: what is not asked for would be taken away with the rest."""
    return any(each.type == "file" for each in Fields((one,)).walk())


@own_page
def ask(request: HttpRequest, institution: str, registry: str, record: UUID) -> HttpResponse:
    """The form, and what is done with it."""
    actor = actor_for(request)
    found = get_record(actor, institution, registry, record)
    if found.status not in ("live", "dormant") or not len(asked_fields(found)):
        return redirect(address(found))
    if request.method != "POST":
        return _page(request, Filled(found, dict(found.values)))
    filled = _read(request, actor, found)
    if asks_for_rows(request.POST) or filled.problems:
        return _page(request, filled)
    return _asked(request, actor, filled)


def _asked(request: HttpRequest, actor: Actor, filled: Filled) -> HttpResponse:
    found, made = filled.record, None
    change = Change(
        filled.kind,
        found.record,
        found.latest,
        filled.changed,
        filled.since,
        corrects=found.number if filled.kind == WRONG else None,
    )
    place = (actor, found.institution, found.registry)
    try:
        made = ask_correction(*place, change, filled.typed[REASON], digests(filled.evidence))
    except CodedError as error:
        if error.code.endswith("_unknown") and not about_files(error):
            raise
        return _page(request, _blamed(filled, error))
    messages.success(request, _("Your request was handed in. You see here what becomes of it."))
    return redirect("portal:record-request", made.id)


def _read(request: HttpRequest, actor: Actor, found: RecordView) -> Filled:
    typed = {name: request.POST.get(name, "").strip() for name in (KIND, FROM, REASON, BASE)}
    values = form_values(asked_fields(found), request.POST)
    wrong: dict[str, CodedError] = {}
    filled = Filled(found, values, typed, _files(request, actor, found, wrong), _since(typed, wrong), wrong)
    if typed[BASE] != str(found.latest):
        wrong[""] = CodedError("portal.record_moved")
    elif not filled.changed and not asks_for_rows(request.POST):
        wrong[""] = CodedError("portal.nothing_asked")
    return filled


def _files(request: HttpRequest, actor: Actor, found: RecordView, wrong: dict[str, CodedError]) -> tuple[Kept, ...]:
    keep = partial(keep_own_file, actor, found.institution, found.registry, found.record)
    try:
        if len(request.FILES.getlist(EVIDENCE)) + len(request.POST.getlist(f"{CARRIED}{EVIDENCE}")) > MAX_FILES:
            raise CodedError("portal.too_many_files", maximum=MAX_FILES)
        return kept_files(request, EVIDENCE, keep, f"{actor.person}:{found.record}")
    except CodedError as error:
        if not about_files(error) and error.code != "portal.too_many_files":
            raise
        wrong[EVIDENCE] = error
        return ()


def _since(typed: Mapping[str, str], wrong: dict[str, CodedError]) -> date | None:
    """From which day on it is another; only where it changed."""
    if typed[KIND] != CHANGED or not typed[FROM]:
        return None
    try:
        return date.fromisoformat(str(_DAY.clean(typed[FROM])))
    except CodedError as error:
        wrong[FROM] = error
        return None


def _blamed(filled: Filled, error: CodedError) -> Filled:
    """The form with what the door found wrong, each at its question."""
    if isinstance(error, InvalidChangesError):
        told = {one.field.split(", ", maxsplit=1)[0]: one.error for one in reversed(error.problems)}
        return replace(filled, problems=told)
    place = EVIDENCE if about_files(error) else FROM if error.code == "registries.period" else ""
    if error.code == "registries.reason_missing" or error.code.startswith("definitions.field_"):
        place = REASON
    return replace(filled, problems={place: error})


# -- as rows ---------------------------------------------------------------------------------------------------------


def _page(request: HttpRequest, filled: Filled) -> HttpResponse:
    found, rows = filled.record, _rows(filled)
    asked = {row.name for row in rows}
    loose = [error for path, error in filled.problems.items() if path.partition(".")[0] not in asked]
    errors = (*problems(rows), *(Problem(error.sentence(reader_language())) for error in loose))
    context = {
        "registry": registry_title(found.definition),
        "questions": tuple(_question(filled, row) for row in rows[: -len(_OWN)]),
        "own_rows": rows[-len(_OWN) :],
        "errors": errors,
        "base": found.latest,
        "base_name": BASE,
        "kept": filled.evidence,
        "kept_name": f"{CARRIED}{EVIDENCE}",
        "back": address(found),
    }
    return render(request, "portal/records/ask.html", context, status=422 if errors else 200)


def _question(filled: Filled, row: Row) -> Question:
    """Open where something was typed over or is wrong, so that nobody has to look for it."""
    stored = filled.record.values.get(row.name)
    now = "" if stored is None else record_value(filled.record.definition, row.name, stored)
    wrong = any(path.partition(".")[0] == row.name for path in filled.problems)
    return Question(row, now, wrong or row.name in filled.changed)


_OWN = (KIND, FROM, REASON, EVIDENCE)


def _rows(filled: Filled) -> tuple[Row, ...]:
    found = filled.record
    catalogues = country().shared.catalogues
    asked = form_rows(asked_fields(found), found.definition.texts, catalogues, filled.values, filled.problems)
    return (*asked, *(_with_problem(row, filled) for row in _own_rows(filled)))


def _own_rows(filled: Filled) -> tuple[Row, ...]:
    typed = filled.typed
    choices = (
        Choice(WRONG, _("It was recorded wrongly")),
        Choice(CHANGED, _("It was right, and has changed since")),
    )
    day = (("dir", "auto"), ("class", "short"), ("autocomplete", "off"))
    since = _("Only if it has changed. Day/month/year; left blank: from the day on which it is accepted.")
    why = _("The officers who decide read this.")
    files = _("Papers that show it: a certificate, a letter, a photograph. At most %(number)s files.")
    return (
        Row(KIND, _("What is wrong?"), "radios", value=typed.get(KIND) or WRONG, choices=choices),
        Row(FROM, _("Since when?"), value=typed.get(FROM, ""), hint=since, required=False, attributes=day),
        Row(REASON, _("Why?"), "textarea", value=typed.get(REASON, ""), hint=why, attributes=(("dir", "auto"),)),
        Row(
            EVIDENCE,
            _("Evidence"),
            "file",
            hint=files % {"number": digits(MAX_FILES)},
            required=False,
            attributes=(("multiple", "multiple"),),
        ),
    )


def _with_problem(row: Row, filled: Filled) -> Row:
    error = filled.problems.get(row.name)
    return replace(row, error=error.sentence(reader_language())) if error else row
