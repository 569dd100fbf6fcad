"""Every address of the node says who may use it, and django-allauth's own pages stay shut."""

from collections.abc import Iterator

import pytest
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

from uruk.ui.api import permission_of

DESK = "desk:"
# Django's own redirect to a folder's slash has no view of ours behind it.
SHUT = (
    "accounts/login/",
    "accounts/signup/",
    "accounts/logout/",
    "accounts/2fa/",
    "accounts/2fa/webauthn/add/",
    "accounts/password/reset/",
    "accounts/email/",
    "account/login/",
    "admin/",
)


def routes(found: list[URLPattern | URLResolver], before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address pattern with its whole route."""
    for each in found:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from routes(each.url_patterns, route)
        else:
            yield route, each


def all_routes() -> list[tuple[str, URLPattern]]:
    return list(routes(get_resolver().url_patterns))


def test_every_address_declares_its_permission() -> None:
    assert [route for route, pattern in all_routes() if permission_of(pattern.callback) is None] == []


def test_there_are_addresses_to_look_at() -> None:
    """A walk that finds nothing would let everything pass."""
    kinds = {permission_of(pattern.callback).kind for _, pattern in all_routes() if permission_of(pattern.callback)}
    assert kinds == {"public", "signed_in", "officer", "program", "gateway"}


def test_the_walk_finds_an_address_without_permission() -> None:
    bare = URLPattern(get_resolver().url_patterns[0].pattern, lambda request: None)
    assert [permission_of(pattern.callback) for _, pattern in routes([bare])] == [None]


def test_every_page_of_the_desk_is_for_officers() -> None:
    desk = [(route, permission_of(p.callback)) for route, p in all_routes() if p.lookup_str.startswith("uruk.desk.")]
    assert desk
    assert [route for route, permission in desk if permission.kind != "officer"] == []


def test_what_programs_read_and_write_of_registries_needs_a_token() -> None:
    found = [(route, permission_of(p.callback)) for route, p in all_routes() if route.startswith("api/registries/")]
    assert len(found) > 10
    assert [route for route, permission in found if permission.kind != "program"] == [
        route for route, _ in found if route.endswith("openapi.json")
    ]


def test_a_page_that_names_an_office_is_for_officers() -> None:
    named = [(route, p) for route, p in all_routes() if "<str:institution>/<str:role>" in route]
    assert named
    assert [route for route, pattern in named if permission_of(pattern.callback).kind != "officer"] == []


@pytest.mark.parametrize("prefix", ["/", "/ar/"])
@pytest.mark.parametrize("path", SHUT)
def test_pages_of_the_sign_in_library_are_not_exposed(prefix: str, path: str) -> None:
    try:
        view = resolve(prefix + path).func
    except Resolver404:
        return
    assert not view.__module__.startswith(("allauth", "django.contrib.admin"))


def test_no_address_is_served_by_a_library_view() -> None:
    foreign = [route for route, p in all_routes() if not p.lookup_str.startswith("uruk.")]
    assert foreign == []
