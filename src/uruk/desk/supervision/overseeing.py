"""How much waits in an institution, and the lists that a supervisor looks through: numbers, nobody's data."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from uruk.desk.cases.queueing import late_told, soon_told, waiting_told
from uruk.desk.offices import Acting, Tile
from uruk.desk.pages import desk_page, person_name, show, told
from uruk.kernel.api import CodedError, local_digits
from uruk.services.api import OfficerLoad, OverseenView, QueueView, TroubleView, overseen, troubles, workload
from uruk.ui.api import (
    Table,
    TableRow,
    case_number,
    day,
    moment,
    office_name,
    reader_language,
    turn_word_told,
)


@desk_page
def workload_page(request: HttpRequest, office: Acting) -> HttpResponse:
    """What waits, by queue and by officer; what a supervisor must see to."""
    found = workload(office.actor)
    failed = len(troubles(office.actor))
    tiles = [Tile(office.url("overseen", kind), title, _count(found.counts[kind])) for kind, title in _kinds().items()]
    return show(
        request,
        office,
        "supervision/workload",
        title=_("Supervision"),
        tiles=(Tile(office.url("troubles"), _("Troubles"), _count(failed)), *tiles),
        queues=Table(
            _("By queue"),
            (_("Service"), _("Office"), _("Cases"), _("The first one came"), _("Last days")),
            tuple(_queue(office, one) for one in found.queues),
        ),
        officers=Table(
            _("By officer"),
            (_("Officer"), _("Office"), _("Before them"), _("Given by a supervisor")),
            tuple(_officer(office, one) for one in found.officers),
        ),
    )


def _count(cases: int) -> str:
    """How many; a nought of Arabic is a dot that nobody sees."""
    return digits(cases) if cases else _("None")


@desk_page
def listing(request: HttpRequest, office: Acting, kind: str) -> HttpResponse:
    """The cases of one kind, those with the first last day first, page by page."""
    title = _kinds().get(kind)
    if title is None:
        raise CodedError("desk.list_unknown")
    found = overseen(office.actor, kind, request.GET.get("after", "")[:80])
    heads = (_("Case"), _("Service"), _("Whose turn"), _("There since"), _("Last day"), _("With the officer"))
    table = Table(title, heads, tuple(_row(office, one) for one in found.cases))
    return show(request, office, "supervision/list", title=title, table=table, next=found.next)


@desk_page
def troubles_page(request: HttpRequest, office: Acting) -> HttpResponse:
    """Cases of which something failed, or that cannot go on."""
    rows = tuple(_trouble(office, one) for one in troubles(office.actor))
    table = Table(_("Troubles"), (_("Case"), _("What is wrong"), _("Since")), rows)
    return show(request, office, "supervision/list", title=_("Troubles"), table=table, next="")


def _kinds() -> dict[str, str]:
    return {
        "late": _("Late"),
        "soon": _("Due soon"),
        "held": _("Before an officer"),
        "tasks": _("All tasks of officers"),
        "waits": _("Waiting for others"),
    }


def _queue(office: Acting, one: QueueView) -> TableRow:
    due = " · ".join(filter(None, (late_told(one.late), soon_told(one.soon)))) or "—"
    oldest = _("by lot") if one.oldest is None else moment(one.oldest)
    cases = waiting_told(one.cases, more=True) if one.more else digits(one.cases)
    return TableRow((told(one.title), office_name(office.institution, one.role), cases, oldest, due))


def _officer(office: Acting, one: OfficerLoad) -> TableRow:
    role = office_name(office.institution, one.role)
    return TableRow((person_name(one.person), role, digits(one.before), digits(one.given)))


def _row(office: Acting, one: OverseenView) -> TableRow:
    cells = (
        case_number(one.case),
        told(one.title),
        turn_word_told(office.institution, one.turn),
        moment(one.since),
        "—" if one.due is None else day(one.due),
        person_name(one.held_by) or "—",
    )
    return TableRow(cells, office.url("supervised", one.case))


def _trouble(office: Acting, one: TroubleView) -> TableRow:
    wrong = CodedError(one.error).sentence(reader_language()) if one.error else _("Something failed.")
    return TableRow((case_number(one.case), wrong, moment(one.since)), office.url("supervised", one.case))


def digits(number: int) -> str:
    """A number in the reader's digits."""
    return local_digits(str(number), reader_language())
