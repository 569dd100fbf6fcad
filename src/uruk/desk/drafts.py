"""Preparing a document: fill or upload, look it over, sign it and hand it over for release."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from uruk.desk.offices import Acting
from uruk.desk.pages import catalogues, desk_page, go, show, told, type_facts
from uruk.desk.signing import signed, signing_context
from uruk.documents import api as documents
from uruk.kernel.api import CodedError
from uruk.ui.api import (
    Problem,
    Row,
    Table,
    TableRow,
    asks_for_rows,
    case_number,
    form_rows,
    form_values,
    moment,
    problems,
    reader_language,
)

ORIGINAL, UNFINISHED = "original", "unfinished"


@dataclass(frozen=True)
class Filled:
    """What a form was given: values, an uploaded original, and what is wrong, by the path of its field."""

    values: Mapping[str, Any]
    original: bytes | None = None
    problems: Mapping[str, CodedError] = field(default_factory=dict)


@desk_page
def listing(request: HttpRequest, office: Acting) -> HttpResponse:
    """My drafts, newest first."""
    rows = tuple(
        TableRow((told(each.title), state_told(each), moment(each.changed_at)), office.url("draft", each.id))
        for each in documents.drafts(office.actor)
    )
    table = Table(_("My drafts"), (_("Document"), _("State"), _("Last changed")), rows)
    empty = _("You have no drafts. Prepare a document from the overview.")
    return show(request, office, "list", title=_("My drafts"), table=table, empty=empty)


@desk_page
def new(request: HttpRequest, office: Acting, type_code: str) -> HttpResponse:
    """Prepare a document of a type."""
    return _prepare(request, office, documents.get_open_type(office.institution, type_code), {})


def prepare_again(request: HttpRequest, office: Acting, old: documents.DocumentView) -> HttpResponse:
    """Prepare a document in the place of another, beginning with what that one says."""
    known = documents.get_open_type(office.institution, old.type_code)
    return _prepare(request, office, known, documents.filled_values(office.actor, old.id), replaces=old)


@desk_page
def edit(request: HttpRequest, office: Acting, draft: UUID) -> HttpResponse:
    """Change a draft."""
    found = documents.get_draft(office.actor, draft)
    known = documents.get_type(office.institution, found.type_code)
    filled = Filled(found.values, problems=found.problems)
    if request.method == "POST":
        filled = _filled(request, known, kept=found.original is not None)
        if not filled.problems and not asks_for_rows(request.POST):
            try:
                return _saved(
                    request, office, documents.update_draft(office.actor, draft, filled.values, filled.original)
                )
            except CodedError as error:
                filled = _refused(filled, error)
    back = office.url("draft", draft)
    return _form(request, office, known, filled, back=back, has_original=found.original is not None)


@desk_page
def draft(request: HttpRequest, office: Acting, draft: UUID) -> HttpResponse:
    """Look a draft over and sign it."""
    if request.method == "POST":
        try:
            documents.submit(office.actor, draft, signed(request, office, draft))
        except CodedError as error:
            return go(request, office.url("draft", draft), error=error)
        return go(request, office.url("drafts"), done=_("Signed. Another officer can now release it."))
    found = documents.get_draft(office.actor, draft)
    if found.document:
        return go(request, office.url("document", found.document))
    context = _to_sign(office, found) if found.state in ("open", "returned") else {"waits": True}
    return show(
        request,
        office,
        "draft",
        title=told(found.title),
        state=state_told(found),
        reason=found.returned_reason if found.state == "returned" else None,
        facts=type_facts(found.institution, found.type_code, found.values),
        original_url=office.url("original", draft) if found.original else None,
        edit_url=None if found.case else office.url("edit", draft),
        discard_url=office.url("discard", draft),
        **case_link(office, found),
        **context,
    )


@desk_page
def discard(request: HttpRequest, office: Acting, draft: UUID) -> HttpResponse:
    """Throw a draft away."""
    if request.method != "POST":
        return go(request, office.url("draft", draft))
    documents.discard_draft(office.actor, draft)
    return go(request, office.url("drafts"), done=_("The draft is gone."))


@desk_page
def original_pdf(request: HttpRequest, office: Acting, draft: UUID) -> HttpResponse:
    """The PDF that is to be sealed, as it was uploaded."""
    return pdf_answer(documents.original(office.actor, draft), f"{draft}.pdf")


def pdf_answer(data: bytes, name: str) -> HttpResponse:
    """A PDF to open beside the page; nothing in it may run or load."""
    answer = HttpResponse(data, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def state_told(found: documents.DraftView) -> str:
    """The state of a draft in words."""
    return {
        "open": _("In preparation"),
        "submitted": _("Waits for release"),
        "returned": _("Came back"),
        "released": _("Released"),
    }[found.state]


def case_link(office: Acting, found: documents.DraftView) -> dict[str, Any]:
    """The case that prepared a document, and where it stands; nothing where an officer prepared it."""
    if not found.reference:
        return {}
    case = UUID(found.reference)
    return {"case_number": case_number(case), "case_url": office.url("case", case)}


def _to_sign(office: Acting, found: documents.DraftView) -> dict[str, Any]:
    """The signing form, or what is still missing for it."""
    try:
        return signing_context(office, found.id)
    except documents.InvalidFieldsError as error:
        known = documents.get_type(office.institution, found.type_code)
        filled = Filled(found.values, problems=error.problems)
        asked = [row for row in _rows(known, filled, has_original=False) if row.error]
        lacking = (*(Problem(f"{row.label}: {row.error}") for row in asked), *_whole(error.problems))
        return {"lacking": lacking, "has_passkey": True}
    except CodedError as error:
        if error.code != "documents.type_archived":
            raise
        return {"lacking": (Problem(error.sentence(reader_language())),), "has_passkey": True}


def _whole(found: Mapping[str, CodedError]) -> tuple[Problem, ...]:
    """What is wrong with a form as a whole."""
    return tuple(Problem(each.sentence(reader_language())) for path, each in found.items() if not path)


def _prepare(
    request: HttpRequest,
    office: Acting,
    known: documents.TypeView,
    values: Mapping[str, Any],
    replaces: documents.DocumentView | None = None,
) -> HttpResponse:
    filled = Filled(values)
    if request.method == "POST":
        filled = _filled(request, known, kept=False)
        if not filled.problems and not asks_for_rows(request.POST):
            try:
                replaced = replaces.id if replaces else None
                made = documents.create_draft(office.actor, known.code, filled.values, filled.original, replaced)
                return _saved(request, office, made)
            except CodedError as error:
                filled = _refused(filled, error)
    number = documents.group_number(replaces.number) if replaces else None
    back = office.url("document", replaces.id) if replaces else office.url("overview")
    return _form(request, office, known, filled, back=back, replaces=number)


def _saved(request: HttpRequest, office: Acting, made: documents.DraftView) -> HttpResponse:
    """Go on with a draft that was saved: unfinished ones can wait, wrong ones are shown again."""
    if UNFINISHED in request.POST:
        return go(request, office.url("drafts"), done=_("The draft is kept."))
    return go(request, office.url("edit" if made.problems else "draft", made.id))


def _filled(request: HttpRequest, known: documents.TypeView, *, kept: bool) -> Filled:
    """What was typed and uploaded, checked against the type's fields and conditions."""
    values = form_values(known.fields, request.POST)
    upload = request.FILES.get(ORIGINAL)
    original = upload.read() if upload else None
    checked = UNFINISHED not in request.POST and not asks_for_rows(request.POST)
    found = {} if not checked else dict(known.fields.validate(values).errors)
    if "seal" in known.ways and original is None and not kept and checked:
        found[ORIGINAL] = CodedError("desk.original_missing")
    return Filled(values, original, found)


