"""The registries of an office, with what waits in each."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from uruk.desk.offices import Acting, Tile
from uruk.desk.pages import desk_page, show
from uruk.desk.registries.room import Room
from uruk.kernel.api import local_digits
from uruk.registries.api import count_duplicates, count_requests, list_imports, registries_of
from uruk.ui.api import reader_language


@desk_page
def listing(request: HttpRequest, office: Acting) -> HttpResponse:
    """The registries in which the office has rights."""
    return show(request, office, "registries/registries", title=_("Registries"), tiles=registry_tiles(office))


def registry_tiles(office: Acting) -> list[Tile]:
    """One tile for each registry, with what waits; counting shows nobody's data."""
    rooms = (Room(office, view) for view in registries_of(office.actor))
    return [Tile(room.url(), room.title, _waiting(room)) for room in rooms]


def _waiting(room: Room) -> str:
    place = (room.actor, room.institution, room.code)
    said = []
    requests = count_requests(*place) if room.has_requests else 0
    if requests:
        said.append(_told(ngettext("%(count)s request waits", "%(count)s requests wait", requests), requests))
    pairs = count_duplicates(*place) if room.may("merge") and room.model.match else 0
    if pairs:
        said.append(_told(ngettext("%(count)s pair to decide", "%(count)s pairs to decide", pairs), pairs))
    imports = _imports_waiting(room)
    if imports:
        said.append(_told(ngettext("%(count)s import waits", "%(count)s imports wait", imports), imports))
    return " · ".join(said) or _("Nothing waits.")


def _imports_waiting(room: Room) -> int:
    """Large imports that one person signed and another may accept."""
    if not (room.model.second_person and room.may("approve")):
        return 0
    return sum(one.state == "submitted" for one in list_imports(room.actor, room.institution, room.code))


def _told(sentence: str, count: int) -> str:
    return sentence % {"count": local_digits(str(count), reader_language())}
