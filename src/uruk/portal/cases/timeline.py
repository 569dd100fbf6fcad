"""What belongs together, by date: my cases, documents and records of a life event, or of an institution."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from uruk.acts.api import clock
from uruk.definitions.api import Definition
from uruk.documents.api import DocumentView, my_documents
from uruk.kernel.api import BAGHDAD, today
from uruk.people.api import actor_for
from uruk.portal.cases.telling import case_page, line
from uruk.portal.documents import state_told
from uruk.portal.records.telling import address, registry_title
from uruk.portal.services.telling import event_of
from uruk.publishing.api import country, institutions
from uruk.registries.api import RecordView, my_records
from uruk.services.api import EVENTS, CaseView, list_services, my_cases
from uruk.ui.api import institution_name, reader_language, record_title, service_model, status_told


@dataclass(frozen=True)
class Moment:
    """One thing on the timeline: on which day, what kind of thing it is, what it is called, how it stands."""

    day: date
    kind: str
    title: str
    about: str
    state: str
    tone: str
    url: str


# What something is (service, document, record), whose institution, by its code: whether it belongs to a timeline.
Belongs = Callable[[str, str, str], bool]


@case_page
def of_event(request: HttpRequest, event: str) -> HttpResponse:
    """All that is mine of a life event, whatever institution has it."""
    known = country().shared.catalogues.get(EVENTS)
    if known is None or event not in known.codes:
        raise Http404
    cases = my_cases(actor_for(request))
    named = [*list_services(), *(one.definition for one in cases)]
    whole = whole_of(one for one in named if event_of(one) == event)
    return _page(request, cases, known.name(event).get(reader_language()), lambda *one: one in whole)


@case_page
def of_institution(request: HttpRequest, institution: str) -> HttpResponse:
    """All that is mine at an institution."""
    if institution not in institutions():
        raise Http404
    cases = my_cases(actor_for(request))
    return _page(request, cases, institution_name(institution), lambda _kind, whose, _code: whose == institution)


def events_of(cases: Iterable[CaseView]) -> tuple[tuple[str, str], ...]:
    """The life events that somebody's cases belong to, each with its address and name."""
    known = country().shared.catalogues.get(EVENTS)
    if known is None:
        return ()
    mine = {event_of(one.definition) for one in cases}
    named = ((code, known.name(code).get(reader_language())) for code in known.codes if code in mine)
    return tuple((reverse("portal:timeline-event", args=[code]), name) for code, name in named)


def whole_of(services: Iterable[Definition]) -> frozenset[tuple[str, str, str]]:
    """What belongs to services: they, what they issue and record, and the own registries that they read."""
    found = set[tuple[str, str, str]]()
    for one in services:
        model = service_model(one)
        done = {(effect.kind, effect.target) for state in model.states.values() for effect in state.do}
        issued = {("document", one.institution, target) for kind, target in done if kind == "issue"}
        kept = {target for kind, target in done if kind == "record"}
        kept |= {fact.source[0] for fact in model.facts.values() if not fact.ask}
        found |= {("service", one.institution, one.code)} | issued
        found |= {("record", one.institution, code) for code in kept}
    return frozenset(found)


def _page(request: HttpRequest, cases: Iterable[CaseView], name: str, belongs: Belongs) -> HttpResponse:
    actor = actor_for(request)
    found = [
        *(_of_case(one) for one in cases if belongs("service", one.institution, one.service)),
        *_of_documents(one for one in my_documents(actor) if belongs("document", one.institution, one.type_code)),
        *(_of_record(one) for one in my_records(actor) if belongs("record", one.institution, one.registry)),
    ]
    found.sort(key=lambda one: one.day, reverse=True)
    now = today(clock())
    ahead = tuple(reversed([one for one in found if one.day > now]))
    context = {"name": name, "ahead": ahead, "past": tuple(one for one in found if one.day <= now)}
    return render(request, "portal/cases/timeline.html", context)


def _of_case(view: CaseView) -> Moment:
    told = line(view)
    day = view.submitted_at.astimezone(BAGHDAD).date()
    return Moment(day, _("Application"), told.title, told.told, told.turn, told.tone, told.url)


def _of_documents(found: Iterable[DocumentView]) -> Iterator[Moment]:
    """When each was issued; of one in force also when it ends."""
    for one in found:
        (state, tone), url = state_told(one), reverse("portal:document", args=[one.id])
        title, about = one.title.get(reader_language()), one.institution_names.get(reader_language())
        yield Moment(one.issued, _("Document"), title, about, state, tone, url)
        if one.expires is not None and one.status == "valid":
            yield Moment(one.expires, _("Good until"), title, about, "", "", url)


def _of_record(one: RecordView) -> Moment:
    state, tone = status_told(one.status)
    title = f"{registry_title(one.definition)}: {record_title(one.definition, one.values)}"
    about, url = institution_name(one.institution), address(one)
    return Moment(one.changed_at.astimezone(BAGHDAD).date(), _("Record"), title, about, state, tone, url)
