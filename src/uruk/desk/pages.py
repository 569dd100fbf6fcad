"""What every page of the desk shares: its office, its frame, and what happens when a door refuses."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from uruk.desk.offices import Acting, acting
from uruk.documents.api import get_type
from uruk.kernel.api import CodedError
from uruk.people.api import find_person, find_program
from uruk.publishing.api import country
from uruk.ui.api import Catalogues, Fact, facts, officer, reader_language, refuse

DeskView = Callable[..., HttpResponse]


def desk_page(view: DeskView) -> DeskView:
    """Make a view of an office's page: it is given the office instead of its codes, and a refusal becomes a page."""

    @officer
    @wraps(view)
    def page(request: HttpRequest, institution: str, role: str, **named: Any) -> HttpResponse:
        office = acting(request, institution, role)
        try:
            return view(request, office, **named)
        except CodedError as error:
            return refuse(request, error, 404 if error.code.endswith("_unknown") else 409)

    return page


def show(request: HttpRequest, office: Acting, template: str, **context: Any) -> HttpResponse:
    """Return a page of the desk; a form that was sent and has errors is answered with 422."""
    status = 422 if request.method == "POST" and context.get("errors") else 200
    return render(request, f"desk/{template}.html", {"office": office, **context}, status=status)


def go(request: HttpRequest, address: str, *, done: str = "", error: CodedError | None = None) -> HttpResponse:
    """Go to another page, which tells what was done or why not."""
    if error is not None:
        messages.error(request, error.sentence(reader_language()))
    if done:
        messages.success(request, done)
    return redirect(address)


def told(text: Any) -> str:
    """A text in the reader's language."""
    return str(text.get(reader_language()))


def catalogues() -> Catalogues:
    """The catalogues in force, by code: they name what was chosen."""
    return country().shared.catalogues


def type_facts(institution: str, type_code: str, values: Any) -> tuple[Fact, ...]:
    """The fields of a document or draft, in the words of its type as published now."""
    known = get_type(institution, type_code)
    return facts(known.fields, known.texts, catalogues(), values)


def person_name(person: UUID | None) -> str:
    """An officer's or a program's name in the reader's language, for their colleagues; empty where it is nobody's."""
    if person is None:
        return ""
    found = find_person(person)
    if found is not None:
        return found.name(reader_language())
    program = find_program(person)
    return program.names.get(reader_language()) if program else ""
