"""My documents: what was issued to me, to view, download and show, and when it was checked."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from uruk.documents import api as documents
from uruk.kernel.api import CodedError
from uruk.people.api import Assurance, actor_for
from uruk.publishing.api import country
from uruk.ui.api import Fact, Table, TableRow, day, facts, moment, reader_language, refuse, signed_in


def own_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page of the holder's own: for whoever was seen by an office; a refusal by the door becomes a page."""

    @signed_in(assurance=Assurance.SEEN)
    @wraps(view)
    def page(request: HttpRequest, **named: Any) -> HttpResponse:
        try:
            response = view(request, **named)
        except CodedError as error:
            return refuse(request, error, 404)
        response.headers["Cache-Control"] = "private, no-store"
        return response

    return page


@own_page
def listing(request: HttpRequest) -> HttpResponse:
    """The documents issued to me."""
    found = documents.my_documents(actor_for(request))
    rows = tuple(TableRow(_cells(each), reverse("portal:document", args=[each.id])) for each in found)
    table = Table(_("My documents"), (_("Document"), _("Issued by"), _("Issued"), _("State")), rows)
    return render(request, "portal/documents.html", {"table": table})


@own_page
def document(request: HttpRequest, document: UUID) -> HttpResponse:
    """One document: what it says, its code, and when it was checked."""
    actor = actor_for(request)
    found = documents.get_document(actor, document)
    state, tone = state_told(found)
    context = {
        "found": found,
        "state": state,
        "tone": tone,
        "reason": _reason(found),
        "facts": _facts(found),
        "checks": _checks(documents.checks(actor, document)),
    }
    return render(request, "portal/document.html", context)


@own_page
def pdf_file(request: HttpRequest, document: UUID) -> HttpResponse:
    """The document's file; `?view` opens it in the browser instead of saving it."""
    actor = actor_for(request)
    found = documents.get_document(actor, document)
    how = "inline" if "view" in request.GET else "attachment"
    return _file(documents.pdf(actor, document), "application/pdf", f'{how}; filename="{found.number}.pdf"')


@own_page
def receipt_file(request: HttpRequest, document: UUID) -> HttpResponse:
    """The receipt of its release, which anyone can check."""
    actor = actor_for(request)
    found = documents.get_document(actor, document)
    text = documents.receipt(actor, document).to_json()
    return _file(text, "application/json", f'attachment; filename="{found.number}.receipt.json"')


@own_page
def qr_image(request: HttpRequest, document: UUID) -> HttpResponse:
    """Its QR code as a picture."""
    return _file(documents.qr_svg(actor_for(request), document), "image/svg+xml", "inline")


def _file(content: str | bytes, kind: str, disposition: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = disposition
    return response


def state_told(found: documents.DocumentView) -> tuple[str, str]:
    """Whether it is in force, in a word, and the tone of that."""
    return {
        "valid": (_("In force"), "good"),
        "expired": (_("Expired"), "wait"),
        "revoked": (_("Revoked"), "bad"),
        "replaced": (_("Replaced"), "bad"),
    }[found.status]


def _reason(found: documents.DocumentView) -> str:
    known = documents.REASONS.get(found.reason or "")
    return known.get(reader_language()) if known else ""


def _cells(found: documents.DocumentView) -> tuple[str, ...]:
    language = reader_language()
    return found.title.get(language), found.institution_names.get(language), day(found.issued), state_told(found)[0]


def _facts(found: documents.DocumentView) -> tuple[Fact, ...]:
    language = reader_language()
    known = documents.get_type(found.institution, found.type_code)
    paper = [
        Fact(_("Issued by"), found.institution_names.get(language)),
        # As on the paper: Arabic digits in groups would run the other way round.
        Fact(_("Number"), documents.group_number(found.number)),
        Fact(_("Check code"), documents.group_code(found.check_code)),
        Fact(_("Issued"), day(found.issued)),
        *([Fact(_("Good until"), day(found.expires))] if found.expires else []),
    ]
    return (*paper, *facts(known.fields, known.texts, country().shared.catalogues, found.values))


def _checks(checks: list[documents.CheckView]) -> Table | None:
    ways = {
        "upload": _("The file was uploaded"),
        "number": _("The number was typed"),
        "qr": _("The code was sent in"),
        "api": _("By a program"),
    }
    rows = tuple(TableRow((moment(check.when), ways[check.how])) for check in checks)
    return Table(_("Checks made"), (_("When"), _("How")), rows) if rows else None
