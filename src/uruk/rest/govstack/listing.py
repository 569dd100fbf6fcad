"""`GET data/<registry>/<version>`: records page by page."""

from dataclasses import replace
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse

from uruk.kernel.api import Actor, CodedError
from uruk.registries import api as registries
from uruk.registries.api import PageQuery
from uruk.rest.answers import answer
from uruk.rest.govstack.callers import client
from uruk.rest.govstack.exchanging import endpoint
from uruk.rest.govstack.finding import Wanted, opened, query
from uruk.rest.registries.queries import MAX_LIMIT

USUAL, MAX_PAGE = 50, 10_000 // MAX_LIMIT
_FIELD = "query."


@endpoint("GET", "HEAD")
@client
def records(request: HttpRequest, actor: Actor, registry: str, version: str) -> HttpResponse:
    """Those in which the field `filter` says what `search` does; without `filter`, those that have its words.

    A `search` like `^Ad` or `^Ad.*` finds texts that begin so; other patterns are texts like any.

    `ordering`: ascending or descending, by that field, else as they were made. `count` is the length of the page.
    """
    wanted = opened(request, actor, registry, version)
    number, size = _whole(request, "page", 1, MAX_PAGE), _whole(request, "pageSize", USUAL, MAX_LIMIT)
    asked = replace(_asked(request, wanted), limit=size, skip=(number - 1) * size)
    found = registries.list_records(wanted.actor, *wanted.named.place, asked)
    results = [{**wanted.content(one), "uuid": str(one.record)} for one in found.records]
    after = _address(request, number + 1) if found.next and number < MAX_PAGE else ""
    before = _address(request, number - 1) if number > 1 else None
    return answer({"count": len(results), "next": after, "previous": before, "results": results})


def _asked(request: HttpRequest, wanted: Wanted) -> PageQuery:
    given = {str(name): str(value) for name, value in request.GET.items()}
    field, search = given.get("filter", ""), given.get("search", "")
    content = {name.removeprefix(_FIELD): value for name, value in given.items() if name.startswith(_FIELD)}
    if field and search:
        content[field] = search
    order = wanted.named.own(field) if field and "ordering" in given else None
    words = search if search and not field else ""
    if len(words) > 200:
        raise CodedError("rest.query_value", name="search")
    falling = given.get("ordering", "").startswith("desc")
    return query(wanted, content, patterns=True, words=words, order=order, descending=falling)


def _whole(request: HttpRequest, name: str, usual: int, most: int) -> int:
    typed = request.GET.get(name) or str(usual)
    if not typed.isascii() or not typed.isdigit() or not 1 <= int(typed[:9]) <= most:
        raise CodedError("rest.query_value", name=name)
    return int(typed)


def _address(request: HttpRequest, number: int) -> str:
    asked = [(name, value) for name, value in request.GET.items() if name != "page"]
    return request.build_absolute_uri(f"{request.path}?{urlencode([*asked, ('page', number)])}")
