"""What the pages of cases share: a page of one's own, a case as a line of a list."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from uruk.kernel.api import CodedError
from uruk.services.api import CaseView
from uruk.ui.api import case_number, institution_name, reader_language, refuse, signed_in, turn_told, turn_tone

# What a case, or a part of it, that is not there answers, or that is somebody else's.
_NOT_THERE = 404
_NOT_NOW = 409


def case_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page about a case of one's own; what the door refuses becomes a page. How well it must be known whose it is,
    each service says, and the door knows.
    """

    @signed_in
    @wraps(view)
    def page(request: HttpRequest, **named: Any) -> HttpResponse:
        try:
            response = view(request, **named)
        except CodedError as error:
            return refuse(request, error, _NOT_THERE if error.code.endswith("_unknown") else _NOT_NOW)
        response.headers["Cache-Control"] = "private, no-store"
        return response

    return page


@dataclass(frozen=True)
class Line:
    """A case in a list."""

    url: str
    title: str
    number: str
    holder: str
    turn: str
    tone: str
    told: str
    due: date | None
    own_turn: bool


def line(view: CaseView) -> Line:
    """A case as a list shows it."""
    return Line(
        url=reverse("portal:case", args=[view.id]),
        title=view.definition.title.get(reader_language()),
        number=case_number(view.id),
        holder=institution_name(view.institution),
        turn=turn_told(view, own=True),
        tone=turn_tone(view),
        told=view.told.get(reader_language()),
        due=view.due if view.closed is None else None,
        own_turn=is_own_turn(view),
    )


def is_own_turn(view: CaseView) -> bool:
    """Whether the applicant is asked for something."""
    return view.closed is None and "applicant" in {view.task, *view.parties}
