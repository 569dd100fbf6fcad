"""What every page of a registry shares: the registry as the office may use it, its addresses and its navigation."""

from dataclasses import dataclass, replace
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from uruk.definitions.api import Field, Fields, Texts
from uruk.desk.offices import Acting, Link
from uruk.desk.pages import DeskView, desk_page, told
from uruk.kernel.api import Actor, CodedError
from uruk.people.api import require_role
from uruk.registries.api import RegistryDefinition, RegistryView, get_registry

WRITERS = ("propose", "import")
DECIDERS = ("propose", "approve", "import")
ASKERS = (*DECIDERS, "merge", "forget")


@dataclass(frozen=True)
class Room:
    """A registry in which the office has some right, its pages' addresses, and what the office may do and see."""

    office: Acting
    view: RegistryView

    @property
    def actor(self) -> Actor:
        """Who acts, in this office."""
        return self.office.actor

    @property
    def institution(self) -> str:
        """The institution's code."""
        return self.view.institution

    @property
    def code(self) -> str:
        """The registry's code."""
        return self.view.code

    @property
    def model(self) -> RegistryDefinition:
        """What its definition says."""
        return self.view.model

    @property
    def texts(self) -> Texts:
        """The definition's texts."""
        return self.view.definition.texts

    @property
    def title(self) -> str:
        """What the registry is called."""
        return told(self.view.title)

    def may(self, *rights: str) -> bool:
        """Whether the office has one of these rights."""
        return any(right in self.view.rights for right in rights)

    def require(self, *rights: str) -> None:
        """Refuse an office that has none of these rights, before it types anything: ``people.role_not_held``."""
        if not self.may(*rights):
            holders = sorted(role for role, held in self.model.roles.items() if held & set(rights))
            require_role(self.actor, self.institution, tuple(holders))

    def sees(self, field: Field) -> bool:
        """Whether the office reads the field's values as they are."""
        readable = self.model.may_read(self.office.role, field.name)
        return readable and not (field.secret and self.office.role not in field.read)

    @property
    def asked(self) -> Fields:
        """The fields that the office may write; a number that the registry draws may be left blank."""
        role, series = self.office.role, self.model.series
        drawn = None if series is None else series.of
        asked = (one for one in self.model.fields if self.model.may_write(role, one.name))
        return Fields(tuple(replace(one, required=False) if one.name == drawn else one for one in asked))

    @property
    def mergeable(self) -> tuple[str, ...]:
        """The fields whose value the office may choose when it merges: seen, and not other roles' alone to write."""
        role = self.office.role
        return tuple(one.name for one in self.model.fields if self.sees(one) and (not one.write or role in one.write))

    @property
    def blind(self) -> frozenset[str]:
        """The fields that the office may write but does not read: left blank in a form, they stay as they are."""
        return frozenset(one.name for one in self.asked if not self.sees(one))

    def url(self, name: str = "", *further: object) -> str:
        """The address of a page of this registry: its list, or `name` ("record", "new", …)."""
        return self.office.url(f"registry-{name}" if name else "registry", self.code, *further)

    @property
    def has_requests(self) -> bool:
        """Whether the office decides about requests, or has its own: also who may only merge or forget asks first."""
        return self.may(*DECIDERS) or (self.model.second_person and self.may(*ASKERS))

    @property
    def links(self) -> tuple[Link, ...]:
        """The registry's pages that are for this office."""
        named = [
            ("", _("Records"), self.may("read")),
            ("new", _("New record"), self.may(*WRITERS) and bool(len(self.asked))),
            ("requests", _("Change requests"), self.has_requests),
            ("duplicates", _("Duplicates"), self.may("merge") and bool(self.model.match)),
            ("imports", _("Import"), self.may("import") or (self.model.second_person and self.may("approve"))),
            ("export", _("Export"), self.may("export")),
            ("counting", _("Numbers"), self.may("read")),
        ]
        return tuple(
            Link(self.url(name), label, self._is_here(self.url(name))) for name, label, right in named if right
        )

    def _is_here(self, address: str) -> bool:
        return self.office.path == address


def open_room(office: Acting, code: str) -> Room:
    """The registry for this office. Errors: ``registries.registry_unknown``, ``desk.registry_unknown`` (no right)."""
    view = get_registry(office.actor, office.institution, code)
    if not view.rights:
        raise CodedError("desk.registry_unknown")
    return Room(office, view)


def registry_page(view: DeskView) -> DeskView:
    """Make a view of a registry's page: it is given the room instead of office and code."""

    @wraps(view)
    def page(request: HttpRequest, office: Acting, code: str, **named: Any) -> HttpResponse:
        return view(request, open_room(office, code), **named)

    return desk_page(page)


def show_room(request: HttpRequest, room: Room, template: str, status: int = 0, **context: Any) -> HttpResponse:
    """A page of the registry; a form that was sent and has errors is answered with 422."""
    status = status or (422 if request.method == "POST" and context.get("errors") else 200)
    context = {"office": room.office, "room": room, **context}
    return render(request, f"desk/registries/{template}.html", context, status=status)
