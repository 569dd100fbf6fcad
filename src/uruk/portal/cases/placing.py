"""My place in a round: what is known of it before it is decided, where I stand afterwards, and the proof of that."""

from collections.abc import Iterator
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from uruk.kernel.api import local_digits
from uruk.people.api import actor_for
from uruk.portal.cases.telling import case_page
from uruk.services.api import CaseView, PlaceView, round_place
from uruk.ui.api import Fact, day, reader_language


def place_context(found: CaseView) -> dict[str, object]:
    """What the page of a case says of its round; nothing where it has none."""
    place = found.round
    if place is None:
        return {}
    ranked = place.rank is not None
    return {
        "place": tuple(_facts(place)),
        "place_note": _note(place),
        "place_url": reverse("portal:case-place", args=[found.id]) if ranked else "",
        "place_file": f"/{place.file}" if ranked else "",
    }


@case_page
def place_file(request: HttpRequest, case: UUID) -> HttpResponse:
    """What proves my place to anybody: `uruk round verify` reads it."""
    response = HttpResponse(round_place(actor_for(request), case), content_type="application/json")
    response["Content-Disposition"] = 'attachment; filename="place.json"'
    return response


def _facts(place: PlaceView) -> Iterator[Fact]:
    if place.last is not None:
        yield Fact(_("Last day to apply"), day(place.last))
    if place.rank is None:
        return
    yield Fact(_("Places"), _number(place.places or 0))
    yield Fact(
        _("Your rank"),
        _("%(rank)s of %(entries)s") % {"rank": _number(place.rank), "entries": _number(place.entries)},
    )
    yield Fact(_("What the round decided"), _outcome(place))
    if place.kept_for is not None:
        yield Fact(_("Of the places that are kept"), place.kept_for.get(reader_language()))


def _outcome(place: PlaceView) -> str:
    if place.passed:
        return _("A place that fell free came to you")
    return {
        "placed": _("You have a place"),
        "waiting": _("You wait for a place"),
        "unplaced": _("You have no place"),
    }[place.outcome]


def _note(place: PlaceView) -> str:
    if place.late:
        return _("The round was decided without this application: it came too late.")
    return "" if place.is_decided else _("After the last day all applications are ranked at once.")


def _number(count: int) -> str:
    return local_digits(str(count), reader_language())
