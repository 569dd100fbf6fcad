"""My cases: drafts to go on with, what is asked of me, what runs, what came of it."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from uruk.documents.api import my_documents
from uruk.kernel.api import Actor
from uruk.people.api import actor_for
from uruk.portal.cases.telling import case_page, line
from uruk.portal.cases.timeline import events_of
from uruk.services.api import CaseView, cosignatures, my_cases, my_drafts
from uruk.ui.api import institution_name, reader_language


@dataclass(frozen=True)
class DraftLine:
    """A draft to go on with, and the day on which it is deleted."""

    url: str
    title: str
    holder: str
    deleted_on: date


@dataclass(frozen=True)
class PaperLine:
    """Something that leads elsewhere: a document that came of a case, an application that wants my signature."""

    url: str
    title: str
    holder: str


@case_page
def listing(request: HttpRequest) -> HttpResponse:
    """Everything that I have begun or applied for."""
    actor = actor_for(request)
    found = my_cases(actor)
    lines = [line(one) for one in found]
    context = {
        "drafts": _drafts(actor),
        "asked": [one for one in lines if one.own_turn],
        "signatures": _signatures(actor),
        "running": [one for one, view in zip(lines, found, strict=True) if view.closed is None and not one.own_turn],
        "closed": [one for one, view in zip(lines, found, strict=True) if view.closed is not None],
        "documents": _documents(actor, found),
        "events": events_of(found),
    }
    return render(request, "portal/cases/cases.html", context)


def _drafts(actor: Actor) -> tuple[DraftLine, ...]:
    return tuple(
        DraftLine(
            reverse("portal:application", args=[one.id]),
            one.definition.title.get(reader_language()),
            institution_name(one.institution),
            one.deleted_on,
        )
        for one in my_drafts(actor)
    )


def _signatures(actor: Actor) -> tuple[PaperLine, ...]:
    return tuple(
        PaperLine(
            reverse("portal:signature", args=[one.case]),
            one.definition.title.get(reader_language()),
            institution_name(one.institution),
        )
        for one in cosignatures(actor)
    )


def issued(found: CaseView) -> tuple[str, ...]:
    """The documents that a case has issued, by their ids."""
    done = (one for one in found.effects if one.kind == "issue" and one.outcome == "done")
    return tuple(str(one.result["document"]) for one in done if "document" in one.result)


def _documents(actor: Actor, found: tuple[CaseView, ...]) -> tuple[PaperLine, ...]:
    """The documents that came of my cases, as far as they are mine: one may be for somebody else."""
    ids = {one for view in found for one in issued(view)}
    mine = (one for one in my_documents(actor) if str(one.id) in ids) if ids else ()
    return tuple(
        PaperLine(
            reverse("portal:document", args=[one.id]),
            one.title.get(reader_language()),
            one.institution_names.get(reader_language()),
        )
        for one in mine
    )
