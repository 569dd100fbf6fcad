"""Revoking a document, and preparing a corrected one in its place."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from uruk.desk.documents import about
from uruk.desk.drafts import prepare_again
from uruk.desk.offices import Acting
from uruk.desk.pages import desk_page, go, show, told
from uruk.desk.questions import note_of, revocation_rows
from uruk.documents import api as documents
from uruk.kernel.api import CodedError
from uruk.ui.api import problems, reader_language, with_error


@desk_page
def replace(request: HttpRequest, office: Acting, document: UUID) -> HttpResponse:
    """Prepare a corrected document; when it is released, it replaces this one."""
    return prepare_again(request, office, documents.get_document(office.actor, document))


@desk_page
def revoke(request: HttpRequest, office: Acting, document: UUID) -> HttpResponse:
    """Revoke a document with a reason."""
    found = documents.get_document(office.actor, document)
    rows = revocation_rows(request.POST)
    if request.method == "POST":
        try:
            return _revoke(request, office, found)
        except CodedError as error:
            about_note = error.code == "desk.reason_too_long"
            rows = with_error(rows, "note" if about_note else "reason", error.sentence(reader_language()))
    return show(
        request,
        office,
        "revoke",
        title=_("Revoke: %(title)s") % {"title": told(found.title)},
        facts=about(found),
        rows=rows,
        errors=problems(rows),
        back=office.url("document", document),
    )


def _revoke(request: HttpRequest, office: Acting, found: documents.DocumentView) -> HttpResponse:
    note = note_of(request.POST, "note", required=False)
    reason = request.POST.get("reason", "")
    if not reason:
        raise CodedError("desk.reason_missing")
    documents.revoke(office.actor, found.id, reason, note)
    return go(request, office.url("document", found.id), done=_("Revoked. Every way of verifying says so from now on."))
