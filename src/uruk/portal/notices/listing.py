"""What I was told: every notice, where it leads, and by what it was sent."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from uruk.notices.api import NoticeView, my_notices, my_reach
from uruk.people.api import actor_for
from uruk.portal.cases.telling import case_page
from uruk.portal.notices.telling import sent_told
from uruk.ui.api import institution_name, reader_language


@dataclass(frozen=True)
class Sent:
    """What became of a notice by one channel; `shown`: what would have been sent, in a demonstration."""

    told: str
    tone: str
    shown: str


@dataclass(frozen=True)
class Card:
    """A notice as the page shows it."""

    about: str
    text: str
    holder: str
    at: datetime
    url: str
    sent: tuple[Sent, ...]


@case_page
def listing(request: HttpRequest) -> HttpResponse:
    """Everything that I was told, newest first."""
    actor = actor_for(request)
    context = {"cards": tuple(map(_card, my_notices(actor))), "reach": my_reach(actor)}
    return render(request, "portal/notices/notices.html", context)


def _card(one: NoticeView) -> Card:
    language = reader_language()
    return Card(
        about=one.about.get(language),
        text=one.text.get(language),
        holder=institution_name(one.institution),
        at=one.at,
        url=f"/{language}/{one.page}" if one.page else "",
        sent=tuple(Sent(*sent_told(each), each.shown) for each in one.sent),
    )
