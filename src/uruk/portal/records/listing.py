"""What the state knows about me: my records by institution, and who else keeps personal data."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from uruk.acts.api import country_directory, hosted_institutions
from uruk.people.api import actor_for
from uruk.portal.documents import own_page
from uruk.portal.records.requests import waiting_first
from uruk.portal.records.telling import address, institution_name, registry_title
from uruk.registries.api import RecordView, my_records, my_requests
from uruk.ui.api import day, reader_language, record_title, status_told


@dataclass(frozen=True)
class Card:
    """One record in the list."""

    url: str
    registry: str
    title: str
    state: str
    tone: str
    since: str


@dataclass(frozen=True)
class Holder:
    """An institution with what it keeps about me."""

    name: str
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Elsewhere:
    """An institution whose records are on another node, and the address of its page."""

    name: str
    url: str


@own_page
def listing(request: HttpRequest) -> HttpResponse:
    """My records on this node, and where the others are."""
    actor = actor_for(request)
    context = {
        "holders": _holders(my_records(actor)),
        "asked": waiting_first(my_requests(actor))[:3],
        "elsewhere": _elsewhere(),
    }
    return render(request, "portal/records/records.html", context)


def _holders(found: Sequence[RecordView]) -> tuple[Holder, ...]:
    ordered = sorted(found, key=lambda one: one.institution)
    return tuple(
        Holder(institution_name(code), tuple(_card(one) for one in some))
        for code, some in groupby(ordered, key=lambda one: one.institution)
    )


def _card(one: RecordView) -> Card:
    state, tone = status_told(one.status)
    since = _("since %(day)s") % {"day": day(one.valid_from)} if one.valid_from and one.status == "live" else ""
    title = record_title(one.definition, one.values)
    return Card(address(one), registry_title(one.definition), title, state, tone, since)


def _elsewhere() -> tuple[Elsewhere, ...]:
    """The country's other members that keep personal data; a citizen reads there what these keep."""
    country, language = country_directory(), reader_language()
    if country is None:
        return ()
    hosted = hosted_institutions()
    others = [one for one in country.members.values() if one.personal and one.left_at is None]
    nodes = {code: one.url for code, one in country.nodes.items() if one.left_at is None}
    return tuple(
        Elsewhere(one.names.get(language), f"{nodes[one.node].rstrip('/')}/{language}/records/")
        for one in others
        if one.code not in hosted and one.node in nodes
    )
