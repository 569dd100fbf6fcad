"""Bodies of requests: read up to a limit and no further, as strict JSON."""

import json
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest

from uruk.kernel.api import CodedError
from uruk.trust.api import strict_json

MAX_DEPTH = 12


def read_body(request: HttpRequest, limit: int) -> bytes:
    """The body; larger than the limit: ``rest.body_too_large``."""
    # One byte more than allowed tells that there is more, without taking it all.
    data: bytes = request.read(limit + 1)
    if len(data) > limit:
        raise CodedError("rest.body_too_large", limit=limit)
    return data


def read_object(request: HttpRequest, limit: int) -> dict[str, Any]:
    """The body as a JSON object without repeated names, fractions, half letters (lone surrogates) or deep nesting.

    Errors: ``rest.body_too_large``, ``rest.json_malformed``, ``rest.json_no_object``.
    """
    data = read_body(request, limit)
    try:
        found = strict_json.load(data, limit)
        if not all(_is_plain(one) for one in _inside(found, MAX_DEPTH)):
            raise ValueError
    except (CodedError, ValueError):
        raise CodedError("rest.json_malformed") from None
    if not isinstance(found, dict):
        raise CodedError("rest.json_no_object")
    return found


def require_json(request: HttpRequest) -> None:
    """Refuse another media type than JSON: ``rest.json_only``."""
    if request.content_type != "application/json":
        raise CodedError("rest.json_only", found=json.dumps(request.content_type[:60])[1:-1] or "—")


def _inside(value: object, depth: int) -> Iterator[object]:
    """The value and all that is in it; deeper than `depth`: ValueError."""
    if depth < 0:
        raise ValueError
    yield value
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from _inside(inner, depth - 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _inside(inner, depth - 1)


def _is_plain(value: object) -> bool:
    return not isinstance(value, str) or value.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in value)
