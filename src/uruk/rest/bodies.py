"""Bodies of requests: read up to a limit and no further, as strict JSON."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from django.http import HttpRequest

from uruk.kernel.api import CodedError, has_half_letter, load_whole_json

MAX_DEPTH = 12
Fraction = Callable[[str], Any]


def read_body(request: HttpRequest, limit: int) -> bytes:
    """The body; larger than the limit: ``rest.body_too_large``."""
    # One byte more than allowed tells that there is more, without taking it all.
    data: bytes = request.read(limit + 1)
    if len(data) > limit:
        raise CodedError("rest.body_too_large", limit=limit)
    return data


def read_object(request: HttpRequest, limit: int, fraction: Fraction | None = None) -> dict[str, Any]:
    """The body as a JSON object without repeated names, fractions, half letters (lone surrogates) or deep nesting.

    `fraction` reads fractions where there may be any. Errors: ``rest.body_too_large``, ``rest.json_malformed``,
    ``rest.json_no_object``.
    """
    found = read_json(read_body(request, limit), fraction)
    if not isinstance(found, dict):
        raise CodedError("rest.json_no_object")
    return found


def read_json(data: str | bytes, fraction: Fraction | None = None) -> Any:
    """What JSON holds, as strictly as `read_object`: ``rest.json_malformed``."""
    try:
        text = data.decode("utf-8") if isinstance(data, bytes) else data
        found = load_whole_json(text, fraction)
        if not all(_is_plain(one) for one in _inside(found, MAX_DEPTH)):
            raise ValueError
    except (ValueError, RecursionError):
        raise CodedError("rest.json_malformed") from None
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
    return not isinstance(value, str) or not has_half_letter(value)
