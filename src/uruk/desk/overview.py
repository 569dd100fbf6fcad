"""In which office somebody acts, and what is to be done there."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from uruk.desk.offices import Acting, office_names, overview_url
from uruk.desk.pages import desk_page, show, told
from uruk.documents.api import TypeView, document_types, drafts, to_release
from uruk.kernel.api import local_digits
from uruk.ui.api import held_offices, officer, reader_language


@dataclass(frozen=True)
class Tile:
    """A tablet that leads somewhere."""

    url: str
    title: str
    told: str


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
    mine, waiting = drafts(office.actor), to_release(office.actor)
    back = sum(draft.state == "returned" for draft in mine)
    piles = (
        Tile(office.url("drafts"), _("My drafts"), _drafts_told(len(mine), back)),
        Tile(office.url("to-release"), _("To release"), _waiting_told(len(waiting))),
        Tile(office.url("documents"), _("Released"), _("Search, download, replace or revoke.")),
    )
    types = [
        Tile(office.url("new", each.code), told(each.title), way_told(each)) for each in document_types(office.actor)
    ]
    return show(request, office, "overview", piles=piles, types=types)


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


def _digits(number: int) -> str:
    return local_digits(str(number), reader_language())
