"""In which office somebody acts: it stands in the address, so that two windows never mix."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from uruk.kernel.api import Actor, Text
from uruk.people.api import Office, actor_for
from uruk.publishing.api import institutions
from uruk.registries.api import registries_of
from uruk.services.api import may_audit, may_supervise, serves
from uruk.ui.api import held_offices, reader_language


@dataclass(frozen=True)
class Link:
    """A link of the desk's navigation."""

    url: str
    label: str
    current: bool


@dataclass(frozen=True)
class Tile:
    """A tablet that leads somewhere."""

    url: str
    title: str
    told: str


@dataclass(frozen=True)
class Acting:
    """The office of a page: who acts, in which institution and role, in the reader's language."""

    actor: Actor
    institution: str
    role: str
    institution_name: str
    role_name: str
    others: bool
    path: str

    @property
    def label(self) -> str:
        """Role and institution, as they are shown."""
        return f"{self.role_name} · {self.institution_name}"

    @property
    def links(self) -> tuple[Link, ...]:
        """The desk's main pages in this office."""
        named = [("cases", _("Cases"))] if serves(self.actor) else []
        named += [("drafts", _("My drafts")), ("to-release", _("To release")), ("documents", _("Released documents"))]
        if registries_of(self.actor):
            named.append(("registries", _("Registries")))
        if may_supervise(self.actor):
            named.append(("supervision", _("Supervision")))
        if may_audit(self.actor):
            named.append(("audit", _("Audit")))
        return (
            Link(self.url("overview"), _("Overview"), self.path == self.url("overview")),
            *(Link(self.url(name), label, self.path.startswith(self.url(name))) for name, label in named),
        )

    def url(self, name: str, *further: object) -> str:
        """The address of a page of the desk in this office."""
        return reverse(f"desk:{name}", args=(self.institution, self.role, *further))


def acting(request: HttpRequest, institution: str, role: str) -> Acting:
    """Return the office of a request whose address names it; `@officer` has made sure that it is held."""
    names = office_names(institution, role)
    return Acting(
        actor=actor_for(request, institution, role),
        institution=institution,
        role=role,
        institution_name=names[0],
        role_name=names[1],
        others=len(held_offices(request)) > 1,
        path=request.path,
    )


def office_names(institution: str, role: str) -> tuple[str, str]:
    """The names of an institution and of one of its roles, in the reader's language; codes where none is published."""
    found = institutions().get(institution)
    if found is None:
        return institution, role
    held = found.roles.get(role)
    return _told(found.names), _told(held.name) if held else role


def overview_url(office: Office) -> str:
    """The address of an office's overview."""
    return reverse("desk:overview", args=(office.institution, office.role))


def _told(text: Text) -> str:
    return text.get(reader_language())
