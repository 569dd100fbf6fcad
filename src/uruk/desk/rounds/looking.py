"""Rounds in numbers: which run, which can be closed, what came of those that were decided."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from uruk.desk.offices import Acting, Tile
from uruk.desk.pages import desk_page, person_name, show, told
from uruk.desk.signing import signing_over
from uruk.kernel.api import CodedError, local_digits
from uruk.services.api import RoundView, get_round, has_rounds, proposed_round, round_proposal, rounds
from uruk.ui.api import Fact, Table, TableRow, day, moment, office_name, reader_language


@desk_page
def listing(request: HttpRequest, office: Acting) -> HttpResponse:
    """The rounds that this office has decided, or agrees to."""
    rows = tuple(
        TableRow(
            (told(one.title), one.call, state_told(one)[0], _counted(one)), office.url("round", one.service, one.key)
        )
        for one in rounds(office.actor)
    )
    table = Table(_("Rounds"), (_("Service"), _("Call"), _("State"), _("Applications")), rows)
    return show(request, office, "list", title=_("Rounds"), table=table, empty=_("No round runs here now."))


@desk_page
def page(request: HttpRequest, office: Acting, service: str, key: str) -> HttpResponse:
    """One round in numbers, and what this office may do with it."""
    found = get_round(office.actor, service, key)
    return show(request, office, "rounds/round", **_context(office, found), **_doing(office, found))


def round_tiles(office: Acting) -> list[Tile]:
    """The way to the rounds, where the institution has any."""
    if not has_rounds(office.actor):
        return []
    return [Tile(office.url("rounds"), _("Rounds"), _("Calls that end, and how their places were given."))]


def state_told(found: RoundView) -> tuple[str, str]:
    """Where a round stands, and in which tone that is said."""
    if found.state == "ended" and found.proposed_by is not None:
        return _("One person has signed"), "wait"
    return {
        "open": (_("Open for applications"), "wait"),
        "ended": (_("Over: it can be closed"), "bad"),
        "closed": (_("Closed: it is being ranked"), "wait"),
        "decided": (_("Decided and published"), "good"),
    }[found.state]


def _context(office: Acting, found: RoundView) -> dict[str, Any]:
    state, tone = state_told(found)
    return {
        "title": told(found.title),
        "call": found.call,
        "state": state,
        "tone": tone,
        "facts": tuple(_facts(found)),
        "round": found,
        "file": f"/{found.file}" if found.file else "",
        "rounds_url": office.url("rounds"),
        "second": office_name(found.institution, found.second) if found.second else "",
        "proposed_by": person_name(found.proposed_by),
        "may_take_back": found.proposed_by is not None and office.role in {found.task, found.second},
        "take_back_url": office.url("round-take-back", found.service, found.key),
    }


def _facts(found: RoundView) -> list[Fact]:
    kept = [Fact(told(one.title), number(one.places)) for one in found.quotas]
    ties = _("by lot") if found.ties == "lot" else _("in the order in which they came")
    rows = [
        Fact(_("Last day to apply"), day(found.last)),
        Fact(_("Places"), number(found.places)),
        *kept,
        Fact(_("Places on the waiting list"), number(found.list_length)),
        Fact(_("Equal applications"), ties),
    ]
    return rows + (_of_open(found) if found.state in {"open", "ended"} else _of_decided(found))


def _of_open(found: RoundView) -> list[Fact]:
    return [
        Fact(_("Applications that take part"), number(found.here)),
        Fact(_("Still on their way"), number(found.unready)),
        Fact(_("With their applicants, to be mended"), number(found.correcting)),
    ]


def _of_decided(found: RoundView) -> list[Fact]:
    rows = [Fact(_("Applications that took part"), number(found.entries))]
    if found.state != "decided":
        return rows
    rows += [
        Fact(_("Have a place"), number(found.placed)),
        Fact(_("Wait for a place"), number(found.waiting)),
        Fact(_("Places that went on to the next"), number(found.passed)),
    ]
    return rows + ([Fact(_("Closed on"), moment(found.closed_at))] if found.closed_at else [])


def _doing(office: Acting, found: RoundView) -> dict[str, Any]:
    """The form by which this office closes it, or why it cannot."""
    if found.state != "ended" or office.role not in {found.task, found.second}:
        return {"hindrance": _hindrance(found)}
    try:
        return _form(office, found)
    except CodedError as error:
        return {"hindrance": error.sentence(reader_language())}


def _form(office: Acting, found: RoundView) -> dict[str, Any]:
    if found.second is None:
        return {"form": "close", "action": office.url("round-close", found.service, found.key)}
    second = found.proposed_by is not None and office.role == found.second
    if found.proposed_by is not None and not second:
        return {"hindrance": _("Signed once. The second person signs now.")}
    read = proposed_round if second else round_proposal
    body = read(office.actor, found.service, found.key)
    name = "round-approve" if second else "round-propose"
    return {"form": "sign", "action": office.url(name, found.service, found.key), **signing_over(office, body)}


def _hindrance(found: RoundView) -> str:
    if found.state == "open":
        return _("It can be closed when the last day is over.")
    return _("It is closed by itself when nobody has to be waited for.") if found.task is None else ""


def number(count: int) -> str:
    """A number in the reader's digits."""
    return local_digits(str(count), reader_language())


def _counted(found: RoundView) -> str:
    count = found.here if found.state in {"open", "ended"} else found.entries
    return ngettext("%(count)s application", "%(count)s applications", count) % {"count": number(count)}