def _refused(filled: Filled, error: CodedError) -> Filled:
    """The same answers with what a door found wrong; an error about the PDF belongs to its question."""
    if isinstance(error, documents.InvalidFieldsError):
        return Filled(filled.values, None, error.problems)
    about_file = error.code.partition(".")[0] == "files"
    return Filled(filled.values, None, {ORIGINAL if about_file else "": error})


def _form(
    request: HttpRequest,
    office: Acting,
    known: documents.TypeView,
    filled: Filled,
    *,
    back: str,
    replaces: str | None = None,
    has_original: bool = False,
) -> HttpResponse:
    rows = _rows(known, filled, has_original)
    errors = (*problems(rows), *_whole(filled.problems))
    title = told(known.title)
    return show(request, office, "draft_form", title=title, rows=rows, errors=errors, back=back, replaces=replaces)


def _rows(known: documents.TypeView, filled: Filled, has_original: bool) -> tuple[Row, ...]:
    rows = form_rows(known.fields, known.texts, catalogues(), filled.values, filled.problems)
    if "seal" not in known.ways:
        return rows
    error = filled.problems.get(ORIGINAL)
    hint = _("A scanned letter or a file from an office program. Its own bytes stay unchanged.")
    if has_original:
        hint = _("A letter has been uploaded. Choose another only to put it in its place.")
    upload = Row(
        ORIGINAL,
        _("The letter as a PDF"),
        "file",
        hint=hint,
        error=error.sentence(reader_language()) if error else "",
        required=not has_original,
        attributes=(("accept", "application/pdf,.pdf"),),
    )
    return (upload, *rows)
