"""In which office somebody acts, and what is to be done there."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from uruk.desk.cases.tiles import case_tiles
from uruk.desk.counter import may_compare
from uruk.desk.offices import Acting, Tile, office_names, overview_url
from uruk.desk.owning.listing import service_tiles
from uruk.desk.pages import desk_page, show, told
from uruk.desk.proposals import count_to_decide
from uruk.desk.registries.overview import registry_tiles
from uruk.desk.rounds.looking import round_tiles
from uruk.documents.api import TypeView, count_drafts, document_types
from uruk.kernel.api import local_digits
from uruk.publishing.api import may_decide
from uruk.services.api import may_audit
from uruk.ui.api import held_offices, officer, reader_language


@officer
def offices(request: HttpRequest) -> HttpResponse:
    """Choose the office; whoever holds one only is led there."""
    held = held_offices(request)
    if len(held) == 1:
        return redirect(overview_url(held[0]))
    tiles = []
    for each in held:
        institution, role = office_names(each.institution, each.role)
        tiles.append(Tile(overview_url(each), role, institution))
    return render(request, "desk/offices.html", {"offices": tiles})


@desk_page
def overview(request: HttpRequest, office: Acting) -> HttpResponse:
    """What waits for this officer, and what they may prepare."""
    known = document_types(office.actor)
    types = [Tile(office.url("new", each.code), told(each.title), way_told(each)) for each in known]
    piles, tiles = _piles(office, drafting=bool(known)), registry_tiles(office)
    return show(request, office, "overview", piles=piles, types=types, registries=tiles)


def _piles(office: Acting, *, drafting: bool) -> list[Tile]:
    """What waits; an empty pile that cannot fill in this office is left out."""
    counts = count_drafts(office.actor)
    found = case_tiles(office)
    if counts.mine or drafting:
        found.append(Tile(office.url("drafts"), _("My drafts"), _drafts_told(counts.mine, counts.returned)))
    if counts.to_release or not drafting:
        found.append(Tile(office.url("to-release"), _("To release"), _waiting_told(counts.to_release)))
    found.append(Tile(office.url("documents"), _("Released documents"), _("Search, download, replace or revoke.")))
    if may_decide(office.actor):
        waiting = _decisions_told(count_to_decide(office))
        found.append(Tile(office.url("proposals"), _("To decide"), waiting))
    found.extend(service_tiles(office))
    found.extend(round_tiles(office))
    if may_audit(office.actor):
        found.append(Tile(office.url("audit"), _("Audit"), _("Any case, act by act, with each receipt checked.")))
    if may_compare(office):
        found.append(Tile(office.url("apply"), _("At the counter"), _("Apply for somebody, record a payment, print.")))
        found.append(Tile(office.url("compare"), _("Compare a card"), _("For people who have an account.")))
    return found


def way_told(known: TypeView) -> str:
    """How a document of a type begins."""
    return _("Upload a PDF that is to be sealed.") if "seal" in known.ways else _("Fill in its fields.")


def _drafts_told(count: int, returned: int) -> str:
    sentence = ngettext("%(count)s draft", "%(count)s drafts", count) % {"count": _digits(count)}
    if not returned:
        return sentence
    back = ngettext("%(count)s came back", "%(count)s came back", returned) % {"count": _digits(returned)}
    return f"{sentence} · {back}"


def _waiting_told(count: int) -> str:
    return ngettext("%(count)s document waits", "%(count)s documents wait", count) % {"count": _digits(count)}


def _decisions_told(count: int) -> str:
    return ngettext("%(count)s proposal waits", "%(count)s proposals wait", count) % {"count": _digits(count)}


def _digits(number: int) -> str:
    return local_digits(str(number), reader_language())
