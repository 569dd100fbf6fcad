"""Releasing what another officer prepared: compare, release with a passkey, or send back."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from uruk.desk.drafts import case_link, state_told
from uruk.desk.offices import Acting, office_names
from uruk.desk.pages import desk_page, go, person_name, show, told, type_facts
from uruk.desk.questions import note_of, reason_rows
from uruk.desk.signing import signed, signing_context
from uruk.documents import api as documents
from uruk.kernel.api import CodedError, local_digits
from uruk.ui.api import Fact, Table, TableRow, day, moment, problems, reader_language, with_error


@desk_page
def listing(request: HttpRequest, office: Acting) -> HttpResponse:
    """What others submitted, for this officer to release."""
    rows = tuple(
        TableRow(
            (told(each.title), person_name(each.drafter), moment(each.submitted_at)), office.url("release", each.id)
        )
        for each in documents.to_release(office.actor)
    )
    table = Table(_("To release"), (_("Document"), _("Prepared by"), _("Signed")), rows)
    empty = _("Nothing waits for release.")
    return show(request, office, "list", title=_("To release"), table=table, empty=empty)


@desk_page
def draft(request: HttpRequest, office: Acting, draft: UUID) -> HttpResponse:
    """Compare a document with its sources, then release it or send it back."""
    if request.method == "POST":
        return _release(request, office, draft)
    return _page(request, office, draft)


@desk_page
def send_back(request: HttpRequest, office: Acting, draft: UUID) -> HttpResponse:
    """Send a draft back to whoever prepared it, with the reason."""
    if request.method != "POST":
        return go(request, office.url("release", draft))
    try:
        reason = note_of(request.POST, "reason")
    except CodedError as error:
        return _page(request, office, draft, error, request.POST.get("reason", ""))
    try:
        documents.return_draft(office.actor, draft, reason)
    except CodedError as error:
        return go(request, office.url("release", draft), error=error)
    return go(request, office.url("to-release"), done=_("Sent back with your reason."))


def _release(request: HttpRequest, office: Acting, draft: UUID) -> HttpResponse:
    found = documents.get_draft(office.actor, draft)
    if found.document:
        return go(request, office.url("document", found.document), error=CodedError("desk.draft_released"))
    try:
        made = documents.release(office.actor, draft, signed(request, office, draft))
    except CodedError as error:
        return go(request, office.url("release", draft), error=error)
    return go(request, office.url("document", made.id), done=_("Released. Anyone can verify it now."))


def _page(
    request: HttpRequest, office: Acting, draft: UUID, error: CodedError | None = None, typed: str = ""
) -> HttpResponse:
    found = documents.get_draft(office.actor, draft)
    if found.document:
        return go(request, office.url("document", found.document), error=CodedError("desk.draft_released"))
    if found.state != "submitted":
        return go(request, office.url("to-release"), error=CodedError("desk.draft_returned"))
    rows = reason_rows(typed)
    if error is not None:
        rows = with_error(rows, "reason", error.sentence(reader_language()))
    own = found.drafter == office.actor.person
    return show(
        request,
        office,
        "release",
        title=told(found.title),
        state=state_told(found),
        facts=(*_about(office, found), *type_facts(found.institution, found.type_code, found.values)),
        original_url=office.url("original", draft) if found.original else None,
        own=CodedError("desk.draft_own").sentence(reader_language()) if own else None,
        return_url=office.url("return", draft),
        **case_link(office, found),
        rows=rows,
        errors=problems(rows),
        **(_signing(office, found) if not own else {}),
    )


def _signing(office: Acting, found: documents.DraftView) -> dict[str, Any]:
    try:
        documents.get_open_type(found.institution, found.type_code)
    except CodedError as error:
        return {"archived": error.sentence(reader_language()), "has_passkey": True}
    return signing_context(office, found.id)


def _about(office: Acting, found: documents.DraftView) -> tuple[Fact, ...]:
    """Who prepared it, when, and what it will bear."""
    role = office_names(found.institution, found.drafter_role)[1]
    number = local_digits(documents.group_number(found.number or ""), reader_language())
    return (
        Fact(_("Prepared by"), f"{person_name(found.drafter)} · {role}"),
        Fact(_("Signed"), moment(found.submitted_at)),
        Fact(_("Number"), number),
        Fact(_("Date of issue"), day(found.issued)),
    )
