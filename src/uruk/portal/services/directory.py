"""The directory of services: by what happens in a life, or found by a word in any spelling."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from uruk.definitions.api import Definition
from uruk.kernel.api import LANGUAGES, search_key, without_article
from uruk.portal.services.telling import about, event_of, title
from uruk.publishing.api import country, find_country, institutions
from uruk.services.api import EVENTS, list_services
from uruk.ui.api import Row, institution_name, public, reader_language, service_model

LONGEST = 100


@dataclass(frozen=True)
class Entry:
    """A service in the directory."""

    title: str
    about: str
    institution: str
    url: str


@dataclass(frozen=True)
class Group:
    """The services of a life event."""

    title: str
    entries: tuple[Entry, ...]


@public
def directory(request: HttpRequest) -> HttpResponse:
    """All services that may be begun, or those that a word finds."""
    asked = request.GET.get("q", "").strip()[:LONGEST]
    found = list_services() if find_country() is not None else ()
    attributes = (("dir", "auto"), ("autocomplete", "off"), ("maxlength", str(LONGEST)))
    row = Row("q", _("What do you want to do?"), value=asked, required=False, attributes=attributes)
    context = {
        "row": row,
        "asked": asked,
        "found": tuple(_entry(one) for one in found if _answers(one, asked)) if asked else (),
        "groups": () if asked else tuple(_groups(found)),
    }
    return render(request, "portal/services/directory.html", context)


def _groups(found: Iterable[Definition]) -> Iterator[Group]:
    """By life event, in the order of the country's catalogue; last what names none."""
    events = country().shared.catalogues.get(EVENTS) if find_country() is not None else None
    names = {code: events.name(code).get(reader_language()) for code in events.codes} if events else {}
    by_event: dict[str, list[Definition]] = {code: [] for code in (*names, "")}
    for one in found:
        event = event_of(one)
        by_event[event if event in names else ""].append(one)
    for code, services in by_event.items():
        if services:
            entries = sorted((_entry(one) for one in services), key=lambda one: search_key(one.title))
            yield Group(names.get(code, _("Other services") if names else _("All services")), tuple(entries))


def _entry(definition: Definition) -> Entry:
    url = reverse("portal:service", args=[definition.institution, definition.code])
    return Entry(title(definition), about(definition), institution_name(definition.institution), url)


def _answers(definition: Definition, asked: str) -> bool:
    """Whether every word that was typed stands in what is said of the service, in any language and spelling."""
    said = search_key(" ".join(_said(definition)))
    return all(word in said or without_article(word) in said for word in search_key(asked).split())


def _said(definition: Definition) -> Iterator[str]:
    texts = [definition.title, definition.texts.find("about")]
    texts += [definition.texts.find(f"steps.{step.name}.title") for step in service_model(definition).steps]
    texts += [known.names if (known := institutions().get(definition.institution)) else None]
    events, event = country().shared.catalogues.get(EVENTS), event_of(definition)
    texts += [events.names.get(event) if events and event else None]
    yield from (one.get(language) for one in texts if one is not None for language in LANGUAGES)
