"""What the state knows about me: my records by institution, here and on other nodes, and who has not answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from uruk.kernel.api import Actor, CodedError
from uruk.people.api import actor_for
from uruk.portal.documents import own_page
from uruk.portal.records.requests import waiting_first
from uruk.portal.records.telling import address, registry_title
from uruk.registries.api import (
    Elsewhere,
    RecordElsewhere,
    RecordView,
    holders_elsewhere,
    my_records,
    my_requests,
    records_elsewhere,
)
from uruk.ui.api import Fact, day, institution_name, reader_language, record_title, status_told

# Why others were not asked; the page shows what is here all the same.
_NOT_ASKED = {"people.sign_in_elsewhere", "people.too_many_tries", "trust.disk_low", "trust.log_unavailable"}


@dataclass(frozen=True)
class Card:
    """One record in the list. One of another node opens where it stands, with what it says: it has no page here."""

    url: str
    registry: str
    title: str
    state: str
    tone: str
    since: str
    facts: tuple[Fact, ...] = ()
    withheld: tuple[Fact, ...] = ()


@dataclass(frozen=True)
class Holder:
    """An institution with what it keeps about me; `url` is that of its own page, where it is on another node."""

    name: str
    cards: tuple[Card, ...]
    url: str = ""


@own_page
def listing(request: HttpRequest) -> HttpResponse:
    """My records, of this node and of every other that answers, and who does not."""
    actor = actor_for(request)
    others, unasked = _asked(actor)
    answered = [one for one in others if one.records is not None]
    silent = tuple(_elsewhere(one) for one in others if one.records is None)
    context = {
        "holders": (*_holders(my_records(actor)), *(_elsewhere(one) for one in answered if one.records)),
        "asked": waiting_first(my_requests(actor))[:3],
        "nothing": tuple(_elsewhere(one) for one in answered if not one.records),
        "silent": silent,
        "unasked": unasked,
    }
    return render(request, "portal/records/records.html", context)


def _asked(actor: Actor) -> tuple[tuple[Elsewhere, ...], str]:
    """What the institutions of other nodes answer; where they could not be asked, who they are and why not."""
    try:
        return records_elsewhere(actor, reader_language()), ""
    except CodedError as error:
        if error.code not in _NOT_ASKED:
            raise
        return holders_elsewhere(), error.sentence(reader_language())


def _holders(found: Sequence[RecordView]) -> tuple[Holder, ...]:
    ordered = sorted(found, key=lambda one: one.institution)
    return tuple(
        Holder(institution_name(code), tuple(_card(one) for one in some))
        for code, some in groupby(ordered, key=lambda one: one.institution)
    )


def _card(one: RecordView) -> Card:
    state, tone = status_told(one.status)
    title = record_title(one.definition, one.values)
    return Card(address(one), registry_title(one.definition), title, state, tone, _since(one))


def _since(one: RecordView | RecordElsewhere) -> str:
    return _("since %(day)s") % {"day": day(one.valid_from)} if one.valid_from and one.status == "live" else ""


def _elsewhere(one: Elsewhere) -> Holder:
    """An institution of another node, with the address of its page and the records that it told."""
    language = reader_language()
    cards = tuple(map(_told_card, one.records or ()))
    return Holder(one.names.get(language), cards, f"{one.url.rstrip('/')}/{language}/records/")


def _told_card(one: RecordElsewhere) -> Card:
    state, tone = status_told(one.status)
    facts, withheld = (tuple(Fact(*pair) for pair in pairs) for pairs in (one.facts, one.withheld))
    return Card("", one.registry, one.name, state, tone, _since(one), facts, withheld)
