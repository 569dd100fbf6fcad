"""All public registers, and the records of one: found by words in any spelling, narrowed, counted."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from uruk.portal.registers.asking import Asked, Narrowing, asked, narrowings, number, rows, value_told
from uruk.portal.registers.telling import (
    Linked,
    holder,
    named,
    query,
    record_url,
    register_about,
    register_page,
    register_title,
)
from uruk.publishing.api import country, find_country
from uruk.registries.api import (
    RecordView,
    RegistryView,
    public_records,
    public_registries,
    public_registry,
    public_searched,
)
from uruk.ui.api import public, record_label, record_value, registry_model

MAX_FACTS = 4


@dataclass(frozen=True)
class Line:
    """A public register in the list of all."""

    title: str
    about: str
    holder: str
    url: str


@dataclass(frozen=True)
class Count:
    """How many records say one thing, and the list of them."""

    label: str
    count: str
    url: str
    chosen: bool


@dataclass(frozen=True)
class Card:
    """A record in the list."""

    title: str
    tag: str
    line: str
    url: str


@public
def registers(request: HttpRequest) -> HttpResponse:
    """What institutions publish here."""
    found = public_registries() if find_country() is not None else ()
    return render(request, "portal/registers/registers.html", {"lines": tuple(map(_line, found))})


def _line(found: RegistryView) -> Line:
    url = reverse("portal:register", args=[found.institution, found.code])
    return Line(register_title(found.definition), register_about(found.definition), holder(found.definition), url)


@register_page
def register(request: HttpRequest, institution: str, registry: str) -> HttpResponse:
    """The records of a register."""
    found = public_registry(institution, registry)
    narrowing, linked = narrowings(found), Linked(institution)
    asked_now = asked(found, narrowing, request.GET)
    page = public_records(institution, registry, asked_now.query)
    context = {
        "title": register_title(found.definition),
        "about": register_about(found.definition),
        "holder": holder(found.definition),
        "words": asked_now.words if public_searched(found.model) else None,
        "rows": rows(found, narrowing, asked_now, linked),
        "narrowed": bool(asked_now.filters or asked_now.words),
        "counted": record_label(found.definition, found.model.summary) if found.model.summary else "",
        "counts": tuple(_counts(found, narrowing, asked_now)),
        "total": number(page.total or 0),
        "cards": tuple(_card(one, narrowing, linked) for one in page.records),
        "more": query({**asked_now.typed, "after": page.next}) if page.next else "",
        "files": query(asked_now.typed),
        "institution": institution,
        "registry": registry,
    }
    return render(request, "portal/registers/register.html", context)


def _counts(found: RegistryView, narrowing: tuple[Narrowing, ...], asked_now: Asked) -> Iterator[Count]:
    """The whole register by its summary: also how many there are of what nobody has yet."""
    one = next((each for each in narrowing if each.field.name == found.model.summary), None)
    for code in _codes(one) if one else ():
        count = one.counts.get(code, 0) if one else 0
        label = record_value(found.definition, found.model.summary or "", code)
        chosen = one is not None and asked_now.typed.get(one.name) == code
        url = query({one.name: code}) if one and count and not chosen else ""
        yield Count(label, number(count), url, chosen)


def _codes(one: Narrowing) -> tuple[str, ...]:
    """All that the choice can say, in the order of its catalogue."""
    catalogue = country().shared.catalogues.get(one.field.catalogue or "")
    return tuple(catalogue.codes) if catalogue else tuple(one.field.options)


def _card(found: RecordView, narrowing: tuple[Narrowing, ...], linked: Linked) -> Card:
    summary = _summary(found)
    shown = [one for one in narrowing if one.field.name != summary and found.values.get(one.field.name)]
    line = " · ".join(
        value_told(found.definition, one.field, found.values[one.field.name], linked) for one in shown[:MAX_FACTS]
    )
    tag = record_value(found.definition, summary, found.values[summary]) if summary else ""
    return Card(named(found) or _("Record"), tag, line, record_url(found))


def _summary(found: RecordView) -> str:
    name = registry_model(found.definition).summary
    return name if name and found.values.get(name) is not None else ""
