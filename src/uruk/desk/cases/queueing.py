"""The queues of an office, the next case, and what an officer has before them. Nobody picks."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from uruk.desk.offices import Acting
from uruk.desk.pages import desk_page, go, show, told
from uruk.documents.api import get_type
from uruk.kernel.api import CodedError, local_digits
from uruk.services.api import HeldView, QueueView, give_back, held_cases, next_case, queues, revocations
from uruk.ui.api import Table, TableRow, case_number, day, moment, reader_language


@desk_page
def listing(request: HttpRequest, office: Acting) -> HttpResponse:
    """What waits, by service: how many, since when, what is late; and the button for the next one."""
    found, held = queues(office.actor), held_cases(office.actor)
    return show(
        request,
        office,
        "cases/queues",
        title=_("Cases"),
        queues=tuple(_Queue(one, held) for one in found),
        held=tuple((office.url("case", one.case), case_number(one.case), _until(one)) for one in held),
        next_url=office.url("next-case"),
        revocations_url=office.url("revocations") if revocations(office.actor) else "",
    )


class _Queue:
    """One queue in words. `before`: the officer has a case of it before them, which comes first."""

    def __init__(self, one: QueueView, held: tuple[HeldView, ...]) -> None:
        self.service, self.title = one.service, told(one.title)
        self.before = any(each.service == one.service for each in held)
        self.count = waiting_told(one.cases, more=one.more)
        self.oldest = "" if one.oldest is None else moment(one.oldest)
        self.late, self.soon = late_told(one.late), soon_told(one.soon)
        self.first_due = "" if one.first_due is None else day(one.first_due)


@desk_page
def take_next(request: HttpRequest, office: Acting) -> HttpResponse:
    """Give the officer the next case of a service: what they have before them comes first."""
    if request.method != "POST":
        return go(request, office.url("cases"))
    found = next_case(office.actor, request.POST.get("service", "")[:64])
    if found is None:
        return go(request, office.url("cases"), done=_("No case waits for you there now."))
    return go(request, office.url("case", found.id))


@desk_page
def put_back(request: HttpRequest, office: Acting, case_id: UUID) -> HttpResponse:
    """Let another officer have a case."""
    if request.method != "POST":
        return go(request, office.url("case", case_id))
    give_back(office.actor, case_id)
    return go(request, office.url("cases"), done=_("Given back. It keeps its place in the queue."))


@desk_page
def to_revoke(request: HttpRequest, office: Acting) -> HttpResponse:
    """Documents of which a case waits until this office has revoked them."""
    rows = tuple(
        TableRow(
            (_title(office, one.type), case_number(one.case), moment(one.since)), office.url("revoke", one.document)
        )
        for one in revocations(office.actor)
    )
    table = Table(_("To revoke"), (_("Document"), _("Case"), _("Waits since")), rows)
    return show(request, office, "list", title=_("To revoke"), table=table, empty=_("Nothing waits to be revoked."))


def _title(office: Acting, type_code: str) -> str:
    try:
        return told(get_type(office.institution, type_code).title)
    except CodedError:
        return type_code


def _until(one: HeldView) -> str:
    return _("yours until %(moment)s") % {"moment": moment(one.until)}


def waiting_told(count: int, *, more: bool = False) -> str:
    """How many cases wait; `more` than that, where they were too many to be counted."""
    if more:
        return _counted(_("More than %(count)s cases wait"), count)
    return _counted(ngettext("%(count)s case waits", "%(count)s cases wait", count), count)


def late_told(count: int) -> str:
    """How many are late; empty where none is."""
    return _counted(ngettext("%(count)s case is late", "%(count)s cases are late", count), count) if count else ""


def soon_told(count: int) -> str:
    """How many are due soon; empty where none is."""
    return (
        _counted(ngettext("%(count)s case is due soon", "%(count)s cases are due soon", count), count) if count else ""
    )


def _counted(sentence: str, count: int) -> str:
    return sentence % {"count": local_digits(str(count), reader_language())}
