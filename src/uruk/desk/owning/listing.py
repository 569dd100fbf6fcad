"""The institution's services, and one of them: in force since when, approved by whom, what would take its place."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from uruk.desk.offices import Acting, Tile, office_names
from uruk.desk.owning.owned import DRAFT, KIND, Owned, owner_page, short, show_owned
from uruk.desk.pages import desk_page, person_name, show, told
from uruk.kernel.api import local_digits
from uruk.publishing.api import (
    DefinitionView,
    PublishedVersion,
    list_definitions,
    owns_definitions,
    published_versions,
    require_owner,
)
from uruk.ui.api import Fact, Table, TableRow, moment, reader_language


@dataclass(frozen=True)
class VersionLine:
    """One version in the history of a service, with where it is read and what it changed."""

    number: str
    digest: str
    facts: tuple[Fact, ...]
    url: str
    changes_url: str


@desk_page
def listing(request: HttpRequest, office: Acting) -> HttpResponse:
    """The services of the institution."""
    require_owner(office.actor)
    columns = (_("Service"), pgettext("definition", "Version"), _("In force since"), _("Approved by"), _("State"))
    rows = tuple(_row(office, one) for one in _services(office))
    return show(request, office, "owning/list", title=_("Services"), table=Table(_("Services"), columns, rows))


@owner_page
def service(request: HttpRequest, owned: Owned) -> HttpResponse:
    """One service: the version in force, the draft, what waits, and every version before."""
    versions = published_versions(KIND, owned.office.institution, owned.code)
    view = owned.view
    return show_owned(
        request,
        owned,
        "service",
        title=owned.title,
        state=_state(view),
        facts=_facts(owned, versions[0]),
        draft=view.draft,
        draft_url=owned.url("steps", DRAFT),
        changes_url=owned.url("publish"),
        waits_url=owned.office.url("proposal", view.waits) if view.waits else "",
        versions=[_line(owned, versions, place) for place in range(len(versions))],
        archived=view.archived,
    )


def service_tiles(office: Acting) -> list[Tile]:
    """What leads to the services from the overview, for who may decide about them."""
    if not owns_definitions(office.actor):
        return []
    found = _services(office)
    drafts = sum(one.draft is not None for one in found)
    said = ngettext("%(count)s service", "%(count)s services", len(found)) % {"count": _digits(len(found))}
    if drafts:
        waits = ngettext("%(count)s has a new version", "%(count)s have a new version", drafts)
        said = f"{said} · {waits % {'count': _digits(drafts)}}"
    return [Tile(office.url("services"), _("Services"), said)] if found else []


def _services(office: Acting) -> tuple[DefinitionView, ...]:
    return tuple(one for one in list_definitions(office.institution) if one.kind == KIND)


def _row(office: Acting, view: DefinitionView) -> TableRow:
    latest = published_versions(KIND, view.institution, view.code)[0]
    cells = (told(view.title), _digits(latest.number), moment(latest.since), _approvers(view, latest), _state(view)[0])
    return TableRow(cells, office.url("service", view.code))


def _state(view: DefinitionView) -> tuple[str, str]:
    """How a service stands, and the tone of that."""
    if view.waits:
        return _("A proposal waits"), "wait"
    if view.archived:
        return _("Archived"), "bad"
    if view.draft:
        return _("A new version is in the folder"), "wait"
    return pgettext("definition", "In force"), "good"


def _facts(owned: Owned, latest: PublishedVersion) -> tuple[Fact, ...]:
    found = [
        Fact(pgettext("definition", "Version"), f"{_digits(latest.number)} · {short(latest.digest)}"),
        Fact(_("In force since"), moment(latest.since)),
        Fact(_("Approved by"), _approvers(owned.view, latest)),
    ]
    if latest.archived_at:
        found.append(Fact(_("Archived"), moment(latest.archived_at)))
    return tuple(found)


def _line(owned: Owned, versions: tuple[PublishedVersion, ...], place: int) -> VersionLine:
    one = versions[place]
    facts = [Fact(_("In force since"), moment(one.since)), Fact(_("Approved by"), _approvers(owned.view, one))]
    if one.until:
        facts.insert(1, Fact(_("Until"), moment(one.until)))
    before = versions[place + 1] if place + 1 < len(versions) else None
    changes = owned.url("changes", before.digest, one.digest) if before else ""
    url = owned.url("steps", one.digest)
    return VersionLine(
        _("Version %(number)s") % {"number": _digits(one.number)}, short(one.digest), tuple(facts), url, changes
    )


def _approvers(view: DefinitionView, version: PublishedVersion) -> str:
    named = [f"{person_name(one.person)} · {office_names(view.institution, one.role)[1]}" for one in version.approvals]
    return " / ".join(named) or _("The node itself")


def _digits(number: int) -> str:
    return local_digits(str(number), reader_language())
