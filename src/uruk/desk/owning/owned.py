"""What every page of an owned service shares: the service, its version in the address, its navigation."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from uruk.desk.offices import Acting, Link
from uruk.desk.pages import DeskView, desk_page, told
from uruk.kernel.api import CodedError, Text
from uruk.publishing.api import DefinitionView, get_definition, institutions, require_owner
from uruk.services.api import SERVICE_KIND, ServiceVersion, service_version
from uruk.ui.api import reader_language

KIND = SERVICE_KIND.name
NOW, DRAFT = "now", "draft"
SHORT = 12


@dataclass(frozen=True)
class Owned:
    """A service of the office's institution, as one who may decide about it looks at it."""

    office: Acting
    view: DefinitionView

    @property
    def code(self) -> str:
        """The service's code."""
        return self.view.code

    @property
    def title(self) -> str:
        """What the service is called."""
        return told(self.view.title)

    def url(self, name: str = "", *further: object) -> str:
        """The address of a page of this service: its own, or `name` ("rules", "numbers", …)."""
        return self.office.url(f"service-{name}" if name else "service", self.code, *further)

    def links(self, version: str = NOW) -> tuple[Link, ...]:
        """The pages of this service; those of a version stay with the version that is read."""
        named = (
            (self.url(), self.title),
            (self.url("steps", version), _("Steps")),
            (self.url("rules", version), _("Rules")),
            (self.url("flow", version), _("Flow")),
            (self.url("examples", version), _("Examples")),
            (self.url("numbers"), _("Numbers")),
        )
        return tuple(Link(url, label, self.office.path == url) for url, label in named)


@dataclass(frozen=True)
class Version:
    """One version of an owned service, as it would run today. `name`: how it stands in addresses."""

    owned: Owned
    name: str
    found: ServiceVersion

    @property
    def label(self) -> str:
        """Which version it is."""
        if self.name == DRAFT:
            return _("The version in the country's folder, not in force")
        if self.found.definition.digest.hex() == self.owned.view.digest:
            return _("The version in force")
        return _("An earlier version: %(digest)s") % {"digest": short(self.found.definition.digest.hex())}

    @property
    def texts(self) -> Any:
        """Its texts."""
        return self.found.definition.texts


def owner_page(view: DeskView) -> DeskView:
    """Make a view of a service's page: it is given the service instead of office and code."""

    @wraps(view)
    def page(request: HttpRequest, office: Acting, code: str, **named: Any) -> HttpResponse:
        return view(request, open_owned(office, code), **named)

    return desk_page(page)


def version_page(view: DeskView) -> DeskView:
    """Make a view of a version's page: it is given the version."""

    @wraps(view)
    def page(request: HttpRequest, owned: Owned, version: str, **named: Any) -> HttpResponse:
        found = service_version(owned.office.actor, owned.code, version)
        return view(request, Version(owned, version, found), **named)

    return owner_page(page)


def open_owned(office: Acting, code: str) -> Owned:
    """The service. Errors: ``desk.service_unknown``, ``people.right_missing``."""
    require_owner(office.actor)
    try:
        return Owned(office, get_definition(KIND, office.institution, code))
    except CodedError as error:
        if error.code != "publishing.not_in_force":
            raise
        raise CodedError("desk.service_unknown") from None


def show_owned(
    request: HttpRequest, owned: Owned, template: str, *, version: str = NOW, status: int = 0, **context: Any
) -> HttpResponse:
    """A page of the service."""
    status = status or (422 if request.method == "POST" and context.get("errors") else 200)
    context = {"office": owned.office, "owned": owned, "links": owned.links(version), **context}
    return render(request, f"desk/owning/{template}.html", context, status=status)


def show_version(request: HttpRequest, version: Version, template: str, **context: Any) -> HttpResponse:
    """A page of a version; it says which one, and what hinders it."""
    hindered = version.found.service is None
    wrong = findings_told(version.found.findings) if hindered else ()
    context |= {"label": version.label, "hindered": hindered, "hindrances": wrong}
    return show_owned(request, version.owned, template, version=version.name, **context)


@dataclass(frozen=True)
class FindingTold:
    """One thing that is wrong: where, and a sentence."""

    place: str
    sentence: str


def findings_told(findings: Any) -> tuple[FindingTold, ...]:
    """Findings as they are read."""
    return tuple(FindingTold(f"{one.file}:{one.line}", one.sentence(reader_language())) for one in findings)


def short(digest: str) -> str:
    """The beginning of a digest: enough to tell versions apart."""
    return digest[:SHORT]


def party_names(institution: str) -> Mapping[str, Text]:
    """What institutions are called, and the roles of one."""
    known = institutions()
    roles = known[institution].roles.values() if institution in known else ()
    return {one.code: one.names for one in known.values()} | {role.code: role.name for role in roles}
