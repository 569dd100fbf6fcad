"""Who may see a page, and what the others are told."""

from collections.abc import Callable

import pytest
from django.http import HttpRequest, HttpResponse

from uruk.people.api import Assurance
from uruk.ui.api import officer, permission_of, public, signed_in


def answer(request: HttpRequest, **named: object) -> HttpResponse:
    return HttpResponse("seen")


def test_a_view_says_what_it_asks_of_its_reader() -> None:
    assert permission_of(public(answer_of())).kind == "public"
    assert permission_of(signed_in(answer_of())).assurance is Assurance.CLAIMED
    assert permission_of(signed_in(assurance=Assurance.SEEN)(answer_of())).assurance is Assurance.SEEN
    assert permission_of(officer(answer_of())).kind == "officer"


def test_a_view_that_never_said_so_has_no_permission() -> None:
    assert permission_of(answer_of()) is None


def test_a_view_cannot_declare_itself_twice() -> None:
    with pytest.raises(TypeError, match="twice"):
        public(signed_in(answer_of()))


def answer_of() -> Callable[..., HttpResponse]:
    """A view of its own for each declaration."""

    def view(request: HttpRequest, **named: object) -> HttpResponse:
        return answer(request, **named)

    return view
