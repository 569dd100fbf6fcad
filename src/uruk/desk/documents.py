"""What was released: find it, look at it, download it with its receipt, hand its holder a code."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from uruk.desk.counter import may_compare
from uruk.desk.drafts import pdf_answer
from uruk.desk.offices import Acting
from uruk.desk.pages import desk_page, go, show, told, type_facts
from uruk.desk.questions import reason_told
from uruk.documents import api as documents
from uruk.kernel.api import CodedError, local_digits
from uruk.people.api import code_for
from uruk.ui.api import Fact, Table, TableRow, day, reader_language

QUERY_MAX = 100
SHOWN_MAX = 100


@desk_page
def listing(request: HttpRequest, office: Acting) -> HttpResponse:
    """Search what this institution released; what is searched for is a person's name, so no address holds it."""
    query = request.POST.get("q", "").strip()[:QUERY_MAX]
    found = documents.released(office.actor, query)
    rows = tuple(TableRow(_cells(each), office.url("document", each.id)) for each in found)
    table = Table(
        _("Released documents"), (_("Document"), _("Number"), _("What it says"), _("Date of issue"), _("State")), rows
    )
    empty = _("Nothing is found.") if query else _("Nothing has been released yet.")
    cut = len(found) >= SHOWN_MAX
    title = _("Released documents")
    return show(request, office, "list", title=title, table=table, empty=empty, query=query, searching=True, cut=cut)


@desk_page
def document(request: HttpRequest, office: Acting, document: UUID) -> HttpResponse:
    """A released document."""
    return _page(request, office, document)


@desk_page
def hand_over(request: HttpRequest, office: Acting, document: UUID) -> HttpResponse:
    """Make a code for the holder; it is shown once."""
    number = documents.find_holder_number(office.actor, document)
    if request.method != "POST" or number is None:
        return go(request, office.url("document", document))
    return _page(request, office, document, code_for(office.actor, "national", number).code)


@desk_page
def pdf_file(request: HttpRequest, office: Acting, document: UUID) -> HttpResponse:
    """The document as its holder gets it."""
    found = documents.get_document(office.actor, document)
    return pdf_answer(documents.pdf(office.actor, document), f"{found.number}.pdf")


@desk_page
def receipt_file(request: HttpRequest, office: Acting, document: UUID) -> HttpResponse:
    """The receipt of its release, as a file that anyone can check."""
    found = documents.get_document(office.actor, document)
    text = documents.receipt(office.actor, document).to_json()
    answer = HttpResponse(text, content_type="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.number}.receipt.json"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@desk_page
def qr_image(request: HttpRequest, office: Acting, document: UUID) -> HttpResponse:
    """Its QR code as a picture."""
    answer = HttpResponse(documents.qr_svg(office.actor, document), content_type="image/svg+xml")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def state_told(found: documents.DocumentView) -> tuple[str, str]:
    """The state of a document in words, and the tone of its tag."""
    return {
        "valid": (_("Valid"), "good"),
        "expired": (_("Expired"), "wait"),
        "revoked": (_("Revoked"), "bad"),
        "replaced": (_("Replaced"), "bad"),
    }[found.status]


def about(found: documents.DocumentView) -> tuple[Fact, ...]:
    """What the paper bears besides its fields."""
    number = documents.group_number(found.number)  # as on the paper, whose digits run from left to right
    code = Fact(_("Check code"), documents.group_code(found.check_code))
    dates = [Fact(_("Number"), number), code, Fact(_("Date of issue"), day(found.issued))]
    if found.expires:
        dates.append(Fact(_("Valid until"), day(found.expires)))
    return (*dates, *type_facts(found.institution, found.type_code, found.values))


def _cells(found: documents.DocumentView) -> tuple[str, ...]:
    facts = type_facts(found.institution, found.type_code, found.values)
    says = facts[0].value if facts else ""
    return told(found.title), documents.group_number(found.number), says, day(found.issued), state_told(found)[0]


def _page(request: HttpRequest, office: Acting, document: UUID, code: str = "") -> HttpResponse:
    found = documents.get_document(office.actor, document)
    state, tone = state_told(found)
    standing = found.status in ("valid", "expired")
    has_holder = documents.find_holder_number(office.actor, document) is not None
    return show(
        request,
        office,
        "document",
        title=told(found.title),
        state=state,
        tone=tone,
        facts=about(found),
        reason=reason_told(found.reason) if found.reason else None,
        note=found.note,
        replaced_by=_successor(office, found),
        pdf_url=office.url("pdf", document),
        receipt_url=office.url("receipt", document),
        qr_url=office.url("qr", document),
        hand_over_url=office.url("hand-over", document) if standing and has_holder and may_compare(office) else None,
        code=code,
        revoke_url=office.url("revoke", document) if standing and _may(office, found, "release") else None,
        replace_url=office.url("replace", document) if standing and _may(office, found, "draft") else None,
    )


def _successor(office: Acting, found: documents.DocumentView) -> dict[str, str] | None:
    if found.replaced_by is None:
        return None
    try:
        successor = documents.get_document(office.actor, found.replaced_by)
    except CodedError:
        return None
    number = local_digits(documents.group_number(successor.number), reader_language())
    return {"url": office.url("document", successor.id), "number": number}


def _may(office: Acting, found: documents.DocumentView, deed: str) -> bool:
    """Whether the office drafts or releases documents of this type; what is offered is what will not be refused."""
    known = documents.get_type(found.institution, found.type_code)
    if deed == "draft":
        return office.role in known.draft_roles and not known.archived
    return office.role in known.release_roles
